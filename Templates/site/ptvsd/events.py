"""The agent's log: one line per event on standard error, never a payload or a secret."""

from __future__ import annotations

import datetime
import sys


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
