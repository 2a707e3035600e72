"""The fixtures that the end-to-end tests share: the binary, copies of the samples, and a home of their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest
from azure_stand import AzureStand
from ftp_stand import FTPStand
from handmade_sites import serve, site  # noqa: F401 - fixtures
from program import ROOT, Folder, Program, find_binary

FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The debugger's wheel, which the set-up script has fetched."""
    found = sorted((ROOT / ".venv" / "wheels").glob("debugpy-*.whl"))
    assert found, "run 'make setup-test' first"
    return found[-1]


@pytest.fixture
def program(tmp_path: Path, wheel: Path) -> Program:
    """The program with an empty home, but for the wheel in its cache."""
    home = tmp_path / "home"
    cache = home / "cache" / "ptvsd-publish" / "wheels"
    cache.mkdir(parents=True)
    shutil.copy(wheel, cache)
    binary = find_binary()
    assert binary.exists(), "run 'swift build' first"
    return Program(binary, home)


@pytest.fixture
def sample(tmp_path: Path) -> Any:
    """Copies a sample into a folder of the test's own."""

    def copy(name: str) -> Path:
        target = tmp_path / name
        ignored = shutil.ignore_patterns(
            "__pycache__", "bin", "web.debug.config", "*.sqlite3", "instance", "data"
        )
        shutil.copytree(ROOT / "Samples" / name, target, ignore=ignored)
        return target

    return copy


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Makes a plain folder with a Flask application and further files; the names' dots may be written `__`."""

    def make(**files: str) -> Path:
        made = tmp_path / "site"
        made.mkdir()
        for name, text in {"app__py": FLASK, **files}.items():
            (made / name.replace("__", ".")).write_text(text)
        return made

    return make


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[AzureStand]:
    """An Azure of the test's own, without sites."""
    stand = AzureStand(tmp_path / "azure")
    yield stand
    stand.stop()


@pytest.fixture(scope="module")
def ftp_server() -> Iterator[FTPStand]:
    with FTPStand() as stand:
        yield stand


@pytest.fixture
def stand(ftp_server: FTPStand, program: Program) -> FTPStand:
    """An FTP server, emptied, with the program knowing how to log in."""
    ftp_server.await_quiet()
    ftp_server.clear()
    program.environment.update(ftp_server.environment)
    return ftp_server
