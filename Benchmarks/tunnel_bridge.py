#!/usr/bin/env python3
"""A bridge as one would write it in an afternoon: a local port, and the package `websockets`. Ours is measured against it.

    python3 Benchmarks/tunnel_bridge.py ws://SECRET@127.0.0.1:8000/ptvsd [--port 5678] [--ca-file FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import socket
import ssl
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def serve(url: str, port: int, authority: str | None) -> None:
    """Listen, and open one WebSocket for every connection."""
    parts = urlsplit(url)
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
    headers = {}
    if parts.username:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{parts.username}:".encode()).decode()
    trust = ssl.create_default_context(cafile=authority) if parts.scheme == "wss" else None

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with connect(
            bare, ssl=trust, additional_headers=headers, compression=None, max_size=None, proxy=None
        ) as tunnel:

            async def up() -> None:
                while data := await reader.read(1 << 16):
                    await tunnel.send(data)
                await tunnel.close()

            async def down() -> None:
                async for data in tunnel:
                    writer.write(data if isinstance(data, bytes) else data.encode())
                    await writer.drain()

            tasks = [asyncio.ensure_future(up()), asyncio.ensure_future(down())]
            with contextlib.suppress(ConnectionClosed, OSError):
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        writer.close()

    server = await asyncio.start_server(relay, "127.0.0.1", port, limit=1 << 20)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Read the arguments and run until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--port", type=int, default=5678)
    parser.add_argument("--ca-file")
    options = parser.parse_args()
    asyncio.run(serve(options.url, options.port, options.ca_file))


if __name__ == "__main__":
    main()
