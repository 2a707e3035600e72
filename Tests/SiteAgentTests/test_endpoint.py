"""The endpoint alone: page, status, access."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from bench import SECRET, Bench, clean_environment
from browser import CHROMIUM, Phone
from fakes import FragileDebugger
from stand import Stand, greeted
from wsclient import HandshakeFailed


def test_the_status_tells_everything_the_bridge_needs(stand: Stand) -> None:
    status = stand.agent.status()
    assert status["buildID"] == "20261124-1"
    assert status["configuration"] == "Debug"
    assert status["expires"] is None
    assert status["host"] == "linux"
    assert status["workingDirectory"] == status["applicationRoot"] == str(stand.site.folder)
    assert status["pythonVersion"].count(".") == 2
    assert Path(status["pythonPath"]).exists()
    assert status["instanceID"] is None
    assert status["sessions"] == []
    assert status["agentVersion"]
    assert status["debuggerUp"] is True
    assert status["processes"] == [
        {"pid": 0, "name": "debugger", "port": stand.debugger.port, "ready": True, "main": True}
    ]
    assert SECRET not in json.dumps(status)


def test_the_status_names_the_build_that_runs(stand: Stand) -> None:
    stand.site.settings(buildID="20261124-2", configuration="Staging")
    status = stand.agent.status()
    assert (status["configuration"], status["buildID"]) == ("Staging", "20261124-1")


def test_the_instance_is_named(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger, WEBSITE_INSTANCE_ID="0a1b", APP_PATH="/tmp/8dd")
    status = stand.agent.status()
    assert (status["instanceID"], status["appPath"]) == ("0a1b", "/tmp/8dd")


def test_the_page_is_for_everybody_and_never_has_the_secret(stand: Stand) -> None:
    code, headers, body = stand.agent.request(
        "/ptvsd", X_Forwarded_Proto="https", X_Forwarded_Host="site.example"
    )
    text = body.decode()
    assert code == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "wss://&lt;secret&gt;@site.example/ptvsd" in text
    assert "Debugging is on" in text
    assert SECRET not in text
    assert hashlib.sha256(SECRET.encode()).hexdigest() not in text
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = text.split("<style>")[1].split("</style>")[0]
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert "http" not in text.replace("https", "").replace("httpPlatform", "").split("<body>")[0]
    assert stand.agent.request("/ptvsd", method="HEAD")[2] == b""
    assert stand.agent.request("/PTVSD/")[0] == 200
    assert stand.agent.request("/app/ptvsd")[0] == 200
    assert stand.agent.request("/ptvsd", method="POST")[0] == 405
    assert stand.agent.request("/ptvsd/nothing")[0] == 404
    assert stand.agent.request("/")[0] == 404


def test_a_hostile_host_header_stays_text(stand: Stand) -> None:
    _, _, body = stand.agent.request("/ptvsd", X_Forwarded_Host="<script>alert(1)</script>")
    assert b"<script" not in body
    assert b"&lt;script&gt;" in body


@pytest.mark.parametrize(
    "address", ["/ptvsd/status", "/ptvsd/sessions"], ids=["the status", "the end of sessions"]
)
def test_everything_else_needs_the_secret(stand: Stand, address: str) -> None:
    method = "DELETE" if address.endswith("sessions") else "GET"
    code, headers, _ = stand.agent.request(address, method=method)
    assert code == 401
    assert headers["www-authenticate"].startswith("Basic")
    assert stand.agent.request(address, method=method, secret="wrong")[0] == 401
    assert stand.agent.request(address, method=method, secret=SECRET)[0] == 200
    assert stand.agent.request(address, method=method, Authorization=f"Bearer {SECRET}")[0] == 200
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel(secret=None)
    assert failed.value.status == 401
    assert "www-authenticate" in failed.value.headers
    assert stand.debugger.connections == []


def test_wrong_tries_are_limited_per_client(stand: Stand) -> None:
    for _ in range(10):
        assert stand.agent.request("/ptvsd/status", secret="wrong", X_Forwarded_For="1.2.3.4:99")[0] == 401
    code, headers, _ = stand.agent.request("/ptvsd/status", secret="wrong", X_Forwarded_For="1.2.3.4:77")
    assert code == 429
    assert int(headers["retry-after"]) > 0
    assert stand.agent.request("/ptvsd/status", secret="wrong")[0] == 401
    assert stand.agent.request("/ptvsd/status", secret=SECRET, X_Forwarded_For="1.2.3.4:77")[0] == 200
    assert stand.agent.log.count('remote="1.2.3.4 by 127.0.0.1"') == 1
    assert "wrong\n" not in stand.agent.log


def test_an_expired_endpoint_is_closed(bench: Bench, debugger: FragileDebugger) -> None:
    stand = Stand(bench, debugger, WSGI_PTVSD_EXPIRES="2020-01-01T00:00:00Z")
    assert stand.agent.request("/ptvsd/status", secret=SECRET)[0] == 403
    with pytest.raises(HandshakeFailed) as failed:
        stand.agent.tunnel()
    assert failed.value.status == 403
    assert b"Debugging has expired" in stand.agent.request("/ptvsd")[2]


def test_an_endpoint_that_was_taken_away_lets_nobody_in_until_the_site_restarts(bench: Bench) -> None:
    site = bench.site()
    site.settings()
    agent = bench.agent(site)
    assert agent.request("/ptvsd/status", secret=SECRET)[0] == 200
    shutil.rmtree(site.folder / "ptvsd")
    assert agent.request("/ptvsd/status", secret=SECRET)[0] == 403
    code, _, page = agent.request("/ptvsd")
    assert code == 200 and b"nobody can attach" in page
    with pytest.raises(HandshakeFailed) as failed:
        agent.tunnel()
    assert failed.value.status == 403


def test_a_broken_settings_file_ends_the_agent_with_a_word(bench: Bench) -> None:
    site = bench.site()
    path = site.write("ptvsd/settings.json", '{"command": ["python"')
    done = subprocess.run(
        [sys.executable, "ptvsd", "--listen", "127.0.0.1:0"],
        cwd=site.folder,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 65
    assert str(path) in done.stderr.decode()
    assert "cannot be read" in done.stderr.decode()


def test_an_upgrade_to_something_else_is_not_taken_up(stand: Stand) -> None:
    code, _, body = stand.agent.request(
        "/ptvsd",
        Upgrade="h2c",
        Connection="Upgrade, HTTP2-Settings",
        HTTP2_Settings="AAMAAABkAAQCAAAAAAIAAAAA",
    )
    assert code == 200
    assert b"Debugging is on" in body


@pytest.mark.parametrize("expect", ["Expect: 100-continue\r\n", ""])
def test_a_body_that_does_not_come_is_not_waited_for(stand: Stand, expect: str) -> None:
    with socket.create_connection(("127.0.0.1", stand.agent.port), timeout=60) as connection:
        connection.sendall(
            f"DELETE /ptvsd/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\n{expect}"
            "Content-Length: 10\r\n\r\n".encode()
        )
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")
        if expect:
            assert b"Connection: close" in answer
            assert connection.recv(10) == b""
        else:
            connection.sendall(b"0123456789GET /ptvsd/nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 404")


BACKGROUND = {"light": (0xF4, 0xF5, 0xF7), "dark": (0x0D, 0x11, 0x17)}


def first_pixel(picture: bytes) -> tuple[int, ...]:
    """The colour of the upper left corner of a PNG: every filter leaves the first pixel as it is."""
    data, position = b"", 8
    while position < len(picture):
        size = int.from_bytes(picture[position : position + 4], "big")
        if picture[position + 4 : position + 8] == b"IDAT":
            data += picture[position + 8 : position + 8 + size]
        position += size + 12
    return tuple(zlib.decompress(data)[1:4])


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("width", "scheme", "state"),
    [(500, "light", "on"), (1280, "dark", "active"), (500, "dark", "off"), (1280, "light", "waiting")],
)
def test_a_browser_shows_the_page_under_its_own_policy(
    bench: Bench, debugger: FragileDebugger, tmp_path: Path, width: int, scheme: str, state: str
) -> None:
    site = bench.site()
    site.settings(expires="2020-01-01T00:00:00Z" if state == "off" else None)
    where = "127.0.0.1:1" if state == "waiting" else f"127.0.0.1:{debugger.port}"
    agent = bench.agent(site, "--debugger", where, TMPDIR=str(site.folder))
    client = greeted(agent.tunnel()) if state == "active" else None
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--enable-logging=stderr",
            f"--screenshot={tmp_path / 'page.png'}",
            f"http://127.0.0.1:{agent.port}/ptvsd",
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )
    said = done.stderr.decode(errors="replace")
    assert "Content Security Policy" not in said
    picture = (tmp_path / "page.png").read_bytes()
    # Without its style sheet the page is black on white throughout, and compresses to much less.
    assert len(picture) > 20_000
    assert first_pixel(picture) == BACKGROUND[scheme]
    assert f'<header class="{state}">' in agent.request("/ptvsd")[2].decode()
    if client is not None:
        client.close()


# Everything that ends right of the screen, but for what stands in a box that scrolls by itself.
OVERFLOWING = """
[...document.querySelectorAll("body *")]
  .filter(element => !element.parentElement.closest("pre") && element.getClientRects().length)
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(element => element.outerHTML.slice(0, 80))
"""
LONG_HOST = "a-site-with-a-rather-long-name-h4b3c2d1e5f6a7b8.northcentralus-01.azurewebsites.net"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_page_fits_a_phone(bench: Bench, debugger: FragileDebugger, tmp_path: Path) -> None:
    site = bench.site()
    site.settings(siteURL=f"https://{LONG_HOST}/application", expires="2999-12-31T23:59:59Z")
    agent = bench.agent(site, "--debugger", f"127.0.0.1:{debugger.port}", TMPDIR=str(site.folder))
    with contextlib.closing(Phone(tmp_path / "profile", width=360)) as phone:
        phone.open(f"http://127.0.0.1:{agent.port}/ptvsd")
        assert phone.value("matchMedia('(max-width: 360px)').matches"), "the screen is as wide as told"
        assert LONG_HOST in phone.value("document.body.innerText")
        for opened in ("false", "true"):
            unfold = (
                f"[...document.querySelectorAll('details')].map(details => details.open = {opened}).length"
            )
            assert phone.value(unfold) > 0
            # A page that is wider makes a phone show it smaller: `innerWidth` grows.
            assert phone.value("[innerWidth, document.documentElement.scrollWidth]") == [360, 360]
            assert phone.value(OVERFLOWING) == []
            assert phone.value("parseFloat(getComputedStyle(document.body).fontSize)") >= 15
            (tmp_path / f"phone-{opened}.png").write_bytes(phone.picture())
