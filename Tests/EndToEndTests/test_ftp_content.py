"""What a publish by FTP compares, sends, deletes and leaves alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from ftp_stand import FTPStand
from program import SITE, Program, tree
from small_wheel import small_wheel


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "static").mkdir(parents=True)
    (folder / "main.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (folder / "static" / "page.css").write_text("body {}\n")
    (folder / "static" / "other.css").write_text("p {}\n")
    return folder


def give(path: Path) -> None:
    """Make a file that somebody put on the server belong to its user."""
    if os.getuid() == 0:
        os.chown(path, 65534, 65534)


def changes(report: Any) -> dict[str, str]:
    return {file["path"]: file["action"] for file in report["files"] if file["action"] != "keep"}


def test_names_of_every_kind_arrive(stand: FTPStand, program: Program, site: Path) -> None:
    for name in ("with blanks.txt", " leading", "ümläut ß 日本.txt", "a#b?c;d&e=f.txt", "100%.txt", "[x]{y}.txt",
                 "q'uo\"te.txt", "-rf", "~tilde", "$HOME", "UPPER.txt", "upper.txt", "dot.", "type=file;x"):  # fmt: skip
        (site / "static" / name).write_text(name)
    (site / "static" / "ordner ü" / "[a]").mkdir(parents=True)
    (site / "static" / "ordner ü" / "[a]" / "x y.txt").write_text("deep")
    program("--to", stand.url("my site [1]/ü"), cwd=site)
    assert tree(stand.root / "my site [1]" / "ü") == tree(site)
    again = program("--to", stand.url("my site [1]/ü"), "--format", "json", cwd=site).json()
    assert changes(again) == {}


def test_a_dry_run_tells_what_a_run_does_and_changes_nothing(
    stand: FTPStand, program: Program, site: Path
) -> None:
    program("--to", stand.url("www"), cwd=site)
    (site / "main.py").write_text("changed = 1\n")
    (site / "static" / "new.css").write_text("n {}\n")
    (site / "static" / "other.css").unlink()
    before, logged = tree(stand.root), len(stand.commands())
    dry = program("--to", stand.url("www"), "--dry-run", "--format", "json", cwd=site).json()
    sent = stand.commands()[logged:]
    assert tree(stand.root) == before
    assert not [verb for verb in ("STOR", "APPE", "MKD", "RMD", "DELE", "RNFR", "SITE") if f'"{verb}' in sent]
    real = program("--to", stand.url("www"), "--format", "json", cwd=site).json()
    assert dry["files"] == real["files"] and dry["buildID"] == real["buildID"]
    assert changes(real) == {"main.py": "update", "static/new.css": "add", "static/other.css": "delete"}
    assert real["destination"].startswith("ftp://127.0.0.2:") and real["seconds"] > 0
    assert tree(stand.root / "www") == tree(site)


def test_what_changed_on_the_server_is_put_right(stand: FTPStand, program: Program, site: Path) -> None:
    program("--to", stand.url("www"), cwd=site)
    target = stand.root / "www"
    longer, same, gone = target / "main.py", target / "static" / "page.css", target / "static" / "other.css"
    longer.write_text("somebody = 'else'\n" * 9)
    data = same.read_bytes()
    same.write_bytes(data.replace(b"{", b"["))
    os.utime(same, (1_700_000_000, 1_700_000_000))
    gone.unlink()
    report = program("--to", stand.url("www"), "--format", "json", cwd=site).json()
    assert changes(report) == {"main.py": "update", "static/page.css": "update", "static/other.css": "add"}
    assert tree(target) == tree(site)


def test_foreign_files_stay_unless_they_are_to_go(stand: FTPStand, program: Program, site: Path) -> None:
    target = stand.root / "www"
    outside = stand.root / "outside.txt"
    program("--to", stand.url("www"), cwd=site)
    outside.write_text("mine")
    for name in ("uploads/photo 1.jpg", "uploads/deep/é.txt", "-rf", "a;b.txt", "line\nbreak.txt"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("foreign")
    (target / "uploads" / "out").symlink_to("../..")
    for path in [target / "uploads", target / "uploads" / "deep", *target.rglob("*")]:
        if not path.is_symlink():
            give(path)
    report = program("--to", stand.url("www"), "--format", "json", cwd=site).json()
    assert changes(report) == {}
    assert (target / "uploads" / "photo 1.jpg").exists()
    program("--to", stand.url("www"), "--delete-extra", cwd=site)
    left = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    assert set(tree(site)) <= left
    # A name with a line break cannot be spoken of in the protocol; everything else is gone.
    assert left - set(tree(site)) <= {"line\nbreak.txt"}
    assert outside.read_text() == "mine"


def test_another_machine_takes_the_endpoint_away(
    stand: FTPStand, program: Program, sample: Any, tmp_path: Path
) -> None:
    project = sample("FastAPISite")
    wheel = small_wheel(project.parent)
    debug = ("--configuration", "Debug", "--site-url", SITE, "--debugpy", wheel)
    program(*debug, "--to", stand.url("www"), cwd=project)
    cache = stand.root / "www" / "ptvsd" / "__pycache__"
    cache.mkdir()
    (cache / "front.cpython-311.pyc").write_bytes(b"compiled")
    give(cache)
    give(cache / "front.cpython-311.pyc")
    shutil.rmtree(program.home / "state")
    report = program(
        "--configuration", "Release", "--to", stand.url("www"), "--format", "json", cwd=project
    ).json()
    assert "ptvsd/settings.json" in [file["path"] for file in report["files"] if file["action"] == "delete"]
    assert not (stand.root / "www" / "ptvsd").exists()


def test_a_site_on_iis_stops_for_the_change_only(stand: FTPStand, program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    program("--to", stand.url("www"), cwd=project)
    first = stand.commands()
    assert "app_offline" not in first
    (project / "app.py").write_text((project / "app.py").read_text() + "\n# changed\n")
    config = next(path for path in project.iterdir() if path.name.lower() == "web.config")
    config.write_bytes(config.read_bytes() + b"\n")
    program("--to", stand.url("www"), cwd=project)
    steps = [
        line.split('"')[1]
        for line in stand.commands()[len(first) :].splitlines()
        if any(f'"{verb} ' in line for verb in ("STOR", "RNTO", "DELE"))
    ]
    offline = steps.index("STOR www/app_offline.htm")
    assert all(".ptvsd-publish-staging/" in step for step in steps[:offline])
    assert [step.lower() for step in steps[offline + 1 :]] == [
        "rnto www/app.py", "rnto www/web.config", "dele www/app_offline.htm",
    ]  # fmt: skip
    assert not (stand.root / "www" / ".ptvsd-publish-staging").exists()


def test_files_that_hold_a_secret_are_for_their_owner(stand: FTPStand, program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    wheel = small_wheel(project.parent)
    debug = ("--configuration", "Debug", "--site-url", SITE, "--debugpy", wheel)
    program(*debug, "--to", stand.url("www"), cwd=project)
    [config] = [path for path in (stand.root / "www").iterdir() if path.name.lower() == "web.config"]
    assert config.stat().st_mode & 0o777 == 0o600
    assert (stand.root / "www" / "FlaskSite" / "views.py").stat().st_mode & 0o777 == 0o644
    # Nothing of it stays on this machine either.
    assert list((program.home / "state" / "ptvsd-publish" / "sending").iterdir()) == []


def test_a_folder_that_only_has_the_name_of_the_endpoint_stays(
    stand: FTPStand, program: Program, site: Path
) -> None:
    program("--to", stand.url("www"), cwd=site)
    folder = stand.root / "www" / "ptvsd"
    folder.mkdir()
    (folder / "settings.json").write_text('{"theme": "dark"}')
    (folder / "__main__.py").write_text("print('mine')\n")
    for path in (folder, *folder.iterdir()):
        give(path)
    program("--configuration", "Release", "--to", stand.url("www"), cwd=site)
    assert {path.name for path in folder.iterdir()} == {"settings.json", "__main__.py"}
