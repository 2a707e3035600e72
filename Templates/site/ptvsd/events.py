"""The agent's log: one line per event on standard error, never a payload or a secret."""

from __future__ import annotations

import datetime
import sys
import time
from typing import Callable


def _value(value: object) -> str:
    text = "".join(character if character.isprintable() else "?" for character in str(value))
    return f'"{text}"' if " " in text or not text else text


def log(event: str, **details: object) -> None:
    """For instance `2026-11-24T15:04:00Z ptvsd attached process=12 remote=10.0.0.7`."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = [
        now,
        "ptvsd",
        event,
        *(f"{name}={_value(value)}" for name, value in details.items() if value is not None),
    ]
    try:
        print(*words, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass  # a host that closed our standard error must not end a session


class Refusals:
    """The log's lines of refused requests: one per client and minute, then their number."""

    WINDOW = 60.0
    CLIENTS = 64  # lines a minute, whatever addresses are made up

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._counts: dict[str, int] = {}
        self._others = 0

    def note(self, client: str, **details: object) -> None:
        """A request of `client` was refused."""
        if self._clock() - self._since >= self.WINDOW:
            self._report()
        if client in self._counts:
            self._counts[client] += 1
        elif len(self._counts) < self.CLIENTS:
            self._counts[client] = 0
            log("refused", remote=client, **details)
        else:
            self._others += 1

    def _report(self) -> None:
        """Says how many were passed over in the window that is over."""
        for client, count in self._counts.items():
            if count:
                log("refused", remote=client, more=count)
        if self._others:
            log("refused", remote="others", more=self._others)
        self._since, self._others = self._clock(), 0
        self._counts.clear()
