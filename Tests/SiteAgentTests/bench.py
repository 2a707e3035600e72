"""Published sites in temporary folders, and the agent running on them."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable

from dap import DebugClient
from wsclient import LivingClient, WebSocketClient

TEMPLATE = Path(__file__).resolve().parents[2] / "Templates" / "site" / "ptvsd"
SECRET = "kJ3-secret-of-forty-three-characters_0123456"

sys.path.insert(0, str(TEMPLATE.parent))


def wait_until(condition: Callable[[], Any], what: str, timeout: float = 60) -> Any:
    """The condition's first true value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about within {timeout} s")
        time.sleep(0.02)


def freeze(pid: int) -> None:
    """Stops a process, and waits until all of it stands still: a thread that waits for nothing may run on for a while."""
    os.kill(pid, signal.SIGSTOP)

    def stands() -> bool:
        try:
            stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
        except OSError:
            return False  # one of its threads has just ended
        return all(stat.rpartition(")")[2].split()[0] in "TtZX" for stat in stats)

    wait_until(stands, f"the stop of process {pid}")


class Site:
    """A published site's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        package = folder / "ptvsd"
        shutil.copytree(TEMPLATE, package, ignore=shutil.ignore_patterns("__pycache__", "_vendored"))
        import debugpy  # noqa: T100 - its files are wanted

        (package / "_vendored").mkdir()
        (package / "_vendored" / "debugpy").symlink_to(Path(debugpy.__file__).parent)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def settings(self, secret: str | None = SECRET, **values: Any) -> None:
        document = {
            "version": 1,
            "secretSHA256": hashlib.sha256((secret or "").encode()).hexdigest() if secret else None,
            "expires": None,
            "buildID": "20261124-1",
            "configuration": "Debug",
            "host": "linux",
            "command": None,
            "debuggerAddress": "127.0.0.1:5678",
            "siteURL": None,
            **values,
        }
        path = self.folder / "ptvsd" / "settings.json"
        path.with_suffix(".new").write_text(json.dumps(document))
        path.with_suffix(".new").replace(path)

    def line(self, name: str, text: str) -> int:
        """The number of the line that contains `text`."""
        lines = (self.folder / name).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


class Agent:
    """A running agent."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def request(
        self, path: str, method: str = "GET", body: Any = None, secret: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if secret is not None:
            fields["Authorization"] = "Basic " + base64.b64encode(f"{secret}:".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=fields)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        code, _, body = self.request("/ptvsd/status", secret=SECRET)
        assert code == 200, body
        return json.loads(body)

    def ready(self, path: str = "/") -> None:
        """Waits until the site answers, and all its processes are ready where the endpoint lets us ask."""
        wait_until(lambda: self.request(path)[0] != 502, "an answer of the site")
        if self.request("/ptvsd/status", secret=SECRET)[0] == 200:
            wait_until(lambda: all(one["ready"] for one in self.status()["processes"]), "all processes")

    def tunnel(self, **options: Any) -> WebSocketClient:
        return WebSocketClient(self.port, **{"secret": SECRET, **options})

    def living_tunnel(self, **options: Any) -> LivingClient:
        return LivingClient(self.port, **{"secret": SECRET, **options})

    def debug(self, **options: Any) -> DebugClient:
        socket = self.tunnel(**options)
        socket.socket.settimeout(None)  # an editor's connection may be silent for long
        client = DebugClient(socket.send, socket.receive, socket.close)
        client.websocket = socket  # type: ignore[attr-defined]
        return client

    def later(self, path: str, **options: Any) -> Later:
        return Later(lambda: self.request(path, **options))

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait(60)


class Later:
    """Something that runs in a thread; `result` waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._outcome: list[Any] = []
        self._error: list[BaseException] = []

        def run() -> None:
            try:
                self._outcome.append(work())
            except BaseException as error:  # noqa: BLE001 - raised again by `result`
                self._error.append(error)

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def result(self, timeout: float = 60) -> Any:
        self._thread.join(timeout)
        assert self.done, f"no result within {timeout} s"
        if self._error:
            raise self._error[0]
        return self._outcome[0]


def clean_environment(**more: str) -> dict[str, str]:
    dropped = ("WSGI_PTVSD_SECRET", "WSGI_PTVSD_ADDRESS", "PYTHONPATH", "PORT", "PTVSD_REGISTRY")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment.update(PYTHONDONTWRITEBYTECODE="1", **more)
    return environment


class Bench:
    """Makes sites and agents, and takes them away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._agents: list[Agent] = []
        self._processes: list[subprocess.Popen[bytes]] = []

    def site(self, name: str = "site") -> Site:
        folder = self._folder / name
        folder.mkdir()
        return Site(folder)

    def agent(
        self,
        site: Site,
        *arguments: str,
        python: str = sys.executable,
        folder: Path | None = None,
        **environment: str,
    ) -> Agent:
        log = self._folder / f"agent-{len(self._agents)}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [
                    python,
                    str(site.folder / "ptvsd") if folder else "ptvsd",
                    "--listen",
                    "127.0.0.1:0",
                    *arguments,
                ],
                cwd=folder or site.folder,
                env=clean_environment(**environment),
                stdout=stream,
                stderr=stream,
            )
        agent = Agent(process, 0, log)
        self._agents.append(agent)

        def listening() -> int:
            code = process.poll()  # before the log is read: an agent that has ended may have listened
            for line in agent.log.splitlines():
                if " listening " in line:
                    return int(line.split("address=")[1].split()[0].rpartition(":")[2])
            assert code is None, agent.log
            return 0

        agent.port = wait_until(listening, "the agent's port")
        return agent

    def run(self, arguments: list[str], **options: Any) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(arguments, **options)
        self._processes.append(process)
        return process

    def stop(self) -> None:
        for agent in self._agents:
            agent.stop()
            print(agent.log)  # shown where a test failed
        for process in self._processes:
            process.kill()
            process.wait()
