"""Clients that leave, and bodies that are cut: either side learns of the other's end, and takes no part for all."""

from __future__ import annotations

import http.client
import socket
import struct
import sys
import time

import pytest
from bench import Agent, Bench, wait_until
from fronting import Raw


@pytest.mark.parametrize("path", ["/cut", "/cut-chunks"])
def test_an_answer_that_was_cut_short_is_not_made_whole(agent: Agent, path: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        agent.request(path)


@pytest.mark.parametrize("path", ["/bad-chunks", "/cut-chunks", "/cut"])
def test_a_body_that_goes_wrong_is_no_place_for_a_second_answer(raw: Raw, path: str) -> None:
    raw.send(f"GET {path} HTTP/1.1", "Host: x")
    assert raw.rest().count(b"HTTP/1.1 ") == 1
    assert not raw.data.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("path", ["/bad-chunks", "/cut-chunks", "/reset"])
def test_old_clients_can_tell_that_an_answer_was_cut(raw: Raw, path: str) -> None:
    raw.send(f"GET {path} HTTP/1.0")
    with pytest.raises(ConnectionResetError):
        while raw.socket.recv(1 << 16):
            pass


@pytest.mark.parametrize("reset", [False, True], ids=["end", "reset"])
@pytest.mark.parametrize("streams", ["", "&streams"], ids=["awaited", "streamed"])
def test_the_site_learns_that_its_client_left(agent: Agent, streams: str, reset: bool) -> None:
    name = f"client-{streams[1:]}-{reset}"
    raw = Raw(agent)
    raw.send(f"POST /wait?{name}{streams} HTTP/1.1", "Host: x", "Content-Length: 5", body=b"hello")
    if streams:
        raw.until(b"hello")
    wait_until(lambda: f"{name} waits" in agent.log, "the site's patience")
    if reset:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.socket.close()
    wait_until(lambda: f"{name} ended" in agent.log or f"{name} reset" in agent.log, "the news of its end")


@pytest.mark.parametrize("then", [b"", b"zz\r\n"], ids=["end", "malformed"])
def test_a_request_that_goes_wrong_is_not_made_whole(agent: Agent, then: bytes) -> None:
    raw = Raw(agent)
    raw.send("POST /duplex HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"5\r\nhello\r\n")
    raw.until(b"HELLO")
    if then:
        raw.socket.sendall(then)
    else:
        raw.socket.shutdown(socket.SHUT_WR)
    assert raw.rest() == b"\r\n", "neither the end of the site's answer nor another one"
    raw.socket.close()


def test_a_client_that_ends_its_stream_gets_its_answers(agent: Agent) -> None:
    raw = Raw(agent)
    raw.send("GET /events HTTP/1.1", "Host: x")
    raw.send("GET /events HTTP/1.0")
    raw.socket.shutdown(socket.SHUT_WR)
    assert raw.rest().count(b"data: 2") == 2
    raw.socket.close()


ASGI = """
import asyncio

async def app(scope, receive, send):
    await receive()
    if scope["path"] == "/events":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello", "more_body": True})
    print(scope["path"], (await receive())["type"], flush=True)
"""


@pytest.mark.parametrize("path", ["/events", "/poll"])
def test_an_asgi_site_is_told_of_the_disconnect(bench: Bench, path: str) -> None:
    site = bench.site()
    site.write("app.py", ASGI)
    site.settings()
    agent = bench.agent(
        site, "--", sys.executable, "-m", "uvicorn", "--lifespan", "off", "--port", "{port}", "app:app"
    )
    wait_until(lambda: "Uvicorn running" in agent.log, "the site")
    raw = Raw(agent)
    raw.send(f"GET {path} HTTP/1.1", "Host: x")
    if path == "/events":
        raw.until(b"hello")
    else:
        time.sleep(0.3)  # most often it is then being answered; the outcome must be the same in any case
    raw.socket.close()
    wait_until(lambda: f"{path} http.disconnect" in agent.log, "the news of the client's end")
