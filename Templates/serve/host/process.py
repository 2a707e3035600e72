"""One process of the site: started when it is needed, listened to, and started again within limits."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from typing import Any

from ptvsd.child import die_with_parent, free_port

from .events import emit
from .plan import Program

GRACE_SECONDS = 5.0
LONGEST_LINE = 8192
_LOOK_SECONDS = 0.05


class Unavailable(Exception):
    """The process does not run and will not now; the text says why."""


class Ports:
    """Free ports of this machine in place of fixed ones of the server: the same one for the same number."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}

    def fill(self, text: str, port: int = 0) -> str:
        """`text` with `{{python}}`, `{{port}}` and `{{port:N}}` filled in."""

        def value(found: re.Match[str]) -> str:
            if found[1] == "python":
                return sys.executable
            if found[1] == "port":
                return str(port)
            if found[1] not in self._ports:
                self._ports[found[1]] = free_port()
            return str(self._ports[found[1]])

        return re.sub(r"\{\{(python|port|port:[0-9]+)\}\}", value, text)


class Process:
    """A program of the plan while the site is served."""

    def __init__(self, program: Program, root: str, ports: Ports) -> None:
        self.program = program
        self.root = root
        self.ports = ports
        self.last_line = ""
        self._running: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._failures: list[float] = []
        self._stopping = False

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.returncode is None

    async def start(self, command: list[str], port: int, **options: Any) -> None:
        """Starts the program. `shown` is the command as it is told, `environment` what is added for this start; other
        `options` are those of the system."""
        self._check_failures()
        shown = options.pop("shown", command)
        environment = dict(os.environ)
        # What pip has installed beside the interpreter is found, as in an environment that was activated.
        folders = [os.path.dirname(sys.executable), environment.get("PATH", os.defpath)]
        environment["PATH"] = os.pathsep.join(folders)
        for name, value in self.program.environment.items():
            environment[name] = self.ports.fill(value, port)
        environment.update(options.pop("environment", {}))
        options.setdefault("stdin", asyncio.subprocess.DEVNULL)
        options.update(
            cwd=self.root,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # An interrupt from the terminal is for this program, which then ends the site's in good order.
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        try:
            if self.program.shell:
                self._running = await asyncio.create_subprocess_shell(command[0], **options)
            else:
                self._running = await asyncio.create_subprocess_exec(*command, **options)
        except OSError as error:
            self._failures.append(time.monotonic())
            raise Unavailable(f"'{command[0]}' cannot be started: {error.strerror or error}") from None
        self._stopping = False
        emit("started", process=self.program.name, pid=self._running.pid, command=shown)
        self._watching = asyncio.get_running_loop().create_task(self._watch(self._running))

    def _check_failures(self) -> None:
        """As IIS does: what keeps failing is not started again before a minute is over."""
        limit = self.program.failures_per_minute
        now = time.monotonic()
        self._failures = [moment for moment in self._failures if now - moment < 60]
        if limit and len(self._failures) >= limit:
            raise Unavailable(
                f"the process ended {len(self._failures)} times within a minute, so it is not started again for now"
            )

    def count_failure(self) -> None:
        self._failures.append(time.monotonic())

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        output = asyncio.get_running_loop().create_task(self._listen(process))
        code = await _exit(process)
        # What the process leaves behind may keep its output open.
        await asyncio.wait({output}, timeout=0.5)
        if self._stopping or self._running is not process:
            return
        self.count_failure()
        emit("ended", process=self.program.name, pid=process.pid, code=128 - code if code < 0 else code)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Passes on the lines that the process and its children write."""
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        pending = b""
        while True:
            data = await process.stdout.read(65536)
            *lines, pending = (pending + data).split(b"\n")
            if len(pending) > LONGEST_LINE or (not data and pending):
                lines.append(pending)
                pending = b""
            for line in lines:
                text = line.rstrip(b"\r").decode("utf-8", "replace")
                self.last_line = text or self.last_line
                emit("output", process=self.program.name, text=text)
            if not data:
                return

    async def wait(self) -> None:
        """Waits until the process has ended."""
        if self._running is not None:
            await _exit(self._running)

    async def stop(self) -> None:
        """Ends the process and all it started: asks first, then insists."""
        process, self._running = self._running, None
        self._stopping = True
        if process is None:
            return
        _signal(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(_exit(process), GRACE_SECONDS)
        except asyncio.TimeoutError:
            pass
        _signal(process.pid, signal.SIGKILL)
        await _exit(process)
        if self._watching is not None:
            await asyncio.wait({self._watching})


async def _exit(process: asyncio.subprocess.Process) -> int:
    """Waits until the process has ended; its code.

    The loop's own `wait` goes on until the output is closed, which a debug adapter that outlives it keeps open.
    """
    while process.returncode is None:
        await asyncio.sleep(_LOOK_SECONDS)
    return process.returncode


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
