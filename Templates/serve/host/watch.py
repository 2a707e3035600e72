"""Watches the site's files: a FastCGI process ends when one that it may have been made from is written."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from typing import Awaitable, Callable, Dict

INTERVAL = 1.0
Times = Dict[str, int]


class Watch:
    """`changed` is called with the name of a file that is new, or newer than before, and matches `pattern`.

    The pattern is wfastcgi's `WSGI_RESTART_FILE_REGEX`: it is matched from the beginning, against the path below the
    site's folder with backslashes in it. An empty one watches nothing.
    """

    def __init__(self, root: str, pattern: str, changed: Callable[[str], Awaitable[None]]) -> None:
        self._root = root
        self._changed = changed
        self._pattern = re.compile(pattern, re.ASCII) if pattern else None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes the files for what they are now: to be called before anything is made from them."""
        if self._task is None and self._pattern is not None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._run(await loop.run_in_executor(None, self._look)))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, before: Times) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(INTERVAL)
            now = await loop.run_in_executor(None, self._look)
            newer = next((name for name, time in now.items() if before.get(name) != time), None)
            before = now
            if newer is not None:
                await self._changed(newer)

    def _look(self) -> Times:
        found: Times = {}
        for folder, folders, names in os.walk(self._root):
            # The debugger that is published with a site changes with its version only, and has a thousand files.
            folders[:] = [name for name in folders if name not in ("_vendored", "__pycache__")]
            for name in names:
                path = os.path.join(folder, name)
                shown = os.path.relpath(path, self._root).replace(os.sep, "\\")
                if self._pattern is not None and self._pattern.match(shown):
                    with contextlib.suppress(OSError):
                        found[path] = os.stat(path).st_mtime_ns
        return found
