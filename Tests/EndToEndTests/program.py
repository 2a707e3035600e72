"""What the end-to-end tests share: the binary, copies of the samples, and a home of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

ROOT = Path(__file__).resolve().parents[2]
SITE = "https://ptvsdemo.azurewebsites.net"

Folder = Callable[..., Path]
"""What makes a plain folder with a Flask application, and with the files that are named."""


def find_binary() -> Path:
    """The program under test: the one named by PTVSD_PUBLISH, else the debug build."""
    named = os.environ.get("PTVSD_PUBLISH")
    return Path(named) if named else ROOT / ".build" / "debug" / "ptvsd-publish"


@dataclass
class Result:
    """How a run of the program ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Program:
    """The program, run as a user would: from a project's folder, with a home folder of its own."""

    binary: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "TZ": "UTC",
            **self.environment,
        }

    def __call__(self, *arguments: str | Path, cwd: Path, status: int | None = 0) -> Result:
        done = subprocess.run(
            [str(self.binary), *map(str, arguments)],
            cwd=cwd,
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        result = Result(done.returncode, done.stdout, done.stderr)
        if status is not None:
            assert result.status == status, f"{arguments}: {result}"
        return result


class Running:
    """A command of the program that goes on, with the lines it has printed so far."""

    def __init__(self, program: Program, *arguments: str | Path, cwd: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [str(program.binary), *map(str, arguments)],
            cwd=cwd,
            env={**program.environ(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [self._read(self.process.stdout, self.out), self._read(self.process.stderr, self.err)]

    @staticmethod
    def _read(stream: Any, lines: list[str]) -> threading.Thread:
        # Lines are added one by one: each is to be seen when it comes.
        thread = threading.Thread(target=lambda: lines.extend(stream), daemon=True)
        thread.start()
        return thread

    @property
    def log(self) -> str:
        return "".join(self.err)

    def join(self) -> None:
        """Wait until all that it printed is there."""
        for reader in self._readers:
            reader.join(10)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; web.config under that name, whatever the project calls it."""
    return {
        re.sub(
            r"web\.config$", "web.config", path.relative_to(folder).as_posix(), flags=re.IGNORECASE
        ): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def web_config(folder: Path) -> Path:
    """The web.config in a folder."""
    [found] = [path for path in folder.iterdir() if path.name.lower() == "web.config"]
    return found


def python() -> str:
    """The interpreter that runs the tests."""
    return sys.executable
