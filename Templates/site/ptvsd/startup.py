"""A start command that names a file, taken as App Service takes it: a script runs, of another file the first line."""

from __future__ import annotations

import os
import re
import shlex

from .events import log

_SERVERS = re.compile(r"(?:^|[\s/])(?:gunicorn|uvicorn|hypercorn|daphne|waitress-serve)(?=\s)")
_ADDRESS = re.compile(r"(?<=\s)(-b|--bind)(\s+|=)(?!unix:|fd:)(\[[^]\s]*\]|[^\s:]*)(:8000)?(?=\s|$)")
_PORT = re.compile(r"(?<=\s)(-p|--port)(\s+|=)8000(?=\s|$)")


def resolved(command: str, folder: str) -> str:
    """The command to run for `command`, which may be the name of a file below `folder`."""
    name, _, arguments = command.strip().partition(" ")
    script = os.path.join(folder, name)
    if name.endswith(".sh") and os.path.isfile(script):
        try:
            # Files that came in a zip have no such right.
            os.chmod(script, os.stat(script).st_mode | 0o111)  # noqa: S103 - as App Service does
        except OSError as error:
            log("failed", text=f"the start script cannot be made executable: {error}")
        return f"{shlex.quote(script)} {arguments}".rstrip()
    try:
        with open(os.path.join(folder, command.strip()), encoding="utf-8-sig") as file:
            return behind(file.readline().strip())
    except (OSError, ValueError):
        return command


def behind(line: str) -> str:
    """The command of a web server with the port behind the agent, where it names the platform's, 8000, or none."""
    if not _SERVERS.search(line) or "$PORT" in line or "${PORT" in line:
        return line
    line = _ADDRESS.sub(r"\1\g<2>127.0.0.1:$PORT", line)
    return _PORT.sub(r"\1\g<2>$PORT", line)
