"""Runs `ptvsd-publish serve` for a test, and finds what it has started."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import uuid
from pathlib import Path
from typing import Callable, TypeVar

from program import Program, Running

TESTS = Path(__file__).resolve().parents[1]
for folder in ("SamplesTests", "SiteAgentTests"):
    sys.path.append(str(TESTS / folder))

from running import Browser, free_port  # noqa: F401 - for the other tests as well
from wsclient import WebSocketClient

START_SECONDS = 60.0
Value = TypeVar("Value")


def wait_until(look: Callable[[], Value], what: str, seconds: float = START_SECONDS) -> Value:
    """The first true value that `look` returns."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come about within {seconds} s"
        time.sleep(0.05)


class Served(Running):
    """A running `serve`."""

    def __init__(self, program: Program, *arguments: str | Path, cwd: Path) -> None:
        self._mark = f"SERVED_FOR_TEST={uuid.uuid4().hex}"
        name, _, value = self._mark.partition("=")
        options = ("--python", sys.executable, "--port", "0")
        super().__init__(program, "serve", *options, *arguments, cwd=cwd, environment={name: value})

    @property
    def address(self) -> str:
        def look() -> re.Match[str] | None:
            assert self.process.poll() is None, self.log
            return re.search(r"^Site +(http://127\.0\.0\.1:\d+)$", "".join(self.out), re.MULTILINE)

        return wait_until(look, "the site's address")[1]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def browser(self) -> Browser:
        """A visitor, who comes once the site itself answers."""
        browser = Browser(self.address)
        wait_until(lambda: browser.page("/") and browser.status not in (502, 503), "an answer of the site")
        assert browser.status == 200, self.log
        return browser

    def tunnel(self, secret: str) -> WebSocketClient:
        return WebSocketClient(self.port, secret=secret)

    def processes(self) -> set[int]:
        """Itself and all that it has started, directly or not, and that has not ended."""
        return marked(self._mark)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Ends it and checks that nothing is left of it; the exit code."""
        started = self.processes()
        if self.process.poll() is None:
            if number == signal.SIGINT:
                os.killpg(self.process.pid, number)  # as a terminal does
            else:
                self.process.send_signal(number)
        code = self.process.wait(60)
        for reader in self._readers:
            reader.join(10)
        wait_until(lambda: not [pid for pid in started if is_alive(pid)], f"the end of {started}")
        return code


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def marked(mark: str) -> set[int]:
    """The processes with a mark in their environment, wherever they went."""
    wanted = mark.encode() + b"\0"
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                environment = Path(f"/proc/{entry}/environ").read_bytes()
            except OSError:
                continue
            if wanted in environment and is_alive(int(entry)):
                found.add(int(entry))
    return found
