"""A served site: every request through filtering, rewriting and the handler table to what answers it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from urllib.parse import quote, unquote

from ptvsd.endpoint import plain
from ptvsd.message import Request
from ptvsd.server import Answers
from ptvsd.stream import Channel

from .events import emit
from .fastcgi import FastCGI
from .parameters import cgi_parameters
from .plan import Plan
from .platform import Platform, Proxy
from .process import Ports, Unavailable
from .rewrite import Reply, Rules, Target
from .routing import choose, folder_of
from .static import serve_file


class Site:
    """What a plan describes, with its processes."""

    def __init__(self, plan: Plan, ports: Ports) -> None:
        self._plan = plan
        self._rules = Rules(plan.rules, plan.root)
        self._platform = Platform(plan.platform, plan.root, ports) if plan.platform else None
        self._applications = [FastCGI(application, plan.root, ports) for application in plan.applications]
        self._answers = Answers()

    async def wake(self) -> None:
        """Starts the site's own process, so that its troubles show before the first visitor comes."""
        if self._platform is not None and self._plan.starts_at_once:
            try:
                await self._platform.ready()
            except Unavailable as unavailable:
                emit("failed", text=str(unavailable))

    async def stop(self) -> None:
        """Ends the processes, after the last answers."""
        await self._answers.last()
        stops = [application.stop() for application in self._applications]
        if self._platform is not None:
            stops.append(self._platform.stop())
        await asyncio.gather(*stops)

    async def pass_on(self, request: Request, client: Channel) -> bool:
        began = time.monotonic()
        # What was upgraded ends when somebody ends it.
        upgrades = request.header("upgrade") is not None
        with contextlib.nullcontext() if upgrades else self._answers:
            keep, status, handler = await self._answer(request, client)
        emit(
            "request",
            method=request.method,
            target=request.target.decode("latin-1"),
            status=status,
            handler=handler,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        return keep

    async def _answer(self, request: Request, client: Channel) -> tuple[bool, int, str]:
        path = unquote(request.path, "latin-1").encode("latin-1").decode("utf-8", "surrogateescape")
        if "\0" in path or ".." in re.split(r"[/\\]", path):
            return *self._reply(request, client, 400, "the path leads out of the site"), "request filtering"
        target = self._rules.apply(request, path)
        if isinstance(target, Reply):
            return *self._reply_of_rule(request, client, target), "rewrite rule"
        folder = folder_of(self._plan.folders, target.path)
        if any(segment.lower() in folder.hidden for segment in target.path.split("/")):
            text = "the site's configuration hides this path (404.8)"
            return *self._reply(request, client, 404, text), "request filtering"
        match = choose(folder, request.method, target.path, self._plan.root)
        if match is None:
            return *self._reply(request, client, 404, "no handler takes this request (404.4)"), "none"
        if target.rewritten:
            request = _rewritten(request, target)
        kind = match.handler.kind
        if kind == "platform" and self._platform is not None:
            return *await self._proxy(request, client, self._platform), match.handler.name
        if kind == "fastcgi":
            parameters = cgi_parameters(request, client, target, match, self._plan.root)
            application = self._applications[match.handler.application]
            return *await application.answer(request, client, parameters, folder.headers), match.handler.name
        if kind == "static":
            keep, status = await serve_file(request, client, target.path, folder, self._plan.root)
            return keep, status, match.handler.name
        text = f"only IIS has what the handler '{match.handler.name}' needs"
        return *self._reply(request, client, 501, text), match.handler.name

    async def _proxy(self, request: Request, client: Channel, platform: Platform) -> tuple[bool, int]:
        try:
            port = await platform.ready()
        except Unavailable as unavailable:
            emit("failed", text=str(unavailable))
            return self._reply(request, client, 502, str(unavailable))
        headers = folder_of(self._plan.folders, request.path).headers
        proxy = Proxy(port, headers)
        return await proxy.pass_on(request, client), proxy.status

    @staticmethod
    def _reply(request: Request, client: Channel, status: int, text: str, **headers: str) -> tuple[bool, int]:
        keep = request.keep_alive and request.framing == 0
        client.write(plain(status, text, headers).render(request.method, keep))
        return keep, status

    def _reply_of_rule(self, request: Request, client: Channel, reply: Reply) -> tuple[bool, int]:
        if not reply.status:
            client.abort()
            return False, 0
        if reply.location is None:
            return self._reply(request, client, reply.status, "a rewrite rule answers this request")
        location = quote(reply.location, safe="/?#[]@!$&'()*+,;=:%~", errors="surrogateescape")
        return self._reply(request, client, reply.status, location, Location=location)


def _rewritten(request: Request, target: Target) -> Request:
    """The request as the URL Rewrite module passes it on."""
    path = quote(target.path, safe="/!$&'()*+,;=:@~", errors="surrogateescape")
    line = path + ("?" + target.query if target.query else "")
    kept = [field for field in request.fields if field[0].lower() != b"x-original-url"]
    return request._replace(
        target=line.encode("latin-1"), fields=[*kept, (b"X-Original-URL", request.target)]
    )
