"""What a site says reaches the user's terminal as words, never as orders to it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from attach_endpoint import Endpoint
from attaching import SECRET, Attached
from program import Program

ODD = "\x1b]0;owned\x07\x1b[2J\u009b31m\nerror: no more"
SHOWN = "]0;owned[2J31m error: no more"


async def close(connection: Any) -> None:
    await connection.send(b"x")
    await connection.close(1008, ODD)


async def refuse(connection: Any) -> None:
    await connection.close(1013, ODD)


def test_no_text_of_the_site_commands_the_terminal(program: Program, tmp_path: Path) -> None:
    process = {"name": ODD, "port": 1, "main": True, "python": ODD}
    status = {
        "processes": [{**process, "pid": 7}, {**process, "pid": 8}],
        "sessions": [{"remote": ODD, "seconds": 1}],
        "configuration": ODD,
    }
    with Endpoint(close, status) as endpoint:
        url = f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd"
        attached = Attached(program, url, "--port", "0", cwd=tmp_path)
        with socket.create_connection(("127.0.0.1", attached.port), 60) as connection:
            while connection.recv(100):
                pass
        attached.says("Detached")
        assert attached.stop() == 130
    assert f"several processes: 7 ({SHOWN})" in attached.log
    assert f"a debug session from {SHOWN} has lasted" in attached.log
    assert f"session 1, {SHOWN} (" in attached.log
    assert f"Python {SHOWN}, {SHOWN}" in attached.log
    with Endpoint(refuse) as endpoint:
        url = f"ws://{SECRET}@127.0.0.1:{endpoint.port}/ptvsd"
        checked = program("attach", url, "--check", cwd=tmp_path, status=69)
    assert f"takes no more debug sessions: {SHOWN} (" in checked.err
    for text in (attached.log, checked.err):
        assert not [character for character in text if ord(character) < 32 and character != "\n"]
        assert "\u009b" not in text
        assert not any(line.startswith("error: no more") for line in text.splitlines())
