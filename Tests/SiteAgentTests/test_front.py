"""Everything that is not /ptvsd reaches the site untouched."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import signal
import socket
import subprocess
import sys
import time

import pytest
from bench import SECRET, Agent, Bench, clean_environment, wait_until
from fronting import SERVER, Raw, start
from ptvsd.child import free_port
from ptvsd.processes import is_alive
from test_message import SMUGGLED
from test_tunnel import resident


def test_head_fields_pass_untouched(agent: Agent) -> None:
    code, headers, body = agent.request(
        "/head?a=b%20c&d", Cookie="x=y", X_Custom="Ümlaut".encode().decode("latin-1"), Host="site.example"
    )
    text = body.decode("latin-1")
    assert code == 200
    assert headers["x-a"] in ("1", "2")
    assert text.startswith("GET /head?a=b%20c&d HTTP/1.1\r\n")
    for line in (
        "Cookie: x=y",
        "Host: site.example",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
    ):
        assert line in text
    assert "X-Forwarded-Host: site.example" in text
    assert "X-Custom: Ümlaut" in text.encode("latin-1").decode("utf-8")


def test_what_a_front_end_forwarded_is_kept(agent: Agent) -> None:
    _, _, body = agent.request("/head", X_Forwarded_For="9.9.9.9:1", X_Forwarded_Proto="https")
    assert body.count(b"X-Forwarded-For") == 1
    assert b"X-Forwarded-For: 9.9.9.9:1" in body
    assert b"X-Forwarded-Proto: https" in body


@pytest.mark.parametrize(("accepted", "passed"), [("gzip, Trailers", True), ("gzip", False)])
def test_the_site_is_told_that_trailers_are_read(agent: Agent, accepted: str, passed: bool) -> None:
    lines = agent.request("/head", Connection="TE", TE=accepted)[2].split(b"\r\n")
    assert b"Connection: close" in lines
    assert (b"TE: trailers" in lines) == (b"Connection: TE" in lines) == passed
    assert sum(line.startswith(b"TE:") for line in lines) == passed


def test_one_connection_serves_many_requests(agent: Agent) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=60)
    connection.connect()
    used = connection.sock
    for number in range(5):
        connection.request("POST", "/count", body=b"x" * number)
        assert connection.getresponse().read().startswith(b"%d " % number)
        connection.request("HEAD", "/head")
        answer = connection.getresponse()
        assert int(answer.headers["Content-Length"]) > 0
        assert answer.read() == b""
        connection.request("GET", "/ptvsd")
        assert b"Debugging" in connection.getresponse().read()
        connection.request("POST", "/duplex", body=iter([b"abc", b"def"]), encode_chunked=True)
        assert connection.getresponse().read() == b"ABCDEF"
    assert connection.sock is used
    connection.close()


def test_pipelined_requests_are_answered_in_order(raw: Raw) -> None:
    one = "GET /head?{} HTTP/1.1\r\nHost: x\r\n\r\n"
    raw.socket.sendall("".join(one.format(number) for number in range(4)).encode())
    for number in range(4):
        assert b"GET /head?%d " % number in raw.until(b"X-Forwarded-Host: x")


def test_streams_flow_both_ways_at_the_same_time(raw: Raw) -> None:
    raw.send("POST /duplex HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
    raw.until(b"\r\n\r\n")
    for word in (b"one", b"two", b"three"):
        raw.socket.sendall(b"%x;extension\r\n%s\r\n" % (len(word), word))
        assert raw.until(b"%x\r\n%s\r\n" % (len(word), word.upper()))
    raw.socket.sendall(b"0\r\nX-Sum: 9\r\nTransfer-Encoding: chunked\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
    assert raw.until(b"\r\n\r\n") == b"0\r\nX-Sum: 9\r\nX-Own: yes\r\n\r\n"
    raw.send("GET / HTTP/1.1", "Host: x")
    assert b"200 OK" in raw.until(b"ok")


def test_events_arrive_one_by_one(agent: Agent) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=60)
    connection.request("GET", "/events?awaited")
    answer = connection.getresponse()
    for number in range(3):
        # The site sends the next one only when it is told that this one has arrived.
        assert answer.read(9) == b"data: %d\n\n" % number
        agent.request("/arrived")
    connection.close()


def test_a_client_may_wait_to_continue(raw: Raw) -> None:
    raw.send("POST /continue HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 5")
    assert raw.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    raw.socket.sendall(b"hello")
    assert raw.until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
    raw.until(b"hello")


def test_a_refusal_arrives_although_the_body_was_not_read(raw: Raw) -> None:
    raw.send("POST /refuse HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 500000000")
    assert raw.until(b"\r\n\r\n").startswith(b"HTTP/1.1 413 Too Large")
    assert raw.rest() == b"no\n"


def test_a_refusal_arrives_while_the_body_is_being_sent(agent: Agent) -> None:
    raw = Raw(agent)
    raw.send("POST /refuse HTTP/1.1", "Host: x", "Content-Length: 500000000")
    with contextlib.suppress(OSError):
        for _ in range(50):
            raw.socket.sendall(bytes(10000))
            time.sleep(0.002)
    assert b"HTTP/1.1 413 Too Large" in raw.rest()


def test_interim_answers_are_passed_on(raw: Raw) -> None:
    raw.send("GET /hints HTTP/1.1", "Host: x")
    assert b"103 Early Hints\r\nLink: </a>" in raw.until(b"\r\n\r\n")
    assert b"200 Fine" in raw.until(b"ok")


def test_old_clients_get_no_chunks(raw: Raw) -> None:
    raw.send("POST /duplex HTTP/1.0", "Content-Length: 5", body=b"hello")
    head = raw.until(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head
    assert raw.rest() == b"HELLO"


def test_an_answer_may_end_with_its_connection(raw: Raw) -> None:
    raw.send("GET /close HTTP/1.1", "Host: x")
    assert b"Connection: close" in raw.until(b"\r\n\r\n")
    assert raw.rest() == b"until the end"


@pytest.mark.parametrize("path", ["/garbage", "/silent", "/split"])
def test_an_unusable_answer_is_a_502(agent: Agent, path: str) -> None:
    code, headers, body = agent.request(path, Accept="text/html")
    assert code == 502
    assert headers["content-type"].startswith("text/html")
    assert b"gave no usable answer" in body


def test_large_bodies_pass_with_bounded_memory(agent: Agent) -> None:
    size = 150 << 20
    block = bytes(range(256)) * 4096
    before = resident(agent.process.pid)
    digest = hashlib.sha256()
    for _ in range(size // len(block)):
        digest.update(block)
    _, _, body = agent.request(
        "/count", "POST", iter([block] * (size // len(block))), Content_Length=str(size)
    )
    assert body.decode() == f"{size} {digest.hexdigest()}"
    code, _, body = agent.request(f"/large?{64 << 20}")
    assert (code, len(body)) == (200, 64 << 20)
    assert resident(agent.process.pid) - before < 20 << 20


def test_a_slow_reader_holds_up_the_site_not_the_agents_memory(agent: Agent) -> None:
    raw = Raw(agent)
    before = resident(agent.process.pid)
    raw.send(f"GET /large?{1 << 30} HTTP/1.1", "Host: x")
    raw.until(b"\r\n\r\n")
    time.sleep(1)  # time in which an unbounded front would take in a great deal
    assert resident(agent.process.pid) - before < 20 << 20
    raw.socket.close()


def test_the_sites_own_web_sockets_work(raw: Raw) -> None:
    raw.send(
        "GET /upgrade HTTP/1.1",
        "Host: x",
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        body=b"abc",
    )
    head = raw.until(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"Upgrade: websocket" in head
    raw.until(b"hello")
    raw.until(b"cba")
    raw.socket.sendall(b"xyz")
    raw.until(b"zyx")
    raw.socket.shutdown(socket.SHUT_WR)
    assert raw.rest() == b"bye"


@pytest.mark.parametrize(
    ("head", "status"), [case[1:] for case in SMUGGLED], ids=[case[0] for case in SMUGGLED]
)
def test_smuggled_requests_end_the_connection(raw: Raw, head: bytes, status: int) -> None:
    raw.socket.sendall(head + b"0\r\n\r\nGET /head?smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = raw.rest()
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.count(b"Content-Length: ") == 1
    assert b"smuggled" not in answer


def test_a_malformed_chunk_ends_the_connection(raw: Raw) -> None:
    raw.send("POST /count HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n")
    assert raw.rest().startswith(b"HTTP/1.1 400 ")


def test_a_head_without_end_is_refused(raw: Raw) -> None:
    with contextlib.suppress(OSError):
        raw.socket.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 70000)
    assert raw.rest().startswith(b"HTTP/1.1 431 ")


def test_a_page_says_that_the_site_is_starting(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    site.write(
        "app.py",
        "import os, runpy, sys, time\n"
        "while not os.path.exists('go'): time.sleep(0.05)\n"
        f"sys.argv = ['site', sys.argv[1]]\nrunpy.run_path({SERVER!r}, run_name='__main__')\n",
    )
    agent = bench.agent(site, "--", sys.executable, "app.py", "{port}")
    code, headers, body = agent.request("/", Accept="text/html,*/*")
    assert code == 502
    assert headers["retry-after"] == "2"
    assert b'http-equiv="refresh"' in body
    assert "default-src 'none'" in headers["content-security-policy"]
    assert agent.request("/", Accept="application/json")[1]["content-type"].startswith("text/plain")
    assert agent.request("/ptvsd")[0] == 200
    wait_until(lambda: agent.status()["processes"], "a process that can be debugged before it serves")
    site.write("go", "")
    agent.ready()


@pytest.mark.parametrize("code", [0, 3])
def test_the_childs_exit_ends_the_agent_with_its_code(bench: Bench, code: int) -> None:
    agent = start(bench)
    agent.request(f"/exit?{code}")
    assert agent.process.wait(60) == code


def test_signals_are_passed_on(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    site.write(
        "app.py",
        "import signal, sys, time\n"
        "def note(number, frame):\n"
        "    print('got', number, flush=True)\n"
        "    if number == signal.SIGTERM: sys.exit(7)\n"
        "for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1): signal.signal(one, note)\n"
        "print('armed', flush=True)\n"
        "while True: time.sleep(0.05)\n",
    )
    agent = bench.agent(site, "--", sys.executable, "app.py")
    wait_until(lambda: "armed" in agent.log, "the site's start")
    for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
        agent.process.send_signal(number)
        wait_until(lambda number=number: f"got {int(number)}\n" in agent.log, f"signal {number}")
    assert agent.process.wait(60) == 7


HASTY = """
import asyncio, os, runpy, signal, sys
sys.path.insert(0, "ptvsd")
start = asyncio.create_subprocess_exec

async def start_and_signal(*command, **options):
    process = await start(*command, **options)
    os.kill(os.getpid(), signal.SIGTERM)
    return process

asyncio.create_subprocess_exec = start_and_signal
sys.argv = ["ptvsd", "--listen", "127.0.0.1:0", "--", sys.executable, "-c", "input()"]
runpy.run_path("ptvsd", run_name="__main__")
"""


def test_a_signal_that_comes_while_the_site_starts_reaches_it(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    agent = bench.run(
        [sys.executable, "-c", HASTY], cwd=site.folder, env=clean_environment(), stdin=subprocess.PIPE
    )
    assert agent.wait(60) == 128 + signal.SIGTERM


def test_a_killed_agent_takes_the_site_with_it(bench: Bench) -> None:
    agent = start(bench)
    pid = agent.status()["processes"][0]["pid"]
    agent.process.kill()
    agent.process.wait()
    wait_until(lambda: not is_alive(pid), "the site's end")


def test_a_shell_command_from_the_settings_is_run(bench: Bench) -> None:
    site = bench.site()
    site.settings(command=None, shell=f"echo port $PORT; {sys.executable} {SERVER} {{port}}")
    agent = bench.agent(site)
    agent.ready()
    assert agent.status()["processes"][0]["ready"]
    agent.process.send_signal(signal.SIGTERM)
    assert agent.process.wait(60) in (143, 0)
    assert "port " in agent.log


def test_a_command_that_cannot_be_started_is_named(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    agent = bench.agent(site, "--", "/nowhere/python", "x")
    assert agent.process.wait(60) == 127
    assert "cannot be started" in agent.log


def test_the_port_comes_from_the_environment(bench: Bench) -> None:
    site = bench.site()
    site.settings(command=[sys.executable, SERVER, "{port}"])
    port = free_port()
    process = bench.run(
        [sys.executable, "ptvsd"],
        cwd=site.folder,
        env=clean_environment(PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers() -> bool:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/head")
            return b"X-Forwarded-For" in connection.getresponse().read()
        return False

    wait_until(answers, "the site behind PORT")
    process.terminate()
    process.wait(60)


def test_a_virtual_directory_has_its_own_endpoint(bench: Bench) -> None:
    site = bench.site()
    site.settings(siteURL="https://site.example/app")
    agent = bench.agent(site, "--", sys.executable, SERVER, "{port}")
    agent.ready()
    assert b"wss://&lt;secret&gt;@site.example/app/ptvsd" in agent.request("/app/ptvsd")[2]
    assert agent.request("/app/ptvsd/status", secret=SECRET)[0] == 200
    assert agent.request("/other/ptvsd")[2] == b"ok"
    assert agent.request("/ptvsdx")[2] == b"ok"
