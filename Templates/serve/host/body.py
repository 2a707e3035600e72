"""A request's body as it arrives."""

from __future__ import annotations

from typing import AsyncIterator

from ptvsd.message import CHUNKED, ChunkedBody, Framing
from ptvsd.stream import Channel


async def read_body(source: Channel, framing: Framing) -> AsyncIterator[bytes]:
    """The octets; raises `ConnectionResetError` when the body is cut short."""
    if framing == CHUNKED:
        chunks = ChunkedBody()
        while not chunks.done:
            data = await source.read()
            if not data:
                raise ConnectionResetError
            for piece in chunks.feed(data):
                yield piece
        source.unread(chunks.rest)
        return
    remaining = int(framing)
    while remaining:
        data = await source.read(min(remaining, 65536))
        if not data:
            raise ConnectionResetError
        remaining -= len(data)
        yield data
