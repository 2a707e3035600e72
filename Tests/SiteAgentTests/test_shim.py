"""The `ptvsd` module: every historic call form, and never an exception."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench import Bench, clean_environment
from dap import DebugClient
from ptvsd.child import free_port


def run(bench: Bench, code: str, **environment: str) -> list[object]:
    """Runs `code` beside a published `ptvsd`; what it prints as JSON, line by line."""
    site = bench.site(f"site-{free_port()}")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=site.folder,
        env=clean_environment(TMPDIR=str(site.folder), **environment),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


FORMS = [
    "secret='s', address=('localhost', PORT)",
    "'s', ('0.0.0.0', PORT)",
    "'s', address=('0.0.0.0', PORT)",
    "('0.0.0.0', PORT)",
    "address=('127.0.0.1', PORT)",
    "None, ('::1', PORT), None, None, True",
    "'s', address=('localhost', PORT), certfile=None, keyfile=None, redirect_output=True",
    "address=('localhost', PORT), redirect_output=None, log_dir='/tmp/x'",
    "('localhost', PORT), log_dir=None, multiprocess=True",
    "PORT",
]


@pytest.mark.parametrize("form", FORMS)
def test_the_debugger_listens_on_the_loopback_interface_only(bench: Bench, form: str) -> None:
    port = free_port()
    result = run(
        bench,
        "import json, ptvsd\n"
        f"print(json.dumps(ptvsd.enable_attach({form.replace('PORT', str(port))})))\n"
        f"print(json.dumps(ptvsd.enable_attach({form.replace('PORT', str(port))})))\n"
        "print(json.dumps(ptvsd.is_attached()))\n"
        "ptvsd.break_into_debugger(); ptvsd.debug_this_thread()\n"
        "with ptvsd.tracing(False): pass\n",
    )
    assert result == [["127.0.0.1", port], ["127.0.0.1", port], False]


def test_without_an_address_the_port_is_5678(bench: Bench) -> None:
    code = "import ptvsd; print('[%d, %s]' % (ptvsd.DEFAULT_PORT, str(ptvsd._address(('s',), {})[1])))"
    assert run(bench, code) == [[5678, 5678]]


@pytest.mark.parametrize(
    "code",
    [
        "ptvsd.enable_attach('s', address=('localhost', 'many'))",
        "ptvsd.enable_attach('s', address=('localhost',))",
        "ptvsd.enable_attach('s', address=('localhost', -1))",
        "ptvsd.enable_attach(object(), object(), nonsense=1)",
        "import sys; sys.stderr = None; ptvsd.enable_attach('s', address=('localhost', 'many'))",
        "import sys; sys.modules['debugpy'] = None; ptvsd.enable_attach('s', ('localhost', PORT))",
        "import sys; sys.executable = '/nowhere/python'; ptvsd.enable_attach('s', ('localhost', PORT))",
        "import os; os.environ['PTVSD_REGISTRY'] = '/nowhere'; ptvsd.enable_attach('s', ('localhost', PORT))",
        "ptvsd.wait_for_attach(0.2)",
        "ptvsd.attach(('localhost', PORT))",
        "ptvsd.break_into_debugger()",
        "ptvsd.debug_this_thread()",
        "ptvsd.tracing(True)",
        "assert issubclass(ptvsd.AttachAlreadyEnabledError, Exception) and ptvsd.__version__",
    ],
)
def test_nothing_ever_raises(bench: Bench, code: str) -> None:
    run(bench, "import ptvsd\n" + code.replace("PORT", str(free_port())))


def test_a_taken_port_is_no_reason_to_fail(bench: Bench) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert run(
            bench, f"import json, ptvsd; print(json.dumps(ptvsd.enable_attach('s', ('', {port}))))"
        ) == [None]


def test_waiting_ends_with_the_attach_and_the_break_stops_in_the_caller(bench: Bench) -> None:
    site = bench.site()
    script = site.write(
        "wait.py",
        "import ptvsd, sys\n"
        "def stop_here(value):\n"
        "    ptvsd.break_into_debugger()\n"
        "    return value\n"
        "print(ptvsd.enable_attach('s', ('localhost', 0))[1], flush=True)\n"
        "ptvsd.wait_for_attach(60)\n"
        "print(ptvsd.is_attached(), flush=True)\n"
        "stop_here('found')\n",
    )
    process = bench.run(
        [sys.executable, str(script)],
        cwd=site.folder,
        env=clean_environment(TMPDIR=str(site.folder)),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    client = DebugClient.connect("127.0.0.1", int(process.stdout.readline()))
    client.attach({})
    assert process.stdout.readline() == b"True\n"
    assert client.stopped_locals()["value"] == "'found'"
    assert Path(client.frame["source"]["path"]) == script
    assert client.frame["name"] == "stop_here"
    client.close()
    assert process.wait(60) == 0


def test_waiting_gives_up_in_time(bench: Bench) -> None:
    code = (
        "import json, time, ptvsd\n"
        "ptvsd.enable_attach('s', ('localhost', 0))\n"
        "began = time.monotonic(); ptvsd.wait_for_attach(0.3); print(json.dumps(time.monotonic() - began))\n"
    )
    (seconds,) = run(bench, code)
    assert isinstance(seconds, float)
    assert 0.2 < seconds < 60


def test_a_folder_that_others_may_write_is_not_trusted(bench: Bench) -> None:
    code = (
        "import importlib.util, json, os, ptvsd\n"
        "door = ptvsd._module('door')\n"
        "folder = door.default_registry()\n"
        "assert os.stat(folder).st_mode & 0o777 == 0o700\n"
        "os.chmod(folder, 0o777)\n"
        "try:\n"
        "    door.default_registry(); print('true')\n"
        "except PermissionError:\n"
        "    print('false')\n"
    )
    assert run(bench, code) == [False]
