"""Keeps debugpy's port alive: when to dial it, and when a connection to it may be closed.

Measured: a client that is gone while it is greeted ends debugpy's accept loop for good, and one that dials right
after another left may never be answered. So connections to one port are dialled one after the other, each is kept
until its greeting has been read, ended by request rather than by a close alone, and some time lies between that and the
next dialling.
"""

from __future__ import annotations

import asyncio
import time

PAUSE = 0.25
GREETING_TIMEOUT = 10.0
LEAVE_TIMEOUT = 5.0
_CLOSE_WAIT = 1.0
# output, output, debugpySockets; the last goes to the oldest of several clients only, whoever is greeted.
_ALONE, _BESIDE_OTHERS = 3, 2
_SETTLE = 0.1
_HEAD = b"Content-Length:"
_MAX_HEAD = 4096


class Greeting:
    """Counts the messages that debugpy sends unasked; `done` after the last, or when it is no debugpy."""

    def __init__(self, alone: bool = True) -> None:
        self._pending = b""
        self._body = 0  # octets of the current message still to come
        self._left = _ALONE if alone else _BESIDE_OTHERS
        self.started = False
        self.foreign = False  # something that does not speak DAP; needs no shielding

    @property
    def done(self) -> bool:
        return self.foreign or not self._left

    def feed(self, data: bytes) -> None:
        self.started = self.started or bool(data)
        data = self._pending + data
        while data and not self.done:
            if self._body:
                taken = min(self._body, len(data))
                self._body -= taken
                data = data[taken:]
                self._left -= not self._body
                continue
            head, end, rest = data.partition(b"\r\n\r\n")
            if not head.startswith(_HEAD[: len(head)]) or len(head) > _MAX_HEAD:
                self.foreign = True
            elif not end:
                break
            else:
                try:
                    self._body = int(head[len(_HEAD) :].split(b"\r\n")[0])
                except ValueError:
                    self.foreign = True
                data = rest
        self._pending = b"" if self.done else data


class Gate:
    """One port's order of dialling and closing."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()  # made within the loop: older Pythons bind it then
        self._closed = -PAUSE
        self._open = 0
        self._closing = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def enter(self) -> None:
        """Waits for the turn to dial; `leave` must follow."""
        while True:
            # debugpy answers nobody while it has a client, even one that is about to be closed.
            await self._quiet.wait()
            await self._turn.acquire()
            if not self._closing:
                break
            self._turn.release()
        try:
            wait = self._closed + PAUSE - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
        except BaseException:
            self._turn.release()
            raise

    def leave(self) -> None:
        self._turn.release()

    def opened(self) -> Greeting:
        """The port was dialled: what to read before anything else is done to it."""
        self._open += 1
        return Greeting(alone=self._open == 1)

    async def greeted(self, done: asyncio.Event) -> None:
        """Waits for the end of a greeting, but not for a server that never greets."""
        try:
            await asyncio.wait_for(done.wait(), GREETING_TIMEOUT)
        except asyncio.TimeoutError:
            return
        if self._open > 1:
            # The oldest client is told of the newest: it must not be closed in this very moment.
            await asyncio.sleep(_SETTLE)

    def retire(self) -> None:
        """A connection is of no further use: nothing is dialled before `close`, which must follow."""
        self._closing += 1
        self._quiet.clear()

    async def close(self, transport: asyncio.Transport, foreign: bool) -> None:
        """Closes a connection to the port, not while another one is being greeted."""
        held = False
        if not foreign:
            try:
                await asyncio.wait_for(self._turn.acquire(), _CLOSE_WAIT)
                held = True
            except asyncio.TimeoutError:
                pass  # a debugger that greets nobody cannot be harmed any more
        try:
            transport.close()
            self._open -= 1
            if not foreign:
                self._closed = time.monotonic()
        finally:
            self._closing -= 1
            if not self._closing:
                self._quiet.set()
            if held:
                self._turn.release()


class Gates:
    """The gates of all ports."""

    def __init__(self) -> None:
        self._gates: dict[tuple[str, int], Gate] = {}

    def of(self, host: str, port: int) -> Gate:
        gate: Gate | None = self._gates.get((host, port))
        if gate is None:
            gate = self._gates[(host, port)] = Gate()
        return gate
