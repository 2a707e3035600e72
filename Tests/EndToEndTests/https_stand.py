"""HTTPS servers for tests: requests and replies as values, and faults in between."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

BLOCK = 1 << 16


class Cut(Exception):
    """The connection is reset, as a proxy or a restarting server does."""


@dataclass
class Reply:
    """An answer: its body is bytes, or a value that is sent as JSON."""

    status: int
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None  # how many bytes of the body get through

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            self.headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            return self.body.encode()
        self.headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return json.dumps(self.body).encode()


@dataclass
class Request:
    """A request whose body has not been read yet."""

    method: str
    path: str  # decoded
    query: dict[str, str]
    headers: Message
    stream: Any
    host: str
    accept: Callable[[], None]
    cut_at: float | None = None  # the share of the body that gets through
    received: int = 0

    def blocks(self) -> Iterator[bytes]:
        """The body as it comes."""
        self.accept()
        expected = int(self.headers.get("Content-Length") or 0)
        chunked = "chunked" in (self.headers.get("Transfer-Encoding") or "").lower()
        for block in self._chunks() if chunked else self._rest(expected):
            self.received += len(block)
            yield block
            if self.cut_at is not None and self.received >= max(self.cut_at * expected, 1):
                raise Cut
        self.stream = None

    def _rest(self, size: int) -> Iterator[bytes]:
        while size and self.stream is not None:
            block = self.stream.read(min(size, BLOCK))
            if not block:
                raise Cut
            size -= len(block)
            yield block

    def _chunks(self) -> Iterator[bytes]:
        while self.stream is not None:
            size = int(self.stream.readline().split(b";")[0] or b"0", 16)
            yield from self._rest(size)
            if size == 0:
                while self.stream.readline().strip():
                    pass
                return
            self.stream.readline()

    def body(self) -> bytes:
        return b"".join(self.blocks())

    def json(self) -> Any:
        text = self.body()
        return json.loads(text) if text else None


@dataclass
class Fault:
    """What goes wrong with some of the requests."""

    method: str  # regular expressions
    path: str
    act: Callable[[Request], Reply | None] = lambda request: None
    alter: Callable[[Reply], Reply] = lambda reply: reply
    times: int = 1
    skip: int = 0  # how many requests get through before
    met: int = 0

    def matches(self, request: Request) -> bool:
        return bool(re.fullmatch(self.method, request.method) and re.search(self.path, request.path))


@dataclass
class Seen:
    """A request that came, for tests to look at; credentials are not kept."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int = 0  # 0: cut
    size: int = 0
    time: float = field(default_factory=time.monotonic)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HTTPSServer
    timeout = 60
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        self._expects = True
        return True

    def _accept(self) -> None:
        if self._expects:
            self._expects = False
            self.send_response_only(100)
            self.end_headers()

    def parse_request(self) -> bool:
        self._expects = False
        return super().parse_request()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
        request = Request(
            self.command,
            unquote(parts.path),
            query,
            self.headers,
            self.rfile,
            self.headers.get("Host", ""),
            self._accept,
        )
        kept = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
        seen = Seen(request.method, request.path, query, kept)
        self.server.seen.append(seen)
        try:
            reply = self.server.reply(request)
            seen.status = reply.status
            self._send(request, reply)
        except (Cut, OSError, ValueError):
            self._reset()
        finally:
            seen.size = request.received

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _send(self, request: Request, reply: Reply) -> None:
        if request.stream is not None:
            left = int(self.headers.get("Content-Length") or 0) - request.received
            if self._expects or left > 1 << 20 or "Transfer-Encoding" in self.headers:
                self.close_connection = True  # answered before the body came
            elif left > 0:
                self.rfile.read(left)
        body = reply.encoded()
        if isinstance(reply.body, bytes) and body.startswith(b"<"):
            reply.headers.setdefault("Content-Type", "text/html")
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(body[: reply.cut_at])
            self.wfile.flush()
        if reply.cut_at is not None:
            raise Cut

    def _reset(self) -> None:
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        except (OSError, ValueError):
            pass

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            pass

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing: `seen` tells more."""


class HTTPSServer(ThreadingHTTPServer):
    """A server on 127.0.0.1 that calls `answer`, and does what its faults say before."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, certificates: ssl.SSLContext, answer: Callable[[Request], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = int(self.server_address[1])
        self.seen: list[Seen] = []
        self.faults: list[Fault] = []
        self._certificates = certificates
        self._answer = answer
        self._lock = threading.Lock()
        self.open = 0  # how many connections there are
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread: a handshake that takes its time holds up nobody else.
        with self._lock:
            self.open += 1
        try:
            self._talk(request, client_address)
        finally:
            with self._lock:
                self.open -= 1

    def _talk(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        try:
            secured = self._certificates.wrap_socket(request, server_side=True)
        except (OSError, ssl.SSLError):
            return
        try:
            Handler(secured, client_address, self)
        finally:
            try:
                secured.close()
            except OSError:
                pass

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that went away is no matter here."""

    def reply(self, request: Request) -> Reply:
        fault = self._fault(request)
        if fault is not None:
            reply = fault.act(request)
            if reply is not None:
                return reply
        reply = self._answer(request)
        return reply if fault is None else fault.alter(reply)

    def _fault(self, request: Request) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if not fault.matches(request):
                    continue
                fault.met += 1
                if fault.skip < fault.met <= fault.skip + fault.times:
                    return fault
        return None

    def sent(self, method: str, path: str) -> list[Seen]:
        """The requests that came, by regular expressions."""
        found = re.compile(path)
        return [each for each in self.seen if re.fullmatch(method, each.method) and found.search(each.path)]

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
