"""The bridge's side of a WebSocket against the Autobahn testsuite's fuzzing server; fails on anything but success.

    python3 Tests/EndToEndTests/client_conformance.py

See Tests/SiteAgentTests/conformance.py for the suite, and for the cases that are left out.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests" / "SiteAgentTests"))

from conformance import report, suite

CLIENT = ROOT / ".build" / "debug" / "websocket-echo"


def main() -> int:
    program = suite()
    if program is None:
        print("conformance: skipped, the Autobahn testsuite needs Python 2.7 and pyenv has none")
        return 0
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specification.json"
        path.write_text(
            json.dumps(
                {
                    "url": f"ws://127.0.0.1:{port}",
                    "outdir": folder,
                    "cases": ["*"],
                    "exclude-cases": ["9.*", "12.*", "13.*"],
                    "exclude-agent-cases": {},
                }
            )
        )
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(program), "-m", "fuzzingserver", "-w", "0", "-s", str(path)],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < deadline, (Path(folder) / "log").read_text()
                    time.sleep(0.1)
            subprocess.run([str(CLIENT), str(port), "bridge"], check=True, timeout=1200)
        finally:
            server.terminate()
            server.wait()
        results = json.loads((Path(folder) / "index.json").read_text())["bridge"]
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
