"""The bridge against real parts: Python's own WebSocket server, and a served site with debugpy in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attach_endpoint import Endpoint
from attaching import SECRET, Attached, Authority
from program import Program
from serving import Served, free_port, wait_until

from dap import DebugClient  # isort: skip
from running import copied  # isort: skip

BREAKPOINT = "A good place for a breakpoint."


@pytest.fixture
def attach(program: Program, tmp_path: Path) -> Iterator[Any]:
    """Starts bridges, and ends them after the test."""
    running: list[Attached] = []

    def start(*arguments: str | Path, cwd: Path = tmp_path, **environment: str) -> Attached:
        running.append(Attached(program, *arguments, cwd=cwd, **environment))
        return running[-1]

    yield start
    for attached in running:
        assert attached.stop() in (0, 130), attached.log


async def echo(connection: Any) -> None:
    async for message in connection:
        assert isinstance(message, bytes)
        await connection.send(message)


def exchange(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        sender = threading.Thread(target=lambda: connection.sendall(data))
        sender.start()
        received = bytearray()
        while len(received) < len(data):
            part = connection.recv(1 << 20)
            if not part:
                break
            received += part
        sender.join()
    return bytes(received)


@pytest.mark.parametrize("secure", [False, True])
def test_bytes_pass_unchanged_to_the_websockets_package_and_back(
    attach: Any, tmp_path: Path, secure: bool
) -> None:
    authority = Authority(tmp_path / "authority") if secure else None
    endpoint = Endpoint(echo, context=authority.context("DNS:localhost") if authority else None)
    try:
        url = f"wss://localhost:{endpoint.port}/ptvsd" if secure else f"ws://127.0.0.1:{endpoint.port}/ptvsd"
        options = ["--ca-file", authority.file] if authority else []
        attached = attach(url, "--port", "0", "--instance", "0a1b2c", *options, PTVSD_SECRET=SECRET)
        for size in (1, 125, 126, 65535, 65536, 5_000_000):
            data = os.urandom(size)
            assert exchange(attached.port, data) == data
        headers = endpoint.headers[-1]
        assert headers["Cookie"] == "ARRAffinity=0a1b2c; ARRAffinitySameSite=0a1b2c"
        assert headers["Authorization"].startswith("Basic ")
        assert "Sec-WebSocket-Extensions" not in headers
        assert "Origin" not in headers
        assert attached.stop() == 130
        assert SECRET not in attached.log
    finally:
        endpoint.stop()


def test_a_hundred_debuggers_at_once(attach: Any) -> None:
    endpoint = Endpoint(echo)
    try:
        port = attach(f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd", "--port", "0").port
        connections = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(100)]
        for number, connection in enumerate(connections):
            connection.sendall(b"%03d" % number)
        for number, connection in enumerate(connections):
            received = b""
            while len(received) < 3:
                received += connection.recv(3)
            assert received == b"%03d" % number
            connection.close()
    finally:
        endpoint.stop()


def test_fragments_and_pings_of_the_server_are_taken(attach: Any) -> None:
    async def fragments(connection: Any) -> None:
        await connection.send([b"one ", b"two ", b"three"])
        await (await connection.ping())
        await connection.close(1000, "that was all")

    endpoint = Endpoint(fragments)
    try:
        attached = attach(f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd", "--port", "0")
        with socket.create_connection(("127.0.0.1", attached.port), 60) as connection:
            received = b""
            while part := connection.recv(100):
                received += part
        assert received == b"one two three"
        attached.says("that was all")
    finally:
        endpoint.stop()


@pytest.mark.parametrize("raw", [False, True])
def test_an_attach_request_gets_path_mappings_unless_no_byte_may_change(
    attach: Any, tmp_path: Path, raw: bool
) -> None:
    (tmp_path / "app.py").write_text("")
    endpoint = Endpoint(echo, {"applicationRoot": "/home/site/wwwroot"})
    try:
        options = ["--raw"] if raw else []
        attached = attach(f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd", "--port", "0", *options)
        body = b'{"seq": 1, "type": "request", "command": "attach", "arguments": {"justMyCode": false}}'
        sent = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        with socket.create_connection(("127.0.0.1", attached.port), 60) as connection:
            connection.sendall(sent)
            received = b""
            while not received.endswith(b"}}") and (part := connection.recv(65536)):
                received += part
        if raw:
            assert received == sent
        else:
            arguments = json.loads(received.partition(b"\r\n\r\n")[2])["arguments"]
            assert arguments == {
                "justMyCode": False,
                "pathMappings": [{"localRoot": str(tmp_path), "remoteRoot": "/home/site/wwwroot"}],
            }
        if raw:
            attached.says("(not told to debuggers)")
        assert raw or "(not told to debuggers)" not in attached.log
    finally:
        endpoint.stop()


def test_the_port_is_5678_or_the_next_free_one(attach: Any) -> None:
    endpoint = Endpoint(echo)
    url = f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd"
    try:
        with contextlib.ExitStack() as held:
            def hold() -> bool:  # another test's bridge may have it for a while
                with contextlib.suppress(OSError):
                    held.enter_context(socket.create_server(("127.0.0.1", 5678)))
                    return True
                return False

            wait_until(hold, "port 5678")
            attached = attach(url)
            assert 5678 < attached.port < 5778
            attached.says("note: port 5678 is taken, so that the bridge listens on")
            fixed = attach(url, "--port", str(attached.port))
            assert fixed.process.wait(60) == 69
            fixed.says(f"error: port {attached.port} of this machine is taken")
            fixed.process.returncode = 0
    finally:
        endpoint.stop()


def test_standard_streams_carry_one_debugger(program: Program, tmp_path: Path) -> None:
    endpoint = Endpoint(echo)
    try:
        process = subprocess.Popen(
            [str(program.binary), "attach", f"ws://127.0.0.1:{endpoint.port}/ptvsd", "--stdio"],
            cwd=tmp_path,
            env={**program.environ(), "PTVSD_SECRET": SECRET},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin and process.stdout
        process.stdin.write(b"\0there and back")
        process.stdin.flush()
        assert process.stdout.read(15) == b"\0there and back"
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(60) == 0, process.stderr and process.stderr.read()
    finally:
        endpoint.stop()


# A served site


@pytest.fixture(scope="module")
def served(tmp_path_factory: Any, wheel: Path) -> Iterator[tuple[Path, Program, Served]]:
    """The Flask sample, published in Debug and served."""
    import shutil

    from program import find_binary

    folder = tmp_path_factory.mktemp("attached")
    cache = folder / "home" / "cache" / "ptvsd-publish" / "wheels"
    cache.mkdir(parents=True)
    shutil.copy(wheel, cache)
    program = Program(find_binary(), folder / "home")
    project = copied("FlaskSite", folder)
    port = free_port()
    published = program("--configuration", "Debug", "--site-url", f"http://127.0.0.1:{port}", cwd=project)
    assert re.search(r"^Next +ptvsd-publish attach$", published.out, re.MULTILINE), published.out
    served = Served(program, "--port", str(port), cwd=project)
    try:
        assert served.port == port
        yield project, program, served
    finally:
        served.stop()


def breakpoint_of(project: Path) -> tuple[Path, int]:
    for path in sorted(project.rglob("*.py")):
        if "bin" in path.relative_to(project).parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if BREAKPOINT in line:
                return path, number + 1
    raise AssertionError("there is no place for a breakpoint")


def debug(client: DebugClient, project: Path, served: Served) -> None:
    """Stops in the project's own file, as its path is here, and reads a variable."""
    path, line = breakpoint_of(project)
    browser = served.browser()
    client.attach({str(path): [line]})
    page: list[str] = []
    visit = threading.Thread(target=lambda: page.append(browser.page("/")))
    visit.start()
    assert client.stopped_locals()
    assert client.frame["source"]["path"] == str(path)
    client.resume()
    visit.join(60)
    assert page and page[0]


def test_a_breakpoint_in_the_project_is_hit_through_the_bridge(
    served: tuple[Path, Program, Served], attach: Any
) -> None:
    project, program, site = served
    site.browser()
    attached = Attached(program, "--port", "0", cwd=project)
    try:
        client = attached.debugger()
        debug(client, project, site)
        client.request("disconnect")
        client.close()
        attached.says("Detached           session 1")
        again = attached.debugger()
        debug(again, project, site)
        again.close()
        attached.says("session 2, the debugger has left")
    finally:
        assert attached.stop() == 130
    assert "Traceback" not in attached.log and "interrupted" not in attached.log


def test_a_check_finds_the_process_and_leaves_the_site_running(
    served: tuple[Path, Program, Served],
) -> None:
    project, program, site = served
    browser = site.browser()
    text = program("attach", "--check", cwd=project)
    for line in (
        r"Process +\d+, Python 3\.\d+\.\d+",
        rf"Path +{re.escape(sys.executable)}",
        r"Debugger +debugpy 1\.\d+\.\d+",
        rf"Folder +{re.escape(str(project / 'bin' / 'publish'))}",
        r"Answered in +\d+\.\d+ ms",
    ):
        assert re.search(f"^{line}$", text.out, re.MULTILINE), text.out
    found = program("attach", "--check", "--format", "json", cwd=project).json()
    assert found["process"] in site.processes()
    assert found["pathMappings"] == [{"localRoot": str(project), "remoteRoot": str(project / "bin" / "publish")}]
    assert browser.page("/")
    chosen = program("attach", "--check", "--process", str(found["process"]), cwd=project)
    assert f"Process            {found['process']}, " in chosen.out


def test_the_bridge_killed_at_a_breakpoint_lets_the_site_go_on(
    served: tuple[Path, Program, Served],
) -> None:
    project, program, site = served
    browser = site.browser()
    attached = Attached(program, "--port", "0", cwd=project)
    path, line = breakpoint_of(project)
    client = attached.debugger()
    client.attach({str(path): [line]})
    page: list[str] = []
    visit = threading.Thread(target=lambda: page.append(browser.page("/")))
    visit.start()
    client.stopped_locals()
    assert not page
    attached.process.kill()
    visit.join(60)
    assert page and page[0]
    assert client.ended.wait(60)


def test_an_interrupt_ends_sessions_and_says_nothing(served: tuple[Path, Program, Served]) -> None:
    project, program, site = served
    site.browser()
    attached = Attached(program, "--port", "0", cwd=project)
    client = attached.debugger()
    client.event("debugpySockets")
    assert attached.stop(signal.SIGINT) == 130
    assert client.ended.wait(60)
    assert "error" not in attached.log
    wait_until(lambda: "the bridge ends" in site.log or "closed by the client (1001)" in site.log, "the goodbye")


def test_the_next_debugger_finds_the_site_that_was_published_again(
    served: tuple[Path, Program, Served],
) -> None:
    project, program, site = served
    site.browser()
    attached = Attached(program, "--port", "0", cwd=project)
    try:
        assert attached.port
        program("--configuration", "Debug", "--site-url", site.address, cwd=project)
        # Nobody has opened a page since.
        client = attached.debugger()
        client.event("debugpySockets", 60)
        attached.says("Attached")
        assert "Refused" not in attached.log
        client.close()
    finally:
        code = attached.stop()
        print(attached.log, site.log)  # for whoever looks for the reason of a failure
        assert code == 130


def test_a_secret_that_was_replaced_is_told(served: tuple[Path, Program, Served], tmp_path: Path) -> None:
    _, program, site = served
    (tmp_path / "old").write_text(hashlib.sha256(b"old").hexdigest())
    refused = program("attach", site.address, "--check", "--secret-file", "old", cwd=tmp_path, status=77)
    assert "does not accept the secret (401): it is the one in 'old'" in refused.err
    assert "'old' goes before what the project knows" in refused.err
