"""All tunnel sessions of the agent: their number, the choice of a debugger, and what ends them from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any

from .events import log
from .gate import Gates
from .listeners import is_listening
from .processes import Debugger, DebuggerMissing, Registry
from .proxy import Session
from .settings import SettingsFile
from .stream import Channel
from .websocket import GOING_AWAY, INTERNAL_ERROR, POLICY, TRY_LATER

MAX_SESSIONS = 8
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
        self._gates = Gates()
        self._ping_interval = _seconds("PTVSD_PING_INTERVAL", PING_INTERVAL)
        self._life_sign = _seconds("PTVSD_LIFE_SIGN", LIFE_SIGN)
        self._watcher: asyncio.Task[None] | None = None

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
        older = list(self._open)
        session = Session(channel, remote, self._ping_interval, self._open.discard)
        session.chosen = pid
        session.digest = self._settings.current.digest
        if len(older) >= MAX_SESSIONS:
            # Some of them may be dead and not known to be; the newcomer is not made to wait for a minute.
            await asyncio.gather(*(other.is_alive(self._life_sign) for other in older))
        if len(self._open) >= MAX_SESSIONS:
            session.end(TRY_LATER, f"there are {MAX_SESSIONS} sessions already")
            return
        self._open.add(session)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.get_running_loop().create_task(self._watch())
        try:
            signs = asyncio.gather(*(other.is_alive(self._life_sign) for other in older))
            debugger, _ = await asyncio.gather(self.debugger(pid), signs)
            gate = self._gates.of(debugger.host, debugger.port)
            log("attached", process=debugger.process, port=debugger.port, remote=remote)
            await session.dial(debugger, gate)
        except (DebuggerMissing, OSError) as error:
            session.end(INTERNAL_ERROR, f"the debugger cannot be reached: {error}")

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
        return self._address._replace(process=first)

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

    async def end_all(self, code: int = GOING_AWAY, reason: str = "the site restarts") -> int:
        """Ends all sessions, and waits until the debuggers have been let go."""
        ending = list(self._open)
        for session in ending:
            session.end(code, reason)
        if ending:
            await asyncio.sleep(0.1)
        return len(ending)

    async def _watch(self) -> None:
        """While there are sessions: ends them with their right to exist, and brings new workers in."""
        while self._open:
            await asyncio.sleep(WATCH_INTERVAL)
            settings = self._settings.current
            if settings.expired:
                await self.end_all(POLICY, "access to the debugger expired")
            for session in [session for session in self._open if session.digest != settings.digest]:
                session.end(POLICY, "the secret was changed")
            for pid in {
                session.process for session in self._open if session.chosen is None and session.process
            }:
                with contextlib.suppress(OSError):
                    await self._registry.join_newcomers(pid)
