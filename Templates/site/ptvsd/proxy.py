"""Tunnel sessions: one WebSocket and one connection to a debugger each.

The two sides are asyncio protocols that write into each other's transport: a relayed byte passes no queue and wakes
no task. Each side's full write buffer stops the reading of the other, so that memory is bounded both ways.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Callable

from . import websocket
from .events import log
from .gate import GREETING_TIMEOUT, Gate
from .guard import Guard, NotTheProtocol
from .listeners import unacknowledged
from .processes import Debugger
from .sides import ClientSide, DebuggerSide
from .stream import WRITE_LIMIT, Channel
from .websocket import BINARY, GOING_AWAY, INTERNAL_ERROR, INVALID_DATA, NORMAL, POLICY, UNSUPPORTED, Bytes

MAX_FRAME = 1 << 20
CLOSE_TIMEOUT = 2.0
DIAL_TIMEOUT = 10.0
_COPY_BELOW = 16 * 1024
# Small frames are worth one write; larger pieces cost more to allocate than they save.
_JOIN_UP_TO = 32 * 1024
# Pongs are the only thing a peer can make us write without reading it; so many octets of them end the session.
_MAX_UNREAD = 8 * WRITE_LIMIT


class Session:
    """One attached debugger connection."""

    def __init__(
        self, channel: Channel, remote: str, ping_interval: float, ended: Callable[[Session], None]
    ) -> None:
        self.remote = remote
        self.began = time.time()
        self.process: int | None = None
        self.chosen: int | None = None  # the process that was asked for
        self.target: tuple[str, int] | None = None  # the debugger's address, once it is known
        self.digest: bytes | None = None  # of the secret that opened it
        self.received = 0
        self.sent = 0
        self.over = False
        self.released = asyncio.Event()  # over, and the debugger has been let go
        self._ended = ended
        self._socket = websocket.Connection(MAX_FRAME)
        self._ping_interval = ping_interval
        self._answered = asyncio.Event()
        self._answered.set()
        self._asked = 0  # `_written` before the last question
        self._missed = 0
        self._written = 0  # octets to the client, frames' heads included
        self._mark = 0  # `_written` before the first unanswered ping
        self._seen_taken = 0
        self._client_paused = False
        self._client_lost = asyncio.Event()
        self._debugger: DebuggerSide | None = None
        self._gate: Gate | None = None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._guard: Guard | None = Guard()
        self._speaks_dap = False
        self._early = bytearray()  # what came before the debugger was reached
        self._client = channel.transport
        self._client.set_write_buffer_limits(high=WRITE_LIMIT)
        arrived = channel.hand_over(ClientSide(self))
        if arrived:
            self.from_client(arrived)
        if channel.ended:
            self.client_lost()

    # the debugger's side

    async def dial(self, debugger: Debugger, gate: Gate) -> None:
        """Connects to the debugger and relays; raises `OSError` when it cannot be reached."""
        self.process = debugger.process
        self.target = debugger.host, debugger.port
        await gate.enter()
        try:
            if self.over:
                return
            connecting = self._loop.create_connection(
                lambda: DebuggerSide(self, gate), debugger.host, debugger.port
            )
            try:
                _, side = await asyncio.wait_for(connecting, DIAL_TIMEOUT)
            except asyncio.TimeoutError:
                raise OSError("the debugger's port does not answer") from None
            self._gate, self._debugger = gate, side
            if self.over:  # ended while connecting: the greeting must be read all the same
                gate.retire()
                self._loop.create_task(self._close_debugger(gate, side))
            else:
                self._speaks_dap = debugger.ours
                log("attached", process=debugger.process, port=debugger.port, remote=self.remote)
                if self._early:
                    self._forward(side, bytes(self._early))
                    self._early.clear()
                self.resume_client()
                self._schedule_ping()
            await gate.greeted(side.greeted)
        finally:
            gate.leave()
        # A server without a greeting is no debugger only where the client does not speak to one.
        if not side.greeting.started and self._guard is not None:
            self.end(INTERNAL_ERROR, "the debugger took the connection but is deaf; restart the site")

    async def _close_debugger(self, gate: Gate, side: DebuggerSide) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(side.greeted.wait(), GREETING_TIMEOUT)
        await side.take_leave()
        transport = side.transport
        await gate.close(transport, side.greeting.foreign)
        self.released.set()
        await asyncio.sleep(CLOSE_TIMEOUT)
        transport.abort()  # a debugger that takes nothing keeps its socket's buffer full

    def from_debugger(self, data: bytes) -> None:
        if self.over:
            return
        self.sent += len(data)
        if len(data) < _COPY_BELOW:
            self._write(websocket.frame(BINARY, data))
        else:
            for start in range(0, len(data), MAX_FRAME):
                part = data if len(data) <= MAX_FRAME else data[start : start + MAX_FRAME]
                self._write(websocket.frame_head(BINARY, len(part)))
                self._write(part)

    def debugger_ended(self) -> None:
        self.end(NORMAL, "the debugger closed the connection")

    # the client's side

    def _write(self, data: bytes) -> None:
        self._written += len(data)
        self._client.write(data)

    def from_client(self, data: bytes) -> None:
        self._missed = 0
        self._answered.set()
        events = self._socket.receive(data)
        replies = self._socket.take_replies()
        if replies and not self._client.is_closing():
            self._write(replies)
            if self._client.get_write_buffer_size() > _MAX_UNREAD:
                self._client.abort()
                return
        payloads: list[Bytes] = []
        size = 0
        for event in events:
            if isinstance(event, websocket.Data):
                if event.text:
                    self._to_debugger(payloads)
                    self.end(UNSUPPORTED, "the tunnel carries binary messages")
                elif event.payload:
                    payloads.append(event.payload)
                    size += len(event.payload)
                    if size >= _JOIN_UP_TO:
                        self._to_debugger(payloads)
                        size = 0
            elif isinstance(event, websocket.Closed):
                self._to_debugger(payloads)
                self.client_closed(f"closed by the client ({event.code})")
        self._to_debugger(payloads)

    def _to_debugger(self, payloads: list[Bytes]) -> None:
        """Passes on several payloads in one piece; the list is empty afterwards."""
        if self.over or not payloads:
            return
        payload = payloads[0] if len(payloads) == 1 else b"".join(payloads)
        payloads.clear()
        self.received += len(payload)
        if self._debugger is not None:
            self._forward(self._debugger, payload)
            return
        self._early += payload
        if len(self._early) > WRITE_LIMIT:
            self.pause_client()

    def _forward(self, side: DebuggerSide, payload: Bytes) -> None:
        """Whole messages only, where debugpy is or may be at the other end."""
        if self._guard is not None:
            try:
                payload = self._guard.feed(payload)
            except NotTheProtocol as violation:
                if self._speaks_dap or side.greeting.started and not side.greeting.foreign:
                    self.end(INVALID_DATA, str(violation))
                    return
                # Something else that a test or a benchmark put there: it gets everything as it is.
                self._guard = None
                payload = violation.held
        if payload:
            side.transport.write(payload)

    def client_closed(self, reason: str) -> None:
        """The closing handshake is complete, or broken: the connection has no further use."""
        self._client_lost.set()
        self.end(NORMAL, reason)
        self._client.close()

    def client_lost(self) -> None:
        self._client_lost.set()
        self.end(GOING_AWAY, "the connection was lost")

    # the end

    def end(self, code: int, reason: str) -> None:
        """Ends the session: the debugger lets the program run on, the client is told why."""
        if self.over:
            return
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
        # There is no process 0: whoever asks for it tries the way only, and has not been attached.
        if self.chosen != 0:
            log(
                "detached",
                process=self.process,
                remote=self.remote,
                code=code,
                reason=reason,
                seconds=round(time.time() - self.began, 1),
            )
        side, gate = self._debugger, self._gate
        if side is not None and gate is not None:
            side.resume()  # a greeting in a stopped reader would never be complete
            gate.retire()
            self._loop.create_task(self._close_debugger(gate, side))
        else:
            self.released.set()
        if not self._client.is_closing():
            self._write(self._socket.close(code, reason))
            if self._client_paused:
                self._client_paused = False
                self._client.resume_reading()
        self._loop.create_task(self._close_client())
        self._ended(self)

    async def _close_client(self) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._client_lost.wait(), CLOSE_TIMEOUT)
        self._client.close()
        await asyncio.sleep(CLOSE_TIMEOUT)
        self._client.abort()

    # life signs

    def _schedule_ping(self) -> None:
        self._timer = self._loop.call_later(self._ping_interval, self._ping)

    def _ping(self) -> None:
        if self.over:
            return
        # While our own back-pressure keeps its pongs unread, the peer cannot be blamed.
        if not self._client_paused:
            if self._missed and self._moves():
                self._missed = 0  # the link is slow, and the ping waits behind what moves on it
            if self._missed >= 2:
                self.end(POLICY, "two pings were not answered")
                self._client.abort()
                return
            if not self._missed:
                self._mark, self._seen_taken = self._written, self._taken()
            self._missed += 1
            self._write(self._socket.ping())
        self._schedule_ping()

    def _taken(self) -> int:
        """How many of the octets written to the client its side has acknowledged."""
        return self._written - self._client.get_write_buffer_size() - unacknowledged(self._client)

    def _moves(self) -> bool:
        """Whether anything written before the first unanswered ping was taken since the last look."""
        taken, before = min(self._taken(), self._mark), self._seen_taken
        self._seen_taken = taken
        return taken > before

    def ask(self) -> None:
        """Asks the peer for a sign of life, unless a question stands already."""
        if self.over or self._client_paused or not self._answered.is_set():
            return
        self._answered.clear()
        self._asked = self._written
        self._write(self._socket.ping(b"there?"))

    async def is_alive(self, patience: float) -> bool:
        """Asks, and ends the session when no answer comes.

        On a slow link the question waits behind what was written before it: a peer that takes of that is alive.
        """
        self.ask()
        taken = min(self._taken(), self._asked)
        while not self.over and not self._client_paused:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._answered.wait(), patience)
                break
            before, taken = taken, min(self._taken(), self._asked)
            if self.over or self._client_paused or before < taken < self._asked:
                break
            if taken <= before:
                self.end(POLICY, "gave way to a newer session: no answer to a ping")
                self._client.abort()
            # Else the ping itself has gone out only now: one more period.
        return not self.over

    # back-pressure

    def pause_client(self) -> None:
        if not self.over:
            self._client_paused = True
            self._client.pause_reading()

    def resume_client(self) -> None:
        if not self.over and self._client_paused:
            self._client_paused = False
            self._client.resume_reading()

    def pause_debugger(self) -> None:
        if self._debugger is not None and not self.over:
            self._debugger.pause()

    def resume_debugger(self) -> None:
        if self._debugger is not None:
            self._debugger.resume()
