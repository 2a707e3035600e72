#!/usr/bin/env python3
"""Times publishing to a zip and to a folder beside the usual programs, in one run.

    swift build -c release --product publish-probe
    swift build -c release --product ptvsd-publish --static-swift-stdlib
    python3 Benchmarks/publish.py .build/release/publish-probe .build/release/ptvsd-publish

Runs alternate between the competitors, so that a busy moment hits all of them; the table shows medians and the
ratio to each peer. Needs zip and rsync.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

ARCHIVE = "import shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2])"


def write_small(folder: Path, count: int) -> None:
    """Write a site of many small files, some of which do not compress."""
    source = random.Random(1)
    words = [f"{source.getrandbits(40):x}" for _ in range(3000)]
    for index in range(count):
        path = folder / f"package{index % 100:03}" / f"part{index % 7}"
        path.mkdir(parents=True, exist_ok=True)
        size = max(1, int(source.lognormvariate(8, 1.3)))
        if index % 20 == 0:
            (path / f"image{index}.png").write_bytes(source.randbytes(size))
        else:
            text = " ".join(source.choice(words) for _ in range(size // 9 + 1))
            (path / f"module{index}.py").write_text(text)
    (folder / "web.config").write_text("<configuration/>")


def write_large(folder: Path, size: int) -> None:
    """Write a site of a few large files, half of which do not compress."""
    source = random.Random(2)
    words = [(f"{source.getrandbits(40):x}").encode() for _ in range(3000)]
    folder.mkdir(parents=True)
    part = size // 10
    for index in range(10):
        if index % 2:
            data = source.randbytes(part)
        else:
            data = b" ".join(source.choice(words) for _ in range(part // 10))
        (folder / f"data{index}.bin").write_bytes(data)


class Bench:
    """Runs competitors by turns and prints what they took."""

    def __init__(self, probe: Path, folder: Path, rounds: int) -> None:
        """Use `probe` as our side and `folder` for everything that is written."""
        self.probe, self.folder, self.rounds = str(probe.resolve()), folder, rounds

    def ours(self, site: str, target: str) -> list[str]:
        """Give the command line of our side."""
        return [self.probe, str(self.folder / site), str(self.folder / target), str(self.folder / "state")]

    def remove(self, *names: str) -> None:
        """Remove targets of the round before."""
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()

    def memory(self, site: str, target: str) -> str:
        """Say how much memory our side needed at most, for a zip and for a folder."""
        peaks = []
        for name in (target, f"{target}.folder"):
            self.remove(name)
            command = [*self.ours(site, name), "--memory"]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            peaks.append(done.stdout.split("peak ")[1].strip())
            self.remove(name)
        return f"{peaks[0]} for a zip, {peaks[1]} for a folder"

    def compare(
        self, title: str, commands: dict[str, list[str]], limit: float, prepare: Callable[[], None], cwd: str = "."
    ) -> bool:
        """Time each command in every round, after `prepare`, and print medians and ratios."""
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(self.rounds):
            for name, command in commands.items():
                prepare()
                os.sync()
                start = time.perf_counter()
                process = subprocess.Popen(command, cwd=self.folder / cwd, stdout=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                wall = time.perf_counter() - start
                if status != 0:
                    sys.exit(f"{' '.join(command)} failed")
                times[name].append((wall, usage.ru_utime + usage.ru_stime))
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
        ours = medians["ptvsd-publish"]
        met = True
        for name, (wall, processor) in medians.items():
            line = f"{title:34} {name:14} {wall * 1000:8.0f} ms {processor * 1000:8.0f} ms"
            if name != "ptvsd-publish":
                ratio = ours[0] / wall
                met = met and ratio <= limit
                line += f"   ours: {ratio:5.2f} x (to reach {limit} x), {ours[1] / processor:5.2f} x processor"
            print(line)
        return met


def main() -> int:
    """Run all comparisons; 1 when a ratio is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe", type=Path)
    parser.add_argument("program", type=Path, nargs="?", help="the program itself, for its start-up")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--megabytes", type=int, default=100)
    options = parser.parse_args()
    met = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(options.probe, folder, options.rounds)
        write_small(folder / "small", options.files)
        write_large(folder / "large", options.megabytes << 20)
        # What was written this very second may change again unnoticed, and is never taken from memory.
        time.sleep(2.1)
        print(f"{'':34} {'program':14} {'wall':>11} {'processor':>11}   medians of {options.rounds}")
        for site, title in [("small", f"zip, {options.files} files"), ("large", f"zip, {options.megabytes} MB")]:
            python = [sys.executable, "-c", ARCHIVE, str(folder / "python"), str(folder / site)]
            met.append(
                bench.compare(
                    title,
                    {
                        "ptvsd-publish": bench.ours(site, "ours.zip"),
                        "zip -r": ["zip", "-qr", "../peer.zip", "."],
                        "zipfile": python,
                    },
                    0.4,
                    lambda: bench.remove("ours.zip", "peer.zip", "python.zip", "state"),
                    cwd=site,
                )
            )
            sizes = [(folder / path).stat().st_size for path in ("python.zip",)]
            subprocess.run(bench.ours(site, "ours.zip"), check=True, stdout=subprocess.DEVNULL)
            print(f"{'':34} size {(folder / 'ours.zip').stat().st_size / sizes[0]:.3f} of zipfile's")
        rsync = ["rsync", "-a", "small/", "synced/"]
        both = {"ptvsd-publish": bench.ours("small", "published"), "rsync -a": rsync}
        subprocess.run(rsync, cwd=folder, check=True)
        subprocess.run(both["ptvsd-publish"], check=True, stdout=subprocess.DEVNULL)
        met.append(bench.compare("folder, nothing changed", both, 1.5, lambda: None))
        if options.program:
            program = str(options.program.resolve())
            start = {"ptvsd-publish": [program, "--version"], "python3 -c pass": ["python3", "-c", "pass"]}
            met.append(bench.compare("start-up", start, 0.25, lambda: None))
        module = folder / "small" / "package001" / "part1" / "module1.py"

        def touch() -> None:
            module.write_text(module.read_text() + "x")

        met.append(bench.compare("folder, one file changed", both, 1.5, touch))
        met.append(
            bench.compare(
                "folder, everything new", both, 1.5, lambda: bench.remove("published", "synced", "state")
            )
        )
        bench.remove("state")
        for count in (options.files // 5, options.files):
            write_small(folder / f"memory{count}", count)
            print(f"{f'memory, {count} files':34} {bench.memory(f'memory{count}', 'memory.zip')}")
        for megabytes in (options.megabytes // 5, options.megabytes):
            write_large(folder / f"memory{megabytes}MB", megabytes << 20)
            print(f"{f'memory, {megabytes} MB':34} {bench.memory(f'memory{megabytes}MB', 'memory.zip')}")
    # One changed file and everything new have no agreed target.
    return 0 if all(met[: 4 if options.program else 3]) else 1


if __name__ == "__main__":
    sys.exit(main())
