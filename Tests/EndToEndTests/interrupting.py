"""Interrupts a run of the program as a terminal or the system does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from program import Running
from serving import wait_until


def terminal_interrupts(run: Running) -> None:
    """What Ctrl-C does: everything that was started from the terminal gets the signal."""
    os.killpg(run.process.pid, signal.SIGINT)
    await_notice(run, signal.SIGINT)


def system_ends(run: Running) -> None:
    run.process.send_signal(signal.SIGTERM)
    await_notice(run, signal.SIGTERM)


def await_notice(run: Running, number: int) -> None:
    """Waits until a signal has been noticed: another one would then end the program at once."""

    def is_noticed() -> bool:
        try:
            status = Path(f"/proc/{run.process.pid}/status").read_text()
        except FileNotFoundError:
            return True
        masks = [line.split()[1] for line in status.splitlines() if line.startswith(("SigIgn:", "SigCgt:"))]
        return not any(int(mask, 16) >> (number - 1) & 1 for mask in masks)

    wait_until(is_noticed, "the signal is noticed", 60)
