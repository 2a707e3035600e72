"""The agent's listening side: reads requests from each connection, one after the other."""

from __future__ import annotations

import asyncio
import contextlib

from .endpoint import Answer, Endpoint, plain
from .events import log
from .front import Front
from .message import CHUNKED, MAX_HEAD, BadMessage, Request, parse_request
from .stream import Channel

# Longer than front ends keep their idle connections to us, so that it is them who close.
IDLE_TIMEOUT = 300.0
HEAD_TIMEOUT = 60.0
BODY_TIMEOUT = 10.0
LINGER = 2.0
LAST_ANSWERS = 2.0
_MAX_OWN_BODY = 64 * 1024


class Answers:
    """The answers that are under way: each is one for as long as the context lasts."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._count += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._none.set()

    async def last(self) -> None:
        """Waits for the last of them, for a moment."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._none.wait(), LAST_ANSWERS)


class Server:
    """Everything that is `/ptvsd` goes to the endpoint, the rest to the site or nowhere."""

    def __init__(self, endpoint: Endpoint, front: Front | None) -> None:
        self._endpoint = endpoint
        self._front = front
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers = Answers()

    async def listen(self, host: str, port: int) -> asyncio.base_events.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: Channel(self._accept), host, port, backlog=512)

    def _accept(self, channel: Channel) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, channel: Channel) -> None:
        try:
            while await self._serve_one(channel):
                pass
            await self._linger(channel)
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001 - one connection's trouble is not the agent's end
            log("failed", error=type(error).__name__, text=error)
            if isinstance(channel.transport.get_protocol(), Channel):
                channel.abort()
        finally:
            if isinstance(channel.transport.get_protocol(), Channel):
                channel.close()

    async def _linger(self, channel: Channel) -> None:
        """Lets the peer read our last answer: closing on unread octets would reset the connection under it."""
        if not isinstance(channel.transport.get_protocol(), Channel) or channel.lost:
            return
        channel.write_end()
        try:
            await asyncio.wait_for(self._discard(channel), LINGER)
        except asyncio.TimeoutError:
            pass

    @staticmethod
    async def _discard(channel: Channel) -> None:
        while await channel.read():
            pass

    async def _serve_one(self, channel: Channel) -> bool:
        """One request; False when the connection has served its last."""
        try:
            if not await asyncio.wait_for(channel.wait_for_data(), IDLE_TIMEOUT):
                return False
            head = await asyncio.wait_for(channel.read_head(MAX_HEAD), HEAD_TIMEOUT)
        except asyncio.TimeoutError:
            if channel.buffered:
                channel.write(plain(408, "the request did not arrive in time").render(keep_alive=False))
            return False
        except ValueError:
            channel.write(plain(431, "the request's head is too long").render(keep_alive=False))
            return False
        if head is None:
            return False
        try:
            request = parse_request(head)
        except BadMessage as bad:
            channel.write(plain(bad.status, bad.reason).render(keep_alive=False))
            return False
        route = self._endpoint.route(request)
        if route is not None:
            return await self._serve_endpoint(request, route, channel)
        if self._front is not None:
            return await self._pass_on(self._front, request, channel)
        channel.write(
            plain(404, "there is nothing here; see /ptvsd").render(request.method, keep_alive=False)
        )
        return False

    async def _pass_on(self, front: Front, request: Request, channel: Channel) -> bool:
        with self._answers:
            return await front.pass_on(request, channel)

    async def _serve_endpoint(self, request: Request, route: str, channel: Channel) -> bool:
        peer = (channel.transport.get_extra_info("peername") or ("unknown",))[0]
        answer: Answer | None = await self._endpoint.answer(request, route, peer)
        if answer is None:
            answer = await self._endpoint.tunnel(request, channel, peer)
            if answer is None:
                return False
        # Nothing at the endpoint takes a body; a small one is read past, a large one ends the connection, and so does
        # one that is held back until somebody asks for it.
        small = request.framing != CHUNKED and int(request.framing) <= _MAX_OWN_BODY
        keep = request.keep_alive and small and request.header("expect") is None
        channel.write(answer.render(request.method, keep))
        await channel.drain()
        if not keep:
            return False
        try:
            return await asyncio.wait_for(self._pass_over(channel, int(request.framing)), BODY_TIMEOUT)
        except asyncio.TimeoutError:
            return False

    @staticmethod
    async def _pass_over(channel: Channel, size: int) -> bool:
        """Reads `size` octets that nobody wants; False when they end before."""
        while size:
            data = await channel.read(size)
            if not data:
                return False
            size -= len(data)
        return True

    async def stop(self) -> None:
        """Ends all connections, after the site's last answers have been passed on."""
        await self._answers.last()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
