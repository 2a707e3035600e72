"""The agent on every Python from 3.8 on that this machine has, bare of packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import TEMPLATE, Bench, clean_environment, wait_until
from fakes import FragileDebugger
from fronting import SERVER
from stand import echo, greeted


def interpreters() -> dict[str, str]:
    """One interpreter for each minor version that pyenv has, and the one that runs this."""
    found = {}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in root.glob("versions/3.*"):
        version = re.fullmatch(r"3\.(\d+)\.\d+", folder.name)
        python = folder / "bin" / "python"
        if version and int(version[1]) >= 8 and python.exists():
            found[f"3.{version[1]}"] = str(python)
    found.setdefault("{}.{}".format(*sys.version_info), sys.executable)
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[1])))


PYTHONS = interpreters()
EACH = pytest.mark.parametrize("version", PYTHONS)


@EACH
def test_every_module_can_be_imported(version: str) -> None:
    modules = sorted(path.stem for path in TEMPLATE.glob("*.py") if path.stem != "__main__")
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module('ptvsd.' + name)\n"
    done = subprocess.run(
        [PYTHONS[version], "-W", "error", "-c", code, *modules],
        cwd=TEMPLATE.parent,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


@EACH
def test_the_endpoint_carries_a_tunnel(bench: Bench, debugger: FragileDebugger, version: str) -> None:
    site = bench.site()
    site.settings()
    where = f"127.0.0.1:{debugger.port}"
    agent = bench.agent(site, "--debugger", where, python=PYTHONS[version], TMPDIR=str(site.folder))
    assert agent.status()["pythonVersion"].startswith(version + ".")
    assert b"Debugging is on" in agent.request("/ptvsd")[2]
    client = greeted(agent.living_tunnel())
    beside = agent.living_tunnel()
    assert b"output" in beside.receive()
    assert echo(client, 100_000, 65_536)
    beside.close()
    client.close()
    wait_until(lambda: agent.status()["sessions"] == [], "the end of the sessions")
    assert agent.stop() == 0
    assert debugger.faults == []
    assert "Traceback" not in agent.log


@EACH
def test_the_front_serves_a_site(bench: Bench, version: str) -> None:
    site = bench.site()
    site.settings()
    agent = bench.agent(site, "--", "{python}", SERVER, "{port}", python=PYTHONS[version])
    agent.ready()
    block = bytes(100_000)
    assert agent.request("/count", "POST", iter([block, block]))[2].startswith(b"200000 ")
    (process,) = agent.status()["processes"]
    assert process["ready"]
    assert process["python"].startswith(version + ".")
    agent.stop()
    assert "Traceback" not in agent.log
