"""The order of dialling and closing at a debugger's port."""

from __future__ import annotations

import asyncio
import time

from ptvsd import gate


class Connection:
    """What the gate needs of a transport."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_a_pause_lies_between_a_close_and_the_next_dialling() -> None:
    async def run() -> float:
        port = gate.Gate()
        connection = Connection()
        await port.enter()
        port.opened()
        port.leave()
        port.retire()
        began = time.monotonic()
        await port.close(connection, foreign=False)  # type: ignore[arg-type]
        assert connection.closed
        await port.enter()
        port.leave()
        return time.monotonic() - began

    assert asyncio.run(run()) > 0.9 * gate.PAUSE, "timers may be a little early, and late as they like"
