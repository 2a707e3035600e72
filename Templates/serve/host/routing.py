"""Which handler takes a request, as IIS chooses: the first in the table of the request's folder that matches."""

from __future__ import annotations

import functools
import os
import re
from typing import NamedTuple, Pattern

from .plan import Folder, Handler


class Match(NamedTuple):
    handler: Handler
    script_name: str


@functools.lru_cache(maxsize=1024)
def _wildcard(pattern: str) -> Pattern[str]:
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(character) or re.escape(character) for character in pattern)
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def script_of(pattern: str, path: str) -> str | None:
    """The part of `path` that a handler's `pattern` matches; None when it does not.

    A pattern holds in every folder unless it begins with a slash. One that names a file with an extension takes the
    path behind that file as well: `handler.fcgi` matches `/handler.fcgi/about`.
    """
    expression = _wildcard(pattern)
    ends = [len(path)]
    if "." in pattern.rpartition("/")[2] and not pattern.endswith("*"):
        ends += [position for position, character in enumerate(path) if character == "/" and position]
    for end in ends:
        script = path[:end]
        if pattern.startswith("/"):
            if expression.fullmatch(script):
                return script
            continue
        for start, character in enumerate(script):
            if character == "/" and expression.fullmatch(script, start + 1):
                return script
    return None


def folder_of(folders: list[Folder], path: str) -> Folder:
    """What holds for `path`; the folders are sorted, the deepest first, the site's own last."""
    lowered = path.lower()
    for folder in folders:
        if not folder.path or lowered == "/" + folder.path or lowered.startswith(f"/{folder.path}/"):
            return folder
    return folders[-1]


def choose(folder: Folder, method: str, path: str, root: str) -> Match | None:
    """The handler for a request."""
    for handler in folder.handlers:
        if handler.verbs and method.upper() not in handler.verbs:
            continue
        script = script_of(handler.path, path)
        if script is None:
            continue
        if handler.resource in ("file", "directory", "either"):
            found = physical(root, script)
            if found is None:
                continue
            if handler.resource != "either" and os.path.isdir(found) != (handler.resource == "directory"):
                continue
        return Match(handler, script)
    return None


def physical(root: str, path: str) -> str | None:
    """The file or folder behind a decoded path, names compared as Windows does; None when there is none.

    Nothing outside of `root` is found, whatever the path says and wherever links lead.
    """
    found = root
    for name in path.split("/"):
        if not name:
            continue
        if name in (".", "..") or "\\" in name or "\0" in name:
            return None
        candidate = os.path.join(found, name)
        if not os.path.lexists(candidate):
            try:
                names = os.listdir(found)
            except OSError:
                return None
            same = [other for other in names if other.lower() == name.lower()]
            if not same:
                return None
            candidate = os.path.join(found, same[0])
        found = candidate
    inside = os.path.realpath(root)
    real = os.path.realpath(found)
    return found if real == inside or real.startswith(inside + os.sep) else None
