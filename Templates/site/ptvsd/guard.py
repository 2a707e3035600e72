"""Lets only whole, well-formed messages of the debug adapter protocol through to debugpy.

Read in its source and measured: half a header line before the end of a connection keeps a thread of debugpy's
adapter spinning for good, and after a body that is no message the session is never finished. Either way the adapter
later greets a client that is not there any more, and its port is deaf from then on. A message without one of the
members that it looks for ends the adapter's process at once.
"""

from __future__ import annotations

import json
from typing import Any

_HEAD = b"Content-Length:"
_MAX_HEAD = 1024
MAX_MESSAGE = 0xFFFFFF  # debugpy's own limit
_MAX_DEPTH = 200  # well below what the JSON decoder of any Python gives up at


class NotTheProtocol(Exception):
    """What came is no message of the protocol; `held` is all that was not let through."""

    def __init__(self, reason: str, held: bytes) -> None:
        super().__init__(reason)
        self.held = held


class Guard:
    """Takes a client's bytes and gives back those that end a message, with all that belongs to them."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._needed = 0  # octets of head and body together, once the head is known
        self._body = 0  # where the body begins

    def feed(self, data: bytes | bytearray) -> bytes:
        """The messages that are complete now. Raises `NotTheProtocol`."""
        self._held += data
        complete = 0
        while True:
            if not self._needed and not self._read_head(complete):
                break
            if len(self._held) - complete < self._needed:
                break
            self._check(bytes(self._held[complete + self._body : complete + self._needed]))
            complete += self._needed
            self._needed = 0
        passed = bytes(self._held[:complete])
        del self._held[:complete]
        return passed

    def _read_head(self, start: int) -> bool:
        end = self._held.find(b"\r\n\r\n", start, start + _MAX_HEAD)
        if end < 0:
            begun = bytes(self._held[start : start + len(_HEAD)])
            if begun != _HEAD[: len(begun)] or len(self._held) - start >= _MAX_HEAD:
                raise self._violation("it does not begin with Content-Length")
            return False
        first, *others = bytes(self._held[start:end]).split(b"\r\n")
        name, _, value = first.partition(b":")
        if name + b":" != _HEAD or not value.strip().isdigit():
            raise self._violation("it does not begin with Content-Length")
        if not all(other.lower().startswith(b"content-type:") for other in others):
            raise self._violation("its head has unknown fields")
        size = int(value)
        if size > MAX_MESSAGE:
            raise self._violation("it is too long")
        self._body = end + 4 - start
        self._needed = self._body + size
        return True

    def _check(self, body: bytes) -> None:
        try:
            message = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise self._violation("it is not JSON") from None
        if not isinstance(message, dict) or message.get("type") not in ("request", "response", "event"):
            raise self._violation("it is no request, response or event")
        lacking = _lacking(message)
        if lacking is not None:
            raise self._violation(f'"{lacking}" is missing or of the wrong type')
        if body.count(b"{") + body.count(b"[") > _MAX_DEPTH and _is_deeper(message, _MAX_DEPTH):
            raise self._violation("it is nested too deeply")

    def _violation(self, reason: str) -> NotTheProtocol:
        return NotTheProtocol(f"a message was refused: {reason}", bytes(self._held))


def _lacking(message: dict[str, Any]) -> str | None:
    """The member that debugpy demands of such a message and does not find, or None."""
    kind = message["type"]
    if not isinstance(message.get("seq"), int):
        return "seq"
    if kind == "event":
        needed: list[tuple[str, type]] = [("event", str)]
        payload = "body"
    elif kind == "request":
        needed = [("command", str)]
        payload = "arguments"
    else:
        needed = [("request_seq", int), ("command", str), ("success", bool)]
        payload = "body"
        if message.get("success") is False:
            needed.append(("message", str))
    for name, kind_of in needed:
        if not isinstance(message.get(name), kind_of):
            return name
    # debugpy hangs its own notes on the payload, which only an object has room for.
    return None if isinstance(message.get(payload), (dict, type(None))) else payload


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True
