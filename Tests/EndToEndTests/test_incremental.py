"""A second publish reads only what may have changed, and writes little."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from program import Program, tree


def digests(report: Any) -> dict[str, str]:
    return {file["path"]: file["sha256"] for file in report["files"]}


def write_site(project: Path) -> None:
    project.mkdir()
    (project / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (project / "text.txt").write_text("one\n")
    # What is younger than the coarsest clock of a file system is never taken from memory.
    while max(path.stat().st_ctime for path in project.iterdir()) > time.time() - 2.1:
        time.sleep(0.1)


def test_digests_are_remembered_for_unchanged_sources_only(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_site(project)
    command = ["-c", "Release", "--to", "../site", "--format", "json"]
    real = digests(program(*command, cwd=project).json())
    (memory,) = (program.home / "state").glob("*/digests/*")
    forged = memory.read_text()
    for digest in real.values():
        forged = forged.replace(digest, "0" * 64)
    memory.write_text(forged)
    dry = [*command, "--dry-run"]
    assert digests(program(*dry, cwd=project).json())["text.txt"] == "0" * 64
    (project / "text.txt").write_text("two\n")
    found = digests(program(*dry, cwd=project).json())
    assert found["text.txt"] == hashlib.sha256(b"two\n").hexdigest()
    assert found["app.py"] == "0" * 64
    memory.unlink()
    program(*command, cwd=project)
    assert tree(tmp_path / "site")["text.txt"] == b"two\n"


def test_the_record_grows_by_what_changed(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_site(project)
    for index in range(500):
        (project / f"static{index}.txt").write_text(f"{index}\n")
    command = ["-c", "Release", "--to", "../site"]
    program(*command, cwd=project)
    (record,) = (program.home / "state").glob("*/destinations/*.txt")
    before = record.read_bytes()
    (project / "text.txt").write_text("two\n")
    assert "1 updated" in program(*command, cwd=project).out
    after = record.read_bytes()
    assert after.startswith(before)
    assert len(after) - len(before) < 1000
    assert "unchanged" in program(*command, cwd=project).out
    assert record.read_bytes() == after
