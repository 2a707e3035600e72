"""How many sessions there are, and which of them are doubted."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import SECRET, Bench, wait_until
from fakes import FragileDebugger, TCPServer, dap
from ptvsd import gate, sessions
from ptvsd.endpoint import Endpoint
from ptvsd.processes import Debugger
from ptvsd.server import Server
from ptvsd.settings import SettingsFile
from stand import Stand, echo, greeted
from wsclient import LivingClient, WebSocketClient

CLOSE_FRAME = b"\x88\x82\0\0\0\0" + struct.pack(">H", 1000)


def beside(client: WebSocketClient) -> WebSocketClient:
    """Reads the greeting of a session beside others, which is shorter."""
    data = b""
    while data.count(b'"output"') < 2 or not data.endswith(b"}"):
        data += client.receive()
    return client


def upgrade() -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        "GET /ptvsd HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {SECRET}\r\n\r\n"
    ).encode()


class OneDebuggerPerProcess:
    """A registry of processes that all are debugged already; process N has the Nth port."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports

    async def debugger(self, pid: int | None) -> Debugger:
        return Debugger("127.0.0.1", self.ports[pid or 0], pid, True)

    async def processes(self) -> list[Any]:
        return []

    async def join_newcomers(self, port: int) -> None:
        pass


class Rig:
    """The endpoint in a thread of this process, where its limits can be changed."""

    def __init__(self, folder: Path) -> None:
        self.registry = OneDebuggerPerProcess([])
        self.sessions: sessions.Sessions
        self.port = 0
        self._folder = folder
        self._loop: asyncio.AbstractEventLoop
        self._stopped: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        wait_until(lambda: self.port, "the endpoint's port")

    async def _run(self) -> None:
        settings = SettingsFile(str(self._folder / "settings.json"), {"WSGI_PTVSD_SECRET": SECRET})
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self.sessions = sessions.Sessions(settings, self.registry, None)  # type: ignore[arg-type]
        server = Server(Endpoint(settings, self.sessions, anywhere=True), None)
        listening = await server.listen("127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        await self._stopped.wait()
        listening.close()
        await self.sessions.close()
        await server.stop()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(20)

    def tunnel(self, process: int = 0) -> WebSocketClient:
        return LivingClient(self.port, f"/ptvsd?process={process}", SECRET)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.stop()


def test_a_ninth_session_is_sent_away_but_not_a_ninth_connection(rig: Rig) -> None:
    debuggers = [FragileDebugger() for _ in range(9)]
    rig.registry.ports = [debugger.port for debugger in debuggers]
    clients = [greeted(rig.tunnel(process)) for process in range(8)]
    assert rig.tunnel(8).close_code() == (1013, "there are 8 sessions already")
    for _ in range(9):  # the child processes of the first
        child = beside(rig.tunnel(0))
        assert echo(child)
        clients.append(child)
    clients.pop(7).close()
    clients.append(greeted(rig.tunnel(8)))
    for client in clients:
        client.close()
    wait_until(lambda: not any(debugger.sessions for debugger in debuggers), "the end of all sessions")
    assert [debugger.faults for debugger in debuggers] == [[]] * 9
    for debugger in debuggers:
        debugger.stop()


def test_connections_have_a_limit_too(
    rig: Rig, debugger: FragileDebugger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MAX_CONNECTIONS", 3)
    rig.registry.ports = [debugger.port]
    clients = [greeted(rig.tunnel())]
    for _ in range(2):
        clients.append(beside(rig.tunnel()))
    assert rig.tunnel().close_code() == (1013, "there are 3 connections already")
    clients.pop().close()
    wait_until(lambda: len(rig.sessions) == 2, "room")
    assert echo(beside(rig.tunnel()))
    assert debugger.faults == []


@pytest.mark.parametrize("last", [b"", CLOSE_FRAME], ids=["end", "close frame"])
def test_clients_that_leave_with_their_first_packet_take_no_place(stand: Stand, last: bytes) -> None:
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", stand.agent.port)) as hasty:
            hasty.sendall(upgrade() + last)
    wait_until(lambda: stand.agent.log.count(" detached ") == 12, "the end of all")
    wait_until(lambda: stand.agent.status()["sessions"] == [], "silence")
    client = greeted(stand.agent.tunnel())
    assert echo(client)
    client.close()
    assert stand.debugger.faults == []


def test_a_debugger_that_never_greets_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GREETING_TIMEOUT", 0.2)
    silent = TCPServer(lambda connection: [None for _ in iter(lambda: connection.recv(4096), b"")][:0])
    rig.registry.ports = [silent.port]
    client = rig.tunnel()
    client.send(dap(type="request", seq=1, command="initialize"))
    code, reason = client.close_code()
    assert (code, "deaf" in reason) == (1011, True)
    silent.stop()


def test_a_sleeping_laptops_session_gives_way_to_its_next_one(
    bench: Bench, debugger: FragileDebugger
) -> None:
    stand = Stand(bench, debugger, PTVSD_LIFE_SIGN="0.3")
    asleep = greeted(stand.agent.tunnel(answers_pings=False))
    asleep.send(b"", opcode=10)  # it was there a moment ago
    awake = greeted(stand.agent.tunnel())
    assert echo(awake)
    assert len(stand.agent.status()["sessions"]) == 1
    assert "gave way to a newer session" in stand.agent.log
    assert debugger.faults == []
    awake.close()
    asleep.socket.close()


def test_a_child_processes_connection_waits_for_its_parents_answer_only(
    bench: Bench, debugger: FragileDebugger
) -> None:
    stand = Stand(bench, debugger, PTVSD_LIFE_SIGN="600")
    parent = greeted(stand.agent.living_tunnel())
    for _ in range(3):
        began = time.monotonic()
        child = beside(stand.agent.tunnel())
        assert time.monotonic() - began < 60, "the answer came, and its time limit was not waited for"
        assert echo(child)
        assert len(stand.agent.status()["sessions"]) == 2
        child.close()
        wait_until(lambda: debugger.sessions == 1, "the child's end")
    assert parent.pings >= 3
    parent.close()


class StuckRegistry(OneDebuggerPerProcess):
    """The debugger is there, and a worker that is to join it hangs."""

    def __init__(self, port: int) -> None:
        super().__init__([port])
        self.joining = 0

    async def debugger(self, pid: int | None) -> Debugger:
        return (await super().debugger(pid))._replace(process=1)

    async def join_newcomers(self, port: int) -> None:
        self.joining += 1
        await asyncio.sleep(3600)


def test_a_worker_that_hangs_does_not_prolong_anybodys_access(
    rig: Rig, debugger: FragileDebugger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sessions, "WATCH_INTERVAL", 0.05)
    registry = StuckRegistry(debugger.port)
    rig.sessions._registry = registry  # type: ignore[assignment]
    client = greeted(WebSocketClient(rig.port, "/ptvsd", SECRET))
    wait_until(lambda: registry.joining, "the worker's turn to join")
    (tmp_path / "settings.json").write_text('{"expires": "2020-01-01T00:00:00Z"}')
    assert client.close_code() == (1008, "access to the debugger expired")
    assert registry.joining == 1


class Torrent(TCPServer):
    """Greets its first client and sends it nine megabytes."""

    SIZE = 9_000_000

    def __init__(self) -> None:
        super().__init__(self._pour)

    def _pour(self, connection: socket.socket) -> None:
        first = len(self.connections) == 1
        for event in ("output", "output", "debugpySockets") if first else ("output", "output"):
            connection.sendall(dap(seq=1, type="event", event=event))
        if first:
            connection.sendall(dap(seq=2, type="event", event="output", body={"output": "x" * self.SIZE}))
        while connection.recv(4096):
            pass


def test_a_slow_link_is_not_taken_for_a_dead_one(bench: Bench) -> None:
    torrent = Torrent()
    stand = Stand(bench, torrent, PTVSD_LIFE_SIGN="3", PTVSD_PING_INTERVAL="3")
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 15)
        slow.connect(("127.0.0.1", stand.agent.port))
        slow.sendall(upgrade())
        slow.settimeout(60)
        received = 0
        newcomer = None
        while received < Torrent.SIZE:
            data = slow.recv(1 << 14)
            assert data, f"ended after {received} octets: {stand.agent.log}"
            received += len(data)
            time.sleep(0.025)  # this is the slow link: longer than two pings
            if newcomer is None and received > 1 << 19:
                newcomer = stand.agent.living_tunnel(X_Forwarded_For="10.0.0.9")
        assert newcomer is not None
        assert b"output" in newcomer.receive()
        newcomer.close()
    assert "gave way" not in stand.agent.log
    torrent.stop()
