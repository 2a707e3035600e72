#!/usr/bin/env python3
"""Times publishing to a zip and to a folder beside the usual programs, in one run.

    swift build -c release --product ptvsd-publish --static-swift-stdlib
    python3 Benchmarks/publish.py .build/release/ptvsd-publish

Runs alternate between the competitors, so that a busy moment hits all of them; the table shows medians and the
ratio to each peer. Ours is the whole program as users run it: it also reads the project, finds its application and
the rules of what is left out, and digests by SHA-256. Needs zip and rsync.
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
    write_application(folder)


def write_application(folder: Path) -> None:
    """Write what makes a folder a site."""
    (folder / "web.config").write_text("<configuration/>")
    (folder / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")


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
    write_application(folder)


def real_python() -> str:
    """Find the interpreter itself: `python3` may be a script that looks for one, as pyenv's is."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def interpreters() -> list[str]:
    """Name this interpreter and the system's, which may start much faster than one that somebody built."""
    system = os.path.realpath("/usr/bin/python3")
    return list(dict.fromkeys([real_python(), *([system] if os.access(system, os.X_OK) else [])]))


def flush_time(folder: Path) -> float:
    """Measure how long it takes here until a small file is on the disk, in seconds; the median of 20."""
    times = []
    for index in range(20):
        with (folder / f"flushed{index}").open("wb") as file:
            file.write(b"x" * 4000)
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
        os.unlink(file.name)
    return statistics.median(times)


# A process takes over the peak of the one that starts it, so that a small one of its own has to.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak >> 20 if sys.platform == "darwin" else peak >> 10)
"""


class Bench:
    """Runs competitors by turns and prints what they took."""

    def __init__(self, program: Path, folder: Path, rounds: int) -> None:
        """Use `program` as ours and `folder` for everything that is written."""
        self.program, self.folder, self.rounds = str(program.resolve()), folder, rounds
        self.environment = {
            **os.environ,
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def ours(self, site: str, target: str) -> list[str]:
        """Give the command line of our side."""
        options = ["--configuration", "Release", "--host", "linux", "--quiet"]
        return [self.program, str(self.folder / site), *options, "--to", str(self.folder / target)]

    def remove(self, *names: str) -> None:
        """Remove targets of the round before."""
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()

    def run(self, command: list[str], cwd: str = ".") -> tuple[float, float]:
        """Run a command; its wall and its processor time in seconds."""
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=self.folder / cwd,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status != 0:
            sys.exit(f"{' '.join(command)} failed")
        return wall, usage.ru_utime + usage.ru_stime

    def peak(self, command: list[str], cwd: str = ".") -> int:
        """Give the most memory that a command holds, in MiB."""
        done = subprocess.run(
            [real_python(), "-c", PEAK, *command],
            check=True,
            cwd=self.folder / cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        return int(done.stdout)

    def memory(self, title: str, site: str) -> None:
        """Print the peaks of publishing everything, to a zip and to a folder."""
        peaks = {}
        for name, cwd, command in [
            ("zip", ".", self.ours(site, "memory.zip")),
            ("folder", ".", self.ours(site, "memory")),
            ("zip -r", site, ["zip", "-qr", "../memory-peer.zip", "."]),
            ("rsync -a", ".", ["rsync", "-a", f"{site}/", "memory-peer/"]),
        ]:
            self.remove("memory.zip", "memory", "memory-peer.zip", "memory-peer", "state")
            peaks[name] = self.peak(command, cwd)
        self.remove("memory.zip", "memory", "memory-peer.zip", "memory-peer", "state")
        print(f"{f'memory, {title}':28} " + ", ".join(f"{name} {peak} MiB" for name, peak in peaks.items()))

    def compare(
        self,
        title: str,
        commands: dict[str, list[str]],
        limit: float,
        prepare: Callable[[], None],
        cwd: str = ".",
        judges: tuple[str, ...] | None = None,
    ) -> bool:
        """Time each command in every round, after `prepare`, and print medians and ratios.

        One that takes longer than 5 seconds runs three times only. The result is whether the ratios to `judges` are
        within the limit; to all peers unless they are named.
        """
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for number in range(self.rounds):
            for name, command in commands.items():
                if number >= 3 and times[name][0][0] > 5:
                    continue
                prepare()
                os.sync()
                times[name].append(self.run(command, cwd))
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
        ours = medians["ptvsd-publish"]
        met = True
        for name, (wall, processor) in medians.items():
            line = f"{title:28} {name:16} {wall * 1000:8.1f} ms {processor * 1000:8.1f} ms"
            if name != "ptvsd-publish":
                ratio = ours[0] / wall
                judged = judges is None or name in judges
                met = met and (ratio <= limit or not judged)
                line += f"   ours: {ratio:5.2f} x" + (f" (to reach {limit} x)" if judged else "")
            print(line, flush=True)
        return met


def compare_zips(bench: Bench, options: argparse.Namespace) -> bool:
    """Compare zips of both sites."""
    folder, met = bench.folder, []
    for site, title in [("small", f"zip, {options.files} files"), ("large", f"zip, {options.megabytes} MB")]:
        python = [real_python(), "-c", ARCHIVE, str(folder / "python"), str(folder / site)]
        commands = {
            "ptvsd-publish": bench.ours(site, "ours.zip"),
            "zip -r": ["zip", "-qr", "../peer.zip", "."],
            "zipfile": python,
        }
        met.append(
            bench.compare(
                title,
                commands,
                0.4,
                lambda: bench.remove("ours.zip", "peer.zip", "python.zip", "state"),
                cwd=site,
            )
        )
        for command in (commands["ptvsd-publish"], commands["zipfile"]):
            bench.run(command, site)
        size = (folder / "ours.zip").stat().st_size / (folder / "python.zip").stat().st_size
        print(f"{'':28} size {size:.3f} of zipfile's")
    return all(met)


def compare_folders(bench: Bench) -> bool:
    """Compare folders with rsync, also where that waits for the disk as ours does."""
    folder = bench.folder
    commands = {
        "ptvsd-publish": bench.ours("small", "published"),
        "rsync -a": ["rsync", "-a", "small/", "synced/"],
    }
    manual = subprocess.run(["rsync", "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    if "--fsync" in manual:
        commands["rsync -a --fsync"] = ["rsync", "-a", "--fsync", "small/", "flushed/"]
    module = folder / "small" / "package001" / "part1" / "module1.py"

    def change() -> None:
        module.write_text(module.read_text() + "x")

    for command in commands.values():
        bench.run(command)
    # Digests of what was written this very moment are not kept.
    unflushed = {name: commands[name] for name in ("ptvsd-publish", "rsync -a")}
    met = [bench.compare("folder, nothing changed", unflushed, 1.5, lambda: None)]
    met.append(bench.compare("folder, one file changed", commands, 1.5, change, judges=("rsync -a",)))
    # The record of what is about to be, and the file itself.
    print(
        f"{'':28} of it ours waits for the disk about "
        f"{2000 * flush_time(folder):.1f} ms: 2 flushes; rsync -a does none"
    )
    met.append(
        bench.compare(
            "folder, everything new",
            commands,
            1.5,
            lambda: bench.remove("published", "synced", "flushed", "state"),
            judges=("rsync -a",),
        )
    )
    return all(met)


def main() -> int:
    """Run all comparisons; 1 when a ratio is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path, help="a release build of ptvsd-publish")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--megabytes", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(options.program, folder, options.rounds)
        write_small(folder / "small", options.files)
        write_large(folder / "large", options.megabytes << 20)
        # What was written this very second may change again unnoticed, and is never taken from memory.
        time.sleep(2.1)
        print(f"{'':28} {'program':16} {'wall':>11} {'processor':>11}   medians of {options.rounds}")
        met = [compare_zips(bench, options), compare_folders(bench)]
        starts = {"ptvsd-publish": [bench.program, "--version"]}
        for number, python in enumerate(interpreters(), start=1):
            starts[f"python {number} -c pass"] = [python, "-c", "pass"]
            print(f"{'':28} python {number} is {python}")
        met.append(bench.compare("start-up", starts, 0.25, lambda: None))
        for count in (options.files // 5, options.files):
            write_small(folder / "memory-site", count)
            bench.memory(f"{count} files", "memory-site")
            bench.remove("memory-site")
        for megabytes in (options.megabytes // 5, options.megabytes, options.megabytes * 4):
            write_large(folder / "memory-site", megabytes << 20)
            bench.memory(f"{megabytes} MB", "memory-site")
            bench.remove("memory-site")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
