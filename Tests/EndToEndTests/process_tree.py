"""Which process has started which."""

from __future__ import annotations

import contextlib
from pathlib import Path


def started_by(process: int) -> list[int]:
    """The processes that a process has started itself."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(entry.name))
    return found
