"""Processes that hang: they cost their own debugging, and nobody else's."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import TCPServer
from ptvsd import processes
from ptvsd.processes import Registry

PIDS = (os.getpid(), os.getppid(), 1)  # any that are alive


class FakeDoor:
    """A process of the site as its door shows it: `hangs` on the commands named there, until `released`."""

    def __init__(self, registry: Path, number: int) -> None:
        self.pid, self.number = PIDS[number], number
        self.hangs: set[str] = set()
        self.released = threading.Event()
        self.asked: list[str] = []
        self._server = 0
        self._turn = threading.Lock()  # a real door serves one visitor after the other
        self._listener = TCPServer(self._serve)
        note = {
            "pid": self.pid,
            "parent": 0,
            "door": self._listener.port,
            "token": f"t{number}",
            "since": number,
        }
        (registry / f"{self.pid}.json").write_text(json.dumps(note))

    def _serve(self, visitor: socket.socket) -> None:
        with self._turn:
            line = visitor.makefile("r").readline()
            if not line:
                return  # whoever asked has given up
            command, *words = line.split()[1:]
            self.asked.append(command)
            if command in self.hangs:
                self.released.wait(60)
            if command == "listen":
                self._server = self._server or 100 + self.number
            elif command == "join":
                self._server = int(words[0])
            own = self._server == 100 + self.number
            answer = {
                "debugging": bool(self._server),
                "server": self._server,
                "port": 200 + self.number if own else 0,
                "secret": "s",
            }
            visitor.sendall(json.dumps(answer).encode() + b"\n")

    def stop(self) -> None:
        self.released.set()
        self._listener.stop()


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeDoor]]:
    monkeypatch.setattr(processes, "JOIN_PATIENCE", 0.5)
    doors = [FakeDoor(tmp_path, number) for number in range(len(PIDS))]
    yield doors
    for door in doors:
        door.stop()


def with_registry(folder: Path, work: Callable[[Registry], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await asyncio.wait_for(work(Registry(str(folder))), 60)

    return asyncio.run(run())


async def asked_to_join(doors: list[FakeDoor]) -> None:
    async def look() -> None:
        while not all("join" in door.asked for door in doors):
            await asyncio.sleep(0.01)

    await asyncio.wait_for(look(), 60)


def test_a_debugger_that_does_not_start_holds_up_no_other(doors: list[FakeDoor], tmp_path: Path) -> None:
    doors[0].hangs = {"listen"}

    async def work(registry: Registry) -> int | None:
        hanging = asyncio.ensure_future(registry.debugger(doors[0].pid))
        while "listen" not in doors[0].asked:
            await asyncio.sleep(0.01)
        other = await registry.debugger(doors[1].pid)
        assert not hanging.done()
        hanging.cancel()
        return other.process

    assert with_registry(tmp_path, work) == doors[1].pid


def test_after_some_time_another_worker_is_attached_to(
    doors: list[FakeDoor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors[0].hangs = {"listen"}
    monkeypatch.setattr(processes, "START_PATIENCE", 0.1)

    async def work(registry: Registry) -> int | None:
        hanging = asyncio.ensure_future(registry.debugger(None))
        while "listen" not in doors[0].asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        other = await registry.debugger(None)
        hanging.cancel()
        return other.process

    assert with_registry(tmp_path, work) == doors[1].pid


def test_two_attaches_at_once_start_one_debugger(doors: list[FakeDoor], tmp_path: Path) -> None:
    doors[0].hangs = {"listen"}
    threading.Timer(2, doors[0].released.set).start()  # it takes longer to start than to describe itself

    async def work(registry: Registry) -> list[int | None]:
        first = asyncio.ensure_future(registry.debugger(None))
        while "listen" not in doors[0].asked:
            await asyncio.sleep(0.01)
        return [(await attach).process for attach in (first, asyncio.ensure_future(registry.debugger(None)))]

    assert with_registry(tmp_path, work) == [doors[0].pid] * 2
    assert all("listen" not in door.asked for door in doors[1:])


def test_a_mute_worker_is_not_waited_for_because_somebody_chose_it(
    doors: list[FakeDoor], tmp_path: Path
) -> None:
    async def work(registry: Registry) -> int | None:
        assert len(await registry.processes()) == len(doors)
        doors[0].hangs = {"describe", "listen"}
        hanging = asyncio.ensure_future(registry.debugger(doors[0].pid))
        other = await registry.debugger(None)
        assert not hanging.done()
        hanging.cancel()
        return other.process

    assert with_registry(tmp_path, work) == doors[1].pid


def test_a_worker_that_does_not_answer_is_not_chosen(doors: list[FakeDoor], tmp_path: Path) -> None:
    async def work(registry: Registry) -> int | None:
        assert len(await registry.processes()) == len(doors)
        doors[0].hangs = {"describe"}
        chosen = (await registry.debugger(None)).process
        await asked_to_join([doors[2]])
        return chosen

    assert with_registry(tmp_path, work) == doors[1].pid


def test_an_attach_waits_for_a_joining_worker_only_so_long(
    doors: list[FakeDoor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors[1].hangs = {"join"}

    async def work(registry: Registry) -> None:
        assert (await registry.debugger(None)).process == doors[0].pid
        # The second attach need not be patient again: it would not come back.
        monkeypatch.setattr(processes, "JOIN_PATIENCE", 3600)
        monkeypatch.setattr(processes, "DESCRIBE_TIMEOUT", 0.1)
        for _ in range(2):
            assert (await registry.debugger(None)).process == doors[0].pid
            await registry.join_newcomers(200)
        await asked_to_join(doors[1:])
        assert doors[1].asked.count("join") == 1
        assert doors[2].asked.count("join") == 1
        doors[1].released.set()
        while not all(process.facts.get("debugging") for process in await registry.processes()):
            await asyncio.sleep(0.02)
        assert {process.port for process in await registry.processes()} == {200}

    with_registry(tmp_path, work)
