"""A publish by FTP that fails leaves the secret here that the site has there."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from azure_publishing import small_project
from ftp_stand import FTPStand
from program import SITE, Program, web_config
from small_wheel import small_wheel

SECRET = re.compile(r"(?<![\w-])([\w-]{43})(?![\w-])")
NO_DELETION = "<Limit DELE>\nDenyAll\n</Limit>"


def digest(text: str) -> str:
    found = SECRET.search(text)
    assert found
    return hashlib.sha256(found[1].encode()).hexdigest()


def secret_here(project: Path) -> str:
    return digest((project / "web.debug.config").read_text())


def secret_there(stand: FTPStand, project: Path) -> str:
    """The secret that lets somebody in: that of web.config under IIS, else that of the agent's settings."""
    root = stand.root / "www"
    if (project / "web.config").exists():
        return digest(web_config(root).read_text())
    return str(json.loads((root / "ptvsd" / "settings.json").read_bytes())["secretSHA256"])


class Publishing:
    """A site on a server, in Debug."""

    def __init__(self, program: Program, stand: FTPStand, project: Path) -> None:
        self.program, self.stand, self.project = program, stand, project
        self.wheel = small_wheel(project.parent)
        program.environment.update(stand.environment)

    def debug(self, status: int = 0) -> str:
        command = ("--configuration", "Debug", "--site-url", SITE, "--debugpy", str(self.wheel))
        return self.program(*command, "--to", self.stand.url("www"), cwd=self.project, status=status).err

    def secrets(self) -> tuple[str, str]:
        return secret_here(self.project), secret_there(self.stand, self.project)


@pytest.mark.parametrize("iis", [True, False])
def test_a_failure_after_the_secret_is_in_place_keeps_the_new_one(
    iis: bool, program: Program, tmp_path: Path
) -> None:
    with FTPStand(rest=NO_DELETION) as stand:
        publishing = Publishing(program, stand, small_project(tmp_path / "site", iis=iis))
        extra = publishing.project / "extra.py"
        extra.write_text("extra = 1\n")
        publishing.debug()
        old, _ = publishing.secrets()
        extra.unlink()
        # It cannot be deleted, which is what comes after the files are in place.
        log = publishing.debug(status=1)
        assert "extra.py" in log and "holds its new secret" in log
        here, there = publishing.secrets()
        assert here == there != old


@pytest.mark.parametrize("iis", [True, False])
def test_a_failure_before_the_secret_is_in_place_keeps_the_old_one(
    iis: bool, program: Program, tmp_path: Path
) -> None:
    with FTPStand() as stand:
        publishing = Publishing(program, stand, small_project(tmp_path / "site", iis=iis))
        # By its name it would come after the settings of the agent.
        last = publishing.project / "zzz" / "last.py"
        last.parent.mkdir()
        last.write_text("last = 1\n")
        publishing.debug()
        old, _ = publishing.secrets()
        last.write_text("last = 2\n")
        held = stand.root / "www" / "zzz"
        held.chmod(0o555)
        log = publishing.debug(status=1)
        assert "zzz/last.py" in log and "holds its new secret" not in log
        assert publishing.secrets() == (old, old)
        held.chmod(0o755)
        publishing.debug()
        here, there = publishing.secrets()
        assert here == there != old
