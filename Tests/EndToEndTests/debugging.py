"""A published site behind nginx with TLS, and the editor with its project open: everything a debug session runs on."""

from __future__ import annotations

import json
import re
import shutil
import ssl
from pathlib import Path
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from program import Program, find_binary
from serving import Served, free_port, wait_until
from tlsfront import Front
from vscode import BackgroundTask, EditorSession, VSCode

from bench import Later  # isort: skip
from running import copied  # isort: skip

BREAKPOINT = "A good place for a breakpoint."


class Stand:
    """A sample, published in Debug and served behind nginx."""

    def __init__(
        self,
        folder: Path,
        wheel: Path,
        sample: str,
        *publish: str,
        serve: tuple[str, ...] = (),
        **environment: str,
    ) -> None:
        self.folder = folder
        cache = folder / "home" / "cache" / "ptvsd-publish" / "wheels"
        cache.mkdir(parents=True)
        shutil.copy(wheel, cache)
        self.program = Program(find_binary(), folder / "home", environment)
        self.project = copied(sample, folder)
        self._publish = publish
        self.front = Front(folder / "front", 1)
        self.publish()
        self.served = Served(self.program, *serve, cwd=self.project)
        self.front.stop()
        self.front.site = self.served.port
        self.front.start()
        trust = ssl.create_default_context(cafile=str(self.front.authority))
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trust))
        self._direct = build_opener(ProxyHandler({}))
        self.editors: list[VSCode] = []
        self.sessions: list[EditorSession] = []
        wait_until(lambda: self.answers("/"), "an answer of the site")

    def close(self) -> None:
        for session in self.sessions:
            session.client.close()
        for editor in self.editors:
            editor.close()
        self.front.stop()
        self.served.stop()

    def publish(self) -> None:
        self.program(
            "--configuration", "Debug", "--site-url", self.front.address, *self._publish, cwd=self.project
        )

    @property
    def root(self) -> Path:
        """Where the site runs."""
        return self.project / "bin" / "publish"

    @property
    def secret(self) -> str:
        found = re.match(r"wss://([^@]+)@", self.program("url", cwd=self.project).out)
        assert found
        return found[1]

    # the site as a visitor sees it

    def get(self, path: str, *, directly: bool = False, **headers: str) -> str:
        """A page, through nginx; or from the served port, where nginx is away."""
        address = self.served.address if directly else self.front.address
        opener = self._direct if directly else self._opener
        with opener.open(Request(address + path, headers=headers), timeout=60) as answer:
            return str(answer.read().decode())

    def answers(self, path: str) -> bool:
        try:
            self.get(path)
        except OSError:
            return False
        return True

    def visit(self, path: str = "/", *, directly: bool = False) -> Later:
        return Later(lambda: self.get(path, directly=directly))

    def status(self) -> Any:
        """What the endpoint says, on the served port."""
        return json.loads(self.get("/ptvsd/status", directly=True, Authorization=f"Bearer {self.secret}"))

    # the editor

    def launch_json(self, *arguments: str) -> VSCode:
        """Writes the launch configuration as a user would; the editor with the project open."""
        self.program(
            "attach",
            "--launch-json",
            "--ca-file",
            self.front.authority,
            "--port",
            str(arguments[0] if arguments else free_port()),
            cwd=self.project,
        )
        self.editors.append(VSCode(self.project, self.program.environ()))
        return self.editors[-1]

    def settled(self) -> None:
        """Waits until the endpoint knows of no session any more, and the debugger is up."""

        def look() -> bool:
            try:
                self.get("/", directly=True)  # which starts what has ended
                facts = self.status()
            except OSError:
                return False
            return not facts["sessions"] and bool(facts["debuggerUp"])

        wait_until(look, "a free debugger")

    def attached(self, editor: VSCode, breakpoints: dict[Path, list[int]] | None = None) -> EditorSession:
        session = editor.f5(self.breakpoints if breakpoints is None else breakpoints)
        self.sessions.append(session)
        return session

    @property
    def bridge(self) -> BackgroundTask:
        """The bridge that the editor's task runs."""
        [task] = self.editors[-1].tasks.values()
        return task

    @property
    def breakpoints(self) -> dict[Path, list[int]]:
        """Where the sample asks for one, in the sources of the project."""
        return {
            path: [number]
            for path in sorted(self.project.rglob("*.py"))
            if "bin" not in path.relative_to(self.project).parts
            for number, text in enumerate(path.read_text().splitlines(), 1)
            if BREAKPOINT in text
        }

    def held(self, editor: VSCode, *, directly: bool = False) -> tuple[EditorSession, Later]:
        """Attaches, and visits a page that a breakpoint then holds."""
        session = self.attached(editor)
        page = self.visit(directly=directly)
        session.stop()
        assert not page.done
        return session, page


def arrives(page: Later) -> None:
    """Waits until a page arrives whole."""
    assert "</html>" in page.result()


__all__ = ["EditorSession", "Later", "Stand", "VSCode", "arrives", "wait_until"]
