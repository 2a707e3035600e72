"""Whatever stands between a debugger and a site, `attach` names it in one line, and ends with the exit code for it."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attach_endpoint import Endpoint
from attaching import SECRET, Authority, answering, http, serving
from front_end import Proxy, SOCKSProxy
from program import Program

RESOLVER = "60"  # one that reaches no server of its network gives up after ten seconds
UNAVAILABLE, NOT_AUTHORISED, BAD_INPUT, USAGE = 69, 77, 65, 64
REALM = 'Basic realm="ptvsd", charset="UTF-8"'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def attach(program: Program, tmp_path: Path) -> Iterator[object]:
    """Runs `attach` to its end; returns its code and the errors it printed, without its progress."""

    def run(
        url: str, *arguments: str | Path, secret: str = SECRET, timeout: str = "10", **environment: str
    ) -> tuple[int, str]:
        program.environment = {"PTVSD_SECRET": secret, "HTTPS_PROXY": "", "NO_PROXY": "", **environment}
        result = program("attach", url, "--timeout", timeout, *arguments, cwd=tmp_path, status=None)
        assert result.out == ""
        assert SECRET not in result.err
        lines = [line for line in result.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, result.err
        return result.status, lines[0].removeprefix("error: ")

    yield run


@pytest.mark.parametrize(
    ("answer", "code", "line"),
    [
        (
            http("401 Unauthorized", WWW_Authenticate=REALM),
            NOT_AUTHORISED,
            "'{place}' does not accept the secret (401): it is the one in PTVSD_SECRET",
        ),
        (
            http("401 Unauthorized", WWW_Authenticate="Bearer"),
            NOT_AUTHORISED,
            "'{place}' wants a sign-in before the endpoint is reached",
        ),
        (
            http(
                "403 Forbidden",
                "access to the debugger expired at 2026-11-20T10:00:00Z; publish the Debug configuration again\n",
                Content_Type="text/plain; charset=utf-8",
            ),
            NOT_AUTHORISED,
            "'{place}' lets nobody in any more: access to the debugger expired at 2026-11-20T10:00:00Z (403)",
        ),
        (
            http("403 Site Disabled", "<h1>Error 403 - This web app is stopped.</h1>", Content_Type="text/html"),
            NOT_AUTHORISED,
            "'{place}' refuses the request before the endpoint is reached (403)",
        ),
        (http("404 Not Found"), UNAVAILABLE, "'{place}' answers, but has no debug endpoint (404)"),
        (http("200 OK", "<html>welcome</html>"), UNAVAILABLE, "'{place}' answers, but has no debug endpoint (200)"),
        (
            http("429 Too Many Requests", Retry_After="42"),
            NOT_AUTHORISED,
            "'{place}' was sent too many wrong secrets (429)",
        ),
        (http("503 Service Unavailable"), UNAVAILABLE, "the site at '{place}' does not run (503)"),
        (http("500 Internal Server Error"), UNAVAILABLE, "the endpoint of '{place}' answered with status 500"),
        (
            http("301 Moved Permanently", Location="https://www.example.org/ptvsd/status?key=1"),
            UNAVAILABLE,
            "'{place}' redirects to 'https://www.example.org/ptvsd/status' (301)",
        ),
        (
            http("302 Found", Location="https://login.microsoftonline.com/common/oauth2/authorize?x=1"),
            NOT_AUTHORISED,
            (
                "'{place}' wants a sign-in before the endpoint is reached, at "
                "'https://login.microsoftonline.com/common/oauth2/authorize'"
            ),
        ),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", UNAVAILABLE, "what answers at '{place}' does not speak HTTP"),
        (b"", UNAVAILABLE, "'{place}' closed the connection without an answer"),
    ],
)
def test_an_answer_is_explained(attach, answer: bytes, code: int, line: str) -> None:
    with answering(answer) as port:
        found, text = attach(f"http://127.0.0.1:{port}")
    assert text.startswith(line.format(place=f"127.0.0.1:{port}") + " ("), text
    assert found == code


def test_a_name_that_does_not_exist(attach) -> None:
    code, line = attach("https://no-such-host.invalid", timeout=RESOLVER)
    assert (code, line) == (
        UNAVAILABLE,
        (
            "the name 'no-such-host.invalid' cannot be found "
            "(check its spelling, and whether this machine has a network)"
        ),
    )


def test_a_port_where_nobody_listens(attach) -> None:
    code, line = attach("http://127.0.0.1:1")
    assert code == UNAVAILABLE
    assert line.startswith("'127.0.0.1:1' refuses the connection (")


def test_a_server_that_never_answers(attach) -> None:
    with serving(lambda connection: time.sleep(30)) as port:
        code, line = attach(f"http://127.0.0.1:{port}", timeout="3")
    assert code == UNAVAILABLE
    assert f"'127.0.0.1:{port}' did not answer within" in line


def test_the_secret_does_not_travel_in_clear(attach) -> None:
    code, line = attach("ws://ptvsdemo.example/ptvsd")
    assert code == BAD_INPUT
    assert line.startswith("the secret would travel to 'ptvsdemo.example' in clear (")


def test_certificates(attach, authority: Authority) -> None:
    ok = http("404 Not Found")
    local = authority.context("DNS:localhost")
    with answering(ok, local) as port:
        code, line = attach(f"https://localhost:{port}")
        assert code == UNAVAILABLE
        assert line.startswith(
            f"the certificate of 'localhost:{port}' comes from an authority that is not trusted here ("
        )
        assert "no debug endpoint" in attach(f"https://localhost:{port}", "--ca-file", authority.file)[1]
        named = attach(f"https://localhost:{port}", SSL_CERT_FILE=str(authority.file))
        assert "no debug endpoint" in named[1]
        assert "is made out for another host" in attach(f"https://127.0.0.1:{port}", "--ca-file", authority.file)[1]
    with answering(ok, authority.context("IP:127.0.0.1")) as port:
        assert "no debug endpoint" in attach(f"https://127.0.0.1:{port}", "--ca-file", authority.file)[1]
    with answering(ok, authority.context("DNS:localhost", expired=True)) as port:
        line = attach(f"https://localhost:{port}", "--ca-file", authority.file)[1]
        assert line.startswith(f"the certificate of 'localhost:{port}' expired at 20"), line
    with answering(ok) as port:
        assert "TLS with" in attach(f"https://127.0.0.1:{port}")[1]
    missing = attach("https://localhost:1", "--ca-file", "missing.pem")
    assert missing[0] == BAD_INPUT
    assert "missing.pem' cannot be read as certificates" in missing[1] and "'--ca-file'" in missing[1]
    assert "'SSL_CERT_FILE'" in attach("https://localhost:1", SSL_CERT_FILE="missing.pem")[1]


def test_proxies(attach, authority: Authority) -> None:
    seen: list[bytes] = []
    local = authority.context("DNS:site.example")

    def proxy(connection: socket.socket) -> None:
        """A proxy that leads everything to a server of its own."""
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                return
            head += part
        seen.append(head)
        if b"Proxy-Authorization: Basic dXNlcjpwQHNz" not in head:
            connection.sendall(http("407 Proxy Authentication Required"))
            connection.close()
            return
        if b"CONNECT site.example:443 " not in head:
            connection.sendall(http("403 Forbidden"))
            connection.close()
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with local.wrap_socket(connection, server_side=True) as inner:
            seen.append(inner.recv(65536))
            inner.sendall(http("404 Not Found"))

    ca = ("--ca-file", authority.file)
    with serving(proxy) as port:
        right = f"http://user:p%40ss@127.0.0.1:{port}"
        code, line = attach("https://site.example", *ca, HTTPS_PROXY=right)
        assert (code, line.partition(" (")[0]) == (UNAVAILABLE, "'site.example' answers, but has no debug endpoint")
        assert seen[0].startswith(b"CONNECT site.example:443 HTTP/1.1\r\n")
        assert b"Authorization: Basic " in seen[1] and b"Proxy-Authorization" not in seen[1]
        assert SECRET.encode() not in seen[0] and seen[0].count(b"Authorization") == 1

        code, line = attach("https://site.example", *ca, HTTPS_PROXY=f"http://user:bad@127.0.0.1:{port}")
        assert code == NOT_AUTHORISED
        assert line.startswith(
            f"the proxy '127.0.0.1:{port}' does not accept the user and password given (407)"
        )
        line = attach("https://site.example", *ca, https_proxy=f"127.0.0.1:{port}")[1]
        assert line.startswith(f"the proxy '127.0.0.1:{port}' wants a user and password (407)")
        line = attach("https://other.example", *ca, HTTPS_PROXY=right)[1]
        assert line.startswith(
            f"the proxy '127.0.0.1:{port}' does not connect to 'other.example': it answered 403"
        )
        line = attach("https://site.invalid", *ca, HTTPS_PROXY=right, NO_PROXY=".invalid", timeout=RESOLVER)[1]
        assert line.startswith("the name 'site.invalid' cannot be found")
    line = attach("https://site.example", HTTPS_PROXY="http://127.0.0.1:1")[1]
    assert line.startswith("the proxy '127.0.0.1:1' cannot be reached: it refuses the connection")
    code, line = attach("https://site.example", HTTPS_PROXY="socks5://user:word@127.0.0.1:1")
    assert code == BAD_INPUT
    assert line.startswith("'127.0.0.1:1' in HTTPS_PROXY is no proxy that can be used")


def test_a_socks_proxy_finds_names_and_takes_addresses(attach, authority: Authority) -> None:
    ca = ("--ca-file", authority.file)
    certificates = authority.context("DNS:site.example")
    with answering(http("404 Not Found"), certificates) as site, closing(SOCKSProxy(site)) as proxy:
        code, line = attach("https://site.example", *ca, ALL_PROXY=proxy.url)
        assert (code, line.partition(" (")[0]) == (UNAVAILABLE, "'site.example' answers, but has no debug endpoint")
        assert proxy.targets == {"site.example"}
        assert attach(f"https://{'a' * 63}.{'b' * 200}", *ca, ALL_PROXY=proxy.url)[0] == UNAVAILABLE
    with answering(http("404 Not Found")) as site:
        for place in ("site.example:81", "10.1.2.3", "[fd00::1]"):
            with closing(SOCKSProxy(site)) as proxy:
                url = proxy.url.replace("socks5h", "socks5")
                line = attach(f"http://{place}", "--insecure", ALL_PROXY=url)[1]
                assert line.startswith(f"'{place}' answers, but has no debug endpoint"), line
                assert proxy.targets == {place.strip("[]").removesuffix(":81")}


def test_an_address_is_looked_for_in_the_certificate_behind_a_proxy(attach, authority: Authority) -> None:
    for address, made_out_for, says in (
        ("10.1.2.3", "10.1.2.3", "'10.1.2.3' answers, but has no debug endpoint"),
        ("[fd00::1]", "fd00::1", "'[fd00::1]' answers, but has no debug endpoint"),
        # The proxy's own address is none of the site's.
        ("10.1.2.3", "127.0.0.1", "the certificate of '10.1.2.3' is made out for another host"),
    ):
        certificates = authority.context(f"IP:{made_out_for}")
        with answering(http("404 Not Found"), certificates) as site:
            for kind in (SOCKSProxy, Proxy):
                with closing(kind(site)) as proxy:
                    line = attach(f"https://{address}", "--ca-file", authority.file, ALL_PROXY=proxy.url)[1]
                    assert line.startswith(says), line


def test_a_socks_proxy_that_does_not_connect(attach) -> None:
    with closing(SOCKSProxy(wants_login=True)) as proxy:
        code, line = attach("https://site.example", ALL_PROXY=proxy.url)
        assert code == NOT_AUTHORISED
        assert line.startswith(f"the SOCKS proxy '{proxy.place}' wants a user and password (")
    for reply, why in ((1, "it failed"), (2, "its rules forbid it")):
        with closing(SOCKSProxy(reply=reply)) as proxy:
            code, line = attach("https://site.example", ALL_PROXY=proxy.url)
            assert code == UNAVAILABLE
            assert line.startswith(f"the proxy '{proxy.place}' does not connect to 'site.example': {why} ("), line
    line = attach("https://site.example", ALL_PROXY="socks5h://127.0.0.1:1")[1]
    assert line.startswith("the proxy '127.0.0.1:1' cannot be reached: it refuses the connection")


def test_what_is_no_socks_proxy(attach) -> None:
    with answering(http("400 Bad Request")) as port:  # which waits for a request that does not come
        line = attach("https://site.example", ALL_PROXY=f"socks5://127.0.0.1:{port}", timeout="1")[1]
        assert line.startswith(f"the proxy '127.0.0.1:{port}' cannot be reached: it gave no answer")

    def hang_up(connection: socket.socket) -> None:
        connection.recv(3)
        connection.shutdown(socket.SHUT_RDWR)

    with serving(hang_up) as port:
        line = attach("https://site.example", ALL_PROXY=f"socks5://127.0.0.1:{port}")[1]
        assert line.startswith(f"the proxy '127.0.0.1:{port}' does not connect to 'site.example': it closed the conn")

    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with serving(reset) as port:
        began = time.monotonic()
        for _ in range(8):
            line = attach("https://site.example", ALL_PROXY=f"socks5://127.0.0.1:{port}")[1]
            assert "it closed the connection" in line or "cannot be reached" in line, line
            assert "it gave no answer" not in line
        assert time.monotonic() - began < 8 * 15, "the time limit had to end it"

    def http_at_once(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(http("400 Bad Request"))
        connection.recv(1)  # until the other side has gone

    with serving(http_at_once) as port:
        line = attach("https://site.example", ALL_PROXY=f"socks5://127.0.0.1:{port}")[1]
        assert line.startswith(f"the proxy '127.0.0.1:{port}' cannot be reached: it does not speak SOCKS 5")


def test_a_debugger_that_is_not_up(attach) -> None:
    body = '{"agentVersion": "1", "debuggerUp": false, "processes": [], "sessions": []}'
    with answering(http("200 OK", body, Content_Type="application/json")) as port:
        code, line = attach(f"http://127.0.0.1:{port}")
    assert code == UNAVAILABLE
    assert line.startswith(
        f"the debugger in '127.0.0.1:{port}' is not up: no Python process of the site has registered yet ("
    )


async def limited(connection: object) -> None:
    await connection.close(1013, "there are 8 sessions already")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("upgrade", "line"),
    [
        (503, "'{place}' lets no WebSocket through: it answered 503"),
        (200, "'{place}' lets no WebSocket through: it answered 200"),
        (101, "'{place}' takes no more debug sessions: there are 8 sessions already"),
    ],
)
def test_a_session_that_is_not_taken(attach, upgrade: int, line: str) -> None:
    with Endpoint(limited, upgrade=upgrade) as endpoint:
        code, text = attach(f"http://127.0.0.1:{endpoint.port}", "--check")
        assert code == UNAVAILABLE
        assert text.startswith(line.format(place=f"127.0.0.1:{endpoint.port}") + " ("), text


def test_a_certificate_that_is_chosen_by_name(attach, authority: Authority) -> None:
    names: list[str | None] = []
    chosen = authority.context("DNS:localhost")
    front = authority.context("DNS:other.example")

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        names.append(name)
        if name == "localhost":
            connection.context = chosen

    front.sni_callback = choose
    with answering(http("404 Not Found"), front) as port:
        line = attach(f"https://localhost:{port}", "--ca-file", authority.file)[1]
        assert "no debug endpoint" in line and set(names) == {"localhost"}
        names.clear()
        # An address is no name that may be sent (RFC 6066 §3).
        line = attach(f"https://127.0.0.1:{port}", "--ca-file", authority.file)[1]
        assert "is made out for another host" in line and set(names) == {None}


def test_a_process_that_is_not_there(attach) -> None:
    body = (
        '{"agentVersion": "1", "debuggerUp": true, "sessions": [],'
        ' "processes": [{"pid": 17, "name": "python", "port": 0}]}'
    )
    with answering(http("200 OK", body, Content_Type="application/json")) as port:
        code, line = attach(f"http://127.0.0.1:{port}", "--process", "18")
    assert code == UNAVAILABLE
    assert line == f"there is no process 18 in '127.0.0.1:{port}' (those there are: 17)"


def test_what_is_given_wrongly(program: Program, tmp_path: Path) -> None:
    def run(*arguments: str | Path, status: int, **environment: str) -> str:
        program.environment = environment
        return program("attach", *arguments, cwd=tmp_path, status=status).err

    assert "no secret is known for 'site.example'" in run("https://site.example", status=NOT_AUTHORISED)
    assert "'ftp://x' is no address of a site" in run("ftp://x", status=BAD_INPUT)
    assert SECRET not in run(f"wss://{SECRET}@no host/", status=BAD_INPUT)
    assert "PTVSD_SECRET holds no secret" in run("https://x", status=BAD_INPUT, PTVSD_SECRET="a b")
    assert "missing' does not exist" in run("https://x", "--secret-file", "missing", status=BAD_INPUT)
    assert "there is no 'web.debug.config'" in run(status=BAD_INPUT)
    assert "exclude each other" in run("https://x", "--stdio", "--check", status=USAGE)
    assert "is not a port" in run("https://x", "--port", "70000", status=USAGE)
    assert "is not the id of an instance" in run("https://x", "--instance", "a\r\nb", status=USAGE)
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "secret").chmod(0o600)
    with answering(http("404 Not Found")) as port:
        run(f"http://127.0.0.1:{port}", "--secret-file", "secret", status=UNAVAILABLE)
