"""The way to an FTP server: whose certificates are believed, and the proxy that the environment names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme
from front_end import Proxy, SOCKSProxy
from ftp_stand import NAME, FTPStand
from program import Program, tree

LOGIN = "user:p@ss word"
WRITTEN = "user:p%40ss%20word"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A plain folder to publish."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "main.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    for index in range(8):
        (folder / f"page{index}.css").write_text(f"/* {index} */\n" * 50)
    return folder


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """An authority that has signed nothing here."""
    file = tmp_path / "foreign.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file


@pytest.fixture(autouse=True)
def no_proxy(program: Program) -> None:
    """Whatever proxy the machine has is none of the tests'."""
    names = [f"{scheme}_proxy" for scheme in ("ftp", "ftps", "all", "no")]
    program.environment |= dict.fromkeys([*names, *map(str.upper, names)], "")


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy that knows the server's name."""
    with closing(Proxy(login=LOGIN, address="127.0.0.2")) as made:
        yield made


def test_an_authority_that_is_named_is_believed_besides_the_others(
    stand: FTPStand, program: Program, site: Path, foreign: Path
) -> None:
    """`--ca-file` adds to the system's authorities, and to those that take their place."""
    untrusted = "the certificate of '127.0.0.2' is not to be trusted"
    for variable, option, trusted in (
        ("", stand.ca_file, True),
        (foreign, stand.ca_file, True),
        (stand.ca_file, foreign, True),
        ("", foreign, False),
        (foreign, foreign, False),
    ):
        program.environment["SSL_CERT_FILE"] = str(variable)
        result = program(
            "--to", stand.url("www"), "--ca-file", option, "--dry-run", cwd=site, status=0 if trusted else 69
        )
        assert (untrusted in result.err) == (not trusted), (variable, option)


def test_a_file_without_certificates_is_named(stand: FTPStand, program: Program, site: Path) -> None:
    (site / "page0.css").rename(site.parent / "none.pem")
    for name in ("none.pem", "absent.pem"):
        result = program("--to", stand.url("www"), "--ca-file", f"../{name}", cwd=site, status=65)
        assert name in result.err and len(result.err.strip().splitlines()) == 1, result.err


@pytest.mark.parametrize("variable", ["ftp_proxy", "ALL_PROXY"])
def test_everything_goes_through_the_proxy(
    variable: str, stand: FTPStand, program: Program, site: Path, proxy: Proxy
) -> None:
    program.environment[variable] = f"http://{WRITTEN}@{proxy.place}"
    result = program("--to", stand.url("www", host=NAME), cwd=site)
    assert tree(stand.root / "www") == tree(site)
    assert proxy.targets == {NAME}
    assert {asked.method for asked in proxy.asked} == {"CONNECT"}
    # The login and each listing and upload have a connection of their own.
    assert len({asked.target for asked in proxy.asked}) > 1
    assert "p@ss" not in result.err


def test_a_socks_proxy_serves_as_well(stand: FTPStand, program: Program, site: Path) -> None:
    with closing(SOCKSProxy(address="127.0.0.2")) as proxy:
        program.environment["ALL_PROXY"] = proxy.url
        program("--to", stand.url("www", host=NAME), cwd=site)
        assert tree(stand.root / "www") == tree(site)
        assert proxy.targets == {NAME}


@pytest.mark.parametrize(
    ("login", "says"),
    [
        ("", "wants a user and password (407)"),
        ("user:bad%21@", "does not accept the user and password given (407)"),
    ],
)
def test_a_proxy_that_lets_nobody_through_is_one_sentence(
    login: str, says: str, stand: FTPStand, program: Program, site: Path, proxy: Proxy
) -> None:
    program.environment["ALL_PROXY"] = f"http://{login}{proxy.place}"
    result = program("--to", stand.url("www", host=NAME), cwd=site, status=77)
    assert result.err.startswith(f"error: the proxy '{proxy.place}' {says}"), result.err
    assert len(result.err.strip().splitlines()) == 1 and "bad" not in result.err
    assert len(proxy.asked) <= 2


def test_a_proxy_that_does_not_connect_is_one_sentence(stand: FTPStand, program: Program, site: Path) -> None:
    with closing(Proxy(status=403)) as proxy:
        program.environment["ALL_PROXY"] = f"http://{proxy.place}"
        result = program("--to", stand.url("www", host=NAME), cwd=site, status=69)
        said = f"error: the proxy '{proxy.place}' does not connect to '{NAME}': it answered 403"
        assert result.err.startswith(said), result.err
        assert len(result.err.strip().splitlines()) == 1


def test_a_proxy_that_is_not_there_is_one_sentence(stand: FTPStand, program: Program, site: Path) -> None:
    place = "127.0.0.1:1"
    for named, status, says in (
        (
            f"http://{WRITTEN}@{place}",
            69,
            f"the proxy '{place}' cannot be reached: it does not accept connections",
        ),
        (
            "no-such-host.invalid:1",
            69,
            "'no-such-host.invalid:1' cannot be reached: its name cannot be found",
        ),
        (f"gopher://{WRITTEN}@{place}", 65, f"'{place}' in ftp_proxy is no proxy that can be used"),
    ):
        program.environment["ftp_proxy"] = named
        result = program("--to", stand.url("www", host=NAME), cwd=site, status=status)
        assert says in result.err and len(result.err.strip().splitlines()) == 1, result.err
        assert "p@ss" not in result.err and "p%40ss" not in result.err


def test_what_needs_no_proxy_is_reached_without(
    stand: FTPStand, program: Program, site: Path, proxy: Proxy
) -> None:
    program.environment["ALL_PROXY"] = f"http://{proxy.place}"
    program("--to", stand.url("www"), cwd=site)
    assert tree(stand.root / "www") == tree(site)
    for exempt in ("*", ".example", f"x, {NAME}:{stand.port}"):
        program.environment["NO_PROXY"] = exempt
        result = program("--to", stand.url("www", host=NAME), cwd=site, status=69)
        assert f"there is no host '{NAME}'" in result.err
    assert proxy.asked == []
    # Variables for other ways than this one do not count.
    program.environment |= {"ALL_PROXY": "", "HTTPS_PROXY": f"http://{proxy.place}", "NO_PROXY": ""}
    program("--to", stand.url("www", host=NAME), cwd=site, status=69)
    assert proxy.asked == []
