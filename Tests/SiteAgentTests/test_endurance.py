"""Real debugpy under everything that is known to make it deaf, and sites that must never hang."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from bench import SECRET, Agent, Bench, Later, Site, wait_until
from ptvsd.processes import is_alive
from test_debugging import WSGI, start
from wsclient import LivingClient

HERE = Path(__file__).parent


def attach(site: Site, agent: Agent):  # type: ignore[no-untyped-def]
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]})
    return client


def hit(agent: Agent, client, path: str) -> Later:  # type: ignore[no-untyped-def]
    page = agent.later(path)
    assert client.stopped_locals()["name"] == f"'{path}'"
    return page


def test_two_dozen_sessions_in_a_row(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    for number in range(24):
        client = attach(site, agent)
        page = hit(agent, client, f"/{number}")
        if number % 3 == 0:
            client.request("disconnect")
        elif number % 3 == 1:
            client.websocket.abort()
        client.close()
        assert page.result()[2] == f"hello /{number}".encode()


def test_hasty_clients_do_not_make_it_deaf(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    for number in range(10):
        client = agent.tunnel()
        client.abort() if number % 2 else client.socket.close()
    for _ in range(3):
        client = agent.tunnel()
        client.receive()
        client.close()
    for garbage in (b"\0" * 4096, b"Content-Length: 5\r\n\r\nhello", b"GET / HTTP/1.1\r\n\r\n"):
        client = agent.tunnel()
        client.receive()
        client.send(garbage)
        client.socket.close()
    wait_until(lambda: agent.status()["sessions"] == [], "silence")
    client = attach(site, agent)
    page = hit(agent, client, "/alive")
    client.close()
    assert page.result()[2] == b"hello /alive"


def test_a_hundred_connections_at_once(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    client = attach(site, agent)

    def one() -> LivingClient:
        tunnel = agent.living_tunnel()
        tunnel.patience = 120  # each has to wait until those before it have been greeted
        assert b"output" in tunnel.receive()
        return tunnel

    crowd = [Later(one) for _ in range(100)]
    tunnels = [member.result(120) for member in crowd]
    assert len(agent.status()["sessions"]) == 101
    page = hit(agent, client, "/through")
    for tunnel in tunnels:
        tunnel.socket.shutdown(socket.SHUT_RDWR)
    client.resume()
    assert page.result()[2] == b"hello /through"
    client.close()
    wait_until(lambda: agent.status()["sessions"] == [], "silence")
    client = attach(site, agent)
    page = hit(agent, client, "/after")
    client.close()
    assert page.result()[2] == b"hello /after"


FROZEN = """
import sys
sys.path[:0] = [{here!r}]
from dap import DebugClient
from wsclient import WebSocketClient
socket = WebSocketClient({port}, secret={secret!r})
socket.socket.settimeout(None)
client = DebugClient(socket.send, socket.receive, socket.close)
client.attach({{{path!r}: [{line}]}})
print("attached", flush=True)
client.stopped_locals(60)
print("stopped", flush=True)
import time
time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_the_page_arrives_when_the_client_is_gone(bench: Bench, end: signal.Signals) -> None:
    site = bench.site()
    site.write("app.py", WSGI)
    site.settings(command=[sys.executable, "app.py", "{port}"])
    agent = bench.agent(site, PTVSD_PING_INTERVAL="5")
    agent.ready()
    path = str(site.folder / "app.py")
    client = bench.run(
        [
            sys.executable,
            "-c",
            FROZEN.format(
                here=str(HERE), port=agent.port, secret=SECRET, path=path, line=site.line("app.py", "# break")
            ),
        ],
        stdout=subprocess.PIPE,
    )
    assert client.stdout is not None
    assert client.stdout.readline() == b"attached\n"
    page = agent.later("/held")
    assert client.stdout.readline() == b"stopped\n"
    assert not page.done
    client.send_signal(end)
    assert page.result()[2] == b"hello /held"
    again = attach(site, agent)
    page = hit(agent, again, "/again")
    again.close()
    assert page.result()[2] == b"hello /again"


def test_the_agents_end_lets_the_page_go(bench: Bench) -> None:
    """The site outlives its agent only for as long as it takes to finish."""
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    client = attach(site, agent)
    hit(agent, client, "/held")
    pid = agent.status()["processes"][0]["pid"]
    os.kill(agent.process.pid, signal.SIGKILL)
    agent.process.wait()
    client.ended.wait(60)
    wait_until(lambda: not is_alive(pid), "the site's end")


def test_a_publish_ends_sessions_and_the_page_goes_on(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    client = attach(site, agent)
    page = hit(agent, client, "/held")
    assert agent.request("/ptvsd/sessions", method="DELETE", secret=SECRET)[0] == 200
    assert page.result()[2] == b"hello /held"
    assert client.ended.wait(60)


def test_nothing_is_traced_before_the_first_session(bench: Bench) -> None:
    """A site that nobody debugs runs at full speed: no trace function, no monitoring, no debugger in memory."""
    traces = (
        "[sys.gettrace(), sys.getprofile(), getattr(threading, '_trace_hook', None), "
        "'debugpy' in sys.modules, 'pydevd' in sys.modules, "
        "[sys.monitoring.get_tool(tool) for tool in range(6)] if hasattr(sys, 'monitoring') else []]"
    )
    source = WSGI.replace(
        'greeting = "hello " + name',
        f"import sys, threading; greeting = repr({traces}) if name == '/traces' else name",
    )
    site, agent = start(bench, source, ["app.py", "{port}"])
    assert agent.status()["processes"][0]["ready"]
    before = agent.request("/traces")[2].decode()
    assert before.startswith("[None, None, None, False, False, ")
    assert "pydevd" not in before
    client = attach(site, agent)
    page = agent.later("/traces")
    client.stopped_locals()
    client.resume()
    assert page.result()[2].decode() != before
    client.close()


def test_the_users_own_sitecustomize_still_runs(bench: Bench) -> None:
    site = bench.site()
    site.write(
        "app.py", WSGI.replace('greeting = "hello " + name', "import mark; greeting = mark.text + name")
    )
    site.write("lib/sitecustomize.py", "import mark\nmark.text = 'customized '\n")
    site.write("lib/mark.py", "text = 'plain '\n")
    site.settings(command=[sys.executable, "app.py", "{port}"])
    agent = bench.agent(site, PYTHONPATH=str(site.folder / "lib"))
    agent.ready()
    assert agent.request("/x")[2] == b"customized /x"
    assert agent.status()["processes"][0]["ready"]


COMMANDS: Sequence[tuple[str, str]] = [
    ("a subprocess", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'pass'], check=True)"),
    (
        "an isolated one",
        "import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', 'pass'], check=True)",
    ),
    ("a pool", "__import__('pool').run()"),
    ("a fork", "import os; pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)"),
    (
        "a daemon",
        "import os; pid = os.fork()\n    if not pid:\n        os.closerange(3, 256); os._exit(0)\n    os.waitpid(pid, 0)",
    ),
]


@pytest.mark.parametrize(
    "code", [command[1] for command in COMMANDS], ids=[command[0] for command in COMMANDS]
)
def test_processes_of_the_site_run_as_ever_and_are_not_taken_for_it(bench: Bench, code: str) -> None:
    site = bench.site()
    site.write("app.py", WSGI.replace("def handle(name):", f"def handle(name):\n    {code}", 1))
    site.write(
        "pool.py",
        "from concurrent.futures import ProcessPoolExecutor\n\n\ndef run():\n"
        "    with ProcessPoolExecutor(2) as pool:\n        assert list(pool.map(abs, [-1, -2])) == [1, 2]\n",
    )
    site.settings(command=[sys.executable, "-W", "error", "app.py", "{port}"])
    agent = bench.agent(site)
    agent.ready()
    assert agent.request("/x")[2] == b"hello /x"
    wait_until(lambda: len(agent.status()["processes"]) == 1, "the end of the others")
    (process,) = agent.status()["processes"]
    assert process["main"]
    assert process["ready"]


def test_a_socket_that_got_the_doors_number_is_left_alone(bench: Bench) -> None:
    site = bench.site()
    site.write(
        "app.py",
        "import os, socket, sys\n"
        "os.closerange(3, 256)\n"
        "listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
        "while True:\n"
        "    connection, _ = listener.accept()\n"
        "    connection.recv(65536)\n"
        "    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')\n"
        "    connection.close()\n",
    )
    site.settings(command=[sys.executable, "app.py", "{port}"])
    agent = bench.agent(site)
    # A process without a door never is ready.
    wait_until(lambda: agent.request("/")[0] == 200, "an answer of the site")
    for _ in range(20):
        agent.status()
        assert agent.request("/")[2] == b"ok"


def test_a_strangers_visit_to_the_door_is_answered_by_nothing(bench: Bench) -> None:
    import json

    site = bench.site()
    site.write("app.py", WSGI)
    site.settings(command=[sys.executable, "app.py", "{port}"])
    agent = bench.agent(site, TMPDIR=str(site.folder))
    agent.ready()
    (registry,) = site.folder.glob("ptvsd-*")
    assert registry.stat().st_mode & 0o777 == 0o700
    (note,) = registry.glob("*.json")
    assert note.stat().st_mode & 0o777 == 0o600
    door = json.loads(note.read_text())["door"]
    for words in (b"wrong describe\n", b"\n", b"\xff\xfe\n", b"x" * 10000, b""):
        with socket.create_connection(("127.0.0.1", door), timeout=60) as visitor:
            # Whoever says too much is cut off before the end of it.
            with contextlib.suppress(ConnectionError, OSError):
                visitor.sendall(words)
                visitor.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                assert visitor.recv(100) == b""
    assert agent.status()["processes"][0]["ready"]
    assert agent.stop() in (0, 143)
    assert not registry.exists()
