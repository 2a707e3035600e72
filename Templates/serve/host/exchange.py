"""One answer on its way from a FastCGI application to a client."""

from __future__ import annotations

import contextlib
import re
from typing import AsyncIterator

from ptvsd.endpoint import REASONS, Answer, plain
from ptvsd.message import Fields, Request, end_to_end, render
from ptvsd.stream import Channel

from . import records

_STATUS = re.compile(r"([1-9][0-9]{2})(?: (.*))?\Z")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class Exchange:
    """Takes the application's records, and writes the answer they make."""

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
