"""RFC 6455, the server's side, as a state machine without I/O.

Bytes go in through `Connection.receive`, which answers with events; bytes to write come out of the sending methods
and of `Connection.take_replies` (pongs and close frames the protocol itself asks for).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import sys
from typing import NamedTuple, Union

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED, NO_STATUS = 1000, 1001, 1002, 1003, 1005
INVALID_DATA, POLICY, TOO_BIG, INTERNAL_ERROR, TRY_LATER = 1007, 1008, 1009, 1011, 1013

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MAX_CONTROL = 125

Bytes = Union[bytes, bytearray]


class Data(NamedTuple):
    """A piece of a data message; `end` tells that the message is complete with it."""

    payload: Bytes
    text: bool
    end: bool


class Ping(NamedTuple):
    payload: bytes


class Pong(NamedTuple):
    payload: bytes


class Closed(NamedTuple):
    """Nothing more will come; `clean` when the peer asked for it by a valid close frame."""

    code: int
    reason: str
    clean: bool


Event = Union[Data, Ping, Pong, Closed]


class HandshakeRefused(Exception):
    """The upgrade request is not one; `status` is the HTTP answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Violation(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def tokens(value: str | None) -> list[str]:
    """The words of a header's list, in lower case."""
    return [token.strip().lower() for token in (value or "").split(",")]


def handshake(method: str, version: str, headers: dict[str, str]) -> dict[str, str]:
    """The headers of the 101 answer to an upgrade request (RFC 6455, 4.2).

    `headers` has lower-case names. Extensions and sub-protocols are never accepted: front ends fail on
    `permessage-deflate`, and a tunnel has no sub-protocol.
    """
    if method != "GET" or version != "HTTP/1.1":
        raise HandshakeRefused(400, "a WebSocket begins with GET and HTTP/1.1")
    if "websocket" not in tokens(headers.get("upgrade")) or "upgrade" not in tokens(
        headers.get("connection")
    ):
        raise HandshakeRefused(426, "the request does not ask for an upgrade to websocket")
    if headers.get("sec-websocket-version") != "13":
        raise HandshakeRefused(426, "only version 13 of the WebSocket protocol is spoken here")
    key = headers.get("sec-websocket-key", "")
    try:
        valid = len(base64.b64decode(key.encode("ascii"), validate=True)) == 16
    except (binascii.Error, UnicodeEncodeError, ValueError):
        valid = False
    if not valid:
        raise HandshakeRefused(400, "Sec-WebSocket-Key is not 16 octets in Base64")
    digest = hashlib.sha1(key.encode("ascii") + _GUID).digest()  # noqa: S324 - prescribed, proves nothing
    return {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": base64.b64encode(digest).decode("ascii"),
    }


_tables: list[bytes] = []

# Below this many octets one big-integer XOR is cheaper than four table look-ups over strides.
_STRIDES_FROM = 512


def unmask(payload: Bytes | memoryview, key: bytes) -> Bytes:
    """`payload` XOR the repeated four-octet `key` (which is its own inverse)."""
    size = len(payload)
    if size < _STRIDES_FROM:
        repeated = int.from_bytes((key * (size // 4 + 1))[:size], sys.byteorder)
        return (int.from_bytes(payload, sys.byteorder) ^ repeated).to_bytes(size, sys.byteorder)
    if not _tables:
        _tables.extend(bytes(value ^ octet for value in range(256)) for octet in range(256))
    plain = bytearray(payload)
    if key != b"\0\0\0\0":
        for index in range(4):
            plain[index::4] = plain[index::4].translate(_tables[key[index]])
    return plain


def frame(opcode: int, payload: bytes, final: bool = True) -> bytes:
    """One unmasked frame, as servers send them."""
    return frame_head(opcode, len(payload), final) + payload


def frame_head(opcode: int, size: int, final: bool = True) -> bytes:
    """What precedes a payload of `size` octets, so that a large one need not be copied."""
    first = (0x80 if final else 0) | opcode
    if size < 126:
        return bytes((first, size))
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big")
    return bytes((first, 127)) + size.to_bytes(8, "big")


def _closing_code_is_valid(code: int) -> bool:
    return code in (1000, 1001, 1002, 1003) or 1007 <= code <= 1014 or 3000 <= code <= 4999


class Connection:
    """One connection after its handshake."""

    def __init__(self, max_frame: int = 1 << 20) -> None:
        self._max_frame = max_frame
        self._pending = b""
        self._replies: list[bytes] = []
        self._remaining = 0  # octets of the current data frame still to come
        self._key = b""
        self._final = True
        self._message: int | None = None  # opcode of the message in progress
        self._decoder: codecs.IncrementalDecoder | None = None
        self.close_sent = False
        self.closed = False

    def take_replies(self) -> bytes:
        """What the protocol itself wants written after `receive`."""
        replies = b"".join(self._replies)
        self._replies.clear()
        return replies

    def ping(self, payload: bytes = b"") -> bytes:
        return b"" if self.close_sent else frame(PING, payload[:_MAX_CONTROL])

    def close(self, code: int = NORMAL, reason: str = "") -> bytes:
        """The close frame; nothing may be sent after it. Empty when it was sent before."""
        if self.close_sent:
            return b""
        self.close_sent = True
        if code == NO_STATUS:
            return frame(CLOSE, b"")
        # A cut in the middle of a character would be invalid UTF-8, which the peer must refuse.
        text = reason.encode("utf-8")[: _MAX_CONTROL - 2].decode("utf-8", "ignore").encode("utf-8")
        return frame(CLOSE, code.to_bytes(2, "big") + text)

    def receive(self, data: bytes) -> list[Event]:
        """Events for the next bytes from the peer. After `Closed` everything is ignored."""
        events: list[Event] = []
        if self.closed:
            return events
        if self._pending:
            data = self._pending + data
            self._pending = b""
        try:
            position = 0
            while position < len(data) and not self.closed:
                if self._remaining:
                    position = self._continue_frame(data, position, events)
                    continue
                after = self._begin_frame(data, position, events)
                if after is None:
                    self._pending = data[position:]
                    break
                position = after
        except _Violation as violation:
            self._replies.append(self.close(violation.code, violation.reason))
            self.closed = True
            events.append(Closed(violation.code, violation.reason, False))
        return events

    def _begin_frame(self, data: bytes, start: int, events: list[Event]) -> int | None:
        """Reads a frame's head (and a control frame whole); None when more bytes are needed."""
        available = len(data) - start
        if available < 2:
            return None
        first, second = data[start], data[start + 1]
        opcode, size = first & 0x0F, second & 0x7F
        if first & 0x70:
            raise _Violation(PROTOCOL_ERROR, "reserved bits are set")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise _Violation(PROTOCOL_ERROR, "unknown opcode")
        if not second & 0x80:
            raise _Violation(PROTOCOL_ERROR, "a client's frames must be masked")
        if opcode >= CLOSE:
            if not first & 0x80:
                raise _Violation(PROTOCOL_ERROR, "a control frame is fragmented")
            if size > _MAX_CONTROL:
                raise _Violation(PROTOCOL_ERROR, "a control frame is too long")
        elif (opcode == CONTINUATION) == (self._message is None):
            raise _Violation(PROTOCOL_ERROR, "a continuation does not fit the message in progress")
        extended = {126: 2, 127: 8}.get(size, 0)
        if available < 2 + extended + 4:
            return None
        position = start + 2
        if extended:
            minimum = 126 if extended == 2 else 1 << 16
            size = int.from_bytes(data[position : position + extended], "big")
            if size < minimum or size >> 63:
                raise _Violation(PROTOCOL_ERROR, "a length is not encoded in the shortest form")
            position += extended
        if size > self._max_frame:
            raise _Violation(TOO_BIG, f"a frame is longer than {self._max_frame} octets")
        key = data[position : position + 4]
        position += 4
        if opcode >= CLOSE:
            if len(data) - position < size:
                return None
            self._control(opcode, bytes(unmask(data[position : position + size], key)), events)
            return position + size
        if opcode != CONTINUATION:
            self._message = opcode
            self._decoder = codecs.getincrementaldecoder("utf-8")() if opcode == TEXT else None
        self._final, self._key, self._remaining = bool(first & 0x80), key, size
        if not size:
            self._deliver(b"", events)
        return position

    def _continue_frame(self, data: bytes, position: int, events: list[Event]) -> int:
        end = min(len(data), position + self._remaining)
        payload = unmask(memoryview(data)[position:end], self._key)
        self._remaining -= len(payload)
        turn = len(payload) % 4
        self._key = self._key[turn:] + self._key[:turn]
        self._deliver(payload, events)
        return end

    def _deliver(self, payload: Bytes, events: list[Event]) -> None:
        end = self._final and not self._remaining
        text = self._message == TEXT
        if self._decoder is not None:
            try:
                self._decoder.decode(payload, end)
            except UnicodeDecodeError:
                raise _Violation(INVALID_DATA, "a text message is not UTF-8") from None
        if end:
            self._message = None
            self._decoder = None
        # After our close frame, data is read past without effect (RFC 6455, 1.4).
        if not self.close_sent and (payload or end):
            events.append(Data(payload, text, end))

    def _control(self, opcode: int, payload: bytes, events: list[Event]) -> None:
        if opcode == PING:
            if not self.close_sent:
                self._replies.append(frame(PONG, payload))
            events.append(Ping(payload))
        elif opcode == PONG:
            events.append(Pong(payload))
        else:
            code, reason = self._closing(payload)
            self._replies.append(self.close(code))
            self.closed = True
            events.append(Closed(code, reason, True))

    @staticmethod
    def _closing(payload: bytes) -> tuple[int, str]:
        if not payload:
            return NO_STATUS, ""
        if len(payload) == 1:
            raise _Violation(PROTOCOL_ERROR, "a close frame has half a code")
        code = int.from_bytes(payload[:2], "big")
        if not _closing_code_is_valid(code):
            raise _Violation(PROTOCOL_ERROR, "a close frame has an invalid code")
        try:
            return code, payload[2:].decode("utf-8")
        except UnicodeDecodeError:
            raise _Violation(INVALID_DATA, "a close frame's reason is not UTF-8") from None
