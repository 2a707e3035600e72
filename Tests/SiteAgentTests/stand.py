"""An agent beside a debugger that only the tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench import Agent, Bench, Site
from fakes import FragileDebugger, TCPServer, message
from wsclient import WebSocketClient

GREETING = 3


class Stand:
    """A fake debugger, a site and its agent."""

    def __init__(self, bench: Bench, debugger: TCPServer, **environment: str) -> None:
        self.debugger = debugger
        self.site: Site = bench.site()
        self.site.settings()
        self.agent: Agent = bench.agent(
            self.site,
            "--debugger",
            f"127.0.0.1:{debugger.port}",
            TMPDIR=str(self.site.folder),
            **environment,
        )


@pytest.fixture
def debugger() -> Iterator[FragileDebugger]:
    debugger = FragileDebugger()
    yield debugger
    debugger.stop()


@pytest.fixture
def stand(bench: Bench, debugger: FragileDebugger) -> Stand:
    return Stand(bench, debugger)


def greeted(client: WebSocketClient) -> WebSocketClient:
    """Reads the greeting of an only session."""
    data = b""
    while data.count(b"Content-Length") < GREETING or not data.endswith(b"}"):
        data += client.receive()
    return client


def echo(client: WebSocketClient, size: int = 200, frame: int = 1 << 20) -> bool:
    """Sends a message of `size` octets in frames of at most `frame`; whether it came back whole."""
    payload = message(size)
    for start in range(0, size, frame):
        client.send(payload[start : start + frame])
    data = b""
    while len(data) < size:
        data += client.receive()
    return data == payload
