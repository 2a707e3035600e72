"""`make demo`, after what it builds and installs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from program import ROOT, Program


def test_the_demo_publishes_serves_and_visits_a_sample(program: Program, sample: Any, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / "Tools").mkdir(parents=True)
    (root / "Samples").mkdir()
    shutil.copy(ROOT / "Tools" / "demo.sh", root / "Tools")
    sample("FlaskSite").rename(root / "Samples" / "FlaskSite")
    (root / ".venv").symlink_to(ROOT / ".venv")
    (root / "binary").symlink_to(program.binary)
    done = subprocess.run(
        ["bash", root / "Tools" / "demo.sh", "binary"],
        env=program.environ(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ptvsd/settings.json" in done.stdout
    assert done.stdout.count("200 OK text/html") == 2
    assert "Next " in done.stdout
