"""The site's own process: its port in commands and variables, and its time limit."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench import Bench

SLOW = """
import time

def app(environ, start_response):
    time.sleep(4)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"slow"]
"""


def child() -> Any:
    from ptvsd import child

    return child


@pytest.mark.skipif(sys.platform != "linux", reason="the range of the kernel's is read")
def test_the_sites_port_is_none_that_any_connection_might_get() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = {child().free_port() for _ in range(20)}
    assert max(ports) < first
    assert len(ports) > 1, "two agents that start at the same time must not choose the same"


def test_where_no_such_port_is_free_the_site_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("ptvsd.child.secrets.randbelow", lambda _: port - 20000)
        assert child().free_port() not in (0, port)


def test_the_sites_port_is_not_the_agents_own(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = iter([71, 71, 72])
    monkeypatch.setattr("ptvsd.child.secrets.randbelow", lambda _: next(wanted))
    monkeypatch.setattr("ptvsd.child._claimed_port", lambda port: port)
    assert child().free_port(20071) == 20072


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_the_sites_port_is_free_at_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.2", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = iter([port - 20000])
        monkeypatch.setattr("ptvsd.child.secrets.randbelow", lambda _: next(wanted, 100))
        assert child().free_port() != port, "a server at all addresses could not have it"


def test_two_agents_that_start_at_the_same_time_get_two_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    first = child().free_port()
    code = (
        "import secrets, sys; wanted = iter([int(sys.argv[1]) - 20000]); choose = secrets.randbelow\n"
        "secrets.randbelow = lambda limit: next(wanted, None) or choose(limit)\n"
        "from ptvsd.child import free_port; print(free_port())"
    )
    folder = Path(child().__file__).parents[1]
    other = subprocess.run(
        [sys.executable, "-c", code, str(first)], cwd=folder, capture_output=True, check=True, timeout=60
    )
    assert int(other.stdout) != first
    with socket.create_server(("127.0.0.1", first)):
        pass  # and the site can still have the one that it was given


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("--port {port}", "--port 81"),
        ("{{port}}", "{81}"),
        ("{brace}port} {brace}brace} {other}", "{port} {brace} {other}"),
    ],
)
def test_the_port_is_filled_in_and_a_brace_of_the_sites_own_is_kept(text: str, filled: str) -> None:
    assert child().command_with_port(text, 81) == filled
    assert child().command_with_port([text], 81) == [filled]


def test_only_the_variables_of_web_config_are_filled_in() -> None:
    variables = {"A": "{port}", "WSGI_PTVSD_SECRET": "s"}
    assert child().site_environment(variables, "r", 81)["A"] == "{port}"
    behind = child().site_environment({**variables, "HTTP_PLATFORM_PORT": "80"}, "r", 81, {"A"})
    assert behind["A"] == behind["PORT"] == behind["HTTP_PLATFORM_PORT"] == "81"
    assert "WSGI_PTVSD_SECRET" not in behind


@pytest.mark.skipif(os.name != "posix", reason="gunicorn is for Unix")
@pytest.mark.parametrize("own", [None, "--workers 1"])
def test_gunicorn_does_not_end_a_worker_that_is_paused(bench: Bench, own: str | None) -> None:
    site = bench.site()
    site.write("app.py", SLOW)
    site.write("gunicorn.conf.py", "timeout = 1\n")
    site.settings(shell=f"{sys.executable} -m gunicorn -b 127.0.0.1:$PORT app:app", command=None)
    variables = {} if own is None else {"GUNICORN_CMD_ARGS": own}
    agent = bench.agent(site, **variables)
    agent.ready()
    assert agent.request("/")[2] == b"slow"


def test_the_owners_time_limit_counts() -> None:
    given = {"GUNICORN_CMD_ARGS": "--timeout 5"}
    assert child().site_environment(given, "r", 81)["GUNICORN_CMD_ARGS"] == "--timeout 0 --timeout 5"
