"""Runs an unmodified wfastcgi on a system that is not Windows: `python starter.py WFASTCGI [ARGUMENT ...]`.

wfastcgi needs three things of Windows: functions of kernel32 that it looks up when it is loaded and calls only to
watch the site's folder (the web server in front does that here); a file system that finds `Web.config` however it is
spelled; and the server's paths in the settings that it reads there, which are others on this machine. Its log comes
to standard error, wherever the settings send it on the server.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import sys
from typing import Any


class _Anything:
    """Has every attribute; none of them is ever called."""

    def __getattr__(self, name: str) -> _Anything:
        value = _Anything()
        setattr(self, name, value)
        return value


def _load(script: str) -> Any:
    if not hasattr(ctypes, "windll"):
        setattr(ctypes, "windll", _Anything())  # noqa: B010 - it exists on Windows only
    specification = importlib.util.spec_from_file_location("wfastcgi", script)
    if specification is None or specification.loader is None:
        raise ImportError(script)
    module = importlib.util.module_from_spec(specification)
    sys.modules["wfastcgi"] = module
    specification.loader.exec_module(module)
    return module


def main() -> None:
    spelled_right = os.environ.pop("PTVSD_SERVE_CONFIGURATION")
    local = json.loads(os.environ.pop("PTVSD_SERVE_SETTINGS"))
    del sys.argv[0]
    wfastcgi = _load(sys.argv[0])
    read = wfastcgi.get_environment

    def settings(folder: str) -> dict[str, str]:
        found: dict[str, str] = read(spelled_right)
        return {name: local.get(name, value) for name, value in found.items()}

    def log(text: str) -> None:
        os.write(2, text.rstrip().encode("utf-8", "replace") + b"\n")

    wfastcgi.get_environment = settings
    wfastcgi.log = log
    wfastcgi.start_file_watcher = lambda path, pattern: None
    wfastcgi.main()


if __name__ == "__main__":
    main()
