"""debugpy inside a process of the site: finding it, starting it once, and making its answers quick."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import json
import os
import shutil
import socket
import sys
import threading
from typing import Any

PACKAGE = os.path.dirname(os.path.abspath(__file__))
VENDORED = os.path.join(PACKAGE, "_vendored")

_RUN = 1  # pydevd's STATE_RUN

_lock = threading.RLock()
_client_port = 0


def find_debugpy() -> Any:
    """The site's own debugpy, else the one that was published beside this file."""
    # Its check for frozen modules prints a warning into the site's log; only the standard library is frozen.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        return importlib.import_module("debugpy")
    except ImportError:
        if VENDORED not in sys.path:
            sys.path.append(VENDORED)
            importlib.invalidate_caches()
        return importlib.import_module("debugpy")


def _interpreter() -> str | None:
    """A Python to run debugpy's adapter, where `sys.executable` is a host that embeds Python."""
    if "python" in os.path.basename(sys.executable or "").lower():
        return None
    for folder in (sys.prefix, sys.base_prefix):
        for place in (("python.exe",), ("Scripts", "python.exe"), ("bin", "python3"), ("bin", "python")):
            candidate = os.path.join(folder, *place)
            if os.path.isfile(candidate):
                return candidate
    return shutil.which("python3") or shutil.which("python")


def listen(host: str, port: int) -> dict[str, Any]:
    """Starts the debugger on `port` (0 for a free one) unless it runs; returns `state`."""
    global _client_port
    with _lock:
        found = state()
        if found["debugging"]:
            answer_at_once()
            return found
        debugpy = find_debugpy()
        importlib.import_module("debugpy.server.api")  # brings in pydevd
        _forget_dead_adapter()
        answer_at_once()
        interpreter = _interpreter()
        if interpreter is not None:
            debugpy.configure(python=interpreter)
        _client_port = int(debugpy.listen((host, port))[1])
        answer_at_once()
        return state()


def join(port: int, token: str, parent: int) -> dict[str, Any]:
    """Connects to another process's adapter as if `parent` had started this one: one session then has both."""
    with _lock:
        found = state()
        if found["debugging"]:
            answer_at_once()
            return found
        debugpy = find_debugpy()
        importlib.import_module("debugpy.server.api")  # puts pydevd on the path
        pydevd = importlib.import_module("pydevd")
        _forget_dead_adapter()
        answer_at_once()
        folder = os.path.dirname(os.path.abspath(debugpy.__file__))
        pydevd.settrace(
            host="127.0.0.1",
            port=port,
            suspend=False,
            patch_multiprocessing=True,
            wait_for_ready_to_run=False,
            block_until_connected=True,
            access_token=token,
            ppid=parent,
            notify_stdin=False,
            dont_trace_start_patterns=(folder,),
            dont_trace_end_patterns=("debugpy_launcher.py",),
        )
        answer_at_once()
        return state()


def leave_parents_session() -> None:
    """In a forked child: ends its part in the debugging of its parent, whose connection it would use as its own."""
    monkey = importlib.import_module("_pydev_bundle.pydev_monkey")
    ended = getattr(monkey, "_on_forked_process", None)
    if ended is not None:
        ended(setup_tracing=False)


def _forget_dead_adapter() -> None:
    """Lets a process whose adapter died be debugged again, and its children start while there is none.

    debugpy starts one adapter per process and never another, and pydevd goes on sending every new process to it.
    """
    api = sys.modules.get("debugpy.server.api")
    listen = getattr(api, "listen", None)
    if getattr(listen, "called", False):
        listen.called = False  # type: ignore[union-attr]
    holder = getattr(sys.modules.get("pydevd"), "SetupHolder", None)
    if holder is not None:
        holder.setup = None
    for thread in threading.enumerate():
        information: Any = getattr(thread, "additional_info", None)
        if hasattr(information, "pydev_state"):
            # One that was held when the adapter died still counts as held, and as about to make a step.
            information.pydev_state = _RUN
            information.pydev_step_cmd = information.pydev_original_step_cmd = -1
            information.pydev_step_stop = None
    monkey: Any = importlib.import_module("_pydev_bundle.pydev_monkey")
    applies = getattr(monkey, "_get_apply_arg_patching", None)
    if applies is None or hasattr(applies, "only_with_adapter"):
        return

    def applies_with_adapter() -> Any:
        return applies() if _debugger() is not None else False

    applies_with_adapter.only_with_adapter = True  # type: ignore[attr-defined]
    monkey._get_apply_arg_patching = applies_with_adapter


def state() -> dict[str, Any]:
    """Whether this process is debugged, its adapter's port for clients (0 when another process started the adapter),
    and its port and token for further processes."""
    if _debugger() is None:
        return {"debugging": False, "port": 0, "server": 0, "secret": ""}
    pydevd: Any = sys.modules["pydevd"]
    setup = pydevd.SetupHolder.setup or {}
    return {
        "debugging": True,
        "port": _endpoint() or _client_port,
        "server": int(setup.get("port") or 0),
        "secret": setup.get("access-token") or "",
    }


def _debugger() -> Any | None:
    """pydevd's debugger while it is connected to an adapter."""
    constants = sys.modules.get("_pydevd_bundle.pydevd_constants")
    if "pydevd" not in sys.modules or not hasattr(constants, "get_global_debugger"):
        return None  # or another thread imports it just now
    debugger = constants.get_global_debugger()  # type: ignore[union-attr]
    return None if getattr(debugger, "writer", None) is None else debugger


def _endpoint() -> int:
    """The port in the file that this process's adapter writes; also finds one that the site's own code started."""
    try:
        with open(os.environ["DEBUGPY_ADAPTER_ENDPOINTS"], encoding="utf-8") as file:
            return int(json.load(file)["client"]["port"])
    except (KeyError, OSError, ValueError, TypeError):
        return 0


def answer_at_once() -> None:
    """Sets TCP_NODELAY on every connection to an adapter, of this process and its forks.

    pydevd writes head and body of a message separately; the body then waits 40 ms for the adapter's delayed ACK.
    """
    communication = sys.modules.get("_pydevd_bundle.pydevd_comm")
    if communication is not None:
        _connect_without_delay(communication)
    debugger = _debugger()
    for name in ("writer", "reader"):
        _no_delay(getattr(getattr(debugger, name, None), "sock", None))


def answer_at_once_when_loaded() -> None:
    """`answer_at_once` for a process that pydevd started: it connects before anything of ours could run again."""

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
            if name != "_pydevd_bundle.pydevd_comm":
                return None
            sys.meta_path.remove(self)
            specification = importlib.util.find_spec(name)
            loader: Any = getattr(specification, "loader", None)
            if loader is not None:
                execute = loader.exec_module

                def execute_and_patch(module: Any) -> None:
                    execute(module)
                    _connect_without_delay(module)

                loader.exec_module = execute_and_patch
            return specification

    sys.meta_path.insert(0, Finder())


def _connect_without_delay(communication: Any) -> None:
    start_client = getattr(communication, "start_client", None)
    if start_client is None or hasattr(start_client, "answers_at_once"):
        return

    def start_client_at_once(host: str, port: int) -> Any:
        connection = start_client(host, port)
        _no_delay(connection)
        return connection

    start_client_at_once.answers_at_once = True  # type: ignore[attr-defined]
    communication.start_client = start_client_at_once
    pydevd: Any = sys.modules.get("pydevd")
    if getattr(pydevd, "start_client", None) is start_client:
        pydevd.start_client = start_client_at_once


def _no_delay(connection: Any) -> None:
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (AttributeError, OSError):
        pass  # slower, no more
