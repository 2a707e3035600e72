"""HTTP heads and chunked bodies: what is passed on, and what must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ptvsd.message import (
    CHUNKED,
    UNTIL_CLOSE,
    BadMessage,
    ChunkedBody,
    end_to_end,
    parse_request,
    parse_response,
    render,
    trailing,
    upgrade_of,
)

OK = b"GET /a?b=c HTTP/1.1\r\nHost: site\r\n\r\n"


def request(*lines: str, first: str = "POST / HTTP/1.1", host: bool = True) -> bytes:
    fields = [first, *(["Host: site"] if host else []), *lines]
    return "\r\n".join([*fields, "", ""]).encode("latin-1")


def test_a_request_is_read() -> None:
    parsed = parse_request(OK)
    assert (parsed.method, parsed.target, parsed.path, parsed.query) == ("GET", b"/a?b=c", "/a", "b=c")
    assert parsed.keep_alive
    assert parsed.framing == 0
    assert parse_request(request("Content-Length: 12")).framing == 12
    assert parse_request(request("Transfer-Encoding: chunked")).framing == CHUNKED
    assert parse_request(request("transfer-encoding: Chunked")).framing == CHUNKED
    assert not parse_request(request("Connection: close")).keep_alive
    assert not parse_request(request(first="GET / HTTP/1.0", host=False)).keep_alive
    assert parse_request(request("Connection: Keep-Alive", first="GET / HTTP/1.0")).keep_alive
    assert parse_request(request(first="GET http://site/ptvsd?x HTTP/1.1")).path == "/ptvsd"
    assert parse_request(request(first="OPTIONS * HTTP/1.1")).path == "*"


SMUGGLED = [
    ("both lengths", request("Content-Length: 5", "Transfer-Encoding: chunked"), 400),
    ("two lengths", request("Content-Length: 5", "Content-Length: 6"), 400),
    ("one length twice", request("Content-Length: 5", "Content-Length: 5"), 400),
    ("a list of lengths", request("Content-Length: 5, 5"), 400),
    ("a signed length", request("Content-Length: +5"), 400),
    ("a negative length", request("Content-Length: -1"), 400),
    ("a hexadecimal length", request("Content-Length: 0x5"), 400),
    ("a length with an underscore", request("Content-Length: 1_0"), 400),
    ("an empty length", request("Content-Length:"), 400),
    ("a length in other digits", request("Content-Length: \xb2"), 400),
    ("a huge length", request("Content-Length: " + "9" * 30), 400),
    ("two transfer codings", request("Transfer-Encoding: gzip, chunked"), 501),
    ("chunked twice", request("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 501),
    ("identity", request("Transfer-Encoding: identity"), 501),
    ("chunked with a vertical tab", request("Transfer-Encoding: \x0bchunked"), 400),
    ("chunked in HTTP/1.0", request("Transfer-Encoding: chunked", first="POST / HTTP/1.0"), 400),
    ("space before a colon", request("Content-Length : 5"), 400),
    ("a folded field", request("X: a", " b"), 400),
    ("a tab-folded field", request("X: a", "\tb"), 400),
    ("no colon", request("Nonsense"), 400),
    ("an empty name", request(": x"), 400),
    ("a name in quotes", request('"X": x'), 400),
    ("a bare newline", request("X: a\nContent-Length: 5"), 400),
    ("a bare carriage return", request("X: a\rContent-Length: 5"), 400),
    ("a zero octet", request("X: a\0b"), 400),
    ("a control character", request("X: a\x08b"), 400),
    ("two hosts", request("Host: other"), 400),
    ("no host", request(host=False), 400),
    ("a host with a path", request("Host: a/b", host=False), 400),
    ("a host with user info", request("Host: a@b", host=False), 400),
    ("a space in the target", request(first="GET /a b HTTP/1.1"), 400),
    ("two spaces", request(first="GET  / HTTP/1.1"), 400),
    ("a tab in the request line", request(first="GET\t/ HTTP/1.1"), 400),
    ("a method that is none", request(first="G@T / HTTP/1.1"), 400),
    ("HTTP/2.0", request(first="GET / HTTP/2.0"), 505),
    ("HTTP/1.2", request(first="GET / HTTP/1.2"), 505),
    ("no version", request(first="GET /"), 400),
    ("a version in lower case", request(first="GET / http/1.1"), 400),
    ("a long target", request(first=f"GET /{'a' * 20000} HTTP/1.1"), 414),
    ("many fields", request(*["X: y"] * 300), 431),
]


@pytest.mark.parametrize(
    ("head", "status"), [case[1:] for case in SMUGGLED], ids=[case[0] for case in SMUGGLED]
)
def test_ambiguous_requests_are_refused(head: bytes, status: int) -> None:
    with pytest.raises(BadMessage) as refused:
        parse_request(head)
    assert refused.value.status == status


@given(st.binary(max_size=300))
def test_any_head_is_read_or_refused(data: bytes) -> None:
    for head in (data + b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n" + data + b"\r\n\r\n"):
        try:
            parsed = parse_request(head)
        except BadMessage:
            continue
        line = b" ".join([parsed.method.encode(), parsed.target, parsed.version.encode()])
        again = parse_request(render(line, parsed.fields))
        assert again == parsed


@given(
    st.lists(st.binary(min_size=1, max_size=50), max_size=6),
    st.lists(st.integers(0, 500), max_size=10),
    st.binary(max_size=20),
)
def test_chunks_arrive_whatever_the_cuts(chunks: list[bytes], cuts: list[int], after: bytes) -> None:
    stream = b"".join(b"%X;note=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    stream += b"0\r\nX-Sum: 1\r\n\r\n" + after
    body = ChunkedBody()
    received = b""
    places = sorted({cut % (len(stream) + 1) for cut in cuts})
    rest = b""
    for start, end in zip([0, *places], [*places, len(stream)]):
        if body.done:
            rest += stream[start:end]
        else:
            received += b"".join(body.feed(stream[start:end]))
            rest = body.rest
    assert body.done
    assert received == b"".join(chunks)
    assert rest == after
    assert body.trailer == [(b"X-Sum", b"1")]


@pytest.mark.parametrize(
    "stream",
    [
        b"g\r\n",
        b"\r\n",
        b"-1\r\n",
        b"0x1\r\n",
        b"1_0\r\n",
        b" 1\r\n",
        b"1\n",
        b"1;a\rb\r\n",
        b"1\r\nab\r\n",
        b"1" * 20 + b"\r\n",
        b"1;" + b"a" * 5000,
        b"0\r\n folded: x\r\n\r\n",
        b"0\r\n" + (b"a: " + b"b" * 4000 + b"\r\n") * 6,
    ],
)
def test_malformed_chunks_are_refused(stream: bytes) -> None:
    with pytest.raises(BadMessage):
        ChunkedBody().feed(stream)


@given(st.binary(max_size=300))
def test_any_chunked_body_is_read_or_refused(data: bytes) -> None:
    try:
        ChunkedBody().feed(data)
    except BadMessage:
        pass


def response(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    ("head", "method", "framing"),
    [
        (response("Content-Length: 3"), "GET", 3),
        (response("Content-Length: 3"), "HEAD", 0),
        (response(status="204 No Content"), "GET", 0),
        (response("Content-Length: 3", status="304 Not Modified"), "GET", 0),
        (response(status="100 Continue"), "POST", 0),
        (response("Transfer-Encoding: chunked"), "GET", CHUNKED),
        (response(), "GET", UNTIL_CLOSE),
        (response(status="200"), "GET", UNTIL_CLOSE),
    ],
)
def test_the_length_of_an_answer(head: bytes, method: str, framing: object) -> None:
    assert parse_response(head, method).framing == framing


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/2 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        response("Content-Length: 3", "Content-Length: 4"),
        response("Content-Length: 3", "Transfer-Encoding: chunked"),
    ],
)
def test_unusable_answers_are_refused(head: bytes) -> None:
    with pytest.raises(BadMessage):
        parse_response(head, "GET")


def test_fields_for_one_hop_are_not_passed_on() -> None:
    fields = parse_request(
        request("Connection: close, X-Hop, Host", "X-Hop: 1", "Keep-Alive: 5", "TE: trailers", "X-Far: 2")
    ).fields
    assert end_to_end(fields) == [(b"Host", b"site"), (b"X-Far", b"2")]
    set_by_front_ends = [
        "X-Forwarded-For",
        "Forwarded",
        "X-MS-CLIENT-PRINCIPAL",
        "X-ARR-SSL",
        "X-Original-URL",
    ]
    lines = [f"{name}: 1" for name in set_by_front_ends]
    named = parse_request(request(f"Connection: {', '.join(set_by_front_ends)}", *lines)).fields
    assert [name.decode() for name, _ in end_to_end(named)] == ["Host", *set_by_front_ends]
    assert (
        upgrade_of(parse_request(request("Connection: Upgrade", "Upgrade: websocket")).fields) == b"websocket"
    )
    assert upgrade_of(parse_request(request("Upgrade: websocket")).fields) is None


def test_a_trailer_cannot_say_what_only_a_head_may() -> None:
    kept = [(b"X-Sum", b"1"), (b"Grpc-Status", b"0"), (b"Server-Timing", b"db")]
    forbidden = (
        b"Content-Length",
        b"transfer-encoding",
        b"HOST",
        b"Authorization",
        b"X-Forwarded-Host",
        b"TE",
    )
    assert trailing([kept[0], *((name, b"x") for name in forbidden), *kept[1:]]) == kept
