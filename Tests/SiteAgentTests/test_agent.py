"""The agent's command line and surroundings."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from bench import Bench, clean_environment
from fakes import FragileDebugger
from fronting import SERVER


def test_an_address_left_over_in_the_environment_does_not_take_the_site_offline(bench: Bench) -> None:
    site = bench.site()
    site.settings(command=[sys.executable, SERVER, "{port}"])
    agent = bench.agent(site, WSGI_PTVSD_ADDRESS="127.0.0.1:1")
    agent.ready()
    assert agent.request("/")[2] == b"ok"
    assert [process["name"] for process in agent.status()["processes"]] == ["site_server.py"]


def test_without_a_command_the_environment_says_where_the_debugger_is(
    bench: Bench, debugger: FragileDebugger
) -> None:
    site = bench.site()
    site.settings()
    address = f"localhost:{debugger.port}"
    agent = bench.agent(site, WSGI_PTVSD_ADDRESS=address, TMPDIR=str(site.folder))
    assert [process["port"] for process in agent.status()["processes"]] == [debugger.port]
    assert agent.request("/")[0] == 404


def test_the_argument_beats_a_command_in_the_settings(bench: Bench, debugger: FragileDebugger) -> None:
    site = bench.site()
    site.settings(command=[sys.executable, SERVER, "{port}"])
    agent = bench.agent(site, "--debugger", f"127.0.0.1:{debugger.port}", TMPDIR=str(site.folder))
    assert agent.request("/")[0] == 404


def test_the_status_survives_the_working_directory(bench: Bench, tmp_path: Path) -> None:
    site = bench.site()
    site.settings()
    folder = tmp_path / "temporary"
    folder.mkdir()
    agent = bench.agent(site, "--debugger", "127.0.0.1:1", folder=folder, TMPDIR=str(site.folder))
    assert agent.status()["workingDirectory"] == str(folder)
    folder.rmdir()
    assert agent.status()["workingDirectory"] is None


def test_an_agent_that_cannot_listen_leaves_no_folder_behind(bench: Bench, tmp_path: Path) -> None:
    site = bench.site()
    site.settings()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "ptvsd", "--listen", str(taken.getsockname()[1]), "--", sys.executable, SERVER],
            cwd=site.folder,
            env=clean_environment(TMPDIR=str(temporary)),
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert b"ptvsd: " in done.stderr
    assert list(temporary.iterdir()) == []
