"""A FastCGI application: one process that answers one request at a time, as IIS with `maxInstances="1"` runs it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import socket
import sys
import tempfile
from typing import IO, Any

from ptvsd.message import CHUNKED, BadMessage, Fields, Request
from ptvsd.stream import Channel

from . import records
from .body import read_body
from .events import emit
from .exchange import Exchange
from .plan import Application
from .process import Ports, Process, Unavailable
from .watch import Watch

_IN_MEMORY = 1 << 20
# How long what a process has written is still read once it has ended.
_LAST_WORDS = 0.2


class FastCGI:
    """The application's process, the queue in front of it, and the watch over the files it was started from."""

    def __init__(self, application: Application, root: str, ports: Ports) -> None:
        self._application = application
        self._root = root
        self._ports = ports
        self._process = Process(application.program, root, ports)
        self._turn = asyncio.Lock()
        self._stream: Channel | None = None
        self._guard: asyncio.Task[None] | None = None
        self._view = _view(root, application.configuration)
        self._watch = Watch(root, application.restart, self._files_changed)

    async def _start(self) -> Channel:
        if self._stream is not None and self._process.is_running and not self._stream.ended:
            return self._stream
        await self._process.stop()
        await self._watch.start()
        script = self._application.script or _wfastcgi()
        ours, theirs = socket.socketpair()
        with theirs:
            starter = os.path.join(os.path.dirname(os.path.abspath(__file__)), "starter.py")
            settings = {name: self._ports.fill(value) for name, value in self._application.settings.items()}
            variables = {
                "PTVSD_SERVE_CONFIGURATION": self._view,
                "PTVSD_SERVE_SETTINGS": json.dumps(settings),
            }
            before = [sys.executable, *self._application.options]
            behind = [script, *self._application.arguments]
            try:
                await self._process.start(
                    [*before, starter, *behind],
                    0,
                    shown=[*before, *behind],
                    stdin=theirs,
                    environment=variables,
                )
            except Unavailable:
                ours.close()
                raise
        ours.setblocking(False)
        _, self._stream = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        self._guard = asyncio.get_running_loop().create_task(self._close_behind(self._stream))
        return self._stream

    async def _close_behind(self, stream: Channel) -> None:
        """Ends the connection with the process: one that it has started may hold it open, as the debugger does."""
        await self._process.wait()
        await asyncio.sleep(_LAST_WORDS)
        stream.close()

    async def _files_changed(self, name: str) -> None:
        """As wfastcgi does: the process ends at once; the next request starts it anew."""
        if self._process.is_running:
            emit("restarting", process=self._application.program.name, file=name)
            await self._end()

    async def _end(self) -> None:
        stream, self._stream = self._stream, None
        await self._process.stop()
        if stream is not None:
            stream.close()

    async def stop(self) -> None:
        await self._watch.stop()
        await self._end()
        shutil.rmtree(self._view, ignore_errors=True)

    async def answer(
        self, request: Request, client: Channel, parameters: dict[str, str], headers: Fields
    ) -> tuple[bool, int]:
        """Answers a request; whether the client's connection can go on, and the status."""
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
            # Read before the application's turn: a slow client must not hold up everybody.
            size = await _receive(request, client, content)
            if size or request.framing == CHUNKED:
                parameters["CONTENT_LENGTH"] = str(size)
            async with self._turn:
                exchange = Exchange(request, client, headers)
                try:
                    stream = await self._start()
                    await self._send(stream, parameters, content)
                    await exchange.relay(stream)
                except Unavailable as unavailable:
                    emit("failed", text=str(unavailable))
                    return exchange.fail(502, "The FastCGI process is not available", str(unavailable))
                except (ConnectionError, EOFError):
                    await self._process_ended()
                    return exchange.fail(
                        500, "The FastCGI process ended unexpectedly", self._process.last_line
                    )
                except ValueError as error:
                    await self._end()
                    return exchange.fail(502, "The FastCGI application's answer is malformed", str(error))
            return exchange.keep, exchange.status

    async def _process_ended(self) -> None:
        """Lets the end be told before the answer that follows from it."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._process.wait(), 2)
            await asyncio.sleep(0.05)
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    @staticmethod
    async def _send(stream: Channel, parameters: dict[str, str], content: IO[bytes]) -> None:
        stream.write(records.begin())
        for data in records.parameters({name: value.encode("latin-1") for name, value in parameters.items()}):
            stream.write(data)
        content.seek(0)
        while True:
            data = content.read(65536)
            for piece in records.body(data):
                stream.write(piece)
            await stream.drain()
            if not data:
                stream.write(records.record(records.STDIN, b""))
                return


async def _receive(request: Request, client: Channel, content: Any) -> int:
    """Reads the request's body; how long it is."""
    size = 0
    if request.framing and (request.header("expect") or "").lower() == "100-continue":
        client.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        async for data in read_body(client, request.framing):
            content.write(data)
            size += len(data)
    except ConnectionResetError:
        raise BadMessage(400, "the body was cut short") from None
    return size


def _wfastcgi() -> str:
    found = importlib.util.find_spec("wfastcgi")
    if found is None or not found.origin:
        raise Unavailable(f"wfastcgi is not installed: run '{sys.executable} -m pip install wfastcgi'")
    return found.origin


def _view(root: str, configuration: str) -> str:
    """A folder where the site's configuration is called as wfastcgi calls it."""
    folder = tempfile.mkdtemp(prefix="ptvsd-serve-")
    os.symlink(os.path.join(root, configuration), os.path.join(folder, "Web.config"))
    return folder
