"""A real FTP server with TLS (ProFTPD) for tests, and a proxy in front of it that cuts connections."""

from __future__ import annotations

import os
import random
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import trustme

USER = "site"
# Leads nowhere; the server's certificate is good for it all the same.
NAME = "ftp.example"
# Everything that a configuration in quotes could stumble over.
PASSWORD = 'pa:ss"w\\d #1 $é'
PROFTPD = shutil.which("proftpd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")

CONFIGURATION = """
ServerName test
ServerType inetd
ModulePath {modules}
LoadModule mod_tls.c
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
UseReverseDNS off
Port {port}
PassivePorts {first} {last}
User {server_user}
Group {server_group}
PidFile {folder}/pid
ScoreboardFile {folder}/scoreboard
DelayEngine off
WtmpLog off
TransferLog none
SystemLog {folder}/log
ExtendedLog {folder}/commands ALL
AuthOrder mod_auth_file.c
AuthUserFile {folder}/passwd
AuthGroupFile {folder}/group
RequireValidShell off
AllowOverwrite on
AllowStoreRestart on
TimeoutStalled 300
MaxClients 50
MaxInstances 50
{rest}
"""

TLS = """
TLSEngine on
TLSRequired on
TLSProtocol TLSv1.2 TLSv1.3
TLSRSACertificateFile {folder}/server.pem
TLSRSACertificateKeyFile {folder}/server.key
TLSLog {folder}/tls
"""


def free_ports(count: int) -> int:
    """The first of several free ports in a row; none of those that a site's agent chooses from."""
    for _ in range(200):
        first = random.randrange(10000, 19900)
        opened = []
        try:
            for port in range(first, first + count):
                for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
                    probe = socket.socket()
                    opened.append(probe)
                    probe.bind((host, port))
            return first
        except OSError:
            continue
        finally:
            for probe in opened:
                probe.close()
    raise RuntimeError("no free ports")


@dataclass
class FTPStand:
    """An FTP server with one virtual user; its root folder is what the user sees after the login.

    It is reached through a proxy that cuts nothing but takes as long as the shortest network: some versions of curl
    wait a second when a server answers before they have begun to wait, as only one on the same machine can.

    Each connection is served by a ProFTPD of its own: one that accepts connections itself rests for 0.2 s whenever one
    of them has ended.

    `tls` is `explicit`, `implicit` or `off`; `rest` is more of ProFTPD's configuration.
    """

    tls: str = "explicit"
    rest: str = ""
    folder: Path = field(init=False)
    root: Path = field(init=False)
    port: int = field(init=False)

    def __enter__(self) -> FTPStand:  # noqa: PYI034
        assert PROFTPD, "run 'make setup-test' first"
        self.folder = Path(tempfile.mkdtemp(prefix="ftp-stand-"))
        self.folder.chmod(0o755)
        self.root = self.folder / "root"
        self.root.mkdir()
        self.proxy = self._take_ports()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_file)
        certificate = authority.issue_cert("localhost", NAME, "127.0.0.1", "127.0.0.2", "127.0.0.3")
        certificate.private_key_pem.write_to_path(self.folder / "server.key")
        for index, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(self.folder / "server.pem", append=index > 0)
        is_root = os.getuid() == 0
        user, group = (65534, 65534) if is_root else (os.getuid(), os.getgid())
        self._write_secret("passwd", f"{USER}:{self._hashed()}:{user}:{group}::{self.root}:/bin/false\n")
        self._write_secret("group", f"{USER}:x:{group}:\n")
        os.chown(self.root, user, group)
        rest = self.rest + ("\nDefaultRoot ~\n" if is_root else "")
        if self.tls != "off":
            rest += TLS + ("TLSOptions UseImplicitSSL\n" if self.tls == "implicit" else "")
        text = CONFIGURATION + rest.replace("{folder}", str(self.folder))
        settings = {
            "modules": "/usr/lib/proftpd",
            "port": self.port,
            "first": self.ports[0],
            "last": self.ports[-1],
            "server_user": "nobody" if is_root else f"#{user}",
            "server_group": "nogroup" if is_root else f"#{group}",
            "folder": self.folder,
            "rest": "",
        }
        for name, value in settings.items():
            text = text.replace("{" + name + "}", str(value))
        (self.folder / "conf").write_text(text)
        self.output = open(self.folder / "output", "wb")
        self.servers: list[subprocess.Popen[bytes]] = []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.__exit__()
        # Closing alone does not wake who waits for a connection.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        for server in self.servers:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def ca_file(self) -> Path:
        """The authority that signed the server's certificate."""
        return self.folder / "ca.pem"

    @property
    def secrets(self) -> list[str]:
        """What must never be seen."""
        return [PASSWORD]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that let the program in."""
        return {
            "PTVSD_PUBLISH_USER": USER,
            "PTVSD_PUBLISH_PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def url(self, path: str = "", host: str = "127.0.0.2", scheme: str | None = None) -> str:
        """The address of a folder below the user's, by way of the quiet proxy unless another host is named."""
        usual = "ftps" if self.tls == "implicit" else "ftp"
        return f"{scheme or usual}://{host}:{self.port}/{path}"

    def clear(self) -> None:
        """Remove all that was published."""
        for entry in self.root.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def commands(self) -> str:
        """Every command that the server got, but for passwords."""
        return (self.folder / "commands").read_text(errors="replace")

    def sessions(self) -> list[int]:
        """The processes that serve one connection each."""
        return [server.pid for server in self.servers if server.poll() is None]

    def await_quiet(self) -> None:
        """Wait until nobody is connected."""
        deadline = time.monotonic() + 60
        while self.sessions():
            assert time.monotonic() < deadline, "a connection stays open"
            time.sleep(0.02)

    def _take_ports(self) -> CuttingProxy:
        """Start the quiet proxy on ports that the server can have as well."""
        for _ in range(20):
            first = free_ports(40)
            self.port, self.ports = first, range(first + 1, first + 40)
            try:
                return CuttingProxy(self, [], "127.0.0.2").__enter__()
            except OSError:
                continue
        raise RuntimeError("no free ports")

    def _write_secret(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)

    @staticmethod
    def _hashed() -> str:
        done = subprocess.run(
            ["openssl", "passwd", "-6", "-stdin"],
            input=PASSWORD + "\n",
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            command = [str(PROFTPD), "-c", str(self.folder / "conf")]
            with client:
                server = subprocess.Popen(command, stdin=client, stdout=client, stderr=self.output)
            self.servers = [each for each in self.servers if each.poll() is None] + [server]


class CuttingProxy:
    """Stands at 127.0.0.3, or another address of this machine, on all ports of a stand, and cuts every connection after some bytes of the client's.

    `budgets` are the bytes that get through before each cut; after the last, nothing is cut any more.
    """

    def __init__(self, stand: FTPStand, budgets: list[int], host: str = "127.0.0.3") -> None:
        """Take the stand, the cuts and the address."""
        self.stand, self.budgets, self.cuts, self.host = stand, list(budgets), 0, host
        self.passed = 0
        # What the server replies is late by so many seconds, and by more from the moment that a file is there.
        self.latency = 0.002
        self.latencies: dict[Path, float] = {}
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()

    def __enter__(self) -> CuttingProxy:  # noqa: PYI034
        self.listeners = []
        for port in (self.stand.port, *self.stand.ports):
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listeners.append(listener)
            try:
                listener.bind((self.host, port))
                listener.listen(16)
            except OSError:
                for each in self.listeners:
                    each.close()
                raise
        self.waker, self.wake = socket.socketpair()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wake.close()
        self.thread.join()
        for each in (*self.listeners, self.waker):
            each.close()
        self._cut()

    def url(self, path: str = "") -> str:
        """The address of a folder as seen through the proxy."""
        return self.stand.url(path, host=self.host)

    def _serve(self) -> None:
        peers: dict[socket.socket, socket.socket] = {}
        clients: set[socket.socket] = set()
        controls: set[socket.socket] = set()
        late: dict[socket.socket, float] = {}
        while True:
            waiting = [each for each in peers if each not in late]
            patience = max(0, min(late.values()) - time.monotonic()) if late else None
            ready, _, _ = select.select([self.waker, *self.listeners, *waiting], [], [], patience)
            if self.waker in ready:
                return
            due = [each for each, moment in late.items() if moment <= time.monotonic()]
            for each in due:
                del late[each]
                if each in peers:
                    self._pass_on(each, peers, clients)
            for each in ready:
                if each in self.listeners:
                    client, _ = each.accept()
                    try:
                        server = socket.create_connection(("127.0.0.1", each.getsockname()[1]), timeout=5)
                    except OSError:
                        client.close()
                        continue
                    server.settimeout(None)
                    for end in (client, server):
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    if each is self.listeners[0]:
                        controls.add(server)
                    peers[client], peers[server] = server, client
                    clients.add(client)
                    self.pairs.add((client, server))
                elif each in controls:
                    delays = [delay for path, delay in self.latencies.items() if path.exists()]
                    late[each] = time.monotonic() + max(self.latency, *delays, 0)
                elif each in peers:
                    self._pass_on(each, peers, clients)

    def _pass_on(
        self, source: socket.socket, peers: dict[socket.socket, socket.socket], clients: set[socket.socket]
    ) -> None:
        target = peers[source]
        try:
            data = source.recv(65536)
            if data:
                target.sendall(data)
        except OSError:
            data = b""
        if not data:
            for each in (source, target):
                peers.pop(each, None)
                each.close()
            self.pairs = {pair for pair in self.pairs if source not in pair}
        elif source in clients:
            self.passed += len(data)
            if self.budgets and self.passed >= self.budgets[0]:
                self.budgets.pop(0)
                self.passed, self.cuts = 0, self.cuts + 1
                peers.clear()
                self._cut()

    def _cut(self) -> None:
        for pair in self.pairs:
            for each in pair:
                if each.fileno() >= 0:
                    # A reset, as when a router forgets the connection.
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.close()
        self.pairs.clear()
