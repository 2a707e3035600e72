"""Publishes to Azure that are killed at random moments: the site is the old or the new one, or a rerun heals it.

`PTVSD_KILLS` says how often (12), `PTVSD_KILL_SEED` which moments; the counts are printed at the end.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

from azure_publishing import AzurePublishing, small_project
from azure_stand import AzureStand
from endpoint_status import status_of
from program import Program
from serving import wait_until
from small_wheel import small_wheel

KILLS = int(os.environ.get("PTVSD_KILLS", "12"))
SEED = int(os.environ.get("PTVSD_KILL_SEED", "4711"))
MODES = ("Release", "Debug", "rotate", "Debug")


def arguments(publishing: AzurePublishing, mode: str) -> list[str]:
    where = ["--to", publishing.destination]
    if mode == "rotate":
        return ["rotate", *where]
    wheel = str(small_wheel(publishing.project.parent))
    return ["--configuration", mode, "--yes", "--debugpy", wheel, *where]


def killed(publishing: AzurePublishing, mode: str, seconds: float) -> bool:
    """Starts a run and kills it so many seconds later; whether it was still running."""
    process = subprocess.Popen(
        [str(publishing.program.binary), *arguments(publishing, mode)],
        cwd=publishing.project,
        env=publishing.program.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    assert process.returncode == 0, mode
    return False


def edit(project: Path, number: int) -> None:
    """Changes one file, adds one and deletes one."""
    (project / "static" / "file0.txt").write_text(f"round {number}\n" * 2000)
    (project / "static" / f"added{number}.txt").write_text(f"added {number}\n")
    (project / "static" / f"added{number - 1}.txt").unlink(missing_ok=True)


def own(publishing: AzurePublishing) -> dict[str, bytes]:
    """What of the site is no part of the debugger."""
    return {path: data for path, data in publishing.tree().items() if not path.startswith("ptvsd/")}


def wanted(publishing: AzurePublishing) -> dict[str, bytes]:
    return {
        path.relative_to(publishing.project).as_posix(): path.read_bytes()
        for path in publishing.project.rglob("*")
        if path.is_file() and path.name != "web.debug.config"
    }


def test_a_killed_publish_leaves_the_old_site_or_the_new_one_or_is_healed(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    moments = random.Random(SEED)
    running = azure.add(pace=0.03, start_seconds=0.02)
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project", files=5))
    durations = {}
    for mode in ("Release", "Debug", "rotate"):
        start = time.monotonic()
        publishing.run(*arguments(publishing, mode))
        durations[mode] = time.monotonic() - start
    counts: Counter[str] = Counter()
    kills = number = 0
    while number < KILLS or kills < KILLS // 2:
        number += 1
        mode = MODES[number % len(MODES)]
        before = own(publishing)
        if mode != "rotate":
            edit(publishing.project, number)
        was_running = killed(publishing, mode, moments.uniform(0, durations[mode]))
        kills += was_running
        # One that was over by then shows that moments can be earlier.
        durations[mode] *= 1 if was_running else 0.7
        # Its last request may still be at work.
        wait_until(lambda: running.kudu.open == 0, "the end of the requests")
        wait_until(lambda: running.site.lock.operation is None, "the end of the deployment")
        after, new = own(publishing), wanted(publishing)
        state = "old" if after == before else "new" if after == new else "between"
        # Files are replaced by whole ones; what is to go may still be there.
        for path, data in after.items():
            assert data in (before.get(path), new.get(path)), f"{path} after round {number} ({mode}), seed {SEED}"
        counts[f"{'killed' if was_running else 'ended'}: {state}"] += 1
        mode = "Debug" if mode == "rotate" else mode
        publishing.run(*arguments(publishing, mode))
        assert own(publishing) == wanted(publishing), f"round {number} ({mode}), seed {SEED}"
        if mode == "Debug":
            secret = publishing.run("url").out.partition("//")[2].partition("@")[0]
            assert status_of(publishing, secret)[0] == 200, f"round {number}, seed {SEED}"
            counts["healed and debuggable"] += 1
        else:
            assert not [path for path in publishing.tree() if path.startswith("ptvsd/")]
    print(f"\n{number} moments, seed {SEED}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
