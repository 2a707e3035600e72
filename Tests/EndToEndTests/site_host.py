"""Where a published site answers: a TLS front end, and behind it the site's own process or a stand-in for it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

from azure_site import AzureSite
from serving import free_port

STARTING = b"<html><title>503 - Server Unavailable</title></html>"


class Responder(BaseHTTPRequestHandler):
    """Answers like the endpoint of the build that was there when it started."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: RespondingServer

    def _secret(self) -> str:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return value
        user, _, password = base64.b64decode(value).decode().partition(":")
        return password or user

    def do_GET(self) -> None:
        build, digest = self.server.build, self.server.digest()
        if not self.path.startswith("/ptvsd"):
            self._answer(200, b"<html>the site</html>")
        elif build is None:
            self._answer(404, b"")
        elif self.path == "/ptvsd":
            self._answer(200, b"<html>debugging is on</html>")
        elif hashlib.sha256(self._secret().encode()).hexdigest() != digest:
            self._answer(401, b"the secret is required")
        elif self.path == "/ptvsd/status":
            root = str(self.server.folder)
            status = {
                "agentVersion": "5.0.0",
                "buildID": build,
                "applicationRoot": root,
                "debuggerUp": True,
                "processes": [],
                "sessions": [],
            }
            self._answer(200, json.dumps(status).encode())
        elif self.path == "/ptvsd/sessions" and self.command == "DELETE":
            ended, self.server.host.sessions = self.server.host.sessions, 0
            self.server.host.ended += ended
            self._answer(200, json.dumps({"ended": ended}).encode())
        else:
            self._answer(405, b"")

    do_HEAD = do_DELETE = do_GET

    def _answer(self, status: int, body: bytes) -> None:
        self.server.host.seen.append((self.command, self.path, status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


class RespondingServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: SiteHost, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Responder)
        self.host, self.folder = host, folder
        self.build = self._settings().get("buildID")
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def _settings(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(
                (self.folder / "ptvsd" / "settings.json").read_text("utf-8-sig")
            )
        except (OSError, ValueError):
            return {}
        return found

    def digest(self) -> str | None:
        # The agent looks at its settings again at every request: a new secret needs no restart.
        return self._settings().get("secretSHA256")

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class SiteProcess:
    """The site's start command, run as the platform does."""

    def __init__(self, site: AzureSite, folder: Path) -> None:
        self.port = free_port()
        command = site.config["appCommandLine"] or "gunicorn app:app --bind=0.0.0.0:$PORT"
        command = command.replace("/home/site/wwwroot", str(folder))
        self.log = site.home / "LogFiles" / f"{site.instance[:6]}_docker.log"
        self.log.parent.mkdir(exist_ok=True)
        self._command, self._folder = command, folder
        self._environment = {
            **site.settings,
            **{f"APPSETTING_{name}": value for name, value in site.settings.items()},
            "PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin",
            "HOME": str(site.home),
            "PORT": str(self.port),
            "APP_PATH": str(folder),
            "WEBSITE_SITE_NAME": site.name,
            "WEBSITE_INSTANCE_ID": site.instance,
        }
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._process = self._started()
        threading.Thread(target=self._keep, daemon=True).start()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["bash", "-c", self._command],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _keep(self) -> None:
        """Starts it again when it ends by itself."""
        while True:
            self._process.wait()
            self._stopped.wait(0.5)
            with self._lock:
                if self._stopped.is_set():
                    return
                self._process = self._started()

    def stop(self) -> None:
        with self._lock:
            self._stopped.set()
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                pass
            try:
                self._process.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue


class SiteHost:
    """The site's HTTPS host; `runs` says whether it is a real process, or a stand-in."""

    def __init__(
        self, site: AzureSite, certificates: ssl.SSLContext, runs: bool, start_seconds: float
    ) -> None:
        self.site, self._runs, self._start_seconds = site, runs, start_seconds
        self.sessions = 0  # open debug sessions, of the stand-in
        self.ended = 0
        self.restarts = 0
        self.seen: list[tuple[str, str, int]] = []
        self._backend: RespondingServer | SiteProcess | None = None
        self._backend_of = 0  # the restart that has started it
        self._ended = False
        self._lock = threading.RLock()
        self._places = tempfile.TemporaryDirectory(prefix="site-")
        self._front = Front(certificates, lambda: self._port)
        self.port = self._front.port
        site.restarted, site.is_up, site.sessions = self.restart, self.is_up, lambda: self.sessions
        self._start(0)

    @property
    def _port(self) -> int | None:
        """The port of what runs; nothing does from the moment on that a restart is asked for."""
        backend = self._backend
        if self._backend_of != self.restarts:
            return None
        if isinstance(backend, RespondingServer):
            return int(backend.server_address[1])
        return backend.port if backend else None

    def is_up(self) -> bool:
        port = self._port
        if port is None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def restart(self) -> None:
        """Ends what runs and starts what lies in wwwroot now, after a while."""
        if self.site.faults.keeps_old_build:
            return
        self.restarts += 1
        threading.Thread(target=self._start, args=(self.restarts,), daemon=True).start()

    def _start(self, restart: int) -> None:
        with self._lock:
            if self._ended or restart != self.restarts:  # another one follows
                return
            self._stop()
            self.sessions = 0
            if restart:
                time.sleep(self._start_seconds)
            if self.site.faults.crashes:
                return
            folder = self._unpacked()
            self._backend = SiteProcess(self.site, folder) if self._runs else RespondingServer(self, folder)
            self._backend_of = restart

    def _unpacked(self) -> Path:
        """Where the code runs: what Oryx has packed is unpacked anew at each start."""
        packed = self.site.wwwroot / "output.tar.gz"
        if not packed.exists():
            return self.site.wwwroot
        shutil.rmtree(self._places.name, ignore_errors=True)
        folder = Path(self._places.name) / os.urandom(8).hex()
        folder.mkdir(parents=True)
        with tarfile.open(packed) as archive:
            archive.extractall(folder)
        return folder

    def _stop(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.stop()
        self._front.drop()

    def log(self) -> str:
        """What the site's process has written."""
        if not isinstance(self._backend, SiteProcess):
            return ""
        return self._backend.log.read_text(errors="replace")

    def stop(self) -> None:
        self._ended = True
        with self._lock:
            self._stop()
            self._front.shutdown()
            self._front.server_close()
            self._places.cleanup()


class Front(socketserver.ThreadingTCPServer):
    """Ends TLS and passes bytes on, in both directions."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, certificates: ssl.SSLContext, backend: Callable[[], int | None]) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.port = int(self.server_address[1])
        self._certificates, self._backend = certificates, backend
        self._open: set[socket.socket] = set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            request.settimeout(30)
            client = self._certificates.wrap_socket(request, server_side=True)
            self._serve(client)
            client.close()
        except (OSError, ssl.SSLError, ValueError):
            pass

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that went away is no matter here."""

    def _serve(self, client: ssl.SSLSocket) -> None:
        inner = self._dialled()
        if inner is None:
            client.recv(1 << 16)
            head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Length: {len(STARTING)}\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode() + STARTING)
            return
        for each in (client, inner):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setblocking(True)
        inner.settimeout(None)
        back = threading.Thread(target=self._pump, args=(inner, client), daemon=True)
        back.start()
        self._pump(client, inner)
        back.join()
        self._open.discard(inner)
        inner.close()

    def _dialled(self) -> socket.socket | None:
        """A connection to what runs."""
        port = self._backend()
        try:
            inner = socket.create_connection(("127.0.0.1", port or 1), 5)
        except OSError:
            return None
        self._open.add(inner)
        if self._backend() == port:
            return inner
        # A restart came in between, and may have dropped the others already.
        self._open.discard(inner)
        inner.close()
        return None

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while True:
                data = source.recv(1 << 16)
                if not data:
                    break
                sink.sendall(data)
        except (OSError, ssl.SSLError, ValueError):
            pass
        for each in (source, sink):
            try:
                socket.socket.shutdown(each, socket.SHUT_RDWR)
            except (OSError, ValueError):
                pass

    def drop(self) -> None:
        """Ends the connections to a process that is no more."""
        for each in list(self._open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
