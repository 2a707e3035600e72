"""A byte stream over an asyncio transport, with bounded buffers both ways.

It differs from asyncio's own streams in two points the front needs: the transport can be handed over to another
protocol together with what was read too much, and a full buffer stops reading at a limit known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from typing import Callable, cast

READ_LIMIT = 256 * 1024
WRITE_LIMIT = 512 * 1024
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # on, for 0 seconds: a close is a reset


class Channel(asyncio.Protocol):
    """One connection: a reader and a writer for coroutines."""

    def __init__(self, accepted: Callable[[Channel], None] | None = None) -> None:
        self._accepted = accepted
        self._buffer = bytearray()
        self._reading_paused = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._writing_paused = False
        self.ended = False  # the peer will send nothing more
        self.lost = False
        self.broken = False  # by a reset or an error, or by ourselves: what came may not be all
        # Called when the peer ends its stream, and again when the connection is lost.
        self.on_end: Callable[[], None] | None = None
        self.transport: asyncio.Transport

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=WRITE_LIMIT)
        if self._accepted is not None:
            self._accepted(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= READ_LIMIT and not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()
        self._wake_reader()

    def eof_received(self) -> bool:
        self.ended = True
        self._wake_reader()
        if self.on_end is not None:
            self.on_end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = self.lost = True
        self.broken = self.broken or exc is not None
        if exc is not None:
            self._read_the_rest()
        self._wake_reader()
        self._wake_writer()
        if self.on_end is not None:
            self.on_end()

    def _read_the_rest(self) -> None:
        """What a peer has sent before it reset the connection is still there when it is a write that fails first."""
        with contextlib.suppress(OSError, ValueError):
            descriptor = self.transport.get_extra_info("socket").fileno()
            while data := os.read(descriptor, READ_LIMIT):
                self._buffer += data

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._wake_writer()

    def _wake_reader(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _wake_writer(self) -> None:
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    # for coroutines

    async def _more(self) -> None:
        if self._reading_paused:
            self._reading_paused = False
            if not self.lost:
                self.transport.resume_reading()
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    async def read(self, limit: int = READ_LIMIT) -> bytes:
        """At least one octet, at most `limit`; empty at the end of the stream."""
        while not self._buffer:
            if self.ended:
                return b""
            await self._more()
        data = bytes(self._buffer[:limit])
        del self._buffer[:limit]
        if self._reading_paused and not self.lost:
            self._reading_paused = False
            self.transport.resume_reading()
        return data

    async def read_head(self, limit: int) -> bytes | None:
        """Everything up to and including the empty line; None when the stream ends before it.

        Raises `ValueError` when there is no empty line within `limit` octets.
        """
        searched = 0
        while True:
            # Empty lines before a request line are to be ignored (RFC 9112, 2.2).
            while self._buffer[:2] == b"\r\n":
                del self._buffer[:2]
            found = self._buffer.find(b"\r\n\r\n", max(0, searched - 3))
            if 0 <= found <= limit - 4:
                head = bytes(self._buffer[: found + 4])
                del self._buffer[: found + 4]
                return head
            if len(self._buffer) > limit or found >= 0:
                raise ValueError(f"no empty line within {limit} octets")
            if self.ended:
                return None
            searched = len(self._buffer)
            await self._more()

    def unread(self, data: bytes) -> None:
        """Puts octets back in front of what comes next."""
        self._buffer[:0] = data

    @property
    def buffered(self) -> int:
        return len(self._buffer)

    async def wait_for_data(self) -> bool:
        """Waits until something can be read; False at the end of the stream."""
        while not self._buffer and not self.ended:
            await self._more()
        return bool(self._buffer)

    def write(self, data: bytes) -> None:
        if self.lost:
            raise ConnectionResetError("the connection is gone")
        self.transport.write(data)

    async def drain(self) -> None:
        """Waits until the peer has taken enough of what was written."""
        while self._writing_paused and not self.lost:
            self._writer = asyncio.get_running_loop().create_future()
            try:
                await self._writer
            finally:
                self._writer = None
        if self.lost:
            raise ConnectionResetError("the connection is gone")

    def write_end(self) -> None:
        """Tells the peer that nothing more will come, and keeps reading."""
        if not self.lost and self.transport.can_write_eof():
            # Of a peer that has just reset the connection, asyncio tells a writer nothing and this call an error; the
            # next read meets the end in either case.
            with contextlib.suppress(OSError):
                self.transport.write_eof()

    def close(self) -> None:
        if not self.lost:
            self.transport.close()

    def abort(self) -> None:
        if not self.lost:
            self.broken = True
            self.transport.abort()

    def reset(self) -> None:
        """Ends the connection in a way that nobody can take for the proper end of a body."""
        if not self.lost:
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.transport.abort()

    def hand_over(self, protocol: asyncio.BaseProtocol) -> bytes:
        """Gives the transport to `protocol`; returns what was read and not yet taken."""
        data = bytes(self._buffer)
        self._buffer.clear()
        self.transport.set_protocol(protocol)
        if self._reading_paused and not self.lost:
            self._reading_paused = False
            self.transport.resume_reading()
        return data


async def connect(host: str, port: int) -> Channel:
    """Opens a TCP connection."""
    _, channel = await asyncio.get_running_loop().create_connection(Channel, host, port)
    return channel
