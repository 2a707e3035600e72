"""Small published sites made by hand, what serves them, and who visits them."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from textwrap import dedent
from typing import Any, Callable, Iterator

import pytest
from program import Program
from serving import Served

FASTCGI = """
    <add name="Python" path="*" verb="*" modules="FastCgiModule" resourceType="Unspecified"
         scriptProcessor="C:\\Python311\\python.exe|C:\\Python311\\Lib\\site-packages\\wfastcgi.py"/>"""
APPLICATION = """
    import json, os, sys, time

    def app(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/fail":
            raise RuntimeError("on purpose")
        if path == "/end":
            os._exit(3)
        if path == "/slow":
            time.sleep(float(environ["QUERY_STRING"]))
        if path == "/stream":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return (b"%d;" % number for number in range(20000))
        body = environ["wsgi.input"].read()
        facts = {"path": path, "query": environ["QUERY_STRING"], "method": environ["REQUEST_METHOD"],
                 "size": len(body), "sum": sum(body), "length": environ.get("CONTENT_LENGTH"),
                 "header": environ.get("HTTP_X_TEST"), "cwd": os.getcwd(), "path0": sys.path[-1],
                 "setting": os.environ.get("PLACE"), "pid": os.getpid(), "script": environ["SCRIPT_NAME"]}
        text = json.dumps(facts).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]
"""
SETTINGS = """
  <appSettings>
    <add key="WSGI_HANDLER" value="app.app"/>
    <add key="PYTHONPATH" value="C:\\Sites\\One;C:\\Sites\\One\\Lib"/>
    <add key="PLACE" value="C:\\Sites\\One\\Data\\x.db"/>
  </appSettings>"""


class Visitor:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers: dict[str, str] = {}
        self.status = 0

    def __call__(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> bytes:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body=body, headers=fields)
        answer = self.connection.getresponse()
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.read()

    def facts(self, path: str, **options: Any) -> Any:
        text = self(path, **options)
        assert self.status == 200, text
        return json.loads(text)


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Path]:
    """Makes a published folder: `web_server` is what stands in `system.webServer`."""

    def make(web_server: str, settings: str = SETTINGS, files: dict[str, str] | None = None) -> Path:
        folder = tmp_path / "site"
        text = f"<configuration>{settings}<system.webServer>{web_server}</system.webServer></configuration>"
        for name, content in {"web.config": text, "app.py": dedent(APPLICATION), **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return folder

    return make


@pytest.fixture
def serve(program: Program) -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(folder: Path, *arguments: str) -> Served:
        running.append(Served(program, folder, *arguments, cwd=folder.parent))
        return running[-1]

    yield start
    for served in running:
        assert served.stop() == 130
