"""Publishing to a real FTP server: every sample, both kinds of TLS, whole lives of sites."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from ftp_stand import PASSWORD, FTPStand
from program import SITE, Program, tree
from small_wheel import small_wheel
from terminal import Terminal

SAMPLES = ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"]
DEBUG = ("--configuration", "Debug", "--site-url", SITE)
URL = re.compile(r"wss://([A-Za-z0-9_-]{43})@")


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_goes_through_its_whole_life(
    name: str, stand: FTPStand, program: Program, sample: Any
) -> None:
    project = sample(name)
    # One site with the real debugger is enough: its 300 files take most of the time.
    debugger = () if name == "FlaskSite" else ("--debugpy", str(small_wheel(project.parent)))
    debug = (*DEBUG, *debugger)
    program(*debug, cwd=project)
    target = ("--to", stand.url("site/wwwroot"))
    first = program(*debug, *target, "--format", "json", cwd=project).json()
    site = tree(stand.root / "site" / "wwwroot")
    local = tree(project / "bin" / "publish")
    assert site.keys() == local.keys()
    same = {path for path in site if site[path] == local[path]}
    assert set(site) - same <= {"web.config", "ptvsd/settings.json"}
    assert {file["action"] for file in first["files"]} == {"add"}

    again = program(*debug, *target, "--format", "json", cwd=project).json()
    changed = {file["path"].lower() for file in again["files"] if file["action"] != "keep"}
    assert changed == {"web.config", "ptvsd/settings.json"} - (
        {"web.config"} if name == "FastAPISite" else set()
    )

    before = stand.commands()
    rotated = program("rotate", cwd=project)
    secret = URL.findall(rotated.out)[0]
    settings = json.loads((stand.root / "site/wwwroot/ptvsd/settings.json").read_bytes())
    assert settings["secretSHA256"] == hashlib.sha256(secret.encode()).hexdigest()
    stored = [line for line in stand.commands()[len(before) :].splitlines() if '"STOR' in line]
    assert len(stored) == (1 if name == "FastAPISite" else 2)

    program("--configuration", "Release", *target, cwd=project)
    program("--configuration", "Release", cwd=project)
    final = tree(stand.root / "site" / "wwwroot")
    assert final == tree(project / "bin" / "publish")
    assert not [
        path for path in stand.root.rglob("*") if "ptvsd" in path.name or path.name == "app_offline.htm"
    ]
    for run in (rotated.out + rotated.err,):
        assert PASSWORD not in run


def test_a_large_file_is_seen_moving(program: Program, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("answer = 42\n")
    (tmp_path / "large.bin").write_bytes(os.urandom(16 << 20))
    with FTPStand(rest="TransferRate STOR,APPE 4000") as stand:
        program.environment.update(stand.environment)
        with Terminal(program, "--to", stand.url("www"), cwd=tmp_path) as terminal:
            assert terminal.ends().status == 0
            shown = {float(size) for size in re.findall(r" ([0-9.]+) MB", terminal.screen)}
    assert any(1 < size < 15 for size in shown), terminal.screen
