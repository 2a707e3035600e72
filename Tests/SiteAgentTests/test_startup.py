"""A start command that names a file is taken as App Service takes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from bench import Bench

APP = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"started"]
"""


def startup() -> Any:
    from ptvsd import startup

    return startup


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("gunicorn --bind=0.0.0.0 --timeout 600 app:app", "gunicorn --bind=127.0.0.1:$PORT --timeout 600 app:app"),
        ("gunicorn -b 0.0.0.0:8000 app:app", "gunicorn -b 127.0.0.1:$PORT app:app"),
        ("gunicorn app:app -b :8000", "gunicorn app:app -b 127.0.0.1:$PORT"),
        ("gunicorn --bind [::]:8000 app:app", "gunicorn --bind 127.0.0.1:$PORT app:app"),
        ("gunicorn --bind [::] app:app", "gunicorn --bind 127.0.0.1:$PORT app:app"),
        ("python -m uvicorn main:app --port 8000", "python -m uvicorn main:app --port $PORT"),
        ("a/gunicorn -b 0.0.0.0:9000 app:app", None),
        ("gunicorn --bind unix:/tmp/s app:app", None),
        ("gunicorn --bind=0.0.0.0:$PORT app:app", None),
        ("python serve.py --bind 0.0.0.0:8000", None),
    ],
)
def test_the_port_of_the_platform_is_the_agents(line: str, changed: str | None) -> None:
    assert startup().behind(line) == (changed or line)


def test_another_file_is_taken_for_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "startup.txt").write_text("\ufeffgunicorn --bind=0.0.0.0 app:app\r\nsomething else\n", encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    resolved = startup().resolved
    wanted = "gunicorn --bind=127.0.0.1:$PORT app:app"
    assert resolved("startup.txt", str(tmp_path)) == wanted
    assert resolved(f" {tmp_path}/startup.txt ", "/elsewhere") == wanted
    for command in ("startup.txt --more", "gunicorn app:app", "missing.sh", ".", "binary"):
        assert resolved(command, str(tmp_path)) == command


@pytest.mark.skipif(os.name != "posix", reason="App Service on Linux")
@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("startup.txt", {"startup.txt": "{python} -m gunicorn --bind=127.0.0.1:8000 app:app\n"}),
        ("startup.sh app:app", {"startup.sh": '#!/bin/sh\nexec {python} -m gunicorn -b "127.0.0.1:$PORT" "$1"\n'}),
        # No first line that names a shell, and another script by its name alone.
        ("my.sh", {"my.sh": "chmod +x other.sh; other.sh\n", "other.sh": "exec {python} -m gunicorn -b :$PORT app:app\n"}),
    ],
)
def test_the_site_starts(bench: Bench, command: str, files: dict[str, str]) -> None:
    site = bench.site()
    site.write("app.py", APP)
    for name, text in files.items():
        site.write(name, text.replace("{python}", sys.executable))
        assert not os.access(site.folder / name, os.X_OK)
    site.settings(shell=command, command=None)
    agent = bench.agent(site)
    agent.ready()
    assert agent.request("/")[2] == b"started"
