"""The two connections of a tunnel session, as asyncio protocols.

Each tells the session what comes, and the other one's back-pressure what goes: a full write buffer here stops the
reading there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, cast

from .gate import LEAVE_TIMEOUT, Gate, Greeting
from .stream import WRITE_LIMIT

if TYPE_CHECKING:
    from .proxy import Session

_BODY = json.dumps(
    {"seq": 0x7FFFFFFF, "type": "request", "command": "disconnect", "arguments": {"terminateDebuggee": False}}
).encode("ascii")
DISCONNECT = b"Content-Length: %d\r\n\r\n" % len(_BODY) + _BODY


class ClientSide(asyncio.Protocol):
    def __init__(self, session: Session) -> None:
        self._session = session

    def data_received(self, data: bytes) -> None:
        self._session.from_client(data)

    def eof_received(self) -> bool:
        self._session.client_lost()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._session.client_lost()

    def pause_writing(self) -> None:
        self._session.pause_debugger()

    def resume_writing(self) -> None:
        self._session.resume_debugger()


class DebuggerSide(asyncio.Protocol):
    transport: asyncio.Transport
    greeting: Greeting

    def __init__(self, session: Session, gate: Gate) -> None:
        self._session = session
        self._gate = gate
        self._paused = False
        self.greeted = asyncio.Event()
        self.ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=WRITE_LIMIT)
        self.greeting = self._gate.opened()

    def data_received(self, data: bytes) -> None:
        if not self.greeted.is_set():
            self.greeting.feed(data)
            if self.greeting.done:
                self.greeted.set()
        self._session.from_debugger(data)

    def eof_received(self) -> bool:
        self._end()
        return True  # closed through the gate

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    async def take_leave(self) -> None:
        """Asks debugpy to end the session, and waits for a while until it has closed the connection.

        A client that is only gone counts as present until the program has been let go, which takes long in one that is
        busy. Whoever dials meanwhile is announced to it, and that error leaves the port deaf.
        """
        if self.greeting.foreign or not self.greeting.done or self.ended.is_set():
            return
        self.transport.write(DISCONNECT)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.ended.wait(), LEAVE_TIMEOUT)

    def _end(self) -> None:
        self.greeted.set()
        self.ended.set()
        self._session.debugger_ended()

    def pause_writing(self) -> None:
        self._session.pause_client()

    def resume_writing(self) -> None:
        self._session.resume_client()

    def pause(self) -> None:
        if not self._paused and not self.transport.is_closing():
            self._paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        if self._paused and not self.transport.is_closing():
            self._paused = False
            self.transport.resume_reading()
