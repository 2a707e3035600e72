"""Reads plans from standard input, one a line, and serves the latest until that input ends."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import sys

from ptvsd.endpoint import Endpoint
from ptvsd.front import Front
from ptvsd.message import Request
from ptvsd.server import Server
from ptvsd.stream import Channel

from .events import emit
from .plan import Plan
from .process import Ports
from .site import Site

_LONGEST_PLAN = 64 << 20
_PORTS_TRIED = 100


class Host(Front):
    """The site that is served now."""

    def __init__(self) -> None:
        super().__init__(0)
        self._ports = Ports()
        self._site: Site | None = None
        self._there = asyncio.Event()
        self._waking: asyncio.Task[None] | None = None

    async def serve(self, plan: Plan) -> None:
        """Serves what `plan` describes in place of what was served before."""
        await self.stop()
        self._site = Site(plan, self._ports)
        self._there.set()
        self._waking = asyncio.get_running_loop().create_task(self._site.wake())

    async def stop(self) -> None:
        self._there.clear()
        site, self._site = self._site, None
        if self._waking is not None:
            self._waking.cancel()
            await asyncio.gather(self._waking, return_exceptions=True)
        if site is not None:
            await site.stop()

    async def pass_on(self, request: Request, client: Channel) -> bool:
        # Who comes while one site makes way for the next waits for that.
        while self._site is None:
            await self._there.wait()
        return await self._site.pass_on(request, client)


class _NoEndpoint(Endpoint):
    """Nothing is answered here before the site's own handlers are asked."""

    def __init__(self) -> None:
        pass

    def route(self, request: Request) -> str | None:
        return None


async def listen(server: Server, port: int) -> tuple[asyncio.AbstractServer, int]:
    """The wanted port, else the next one that is free; 0 for any."""
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        try:
            listening = await server.listen("127.0.0.1", candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            continue
        return listening, int(listening.sockets[0].getsockname()[1])
    raise OSError(errno.EADDRINUSE, f"no port from {port} on is free")


async def run() -> int:
    loop = asyncio.get_running_loop()
    plans = asyncio.StreamReader(limit=_LONGEST_PLAN)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(plans), sys.stdin)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, plans.feed_eof)
    # A terminal interrupts both programs; it is the other one that ends this one then. Ignoring the signal would not do:
    # the site's processes would inherit that.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    line = await plans.readline()
    if not line:
        return 0
    plan = Plan.read(json.loads(line))
    host = Host()
    server = Server(_NoEndpoint(), host)
    try:
        listening, port = await listen(server, plan.port)
    except OSError as error:
        emit("failed", text=str(error.strerror or error))
        return 1
    emit("listening", port=port)
    try:
        while line:
            await host.serve(Plan.read(json.loads(line)))
            line = await plans.readline()
    finally:
        listening.close()
        await server.stop()
        await host.stop()
    return 0


def main() -> int:
    return asyncio.run(run())
