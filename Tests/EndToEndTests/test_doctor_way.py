"""Faults on the way to a site are made by servers and proxies, and the doctor names each; a clear way is silent."""

from __future__ import annotations

import datetime
import ssl
import threading
from contextlib import closing
from email.utils import format_datetime
from pathlib import Path

import pytest
from doctoring import Diagnosis, examine
from front_end import Answer, Asked, Authority, Proxy, Said, SOCKSProxy, front_end
from program import Program

CHALLENGE = {"WWW-Authenticate": 'Basic realm="ptvsd", charset="UTF-8"', "Content-Type": "text/plain"}
DAY = datetime.timedelta(days=1)


def endpoint(asked: Asked) -> Said:
    """An endpoint that asks for the secret."""
    return Said(401, "the secret is required", CHALLENGE)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def no_proxy(program: Program) -> None:
    """Whatever proxy the machine has is none of the tests'."""
    program.environment = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "")


def look(program: Program, address: str, *more: str | Path) -> Diagnosis:
    return examine(program, address, *more, cwd=program.home)


def test_a_clear_way_is_silent(program: Program, authority: Authority) -> None:
    with front_end(endpoint, certificates=authority.certificates("127.0.0.1")) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    # That there is no secret is all there is to say.
    assert list(diagnosis.findings) == ["secret-unknown"] and diagnosis.status == 0


def test_the_name_does_not_exist(program: Program) -> None:
    diagnosis = look(program, "https://nowhere.invalid")
    assert (diagnosis.errors, diagnosis.status) == (["name-not-found"], 69)
    assert "nowhere.invalid" in diagnosis["name-not-found"]["evidence"]
    assert diagnosis.skipped["answer"] == "the site cannot be reached"


def test_nothing_listens(program: Program) -> None:
    diagnosis = look(program, "http://127.0.0.1:1")
    assert (diagnosis.errors, diagnosis.status) == (["connection-refused"], 69)


def test_the_network_is_unreachable(program: Program) -> None:
    # Addresses for documentation (RFC 3849) lead nowhere; most systems say so at once.
    diagnosis = look(program, "https://[2001:db8::1]")
    assert len(diagnosis.errors) == 1
    assert diagnosis.errors[0] in ("host-unreachable", "connection-timed-out") and diagnosis.status == 69


def test_the_certificate_is_of_an_unknown_authority(program: Program, authority: Authority) -> None:
    with front_end(endpoint, certificates=authority.certificates("127.0.0.1")) as server:
        diagnosis = look(program, server.address)
    assert (diagnosis.errors, diagnosis.status) == (["certificate-untrusted"], 69)
    assert "--ca-file" in diagnosis["certificate-untrusted"]["wayOut"]


def test_the_certificate_is_for_another_host(program: Program, authority: Authority) -> None:
    with front_end(endpoint, certificates=authority.certificates("other.example")) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    assert diagnosis.errors == ["certificate-other-host"]


def test_the_certificate_has_expired(program: Program, authority: Authority) -> None:
    expired = authority.certificates("127.0.0.1", begin=-9 * DAY, end=-2 * DAY)
    with front_end(dated(datetime.timedelta(0)), certificates=expired) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    assert diagnosis.errors == ["certificate-expired"]
    # The secret went nowhere: only the clock was asked for.
    assert all("authorization" not in asked.headers for asked in server.asked)


def test_the_certificate_is_not_valid_yet(program: Program, authority: Authority) -> None:
    later = authority.certificates("127.0.0.1", begin=2 * DAY, end=9 * DAY)
    with front_end(dated(datetime.timedelta(0)), certificates=later) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    assert diagnosis.errors == ["certificate-not-yet-valid"]


def dated(lead: datetime.timedelta) -> Answer:
    """An endpoint whose clock is ahead by `lead`."""

    def answer(asked: Asked) -> Said:
        date = format_datetime(datetime.datetime.now(datetime.timezone.utc) + lead, usegmt=True)
        return Said(401, "the secret is required", {**CHALLENGE, "Date": date})

    return answer


def test_the_clock_is_wrong(program: Program, authority: Authority) -> None:
    with front_end(dated(3 * DAY)) as server:
        diagnosis = look(program, server.address)
    assert (diagnosis.errors, diagnosis.status) == (["clock-wrong"], 1)
    assert "3 d behind" in diagnosis["clock-wrong"]["evidence"]
    with front_end(dated(datetime.timedelta(minutes=2))) as server:
        assert look(program, server.address).errors == []


def test_a_wrong_clock_is_the_cause_of_a_certificate_that_looks_expired(
    program: Program, authority: Authority
) -> None:
    later = authority.certificates("127.0.0.1", begin=2 * DAY, end=9 * DAY)
    with front_end(dated(3 * DAY), certificates=later) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    assert diagnosis.errors == ["clock-wrong", "certificate-not-yet-valid"] and diagnosis.status == 1


def test_what_answers_speaks_no_tls(program: Program) -> None:
    with front_end(lambda asked: b"") as server:
        diagnosis = look(program, f"https://127.0.0.1:{server.port}")
    assert diagnosis.errors == ["tls-failed"]


def test_a_client_certificate_is_wanted_in_the_handshake(program: Program, authority: Authority) -> None:
    certificates = authority.certificates("127.0.0.1")
    certificates.verify_mode = ssl.CERT_REQUIRED
    certificates.load_verify_locations(str(authority.file))
    with front_end(endpoint, certificates=certificates) as server:
        diagnosis = look(program, server.address, "--ca-file", authority.file)
    assert (diagnosis.errors, diagnosis.status) == (["client-certificate-refused"], 77)


def test_the_file_of_certificates_is_none(program: Program, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    diagnosis = look(program, "https://127.0.0.1:9", "--ca-file", tmp_path / "none.pem")
    assert (diagnosis.errors, diagnosis.status) == (["ca-file-unreadable"], 65)


def test_it_is_no_web_server(program: Program) -> None:
    with front_end(lambda asked: b"220 mail.example ESMTP\r\n") as server:
        assert look(program, server.address).errors == ["not-http"]


def test_the_connection_is_closed_without_an_answer(program: Program) -> None:
    with front_end(lambda asked: b"") as server:
        assert look(program, server.address).errors == ["connection-lost"]


def test_no_answer_comes(program: Program) -> None:
    held = threading.Event()

    def hold(asked: Asked) -> bytes:
        held.wait(60)
        return b""

    with front_end(hold) as server:
        diagnosis = look(program, server.address, "--timeout", "1")
        held.set()
    assert (diagnosis.errors, diagnosis.status) == (["no-answer"], 69)


@pytest.mark.parametrize(
    ("status", "found", "code"),
    [(407, "proxy-credentials", 77), (403, "proxy-refuses", 69), (502, "proxy-refuses", 69)],
)
def test_the_proxy_does_not_connect(program: Program, status: int, found: str, code: int) -> None:
    with closing(Proxy(status=status)) as proxy:
        program.environment |= proxy.environment
        diagnosis = look(program, "https://site.example")
    assert (diagnosis.errors, diagnosis.status) == ([found], code)
    assert "127.0.0.1" in diagnosis[found]["evidence"]


def test_the_proxy_is_not_there_or_none(program: Program) -> None:
    program.environment |= {"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""}
    assert look(program, "https://site.example").errors == ["proxy-unreachable"]
    program.environment |= {"HTTPS_PROXY": "socks5://user:hush@127.0.0.1:9", "NO_PROXY": ""}
    diagnosis = look(program, "https://site.example")
    assert (diagnosis.errors, diagnosis.status) == (["proxy-not-usable"], 65)
    assert "hush" not in str(diagnosis.report)


def test_a_socks_proxy_that_wants_a_login(program: Program) -> None:
    with closing(SOCKSProxy(wants_login=True)) as proxy:
        program.environment |= {"ALL_PROXY": proxy.url, "NO_PROXY": ""}
        diagnosis = look(program, "https://site.example")
    assert (diagnosis.errors, diagnosis.status) == (["proxy-credentials"], 77)


@pytest.mark.parametrize("kind", [Proxy, SOCKSProxy])
def test_a_proxy_that_connects_is_silent(
    program: Program, authority: Authority, kind: type[Proxy | SOCKSProxy]
) -> None:
    certificates = authority.certificates("site.example")
    with front_end(endpoint, certificates=certificates) as server, closing(kind(server.port)) as proxy:
        program.environment |= {"ALL_PROXY": proxy.url, "NO_PROXY": ""}
        diagnosis = look(program, "https://site.example", "--ca-file", authority.file)
        assert set(proxy.places) == {"site.example:443"}
    assert list(diagnosis.findings) == ["secret-unknown"]
