"""Many sessions: one after the other, at once, and one for each of several processes."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator

import pytest
from debugging import EditorSession, Later, Stand, arrives, wait_until


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any, wheel: Path) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("crowds")
    # A crowd keeps the machine busy: nobody in it is to be taken for lost.
    with closing(Stand(folder, wheel, "FlaskSite", PTVSD_LIFE_SIGN="60")) as stand:
        yield stand


def test_two_dozen_sessions_in_a_row(site: Stand) -> None:
    editor = site.launch_json()
    for number in range(24):
        session, page = site.held(editor)
        if number % 3 == 0:
            session.disconnect()
        elif number % 3 == 1:
            session.client.close()
        else:
            session.resume()
            session.client.close()
        arrives(page)
    lines = [line for line in site.bridge.lines if line.startswith("Detached")]
    wait_until(
        lambda: sum(line.startswith("Detached") for line in site.bridge.lines) >= 24, f"24 ends: {lines}"
    )


def test_a_hundred_connections_at_once(site: Stand) -> None:
    editor = site.launch_json()
    site.settled()
    session = site.attached(editor)
    port = session.configuration["connect"]["port"]

    def one() -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=180) as connection:
            first = connection.recv(65536)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
            return first

    crowd = [Later(one) for _ in range(100)]
    assert {member.result(300)[:15] for member in crowd} <= {b"", b"Content-Length:"}
    # Neither the session that was there nor those to come are any the worse.
    page = site.visit()
    session.stop()
    session.resume()
    session.disconnect()
    arrives(page)
    site.settled()
    again, page = site.held(editor)
    again.disconnect()
    arrives(page)


WORKERS = [
    ("FastAPISite", "python -m uvicorn main:app --port $PORT --workers 2"),
    ("FlaskSite", "python -m gunicorn -b 127.0.0.1:$PORT -w 2 FlaskSite:app"),
]


@pytest.mark.parametrize(("sample", "command"), WORKERS, ids=["uvicorn", "gunicorn"])
def test_every_worker_is_debugged(tmp_path: Path, wheel: Path, sample: str, command: str) -> None:
    publish = ("--host", "linux", "--start-command", command)
    with closing(Stand(tmp_path, wheel, sample, *publish, serve=("--host", "linux"))) as site:

        def workers() -> set[int]:
            return {process["pid"] for process in site.status()["processes"] if process["main"]}

        wait_until(lambda: len(workers()) == 2, "two workers")
        session = site.attached(site.launch_json())
        child = session.child(site.breakpoints)
        site.sessions.append(child)
        assert child.configuration["subProcessId"] in workers()
        hit: set[int] = set()

        def stopped(page: Later) -> EditorSession | None:
            assert not page.done, f"a request passed by: {page.result()}"
            return next((one for one in (session, child) if one.client.has_event("stopped")), None)

        # Which of them takes a visit is up to the system.
        deadline = time.monotonic() + 180
        while len(hit) < 2 and time.monotonic() < deadline:
            page = site.visit()
            one = wait_until(lambda page=page: stopped(page), "a stop at the breakpoint")
            while not page.done:
                one.stop()
                hit.add(int(one.evaluate("__import__('os').getpid()")))
                one.resume()
                wait_until(
                    lambda page=page, one=one: page.done or one.client.has_event("stopped"), "the page"
                )
            arrives(page)
        assert hit == workers()
        child.disconnect()
        session.disconnect()
        assert "</html>" in site.get("/")
