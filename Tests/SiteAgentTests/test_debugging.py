"""Breakpoints in real sites under every server, through the agent."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
import uvicorn
from bench import SECRET, Agent, Bench, Site, wait_until

WSGI = """
def handle(name):
    greeting = "hello " + name
    return greeting.encode()  # break


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [handle(environ["PATH_INFO"])]


if __name__ == "__main__":
    import sys
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
"""

FLASK = """
from flask import Flask

app = Flask(__name__)


def handle(name):
    greeting = "hello " + name
    return greeting  # break


@app.route("/", defaults={"name": ""})
@app.route("/<name>")
def hello(name):
    return handle("/" + name)
"""

ASGI = """
def handle(name):
    greeting = "hello " + name
    return greeting.encode()  # break


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = handle(scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
"""

DJANGO = """
import os
import sys

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app")
SECRET_KEY = "x"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "app"
USE_TZ = True
DATABASES = {}


def handle(name):
    greeting = "hello " + name
    return greeting  # break


def view(request, name=""):
    return HttpResponse(handle("/" + name))


urlpatterns = [path("", view), path("<str:name>", view)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""


class Case(NamedTuple):
    name: str
    source: str
    command: Sequence[str]
    workers: int = 1
    parent: bool = False  # a process that must not be the one debugged
    forks: bool = False


PYTHON = sys.executable
# uvicorn replaces a worker that gives no sign of life for five seconds; older ones let nobody change that.
PATIENT = (
    ["--timeout-worker-healthcheck", "60"]
    if "timeout_worker_healthcheck" in inspect.signature(uvicorn.Config).parameters
    else []
)
CASES = [
    Case("wsgiref", WSGI, ["app.py", "{port}"]),
    Case("flask-run", FLASK, ["-m", "flask", "run", "--port", "{port}", "--no-reload"]),
    Case("flask-run-reload", FLASK, ["-m", "flask", "run", "--port", "{port}", "--reload"], parent=True),
    Case("django", DJANGO, ["app.py", "runserver", "--noreload", "127.0.0.1:{port}"]),
    Case("django-reload", DJANGO, ["app.py", "runserver", "127.0.0.1:{port}"], parent=True),
    Case("gunicorn", WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "app:app"], parent=True),
    Case(
        "gunicorn-gthread",
        WSGI,
        ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-k", "gthread", "--threads", "4", "app:app"],
        parent=True,
    ),
    Case(
        "gunicorn-two",
        WSGI,
        ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"],
        workers=2,
        parent=True,
    ),
    Case(
        "gunicorn-preload",
        WSGI,
        ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "--preload", "app:app"],
        workers=2,
        parent=True,
    ),
    Case("uvicorn", ASGI, ["-m", "uvicorn", "--port", "{port}", "app:app"]),
    Case(
        "uvicorn-two",
        ASGI,
        ["-m", "uvicorn", "--port", "{port}", "--workers", "2", *PATIENT, "app:app"],
        workers=2,
        parent=True,
    ),
    Case("waitress", WSGI, ["-m", "waitress", "--listen", "127.0.0.1:{port}", "app:app"]),
]


def start(bench: Bench, source: str, command: Sequence[str]) -> tuple[Site, Agent]:
    site = bench.site()
    site.write("app.py", source)
    site.settings(command=[PYTHON, *command])
    agent = bench.agent(site)
    agent.ready()
    return site, agent


def mains(agent: Agent) -> list[dict[str, Any]]:
    return [process for process in agent.status()["processes"] if process["main"] and process["ready"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_breakpoint_is_hit_in_every_worker(bench: Bench, case: Case) -> None:
    site, agent = start(bench, case.source, case.command)
    workers = wait_until(
        lambda: found if len(found := mains(agent)) == case.workers else None, f"{case.workers} workers"
    )
    processes = agent.status()["processes"]
    assert len(processes) > case.workers if case.parent else len(processes) == case.workers, processes
    assert not any(process["debugging"] for process in processes), "debugging costs nothing before a session"

    breakpoints = {str(site.folder / "app.py"): [site.line("app.py", "# break")]}
    client = agent.debug()
    client.attach(breakpoints, subProcess=True)
    clients = [client]
    for _ in range(case.workers - 1):
        announced = client.event("debugpyAttach")["body"]
        assert announced["subProcessId"] in {worker["pid"] for worker in workers}
        child = agent.debug()
        child.attach(breakpoints, subProcessId=announced["subProcessId"], subProcess=True)
        clients.append(child)

    for number in range(4 * case.workers):
        page = agent.later(f"/page{number}")
        stopped = wait_until(
            lambda page=page: next((c for c in clients if c.has_event("stopped")), page.done),
            "a stop at the breakpoint",
        )
        assert stopped is not True, f"request {number} passed by: {page.result()}"
        assert stopped.stopped_locals()["greeting"] == f"'hello /page{number}'"
        assert not page.done
        stopped.resume()
        assert page.result()[2] == f"hello /page{number}".encode()
    for one in reversed(clients):
        one.close()
    assert agent.request("/after")[2] == b"hello /after"
    assert "kJ3" not in agent.log


# Forks its worker while the debugger is imported, if it is let.
FORKS_MEANWHILE = """
import os
import signal
import sys
import threading

halfway, forked = threading.Event(), threading.Event()
sys.modules["_ptvsd_door"].FORK_PATIENCE = 60


class Halfway:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "_pydevd_bundle.pydevd_comm" and not halfway.is_set():
            halfway.set()
            forked.wait(1)


sys.meta_path.insert(0, Halfway)
halfway.wait()
worker = os.fork()
forked.set()
if worker:
    signal.signal(signal.SIGTERM, lambda *_: os.kill(worker, signal.SIGTERM))
    os.waitpid(worker, 0)
    os._exit(0)
sys.meta_path.remove(Halfway)
"""


def test_a_worker_that_is_forked_while_the_debugger_starts_can_be_debugged(bench: Bench) -> None:
    site = bench.site()
    site.write("app.py", WSGI)
    site.write("run.py", f"{FORKS_MEANWHILE}\nimport runpy\nrunpy.run_path('app.py', run_name='__main__')\n")
    site.settings(command=[PYTHON, "run.py", "{port}"])
    agent = bench.agent(site)
    wait_until(lambda: mains(agent), "the process that will fork")
    client = agent.debug()
    client.attach({}, subProcess=True)
    worker = client.event("debugpyAttach")["body"]["subProcessId"]
    child = agent.debug()
    child.attach({}, subProcessId=worker, subProcess=True)
    agent.ready()
    child.request(
        "setBreakpoints",
        source={"path": str(site.folder / "app.py")},
        breakpoints=[{"line": site.line("app.py", "# break")}],
    )
    page = agent.later("/page")
    assert child.stopped_locals()["greeting"] == "'hello /page'"
    child.close()
    client.close()
    assert page.result()[2] == b"hello /page"


def test_visual_studio_without_sub_processes_gets_a_worker(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "app:app"])
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]}, subProcess=False)
    page = agent.later("/vs")
    assert client.stopped_locals()["name"] == "'/vs'"
    client.close()
    assert page.result()[2] == b"hello /vs"


def test_a_process_can_be_chosen(bench: Bench) -> None:
    _, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"])
    workers = wait_until(lambda: found if len(found := mains(agent)) == 2 else None, "two workers")
    for worker in workers:
        client = agent.debug(path=f"/ptvsd?process={worker['pid']}")
        client.attach({})
        information = client.request("debugpySystemInfo")["body"]
        assert information["process"]["pid"] == worker["pid"]
        client.close()


def test_a_reloaded_site_can_be_attached_to_again(bench: Bench) -> None:
    site, agent = start(bench, FLASK, ["-m", "flask", "run", "--port", "{port}", "--reload"])
    breakpoints = {str(site.folder / "app.py"): [site.line("app.py", "# break")]}
    client = agent.debug()
    client.attach(breakpoints)
    before = mains(agent)[0]["pid"]
    site.write("app.py", FLASK.replace("hello ", "goodbye "))
    client.event("terminated")
    client.close()
    wait_until(lambda: [p["pid"] for p in mains(agent)] not in ([before], []), "the reloaded process")
    agent.ready()
    client = agent.debug()
    client.attach(breakpoints)
    page = agent.later("/again")
    assert client.stopped_locals()["greeting"] == "'goodbye /again'"
    client.close()
    assert page.result()[2] == b"goodbye /again"


def test_a_worker_that_replaces_the_first_one_joins_too(bench: Bench) -> None:
    import os
    import signal

    site, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"])
    wait_until(lambda: len(mains(agent)) == 2, "two workers")
    breakpoints = {str(site.folder / "app.py"): [site.line("app.py", "# break")]}
    client = agent.debug()
    client.attach(breakpoints, subProcess=True)
    second = client.event("debugpyAttach")["body"]["subProcessId"]
    child = agent.debug()
    child.attach(breakpoints, subProcessId=second, subProcess=True)
    first = agent.status()["sessions"][0]["process"]
    assert first != second
    os.kill(first, signal.SIGKILL)
    replacement = child.event("debugpyAttach")["body"]["subProcessId"]
    assert replacement not in (first, second)
    child.close()
    client.close()


def test_workers_that_come_later_join_the_session(bench: Bench) -> None:
    import os
    import signal

    site, agent = start(bench, WSGI, ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "app:app"])
    workers = wait_until(lambda: found if len(found := mains(agent)) == 2 else None, "two workers")
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]}, subProcess=True)
    announced = client.event("debugpyAttach")["body"]["subProcessId"]
    assert announced in {worker["pid"] for worker in workers}
    os.kill(announced, signal.SIGKILL)
    newcomer = client.event("debugpyAttach")["body"]["subProcessId"]
    assert newcomer not in {worker["pid"] for worker in workers}
    client.close()


def test_the_vendored_debugger_serves_a_site_without_packages(bench: Bench, bare_python: str) -> None:
    site = bench.site()
    site.write("app.py", WSGI)
    site.write("queue.py", "raise RuntimeError('a site may shadow the standard library for itself only')\n")
    site.settings()
    agent = bench.agent(
        site, "--", bare_python, "-P" if sys.version_info >= (3, 11) else "-B", "app.py", "{port}"
    )
    if sys.version_info < (3, 11):
        (site.folder / "queue.py").unlink()
    agent.ready()
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]})
    page = agent.later("/bare")
    assert client.stopped_locals()["name"] == "'/bare'"
    client.close()
    assert page.result()[2] == b"hello /bare"


def test_requests_of_the_debugger_are_answered_at_once(bench: Bench) -> None:
    site, agent = start(bench, WSGI, ["app.py", "{port}"])
    client = agent.debug()
    client.attach({str(site.folder / "app.py"): [site.line("app.py", "# break")]})
    page = agent.later("/quick")
    client.stopped_locals()
    assert client.answers_at_once()
    client.close()
    page.result()


def test_the_secret_does_not_reach_the_site(bench: Bench) -> None:
    site = bench.site()
    site.write(
        "app.py",
        WSGI.replace(
            'handle(environ["PATH_INFO"])', 'repr(sorted(__import__("os").environ.items())).encode()'
        ),
    )
    agent = bench.agent(site, "--", PYTHON, "app.py", "{port}", WSGI_PTVSD_SECRET=SECRET)
    agent.ready()
    assert agent.status()["processes"]
    _, _, body = agent.request("/")
    assert b"PTVSD_REGISTRY" in body
    assert SECRET.encode() not in body
