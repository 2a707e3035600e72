"""Runs a sample's own server in a process, and looks at it as a browser does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "Samples"
sys.path.append(str(ROOT / "Templates" / "site"))

from ptvsd.child import free_port  # noqa: E402 - where it is was just told

MADE_LATER = [
    "__pycache__",
    ".*_cache",
    "bin",
    "data",
    "db.sqlite3",
    "env",
    "instance",
    "*.pyproj.user",
    "secret_key.txt",
    "web.debug.config",
]
START_SECONDS = 60


def copied(sample: str, parent: Path) -> Path:
    """Copies a sample without what running or publishing it has made there."""
    return Path(
        shutil.copytree(SAMPLES / sample, parent / sample, ignore=shutil.ignore_patterns(*MADE_LATER))
    )


def environment(**more: str) -> dict[str, str]:
    """Returns the environment without what could change a sample's behaviour."""
    ours = ("DJANGO_", "FLASK", "READING_", "SECRET_KEY", "SERVER_", "SESSION_", "HTTP_PLATFORM_PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}


def ran(folder: Path, *arguments: str) -> str:
    """Runs Python in a sample's folder and returns what it printed; fails when it does."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def answers(port: int) -> bool:
    """Whether somebody accepts connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def serving(folder: Path, arguments: list[str]) -> Iterator[str]:
    """Starts a server, with PORT in its arguments and environment replaced, and yields its address."""
    port = free_port()
    log = folder.parent / f"{folder.name}-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *(part.replace("PORT", str(port)) for part in arguments)],
            cwd=folder,
            env=environment(SERVER_HOST="127.0.0.1", SERVER_PORT=str(port)),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            assert process.poll() is None, f"the server ended: {log.read_text()}"
            assert time.monotonic() < deadline, f"the server does not listen: {log.read_text()}"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Form(HTMLParser):
    """The first form with a given action (or the first of all) and the values it would send."""

    def __init__(self, page: str, action: str | None = None) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self.target: str | None = None
        self._wanted = action
        self._inside = False
        self._select = ""
        self.feed(page)
        assert self.target is not None, f"there is no form in: {page}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Notes a form's fields."""
        values = {name: value or "" for name, value in attributes}
        if tag == "form" and self.target is None and self._wanted in (None, values.get("action")):
            self._inside = True
            self.target = values.get("action", "")
        elif self._inside and tag in ("input", "textarea", "select") and "name" in values:
            name = values["name"]
            self._select = name if tag == "select" else ""
            if values.get("type") == "radio":
                self.options.setdefault(name, []).append(values["value"])
            else:
                self.fields[name] = values.get("value", "")
        elif self._inside and tag == "option":
            self.options.setdefault(self._select, []).append(values["value"])
            if "selected" in values:
                self.fields[self._select] = values["value"]

    def handle_endtag(self, tag: str) -> None:
        """Notes where the form ends."""
        if tag == "form":
            self._inside = False


class Browser:
    """A visitor with cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.status = 0
        self.type = ""
        self.url = address
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def bytes(self, path: str, form: dict[str, str] | None = None, **headers: str) -> bytes:
        """Fetches an address, or posts a form to it; errors are answers too."""
        body = None if form is None else urlencode(form).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(urljoin(self.address, path), data=body, headers=named)
        try:
            answer = self._opener.open(request, timeout=120)
        except HTTPError as error:
            answer = error
        with answer:
            self.status, self.url = answer.status, answer.url
            self.type = answer.headers.get("Content-Type", "")
            return bytes(answer.read())

    def page(self, path: str, form: dict[str, str] | None = None, **headers: str) -> str:
        """Fetches a page as text."""
        return self.bytes(path, form, **headers).decode()

    def submit(self, path: str, action: str | None = None, **typed: str) -> str:
        """Opens a page, fills in its form and sends it, with every hidden field."""
        form = Form(self.page(path), action)
        return self.page(urljoin(self.url, form.target), {**form.fields, **typed})
