#!/usr/bin/env python3
"""Times the tunnel beside a plain relay and the usual WebSocket tools, in one run.

    swift build -c release --product ptvsd-publish
    .venv/bin/python Benchmarks/tunnel.py .build/release/ptvsd-publish

Rounds alternate between the chains, so that a busy moment hits all of them; the tables show medians, and the ratio to
the direct connection. `websockify` is websockify at the site and a bridge of the package `websockets` here; `ours` is
the site agent there and `ptvsd-publish attach` here; TLS ends in nginx for both. `our bridge alone` talks to a WebSocket
server that does next to nothing, so that it shows what the bridge by itself can do.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, Sequence

from tunnel_chains import Chain, Chains

from bench import wait_until  # isort: skip
from dap import DebugClient  # isort: skip

GREETING = b"ready\n"
SITE = """
def handle(name):
    greeting = "hello " + name
    return greeting.encode()  # break


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [handle(environ["PATH_INFO"])]


if __name__ == "__main__":
    import sys
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
"""


def connect(port: int) -> socket.socket:
    """Connect, and wait for the greeting."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    exactly(connection, len(GREETING))
    return connection


def exactly(connection: socket.socket, size: int) -> None:
    """Receive `size` octets."""
    buffer = bytearray(min(size, 1 << 20))
    while size > 0:
        count = connection.recv_into(buffer, min(size, len(buffer)))
        if not count:
            raise EOFError
        size -= count


def round_trip(port: int, count: int) -> float:
    """Measure the median time of 64 octets there and back, in microseconds."""
    with connect(port) as connection:
        connection.sendall(b"e")
        times = []
        for _ in range(count):
            began = time.perf_counter()
            connection.sendall(bytes(64))
            exactly(connection, 64)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def upward(port: int, size: int) -> float:
    """Measure how many megabytes a second go towards the site."""
    block = bytes(1 << 18)
    with connect(port) as connection:
        began = time.perf_counter()
        connection.sendall(b"u" + size.to_bytes(8, "big"))
        for _ in range(size // len(block)):
            connection.sendall(block)
        exactly(connection, 1)
        return size / (time.perf_counter() - began) / 1e6


def downward(port: int, size: int) -> float:
    """Measure how many megabytes a second come from the site."""
    with connect(port) as connection:
        began = time.perf_counter()
        connection.sendall(b"d" + size.to_bytes(8, "big"))
        exactly(connection, size)
        return size / (time.perf_counter() - began) / 1e6


def setting_up(port: int, _: int) -> float:
    """Measure the milliseconds until the target's greeting is there."""
    began = time.perf_counter()
    connection = connect(port)
    took = (time.perf_counter() - began) * 1e3
    connection.close()
    time.sleep(0.05)
    return took


def table(title: str, unit: str, chains: Sequence[Chain], rounds: int, measure: Callable[[Chain], float]) -> dict[str, float]:
    """Measure every chain by turns, and print the medians."""
    values: dict[str, list[float]] = {chain.name: [] for chain in chains}
    for _ in range(rounds):
        for chain in chains:
            values[chain.name].append(measure(chain))
    medians = {name: statistics.median(found) for name, found in values.items()}
    first = medians[chains[0].name]
    print(f"\n{title:34}{unit:>12}{'x direct':>10}   median of {rounds}")
    for name, median in medians.items():
        print(f"  {name:32}{median:12.3f}{median / first:10.2f}", flush=True)
    return medians


def relays(chains: Chains, rounds: int, megabytes: int) -> dict[str, dict[str, float]]:
    """Measure the four things that a relay does."""
    target = chains.target("tcp")
    ways = [Chain("direct", target), chains.socat(target), *chains.pair(target, chains.agent(target))]
    ways += chains.bridge_alone()
    size = megabytes << 20
    return {
        "ping-pong": table("64 octets there and back", "µs", ways, rounds, lambda way: round_trip(way.port, 1000)),
        "up": table("towards the site", "MB/s", ways, rounds, lambda way: upward(way.port, size)),
        "down": table("from the site", "MB/s", ways, rounds, lambda way: downward(way.port, size)),
        "set-up": table("until the greeting", "ms", ways, rounds * 4, lambda way: setting_up(way.port, 0)),
    }


def debugger(chains: Chains, rounds: int) -> dict[str, float]:
    """Measure what a request of a debugger takes while a breakpoint holds."""
    site = chains.bench.site("debugged")
    site.write("app.py", SITE)
    site.settings(command=[sys.executable, "app.py", "{port}"])
    agent = chains.bench.agent(site)
    agent.ready()
    plain = chains.bench.site("plain")
    plain.write("app.py", SITE)
    port, page_port = free_pair()
    chains.start(sys.executable, "-m", "debugpy", "--listen", port, plain.folder / "app.py", page_port, pattern=None)
    front = chains.front(agent.port)
    peer = chains.websockify(port)
    ways = [
        Chain("debugpy, direct", port),
        Chain("debugpy, socat", chains.socat(port).port),
        Chain("debugpy, websockify", chains.plain_bridge(f"ws://127.0.0.1:{peer}/")),
        Chain("ours", chains.our_bridge(f"http://127.0.0.1:{agent.port}")),
        Chain("ours, TLS", chains.our_bridge(front.address, "--ca-file", front.authority)),
    ]
    results: dict[str, dict[str, float]] = {}
    for way in ways:
        folder, address = (plain.folder, page_port) if "debugpy" in way.name else (site.folder, agent.port)
        wait_until(lambda port=address: answers(port), "the site")
        results[way.name] = requests(way.port, folder / "app.py", address, rounds)
    names = list(next(iter(results.values())))
    print(f"\n{'a request at a breakpoint, ms':34}" + "".join(f"{name:>12}" for name in names))
    for name, found in results.items():
        print(f"  {name:32}" + "".join(f"{found[key]:12.2f}" for key in names))
    return {name: statistics.mean(found.values()) for name, found in results.items()}


def free_pair() -> tuple[int, int]:
    """Find two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def answers(port: int) -> bool:
    """Whether a site answers."""
    try:
        visit(port)
    except OSError:
        return False
    return True


def visit(port: int) -> bytes:
    """Open a page."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"GET /x HTTP/1.0\r\n\r\n")
        page = b""
        while more := connection.recv(65536):
            page += more
        return page


def requests(port: int, file: Path, page_port: int, rounds: int) -> dict[str, float]:
    """Attach, stop at the breakpoint, and time requests."""
    from bench import Later

    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "# break" in text)
    client = DebugClient.connect("127.0.0.1", port)
    client.attach({str(file): [line]})
    page = Later(lambda: visit(page_port))
    client.stopped_locals()
    frame = client.frame["id"]
    asked = {
        "threads": lambda: client.request("threads"),
        "evaluate": lambda: client.request("evaluate", expression="name", frameId=frame, context="watch"),
        "stackTrace": lambda: client.request("stackTrace", threadId=client.thread),
    }
    found = {}
    for name, ask in asked.items():
        times = []
        for _ in range(rounds * 5):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
        found[name] = statistics.median(times) * 1e3
    client.request("disconnect")
    client.close()
    page.result(60)
    time.sleep(0.5)
    return found


def main() -> int:
    """Run everything, and hold it against what is to be reached; 1 when something is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=256)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        chains = Chains(options.program, Path(name))
        try:
            relayed = relays(chains, options.rounds, options.megabytes)
            asked = debugger(chains, options.rounds)
        finally:
            chains.stop()
    goals = []
    for what, better in [("ping-pong", -1), ("up", 1), ("down", 1), ("set-up", -1)]:
        for ours, peer in [("ours", "websockify"), ("ours, TLS", "websockify, TLS")]:
            mine, other = relayed[what][ours], relayed[what][peer]
            goals.append((f"{what}: {ours} beside {peer}", mine / other, mine * better > other * better))
    plain = asked["debugpy, direct"]
    for ours in ("ours", "ours, TLS"):
        goals.append((f"a request: debugpy, direct, beside {ours}", plain / asked[ours], plain / asked[ours] >= 20))
    print()
    for text, ratio, met in goals:
        print(f"  {text:52}{ratio:8.2f} x   {'reached' if met else 'missed'}")
    return 0 if all(met for _, _, met in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
