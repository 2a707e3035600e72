"""The endpoint alone, beside a debugger that only the tests know."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SECRET, Agent, Bench, Site, wait_until
from fakes import FragileDebugger, TCPServer
from wsclient import HandshakeFailed, WebSocketClient, WebSocketClosed

GREETING = 3


class Stand:
    """A fake debugger, a site and its agent."""

    def __init__(self, bench: Bench, debugger: TCPServer, **environment: str) -> None:
        self.debugger = debugger
        self.site: Site = bench.site()
        self.site.settings()
        self.agent: Agent = bench.agent(
            self.site,
            "--debugger",
            f"127.0.0.1:{debugger.port}",
            TMPDIR=str(self.site.folder),
            **environment,
        )


@pytest.fixture
def debugger() -> Iterator[FragileDebugger]:
    debugger = FragileDebugger()
    yield debugger
    debugger.stop()


@pytest.fixture
def stand(bench: Bench, debugger: FragileDebugger) -> Stand:
    return Stand(bench, debugger)


def greeted(client: WebSocketClient) -> WebSocketClient:
    """Reads the greeting of an only session."""
    data = b""
    while data.count(b"Content-Length") < GREETING or not data.endswith(b"}"):
        data += client.receive()
    return client


def echo(client: WebSocketClient, payload: bytes) -> bytes:
    client.send(payload)
    data = b""
    while len(data) < len(payload):
        data += client.receive()
    return data


def test_the_status_tells_everything_the_bridge_needs(stand: Stand) -> None:
    status = stand.agent.status()
    assert status["buildID"] == "20261124-1"
    assert status["configuration"] == "Debug"
    assert status["expires"] is None
    assert status["host"] == "linux"
    assert status["workingDirectory"] == status["applicationRoot"] == str(stand.site.folder)
    assert status["pythonVersion"].count(".") == 2
    assert Path(status["pythonPath"]).exists()
    assert status["instanceID"] is None
    assert status["sessions"] == []
    assert status["agentVersion"]
    assert status["debuggerUp"] is True
    assert status["processes"] == [
        {"pid": 0, "name": "debugger", "port": stand.debugger.port, "ready": True, "main": True}
    ]
    assert SECRET not in json.dumps(status)


def test_the_instance_is_named(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger, WEBSITE_INSTANCE_ID="0a1b", APP_PATH="/tmp/8dd")
    status = stand.agent.status()
    assert (status["instanceID"], status["appPath"]) == ("0a1b", "/tmp/8dd")


def test_the_page_is_for_everybody_and_never_has_the_secret(stand: Stand) -> None:
    code, headers, body = stand.agent.request(
        "/ptvsd", X_Forwarded_Proto="https", X_Forwarded_Host="site.example"
    )
    text = body.decode()
    assert code == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "wss://&lt;secret&gt;@site.example/ptvsd" in text
    assert "Debugging is on" in text
    assert SECRET not in text
    assert hashlib.sha256(SECRET.encode()).hexdigest() not in text
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = text.split("<style>")[1].split("</style>")[0]
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert "http" not in text.replace("https", "").replace("httpPlatform", "").split("<body>")[0]
    assert stand.agent.request("/ptvsd", method="HEAD")[2] == b""
    assert stand.agent.request("/PTVSD/")[0] == 200
    assert stand.agent.request("/app/ptvsd")[0] == 200
    assert stand.agent.request("/ptvsd", method="POST")[0] == 405
    assert stand.agent.request("/ptvsd/nothing")[0] == 404
    assert stand.agent.request("/")[0] == 404


def test_a_hostile_host_header_stays_text(stand: Stand) -> None:
    _, _, body = stand.agent.request("/ptvsd", X_Forwarded_Host="<script>alert(1)</script>")
    assert b"<script" not in body
    assert b"&lt;script&gt;" in body


@pytest.mark.parametrize(
    "address", ["/ptvsd/status", "/ptvsd/sessions"], ids=["the status", "the end of sessions"]
)
def test_everything_else_needs_the_secret(stand: Stand, address: str) -> None:
    method = "DELETE" if address.endswith("sessions") else "GET"
    code, headers, _ = stand.agent.request(address, method=method)
    assert code == 401
    assert headers["www-authenticate"].startswith("Basic")
    assert stand.agent.request(address, method=method, secret="wrong")[0] == 401
    assert stand.agent.request(address, method=method, secret=SECRET)[0] == 200
    assert stand.agent.request(address, method=method, Authorization=f"Bearer {SECRET}")[0] == 200
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel(secret=None)
    assert failed.value.status == 401
    assert "www-authenticate" in failed.value.headers
    assert stand.debugger.connections == []


def test_wrong_tries_are_limited_per_client(stand: Stand) -> None:
    for _ in range(10):
        assert stand.agent.request("/ptvsd/status", secret="wrong", X_Forwarded_For="1.2.3.4:99")[0] == 401
    code, headers, _ = stand.agent.request("/ptvsd/status", secret=SECRET, X_Forwarded_For="1.2.3.4:77")
    assert code == 429
    assert int(headers["retry-after"]) > 0
    assert stand.agent.request("/ptvsd/status", secret=SECRET)[0] == 200
    assert "remote=1.2.3.4" in stand.agent.log
    assert "wrong\n" not in stand.agent.log


def test_an_expired_endpoint_is_closed(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger, WSGI_PTVSD_EXPIRES="2020-01-01T00:00:00Z")
    assert stand.agent.request("/ptvsd/status", secret=SECRET)[0] == 403
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel()
    assert failed.value.status == 403
    assert b"Debugging has expired" in stand.agent.request("/ptvsd")[2]


def test_the_tunnel_carries_bytes_both_ways(stand: Stand) -> None:
    client = greeted(stand.agent.tunnel())
    for size in (1, 125, 126, 65535, 65536, 1 << 20):
        payload = os.urandom(size)
        assert echo(client, payload) == payload
    assert stand.agent.status()["sessions"][0]["received"] > 1 << 20
    client.close()
    wait_until(lambda: stand.agent.status()["sessions"] == [], "the end of the session")
    assert " attached " in stand.agent.log
    assert " detached " in stand.agent.log
    assert stand.debugger.faults == []


def test_pages_of_other_sites_may_not_open_the_tunnel(stand: Stand) -> None:
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel(Origin="https://evil.example")
    assert failed.value.status == 403
    greeted(stand.agent.tunnel(Origin=f"http://127.0.0.1:{stand.agent.port}")).close()


def test_compression_is_never_agreed_upon(stand: Stand) -> None:
    client = stand.agent.tunnel(Sec_WebSocket_Extensions="permessage-deflate")
    assert "sec-websocket-extensions" not in client.headers
    client.close()


def test_a_ninth_session_is_sent_away(stand: Stand) -> None:
    clients = [greeted(stand.agent.tunnel())]
    for _ in range(7):
        client = stand.agent.tunnel()
        client.receive()
        clients.append(client)
    assert stand.agent.tunnel().close_code() == (1013, "there are 8 sessions already")
    assert len(stand.agent.status()["sessions"]) == 8
    clients.pop().close()
    ninth = stand.agent.tunnel()
    ninth.receive()
    for client in [*clients, ninth]:
        client.close()
    wait_until(lambda: stand.debugger.sessions == 0, "the end of all sessions")
    assert stand.debugger.faults == []


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
    assert echo(again, b"fine") == b"fine"
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
    assert echo(client, b"still there") == b"still there"
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
    stand = Stand(bench, debugger, PTVSD_PING_INTERVAL="0.2")
    alive = greeted(stand.agent.tunnel())
    dead = stand.agent.tunnel(answers_pings=False)
    began = time.monotonic()
    wait_until(lambda: len(debugger.connections) == 2 and debugger.sessions == 2, "two sessions")
    wait_until(lambda: _read_some(alive) and debugger.sessions == 1, "the end of the dead session", 10)
    assert 0.3 < time.monotonic() - began < 8
    assert echo(alive, b"alive") == b"alive"
    assert alive.pings >= 2
    assert "two pings were not answered" in stand.agent.log
    dead.socket.close()
    alive.close()


def _read_some(client: WebSocketClient) -> bool:
    """Lets the client see and answer pings."""
    client.socket.settimeout(0.05)
    try:
        client.receive()
    except (socket.timeout, TimeoutError):
        pass
    finally:
        client.socket.settimeout(30)
    return True


def test_a_sleeping_laptops_session_gives_way_to_its_next_one(
    bench: Bench, debugger: FragileDebugger
) -> None:
    stand = Stand(bench, debugger, PTVSD_LIFE_SIGN="0.5")
    asleep = greeted(stand.agent.tunnel())
    time.sleep(0.5)  # its last sign of life must be old enough to be doubted
    awake = greeted(stand.agent.tunnel())
    assert echo(awake, b"mine") == b"mine"
    assert len(stand.agent.status()["sessions"]) == 1
    assert "gave way to a newer session" in stand.agent.log
    assert debugger.faults == []
    awake.close()
    asleep.socket.close()


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
    client.socket.settimeout(1)
    sent = 0
    chunk = os.urandom(1 << 19)
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
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    stand.site.settings(expires=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    client = stand.agent.tunnel()
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
    assert echo(client, b"x") == b"x"
    client.close()
    for one in sockets:
        one.close()
    assert len(stand.debugger.connections) == 1


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(("width", "state"), [(500, "on"), (1280, "active")])
def test_a_browser_shows_the_page_under_its_own_policy(
    stand: Stand, tmp_path: Path, width: int, state: str
) -> None:
    client = greeted(stand.agent.tunnel()) if state == "active" else None
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--enable-logging=stderr",
            f"--screenshot={tmp_path / 'page.png'}",
            f"http://127.0.0.1:{stand.agent.port}/ptvsd",
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )
    said = done.stderr.decode(errors="replace")
    assert "Content Security Policy" not in said
    picture = (tmp_path / "page.png").read_bytes()
    # Without its style sheet the page is black on white throughout, and compresses to much less.
    assert len(picture) > 20_000
    assert f'<header class="{state}">' in stand.agent.request("/ptvsd")[2].decode()
    if client is not None:
        client.close()
