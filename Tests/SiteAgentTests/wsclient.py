"""A blocking WebSocket client, written apart from the agent's own code."""

from __future__ import annotations

import base64
import os
import queue
import socket
import struct
import threading
from typing import Any


class HandshakeFailed(Exception):
    def __init__(self, status: int, headers: dict[str, str], body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.headers = headers
        self.body = body


class WebSocketClosed(EOFError):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class WebSocketClient:
    """Connects at once; `receive` returns the payload of the next data frame."""

    def __init__(
        self,
        port: int,
        path: str = "/ptvsd",
        secret: str | None = None,
        host: str = "127.0.0.1",
        answers_pings: bool = True,
        **headers: str,
    ) -> None:
        self.answers_pings = answers_pings
        self.pings = 0
        self._pending = b""
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fields = {
            "Host": f"{host}:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        if secret is not None:
            fields["Authorization"] = "Basic " + base64.b64encode(f"{secret}:".encode()).decode()
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._pending:
            self._more()
        head, self._pending = self._pending.split(b"\r\n\r\n", 1)
        first, *rest = head.decode("latin-1").split("\r\n")
        self.headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in rest}
        status = int(first.split()[1])
        if status != 101:
            length = int(self.headers.get("content-length", "0"))
            while len(self._pending) < length:
                self._more()
            self.socket.close()
            raise HandshakeFailed(status, self.headers, self._pending[:length].decode())

    def _more(self) -> None:
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise WebSocketClosed(1006, "the connection ended without a close frame")
        self._pending += chunk

    def _take(self, count: int) -> bytes:
        while len(self._pending) < count:
            self._more()
        data, self._pending = self._pending[:count], self._pending[count:]
        return data

    def send(self, payload: bytes, opcode: int = 2, final: bool = True, key: bytes | None = None) -> None:
        key = os.urandom(4) if key is None else key
        size = len(payload)
        head = bytes([opcode | (0x80 if final else 0)])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 1 << 16:
            head += b"\xfe" + struct.pack(">H", size)
        else:
            head += b"\xff" + struct.pack(">Q", size)
        mask = (key * (size // 4 + 1))[:size]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
        self.socket.sendall(head + key + masked)

    def receive(self) -> bytes:
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self._take(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self._take(8))
            payload = self._take(size)
            opcode = first & 0x0F
            if opcode == 8:
                code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                raise WebSocketClosed(code, payload[2:].decode())
            if opcode == 9:
                self.pings += 1
                if self.answers_pings:
                    self.send(payload, opcode=10)
            elif opcode != 10:
                return payload

    def close_code(self) -> tuple[int, str]:
        """Reads on until the connection ends; the close frame's code and reason."""
        try:
            while True:
                self.receive()
        except WebSocketClosed as closed:
            return closed.code, closed.reason

    def close(self, code: int = 1000) -> None:
        try:
            self.send(struct.pack(">H", code), opcode=8)
            self.socket.settimeout(10)
            self.close_code()
        except OSError:
            pass
        self.socket.close()

    def abort(self) -> None:
        """Ends the connection with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A thread that sleeps in recv would keep the connection open.
        self.socket.shutdown(socket.SHUT_RD)
        self.socket.close()


class LivingClient(WebSocketClient):
    """Reads all the time, as a bridge does: pings are answered whatever its owner is doing."""

    patience = 60.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sending = threading.Lock()
        self._arrived: queue.Queue[bytes | OSError | EOFError] = queue.Queue()
        self.socket.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while True:
                self._arrived.put(super().receive())
        except (OSError, EOFError) as error:
            self._arrived.put(error)

    def send(self, *arguments: Any, **options: Any) -> None:
        with self._sending:
            super().send(*arguments, **options)

    def receive(self) -> bytes:
        item = self._arrived.get(timeout=self.patience)
        if isinstance(item, bytes):
            return item
        self._arrived.put(item)  # the end stays the end
        raise item
