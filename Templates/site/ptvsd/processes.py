"""The site's Python processes as the agent sees them: the registry of notes and the doors they lead to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from typing import Any, NamedTuple

from .events import log

DESCRIBE_TIMEOUT = 1.0
FIRST_DESCRIBE_TIMEOUT = 5.0  # so long a session waits for one that has never described itself
START_TIMEOUT = 60.0
START_PATIENCE = 15.0  # so long a debugger that starts is waited for rather than started in another process
SILENT = 3  # the preference of a process that does not answer
JOIN_PATIENCE = 10.0  # so long an attach waits for workers; slower ones show up in its session later


class DebuggerMissing(Exception):
    """There is nothing to attach to; the text says why."""


class ProcessBusy(OSError):
    """The process is there and does not answer in time, for instance because it starts the debugger just now."""


class Debugger(NamedTuple):
    """A debugpy port to dial; `ours` when a process of the registry answers there."""

    host: str
    port: int
    process: int | None
    ours: bool


class Process:
    """One registered process: its note, and what it said of itself last."""

    def __init__(self, note: dict[str, Any]) -> None:
        self.pid = int(note["pid"])
        self.parent = int(note["parent"])
        self.since = float(note["since"])
        self.door = int(note["door"])
        self.token = str(note["token"])
        self.ready = False
        self.answers = False  # it described itself in time when it was asked last
        self.facts: dict[str, Any] = {}
        self.main = False
        self.starting_since: float | None = None
        self.joinable = True
        self.joining: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    @property
    def port(self) -> int:
        return int(self.facts.get("port") or 0)

    @property
    def server(self) -> int:
        return int(self.facts.get("server") or 0)

    async def ask(self, *words: object, timeout: float) -> None:
        """Sends a command through the door and keeps the answer; raises `OSError` when there is none."""
        line = " ".join([self.token, *map(str, words)]).encode("ascii") + b"\n"

        async def converse() -> bytes:
            # The door serves one visitor after the other, and has room for a few that wait.
            async with self._turn:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.door)
                try:
                    writer.write(line)
                    return await reader.readline()
                finally:
                    writer.close()

        try:
            answer = json.loads(await asyncio.wait_for(converse(), timeout))
        except asyncio.TimeoutError:
            self.answers = False
            raise ProcessBusy(f"process {self.pid} does not answer") from None
        except ValueError:
            raise OSError(f"process {self.pid} closed its door") from None
        error = answer.pop("error", None)
        if error:
            raise OSError(f"process {self.pid}: {error}")
        self.facts = answer
        self.ready = self.answers = True

    def public(self) -> dict[str, Any]:
        """The process as `status` shows it."""
        facts = {
            name: self.facts.get(name)
            for name in ("python", "executable", "directory", "debugging", "debugpy")
        }
        return {
            "pid": self.pid,
            "parent": self.parent,
            "name": self.facts.get("name") or "python",
            "port": self.port,
            "ready": self.ready,
            "main": self.main,
            **facts,
        }


def is_alive(pid: int) -> bool:
    """Whether a process with this number runs (a zombie does not)."""
    if os.name == "nt":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except (OSError, IndexError):
        return True


def _is_alive_on_windows(pid: int) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    kernel = ctypes.windll.kernel32
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    try:
        code = ctypes.c_ulong()
        return (
            bool(kernel.GetExitCodeProcess(handle, ctypes.byref(code))) and code.value == 259
        )  # STILL_ACTIVE
    finally:
        kernel.CloseHandle(handle)


class Registry:
    """A folder of notes, one per process."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._known: dict[str, Process] = {}
        # Which adapter listens where: its port for processes → its port for clients, and who started it.
        self._adapters: dict[int, tuple[int, int]] = {}

    def _read(self) -> list[Process]:
        """The processes whose notes stand there; a dead one's note is removed."""
        found: dict[str, Process] = {}
        try:
            names = os.listdir(self.folder)
        except OSError:
            names = []
        for name in names:
            if not name.endswith(".json"):
                continue
            path = os.path.join(self.folder, name)
            try:
                with open(path, encoding="ascii") as file:
                    process = Process(json.load(file))
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if not is_alive(process.pid):
                for leftover in (path, path[: -len(".json")] + ".endpoints"):
                    with contextlib.suppress(OSError):
                        os.remove(leftover)
                continue
            known = self._known.get(process.token)
            found[process.token] = process if known is None else known
        self._known = found
        return sorted(found.values(), key=lambda process: (process.since, process.pid))

    async def processes(self, patience: float = DESCRIBE_TIMEOUT) -> list[Process]:
        """All live processes, the ones that answer requests first.

        `patience` is for those that have never described themselves: which of them answer requests is not known yet.
        """
        processes = self._read()

        async def describe(process: Process) -> None:
            try:
                await process.ask("describe", timeout=DESCRIBE_TIMEOUT if process.facts else patience)
            except ProcessBusy:
                pass  # as ready as it was
            except OSError:
                process.ready = False

        await asyncio.gather(*(describe(process) for process in processes))
        processes = [process for process in processes if not process.facts.get("service")]
        self._name_adapters(processes)
        _mark_mains(processes)
        return sorted(processes, key=lambda process: not process.main)

    def _name_adapters(self, processes: list[Process]) -> None:
        for process in processes:
            if process.port and process.server:
                self._adapters[process.server] = (process.port, process.pid)
        for process in processes:
            if not process.port and process.server in self._adapters:
                process.facts["port"] = self._adapters[process.server][0]

    async def debugger(self, pid: int | None) -> Debugger:
        """The port of the process `pid`, or of the one that answers requests together with its siblings.

        Starts the debugger where it does not run yet.
        """
        processes = await self.processes(FIRST_DESCRIBE_TIMEOUT)
        if pid is not None:
            chosen = [process for process in processes if process.pid == pid]
            if not chosen:
                raise DebuggerMissing(f"there is no process {pid} (any more)")
            return await self._start(chosen[0])
        mains = [process for process in processes if process.main and process.ready]
        if not mains:
            raise DebuggerMissing("no Python process of the site has registered yet")
        first = min(mains, key=_preference)
        if _preference(first) == SILENT:
            # All hang, or the whole machine is slow: only those that hang stay silent.
            await _first_answer(mains)
            first = min(mains, key=_preference)
            if _preference(first) == SILENT:
                raise DebuggerMissing(f"process {first.pid} does not answer")
        debugger = await self._start(first)
        await self.join(first, mains)
        return debugger

    async def _start(self, process: Process) -> Debugger:
        if process.answers:  # else it is more likely to hang than to start
            process.starting_since = process.starting_since or time.monotonic()
        try:
            await process.ask("listen", timeout=START_TIMEOUT)
        except OSError as error:
            raise DebuggerMissing(f"the debugger did not start: {error}") from None
        finally:
            process.starting_since = None
        self._name_adapters([process])
        if not process.port:
            raise DebuggerMissing(f"process {process.pid} is debugged by something else")
        return Debugger("127.0.0.1", process.port, process.pid, True)

    async def join(self, first: Process, processes: list[Process]) -> None:
        """Brings `processes` into the session of `first`; each then shows up as its sub-process."""
        token = str(first.facts.get("secret") or "")
        if not first.server or not token:
            return
        newcomers = [
            process
            for process in processes
            if process is not first and process.joinable and not process.facts.get("debugging")
        ]

        for process in newcomers:
            if process.joining is None or process.joining.done():
                joining = self._bring(process, first.server, token, first.pid)
                process.joining = asyncio.get_running_loop().create_task(joining)
        # One that was too busy to describe itself is brought in all the same, but nobody waits for it.
        awaited = [process.joining for process in newcomers if process.answers and process.joining]
        if awaited:
            await asyncio.wait(awaited, timeout=JOIN_PATIENCE)
        self._name_adapters(processes)

    @staticmethod
    async def _bring(process: Process, server: int, token: str, parent: int) -> None:
        try:
            await process.ask("join", server, token, parent, timeout=START_TIMEOUT)
        except ProcessBusy:
            pass  # it is asked again while the session lasts
        except OSError as error:
            process.joinable = False
            log("failed", process=process.pid, text=f"it cannot join the session: {error}")

    async def join_newcomers(self, port: int) -> None:
        """Brings workers that were started during a session at `port` into it.

        The process that it began with may be gone: any other that is debugged there can be named as the parent.
        """
        processes = await self.processes()
        debugged = [
            process
            for process in processes
            if process.ready and process.port == port and process.facts.get("debugging")
        ]
        if debugged:
            first = next((process for process in debugged if process.main), debugged[0])
            await self.join(first, [process for process in processes if process.main and process.ready])


async def _first_answer(processes: list[Process]) -> None:
    """Waits until one of the processes describes itself."""

    async def answers(process: Process) -> bool:
        with contextlib.suppress(OSError):
            await process.ask("describe", timeout=START_TIMEOUT)
        return process.answers

    asked = [asyncio.ensure_future(answers(process)) for process in processes]
    try:
        for answer in asyncio.as_completed(asked):
            if await answer:
                return
    finally:
        for task in asked:
            task.cancel()


def _preference(process: Process) -> int:
    """The lower, the rather a session begins with this process.

    One that is debugged already has the adapter that the others joined. One whose debugger starts just now will have
    it, unless it hangs.
    """
    if process.facts.get("debugging"):
        return 0
    since = process.starting_since
    if since is not None and time.monotonic() - since < START_PATIENCE:
        return 1
    return 2 if process.answers else SILENT


def _mark_mains(processes: list[Process]) -> None:
    """Marks the processes that answer requests: not a reloader's parent, not a pre-forking server's arbiter, and not
    what a worker started on its own."""
    by_pid = {process.pid: process for process in processes}

    def answers_for_parent(process: Process) -> bool:
        parent = by_pid.get(process.parent)
        if parent is None:
            return False
        if process.facts.get("reloaded") and not parent.facts.get("reloaded"):
            return True
        return bool(process.facts.get("worker"))

    replaced = {process.parent for process in processes if answers_for_parent(process)}
    for process in processes:
        root = process.parent not in by_pid
        process.main = process.pid not in replaced and (root or answers_for_parent(process))
