"""Who may use the endpoint: the secret, its expiry, wrong tries, and where a browser's request comes from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections import OrderedDict, deque
from typing import Callable, NamedTuple
from urllib.parse import urlsplit

from .settings import Settings

WRONG_TRIES = 10
ALL_WRONG_TRIES = 200
WINDOW = 60.0
_REMEMBERED = 1024


class Refusal(NamedTuple):
    """An HTTP answer that is not what was asked for."""

    status: int
    reason: str
    headers: dict[str, str]


class WrongTries:
    """Counts wrong secrets over the last minute: of each client, and of all together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, list[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=ALL_WRONG_TRIES)

    def add(self, client: str) -> None:
        recent = [*self._recent(client), self._clock()]
        self._tries[client] = recent[-WRONG_TRIES:]
        self._tries.move_to_end(client)
        self._all.append(self._clock())
        while len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)

    def _recent(self, client: str) -> list[float]:
        now = self._clock()
        return [moment for moment in self._tries.get(client, ()) if now - moment < WINDOW]

    def seconds_left(self, client: str) -> int:
        """How long this client must wait; 0 when it may try.

        Who can choose its address, by X-Forwarded-For, still shares the limit for all.
        """
        wait = 0.0
        recent = self._recent(client)
        if len(recent) >= WRONG_TRIES:
            wait = recent[0] + WINDOW - self._clock()
        if len(self._all) == ALL_WRONG_TRIES:
            wait = max(wait, self._all[0] + WINDOW - self._clock())
        return max(1, int(wait + 0.999)) if wait > 0 else 0


def _presented(authorization: str) -> list[str]:
    """The secrets that an Authorization header may mean: Basic's user name or password, or a Bearer token."""
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return [value]
    if scheme.lower() != "basic":
        return []
    try:
        user, _, password = (
            base64.b64decode(value.encode("ascii"), validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, ValueError):
        return []
    return [user, password]


def authorize(
    settings: Settings, authorization: str | None, client: str, tries: WrongTries
) -> Refusal | None:
    """None when the request carries the secret, else the answer.

    Wrong tries never keep the right secret out: whoever shares an address with somebody who guesses would be locked out.
    """
    if settings.digest is None:
        return Refusal(
            403, "no secret is configured for this site; publish its Debug configuration again", {}
        )
    if settings.expired:
        reason = f"access to the debugger expired at {settings.expires_text}; publish the Debug configuration again"
        return Refusal(403, reason, {})
    challenge = {"WWW-Authenticate": 'Basic realm="ptvsd", charset="UTF-8"'}
    if authorization is None:
        return Refusal(
            401, "the secret is required: as user name or password (Basic) or as Bearer token", challenge
        )
    right = False
    for secret in _presented(authorization):
        digest = hashlib.sha256(secret.encode("utf-8")).digest()
        right = hmac.compare_digest(digest, settings.digest) or right
    if right:
        return None
    wait = tries.seconds_left(client)
    if wait:
        return Refusal(429, f"too many wrong secrets; try again in {wait} s", {"Retry-After": str(wait)})
    tries.add(client)
    return Refusal(401, "the secret is wrong; it changes with every Debug publish", challenge)


_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def _authority(host: str, scheme: str) -> str:
    """`host:port` in lower case without a default port."""
    host = host.strip().lower()
    default = ":" + _DEFAULT_PORTS.get(scheme, "443")
    return host[: -len(default)] if host.endswith(default) else host


def origin_is_site(origin: str | None, hosts: list[str], site_url: str | None) -> bool:
    """Whether an upgrade may proceed. Programs send no Origin; a page of another site does and is refused."""
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
        known = [_authority(host, parts.scheme) for host in hosts]
        if site_url:
            known.append(_authority(urlsplit(site_url).netloc.rpartition("@")[2], parts.scheme))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _authority(parts.netloc, parts.scheme) in known
