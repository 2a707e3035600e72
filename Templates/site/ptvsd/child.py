"""The site's own process: started with the way in for the debugger, signalled, and waited for."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from typing import Any, Mapping

from .settings import PACKAGE

HOOK = os.path.join(PACKAGE, "_hook")
# What the agent needs and the site's process must not be given: error pages like to show the environment.
_KEPT_BACK = ("WSGI_PTVSD_SECRET", "WSGI_PTVSD_EXPIRES")
_PASSED_ON = (
    "SIGTERM",
    "SIGINT",
    "SIGHUP",
    "SIGQUIT",
    "SIGUSR1",
    "SIGUSR2",
    "SIGTTIN",
    "SIGTTOU",
    "SIGWINCH",
)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_port(text: str, port: int) -> str:
    """The text with `{port}` replaced; what the publisher found as a `{port}` of the site's own is `{brace}port}`."""
    return re.sub(r"\{(port|brace)\}", lambda mark: str(port) if mark[1] == "port" else "{", text)


def command_with_port(command: list[str] | str, port: int) -> list[str] | str:
    """The command with the port filled in, and in a list of arguments `{python}` replaced by this interpreter."""
    if isinstance(command, str):
        return with_port(command, port)
    return [sys.executable if argument == "{python}" else with_port(argument, port) for argument in command]


def site_environment(environment: Mapping[str, str], registry: str, port: int) -> dict[str, str]:
    """The environment of the site's process: every Python in it loads the hook."""
    result = {name: value for name, value in environment.items() if name not in _KEPT_BACK}
    if "HTTP_PLATFORM_PORT" in result:
        # A wrapped web.config has `{port}` also in variables where IIS would have filled in the agent's own port.
        result = {name: with_port(value, port) for name, value in result.items()}
    # gunicorn ends a worker that gives no sign of life for 30 seconds, as a paused one does. This overrides its
    # configuration file; what the variable says already, or the command, overrides this.
    limits = result.get("GUNICORN_CMD_ARGS")
    path = result.get("PYTHONPATH")
    result.update(
        PYTHONPATH=HOOK + os.pathsep + path if path else HOOK,
        PTVSD_REGISTRY=registry,
        HTTP_PLATFORM_PORT=str(port),
        PORT=str(port),
        GUNICORN_CMD_ARGS=f"--timeout 0 {limits}" if limits else "--timeout 0",
    )
    return result


class Child:
    """The running command."""

    def __init__(self, process: asyncio.subprocess.Process, group: bool) -> None:
        self._process = process
        self._group = group

    @classmethod
    async def start(cls, command: list[str] | str, registry: str, port: int) -> Child:
        environment = site_environment(os.environ, registry, port)
        command = command_with_port(command, port)
        options: dict[str, Any] = {"env": environment}
        if os.name == "posix":
            options["preexec_fn"] = _die_with_parent()
        if isinstance(command, str):
            # A shell does not pass signals on to what it runs: they are sent to all of its group.
            options["start_new_session"] = os.name == "posix"
            process = await asyncio.create_subprocess_shell(command, **options)
            return cls(process, os.name == "posix")
        return cls(await asyncio.create_subprocess_exec(*command, **options), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """The exit code as a shell would tell it."""
        code = await self._process.wait()
        return 128 - code if code < 0 else code

    def send(self, number: int) -> None:
        try:
            if self._group:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except (ProcessLookupError, PermissionError):
            pass

    def pass_signals_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on the agent's signals are the site's."""
        for name in _PASSED_ON:
            number = getattr(signal, name, None)
            if number is None:
                continue
            try:
                loop.add_signal_handler(number, self.send, number)
            except (NotImplementedError, ValueError, RuntimeError):
                if name in ("SIGTERM", "SIGINT"):  # Windows
                    signal.signal(number, lambda received, frame: self._process.terminate())


def _die_with_parent() -> Any | None:
    """On Linux: a site whose front was killed is reachable by nobody, and holds the ports of the next one."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    try:
        library = ctypes.CDLL(None)
        prctl = library.prctl
    except (OSError, AttributeError):
        return None

    def ask() -> None:
        prctl(1, int(signal.SIGTERM), 0, 0, 0)  # PR_SET_PDEATHSIG

    return ask
