"""A site of raw sockets behind the agent, and connections to it byte by byte."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Agent, Bench

SERVER = str(Path(__file__).with_name("site_server.py"))


def start(bench: Bench, name: str = "site", **environment: str) -> Agent:
    site = bench.site(name)
    site.settings()
    agent = bench.agent(site, "--", sys.executable, SERVER, "{port}", **environment)
    agent.ready()
    return agent


@pytest.fixture(scope="module")
def agent(shared_bench: Bench) -> Agent:
    return start(shared_bench)


class Raw:
    """A connection to the agent, byte by byte."""

    def __init__(self, agent: Agent) -> None:
        self.socket = socket.create_connection(("127.0.0.1", agent.port), timeout=60)
        self.data = b""

    def send(self, *lines: str, body: bytes = b"") -> None:
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.data:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                raise AssertionError(f"the connection ended; {self.data!r}")
            self.data += chunk
        head, self.data = self.data.split(mark, 1)
        return head + mark

    def rest(self) -> bytes:
        with contextlib.suppress(ConnectionResetError):
            while True:
                chunk = self.socket.recv(1 << 16)
                if not chunk:
                    break
                self.data += chunk
        return self.data


@pytest.fixture
def raw(agent: Agent) -> Iterator[Raw]:
    raw = Raw(agent)
    yield raw
    raw.socket.close()
