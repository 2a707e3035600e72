"""Restarts under a breakpoint, dead adapters, and processes that somebody else brought under the debugger."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench import Bench, clean_environment, freeze, wait_until
from ptvsd.child import free_port, port_variables, site_environment
from ptvsd.listeners import is_listening
from test_debugging import ASGI, WSGI, mains, start
from test_endurance import attach, hit

SPAWNING = """
import subprocess
import sys


def handle(name):
    greeting = "hello " + name
    if name != "/held":
        greeting = subprocess.run([sys.executable, "-c", "print(7)"], capture_output=True, text=True).stdout
    return greeting.encode()  # break


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [handle(environ["PATH_INFO"])]


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
"""


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (ASGI, ["-m", "uvicorn", "--port", "{port}", "app:app"]),
        (WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "--timeout", "0", "--threads", "4", "app:app"]),
    ],
    ids=["uvicorn", "gunicorn"],
)
def test_a_held_breakpoint_does_not_keep_the_site_from_ending(
    bench: Bench, source: str, command: list[str]
) -> None:
    site, agent = start(bench, source, command)
    client = attach(site, agent)
    page = hit(agent, client, "/held")
    agent.process.send_signal(signal.SIGTERM)
    assert page.result()[2] == b"hello /held"
    agent.process.wait(60)
    assert client.ended.wait(60)
    assert 'code=1001 reason="the site restarts"' in agent.log
    client.close()


def adapters_at(port: int) -> list[int]:
    """The processes of debugpy's adapter that listen on `port`."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"--for-server" in (folder / "cmdline").read_bytes() and any(
                os.readlink(file) in sockets for file in (folder / "fd").iterdir()
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_a_site_survives_the_death_of_its_adapter(bench: Bench) -> None:
    site, agent = start(bench, SPAWNING, ["app.py", "{port}"])
    client = attach(site, agent)
    page = hit(agent, client, "/held")
    adapters = adapters_at(agent.status()["processes"][0]["port"])
    assert len(adapters) == 1
    os.kill(adapters[0], signal.SIGKILL)
    assert page.result()[2] == b"hello /held"
    client.close()
    wait_until(lambda: not agent.status()["processes"][0]["debugging"], "the end of debugging")
    assert agent.request("/child")[2] == b"7\n"
    client = attach(site, agent)
    page = hit(agent, client, "/held")
    client.close()
    assert page.result()[2] == b"hello /held"
    assert agent.request("/child")[2] == b"7\n"


def test_child_processes_answer_at_once(bench: Bench) -> None:
    source = WSGI.replace(
        "def handle(name):",
        "import subprocess, sys\ndef handle(name):\n"
        '    if name == "/go": subprocess.Popen([sys.executable, "sub.py"])',
    )
    site, agent = start(bench, source, ["app.py", "{port}"])
    site.write("sub.py", "import time\nx = 1\ntime.sleep(20)\n")
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]}, subProcess=True)
    page = agent.later("/go")
    announced = client.event("debugpyAttach")["body"]
    child = agent.debug()
    child.attach({str(site.folder / "sub.py"): [2]}, subProcessId=announced["subProcessId"])
    for one in (child, client):
        one.stopped_locals()
        assert one.answers_at_once()
        one.close()
    assert page.result()[2] == b"hello /go"


def test_a_site_that_listens_itself_answers_at_once(bench: Bench) -> None:
    source = 'import debugpy\ndebugpy.listen(("127.0.0.1", 0))\n' + WSGI
    site, agent = start(bench, source, ["app.py", "{port}"])
    client = attach(site, agent)
    page = hit(agent, client, "/own")
    assert client.answers_at_once()
    client.close()
    assert page.result()[2] == b"hello /own"
    assert sys.executable == agent.status()["processes"][0]["executable"]


def test_a_frozen_worker_keeps_nobody_from_debugging_the_other(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"])
    workers = wait_until(lambda: found if len(found := mains(agent)) == 2 else None, "two workers")
    frozen = workers[0]["pid"]
    freeze(frozen)
    try:
        breakpoints = {str(site.folder / "app.py"): [site.line("app.py", "# break")]}
        client = agent.debug()
        client.attach(breakpoints, subProcess=True)
        page = hit(agent, client, "/other")
        client.resume()
        assert page.result()[2] == b"hello /other"
    finally:
        os.kill(frozen, signal.SIGCONT)
    assert client.event("debugpyAttach")["body"]["subProcessId"] == frozen
    client.close()


def test_a_session_begins_with_the_worker_that_answers_first(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"])
    frozen, late = wait_until(lambda: found if len(found := mains(agent)) == 2 else None, "two workers")
    for worker in (frozen, late):
        freeze(worker["pid"])
    try:
        client = agent.debug()
        time.sleep(2)  # longer than the agent waits for a process to describe itself
        assert not client.ended.is_set()
        os.kill(late["pid"], signal.SIGCONT)
        client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]})
        page = hit(agent, client, "/late")
        client.close()
        assert page.result()[2] == b"hello /late"
    finally:
        for worker in (frozen, late):
            os.kill(worker["pid"], signal.SIGCONT)


def test_a_program_that_is_slow_to_be_let_go_does_not_leave_its_debugger_deaf(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    port = free_port()
    code = f"import debugpy, time; debugpy.listen(('127.0.0.1', {port})); time.sleep(600)"
    program = bench.run([sys.executable, "-c", code], env=clean_environment(), stderr=subprocess.DEVNULL)
    wait_until(lambda: is_listening(port), "the debugger")
    agent = bench.agent(site, "--debugger", f"127.0.0.1:{port}")
    first = agent.debug()
    first.attach({})
    freeze(program.pid)
    first.close()
    second = agent.debug()
    time.sleep(1.5)  # in which it would be dialled, were it not known that the first has not been let go
    os.kill(program.pid, signal.SIGCONT)
    second.attach({})
    second.close()


def test_a_terminals_interrupt_reaches_the_site_once(bench: Bench, tmp_path: Path) -> None:
    site = bench.site()
    site.write(
        "app.py",
        "import signal, time\ncount = 0\n\ndef note(*_):\n    global count\n    count += 1\n\n"
        'signal.signal(signal.SIGINT, note)\nprint("up", flush=True)\n'
        "while not count:\n    time.sleep(0.01)\ntime.sleep(0.5)\nprint('interrupts:', count, flush=True)\n",
    )
    site.settings(command=[sys.executable, "app.py"])
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = bench.run(
            [sys.executable, "ptvsd", "--listen", "127.0.0.1:0"],
            cwd=site.folder,
            env=clean_environment(),
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    wait_until(lambda: "up\n" in log.read_text(), "the site")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does to its foreground processes
    assert process.wait(60) == 0, log.read_text()
    assert "interrupts: 1\n" in log.read_text()


def test_only_variables_of_the_web_config_get_the_port(tmp_path: Path) -> None:
    (tmp_path / "Web.config").write_text(
        '<configuration><system.webServer><httpPlatform processPath="python"><environmentVariables>'
        '<environmentVariable name="Site_Port" value="{port}" /><environmentVariable name="OTHER" value="x" />'
        "</environmentVariables></httpPlatform></system.webServer></configuration>"
    )
    names = port_variables(str(tmp_path))
    assert names == {"SITE_PORT"}
    environment = {"SITE_PORT": "{port}", "URL_TEMPLATE": "http://{host}:{port}/"}
    result = site_environment(environment, "/registry", 81, names)
    assert (result["SITE_PORT"], result["URL_TEMPLATE"]) == ("81", "http://{host}:{port}/")
    assert port_variables(str(tmp_path / "nowhere")) == set()
