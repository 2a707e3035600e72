"""The WebSocket state machine: framing under any cut, and every rule it enforces."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ptvsd import websocket
from ptvsd.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Closed,
    Connection,
    Data,
    Ping,
    Pong,
)


def masked(opcode: int, payload: bytes, final: bool = True, key: bytes = b"\x01\x02\x03\x04") -> bytes:
    head = bytes([(0x80 if final else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 1 << 16:
        head += b"\xfe" + struct.pack(">H", len(payload))
    else:
        head += b"\xff" + struct.pack(">Q", len(payload))
    return head + key + bytes(octet ^ key[index % 4] for index, octet in enumerate(payload))


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)])]


def joined(events: list[websocket.Event]) -> list[websocket.Event]:
    """Pieces of one message put together."""
    result: list[websocket.Event] = []
    for event in events:
        previous = result[-1] if result else None
        if isinstance(event, Data) and isinstance(previous, Data) and not previous.end:
            result[-1] = Data(previous.payload + event.payload, event.text, event.end)
        else:
            result.append(event)
    return result


@given(st.binary(max_size=20000), st.binary(min_size=4, max_size=4))
def test_unmasking_is_what_the_standard_says(payload: bytes, key: bytes) -> None:
    expected = bytes(octet ^ key[index % 4] for index, octet in enumerate(payload))
    assert websocket.unmask(payload, key) == expected
    assert websocket.unmask(expected, key) == payload


@pytest.mark.parametrize("key", [b"\0\0\0\0", b"\x55\x55\x55\x55", b"\0\1\2\xff"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 4095, 4096, 4097, 100003])
def test_unmasking_takes_every_path(size: int, key: bytes) -> None:
    payload = os.urandom(size)
    assert websocket.unmask(payload, key) == bytes(o ^ key[i % 4] for i, o in enumerate(payload))


@given(
    st.lists(
        st.tuples(st.binary(max_size=300), st.booleans(), st.binary(min_size=4, max_size=4)), max_size=8
    ),
    st.lists(st.integers(0, 5000), max_size=12),
)
def test_messages_arrive_whatever_the_cuts(
    messages: list[tuple[bytes, bool, bytes]], cuts: list[int]
) -> None:
    stream = b""
    expected: list[websocket.Event] = []
    for payload, fragmented, key in messages:
        if fragmented:
            half = len(payload) // 2
            stream += masked(BINARY, payload[:half], False, key)
            stream += masked(PING, b"between")
            stream += masked(CONTINUATION, payload[half:], True, key)
        else:
            stream += masked(BINARY, payload, True, key)
        expected.append(Data(payload, False, True))
    connection = Connection()
    events = [event for piece in pieces(stream, cuts) for event in connection.receive(piece)]
    data = joined([event for event in events if isinstance(event, Data)])
    assert data == expected
    pings = sum(fragmented for _, fragmented, _ in messages)
    assert [event for event in events if isinstance(event, Ping)] == [Ping(b"between")] * pings
    assert connection.take_replies() == websocket.frame(PONG, b"between") * pings


@given(st.text(max_size=200), st.lists(st.integers(0, 900), max_size=10))
def test_text_is_checked_across_cuts(text: str, cuts: list[int]) -> None:
    connection = Connection()
    stream = masked(TEXT, text.encode())
    events = [event for piece in pieces(stream, cuts) for event in connection.receive(piece)]
    assert joined(events) == [Data(text.encode(), True, True)]


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=5))
def test_garbage_never_raises_and_never_revives(data: bytes, cuts: list[int]) -> None:
    connection = Connection(max_frame=100)
    for piece in pieces(data, cuts):
        events = connection.receive(piece)
        for event in events[:-1]:
            assert not isinstance(event, Closed)
        if connection.closed:
            break
    if connection.closed:
        assert connection.receive(masked(BINARY, b"x")) == []
        assert connection.close_sent


VIOLATIONS = [
    ("a reserved bit", b"\xc2\x80\0\0\0\0", 1002),
    ("an unknown opcode", b"\x83\x80\0\0\0\0", 1002),
    ("an unmasked frame", b"\x82\x01x", 1002),
    ("a fragmented ping", b"\x09\x80\0\0\0\0", 1002),
    ("a long ping", b"\x89\xfe\0\x7e\0\0\0\0", 1002),
    ("a continuation of nothing", masked(CONTINUATION, b"x"), 1002),
    ("a message within a message", masked(BINARY, b"x", False) + masked(BINARY, b"y"), 1002),
    ("a length that is longer than needed", b"\x82\xfe\0\x01\0\0\0\0x", 1002),
    ("a length with its top bit set", b"\x82\xff" + b"\xff" * 8 + b"\0\0\0\0", 1002),
    ("a frame over the limit", b"\x82\xfe\x03\xe9\0\0\0\0", 1009),
    ("text that is not UTF-8", masked(TEXT, b"\xff"), 1007),
    ("text that ends within a character", masked(TEXT, "ä".encode()[:1]), 1007),
    ("a close frame with half a code", masked(CLOSE, b"\x03"), 1002),
    ("a close frame with a reserved code", masked(CLOSE, struct.pack(">H", 1005)), 1002),
    ("a close reason that is not UTF-8", masked(CLOSE, struct.pack(">H", 1000) + b"\xff"), 1007),
]


@pytest.mark.parametrize(("stream", "code"), [v[1:] for v in VIOLATIONS], ids=[v[0] for v in VIOLATIONS])
def test_violations_close_with_their_code(stream: bytes, code: int) -> None:
    connection = Connection(max_frame=1000)
    closed = connection.receive(stream)[-1]
    assert isinstance(closed, Closed)
    assert (closed.code, closed.clean) == (code, False)
    reply = connection.take_replies()
    assert reply[0] == 0x88
    assert struct.unpack(">H", reply[2:4]) == (code,)


def test_the_closing_handshake_from_either_side() -> None:
    connection = Connection()
    assert connection.receive(masked(CLOSE, struct.pack(">H", 1001) + b"bye")) == [Closed(1001, "bye", True)]
    assert connection.take_replies() == websocket.frame(CLOSE, struct.pack(">H", 1001))
    connection = Connection()
    assert connection.close(1000, "done") == b"\x88\x06\x03\xe8done"
    assert connection.close() == b""
    assert connection.ping() == b""
    assert connection.receive(masked(BINARY, b"late") + masked(PING, b"late")) == [Ping(b"late")]
    assert connection.receive(masked(CLOSE, b"")) == [Closed(1005, "", True)]
    assert connection.take_replies() == b""


def test_a_long_reason_is_cut_between_characters() -> None:
    frame = Connection().close(1011, "ä" * 100)
    assert len(frame) <= 127
    frame[4:].decode("utf-8")


def test_a_pong_is_an_event() -> None:
    assert Connection().receive(masked(PONG, b"there?")) == [Pong(b"there?")]


GOOD = {
    "upgrade": "WebSocket",
    "connection": "keep-alive, Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
}


def test_the_handshake_answers_the_standards_example_without_extensions() -> None:
    answer = websocket.handshake("GET", "HTTP/1.1", GOOD)
    assert answer == {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    }


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"upgrade": "h2c"}, 426),
        ({"connection": "keep-alive"}, 426),
        ({"sec-websocket-version": "8"}, 426),
        ({"sec-websocket-key": "short"}, 400),
        ({"sec-websocket-key": "ä"}, 400),
        ({"sec-websocket-key": ""}, 400),
    ],
)
def test_what_is_no_handshake_is_refused(change: dict[str, str], status: int) -> None:
    with pytest.raises(websocket.HandshakeRefused) as refused:
        websocket.handshake("GET", "HTTP/1.1", {**GOOD, **change})
    assert refused.value.status == status
