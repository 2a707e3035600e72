"""The tunnel beside a debugger that is as fragile as debugpy."""

from __future__ import annotations

import datetime
import functools
import json
import os
import socket
import time
from pathlib import Path

import pytest
from bench import SECRET, Bench, wait_until
from fakes import FragileDebugger, TCPServer, dap, message
from stand import Stand, echo, greeted
from wsclient import HandshakeFailed, WebSocketClosed


def test_the_tunnel_carries_bytes_both_ways(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    for frame in (1, 125, 126, 65535, 65536, 1 << 20):
        assert echo(client, max(frame, 200), frame)
    assert echo(client, 3_000_000)
    assert stand.agent.status()["sessions"][0]["received"] > 1 << 20
    client.close()
    wait_until(lambda: stand.agent.status()["sessions"] == [], "the end of the session")
    assert " attached " in stand.agent.log
    assert " detached " in stand.agent.log
    assert stand.debugger.faults == []


def test_what_does_not_greet_gets_every_byte_as_it_is(bench: Bench) -> None:
    def serve(connection: socket.socket) -> None:
        while data := connection.recv(1 << 16):
            connection.sendall(data)

    stand = Stand(bench, TCPServer(serve))
    client = stand.agent.tunnel()
    for payload in (b"Cx", b"Content-Type: x", os.urandom(70000), b"\0"):
        client.send(payload)
        data = b""
        while len(data) < len(payload):
            data += client.receive()
        assert data == payload
    client.close()


GARBAGE = [
    b"\0" * 4096,
    b"GET / HTTP/1.1\r\n\r\n",
    b"Content-Length: 5\r\n\r\nhello",
    b"Content-Length: 1\r\n\r\n5",
    b"Content-Length: 2\r\n\r\n{}",
    b"Content-Length: -2\r\n\r\n{}",
    b"Content-Length: 999999999\r\n\r\n",
    b"Content-Length: 2\r\nX: y\r\n\r\n{}",
    b"Content-Length: 3\r\n\r\n\xff\xff\xff",
    b"Content-Length: 4000\r\n\r\n" + b"[" * 4000,
    b"Content-Length" + b" " * 2000,
    dap(type="request"),
    dap(type="request", seq="1", command="threads"),
    dap(type="request", seq=1.5, command="threads"),
    dap(type="request", seq=float("nan"), command="threads"),
    dap(type="request", seq=1),
    dap(type="request", seq=1, command=["threads"]),
    dap(type="request", seq=1, command="threads", arguments=[]),
    dap(type="request", seq=1, command="threads", arguments="x"),
    dap(type="event", seq=1, event=5),
    dap(type="event", seq=1, event="x", body=[]),
    dap(type="response", seq=1),
    dap(type="response", seq=1, request_seq=1, command="x"),
    dap(type="response", seq=1, request_seq=None, command="x", success=True),
    dap(type="response", seq=1, request_seq=1, command="x", success=1),
    dap(type="response", seq=1, request_seq=1, command="x", success=False),
    dap(type="request", seq=1, command="x", arguments=functools.reduce(lambda x, _: {"x": x}, range(300), 1)),
]

SOUND = [
    dap(type="request", seq=1, command="threads"),
    dap(type="request", seq=1, command="threads", arguments=None),
    dap(type="request", seq=1, command="nobody knows", arguments={"x": [[]] * 500}),
    dap(type="event", seq=0, event="x", body={}),
    dap(type="response", seq=1, request_seq=1, command="x", success=True),
    dap(type="response", seq=1, request_seq=1, command="x", success=False, message=""),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_does_not_reach_the_debugger(stand: Stand, garbage: bytes) -> None:
    client = greeted(stand.agent.tunnel())
    client.send(message(200) + garbage)
    code, reason = client.close_code()
    assert (code, reason.startswith("a message was refused")) == (1007, True)
    wait_until(lambda: stand.debugger.sessions == 0, "the end")
    assert stand.debugger.received in (0, 200)
    client.socket.close()


def test_what_the_debugger_can_read_reaches_it(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    for sound in SOUND:
        client.send(sound)
        assert client.receive() == sound
    client.close()


def test_half_a_message_does_not_reach_the_debugger(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    client.send(message(200) + message(300)[:-1])
    assert len(client.receive()) == 200
    client.socket.close()
    wait_until(lambda: stand.debugger.sessions == 0, "the end")
    assert stand.debugger.received == 200


def test_pages_of_other_sites_may_not_open_the_tunnel(stand: Stand) -> None:
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel(Origin="https://evil.example")
    assert failed.value.status == 403
    greeted(stand.agent.tunnel(Origin=f"http://127.0.0.1:{stand.agent.port}")).close()


def test_compression_is_never_agreed_upon(stand: Stand) -> None:
    client = stand.agent.tunnel(Sec_WebSocket_Extensions="permessage-deflate")
    assert "sec-websocket-extensions" not in client.headers
    client.close()


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda client: client.send(b"x" * ((1 << 20) + 1)), 1009),
        (lambda client: client.send(b"text", opcode=1), 1003),
        (lambda client: client.send(b"", opcode=3), 1002),
        (lambda client: client.socket.sendall(b"\x82\x01x"), 1002),
        (lambda client: client.socket.sendall(os.urandom(64).replace(b"\x82", b"")), None),
    ],
    ids=["too large", "text", "opcode", "unmasked", "garbage"],
)
def test_a_misbehaving_client_is_closed_and_the_debugger_unharmed(stand: Stand, send, code) -> None:  # type: ignore[no-untyped-def]
    client = greeted(stand.agent.tunnel())
    try:
        send(client)
        got = client.close_code()[0]
        assert code is None or got == code
    except OSError:
        pass
    client.socket.close()
    again = greeted(stand.agent.tunnel())
    assert echo(again)
    again.close()
    assert stand.debugger.faults == []


def test_the_debugger_is_shielded_from_hasty_clients(bench: Bench) -> None:
    debugger = FragileDebugger(delay=0.05)
    stand = Stand(bench, debugger)
    for number in range(6):
        client = stand.agent.tunnel()
        client.abort() if number % 2 else client.socket.close()
    with socket.create_connection(("127.0.0.1", stand.agent.port)) as probe:
        probe.sendall(b"\0\1\2 not HTTP\r\n\r\n")
        assert probe.recv(100).startswith(b"HTTP/1.1 400")
    for _ in range(3):
        wait_until(lambda: stand.agent.status()["sessions"] == [] and debugger.sessions == 0, "silence")
        greeted(stand.agent.tunnel()).close()
    wait_until(lambda: debugger.sessions == 0, "silence")
    client = greeted(stand.agent.tunnel())
    assert echo(client)
    client.close()
    wait_until(lambda: debugger.sessions == 0, "the end of all sessions")
    assert debugger.faults == []
    assert len(debugger.connections) >= 4
    debugger.stop()


def test_asking_for_status_or_page_never_dials(stand: Stand) -> None:
    for _ in range(3):
        stand.agent.status()
        stand.agent.request("/ptvsd")
    assert stand.debugger.connections == []


def test_nobody_there_is_said_in_words(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger)
    debugger.stop()
    wait_until(lambda: not stand.agent.status()["debuggerUp"], "the debugger's end")
    code, reason = stand.agent.tunnel().close_code()
    assert code == 1011
    assert "nothing listens on 127.0.0.1" in reason
    assert b"Waiting for the site" in stand.agent.request("/ptvsd")[2]
    code, reason = stand.agent.tunnel(path="/ptvsd?process=1").close_code()
    assert (code, "no process 1" in reason) == (1011, True)
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel(path="/ptvsd?process=first")
    assert failed.value.status == 400


def test_the_debuggers_end_reaches_the_client_after_its_last_words(bench: Bench) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(b"x" * 3_000_000)

    stand = Stand(bench, TCPServer(serve))
    client = stand.agent.tunnel()
    received = 0
    with pytest.raises(WebSocketClosed) as closed:
        while True:
            received += len(client.receive())
    assert received == 3_000_000
    assert closed.value.code == 1000


def test_a_dead_peer_is_found_by_its_silence(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger, PTVSD_PING_INTERVAL="1")
    alive = greeted(stand.agent.living_tunnel())
    began = time.monotonic()
    dead = stand.agent.tunnel(answers_pings=False)
    wait_until(lambda: debugger.greeted == 2, "two sessions")
    wait_until(lambda: debugger.sessions == 1, "the end of the dead session")
    assert time.monotonic() - began > 2, "it had the time to answer two pings"
    assert echo(alive)
    assert alive.pings >= 2
    assert "two pings were not answered" in stand.agent.log
    dead.socket.close()
    alive.close()


def resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(pid)


def test_memory_is_bounded_both_ways(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger)
    client = greeted(stand.agent.tunnel())
    before = resident(stand.agent.process.pid)
    debugger.hold.clear()
    client.socket.settimeout(10)
    sent = 0
    chunk = message(1 << 19)
    try:
        while sent < 200 << 20:
            client.send(chunk)
            sent += len(chunk)
    except (socket.timeout, TimeoutError):
        pass
    assert 1 << 20 < sent < 60 << 20, "the client is slowed down before much is buffered"
    assert resident(stand.agent.process.pid) - before < 16 << 20
    client.socket.close()

    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(chunk)

    other = bench.site("other")
    other.settings()
    agent = bench.agent(other, "--debugger", f"127.0.0.1:{TCPServer(flood).port}", TMPDIR=str(other.folder))
    client = agent.tunnel()
    before = resident(agent.process.pid)
    time.sleep(1)  # time in which an unbounded agent would take in a great deal
    assert resident(agent.process.pid) - before < 16 << 20
    client.socket.close()
    debugger.hold.set()


def test_all_sessions_can_be_ended(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    code, _, body = stand.agent.request("/ptvsd/sessions", method="DELETE", secret=SECRET)
    assert (code, json.loads(body)) == (200, {"ended": 1})
    assert client.close_code()[0] == 1001
    wait_until(lambda: stand.debugger.sessions == 0, "the debugger's release")
    assert stand.agent.request("/ptvsd/sessions", secret=SECRET)[0] == 405


def test_a_new_secret_and_an_expiry_end_live_sessions(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    stand.site.settings(secret="another-secret")
    assert client.close_code() == (1008, "the secret was changed")
    assert stand.agent.request("/ptvsd/status", secret=SECRET)[0] == 401
    stand.site.settings()
    client = stand.agent.tunnel()
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    stand.site.settings(expires=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert client.close_code() == (1008, "access to the debugger expired")


def test_the_agents_end_is_announced(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    assert stand.agent.stop() == 0
    assert client.close_code()[0] == 1001


def test_an_unauthenticated_flood_does_not_reach_the_debugger(stand: Stand) -> None:
    sockets = [socket.create_connection(("127.0.0.1", stand.agent.port)) for _ in range(100)]
    for one in sockets:
        one.sendall(b"GET /ptvsd HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n")
    client = greeted(stand.agent.tunnel())
    assert echo(client)
    client.close()
    for one in sockets:
        one.close()
    assert len(stand.debugger.connections) == 1
