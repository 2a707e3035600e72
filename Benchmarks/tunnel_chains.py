"""The chains that are measured side by side: everything that runs between a debugger's port and the client."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "Tests"
sys.path[:0] = [str(TESTS / "EndToEndTests"), str(TESTS / "SiteAgentTests")]

from bench import SECRET, Bench
from tlsfront import Front, free_port, make_certificates


class Chain(NamedTuple):
    """A way to the target: its name, and the port to connect to."""

    name: str
    port: int


class Chains:
    """Starts what the chains consist of, and ends it."""

    def __init__(self, program: Path, folder: Path) -> None:
        """Use `program` as our bridge and `folder` for files."""
        self.program, self.folder = program.resolve(), folder
        self.bench = Bench(folder)
        self._processes: list[subprocess.Popen[str]] = []
        self._fronts: list[Front] = []

    def start(self, *command: object, pattern: str | None = r"(\d+)\s*$", **environment: str) -> int:
        """Start a process, and read its port from the first line that matches."""
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE if pattern else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            env={**os.environ, **environment},
        )
        self._processes.append(process)
        if pattern is None:
            return 0
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], 60)
        found = re.search(pattern, process.stdout.readline()) if ready else None
        if found is None:
            raise RuntimeError(f"{command[0]} does not say where it listens")
        return int(found[1])

    def target(self, *arguments: object) -> int:
        """Start the far end."""
        return self.start(sys.executable, HERE / "tunnel_target.py", *arguments)

    def _listening(self, port: int) -> int:
        """Wait until somebody listens, without connecting: the first connection may be the one that counts."""
        deadline = time.monotonic() + 30
        wanted = f":{port:04X} 00000000:0000 0A"
        while time.monotonic() < deadline:
            if wanted in Path("/proc/net/tcp").read_text():
                return port
            time.sleep(0.02)
        raise RuntimeError(f"nobody listens on {port}")

    def socat(self, target: int) -> Chain:
        """Start a plain relay."""
        port = free_port()
        options = "nodelay,reuseaddr,fork"
        self.start("socat", f"TCP-LISTEN:{port},bind=127.0.0.1,{options}", f"TCP:127.0.0.1:{target},nodelay", pattern=None)
        return Chain("socat", self._listening(port))

    def front(self, site: int) -> Front:
        """Start nginx with TLS before a server."""
        self._fronts.append(Front(self.folder / f"front{len(self._fronts)}", site))
        return self._fronts[-1]

    def websockify(self, target: int) -> int:
        """Start websockify before the target."""
        port = free_port()
        script = Path(sys.executable).parent / "websockify"
        self.start(sys.executable, script, f"127.0.0.1:{port}", f"127.0.0.1:{target}", pattern=None)
        return self._listening(port)

    def plain_bridge(self, url: str, *options: object) -> int:
        """Start a bridge of the package `websockets`."""
        return self.start(sys.executable, HERE / "tunnel_bridge.py", url, "--port", 0, *options)

    def our_bridge(self, url: str, *options: object) -> int:
        """Start `ptvsd-publish attach`."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        secret = self.folder / "secret"
        secret.write_text(SECRET)
        return self.start(
            *(self.program, "attach", url, "--secret-file", secret, "--port", 0, *options),
            pattern=r"^127\.0\.0\.1:(\d+)",
            HOME=str(home),
            XDG_STATE_HOME=str(home),
        )

    def pair(self, target: int, agent: int) -> list[Chain]:
        """Start websockify's way and ours to a target that an agent serves, each without and with TLS."""
        peer = self.websockify(target)
        peer_front, our_front = self.front(peer), self.front(agent)
        peer_trust = ("--ca-file", peer_front.authority)
        our_trust = ("--ca-file", our_front.authority)
        return [
            Chain("websockify", self.plain_bridge(f"ws://127.0.0.1:{peer}/")),
            Chain("ours", self.our_bridge(f"http://127.0.0.1:{agent}")),
            Chain("websockify, TLS", self.plain_bridge(f"wss://localhost:{peer_front.port}/", *peer_trust)),
            Chain("ours, TLS", self.our_bridge(our_front.address, *our_trust)),
        ]

    def agent(self, target: int) -> int:
        """Start the site agent before the target."""
        site = self.bench.site(f"site{target}")
        site.settings()
        return self.bench.agent(site, "--debugger", f"127.0.0.1:{target}").port

    def bridge_alone(self) -> list[Chain]:
        """Start our bridge before a WebSocket server that does next to nothing, without and with TLS."""
        certificates = self.folder / "certificates"
        certificates.mkdir()
        authority = make_certificates(certificates)
        plain = self.target("websocket")
        secure = self.target("websocket", certificates / "site.pem", certificates / "site.key")
        return [
            Chain("our bridge alone", self.our_bridge(f"http://127.0.0.1:{plain}")),
            Chain("our bridge alone, TLS", self.our_bridge(f"https://localhost:{secure}", "--ca-file", authority)),
        ]

    def stop(self) -> None:
        """End everything."""
        for process in self._processes:
            process.kill()
            process.wait()
        for front in self._fronts:
            front.stop()
        self.bench.stop()


__all__ = ["Chain", "Chains", "subprocess"]
