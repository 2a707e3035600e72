"""A site of App Service as the platform keeps it: its home folder, settings, locks, and what is switched on or off."""

from __future__ import annotations

import datetime
import os
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

UTC = datetime.timezone.utc
PLACEHOLDER = "hostingstart.html"


def iso(time: datetime.datetime | None = None) -> str:
    """A time as .NET writes it, with seven digits."""
    time = time or datetime.datetime.now(UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}0Z"


class DeploymentLock:
    """The lock that a deployment holds; whoever comes meanwhile is told of the holder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.operation: str | None = None
        self.since = ""

    def take(self, operation: str) -> bool:
        with self._lock:
            if self.operation is not None:
                return False
            self.operation, self.since = operation, iso()
            return True

    def release(self) -> None:
        with self._lock:
            self.operation = None

    def conflict(self, wanted: str) -> str:
        return (
            f"The '{wanted}' operation conflicts with the pending '{self.operation}' operation started at "
            f"{self.since}.  Please retry operation later."
        )


@dataclass
class Faults:
    """What is wrong inside a site; what is wrong on its way there is a `Fault` of the server."""

    auto_swap: bool = False
    build_fails: bool = False
    unpack_fails: bool = False
    status: int | None = None  # another final status: -1, 5, 6
    free_bytes: int | None = None  # what its disk has left
    keeps_old_build: bool = False  # no restart, or one that does not take
    crashes: bool = False  # the new site does not start
    foreign: bool = False  # somebody else's deployment ends after ours
    restarts_in_the_middle: int = 0  # how many deployments the SCM site's restart ends
    empty_results: int = 0  # how many polls a recycled Kudu answers with {}
    locked: set[str] = field(default_factory=set)  # files that the site has open
    locks_while_attached: bool = False
    cold_requests: int = 0  # how many requests the SCM site answers with 503 while it starts
    untracked: bool = False  # the final id has nothing to do with SCM-DEPLOYMENT-ID
    lost_status: int = 0  # how many of ARM's deploymentStatus answers are 404


@dataclass
class AzureSite:
    """One site or slot."""

    name: str
    home: Path
    group: str = "rg-demo"
    slot: str | None = None
    linux: bool = True
    password: str = "pw-" + "x" * 30
    basic_allowed: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    lock: DeploymentLock = field(default_factory=DeploymentLock)
    faults: Faults = field(default_factory=Faults)
    retry_after: int | None = 30  # of Kudu on Windows; tests have no such time
    pace: float = 0.02  # how long each step of a deployment takes
    uploads: list[list[str]] = field(default_factory=list)  # the names in each package that was taken
    changes: list[tuple[str, Any]] = field(default_factory=list)  # of settings, as they came
    restarted: Callable[[], None] = lambda: None
    sessions: Callable[[], int] = lambda: 0
    is_up: Callable[[], bool] = lambda: True
    host: str = ""  # of the site
    scm_host: str = ""

    def __post_init__(self) -> None:
        self.instance = uuid.uuid4().hex * 2
        self.wwwroot.mkdir(parents=True)
        (self.wwwroot / PLACEHOLDER).write_text("<p>Your site is up and running.</p>\n")
        self.config = {
            "webSocketsEnabled": False,
            "alwaysOn": False,
            "appCommandLine": "",
            "linuxFxVersion": "PYTHON|3.12" if self.linux else "",
            "remoteDebuggingEnabled": False,
            "ftpsState": "FtpsOnly",
            "http20Enabled": True,
            **self.config,
        }

    @property
    def wwwroot(self) -> Path:
        return self.home / "site" / "wwwroot"

    @property
    def user(self) -> str:
        return f"${self.name}" + (f"__{self.slot}" if self.slot else "")

    def flag(self, name: str) -> bool:
        return self.settings.get(name, "").lower() in ("1", "true")

    @property
    def package_setting(self) -> str:
        """`1`, a URL, or nothing."""
        return (
            self.settings.get("WEBSITE_RUN_FROM_PACKAGE") or self.settings.get("WEBSITE_RUN_FROM_ZIP") or ""
        )

    @property
    def runs_from_package(self) -> bool:
        return self.package_setting == "1"

    @property
    def package_is_remote(self) -> bool:
        return self.package_setting.lower().startswith("http")

    def changed(self, what: str, value: Any) -> None:
        """A change of settings restarts the site and its SCM site."""
        self.changes.append((what, value))
        self.restarted()

    def located(self, folder: Path, name: str) -> Path:
        """The path of a file, which on Windows is the one that is there in whatever spelling."""
        path = folder
        for component in Path(name).parts:
            same = [] if self.linux or not path.is_dir() else os.listdir(path)
            path /= next((each for each in same if each.lower() == component.lower()), component)
        return path

    def tree(self) -> dict[str, bytes]:
        """What lies in wwwroot."""
        return {
            path.relative_to(self.wwwroot).as_posix(): path.read_bytes()
            for path in sorted(self.wwwroot.rglob("*"))
            if path.is_file()
        }
