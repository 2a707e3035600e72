"""What the publisher wrote into `settings.json`, and what the environment says in its place."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import time
from typing import Any, Mapping, NamedTuple

from .events import log

UTC = datetime.timezone.utc
_FRESH = 1.0
_NOT_READ = (-1, -1, -1)
PACKAGE = os.path.dirname(os.path.abspath(__file__))


class Settings(NamedTuple):
    """One state of the settings; `digest` is the SHA-256 of the secret, None when there is no secret at all."""

    digest: bytes | None = None
    expires: datetime.datetime | None = None
    build: str | None = None
    configuration: str | None = None
    host: str | None = None
    command: list[str] | str | None = None  # a string is for a shell
    debugger: str | None = None
    site_url: str | None = None

    @property
    def expired(self) -> bool:
        return self.expires is not None and datetime.datetime.now(UTC) >= self.expires

    @property
    def expires_text(self) -> str | None:
        return None if self.expires is None else self.expires.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _time(text: str | None) -> datetime.datetime | None:
    if not text or text.lower() == "never":
        return None
    try:
        # Python 3.8's fromisoformat knows no "Z".
        moment = datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in "Zz" else text)
    except ValueError:
        # Nobody knows until when access was meant to last: it has ended.
        return datetime.datetime.fromtimestamp(0, UTC)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # at the very beginning or end of time, in another time zone
        return (datetime.datetime.min if moment.year < 5000 else datetime.datetime.max).replace(tzinfo=UTC)


def parse(document: dict[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings in a decoded `settings.json`; the environment's secret and expiry win over it."""

    def text(name: str) -> str | None:
        value = document.get(name)
        return value if isinstance(value, str) and value else None

    digest = None
    written = text("secretSHA256")
    if written:
        try:
            digest = bytes.fromhex(written)
        except ValueError:
            digest = None
    secret = environment.get("WSGI_PTVSD_SECRET")
    if secret:
        digest = digest_of(secret)
    command: list[str] | str | None = None
    arguments = document.get("command")
    if isinstance(arguments, list) and arguments:
        command = [str(argument) for argument in arguments]
    elif isinstance(arguments, str) and arguments:
        command = arguments
    else:
        command = text("shell")
    return Settings(
        digest=digest if digest is not None and len(digest) == 32 else None,
        expires=_time(environment.get("WSGI_PTVSD_EXPIRES") or text("expires")),
        build=text("buildID"),
        configuration=text("configuration"),
        host=text("host"),
        command=command,
        debugger=text("debuggerAddress"),
        site_url=text("siteURL"),
    )


class SettingsError(Exception):
    """The settings file cannot be used; the text names it and says why."""


def _read(path: str) -> dict[str, Any]:
    """The decoded file, empty where there is none; raises `SettingsError`."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f'the settings file "{path}" cannot be read: {error}') from None
    if not isinstance(document, dict):
        raise SettingsError(f'the settings file "{path}" holds no JSON object')
    command = document.get("command")
    if command is not None and not isinstance(command, (str, list)):
        raise SettingsError(f'the settings file "{path}" has a "command" that is neither a text nor a list')
    return document


class SettingsFile:
    """`settings.json` as it is now: a new secret counts without a restart of the site."""

    def __init__(self, path: str, environment: Mapping[str, str]) -> None:
        self._path = path
        # A copy: the site's process must not be given the secret, so it is taken out of the environment later.
        self._environment = dict(environment)
        self._stamp: tuple[int, int, int] | None = _NOT_READ
        self._settings = Settings()
        self._looked = -_FRESH
        self._complained: str | None = None

    def check(self) -> None:
        """Raises `SettingsError` where the file is there and of no use: without its command there is no site."""
        _read(self._path)

    @property
    def recent(self) -> Settings:
        """The settings of at most a second ago: for what is asked with every request of the site."""
        return self.current if time.monotonic() - self._looked >= _FRESH else self._settings

    @property
    def current(self) -> Settings:
        self._looked = time.monotonic()
        try:
            status = os.stat(self._path)
            stamp: tuple[int, int, int] | None = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            document: dict[str, Any] = {}
            try:
                document = _read(self._path)
                self._complained = None
            except SettingsError as error:
                # Perhaps in the middle of being replaced: keep what was known and look again next time.
                if str(error) != self._complained:
                    self._complained = str(error)
                    log("failed", text=f"{error}; what was known before is kept")
                if self._stamp != _NOT_READ:
                    return self._settings
                stamp = _NOT_READ
            # A file that was there and is not any more: the endpoint was taken from the site, which has not restarted yet.
            # What the environment says was for that endpoint.
            withdrawn = stamp is None and self._stamp not in (None, _NOT_READ)
            self._stamp = stamp
            self._settings = Settings() if withdrawn else parse(document, self._environment)
        return self._settings


def address(text: str, default_host: str = "127.0.0.1") -> tuple[str, int]:
    """`host:port`, `[host]:port` or `port`."""
    host, _, port = text.strip().rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    number = int(port)
    if not 0 <= number < 1 << 16:
        raise ValueError(f"{number} is not a port")
    return host or default_host, number
