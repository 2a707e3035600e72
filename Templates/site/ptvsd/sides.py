"""The two connections of a tunnel session, as asyncio protocols.

Each tells the session what comes, and the other one's back-pressure what goes: a full write buffer here stops the
reading there.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from .gate import Gate, Greeting
from .stream import WRITE_LIMIT

if TYPE_CHECKING:
    from .proxy import Session


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

    def _end(self) -> None:
        self.greeted.set()
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
