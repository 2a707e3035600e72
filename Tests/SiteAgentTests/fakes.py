"""Servers that stand in for a debugger or a site, and keep a record of what was done to them."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from typing import Callable

from ptvsd.sides import DISCONNECT

# The agent keeps 0.25 s between a close and the next dialling; a busy machine shows this thread less of it.
NOTICEABLE = 0.1


def dap(**message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def message(size: int) -> bytes:
    """A request of `size` octets, head included."""
    fields = dap(type="request", seq=1, command="evaluate", text="")
    spare = size - len(fields) - 8
    filler = os.urandom(max(0, spare) // 2 + 16).hex()
    for length in range(max(0, spare - 4), spare + 12):
        whole = dap(type="request", seq=1, command="evaluate", text=filler[:length])
        if len(whole) == size:
            return whole
    raise ValueError(size)


class TCPServer:
    """Runs `serve` in a thread for each connection."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        try:
            self._serve(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def stop(self) -> None:
        # A thread that sleeps in accept keeps a closed socket listening.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
        self._listener.close()
        for connection in self.connections:
            connection.close()


class FragileDebugger(TCPServer):
    """Greets as debugpy does, `delay` seconds per message, and echoes until it is to disconnect; `faults` tells who
    hurt it."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.faults: list[str] = []
        self.events: list[tuple[str, float]] = []
        self.received = 0
        self.sessions = 0
        self.hold = threading.Event()
        self.hold.set()
        super().__init__(self._greet)

    def _greet(self, connection: socket.socket) -> None:
        now = time.monotonic()
        if self.events and self.events[-1][0] == "closed" and now - self.events[-1][1] < NOTICEABLE:
            self.faults.append(f"dialled {now - self.events[-1][1]:.3f} s after a close")
        if self.events and self.events[-1][0] == "dialled":
            self.faults.append("dialled while another connection was greeted")
        self.events.append(("dialled", now))
        alone = self.sessions == 0
        self.sessions += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for event in ("output", "output", "debugpySockets") if alone else ("output", "output"):
            time.sleep(self.delay)
            connection.settimeout(0.001)
            try:
                if connection.recv(1, socket.MSG_PEEK) == b"":
                    self.faults.append("closed during the greeting")
                    return
            except socket.timeout:
                pass
            connection.settimeout(None)
            connection.sendall(dap(seq=1, type="event", event=event))
        self.events.append(("greeted", time.monotonic()))
        last = b""
        try:
            while True:
                self.hold.wait()
                data = connection.recv(1 << 16)
                if not data:
                    return
                self.received += len(data)
                last = (last + data)[-len(DISCONNECT) :]
                if last == DISCONNECT:  # which it does not send back: it closes, as debugpy does
                    self.received -= len(DISCONNECT)
                    return
                connection.sendall(data)
        finally:
            self.sessions -= 1
            self.events.append(("closed", time.monotonic()))


class Sink(TCPServer):
    """Speaks no protocol; `take` says how to treat a connection."""
