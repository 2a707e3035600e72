"""A WebSocket echo server on the agent's `websocket.py`: `python echo_server.py PORT`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Templates" / "site"))

from ptvsd import websocket
from ptvsd.message import parse_request


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = parse_request(await reader.readuntil(b"\r\n\r\n"))
    headers = websocket.handshake(request.method, request.version, request.headers())
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    writer.write("\r\n".join(lines).encode())
    connection = websocket.Connection(max_frame=64 << 20)
    message = bytearray()
    while not connection.closed:
        data = await reader.read(1 << 16)
        if not data:
            break
        for event in connection.receive(data):
            if isinstance(event, websocket.Data):
                message += event.payload
                if event.end:
                    opcode = websocket.TEXT if event.text else websocket.BINARY
                    writer.write(websocket.frame(opcode, bytes(message)))
                    message.clear()
            elif isinstance(event, websocket.Ping):
                writer.write(connection.take_replies())
        writer.write(connection.take_replies())
        await writer.drain()
    writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 18)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
