"""The `ptvsd` that wfastcgi and older code call, over debugpy.

Every historic call form is taken, and nothing here raises: wfastcgi treats an exception from `enable_attach` as the
end of its process, and a site without a debugger is better than no site.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Any, Iterator

__version__ = "5.0.0"
__author__ = "ptvsd-publish"
__all__ = [
    "DEFAULT_HOST",
    "DEFAULT_PORT",
    "AttachAlreadyEnabledError",
    "attach",
    "break_into_debugger",
    "debug_this_thread",
    "enable_attach",
    "is_attached",
    "tracing",
    "wait_for_attach",
]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 5678


class AttachAlreadyEnabledError(Exception):
    """Never raised here: enabling twice is harmless. Old code names it in `except`."""


def _module(name: str) -> Any:
    """One of this folder's modules for a debugged process, shared with the hook that the agent installs."""
    door = sys.modules.get("_ptvsd_door")
    if door is None:
        import importlib.util

        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "door.py")
        specification = importlib.util.spec_from_file_location("_ptvsd_door", path)
        if specification is None or specification.loader is None:
            raise ImportError(path)
        door = importlib.util.module_from_spec(specification)
        sys.modules["_ptvsd_door"] = door
        specification.loader.exec_module(door)
    return door if name == "door" else door.load(name)


@contextlib.contextmanager
def _harmless(what: str) -> Iterator[None]:
    """Nothing that goes wrong inside reaches the caller; it is said on standard error."""
    try:
        yield
    except (Exception, SystemExit) as error:  # noqa: BLE001 - see the module's documentation
        # Standard error may be closed, or None under IIS, and print would then take standard output.
        if sys.stderr is not None:
            with contextlib.suppress(Exception):
                print(f"ptvsd: {what}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def _address(arguments: tuple[Any, ...], options: dict[str, Any]) -> tuple[str, int]:
    """The address among `(secret, address, …)`, `(address, …)` and the keywords; the secret is the endpoint's affair.

    The port is opened on the loopback interface whatever host is named: it has no password.
    """
    found: Any = options.get("address")
    for argument in arguments:
        if found is None and isinstance(argument, (tuple, list, int)):
            found = argument
    if found is None:
        return DEFAULT_HOST, DEFAULT_PORT
    port = found if isinstance(found, int) else found[1]
    return DEFAULT_HOST, int(port)


def enable_attach(*arguments: Any, **options: Any) -> tuple[str, int] | None:
    """Starts the debugger in this process; returns its address, or None when it does not listen there.

    Where another process has the port already, this one listens nowhere but can still be joined to a session.
    """
    with _harmless("this process cannot be attached to on its own"):
        host, port = _address(arguments, options)
        door = _module("door")
        with _harmless("cannot register this process"):
            door.open_door(os.environ.get("PTVSD_REGISTRY") or door.default_registry())
        listening = int(_module("debuggee").listen(host, port)["port"])
        return (host, listening) if listening else None
    return None


def attach(address: Any = None, *arguments: Any, **options: Any) -> None:
    """Connects to a debugger that waits on `address`."""
    with _harmless("cannot connect to the debugger"):
        host, port = _address(() if address is None else (address,), options)
        _module("debuggee").find_debugpy().connect((host, port))


def wait_for_attach(timeout: float | None = None) -> None:
    """Waits until a debugger is attached, at most `timeout` seconds."""
    with _harmless("cannot wait for a debugger"):
        debugpy = _module("debuggee").find_debugpy()
        if debugpy.is_client_connected():
            return
        over = threading.Event()

        def give_up() -> None:
            # There is something to cancel only once wait_for_client runs, which may be after this.
            while not over.wait(0.05):
                with contextlib.suppress(RuntimeError):
                    debugpy.wait_for_client.cancel()
                    return

        if timeout is not None:
            timer = threading.Timer(max(0.0, float(timeout)), give_up)
            timer.daemon = True
            timer.start()
        try:
            debugpy.wait_for_client()
        finally:
            over.set()


def _debugpy() -> Any:
    """debugpy where it was imported already: what has not been started needs no steering."""
    return sys.modules.get("debugpy")


def is_attached() -> bool:
    """Whether a debugger is attached to this process."""
    with contextlib.suppress(Exception):
        return _debugpy() is not None and bool(_debugpy().is_client_connected())
    return False


def break_into_debugger() -> None:
    """Stops in the caller when a debugger is attached; else does nothing."""
    with _harmless("cannot break into the debugger"):
        if is_attached():
            # debugpy's own function would stop here, in this file.
            sys.modules["pydevd"].settrace(
                suspend=True,
                trace_only_current_thread=True,
                patch_multiprocessing=False,
                stop_at_frame=sys._getframe().f_back,
                notify_stdin=False,
            )


def debug_this_thread() -> None:
    """Makes the debugger see a thread that was not started by Python."""
    with _harmless("cannot debug this thread"):
        if _debugpy() is not None:
            _debugpy().debug_this_thread()


def _trace(should_trace: bool) -> None:
    with _harmless("cannot change tracing"):
        if _debugpy() is not None:
            _debugpy().trace_this_thread(should_trace)


def tracing(should_trace: bool | None = None) -> Any:
    """Switches tracing of this thread on or off, for good or, as a context, for a while."""
    if should_trace is not None:
        _trace(should_trace)

    @contextlib.contextmanager
    def restoring() -> Iterator[None]:
        try:
            yield
        finally:
            if should_trace is not None:
                _trace(not should_trace)

    return restoring()
