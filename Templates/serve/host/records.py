"""FastCGI records: what a web server and an application say to each other (FastCGI 1.0)."""

from __future__ import annotations

import struct
from typing import Iterator, NamedTuple

BEGIN_REQUEST = 1
END_REQUEST = 3
PARAMS = 4
STDIN = 5
STDOUT = 6
STDERR = 7

_HEAD = struct.Struct(">BBHHBx")
HEAD_SIZE = _HEAD.size
_LARGEST = 0xFFFF
_REQUEST = 1


class Head(NamedTuple):
    kind: int
    size: int
    padding: int


def parse_head(data: bytes) -> Head:
    version, kind, _, size, padding = _HEAD.unpack(data)
    if version != 1:
        raise ValueError("what the application sends is not FastCGI")
    return Head(kind, size, padding)


def record(kind: int, content: bytes) -> bytes:
    return _HEAD.pack(1, kind, _REQUEST, len(content), 0) + content


def begin() -> bytes:
    """The responder's role, on a connection that is kept."""
    return record(BEGIN_REQUEST, struct.pack(">HB5x", 1, 1))


def parameters(values: dict[str, bytes]) -> Iterator[bytes]:
    """The records of all `values`, none of them split: wfastcgi reads each record by itself."""
    content = b""
    for name, value in values.items():
        key = name.encode("latin-1")
        pair = _length(key) + _length(value) + key + value
        if len(pair) > _LARGEST:
            raise ValueError(f"{name} is too long for FastCGI")
        if len(content) + len(pair) > _LARGEST:
            yield record(PARAMS, content)
            content = b""
        content += pair
    yield record(PARAMS, content)
    yield record(PARAMS, b"")


def _length(text: bytes) -> bytes:
    return bytes([len(text)]) if len(text) < 128 else struct.pack(">I", len(text) | 1 << 31)


def body(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _LARGEST):
        yield record(STDIN, data[start : start + _LARGEST])
