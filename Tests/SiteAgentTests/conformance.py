"""The Autobahn testsuite against an echo server on `websocket.py`; prints the counts, fails on anything but success.

    python3 Tests/SiteAgentTests/conformance.py

The suite (0.8.2) runs on Python 2.7 only; where pyenv has none, this says so and succeeds. Cases 9.* measure
speed, 12.* and 13.* need permessage-deflate, which the agent never accepts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[1] / ".build" / "autobahn"
GOOD = ("OK", "NON-STRICT", "INFORMATIONAL")


def python2() -> str | None:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(root.glob("2.7*/bin/python2.7"))
    return str(found[-1]) if found else None


def suite() -> Path | None:
    """The suite's program, installed on the first run."""
    program = ENVIRONMENT / "bin" / "wstest"
    if program.exists():
        return program
    python = python2()
    if python is None:
        return None
    tool = str(ENVIRONMENT) + "-virtualenv"
    commands = [
        [python, "-m", "pip", "install", "--quiet", "--upgrade", "--target", tool, "virtualenv<20.22"],
        [python, "-m", "virtualenv", "--quiet", str(ENVIRONMENT)],
        [
            str(ENVIRONMENT / "bin" / "pip"),
            "install",
            "--quiet",
            "autobahntestsuite==0.8.2",
            "incremental==21.3.0",
            "typing==3.10.0.0",
            "six==1.16.0",
        ],
    ]
    for command in commands:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": tool} if "virtualenv" in command else None,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stdout.decode()}")
    return program


def report(results: dict[str, Any]) -> int:
    """Prints the counts and what failed; 1 when anything did, or nothing ran."""
    for key in ("behavior", "behaviorClose"):
        counts = Counter(result[key] for result in results.values())
        print(f"conformance: {key}:", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    bad = [
        case
        for case, result in sorted(results.items())
        if result["behavior"] not in GOOD or result["behaviorClose"] not in GOOD
    ]
    passed = len(results) - len(bad)
    if bad:
        print("conformance: failed cases:", ", ".join(bad))
    print(f"{passed} passed, {len(bad)} failed")
    return 1 if bad or not results else 0


def main() -> int:
    program = suite()
    if program is None:
        print("conformance: skipped, the Autobahn testsuite needs Python 2.7 and pyenv has none")
        return 0
    server = subprocess.Popen([sys.executable, str(HERE / "echo_server.py"), "0"], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            specification = {
                "outdir": folder,
                "servers": [{"agent": "agent", "url": f"ws://127.0.0.1:{port}"}],
                "cases": ["*"],
                "exclude-cases": ["9.*", "12.*", "13.*"],
                "exclude-agent-cases": {},
            }
            path = Path(folder) / "specification.json"
            path.write_text(json.dumps(specification))
            subprocess.run(
                [str(program), "-m", "fuzzingclient", "-s", str(path)],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=1200,
            )
            results = json.loads((Path(folder) / "index.json").read_text())["agent"]
    finally:
        server.kill()
        server.wait()
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
