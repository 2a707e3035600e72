"""Publishing to Azure through a proxy: the one that the environment names, for the hosts that need it."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import DOMAIN, AzureStand
from front_end import Proxy, SOCKSProxy
from program import Program

LOGIN = "user:p@ss word"
WRITTEN = "user:p%40ss%20word"


@pytest.fixture
def publishing(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    """A project for a site all of whose names only a proxy can resolve."""
    running = azure.add(start_seconds=0.02)
    running.site.host = f"site.{DOMAIN}:{running.host.port}"
    running.site.scm_host = f"scm.{DOMAIN}:{running.kudu.port}"
    made = AzurePublishing(program, azure, running, small_project(tmp_path / "project"))
    program.environment |= dict.fromkeys(("https_proxy", "ALL_PROXY", "all_proxy", "no_proxy"), "")
    program.environment |= {
        "AZURE_RESOURCE_MANAGER_URL": f"https://arm.{DOMAIN}:{azure.arm.port}",
        "PTVSD_PUBLISH_RETRY_DELAY": "10",
    }
    return made


def test_everything_goes_through_the_proxy(publishing: AzurePublishing) -> None:
    with closing(Proxy()) as proxy:
        publishing.program.environment |= proxy.environment
        publishing.debug()
        assert "ptvsd/settings.json" in publishing.tree()
        assert proxy.targets == {f"{name}.{DOMAIN}" for name in ("arm", "scm", "site")}
        heads = b"".join(asked.raw for asked in proxy.asked)
        assert heads.count(b"CONNECT ") == len(proxy.asked)
        assert b"authorization" not in heads.lower(), "a token or password stays inside the connection"


@pytest.mark.parametrize("scheme", ["socks5h", "socks5"])
def test_everything_goes_through_a_socks_proxy(publishing: AzurePublishing, scheme: str) -> None:
    with closing(SOCKSProxy()) as proxy:
        publishing.program.environment |= {
            "HTTPS_PROXY": "", "NO_PROXY": "", "ALL_PROXY": f"{scheme}://{proxy.place}"
        }  # fmt: skip
        publishing.debug()
        assert "ptvsd/settings.json" in publishing.tree()
        assert proxy.targets == {f"{name}.{DOMAIN}" for name in ("arm", "scm", "site")}


@pytest.mark.parametrize(
    ("ways", "status", "says"),
    [
        ({"wants_login": True}, 77, "the SOCKS proxy '{place}' wants a user and password ("),
        ({"reply": 5}, 69, "the proxy '{place}' does not connect to "),
    ],
    ids=["login", "refused"],
)
def test_a_socks_proxy_that_lets_nobody_through_is_one_sentence(
    publishing: AzurePublishing, ways: dict[str, Any], status: int, says: str
) -> None:
    with closing(SOCKSProxy(**ways)) as proxy:
        publishing.program.environment |= {"HTTPS_PROXY": proxy.url, "NO_PROXY": ""}
        result = publishing.release(status=status)
        [line] = errors(result)
        assert line.startswith("error: " + says.format(place=proxy.place)), result.err
        assert status == 77 or ": the connection was refused (" in line, line


def test_a_socks_proxy_that_hangs_up_is_one_sentence(publishing: AzurePublishing) -> None:
    class Silent(SOCKSProxy):
        def serve(self, connection: socket.socket) -> None:
            connection.recv(3)

    with closing(Silent()) as proxy:
        publishing.program.environment |= {"HTTPS_PROXY": proxy.url, "NO_PROXY": ""}
        [line] = errors(publishing.release(status=69))
        assert line.startswith(f"error: the proxy '{proxy.place}' does not connect to "), line
        assert ": it closed the connection (" in line


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_proxy_is_given_its_credentials(publishing: AzurePublishing, variable: str) -> None:
    with closing(Proxy(login=LOGIN)) as proxy:
        publishing.program.environment |= {"HTTPS_PROXY": "", variable: f"http://{WRITTEN}@{proxy.place}"}
        result = publishing.release()
        assert "app.py" in publishing.tree() and proxy.asked
        assert "p@ss" not in result.err and "p%40ss" not in result.err


@pytest.mark.parametrize(
    ("login", "says"),
    [
        ("", "wants a user and password (407)"),
        ("user:bad%21@", "does not accept the user and password given (407)"),
    ],
)
def test_a_proxy_that_lets_nobody_through_is_one_sentence(
    publishing: AzurePublishing, login: str, says: str
) -> None:
    with closing(Proxy(login=LOGIN)) as proxy:
        publishing.program.environment["HTTPS_PROXY"] = f"http://{login}{proxy.place}"
        result = publishing.release(status=77)
        [line] = errors(result)
        assert line.startswith(f"error: the proxy '{proxy.place}' {says} ("), result.err
        assert "HTTPS_PROXY, as in http://<user>:<password>@host:port" in line
        assert "bad" not in result.err and result.err.count("trying again") == 0
        assert len(proxy.asked) == 1


def test_a_proxy_that_does_not_connect_is_one_sentence(publishing: AzurePublishing) -> None:
    with closing(Proxy(status=403)) as proxy:
        publishing.program.environment |= proxy.environment
        result = publishing.release(status=69)
        [line] = errors(result)
        assert line.startswith(f"error: the proxy '{proxy.place}' does not connect to ")


def test_a_proxy_that_is_not_there_is_one_sentence(publishing: AzurePublishing) -> None:
    place = "127.0.0.1:1"
    publishing.program.environment["HTTPS_PROXY"] = f"http://{WRITTEN}@{place}"
    result = publishing.release(status=69)
    [line] = errors(result)
    assert line.startswith(f"error: the proxy '{place}' cannot be reached: it refuses the connection (")
    assert "p@ss" not in result.err and "p%40ss" not in result.err


def test_a_proxy_of_another_kind_is_one_sentence(publishing: AzurePublishing) -> None:
    publishing.program.environment["HTTPS_PROXY"] = "socks5://user:hush@127.0.0.1:9"
    result = publishing.release(status=65)
    [line] = errors(result)
    assert line.startswith("error: '127.0.0.1:9' in HTTPS_PROXY is no proxy that can be used (")
    assert "hush" not in result.err


@pytest.mark.parametrize("exempt", ["*", f".{DOMAIN}", f"x, {DOMAIN}"])
def test_hosts_that_are_exempt_are_not_asked_of_the_proxy(publishing: AzurePublishing, exempt: str) -> None:
    with closing(Proxy()) as proxy:
        publishing.program.environment |= {**proxy.environment, "NO_PROXY": exempt}
        result = publishing.release(status=69)
        # A resolver without a network may take longer than the program waits.
        assert re.search("has no address|cannot be reached in time", result.err) and proxy.asked == []


def test_each_host_goes_its_own_way(publishing: AzurePublishing) -> None:
    """This machine is reached directly, and so is a port that is exempt."""
    running = publishing.running
    running.site.host = f"localhost:{running.host.port}"
    with closing(Proxy()) as proxy:
        publishing.program.environment |= {**proxy.environment, "NO_PROXY": f"scm.{DOMAIN}:1"}
        publishing.debug()
        assert proxy.targets == {f"arm.{DOMAIN}", f"scm.{DOMAIN}"}
