"""What may stand before a site: a front end that answers in its place, alters what it says, or passes all of it on."""

from __future__ import annotations

import base64
import contextlib
import datetime
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

import trustme

REASONS = {101: "Switching Protocols", 200: "OK", 302: "Found", 401: "Unauthorized", 403: "Forbidden"}


@dataclass
class Asked:
    """A request's head."""

    method: str
    target: str
    headers: dict[str, str]
    raw: bytes

    @property
    def is_upgrade(self) -> bool:
        return "upgrade" in self.headers


@dataclass
class Said:
    """An answer."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        headers = {"Content-Type": "text/html", **self.headers, "Connection": "close"}
        body = self.body.encode()
        if self.status != 101:
            headers["Content-Length"] = str(len(body))
        reason = REASONS.get(self.status, "Whatever")
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


Answer = Callable[[Asked], "Said | bytes | None"]


class Server:
    """Accepts connections on the loopback interface, each served by a thread of its own."""

    def __init__(self, certificates: ssl.SSLContext | None = None) -> None:
        self._certificates = certificates
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._certificates is not None:
                connection = self._certificates.wrap_socket(connection, server_side=True)
            with connection:
                self.serve(connection)

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def close(self) -> None:
        # A listener that is only closed goes on accepting in the thread that waits.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def read_head(connection: socket.socket) -> Asked | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        block = connection.recv(65536)
        if not block:
            return None
        raw += block
        if raw[0] == 22:  # TLS, where none is spoken
            connection.sendall(Said(400).encoded())
            return None
    first, *lines = raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(method, target, headers, raw)


def pump(one: socket.socket, other: socket.socket) -> None:
    """Carries bytes both ways until one side ends."""

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                sink.sendall(block)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join(30)


class FrontEnd(Server):
    """Answers as `answer` says; where it says nothing, the site behind it does."""

    def __init__(
        self, answer: Answer, site: int | None = None, certificates: ssl.SSLContext | None = None
    ) -> None:
        self._answer = answer
        self._site = site
        self.asked: list[Asked] = []
        super().__init__(certificates)

    @property
    def address(self) -> str:
        return f"http{'s' if self._certificates else ''}://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        asked = read_head(connection)
        if asked is None:
            return
        self.asked.append(asked)
        said = self._answer(asked)
        if said is not None:
            connection.sendall(said if isinstance(said, bytes) else said.encoded())
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(5)
                while connection.recv(65536):
                    pass
            return
        assert self._site is not None, f"nobody answers {asked.method} {asked.target}"
        with socket.create_connection(("127.0.0.1", self._site)) as site:
            site.sendall(asked.raw)
            pump(connection, site)


class ProxyServer(Server):
    """A proxy that connects every host to an address of this machine, at `port`, else at the one that was asked for."""

    SCHEME = ""

    def __init__(self, port: int | None, address: str) -> None:
        self._port = port
        self._address = address
        self.places: list[str] = []
        """What it was asked to connect to, as `host:port`."""
        super().__init__()

    @property
    def url(self) -> str:
        return f"{self.SCHEME}://{self.place}"

    @property
    def targets(self) -> set[str]:
        """The hosts that it was asked to connect to."""
        return {place.rpartition(":")[0] for place in self.places}

    def connect(self, connection: socket.socket, place: str, answer: bytes) -> None:
        """Answers, connects to the place, and carries bytes."""
        connection.sendall(answer)
        port = self._port or int(place.rpartition(":")[2])
        with socket.create_connection((self._address, port)) as site:
            pump(connection, site)


class Proxy(ProxyServer):
    """An HTTP proxy; it may answer CONNECT with another `status`.

    With a `login` (`user:password`) it wants to be given it.
    """

    SCHEME = "http"

    def __init__(
        self, port: int | None = None, status: int = 200, login: str = "", address: str = "127.0.0.1"
    ) -> None:
        self._status = status
        self._authorization = "Basic " + base64.b64encode(login.encode()).decode() if login else None
        self.asked: list[Asked] = []
        super().__init__(port, address)

    @property
    def environment(self) -> dict[str, str]:
        return {"HTTPS_PROXY": self.url, "NO_PROXY": ""}

    def serve(self, connection: socket.socket) -> None:
        asked = read_head(connection)
        if asked is None:
            return
        self.asked.append(asked)
        self.places.append(asked.target)
        refused = asked.headers.get("proxy-authorization") != self._authorization
        status = 407 if self._authorization and refused else self._status
        answer = f"HTTP/1.1 {status} Whatever\r\n\r\n".encode()
        if status == 200:
            self.connect(connection, asked.target, answer)
        else:
            connection.sendall(answer)


class SOCKSProxy(ProxyServer):
    """A SOCKS proxy (RFC 1928).

    It gives `reply` to who wants to connect; where it `wants_login`, nobody comes so far.
    """

    SCHEME = "socks5h"

    def __init__(
        self, port: int | None = None, reply: int = 0, wants_login: bool = False, address: str = "127.0.0.1"
    ) -> None:
        self._reply = reply
        self._wants_login = wants_login
        super().__init__(port, address)

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            if (greeting := stream.read(2))[:1] != b"\x05":
                return
            methods = stream.read(greeting[1])
            method = 2 if self._wants_login else 0
            connection.sendall(bytes([5, method if method in methods else 0xFF]))
            if self._wants_login:
                return
            assert stream.read(3) == b"\x05\x01\x00"
            kind = stream.read(1)[0]
            if kind == 3:
                host = stream.read(stream.read(1)[0]).decode()
            else:
                family, length = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
                host = socket.inet_ntop(family, stream.read(length))
            place = f"{host}:{int.from_bytes(stream.read(2), 'big')}"
            self.places.append(place)
            reply = bytes([5, self._reply, 0, 1]) + bytes(6)
            if self._reply:
                connection.sendall(reply)
            else:
                self.connect(connection, place, reply)


class Authority:
    """An authority of certificates, and a file that holds its own."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def certificates(
        self,
        *names: str,
        end: datetime.timedelta = datetime.timedelta(days=1),
        begin: datetime.timedelta = datetime.timedelta(days=-1),
    ) -> ssl.SSLContext:
        """A server's certificate for `names`, from `begin` to `end` counted from now."""
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = self._authority.issue_cert(*names, not_before=now + begin, not_after=now + end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context


@contextlib.contextmanager
def front_end(
    answer: Answer, site: int | None = None, certificates: ssl.SSLContext | None = None
) -> Iterator[FrontEnd]:
    """A front end for the time of a test."""
    server = FrontEnd(answer, site, certificates)
    try:
        yield server
    finally:
        server.close()
