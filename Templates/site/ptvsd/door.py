"""The way into a process of the site: waits until the agent asks for the debugger, and does nothing until then.

Every Python process of the site's command loads this file (`_hook/sitecustomize.py`). It leaves a note in the
registry and one thread that sleeps in `accept`: without a session the process runs at full speed, with no tracing
and no second process. Forked workers open a door of their own.

Only built-in modules are imported here, and their functions are kept: importing more would slow down every start of
Python, and gevent replaces what stands in `socket` and `threading` by its own later.
"""

from __future__ import annotations

import _socket
import _thread
import os
import sys
import threading  # takes the thread that imports it first for the main one: that must not be ours
import time
from typing import Any

PACKAGE = os.path.dirname(os.path.abspath(__file__))

FORK_PATIENCE = 10.0
"""How long a fork waits for the door's thread, in seconds. Longer only where each waits for the other."""

_start_thread = _thread.start_new_thread
_RLock = _thread.RLock
_Socket = _socket.socket

# Held while the door's thread imports and starts things. A fork in between would leave the child with half-imported
# modules whose other half nobody brings: the debugger's, or worse, the standard library's.
_working = _RLock()
_has_waited = False


class Door:
    """The listening socket of one process and the note that leads to it."""

    def __init__(self, registry: str, forked: bool) -> None:
        self.registry = registry
        self.process = os.getpid()
        self.forked = forked
        self.token = os.urandom(16).hex()
        self.note = os.path.join(registry, f"{self.process}.json")
        self.socket = _Socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self.socket.settimeout(None)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(8)
        self._identity = self._identify()

    def _identify(self) -> tuple[int, int] | None:
        if os.name == "nt":
            return None
        status = os.fstat(self.socket.fileno())
        return status.st_dev, status.st_ino

    def open(self) -> None:
        # A file of an earlier process with the same number says which port to dial: it must not survive.
        os.environ["DEBUGPY_ADAPTER_ENDPOINTS"] = endpoints = os.path.join(
            self.registry, f"{self.process}.endpoints"
        )
        if os.path.exists(endpoints):
            os.remove(endpoints)
        # Written by hand: importing json would cost every short-lived Python of the site some milliseconds.
        text = (
            f'{{"pid": {self.process}, "parent": {os.getppid()}, "door": {self.socket.getsockname()[1]}, '
            f'"token": "{self.token}", "since": {time.time()!r}}}\n'
        )
        temporary = self.note + ".new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, text.encode("ascii"))
        finally:
            os.close(descriptor)
        os.replace(temporary, self.note)
        _start_thread(self._wait, ())

    def leave(self) -> None:
        """In a forked child: forgets the parent's door without disturbing it."""
        try:
            if self._identity == self._identify():
                self.socket.close()
            else:
                self.socket.detach()
        except OSError:
            pass

    def _wait(self) -> None:
        # The debugger is to leave this thread alone when it holds all others, whoever starts it.
        thread: Any = threading.current_thread()
        thread.pydev_do_not_trace = True
        thread.is_pydev_daemon_thread = True
        while True:
            try:
                # A daemon that closes every descriptor would have us accept on whatever got the number next.
                if self._identity != self._identify():
                    self.socket.detach()
                    return
                descriptor, _ = self.socket._accept()  # type: ignore[attr-defined]
            except (OSError, AttributeError):
                return
            visitor = _Socket(_socket.AF_INET, _socket.SOCK_STREAM, 0, descriptor)
            try:
                visitor.settimeout(5)
                self._serve(visitor)
            except Exception:  # noqa: S110, BLE001 - whatever goes wrong here must not be seen by the site
                pass
            finally:
                visitor.close()

    def _serve(self, visitor: Any) -> None:
        line = b""
        while not line.endswith(b"\n"):
            chunk = visitor.recv(1024)
            if not chunk or len(line) > 4096:
                return
            line += chunk
        words = line.decode("ascii", "replace").split()
        with _working:
            if not words or not _equal(words[0], self.token):
                return
            import json

            try:
                answer = answer_to(words[1], words[2:], self)
            except Exception as error:  # noqa: BLE001 - the agent is told, whatever it is
                answer = {"error": f"{type(error).__name__}: {error}"}
            text = json.dumps(answer).encode("ascii") + b"\n"
        visitor.sendall(text)


def _equal(left: str, right: str) -> bool:
    import hmac

    return hmac.compare_digest(left.encode("utf-8"), right.encode("utf-8"))


def answer_to(command: str, arguments: list[str], door: Door) -> dict[str, Any]:
    """`describe`, `listen` (start the debugger on a free port) or `join PORT TOKEN PARENT` (join another's)."""
    answer = describe(door)
    if command == "describe":
        return answer
    debuggee = load("debuggee")
    if command == "listen":
        answer.update(debuggee.listen("127.0.0.1", 0))
    elif command == "join":
        answer.update(debuggee.join(int(arguments[0]), arguments[1], int(arguments[2])))
    else:
        answer["error"] = "unknown command"
    return answer


def describe(door: Door) -> dict[str, Any]:
    """What the agent wants to know about this process."""
    command = command_line()
    try:
        directory: str | None = os.getcwd()
    except OSError:
        directory = None
    answer: dict[str, Any] = {
        "pid": door.process,
        "name": name_of(list(getattr(sys, "argv", command)), command),
        "python": "{}.{}.{}".format(*sys.version_info),
        "executable": sys.executable,
        "directory": directory,
        "forked": door.forked,
        "worker": _is_worker(door.forked),
        "reloaded": any(os.environ.get(name) == "true" for name in ("WERKZEUG_RUN_MAIN", "RUN_MAIN")),
        "service": any("multiprocessing." + module in word for word in command for module in _SERVICES),
        "debugpy": debugger_version(),
    }
    if "pydevd" in sys.modules:
        debuggee = load("debuggee")
        debuggee.answer_at_once()
        answer.update(debuggee.state())
    return answer


def debugger_version() -> str | None:
    """The version of debugpy that this process has loaded or would load: the site's own, else the published one."""
    loaded = sys.modules.get("debugpy")
    if loaded is not None:
        return getattr(loaded, "__version__", None)
    if "version" not in _found:
        # Found without importing it: that would start nothing, but take time and memory.
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec("debugpy", [*sys.path, os.path.join(PACKAGE, "_vendored")])
        text = ""
        for folder in (spec and spec.submodule_search_locations) or ():
            try:
                with open(os.path.join(folder, "_version.py"), encoding="utf-8") as file:
                    text = file.read()
            except OSError:
                continue
        _found["version"] = text.partition('"version": "')[2].partition('"')[0] or None
    found = _found["version"]
    return None if found is None else str(found)


_found: dict[str, Any] = {}
_SERVICES = ("resource_tracker", "forkserver")


def _is_worker(forked: bool) -> bool:
    """Whether this process answers requests in its parent's place: forked by a pre-forking server, or uvicorn's."""
    multiprocessing = sys.modules.get("multiprocessing.process")
    if multiprocessing is None or multiprocessing.parent_process() is None:
        return forked
    target = getattr(multiprocessing.current_process(), "_target", None)
    module = str(getattr(target, "__module__", "")).split(".")[0]
    return module in ("uvicorn", "hypercorn", "granian", "sanic", "daphne")


def command_line() -> list[str]:
    """The whole command line, with the interpreter's own options."""
    original = getattr(sys, "orig_argv", None)
    if original:
        return list(original)
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    except OSError:
        return list(getattr(sys, "argv", []))


def name_of(argv: list[str], command: list[str]) -> str:
    """A short name for people: `gunicorn`, `flask run`, `manage.py runserver`."""
    first = argv[0] if argv else ""
    base = os.path.basename(first)
    if base == "__main__.py":
        base = os.path.basename(os.path.dirname(first))
    if base in ("-c", "-m", ""):
        spawned = any("multiprocessing" in word for word in command)
        return "python (multiprocessing)" if spawned else "python"
    # A sub-command helps; anything that could be more than that (a path, an option, a value) stays out.
    return f"{base} {argv[1]}" if len(argv) > 1 and argv[1].isalpha() else base


def load(name: str) -> Any:
    """One of the agent's modules under a private name: the site may have a `ptvsd` of its own."""
    private = "_ptvsd_" + name
    with _working:  # the door's thread and the site's may both be the first
        module = sys.modules.get(private)
        if module is None:
            import importlib.util

            place = os.path.join(PACKAGE, name + ".py")
            specification = importlib.util.spec_from_file_location(private, place)
            if specification is None or specification.loader is None:
                raise ImportError(name)
            module = importlib.util.module_from_spec(specification)
            sys.modules[private] = module
            specification.loader.exec_module(module)
        return module


_door: Door | None = None


def open_door(registry: str) -> Door:
    """Opens this process's door, once."""
    global _door
    if _door is None:
        _door = Door(registry, forked=False)
        _door.open()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork
            )
            import warnings

            # Python 3.12 warns in every fork of a process that has a second thread. Ours is waited for.
            warnings.filterwarnings("ignore", ".*multi-threaded, use of fork", DeprecationWarning)
    return _door


def _before_fork() -> None:
    global _has_waited
    _has_waited = not _working.acquire(False)
    if _has_waited:
        _working.acquire(timeout=FORK_PATIENCE)


def _after_fork_in_parent() -> None:
    try:
        _working.release()
    except RuntimeError:
        pass  # it was not waited for to the end


def _after_fork() -> None:
    global _door, _working
    _working = _RLock()  # whoever holds the parent's is not here
    if _door is None:
        return
    registry = _door.registry
    _door.leave()
    if _has_waited and "pydevd" in sys.modules:
        # The debugger has started since the site called for the fork, too late to see to it.
        load("debuggee").leave_parents_session()
    try:
        _door = Door(registry, forked=True)
        _door.open()
    except OSError:
        pass  # the registry is gone with the agent


def default_registry() -> str:
    """Where processes that no agent started are noted: a private folder named after this package's place."""
    import hashlib
    import tempfile

    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    package = os.path.normcase(os.path.realpath(PACKAGE))
    place = hashlib.sha256(f"{user}\n{package}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = os.path.join(tempfile.gettempdir(), "ptvsd-" + place)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if hasattr(os, "getuid"):
        status = os.lstat(folder)
        # Anybody may create a folder in /tmp before us; what stands in it decides what is dialled.
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise PermissionError(folder)
    return folder


def start() -> None:
    """Called by the hook in every Python process of the site's command."""
    registry = os.environ.get("PTVSD_REGISTRY")
    if not registry or not os.path.isdir(registry) or "--for-server" in getattr(sys, "argv", ()):
        return  # the last is debugpy's own adapter
    if any("pydevd" in word for word in command_line()):
        load("debuggee").answer_at_once_when_loaded()
    open_door(registry)


__all__ = ["Door", "default_registry", "load", "open_door", "start"]
