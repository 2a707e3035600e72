#!/usr/bin/env python3
"""What stands at the far end of a measured chain.

    python3 Benchmarks/tunnel_target.py tcp         a server that speaks first, as the debugger's port does
    python3 Benchmarks/tunnel_target.py websocket   the same behind a WebSocket, with an endpoint's status, doing no
                                                    more than it must: what is measured through it is the bridge

Prints its port. After the greeting, the first octet chooses: `e` echoes, `u` and a size takes so many octets and then
answers with one, `d` and a size sends so many.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import sys
import threading
from typing import Callable

GREETING = b"ready\n"
BLOCK = 1 << 18


class Plain:
    """Octets as they are."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = bytearray(1 << 20)

    def take(self) -> bytes:
        """Receive what has come."""
        count = self.connection.recv_into(self.buffer)
        if not count:
            raise EOFError
        return bytes(self.buffer[:count])

    def skip(self, size: int) -> None:
        """Receive `size` octets and look at none."""
        while size > 0:
            count = self.connection.recv_into(self.buffer)
            if not count:
                raise EOFError
            size -= count

    def send(self, data: bytes) -> None:
        """Send all."""
        self.connection.sendall(data)


class Framed(Plain):
    """Octets in the frames of a WebSocket's server (RFC 6455); masks are undone only where content matters."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.pending = b""

    def _more(self) -> None:
        self.pending += super().take()

    def _head(self) -> tuple[int, int, bytes]:
        """Read the head of a frame: its opcode, size and mask."""
        while len(self.pending) < 14:
            size = self.pending[1] & 0x7F if len(self.pending) > 1 else 127
            if len(self.pending) >= 6 + {126: 2, 127: 8}.get(size, 0):
                break
            self._more()
        size, extra = self.pending[1] & 0x7F, {126: 2, 127: 8}.get(self.pending[1] & 0x7F, 0)
        if extra:
            size = int.from_bytes(self.pending[2 : 2 + extra], "big")
        opcode, key = self.pending[0] & 15, self.pending[2 + extra : 6 + extra]
        self.pending = self.pending[6 + extra :]
        return opcode, size, key

    def take(self) -> bytes:
        """Receive one frame's content."""
        opcode, size, key = self._head()
        while len(self.pending) < size:
            self._more()
        data, self.pending = self.pending[:size], self.pending[size:]
        mask = int.from_bytes((key * (size // 4 + 1))[:size], "big")
        plain = (int.from_bytes(data, "big") ^ mask).to_bytes(size, "big")
        if opcode == 8:
            self.connection.sendall(b"\x88" + bytes([len(plain)]) + plain)
            raise EOFError
        return plain if opcode < 8 else self.take()

    def skip(self, size: int) -> None:
        """Receive frames with `size` octets of content and undo no mask."""
        while size > 0:
            _, count, _ = self._head()
            size -= count
            rest = count - len(self.pending)
            self.pending = self.pending[count:]
            if rest > 0:
                while rest > 0:
                    got = self.connection.recv_into(self.buffer, min(rest, len(self.buffer)))
                    if not got:
                        raise EOFError
                    rest -= got

    def send(self, data: bytes) -> None:
        """Send one frame."""
        size = len(data)
        if size < 126:
            head = bytes([size])
        elif size < 1 << 16:
            head = b"\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x7f" + size.to_bytes(8, "big")
        self.connection.sendall(b"\x82" + head + data)


def converse(stream: Plain) -> None:
    """Greet, and do what is asked."""
    stream.send(GREETING)
    request = stream.take()
    mode, rest = request[:1], request[1:]
    if mode == b"e":
        if rest:
            stream.send(rest)
        while True:
            stream.send(stream.take())
    while len(rest) < 8:
        rest += stream.take()
    size = int.from_bytes(rest[:8], "big")
    if mode == b"u":
        stream.skip(size - len(rest[8:]))
        stream.send(b"k")
    else:
        block = bytes(BLOCK)
        for _ in range(size // BLOCK):
            stream.send(block)
    stream.take()


def upgraded(connection: socket.socket) -> Plain:
    """Answer HTTP until a WebSocket begins."""
    head = b""
    while True:
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                raise EOFError
            head += more
        request, head = head.split(b"\r\n\r\n", 1)
        fields = {
            line.partition(b":")[0].strip().lower(): line.partition(b":")[2].strip()
            for line in request.split(b"\r\n")[1:]
        }
        if b"sec-websocket-key" in fields:
            proof = hashlib.sha1(fields[b"sec-websocket-key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
            )
            stream = Framed(connection)
            stream.pending = head
            return stream
        status = {"agentVersion": "0", "debuggerUp": True, "processes": [], "sessions": []}
        body = json.dumps(status).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )


def serve(begin: Callable[[socket.socket], Plain], trust: ssl.SSLContext | None) -> None:
    """Listen for good, one thread a connection."""

    def run(connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if trust is not None:
                connection = trust.wrap_socket(connection, server_side=True)
            converse(begin(connection))
        except (EOFError, OSError):
            pass
        finally:
            connection.close()

    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=run, args=(accepted,), daemon=True).start()


def main() -> None:
    """Choose by the arguments: tcp, or websocket with or without a certificate and its key."""
    kind, *files = sys.argv[1:]
    trust = None
    if files:
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(*files)
    serve(Plain if kind == "tcp" else upgraded, trust)


if __name__ == "__main__":
    main()
