"""Publishes that are killed at random moments: each file is the old or the new one, and a rerun heals the site.

`PTVSD_KILLS` says how often for each destination (4), `PTVSD_KILL_SEED` which moments, and `PTVSD_KILL_FILES` how many
files the site has (12; by FTP, a hundred come into place over several connections); counts are printed. In half of the
rounds the programs that were started go as well, as if the machine had lost its power; else they may end what they do.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Callable, Iterator

import pytest
from destination_places import folder_place, zip_place
from ftp_stand import FTPStand
from process_tree import started_by
from program import Program, tree

from bench import freeze  # isort: skip

KILLS = int(os.environ.get("PTVSD_KILLS", "4"))
SEED = int(os.environ.get("PTVSD_KILL_SEED", "4711"))
FILES = int(os.environ.get("PTVSD_KILL_FILES", "12"))
IGNORED = (".ptvsd-publish-", "app_offline.htm")


@pytest.fixture
def stand(program: Program) -> Iterator[FTPStand]:
    with FTPStand() as stand:
        program.environment.update(stand.environment)
        yield stand


def write_site(project: Path, version: int) -> dict[str, bytes]:
    """A site whose files tell their version, some of them only in every other one."""
    if not project.exists():
        (project / "static").mkdir(parents=True)
        (project / "web.config").write_text("<configuration/>\n")
    (project / "main.py").write_text(f"app = {version:06}\n" * 400)
    (project / "web.config").write_text(f"<configuration><!-- {version:06} --></configuration>\n")
    for index in range(FILES):
        path = project / "static" / f"file{index}.txt"
        if (index + version) % 4 == 0:
            path.unlink(missing_ok=True)
        else:
            path.write_text(f"version {version:06}\n" * (500 * (index % 5)))
    return tree(project)


def kill(running: subprocess.Popen[bytes], is_total: bool) -> None:
    """Kill a process, and what it started where all is to be dead at once."""
    # It cannot start anything more before it is gone.
    freeze(running.pid)
    victims = [running.pid, *(started_by(running.pid) if is_total else [])]
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    running.wait()


def check_kills(
    program: Program,
    project: Path,
    to: str,
    contents: Callable[[], dict[str, bytes]],
    settle: Callable[[], None],
    changes: Callable[[], object] | None = None,
) -> str:
    source, counts = random.Random(SEED), Counter[str]()
    command = [str(program.binary), "--host", "iis-httpplatform", "--to", to]
    old = write_site(project, 0)
    program(*command[1:], cwd=project)
    started = time.monotonic()
    write_site(project, 1)
    program(*command[1:], cwd=project)
    latest = time.monotonic() - started
    # A moment that comes too late proves nothing.
    version = 1
    while version < KILLS + 1 or not counts["killed"]:
        version += 1
        old, new = contents(), write_site(project, version)
        running = subprocess.Popen(
            command, cwd=project, env=program.environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            if version % 2 and changes is not None:
                # The renames are over so soon that a random moment hardly ever hits them.
                before = changes()
                while running.poll() is None and changes() == before:
                    time.sleep(0.001)
                running.wait(source.uniform(0, 0.03))
            else:
                running.wait(source.uniform(0, latest))
            # One that was over by then shows that moments can be earlier.
            latest *= 0.7 if version % 2 == 0 or changes is None else 1
            counts["ended"] += 1
        except subprocess.TimeoutExpired:
            kill(running, is_total=version % 4 < 2)
            counts["killed"] += 1
        settle()
        found = {name: data for name, data in contents().items() if not any(part in name for part in IGNORED)}
        for name, data in found.items():
            assert data in (old.get(name), new.get(name)), f"{name} is neither old nor new"
        assert all(name in found for name in old.keys() & new.keys()), "a file is missing"
        counts["old" if found == old else "new" if found == new else "mixed"] += 1
        program(*command[1:], cwd=project)
        assert contents() == new
        counts["healed"] += 1
    return f"{version - 1} moments: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def test_by_ftp(stand: FTPStand, program: Program, tmp_path: Path) -> None:
    root = stand.root / "www"
    summary = check_kills(
        program,
        tmp_path / "p",
        stand.url("www"),
        lambda: tree(root),
        stand.await_quiet,
        lambda: stand.commands().count('"RNTO'),
    )
    print(f"\nftp: {summary}")


def test_to_a_folder(program: Program, tmp_path: Path) -> None:
    place = folder_place(tmp_path, program)
    print(f"\nfolder: {check_kills(program, tmp_path / 'p', place.to, place.tree, lambda: None)}")


def test_to_a_zip(program: Program, tmp_path: Path) -> None:
    place = zip_place(tmp_path, program)
    print(f"\nzip: {check_kills(program, tmp_path / 'p', place.to, place.tree, lambda: None)}")
