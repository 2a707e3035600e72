"""Runs the program on a terminal of its own, as a person in front of it sees it and types."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
import threading
from pathlib import Path

from program import Program, Result
from serving import wait_until

# Makes standard input the terminal that the program belongs to, then becomes the program.
STARTER = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
CONTROL_C, CONTROL_D = "\x03", "\x04"


class Terminal:
    """A run of the program on a terminal."""

    def __init__(self, program: Program, *arguments: str | Path, cwd: Path) -> None:
        self._master, slave = pty.openpty()
        self._screen = bytearray()
        self.arguments = [str(program.binary), *map(str, arguments)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", STARTER, *self.arguments],
            cwd=cwd,
            env=program.environ(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(30)
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                block = os.read(self._master, 65536)
            except OSError:  # nobody has the terminal open any more
                return
            if not block:
                return
            self._screen += block

    @property
    def screen(self) -> str:
        """All that was ever shown, without what only moves the cursor or colours."""
        return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self._screen.decode(errors="replace")).replace("\r", "")

    def shows(self, text: str) -> Terminal:
        """Waits until it shows a text."""
        wait_until(lambda: text in self.screen or self.process.poll() is not None, text, 60)
        assert text in self.screen, self.screen
        return self

    @property
    def echoes(self) -> bool:
        """Whether what is typed can be seen."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def type(self, text: str) -> Terminal:
        os.write(self._master, text.encode())
        return self

    def ends(self) -> Result:
        """Waits for its end; all that was shown is in `out`."""
        status = self.process.wait(60)
        self._reader.join(30)
        return Result(status, self.screen, "")
