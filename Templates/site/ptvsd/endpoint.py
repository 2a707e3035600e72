"""What stands at `/ptvsd`: the information page, the status, the tunnel, and the end of all sessions."""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any, Mapping, NamedTuple
from urllib.parse import parse_qs, urlsplit

from . import __version__, websocket
from .access import Refusal, WrongTries, authorize, origin_is_site
from .events import Refusals
from .message import Request
from .page import information_page
from .sessions import Sessions
from .settings import PACKAGE, Settings, SettingsFile
from .stream import Channel

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    414: "URI Too Long",
    426: "Upgrade Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    505: "HTTP Version Not Supported",
}


class Answer(NamedTuple):
    """A whole HTTP answer of our own."""

    status: int
    headers: dict[str, str]
    body: bytes

    def render(self, method: str = "GET", keep_alive: bool = True) -> bytes:
        headers = {
            **self.headers,
            "Content-Length": str(len(self.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "keep-alive" if keep_alive else "close",
        }
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else self.body)


def plain(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(
        status, {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}, f"{text}\n".encode()
    )


def _json(document: dict[str, Any]) -> Answer:
    body = json.dumps(document, indent=2).encode("ascii") + b"\n"
    return Answer(200, {"Content-Type": "application/json"}, body)


def remote_of(request: Request, peer: str) -> str:
    """The client's address: the nearest proxy's word for it, where there is one."""
    forwarded = request.header("x-forwarded-for")
    if not forwarded:
        return peer
    last = forwarded.rpartition(",")[2].strip()[:64]
    if last.startswith("["):
        return last[1:].partition("]")[0]
    return last.partition(":")[0] if last.count(":") == 1 else last


class Endpoint:
    """Answers the requests that are the agent's own. `anywhere`: also below a virtual directory."""

    def __init__(self, settings: SettingsFile, sessions: Sessions, anywhere: bool) -> None:
        self._settings = settings
        # The build that runs: a publish replaces the file some time before the site starts again.
        self._build = settings.current.build
        self._sessions = sessions
        self._anywhere = anywhere
        self._tries = WrongTries()
        self._refusals = Refusals()

    def route(self, request: Request) -> str | None:
        """What follows `/ptvsd` in the path, None when the request is the site's own."""
        path = request.path
        prefixes = ["/ptvsd"]
        site_url = self._settings.recent.site_url
        if site_url:
            prefixes.append(urlsplit(site_url).path.rstrip("/") + "/ptvsd")
        for prefix in prefixes:
            if path == prefix or path.startswith(prefix + "/"):
                return path[len(prefix) :].rstrip("/")
        if self._anywhere:
            # A front end passes nothing else here; whether it compares case or prefixes the path is its affair.
            _, found, rest = (path.lower() + "/").partition("/ptvsd/")
            if found:
                return "/" + rest.rstrip("/") if rest.rstrip("/") else ""
        return None

    async def answer(self, request: Request, route: str, peer: str) -> Answer | None:
        """The answer; None when the connection is to become a tunnel (see `tunnel`)."""
        # Other protocols (h2c, which some clients offer with every request) need not be taken up.
        upgrade = "websocket" in websocket.tokens(request.header("upgrade"))
        if route == "" and not upgrade:
            return await self._page(request) if request.method in ("GET", "HEAD") else _not_allowed("GET")
        if route not in ("", "/status", "/sessions"):
            return plain(404, "there is nothing here; see /ptvsd")
        remote = remote_of(request, peer)
        settings = self._settings.current
        client = remote if remote == peer else f"{remote} by {peer}"
        refusal = authorize(settings, request.header("authorization"), client, self._tries)
        if refusal is None and upgrade:
            refusal = self._refuse_origin(request, settings)
        if refusal is not None:
            if request.header("authorization") is not None or upgrade:
                self._refusals.note(client, status=refusal.status, reason=refusal.reason)
            return plain(refusal.status, refusal.reason, refusal.headers)
        if route == "/status":
            return (
                _json(await self._status(settings))
                if request.method in ("GET", "HEAD")
                else _not_allowed("GET")
            )
        if route == "/sessions":
            if request.method != "DELETE":
                return _not_allowed("DELETE")
            return _json({"ended": await self._sessions.end_all(reason="ended by request")})
        return None

    def _refuse_origin(self, request: Request, settings: Settings) -> Refusal | None:
        hosts = [host for name in ("host", "x-forwarded-host") for host in [request.header(name)] if host]
        if origin_is_site(request.header("origin"), hosts, settings.site_url):
            return None
        return Refusal(403, "a page of another site must not open the tunnel", {})

    async def tunnel(self, request: Request, channel: Channel, peer: str) -> Answer | None:
        """Turns the connection into a tunnel session; an answer instead when the upgrade is not one."""
        try:
            headers = websocket.handshake(request.method, request.version, request.headers())
            wanted = parse_qs(request.query).get("process", [""])[-1]
            process = int(wanted) if wanted else None
        except websocket.HandshakeRefused as refused:
            needed = {"Sec-WebSocket-Version": "13", "Upgrade": "websocket"} if refused.status == 426 else {}
            return plain(refused.status, refused.reason, needed)
        except ValueError:
            return plain(400, "process must be a number")
        lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in headers.items())]
        channel.write("\r\n".join([*lines, "", ""]).encode("ascii"))
        await self._sessions.serve(channel, remote_of(request, peer), process)
        return None

    async def _page(self, request: Request) -> Answer:
        settings = self._settings.current
        host = request.header("x-forwarded-host") or request.header("host") or "<site>"
        secure = (request.header("x-forwarded-proto") or "").split(",")[0].strip().lower() == "https"
        path = request.path.rstrip("/")
        url = f"{'wss' if secure else 'ws'}://<secret>@{host.split(',')[0].strip()}{path}"
        if settings.site_url:
            parts = urlsplit(settings.site_url)
            scheme = "ws" if parts.scheme == "http" else "wss"
            url = f"{scheme}://<secret>@{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}/ptvsd"
        headers, body = information_page(settings, url, await self._sessions.up(), len(self._sessions))
        return Answer(200, headers, body)

    async def _status(self, settings: Settings) -> dict[str, Any]:
        return {
            "agentVersion": __version__,
            "buildID": self._build,
            "configuration": settings.configuration,
            "expires": settings.expires_text,
            "host": settings.host,
            "pythonVersion": platform.python_version(),
            "pythonPath": sys.executable,
            "workingDirectory": _working_directory(),
            "applicationRoot": os.path.dirname(PACKAGE),
            "appPath": os.environ.get("APP_PATH"),
            "instanceID": os.environ.get("WEBSITE_INSTANCE_ID"),
            "platform": sys.platform,
            "pid": os.getpid(),
            "debuggerUp": await self._sessions.up(),
            "processes": await self._sessions.processes(),
            "sessions": self._sessions.public(),
        }


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None  # it was removed under our feet


def _not_allowed(method: str) -> Answer:
    return plain(
        405, f"only {method} is answered here", {"Allow": "GET, HEAD" if method == "GET" else method}
    )
