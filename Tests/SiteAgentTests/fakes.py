"""Servers that stand in for a debugger or a site, and keep a record of what was done to them."""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import threading
import time
from typing import Callable

from ptvsd.sides import DISCONNECT


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


def has_left(connection: socket.socket) -> bool:
    """Whether the peer has closed the connection: the system knows before the serving thread wakes up."""
    if connection.fileno() < 0:
        raise OSError("the server has been stopped")
    if sys.platform == "linux":
        poll = select.poll()
        poll.register(connection, select.POLLRDHUP)
        return bool(poll.poll(0))
    try:  # elsewhere the end is seen only behind all octets that came before it
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


class FragileDebugger(TCPServer):
    """Greets as debugpy does, `delay` seconds per message, and echoes until it is to disconnect; `faults` tells who
    hurt it."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.faults: list[str] = []
        self.greeted = 0
        self.received = 0
        self.hold = threading.Event()
        self.hold.set()
        self._open: dict[socket.socket, bool] = {}  # with each, whether it has been greeted
        self._lock = threading.Lock()
        super().__init__(self._attend)

    @property
    def sessions(self) -> int:
        return len(self._open)

    def _attend(self, connection: socket.socket) -> None:
        with self._lock:
            others = [greeted for other, greeted in self._open.items() if not has_left(other)]
            self._open[connection] = False
        if not all(others):
            self.faults.append("dialled while another connection was greeted")
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._greet(connection, alone=not others):
                self._echo(connection)
        finally:
            with self._lock:
                del self._open[connection]

    def _greet(self, connection: socket.socket, alone: bool) -> bool:
        """Whether the peer stayed to the end."""
        events = ["output", "output", "debugpySockets"] if alone else ["output", "output"]
        for number, event in enumerate(events, 1):
            time.sleep(self.delay)
            if has_left(connection):
                self.faults.append("closed during the greeting")
                return False
            if number == len(events):  # noted before the peer can know of it and dial again
                with self._lock:
                    self._open[connection] = True
                    self.greeted += 1
            connection.sendall(dap(seq=1, type="event", event=event))
        return True

    def _echo(self, connection: socket.socket) -> None:
        last = b""
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


class Sink(TCPServer):
    """Speaks no protocol; `take` says how to treat a connection."""
