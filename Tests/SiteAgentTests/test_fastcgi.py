"""The FastCGI host: unmodified wfastcgi behind nginx, its `ptvsd` being ours, and the endpoint beside it."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import SECRET, Agent, Bench, Site, clean_environment, wait_until
from ptvsd.child import free_port
from ptvsd.listeners import is_listening

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

APP = """
import os


def handle(name):
    greeting = "hello " + name
    return greeting  # break


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/pid":
        return [str(os.getpid()).encode()]
    return [handle(environ["PATH_INFO"]).encode()]
"""

CONFIGURATION = """<?xml version="1.0"?>
<configuration>
  <appSettings>
    <add key="WSGI_HANDLER" value="app.app"/>
    <add key="WSGI_LOG" value="{log}"/>
    <add key="WSGI_PTVSD_SECRET" value="{secret}"/>
    <add key="WSGI_PTVSD_ADDRESS" value="{address}"/>
    <add key="WSGI_RESTART_FILE_REGEX" value=""/>
  </appSettings>
</configuration>
"""

SERVER = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream site {{ server 127.0.0.1:{fastcgi}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/ptvsd(/.*)?$ {{
      proxy_pass http://127.0.0.1:{agent};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_read_timeout 300s;
    }}
    location / {{
      fastcgi_pass site;
      fastcgi_keep_conn on;
      fastcgi_read_timeout 300s;
      fastcgi_param APPL_PHYSICAL_PATH {site};
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param SERVER_NAME $server_name;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param PATH_INFO $uri;
    }}
  }}
}}
"""


class Host:
    """nginx, wfastcgi processes and the agent, as a Windows host would run them."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.site: Site = bench.site()
        self.site.settings(host="iis-fastcgi")
        self.site.write("app.py", APP)
        self.debugger = free_port()
        self.log = folder / "wsgi.log"
        address = f"localhost:{self.debugger}"
        self.site.write("Web.config", CONFIGURATION.format(log=self.log, secret=SECRET, address=address))
        temporary = folder / "temporary"
        temporary.mkdir()
        self.agent = bench.agent(self.site, "--debugger", f"127.0.0.1:{self.debugger}", TMPDIR=str(temporary))
        fastcgi = free_port()
        bench.run(
            [sys.executable, str(Path(__file__).with_name("fastcgi_host.py")), str(fastcgi)],
            env=clean_environment(TMPDIR=str(temporary)),
            stderr=(folder / "host.log").open("wb"),
        )
        wait_until(lambda: is_listening(fastcgi), "the FastCGI host")
        port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(
            SERVER.format(
                folder=folder, fastcgi=fastcgi, port=port, agent=self.agent.port, site=self.site.folder
            )
        )
        self.nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configuration), "-e", "stderr"])
        # The same requests as to an agent, but through nginx.
        self.front = Agent(self.nginx, port, self.log)
        wait_until(self._answers, "nginx")

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.front.request("/ptvsd")[0] == 200
        return False

    @property
    def breakpoints(self) -> dict[str, list[int]]:
        return {str(self.site.folder / "app.py"): [self.site.line("app.py", "# break")]}

    def stop(self) -> None:
        self.nginx.send_signal(signal.SIGTERM)
        self.nginx.wait(60)


@pytest.fixture
def host(bench: Bench, tmp_path: Path) -> Iterator[Host]:
    if not Path(NGINX).exists():
        pytest.skip("nginx is not installed")
    host = Host(bench, tmp_path)
    yield host
    host.stop()


def test_a_breakpoint_is_hit_under_unmodified_wfastcgi(host: Host) -> None:
    status = host.front.status()
    assert (status["debuggerUp"], status["processes"]) == (False, [])
    assert b"Waiting for the site" in host.front.request("/ptvsd")[2]

    assert host.front.request("/first")[2] == b"hello /first"
    assert f"debugging enabled on localhost:{host.debugger}" in host.log.read_text()
    pid = int(host.front.request("/pid")[2])
    (process,) = host.front.status()["processes"]
    assert (process["pid"], process["port"], process["ready"]) == (pid, host.debugger, True)

    client = host.front.debug()
    client.attach(host.breakpoints)
    assert b"A debugger is attached" in host.front.request("/ptvsd")[2]
    page = host.front.later("/second")
    assert client.stopped_locals()["greeting"] == "'hello /second'"
    assert not page.done
    client.resume()
    assert page.result()[2] == b"hello /second"
    client.close()
    assert host.front.request("/third")[2] == b"hello /third"


def test_a_second_fastcgi_process_shares_the_session(host: Host) -> None:
    host.front.request("/first")
    client = host.front.debug()
    client.attach(host.breakpoints, subProcess=True)
    held = host.front.later("/held")
    assert client.stopped_locals()["name"] == "'/held'"
    # The first process is held: this request makes the host start another one, whose port is taken.
    other = host.front.later("/pid")
    assert other.result()[0] == 200
    announced = client.event("debugpyAttach")["body"]["subProcessId"]
    assert announced == int(other.result()[2])
    client.resume()
    assert held.result()[2] == b"hello /held"
    client.close()


def test_a_client_that_vanishes_lets_the_page_arrive(host: Host) -> None:
    host.front.request("/first")
    client = host.front.debug()
    client.attach(host.breakpoints)
    page = host.front.later("/held")
    client.stopped_locals()
    client.websocket.abort()  # type: ignore[attr-defined]
    assert page.result()[2] == b"hello /held"
    client = host.front.debug()
    client.attach(host.breakpoints)
    page = host.front.later("/again")
    assert client.stopped_locals()["name"] == "'/again'"
    client.close()
    assert page.result()[2] == b"hello /again"


def test_a_site_without_a_debugger_is_better_than_none(host: Host) -> None:
    shutil.rmtree(host.site.folder / "ptvsd" / "_vendored")
    (host.site.folder / "debugpy.py").write_text("raise ImportError('not here')\n")
    assert host.front.request("/works")[2] == b"hello /works"
    assert host.front.status()["agentVersion"]
