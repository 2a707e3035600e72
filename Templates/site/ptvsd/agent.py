"""The agent: the endpoint, and in front of a site's own command everything else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from typing import NamedTuple

from .child import Child, free_port
from .door import default_registry
from .endpoint import Endpoint
from .events import log
from .front import Front
from .processes import Debugger, Registry
from .server import Server
from .sessions import Sessions
from .settings import PACKAGE, SettingsError, SettingsFile, address

USAGE = """usage: python ptvsd [--listen [HOST:]PORT] [--debugger HOST:PORT] [--settings FILE] [-- COMMAND ...]

With a command (or one in settings.json), runs it behind the debug endpoint /ptvsd; {port} in it is the port it is to
listen on. With --debugger, or without a command, serves the endpoint alone, for a debugger that something else started
at --debugger, WSGI_PTVSD_ADDRESS or what settings.json says.
"""


class Options(NamedTuple):
    listen: str | None = None
    debugger: str | None = None
    settings: str = os.path.join(PACKAGE, "settings.json")
    command: list[str] | None = None


class UsageError(Exception):
    pass


def parse_arguments(arguments: list[str]) -> Options:
    options = Options()
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            command = arguments[position + 1 :]
            return options._replace(command=command or None)
        name, equals, value = word.partition("=")
        if name not in ("--listen", "--debugger", "--settings"):
            raise UsageError(f'"{word}" is not understood')
        if not equals:
            position += 1
            if position == len(arguments):
                raise UsageError(f"{name} needs a value")
            value = arguments[position]
        if name == "--listen":
            options = options._replace(listen=value)
        elif name == "--debugger":
            options = options._replace(debugger=value)
        else:
            options = options._replace(settings=value)
        position += 1
    return options


async def run(options: Options) -> int:
    settings = SettingsFile(options.settings, os.environ)
    settings.check()
    current = settings.current
    command: list[str] | str | None = options.command
    if command is None and options.debugger is None:
        # A variable of the environment may be left over from other tools: it must not take the site offline.
        command = current.command
    named = options.debugger
    if command is None:
        named = named or os.environ.get("WSGI_PTVSD_ADDRESS") or current.debugger or "127.0.0.1:5678"
    fixed: Debugger | None = None
    if named is not None:
        host, port = address(named)
        fixed = Debugger("127.0.0.1" if host == "localhost" else host, port, None, False)
    listen_host, listen_port = address(options.listen or os.environ.get("PORT") or "8000", "0.0.0.0")  # noqa: S104

    with contextlib.ExitStack() as cleaning:
        if command is None:
            registry = default_registry()
        else:
            registry = tempfile.mkdtemp(prefix="ptvsd-")
            cleaning.callback(shutil.rmtree, registry, ignore_errors=True)
        sessions = Sessions(settings, Registry(registry), fixed)
        endpoint = Endpoint(settings, sessions, anywhere=command is None)
        inner = free_port(listen_port) if command is not None else 0
        server = Server(endpoint, Front(inner) if command is not None else None)
        listening = await server.listen(listen_host, listen_port)
        log(
            "listening",
            address=f"{listen_host}:{listening.sockets[0].getsockname()[1]}",
            expires=current.expires_text,
        )
        try:
            if command is None:
                return await _until_signal()
            return await _run_site(command, registry, inner, sessions)
        finally:
            listening.close()
            await sessions.close()
            await server.stop()


async def _run_site(command: list[str] | str, registry: str, port: int, sessions: Sessions) -> int:
    child = Child()
    child.pass_signals_on(asyncio.get_running_loop(), sessions.close)
    try:
        await child.start(command, registry, port)
    except OSError as error:
        log("failed", text=f"the site's command cannot be started: {error}")
        return 127
    log("started", process=child.pid, port=port)
    code = await child.wait()
    log("ended", process=child.pid, code=code)
    return code


async def _until_signal() -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stopped.set)
        except (NotImplementedError, ValueError, RuntimeError):
            signal.signal(number, lambda received, frame: loop.call_soon_threadsafe(stopped.set))
    await stopped.wait()
    return 0


def main(arguments: list[str]) -> int:
    if any(
        word in ("-h", "--help") for word in arguments[: arguments.index("--") if "--" in arguments else None]
    ):
        print(USAGE, end="")
        return 0
    try:
        return asyncio.run(run(parse_arguments(arguments)))
    except UsageError as error:
        print(f"ptvsd: {error}\n{USAGE}", end="", file=sys.stderr)
        return 64
    except SettingsError as error:
        print(f"ptvsd: {error}; publish the Debug configuration again", file=sys.stderr)
        return 65
    except ValueError as error:
        print(f"ptvsd: {error}", file=sys.stderr)
        return 64
    except OSError as error:
        print(f"ptvsd: {error}", file=sys.stderr)
        return 1
