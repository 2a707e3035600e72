"""The HTTP front: passes requests to the site's own process, and answers while there is none."""

from __future__ import annotations

import asyncio
import contextlib
import html
from typing import AsyncIterator

from .endpoint import Answer, plain
from .message import (
    CHUNKED,
    MAX_HEAD,
    UNTIL_CLOSE,
    BadMessage,
    ChunkedBody,
    Fields,
    Framing,
    Request,
    Response,
    end_to_end,
    header,
    parse_response,
    render,
    trailing,
    upgrade_of,
)
from .page import policy
from .stream import Channel, connect

_BODY_GRACE = 5.0
_NO_ANSWER = "The site's process gave no usable answer"

_STARTING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Starting</title>
<style>:root{{color-scheme:light dark}}body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;
padding:0 1.5rem}}p{{opacity:.75}}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


def unavailable(request: Request, title: str, text: str) -> Answer:
    """502; a page that reloads itself for browsers, a line for programs."""
    retry = {"Retry-After": "2"}
    if "text/html" not in (request.header("accept") or ""):
        return plain(502, f"{title}: {text}", retry)
    document = _STARTING.format(title=html.escape(title), text=html.escape(text))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy(document),
        **retry,
    }
    return Answer(502, headers, document.encode("utf-8"))


class CutShort(ConnectionResetError):
    """The connection that a body comes from ended before the body did."""


async def _body(source: Channel, framing: Framing, trailer: Fields) -> AsyncIterator[bytes]:
    """A body's octets as they come; what follows a chunked one is added to `trailer`."""
    if framing == CHUNKED:
        chunks = ChunkedBody()
        while not chunks.done:
            data = await source.read()
            if not data:
                raise CutShort("a chunked body was cut short")
            for piece in chunks.feed(data):
                yield piece
        source.unread(chunks.rest)
        trailer += chunks.trailer
    elif framing == UNTIL_CLOSE:
        while True:
            data = await source.read()
            if not data:
                break
            yield data
        if source.broken:
            raise CutShort("a body was cut short")
    else:
        remaining = int(framing)
        while remaining:
            data = await source.read(min(remaining, 256 * 1024))
            if not data:
                raise CutShort("a body was cut short")
            remaining -= len(data)
            yield data


async def _relay_body(source: Channel, target: Channel, framing: Framing, chunked: bool) -> None:
    trailer: Fields = []
    async for data in _body(source, framing, trailer):
        if chunked:
            target.write(b"%x\r\n" % len(data))
            target.write(data)
            target.write(b"\r\n")
        else:
            target.write(data)
        await target.drain()
    if chunked:
        target.write(render(b"0", trailing(trailer)))
        await target.drain()


async def _relay_bytes(source: Channel, target: Channel) -> None:
    """After an upgrade: one direction, up to and including its end."""
    while True:
        data = await source.read()
        if not data:
            break
        target.write(data)
        await target.drain()
    target.write_end()


class Front:
    """The site's process as a destination of requests."""

    def __init__(self, port: int) -> None:
        self._port = port

    def _head(self, request: Request, client: Channel) -> bytes:
        """The request as the site's process gets it."""
        fields = end_to_end(request.fields)
        upgrade = upgrade_of(request.fields)
        if upgrade is not None:
            fields += [(b"Connection", b"Upgrade"), (b"Upgrade", upgrade)]
        else:
            # One connection per request: no request can be lost on one that the site closes at the same time.
            fields.append((b"Connection", b"close"))
            if request.takes_trailers:
                fields += [(b"Connection", b"TE"), (b"TE", b"trailers")]
        if request.framing == CHUNKED:
            fields.append((b"Transfer-Encoding", b"chunked"))
        fields += self._forwarded(request, client)
        line = request.method.encode("ascii") + b" " + request.target + b" " + request.version.encode("ascii")
        return render(line, fields)

    @staticmethod
    def _forwarded(request: Request, client: Channel) -> Fields:
        """X-Forwarded-*, where no front end set them: the site is to see what it saw without us."""
        peer = client.transport.get_extra_info("peername") or ("", 0)
        known: tuple[tuple[str, str | None], ...] = (
            ("X-Forwarded-For", str(peer[0])),
            ("X-Forwarded-Proto", "http"),
            ("X-Forwarded-Host", request.header("host")),
        )
        return [
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in known
            if value and request.header(name) is None
        ]

    async def pass_on(self, request: Request, client: Channel) -> bool:
        """Passes one request on and its answer back; False when the client's connection cannot be used again."""
        try:
            site = await connect("127.0.0.1", self._port)
        except OSError:
            answer = unavailable(
                request, "The site is starting", "This page reloads itself until it answers."
            )
            client.write(answer.render(request.method, keep_alive=False))
            return False
        sending = asyncio.get_running_loop().create_task(self._send(request, client, site))

        def follow() -> None:
            """Does to the site's connection what the client did to ours.

            A client that ends its stream may have left, or may wait for the answer all the same: nothing tells the
            two apart. nginx, Node and uvicorn take it for the former, waitress and gunicorn do not look. So the site
            gets to see it too, and does what it would do without us.
            """
            unusable = sending.done() and not sending.cancelled() and sending.exception()
            if client.lost or isinstance(unusable, (BadMessage, CutShort)):
                site.abort()
            elif client.ended and sending.done() and not client.buffered:  # that would be further requests
                site.write_end()

        sending.add_done_callback(lambda _: follow())
        client.on_end = follow
        try:
            return await self._answer(request, client, site, sending)
        finally:
            client.on_end = None
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, BadMessage):
                await sending
            site.close()

    async def _send(self, request: Request, client: Channel, site: Channel) -> None:
        site.write(self._head(request, client))
        await _relay_body(client, site, request.framing, request.framing == CHUNKED)

    async def _answer(
        self, request: Request, client: Channel, site: Channel, sending: asyncio.Task[None]
    ) -> bool:
        response = await self._final_response(request, client, site, sending)
        if isinstance(response, Answer):
            client.write(response.render(request.method, keep_alive=False))
            return False
        if response.status == 101:
            client.write(self._response_head(response, None, False))
            await _switch(client, site)
            return False
        keep = request.keep_alive and response.framing != UNTIL_CLOSE
        chunked = response.framing == CHUNKED and request.version == "HTTP/1.1"
        if response.framing == CHUNKED and not chunked:
            keep = False  # HTTP/1.0 knows no chunks: the end of the connection ends the body
        if not sending.done() and (response.status >= 400 or request.header("expect") is not None):
            keep = False  # whether the rest of the body will come, and is of use to anybody, is not known
        client.write(self._response_head(response, request, keep, chunked))
        try:
            await _relay_body(site, client, response.framing, chunked)
        except (BadMessage, CutShort) as error:
            # The head is out, and all that can still be said is that the body is not whole.
            if not chunked and response.framing in (CHUNKED, UNTIL_CLOSE):
                client.reset()  # an orderly end would be the body's own
            raise ConnectionResetError(str(error)) from None
        # The rest of the request's body is in the way of the next request.
        return keep and await _ends(sending)

    async def _final_response(
        self, request: Request, client: Channel, site: Channel, sending: asyncio.Task[None]
    ) -> Response | Answer:
        """The answer's head; interim ones (100 Continue, 103) are passed on."""
        while True:
            try:
                head = await self._read_head(site, sending)
            except ValueError:
                return unavailable(request, _NO_ANSWER, "The answer's head is too long.")
            except BadMessage as bad:
                return plain(bad.status, bad.reason)
            if head is None:
                return unavailable(request, _NO_ANSWER, "It closed the connection.")
            try:
                response = parse_response(head, request.method)
            except BadMessage as bad:
                return unavailable(request, _NO_ANSWER, bad.reason)
            if response.status == 101 or response.status >= 200:
                return response
            if request.version == "HTTP/1.1":
                client.write(self._response_head(response, None, True))
                await client.drain()

    @staticmethod
    async def _read_head(site: Channel, sending: asyncio.Task[None]) -> bytes | None:
        """The next head; raises what the request's body died of, unless the site answers all the same."""
        reading = asyncio.get_running_loop().create_task(site.read_head(MAX_HEAD))
        try:
            await asyncio.wait({reading, sending}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done() and sending.done():
                error = sending.exception()
                if isinstance(error, (BadMessage, CutShort)) or (error is not None and not site.ended):
                    raise error
            return await reading
        finally:
            reading.cancel()

    @staticmethod
    def _response_head(
        response: Response, request: Request | None, keep: bool, chunked: bool = False
    ) -> bytes:
        fields = end_to_end(response.fields)
        if response.status == 101:
            fields += [
                (b"Connection", b"Upgrade"),
                (b"Upgrade", (header(response.fields, "upgrade") or "").encode()),
            ]
        elif request is not None:
            if chunked:
                fields.append((b"Transfer-Encoding", b"chunked"))
            fields.append((b"Connection", b"keep-alive" if keep else b"close"))
        line = b"HTTP/1.1 %d %s" % (response.status, response.reason)
        return render(line, fields)


async def _ends(sending: asyncio.Task[None]) -> bool:
    """Whether a request's body is passed on whole soon after its answer."""
    done, _ = await asyncio.wait({sending}, timeout=_BODY_GRACE)
    return bool(done) and not sending.cancelled() and sending.exception() is None


async def _switch(client: Channel, site: Channel) -> None:
    """Both directions of an upgraded connection, until both have ended or one is lost."""
    loop = asyncio.get_running_loop()
    tasks = {loop.create_task(_relay_bytes(client, site)), loop.create_task(_relay_bytes(site, client))}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            with contextlib.suppress(ConnectionError):
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
