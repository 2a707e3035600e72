"""The process behind `httpPlatformHandler`, or of a start command: a web server of the site's own."""

from __future__ import annotations

import asyncio
import time

from ptvsd.child import free_port
from ptvsd.endpoint import Answer
from ptvsd.front import Front
from ptvsd.message import Fields, Request, Response
from ptvsd.stream import Channel, connect

from .plan import Program
from .process import Ports, Process, Unavailable


class Platform:
    """Starts the process when the first request comes, and again when it has ended."""

    def __init__(self, program: Program, root: str, ports: Ports) -> None:
        self._process = Process(program, root, ports)
        self._program = program
        self._ports = ports
        self._port = 0
        self._ready = False
        self._starting = asyncio.Lock()

    async def ready(self) -> int:
        """The port where the process listens; starts it first where it must be."""
        async with self._starting:
            if self._ready and self._process.is_running:
                return self._port
            self._ready = False
            if not self._process.is_running:
                self._port = port = free_port()
                command = [self._ports.fill(argument, port) for argument in self._program.command]
                variables = {"HTTP_PLATFORM_PORT": str(port), "PORT": str(port)}
                await self._process.start(command, port, environment=variables)
            await self._wait_until_it_listens()
            self._ready = True
            return self._port

    async def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + self._program.startup_seconds
        while True:
            if not self._process.is_running:
                raise Unavailable("the process ended before it listened on its port" + self._said())
            try:
                (await connect("127.0.0.1", self._port)).close()
                return
            except OSError:
                pass
            if time.monotonic() > deadline:
                self._process.count_failure()
                await self._process.stop()
                raise Unavailable(
                    f"the process did not listen on its port {self._port} within "
                    f"{self._program.startup_seconds:g} s (startupTimeLimit)" + self._said()
                )
            await asyncio.sleep(0.03)

    def _said(self) -> str:
        return f"; it last said: {self._process.last_line}" if self._process.last_line else ""

    async def stop(self) -> None:
        await self._process.stop()


class Proxy(Front):
    """Passes one request to the process; afterwards `status` is that of the answer."""

    def __init__(self, port: int, headers: Fields) -> None:
        super().__init__(port)
        self._headers = headers
        self.status = 502

    async def _final_response(
        self, request: Request, client: Channel, site: Channel, sending: asyncio.Task[None]
    ) -> Response | Answer:
        response = await super()._final_response(request, client, site, sending)
        self.status = response.status
        if isinstance(response, Response):
            response = response._replace(fields=[*response.fields, *self._headers])
        return response
