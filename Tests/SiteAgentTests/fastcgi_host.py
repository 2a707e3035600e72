"""Does for the tests what IIS does on Windows: a wfastcgi.py, unmodified, for every FastCGI connection.

python fastcgi_host.py PORT [LIMIT]   listens, and starts at most LIMIT processes
python fastcgi_host.py                one process, its connection being standard input
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import types


class Anything(types.SimpleNamespace):
    """wfastcgi sets up functions of kernel32 at import; its file watcher, which calls them, is off."""

    def __getattr__(self, name: str) -> Anything:
        value = Anything()
        setattr(self, name, value)
        return value


def main() -> None:
    if len(sys.argv) > 1:
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
        processes = []
        while True:
            connection, _ = listener.accept()
            processes.append(subprocess.Popen([sys.executable, __file__], stdin=connection))
            connection.close()
            processes = [process for process in processes if process.poll() is None]
    # The last one to write standard output would speak FastCGI: only descriptor 0 does here.
    os.dup2(2, 1)
    ctypes.windll = Anything()  # type: ignore[attr-defined]
    import wfastcgi

    wfastcgi.main()


if __name__ == "__main__":
    main()
