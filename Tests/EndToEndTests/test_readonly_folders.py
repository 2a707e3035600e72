"""A target whose folders their owner made read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

import pytest
from program import find_binary, tree

# The superuser may write everywhere, so that somebody else has to publish.
NOBODY = 65534 if os.getuid() == 0 else os.getuid()


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that the publishing user owns, with a way to it that everybody may go."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def test_read_only_folders_are_written_and_stay_read_only(room: Path) -> None:
    site, target = room / "site", room / "target"
    (site / "deep").mkdir(parents=True)
    (site / "main.py").write_text("a = 1\n")
    (site / "deep" / "one.txt").write_text("one")
    (site / "deep" / "two.txt").write_text("two")
    target.mkdir()
    # Wherever the sources lie, everybody may run it from here.
    binary = room / "ptvsd-publish"
    shutil.copy(find_binary(), binary)
    for path in (room, *room.rglob("*")):
        os.chown(path, NOBODY, NOBODY)

    def publish() -> None:
        done = subprocess.run(
            [binary, "--to", target],
            cwd=site,
            env={"HOME": str(room), "PATH": os.environ["PATH"]},
            user=NOBODY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert tree(target) == tree(site)

    publish()
    (target / "deep").chmod(0o555)
    (site / "main.py").write_text("a = 2\n")
    (site / "deep" / "one.txt").write_text("changed")
    (site / "deep" / "two.txt").unlink()
    (site / "deep" / "three.txt").write_text("three")
    (site / "new").mkdir()
    (site / "new" / "four.txt").write_text("four")
    target.chmod(0o555)
    publish()
    assert (target / "deep").stat().st_mode & 0o777 == 0o555
    assert target.stat().st_mode & 0o777 == 0o555
