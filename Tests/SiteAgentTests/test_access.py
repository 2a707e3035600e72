"""The secret, its expiry, wrong tries, origins, and the settings they come from."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import socket
from pathlib import Path

import pytest
from bench import SECRET
from ptvsd.access import WrongTries, authorize, origin_is_site
from ptvsd.child import free_port
from ptvsd.events import Refusals
from ptvsd.gate import Greeting
from ptvsd.listeners import is_listening, parse_windows_table
from ptvsd.settings import Settings, SettingsError, SettingsFile, address, digest_of, parse

NOW = datetime.datetime.now(datetime.timezone.utc)
OPEN = Settings(digest=digest_of(SECRET))


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic(SECRET), None),
        (basic("", SECRET), None),
        (basic("anybody", SECRET), None),
        (f"Bearer {SECRET}", None),
        (f"bearer  {SECRET} ", None),
        (None, 401),
        ("", 401),
        (basic("wrong"), 401),
        (basic(SECRET + "x"), 401),
        (basic(SECRET[:-1]), 401),
        ("Basic !!!", 401),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), 401),
        (f"Digest {SECRET}", 401),
        (SECRET, 401),
    ],
)
def test_the_secret_opens_in_every_accepted_form(authorization: str | None, status: int | None) -> None:
    refusal = authorize(OPEN, authorization, "10.0.0.1", WrongTries())
    assert (refusal.status if refusal else None) == status
    if refusal is not None:
        assert "Basic" in refusal.headers["WWW-Authenticate"]
        assert SECRET not in refusal.reason


def test_nobody_gets_in_without_a_secret_or_after_its_expiry() -> None:
    for settings in (Settings(), OPEN._replace(expires=NOW - datetime.timedelta(seconds=1))):
        refusal = authorize(settings, basic(SECRET), "10.0.0.1", WrongTries())
        assert refusal is not None
        assert refusal.status == 403
    assert (
        authorize(OPEN._replace(expires=NOW + datetime.timedelta(hours=1)), basic(SECRET), "x", WrongTries())
        is None
    )


def test_ten_wrong_tries_a_minute_are_enough_and_lock_nobody_out() -> None:
    now = [1000.0]
    tries = WrongTries(lambda: now[0])

    def status(secret: str, client: str) -> int | None:
        refusal = authorize(OPEN, basic(secret), client, tries)
        return refusal.status if refusal else None

    for _ in range(10):
        assert status("wrong", "10.0.0.1") == 401
        now[0] += 1
    refusal = authorize(OPEN, basic("wrong"), "10.0.0.1", tries)
    assert refusal is not None
    assert refusal.status == 429
    assert 0 < int(refusal.headers["Retry-After"]) <= 60
    assert status(SECRET, "10.0.0.1") is None
    assert status("wrong", "10.0.0.2") == 401
    now[0] += int(refusal.headers["Retry-After"])
    assert status("wrong", "10.0.0.1") == 401
    for number in range(5000):
        tries.add(f"10.1.{number}")
    assert len(tries._tries) <= 1024
    assert status("wrong", "10.0.0.3") == 429, "made-up addresses share a limit"
    assert status(SECRET, "10.0.0.3") is None


def test_the_log_of_refusals_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    for number in range(1000):
        refusals.note("10.0.0.1", status=401)
        refusals.note(f"10.1.{number}", status=401)
    assert len(capsys.readouterr().err.splitlines()) == 64
    now[0] = 61
    refusals.note("10.0.0.2", status=429)
    said = capsys.readouterr().err.splitlines()
    assert [line.split("refused ")[1] for line in said] == [
        "remote=10.0.0.1 more=999",
        "remote=others more=937",
        "remote=10.0.0.2 status=429",
    ]


@pytest.mark.parametrize(
    ("origin", "hosts", "site_url", "allowed"),
    [
        (None, ["site"], None, True),
        ("https://site", ["site"], None, True),
        ("https://SITE:443", ["site"], None, True),
        ("http://site:8000", ["site:8000"], None, True),
        ("https://site", ["inner"], "https://site/app", True),
        ("https://site", ["site:8000"], None, False),
        ("https://evil", ["site"], "https://site", False),
        ("https://site.evil", ["site"], None, False),
        ("null", ["site"], None, False),
        ("file://", [""], None, False),
        ("chrome-extension://abc", ["abc"], None, False),
        ("https://[", ["site"], None, False),
    ],
)
def test_only_the_sites_own_pages_may_upgrade(
    origin: str | None, hosts: list[str], site_url: str | None, allowed: bool
) -> None:
    assert origin_is_site(origin, hosts, site_url) is allowed


def test_settings_come_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    document = {
        "secretSHA256": hashlib.sha256(b"one").hexdigest(),
        "expires": "2026-11-24T15:04:00Z",
        "command": ["a", "b"],
    }
    settings = parse(document, {})
    assert settings.digest == digest_of("one")
    assert settings.expires_text == "2026-11-24T15:04:00Z"
    assert settings.command == ["a", "b"]
    assert parse(document, {"WSGI_PTVSD_SECRET": "two"}).digest == digest_of("two")
    assert parse(document, {"WSGI_PTVSD_EXPIRES": "never"}).expires is None
    assert parse({"command": None, "shell": "a b"}, {}).command == "a b"
    assert parse({"secretSHA256": "no hexadecimal"}, {}).digest is None
    assert parse({"secretSHA256": "ab"}, {}).digest is None
    assert parse({"expires": "tomorrow"}, {}).expired
    assert parse({"expires": "0001-01-01T00:00:00+14:00"}, {}).expired
    assert not parse({"expires": "9999-12-31T23:00:00-14:00"}, {}).expired
    assert parse({"expires": "2099-01-01T00:00:00+02:00"}, {}).expires_text == "2098-12-31T22:00:00Z"

    path = tmp_path / "settings.json"
    file = SettingsFile(str(path), {})
    assert file.current.digest is None
    path.write_text(json.dumps(document))
    assert file.current.digest == digest_of("one")
    path.write_text('{"half')
    assert file.current.digest == digest_of("one")
    path.write_text(json.dumps({**document, "buildID": "2"}))
    assert file.current.build == "2"
    path.unlink()
    assert file.current.digest is None
    path.write_text(json.dumps(document))
    assert file.current.digest == digest_of("one")


def test_the_environments_secret_goes_with_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    file = SettingsFile(str(path), {"WSGI_PTVSD_SECRET": "two"})
    assert file.current.digest == digest_of("two"), "a site of the original has no such file"
    path.write_text("{}")
    assert file.current.digest == digest_of("two")
    path.unlink()
    for _ in range(2):
        assert file.current.digest is None
    path.write_text("{}")
    assert file.current.digest == digest_of("two")


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"command": 5}', "\\udcff", "[" * 100000])
def test_a_broken_settings_file_is_named_and_what_was_known_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "settings.json"
    file = SettingsFile(str(path), {})
    file.check()
    path.write_text(json.dumps({"buildID": "1"}))
    file.check()
    assert file.current.build == "1"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError) as broken:
        file.check()
    assert str(path) in str(broken.value)
    for _ in range(3):
        assert file.current.build == "1"
    assert capsys.readouterr().err.count(str(path)) == 1


def test_requests_of_the_site_do_not_look_at_the_settings_file_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptvsd.settings._FRESH", 3600.0)
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"buildID": "1"}))
    file = SettingsFile(str(path), {})
    assert file.recent.build == "1"
    path.unlink()
    assert file.recent.build == "1"
    assert file.current.build is None
    assert file.recent.build is None


def test_addresses() -> None:
    assert address("127.0.0.1:5678") == ("127.0.0.1", 5678)
    assert address("8000", "0.0.0.0") == ("0.0.0.0", 8000)
    assert address("[::1]:80") == ("::1", 80)
    for text in ("", "host", "host:port", "host:70000", "host:-1"):
        with pytest.raises(ValueError):
            address(text)


@pytest.mark.parametrize("family, host", [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_the_listen_table_is_read_without_connecting(family: int, host: str) -> None:
    with socket.socket(family) as listener:
        try:
            listener.bind((host, free_port()))  # the table is asked about the port at all addresses
        except OSError:
            pytest.skip(f"{host} is not to be had")
        port = listener.getsockname()[1]
        assert is_listening(port) is False
        listener.listen(1)
        assert is_listening(port) is True
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    table = bytes([2, 0, 0, 0]) + bytes.fromhex(
        "02000000 7f000001 162e0000 00000000 00000000".replace(" ", "")
    )
    table += bytes.fromhex("05000000 7f000001 00500000 7f000001 162f0000".replace(" ", ""))
    assert parse_windows_table(table) == {5678}


def message(text: str) -> bytes:
    return f"Content-Length: {len(text)}\r\n\r\n{text}".encode()


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize(("alone", "count"), [(True, 3), (False, 2)])
def test_a_greeting_is_complete_with_its_last_octet(step: int, alone: bool, count: int) -> None:
    stream = b"".join(message(f'{{"seq": {number}}}') for number in range(count))
    greeting = Greeting(alone)
    for start in range(0, len(stream), step):
        assert not greeting.done
        greeting.feed(stream[start : start + step])
    assert greeting.done
    assert not greeting.foreign


@pytest.mark.parametrize(
    "data", [b"SSH-2.0", b"Cx", b"Content-Length: many\r\n\r\n", b"Content-Length: 1" + b"0" * 5000]
)
def test_what_does_not_speak_the_protocol_needs_no_shielding(data: bytes) -> None:
    greeting = Greeting()
    greeting.feed(data)
    assert greeting.foreign
    assert greeting.done
