"""A site that does with HTTP what frameworks hide: `python site_server.py PORT`. The path chooses."""

from __future__ import annotations

import hashlib
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator


class Reader:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.pending = b""
        self.trailer = b""

    def more(self) -> bool:
        chunk = self.connection.recv(1 << 16)
        self.pending += chunk
        return bool(chunk)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.pending:
            if not self.more():
                raise EOFError
        head, self.pending = self.pending.split(mark, 1)
        return head

    def exactly(self, size: int) -> Iterator[bytes]:
        while size:
            if not self.pending and not self.more():
                raise EOFError
            piece, self.pending = self.pending[:size], self.pending[size:]
            size -= len(piece)
            yield piece

    def body(self, headers: dict[str, str]) -> Iterator[bytes]:
        if headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self.until(b"\r\n"), 16)
                if not size:
                    while line := self.until(b"\r\n"):
                        self.trailer += line + b"\r\n"
                    return
                yield from self.exactly(size)
                self.until(b"\r\n")
        else:
            yield from self.exactly(int(headers.get("content-length", "0")))


arrived = threading.Semaphore(0)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def serve(connection: socket.socket) -> None:
    reader = Reader(connection)
    head = reader.until(b"\r\n\r\n").decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
    path, _, query = target.partition("?")
    send = connection.sendall
    if path == "/head":
        body = head.encode("latin-1")
        send(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: %d\r\n\r\n" % len(body))
        if method != "HEAD":
            send(body)
    elif path == "/duplex":
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in reader.body(headers):
            send(chunk(piece.upper()))
        send(b"0\r\n" + reader.trailer + b"X-Own: yes\r\nContent-Length: 5\r\n\r\n")
    elif path == "/continue":
        time.sleep(0.2)
        send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"".join(reader.body(headers))
        send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    elif path == "/refuse":
        send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n")
    elif path == "/hints":
        send(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok"
        )
    elif path == "/close":
        send(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
    elif path == "/bad-chunks":
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld\r\n")
        reader.more()
    elif path == "/reset":
        send(b"HTTP/1.0 200 OK\r\n\r\nonly this")
        time.sleep(0.2)  # what is not sent yet is dropped by a reset
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif path == "/wait":
        name, _, streams = query.partition("&")
        list(reader.body(headers))
        if streams:
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        print(f"{name} waits", flush=True)
        try:
            left = "ended" if not reader.more() else "spoke"
        except ConnectionResetError:
            left = "reset"
        print(f"{name} {left}", flush=True)
    elif path == "/cut":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    elif path == "/cut-chunks":
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    elif path == "/garbage":
        send(b"SSH-2.0-nothing\r\n\r\n")
    elif path == "/silent":
        pass
    elif path == "/split":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Smuggled: a\nb\r\n\r\nhello")
    elif path == "/count":
        digest, size = hashlib.sha256(), 0
        for piece in reader.body(headers):
            digest.update(piece)
            size += len(piece)
        body = f"{size} {digest.hexdigest()}".encode()
        send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    elif path == "/sink":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        time.sleep(60)
    elif path == "/large":
        size = int(query)
        send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        block = bytes(range(256)) * 256
        while size:
            size -= connection.send(block[: min(size, len(block))])
    elif path == "/events":
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(3):
            send(chunk(b"data: %d\n\n" % number))
            arrived.acquire(timeout=60) if query else time.sleep(0.3)
        send(b"0\r\n\r\n")
    elif path == "/arrived":
        arrived.release()
        send(b"HTTP/1.1 204 No Content\r\n\r\n")
    elif path == "/upgrade":
        send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
        while reader.pending or reader.more():
            data, reader.pending = reader.pending, b""
            send(data[::-1])
        send(b"bye")
    elif path == "/exit":
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye")
        connection.close()
        import os

        os._exit(int(query))
    else:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def run(connection: socket.socket) -> None:
    try:
        serve(connection)
    except (EOFError, OSError):
        pass
    finally:
        connection.close()


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=run, args=(accepted,), daemon=True).start()
