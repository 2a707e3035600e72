"""A connection whose peer does what peers do."""

from __future__ import annotations

import asyncio
import socket
import struct

from ptvsd.stream import Channel, connect


def test_a_peer_that_has_reset_the_connection_is_an_end_and_no_error() -> None:
    async def run() -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            channel: Channel = await connect(*listener.getsockname())
            peer, _ = listener.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        # The loop has not had the time to notice: it is this call that meets it first.
        channel.write_end()
        data = await asyncio.wait_for(channel.read(), 10)
        channel.close()
        return data

    assert asyncio.run(run()) == b""


def test_what_came_before_a_reset_is_read_even_where_a_write_meets_it_first() -> None:
    async def run() -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            channel: Channel = await connect(*listener.getsockname())
            peer, _ = listener.accept()
        channel.write(b"a body that nobody reads")
        peer.sendall(b"too large")
        peer.close()  # a reset, since something is unread
        channel.write(b"more of it")
        data = await asyncio.wait_for(channel.read(), 60)
        assert channel.broken
        return data

    assert asyncio.run(run()) == b"too large"
