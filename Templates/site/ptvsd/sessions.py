"""All tunnel sessions of the agent: their number, the choice of a debugger, and what ends them from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any

from .gate import Gates
from .listeners import is_listening
from .processes import Debugger, DebuggerMissing, Registry
from .proxy import Session
from .settings import SettingsFile
from .stream import Channel
from .websocket import GOING_AWAY, INTERNAL_ERROR, POLICY, TRY_LATER

MAX_SESSIONS = 8  # debuggers attached to at once
MAX_CONNECTIONS = 128  # one session has one for each child process that is debugged
RELEASE = 3.0
PING_INTERVAL = 30.0
LIFE_SIGN = 3.0
WATCH_INTERVAL = 1.0


def _seconds(name: str, default: float) -> float:
    try:
        return max(0.01, float(os.environ.get(name, "")))
    except ValueError:
        return default


class Sessions:
    """The open sessions, and how new ones come about."""

    def __init__(self, settings: SettingsFile, registry: Registry, address: Debugger | None) -> None:
        self._settings = settings
        self._registry = registry
        self._address = address
        self._open: set[Session] = set()
        self._leaving: set[Session] = set()  # over, and some of them still to be released
        self._gates = Gates()
        self._ping_interval = _seconds("PTVSD_PING_INTERVAL", PING_INTERVAL)
        self._life_sign = _seconds("PTVSD_LIFE_SIGN", LIFE_SIGN)
        self._watcher: asyncio.Task[None] | None = None
        self._joining: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._open)

    def public(self) -> list[dict[str, Any]]:
        """The sessions as `status` shows them."""
        return [
            {
                "process": session.process,
                "remote": session.remote,
                "seconds": round(time.time() - session.began, 1),
                "received": session.received,
                "sent": session.sent,
            }
            for session in sorted(self._open, key=lambda session: session.began)
        ]

    async def serve(self, channel: Channel, remote: str, pid: int | None) -> None:
        """Makes a session of a connection whose 101 answer has been written."""
        session = Session(channel, remote, self._ping_interval, self._ended)
        session.chosen = pid
        session.digest = self._settings.current.digest
        if self._closed:
            session.end(GOING_AWAY, "the site restarts")
        if len(self._open) >= MAX_CONNECTIONS:
            # Some of them may be dead and not known to be; the newcomer is not made to wait for a minute.
            await self._doubt(list(self._open))
        if len(self._open) >= MAX_CONNECTIONS:
            session.end(TRY_LATER, f"there are {MAX_CONNECTIONS} connections already")
        if session.over:  # what comes with the upgrade may be its end already
            return
        self._open.add(session)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.get_running_loop().create_task(self._watch())
        try:
            await self._attach(session, pid)
        except (DebuggerMissing, OSError) as error:
            session.end(INTERNAL_ERROR, f"the debugger cannot be reached: {error}")
        except BaseException:
            session.end(INTERNAL_ERROR, "the agent failed; see its log")
            raise

    async def _attach(self, session: Session, pid: int | None) -> None:
        """Finds the debugger of a new session, makes room at it, and dials it."""
        # A laptop that slept comes back with a new connection, and debugpy answers nobody while it has the old one. A
        # peer that is there answers while the debugger is being found.
        for other in self._open - {session}:
            other.ask()
        debugger = await self.debugger(pid)
        target = debugger.host, debugger.port
        await self._doubt([other for other in self._open - {session} if other.target == target])
        if session.over:
            return
        targets = {other.target for other in self._open if other.target is not None}
        if target not in targets and len(targets) >= MAX_SESSIONS:
            await self._doubt([other for other in self._open if other.target is not None])
            targets = {other.target for other in self._open if other.target is not None}
        if target not in targets and len(targets) >= MAX_SESSIONS:
            session.end(TRY_LATER, f"there are {MAX_SESSIONS} sessions already")
        if not session.over:
            await session.dial(debugger, self._gates.of(debugger.host, debugger.port))

    async def _doubt(self, sessions: list[Session]) -> None:
        """Ends those of the sessions whose peers give no sign of life."""
        await asyncio.gather(*(session.is_alive(self._life_sign) for session in sessions))

    async def debugger(self, pid: int | None) -> Debugger:
        """Where to dial for the process `pid`, or for the site."""
        if self._address is None:
            return await self._registry.debugger(pid)
        if pid is not None:
            return await self._registry.debugger(pid)
        if is_listening(self._address.port) is False:
            # The first process may have found the port taken by something else and listens on none: ask it.
            with contextlib.suppress(DebuggerMissing):
                return await self._registry.debugger(None)
            raise DebuggerMissing(
                f"nothing listens on {self._address.host}:{self._address.port} yet; open a page of the site first"
            )
        first = await self._at_address()
        return self._address._replace(process=first, ours=first is not None)

    async def _at_address(self) -> int | None:
        """The registered process behind the address; its siblings are brought into its session."""
        processes = await self._registry.processes()
        for process in processes:
            if self._address is not None and process.ready and process.port == self._address.port:
                await self._registry.join(
                    process, [other for other in processes if other.main and other.ready]
                )
                return process.pid
        return None

    async def up(self) -> bool:
        """Whether there is something to attach to."""
        processes = await self._registry.processes()
        if any(process.ready for process in processes):
            return True
        return self._address is not None and is_listening(self._address.port) is not False

    async def processes(self) -> list[dict[str, Any]]:
        """The processes as `status` shows them."""
        found = [process.public() for process in await self._registry.processes()]
        address = self._address
        known = {process["port"] for process in found}
        if address is not None and address.port not in known and is_listening(address.port) is not False:
            found.append({"pid": 0, "name": "debugger", "port": address.port, "ready": True, "main": True})
        return found

    def _ended(self, session: Session) -> None:
        self._open.discard(session)
        self._leaving = {other for other in self._leaving if not other.released.is_set()} | {session}

    async def end_all(self, code: int = GOING_AWAY, reason: str = "the site restarts") -> int:
        """Ends all sessions, and waits until the debuggers have been let go, of earlier ones too."""
        ending = list(self._open)
        for session in ending:
            session.end(code, reason)
        released = asyncio.gather(*(session.released.wait() for session in self._leaving))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(released, RELEASE)
        return len(ending)

    async def close(self) -> None:
        """Ends all sessions and lets no new one come about."""
        self._closed = True
        await self.end_all()

    async def _watch(self) -> None:
        """While there are sessions: ends them with their right to exist, and brings new workers in."""
        while self._open:
            await asyncio.sleep(WATCH_INTERVAL)
            self._end_unauthorized()
            if self._joining is None or self._joining.done():  # a worker that hangs may take long to join
                self._joining = asyncio.get_running_loop().create_task(self._join_newcomers())

    def _end_unauthorized(self) -> None:
        settings = self._settings.current
        for session in list(self._open):
            if settings.expired:
                session.end(POLICY, "access to the debugger expired")
            elif session.digest != settings.digest:
                session.end(POLICY, "the secret was changed")

    async def _join_newcomers(self) -> None:
        ports = {
            session.target[1]
            for session in self._open
            if session.chosen is None and session.process and session.target is not None
        }
        for port in ports:
            with contextlib.suppress(OSError):
                await self._registry.join_newcomers(port)
