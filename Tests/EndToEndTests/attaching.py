"""Runs `ptvsd-publish attach` for a test, and servers that fail it in every way."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from program import Program, Running
from serving import wait_until

from dap import DebugClient  # isort: skip

SECRET = "kJ3-secret-of-forty-three-characters_0123456"


class Attached(Running):
    """A running `attach`."""

    def __init__(self, program: Program, *arguments: str | Path, cwd: Path, **environment: str) -> None:
        super().__init__(program, "attach", *arguments, cwd=cwd, environment=environment)

    @property
    def port(self) -> int:
        def look() -> str:
            assert self.process.poll() is None, self.log
            return "".join(self.out).strip()

        host, _, port = wait_until(look, "the bridge's address").rpartition(":")
        assert host == "127.0.0.1"
        return int(port)

    def debugger(self) -> DebugClient:
        return DebugClient.connect("127.0.0.1", self.port)

    def says(self, text: str) -> None:
        """Waits until it has said something."""
        wait_until(lambda: text in self.log, f"'{text}' in {self.log}")

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(60)
        for reader in self._readers:
            reader.join(10)
        return code


@contextlib.contextmanager
def answering(answer: bytes, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that answers every request alike; its port."""

    def serve(connection: socket.socket) -> None:
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                part = connection.recv(65536)
                if not part:
                    return
                data += part
            connection.sendall(answer)

    with serving(serve, context) as port:
        yield port


@contextlib.contextmanager
def serving(serve: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that runs `serve` in a thread for each connection; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def run(connection: socket.socket) -> None:
            with contextlib.suppress(OSError):
                serve(context.wrap_socket(connection, server_side=True) if context else connection)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=run, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def http(status: str, body: str = "", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", body]).encode()


class Authority:
    """Certificates made for the tests by an authority of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "ca.pem"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE",
        )  # fmt: skip

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def context(self, name: str, *, expired: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for `name`, such as `DNS:localhost` or `IP:127.0.0.1`."""
        stem = name.replace(":", "-") + ("-expired" if expired else "")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server",
            "-keyout", f"{stem}.key", "-out", f"{stem}.csr",
        )  # fmt: skip
        (self.folder / f"{stem}.ext").write_text(f"subjectAltName={name}\n")
        days = ["-days", "-1"] if expired else ["-days", "2"]
        self._openssl(
            "x509", "-req", "-in", f"{stem}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", f"{stem}.pem", "-extfile", f"{stem}.ext", *days,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        return context


def kill_group(process: subprocess.Popen[Any]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
