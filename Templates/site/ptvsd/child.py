"""The site's own process: started with the way in for the debugger, signalled, and waited for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import signal
import socket
import sys
from typing import Any, Awaitable, Callable, Collection, Mapping
from xml.etree import ElementTree

from .settings import PACKAGE
from .startup import resolved

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
_ENDING = ("SIGTERM", "SIGINT", "SIGQUIT")


_CLAIMS_KEPT = 16
_claims: list[socket.socket] = []


def _bound_port(port: int, address: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((address, port))
        return int(probe.getsockname()[1])


def _claimed_port(port: int) -> int:
    """The port, where it is free at all addresses of this machine; raises `OSError` where it is not.

    From then on the UDP port of the same number is held: another agent that looks for a port passes it by, while the
    site can have the TCP port.
    """
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
        for address in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - only to see whether anybody listens
            _bound_port(port, address)
    except OSError:
        claim.close()
        raise
    _claims.append(claim)
    if len(_claims) > _CLAIMS_KEPT:
        _claims.pop(0).close()
    return port


def free_port(spoken_for: int = 0) -> int:
    """A port that nobody listens on now, at no address of this machine, and not `spoken_for`.

    It is none of those that systems hand out, from 32768 on: the site takes it only when it has started, and until
    then any connection of the machine might get it.
    """
    for _ in range(100):
        port = 20000 + secrets.randbelow(12768)
        with contextlib.suppress(OSError):
            if port != spoken_for:
                return _claimed_port(port)
    return _bound_port(0)  # where hardly any of them is free, what the system hands out


def with_port(text: str, port: int) -> str:
    """The text with `{port}` replaced; what the publisher found as a `{port}` of the site's own is `{brace}port}`."""
    return re.sub(r"\{(port|brace)\}", lambda mark: str(port) if mark[1] == "port" else "{", text)


def command_with_port(command: list[str] | str, port: int) -> list[str] | str:
    """The command with the port filled in, and in a list of arguments `{python}` replaced by this interpreter."""
    if isinstance(command, str):
        return with_port(command, port)
    return [sys.executable if argument == "{python}" else with_port(argument, port) for argument in command]


def port_variables(folder: str) -> set[str]:
    """The variables that the web.config in `folder` sets with the port in them, in upper case.

    A wrapped web.config has it where IIS would have filled in the agent's own port. In any other variable it is the
    site's own affair.
    """
    try:
        name = next(name for name in os.listdir(folder) if name.lower() == "web.config")
        root = ElementTree.parse(os.path.join(folder, name)).getroot()  # noqa: S314 - the site's own
    except (OSError, StopIteration, ElementTree.ParseError, ValueError):
        return set()
    return {
        str(variable.get("name")).upper()
        for platform in root.iter("httpPlatform")
        for variable in platform.iter("environmentVariable")
        if re.search(r"\{(port|brace)\}", variable.get("value") or "")
    }


def site_environment(
    environment: Mapping[str, str], registry: str, port: int, filled: Collection[str] = ()
) -> dict[str, str]:
    """The environment of the site's process: every Python in it loads the hook.

    `filled` are the variables, in upper case, in which the port is to be filled in.
    """
    result = {
        name: with_port(value, port) if name.upper() in filled else value
        for name, value in environment.items()
        if name not in _KEPT_BACK
    }
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
    """The command, which runs once it was started."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process
        self._group = False
        self._early: list[int] | None = []  # the signals that came before there was a process
        self._ending: asyncio.Task[None] | None = None

    async def start(self, command: list[str] | str, registry: str, port: int) -> None:
        """Starts it; raises `OSError` where it cannot be."""
        environment = site_environment(os.environ, registry, port, port_variables(os.path.dirname(PACKAGE)))
        command = command_with_port(command, port)
        # A session of its own: a terminal's Ctrl-C would reach the site from there and from us, and many servers take
        # the second one as an order to drop everything.
        options: dict[str, Any] = {"env": environment, "start_new_session": os.name == "posix"}
        if os.name == "posix":
            options["preexec_fn"] = die_with_parent()
        if isinstance(command, str):
            site = os.path.dirname(PACKAGE)
            command = resolved(command, site)
            # As App Service has it: a script may call others of the site's by their names.
            environment["PATH"] = os.pathsep.join([environment.get("PATH") or os.defpath, site])
            # A shell does not pass signals on to what it runs: they are sent to all of its group.
            self._process = await asyncio.create_subprocess_shell(command, **options)
            self._group = os.name == "posix"
        else:
            self._process = await asyncio.create_subprocess_exec(*command, **options)
        early, self._early = self._early or [], None
        for number in early:
            self.send(number)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """The exit code as a shell would tell it."""
        code = await self._process.wait()
        return 128 - code if code < 0 else code

    def send(self, number: int) -> None:
        if self._early is not None:
            self._early.append(number)
            return
        try:
            if self._group:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except (ProcessLookupError, PermissionError):
            pass

    async def _end(self, number: int, before: Callable[[], Awaitable[None]]) -> None:
        try:
            await before()
        finally:
            self.send(number)

    def pass_signals_on(
        self, loop: asyncio.AbstractEventLoop, before_end: Callable[[], Awaitable[None]]
    ) -> None:
        """From now on the agent's signals are the site's; those that end it get there after `before_end`.

        To be called before the start: a signal that comes meanwhile would end the agent and leave the site alone.
        A thread that a breakpoint holds would keep the site from ending.
        """

        def end(number: int) -> None:
            if self._ending is None:
                self._ending = loop.create_task(self._end(number, before_end))
            elif self._ending.done():
                self.send(number)

        for name in _PASSED_ON:
            number = getattr(signal, name, None)
            if number is None:
                continue
            ends = name in _ENDING
            try:
                loop.add_signal_handler(number, end if ends else self.send, number)
            except (NotImplementedError, ValueError, RuntimeError):
                if name in ("SIGTERM", "SIGINT"):  # Windows: whatever is sent there ends the process
                    signal.signal(
                        number, lambda received, frame: loop.call_soon_threadsafe(end, int(signal.SIGTERM))
                    )


def die_with_parent() -> Callable[[], None] | None:
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
