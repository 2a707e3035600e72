"""The plan: what the published configuration says, worked out by the program that started this one."""

from __future__ import annotations

from typing import Any, NamedTuple


class Handler(NamedTuple):
    """One line of the handler table."""

    name: str
    path: str
    verbs: frozenset[str]  # empty for all
    resource: str
    kind: str  # platform, fastcgi, static or other
    application: int

    @classmethod
    def read(cls, document: dict[str, Any]) -> Handler:
        return cls(
            document["name"],
            document["path"],
            frozenset(document["verbs"]),
            document["resourceType"].lower(),
            document["kind"],
            document.get("application") or 0,
        )


class Folder(NamedTuple):
    """What holds for requests below a folder of the site, the folders above taken into account."""

    path: str
    handlers: list[Handler]
    hidden: frozenset[str]
    types: dict[str, str]
    documents: list[str]
    headers: list[tuple[bytes, bytes]]

    @classmethod
    def read(cls, document: dict[str, Any]) -> Folder:
        return cls(
            document["path"].lower(),
            [Handler.read(handler) for handler in document["handlers"]],
            frozenset(segment.lower() for segment in document["hiddenSegments"]),
            {extension.lower(): kind for extension, kind in document["contentTypes"].items()},
            document["defaultDocuments"],
            [
                (field["name"].encode("latin-1"), field["value"].encode("latin-1"))
                for field in document["headers"]
            ],
        )


class Program(NamedTuple):
    """A process of the site. In its texts `{{python}}`, `{{port}}` and `{{port:N}}` are to be filled in."""

    name: str
    command: list[str]
    shell: bool
    environment: dict[str, str]
    startup_seconds: float
    failures_per_minute: int

    @classmethod
    def read(cls, document: dict[str, Any]) -> Program:
        return cls(
            document["name"],
            document["command"],
            document["isShell"],
            document["environment"],
            float(document["startupSeconds"]),
            int(document["failuresPerMinute"]),
        )


class Application(NamedTuple):
    """A FastCGI application: the script is wfastcgi's own unless one is named."""

    program: Program
    options: list[str]
    script: str | None
    arguments: list[str]
    settings: dict[str, str]  # application settings whose value is another one on this machine
    configuration: str  # the name of the file that the settings stand in
    restart: str  # a pattern of file names; empty for none

    @classmethod
    def read(cls, document: dict[str, Any]) -> Application:
        return cls(
            Program.read(document["program"]),
            document["options"],
            document.get("script"),
            document["arguments"],
            document["settings"],
            document["configuration"],
            document["restartPattern"],
        )


class Plan(NamedTuple):
    port: int
    root: str
    platform: Program | None
    starts_at_once: bool
    applications: list[Application]
    folders: list[Folder]
    rules: list[dict[str, Any]]

    @classmethod
    def read(cls, document: dict[str, Any]) -> Plan:
        platform = document.get("platform")
        return cls(
            int(document["port"]),
            document["root"],
            Program.read(platform) if platform else None,
            bool(document["startsAtOnce"]),
            [Application.read(application) for application in document["applications"]],
            # The deepest first: the first that a request lies below is the one that counts.
            sorted(
                (Folder.read(folder) for folder in document["folders"]), key=lambda folder: -len(folder.path)
            ),
            document["rules"],
        )
