"""The process behind `httpPlatformHandler`, seen on small sites made by hand: how it starts, ends, and starts anew."""

from __future__ import annotations

import contextlib
import http.client
import json
from pathlib import Path
from typing import Any

from handmade_sites import Visitor
from serving import wait_until

PLATFORM = """
  <handlers><add name="Python" path="*" verb="*" modules="httpPlatformHandler"/></handlers>
  <httpPlatform processPath="C:\\Python311\\python.exe" startupTimeLimit="{limit}" rapidFailsPerMinute="2"
                arguments="C:\\Sites\\One\\run.py --port %http_platform_port%">
    <environmentVariables>
      <environmentVariable name="PYTHONPATH" value="C:\\Sites\\One\\Lib;C:\\Sites\\One"/>
      <environmentVariable name="WHERE" value="%HTTP_PLATFORM_PORT%"/>
    </environmentVariables>
  </httpPlatform>"""
SERVER = """
import http.server, os, sys, json, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/end": os._exit(4)
        if self.path == "/slow":
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"first ")
            while not os.path.exists("../go"): time.sleep(0.01)
            self.wfile.write(b"last")
            return
        text = json.dumps({"where": os.environ["WHERE"], "path": os.environ["PYTHONPATH"], "cwd": os.getcwd(),
                           "for": self.headers["X-Forwarded-For"], "port": sys.argv[2]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
print("hello from the site", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""


def test_a_platform_process_is_started_with_its_port_and_again(site: Any, serve: Any) -> None:
    folder = site(PLATFORM.format(limit=60), "", {"Run.py": SERVER})
    served = serve(folder)
    visitor = Visitor(served.port)
    facts = visitor.facts("/")
    assert facts["where"] == facts["port"] and facts["for"] == "127.0.0.1" and facts["cwd"] == str(folder)
    assert facts["path"] == f"{folder / 'Lib'}:{folder}"
    wait_until(lambda: "site  | hello from the site" in served.log, "the site's word")
    for ends in (1, 2):
        Visitor(served.port)("/end")
        wait_until(lambda ends=ends: served.log.count("ended with code 4") == ends, "the news of the end")
        visitor = Visitor(served.port)
        text = visitor("/")
        assert (visitor.status, b"2 times within a minute" in text) == (
            (200, False) if ends == 1 else (502, True)
        )
    wait_until(lambda: served.log.count("started as process") == 2, "the news of the starts")


def test_who_comes_while_the_site_starts_anew_waits_for_it(site: Any, serve: Any, tmp_path: Path) -> None:
    slow_to_end = f"""
import os, signal, time
def end(*_):
    open({str(tmp_path / "ending")!r}, "w").close()
    while not os.path.exists({str(tmp_path / "go")!r}):
        time.sleep(0.01)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
"""
    folder = site(PLATFORM.format(limit=60), "", {"Run.py": slow_to_end + SERVER})
    served = serve(folder)
    first = Visitor(served.port).facts("/")["port"]
    configuration = folder / "web.config"
    configuration.write_text(configuration.read_text() + "<!-- another -->")
    wait_until((tmp_path / "ending").exists, "the end of the old process")
    came = Visitor(served.port)
    came.connection.request("GET", "/")
    (tmp_path / "go").touch()
    answer = came.connection.getresponse()
    assert answer.status == 200 and json.loads(answer.read())["port"] != first


def test_an_answer_under_way_is_waited_for_when_the_site_starts_anew(
    site: Any, serve: Any, tmp_path: Path
) -> None:
    folder = site(PLATFORM.format(limit=60), "", {"Run.py": SERVER})
    served = serve(folder)
    visitor = Visitor(served.port)
    visitor.facts("/")
    configuration, go = folder / "web.config", tmp_path / "go"

    def whole() -> bool:
        """Whether the answer came whole; the wait is a short one, and a slow machine may miss it."""
        go.unlink(missing_ok=True)
        known = served.log.count("was published again")
        slow = Visitor(served.port).connection
        slow.request("GET", "/slow")
        with slow.getresponse() as answer:
            assert answer.read(6) == b"first "
            configuration.write_text(configuration.read_text() + "<!-- another -->")
            wait_until(lambda: served.log.count("was published again") > known, "the news")
            go.touch()
            with contextlib.suppress(http.client.HTTPException, OSError):
                return answer.read() == b"last"
        return False

    assert any(whole() for _ in range(5)), served.log


def test_a_platform_process_that_does_not_come_up_says_why(site: Any, serve: Any) -> None:
    sleeper = "import time; print('waiting for nobody', flush=True); time.sleep(60)"
    folder = site(PLATFORM.format(limit=4), "", {"run.py": sleeper})
    visitor = Visitor(serve(folder).port)
    text = visitor("/").decode()
    assert visitor.status == 502
    assert (
        "did not listen on its port" in text and "waiting for nobody" in text and "startupTimeLimit" in text
    )


def test_a_missing_module_is_said_with_the_way_out(site: Any, serve: Any) -> None:
    served = serve(site(PLATFORM.format(limit=60), "", {"run.py": "import no_such_module_here"}))
    Visitor(served.port)("/")
    text = "warning: the Python that runs the site has no module 'no_such_module_here' (install"
    wait_until(lambda: text in served.log, "the hint")
