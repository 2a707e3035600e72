"""Publishing to the Azure of a test: the program with its environment, a site, and a look at what came of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure_stand import AzureStand, Running
from program import Program, Result

READ_ONLY = {"GET", "HEAD"}
READ_BY_POST = ("/config/appsettings/list", "/token")


@dataclass
class AzurePublishing:
    """A project that goes to a site."""

    program: Program
    stand: AzureStand
    running: Running
    project: Path

    def __post_init__(self) -> None:
        self.program.environment.update(self.stand.environment(os.environ["PATH"]))

    @property
    def destination(self) -> str:
        site = self.running.site
        return f"azure:{site.name}" + (f"/{site.slot}" if site.slot else "")

    def __call__(self, *arguments: str | Path, status: int | None = 0) -> Result:
        """Publishes, and checks that nothing that was said holds a password or a token."""
        return self.run("--to", self.destination, *arguments, status=status)

    def run(self, *arguments: str | Path, status: int | None = 0) -> Result:
        result = self.program(*arguments, cwd=self.project, status=status)
        self.check_secrecy(result.out + result.err)
        return result

    def debug(self, *arguments: str, status: int | None = 0) -> Result:
        return self("--configuration", "Debug", "--yes", *arguments, status=status)

    def release(self, *arguments: str, status: int | None = 0) -> Result:
        return self("--configuration", "Release", "--yes", *arguments, status=status)

    def check_secrecy(self, said: str) -> None:
        for secret in self.stand.secrets:
            assert secret not in said
            assert not [line for line in self.stand.az_log if secret in line]

    def written(self) -> list[str]:
        """What was changed by requests so far, at Azure or at the site."""
        servers: list[Any] = [self.stand.arm, self.running.kudu]
        return [
            f"{seen.method} {seen.path}"
            for server in servers
            for seen in server.seen
            if seen.method not in READ_ONLY and not seen.path.endswith(READ_BY_POST)
        ]

    def forget(self) -> None:
        """Clears what was seen so far."""
        self.stand.arm.seen.clear()
        self.running.kudu.seen.clear()
        self.running.site.uploads.clear()
        self.running.site.changes.clear()

    def sent(self) -> set[str]:
        """The names of the files that were sent, by whatever way."""
        names = {name for upload in self.running.site.uploads for name in upload}
        for seen in self.running.kudu.sent("PUT", "^/api/vfs/"):
            if seen.status in (201, 204):
                names.add(seen.path.partition("/vfs/")[2].replace("site/wwwroot/", ""))
        return names

    def tree(self) -> dict[str, bytes]:
        return self.running.site.tree()


def errors(result: Result) -> list[str]:
    """The lines that are errors; there is to be exactly one when something fails."""
    return [line for line in result.err.splitlines() if "rror: " in line]


WEB_CONFIG = """<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.webServer>
    <handlers>
      <add name="app" path="*" verb="*" modules="httpPlatformHandler" resourceType="Unspecified" />
    </handlers>
    <httpPlatform processPath="C:\\Python311\\python.exe" arguments="C:\\home\\site\\wwwroot\\app.py" />
  </system.webServer>
</configuration>
"""


def small_project(folder: Path, files: int = 3, iis: bool = False) -> Path:
    """A site of a few files, for tests that are about the way there."""
    folder.mkdir()
    (folder / "app.py").write_text(
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'one'\n"
    )
    if iis:
        (folder / "web.config").write_text(WEB_CONFIG)
    (folder / "static").mkdir()
    for number in range(files - 1):
        (folder / "static" / f"file{number}.txt").write_text(f"contents {number}\n")
    return folder


def without_build(program: Program, azure: AzureStand, folder: Path, host: str) -> AzurePublishing:
    """A project, and a site on `linux` or `windows` that takes files as they are sent."""
    linux = host == "linux"
    running = azure.add(linux=linux, settings={"SCM_DO_BUILD_DURING_DEPLOYMENT": "false"})
    return AzurePublishing(program, azure, running, small_project(folder / "project", iis=not linux))
