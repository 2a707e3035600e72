"""An endpoint made of Python's own WebSocket server, for the tests of `attach`."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any, Callable, Self

import websockets.asyncio.server as websockets_server


class Endpoint:
    """An endpoint whose sessions `handle` runs, in a thread of its own."""

    def __init__(
        self,
        handle: Callable[..., Any],
        status: dict[str, Any] | None = None,
        *,
        context: Any = None,
        upgrade: int = 101,
    ) -> None:
        self.headers: list[Any] = []
        self.paths: list[str] = []
        self._handle = handle
        self._status = {"agentVersion": "1", "debuggerUp": True, "processes": [], "sessions": [], **(status or {})}
        self._context = context
        self._upgrade = upgrade
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._started.wait(60)

    def _respond(self, connection: Any, request: Any) -> Any:
        self.headers.append(request.headers)
        self.paths.append(request.path)
        if request.path == "/ptvsd/status":
            return connection.respond(200, json.dumps(self._status))
        return None if self._upgrade == 101 else connection.respond(self._upgrade, "no\n")

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with websockets_server.serve(
            self._handle, "127.0.0.1", 0, ssl=self._context, process_request=self._respond, compression="deflate"
        ) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._started.set()
            await self._stop.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
