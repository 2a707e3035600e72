"""A FastCGI application: one process that answers one request at a time, as IIS with `maxInstances="1"` runs it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from typing import IO, Any, AsyncIterator

from ptvsd.endpoint import REASONS, Answer, plain
from ptvsd.message import CHUNKED, BadMessage, Fields, Request, end_to_end, render
from ptvsd.stream import Channel

from . import records
from .body import read_body
from .events import emit
from .plan import Application
from .process import Ports, Process, Unavailable
from .watch import Watch

_STATUS = re.compile(r"([1-9][0-9]{2})(?: (.*))?\Z")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_IN_MEMORY = 1 << 20


class FastCGI:
    """The application's process, the queue in front of it, and the watch over the files it was started from."""

    def __init__(self, application: Application, root: str, ports: Ports) -> None:
        self._application = application
        self._root = root
        self._ports = ports
        self._process = Process(application.program, root, ports)
        self._turn = asyncio.Lock()
        self._stream: Channel | None = None
        self._view = _view(root, application.configuration)
        self._watch = Watch(root, application.restart, self._files_changed)

    async def _start(self) -> Channel:
        if self._stream is not None and self._process.is_running and not self._stream.ended:
            return self._stream
        await self._process.stop()
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
        self._watch.start()
        return self._stream

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
                exchange = _Exchange(request, client, headers)
                try:
                    stream = await self._start()
                    await self._send(stream, parameters, content)
                    await exchange.relay(stream)
                except Unavailable as unavailable:
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


class _Exchange:
    """One answer on its way from the application to the client."""

    def __init__(self, request: Request, client: Channel, headers: Fields) -> None:
        self._request = request
        self._client = client
        self._headers = headers
        self._head = b""
        self._errors = b""
        self._chunked = False
        self._begun = False
        self.status = 500
        self.keep = request.keep_alive

    async def relay(self, stream: Channel) -> None:
        async for kind, content in _read(stream):
            if kind == records.STDERR:
                self._errors += content
            elif kind == records.STDOUT and content:
                await self._output(content)
            elif kind == records.END_REQUEST:
                await self._finish()
                return

    async def _output(self, content: bytes) -> None:
        if self._begun:
            await self._write(content)
            return
        self._head += content
        end = _HEAD_END.search(self._head)
        if end:
            rest = self._head[end.end() :]
            self._head = self._head[: end.start()]
            self._begin()
            await self._write(rest)
        elif len(self._head) > 64 * 1024:
            raise ValueError("its head is too long")

    def _begin(self) -> None:
        fields: Fields = []
        status, reason = 200, ""
        for line in re.split(rb"\r?\n", self._head):
            name, colon, value = line.partition(b":")
            value = value.strip()
            if name.lower() == b"status":
                found = _STATUS.match(value.decode("latin-1"))
                if not found:
                    raise ValueError("its status is not a number and a reason")
                status, reason = int(found[1]), found[2] or ""
            elif colon:
                fields.append((name, value))
        self.status, self._begun = status, True
        fields = [*end_to_end(fields), *self._headers]
        if self._has_body and not any(name.lower() == b"content-length" for name, _ in fields):
            self._chunked = self._request.version == "HTTP/1.1"
            self.keep = self.keep and self._chunked
            if self._chunked:
                fields.append((b"Transfer-Encoding", b"chunked"))
        fields.append((b"Connection", b"keep-alive" if self.keep else b"close"))
        line = f"HTTP/1.1 {status} {reason or REASONS.get(status, 'Unknown')}"
        self._send(render(line.encode("latin-1"), fields))

    @property
    def _has_body(self) -> bool:
        return self._request.method != "HEAD" and self.status not in (204, 304)

    async def _write(self, content: bytes) -> None:
        if not content or not self._has_body:
            return
        self._send(b"%x\r\n%s\r\n" % (len(content), content) if self._chunked else content)
        with contextlib.suppress(ConnectionError):
            await self._client.drain()

    def _send(self, data: bytes) -> None:
        # A client that has gone away does not end the request: the application is heard out, as IIS does.
        if not self._client.lost:
            self._client.write(data)

    async def _finish(self) -> None:
        if not self._begun:
            # wfastcgi ends the head of an answer to an exception without an empty line: IIS shows what it says.
            text = self._errors.decode("utf-8", "replace").strip()
            self.keep, self.status = self.fail(500, "The application failed", text)
        elif self._chunked:
            self._send(b"0\r\n\r\n")
        if self._client.lost:
            self.keep = False

    def fail(self, status: int, title: str, text: str) -> tuple[bool, int]:
        if self._begun:
            self._client.abort()  # the client must not take what it has for the whole
        elif not self._client.lost:
            answer: Answer = plain(status, f"{title}\n\n{text}".strip())
            self._client.write(answer.render(self._request.method, keep_alive=False))
        return False, status


async def _read(stream: Channel) -> AsyncIterator[tuple[int, bytes]]:
    """The records that the application sends."""
    buffer = b""
    while True:
        while len(buffer) < records.HEAD_SIZE:
            buffer += await _more(stream)
        head = records.parse_head(buffer[: records.HEAD_SIZE])
        end = records.HEAD_SIZE + head.size
        while len(buffer) < end + head.padding:
            buffer += await _more(stream)
        content, buffer = buffer[records.HEAD_SIZE : end], buffer[end + head.padding :]
        yield head.kind, content


async def _more(stream: Channel) -> bytes:
    data = await stream.read()
    if not data:
        raise EOFError
    return data


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
