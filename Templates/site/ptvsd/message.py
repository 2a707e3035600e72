"""HTTP/1.x heads and chunked bodies, parsed strictly and without I/O.

The front stands between a front end and the site's own server. Whatever two parsers could read differently is
refused here, because such a message is how one request is smuggled inside another (RFC 9112, 11.2).
"""

from __future__ import annotations

import re
from typing import List, NamedTuple, Tuple, Union

MAX_HEAD = 64 * 1024
MAX_TARGET = 16 * 1024
MAX_FIELDS = 200

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_TARGET = re.compile(rb"[\x21-\x7e\x80-\xff]+\Z")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*\Z")
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]\-]*\Z")
_DIGITS = re.compile(rb"[0-9]{1,18}\Z")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}\Z")
_STATUS_LINE = re.compile(rb"HTTP/(1\.[01]) ([1-9][0-9]{2})(?: (.*))?\Z", re.DOTALL)

Fields = List[Tuple[bytes, bytes]]

CHUNKED = "chunked"
UNTIL_CLOSE = "until close"
# A body's framing: its length, chunks, or (answers only) everything until the connection ends.
Framing = Union[int, str]

_NOT_THE_CLIENTS = {b"host", b"content-length", b"content-type", b"authorization", b"cookie", b"forwarded"}
_SET_BY_FRONT_ENDS = (b"x-forwarded-", b"x-ms-", b"x-arr-", b"x-original-", b"x-real-", b"x-client-")
_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade", b"te"}


class BadMessage(Exception):
    """The message must not be passed on; `status` is the answer to a request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Request(NamedTuple):
    method: str
    target: bytes
    version: str
    fields: Fields
    framing: Framing

    @property
    def path(self) -> str:
        """The target's path, without scheme, host and query."""
        target = self.target.decode("latin-1")
        if not target.startswith("/"):
            found = re.match(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*", target)
            target = target[found.end() :] if found else target
        return re.split(r"[?#]", target, maxsplit=1)[0] or "/"

    @property
    def query(self) -> str:
        return self.target.decode("latin-1").partition("?")[2]

    def header(self, name: str) -> str | None:
        """The field's value; several lines of one name are joined by commas."""
        return header(self.fields, name)

    @property
    def keep_alive(self) -> bool:
        return _keep_alive(self.version, self.fields)

    @property
    def takes_trailers(self) -> bool:
        """Whether the client says that it reads what follows a chunked body."""
        return self.version == "HTTP/1.1" and "trailers" in _tokens(self.fields, "te")

    def headers(self) -> dict[str, str]:
        return {
            name.decode("latin-1").lower(): self.header(name.decode("latin-1")) or ""
            for name, _ in self.fields
        }


class Response(NamedTuple):
    version: str
    status: int
    reason: bytes
    fields: Fields
    framing: Framing


def header(fields: Fields, name: str) -> str | None:
    wanted = name.lower().encode("latin-1")
    values = [value.decode("latin-1") for key, value in fields if key.lower() == wanted]
    return ", ".join(values) if values else None


def _tokens(fields: Fields, name: str) -> list[str]:
    return [token.strip().lower() for token in (header(fields, name) or "").split(",") if token.strip()]


def _keep_alive(version: str, fields: Fields) -> bool:
    options = _tokens(fields, "connection")
    return "close" not in options and (version == "HTTP/1.1" or "keep-alive" in options)


def end_to_end(fields: Fields) -> Fields:
    """The fields that are meant for the far end: neither hop-by-hop ones nor those that `Connection` names."""
    dropped = _HOP_BY_HOP | {token.encode("latin-1") for token in _tokens(fields, "connection")}
    # A client must not be able to make a proxy drop what the site's own security may rest on.
    return [
        (name, value)
        for name, value in fields
        if name.lower() not in dropped
        or name.lower() in _NOT_THE_CLIENTS
        or name.lower().startswith(_SET_BY_FRONT_ENDS)
    ]


def trailing(fields: Fields) -> Fields:
    """The trailer fields that may be passed on: none of those that say how a message is framed, routed or authorised,
    which a receiver might take for the head's (RFC 9110, 6.5.1)."""
    return [
        (name, value)
        for name, value in fields
        if name.lower() not in _HOP_BY_HOP | _NOT_THE_CLIENTS
        and not name.lower().startswith(_SET_BY_FRONT_ENDS)
    ]


def upgrade_of(fields: Fields) -> bytes | None:
    """The protocol that is asked for (or answered) by `Connection: Upgrade`."""
    value = header(fields, "upgrade")
    return value.encode("latin-1") if value and "upgrade" in _tokens(fields, "connection") else None


def _parse_fields(lines: list[bytes]) -> Fields:
    if len(lines) > MAX_FIELDS:
        raise BadMessage(431, f"there are more than {MAX_FIELDS} header fields")
    fields: Fields = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            raise BadMessage(400, "a header field is folded over several lines")
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.match(name):
            raise BadMessage(400, "a header field's name is malformed")
        value = value.strip(b" \t")
        if not _VALUE.match(value):
            raise BadMessage(400, "a header field's value has control characters")
        fields.append((name, value))
    return fields


def _length(fields: Fields) -> int | None:
    values = [value for name, value in fields if name.lower() == b"content-length"]
    if not values:
        return None
    if len(values) > 1 or not _DIGITS.match(values[0]):
        raise BadMessage(400, "Content-Length is repeated or not a number")
    return int(values[0])


def _is_chunked(fields: Fields, version: str) -> bool:
    codings = [value.lower() for name, value in fields if name.lower() == b"transfer-encoding"]
    if not codings:
        return False
    if version != "HTTP/1.1":
        raise BadMessage(400, "Transfer-Encoding does not exist in HTTP/1.0")
    if codings != [b"chunked"]:
        raise BadMessage(501, "the only transfer coding understood here is chunked")
    return True


def _lines(head: bytes) -> list[bytes]:
    lines = head[:-4].split(b"\r\n")
    if any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines):
        raise BadMessage(400, "a line does not end in CRLF")
    return lines


def parse_request(head: bytes) -> Request:
    """`head` ends with the empty line."""
    lines = _lines(head)
    parts = lines[0].split(b" ")
    if len(parts) != 3 or not _TOKEN.match(parts[0]) or not _TARGET.match(parts[1]):
        raise BadMessage(400, "the request line is malformed")
    method, target, version = parts
    if version not in (b"HTTP/1.0", b"HTTP/1.1"):
        if re.match(rb"HTTP/[0-9]\.[0-9]\Z", version):
            raise BadMessage(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        raise BadMessage(400, "the request line is malformed")
    if len(target) > MAX_TARGET:
        raise BadMessage(414, f"the target is longer than {MAX_TARGET} octets")
    fields = _parse_fields(lines[1:])
    spoken = version.decode("ascii")
    hosts = [value for name, value in fields if name.lower() == b"host"]
    if (
        len(hosts) > 1
        or (not hosts and spoken == "HTTP/1.1")
        or not all(_HOST.match(value) for value in hosts)
    ):
        raise BadMessage(400, "Host is missing, repeated or malformed")
    length, chunked = _length(fields), _is_chunked(fields, spoken)
    if chunked and length is not None:
        raise BadMessage(400, "Content-Length and Transfer-Encoding contradict each other")
    return Request(method.decode("ascii"), target, spoken, fields, CHUNKED if chunked else length or 0)


def parse_response(head: bytes, method: str) -> Response:
    """The site's own answer to a request with `method`."""
    lines = _lines(head)
    found = _STATUS_LINE.match(lines[0])
    if not found:
        raise BadMessage(502, "the status line is malformed")
    version, status = "HTTP/" + found.group(1).decode("ascii"), int(found.group(2))
    fields = _parse_fields(lines[1:])
    framing: Framing
    if method == "HEAD" or status < 200 or status in (204, 304):
        framing = 0
    elif header(fields, "transfer-encoding") is not None:
        if not _is_chunked(fields, "HTTP/1.1") or _length(fields) is not None:
            raise BadMessage(502, "the body's length is ambiguous")
        framing = CHUNKED
    else:
        length = _length(fields)
        framing = UNTIL_CLOSE if length is None else length
    return Response(version, status, found.group(3) or b"", fields, framing)


def render(first_line: bytes, fields: Fields) -> bytes:
    return b"".join([first_line, b"\r\n", *(b"%s: %s\r\n" % field for field in fields), b"\r\n"])


class ChunkedBody:
    """Reads a chunked body; bytes go in, payload comes out, `done` and `rest` tell its end."""

    MAX_LINE = 4096
    MAX_TRAILER = 16 * 1024

    def __init__(self) -> None:
        self._pending = b""
        self._remaining = 0
        self._state = "size"
        self._trailer_size = 0
        self._trailer: list[bytes] = []
        self.trailer: Fields = []
        self.done = False

    @property
    def rest(self) -> bytes:
        """What followed the body."""
        return self._pending if self.done else b""

    def feed(self, data: bytes) -> list[bytes]:
        pieces: list[bytes] = []
        data = self._pending + data
        position = 0
        while not self.done:
            if self._state == "data":
                piece = data[position : position + self._remaining]
                if piece:
                    pieces.append(piece)
                    position += len(piece)
                    self._remaining -= len(piece)
                if self._remaining:
                    break
                if len(data) - position < 2:
                    break
                if data[position : position + 2] != b"\r\n":
                    raise BadMessage(400, "a chunk is longer than its size says")
                position += 2
                self._state = "size"
                continue
            end = data.find(b"\n", position)
            if end < 0:
                if len(data) - position > self.MAX_LINE:
                    raise BadMessage(400, "a chunk's head is too long")
                break
            line = data[position:end]
            position = end + 1
            if not line.endswith(b"\r") or b"\r" in line[:-1] or len(line) > self.MAX_LINE:
                raise BadMessage(400, "a chunk's head does not end in CRLF")
            self._line(line[:-1])
        self._pending = data[position:]
        return pieces

    def _line(self, line: bytes) -> None:
        if self._state == "size":
            size, _, extension = line.partition(b";")
            size = size.rstrip(b" \t")
            if not _CHUNK_SIZE.match(size) or not _VALUE.match(extension):
                raise BadMessage(400, "a chunk's size is malformed")
            self._remaining = int(size, 16)
            self._state = "data" if self._remaining else "trailer"
        elif line:
            self._trailer_size += len(line)
            if self._trailer_size > self.MAX_TRAILER:
                raise BadMessage(431, "the trailer is too long")
            self._trailer.append(line)
        else:
            self.trailer = _parse_fields(self._trailer)
            self.done = True
