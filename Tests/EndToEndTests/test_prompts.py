"""Passwords from netrc and from a terminal: for SCM sites and for FTP, only where nothing else signs in, never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure_profiles import by_basic, write_pubxml
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from ftp_stand import PASSWORD, USER, FTPStand
from program import Program, tree
from serving import wait_until
from terminal import CONTROL_C, CONTROL_D, Terminal


@pytest.fixture
def publishing(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    """A site on Windows whose owner is not signed in to `az`."""
    azure.sign_out()
    running = azure.add(linux=False)
    return AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=True))


def scm(publishing: AzurePublishing) -> str:
    return f"https://{publishing.running.site.scm_host}"


def write_netrc(program: Program, text: str) -> None:
    (program.home / ".netrc").write_text(text)
    (program.home / ".netrc").chmod(0o600)


def assert_kept_nowhere(publishing: AzurePublishing) -> None:
    """The password stands in no file of the user's, and no `az` was told it."""
    password = publishing.running.site.password
    for file in (*publishing.program.home.rglob("*"), *publishing.project.rglob("*")):
        assert not file.is_file() or password.encode() not in file.read_bytes(), file
    assert not [line for line in publishing.stand.az_log if password in line]


# From netrc


def test_the_password_of_a_profiles_user_is_found_in_netrc(publishing: AzurePublishing) -> None:
    site = publishing.running.site
    write_pubxml(publishing, "ZipDeploy")
    write_netrc(
        publishing.program,
        f"machine localhost login somebody password wrong\nmachine localhost login {site.user} password {site.password}\n",
    )
    publishing.run("--profile", "Live")
    assert "app.py" in publishing.tree() and by_basic(publishing)


def test_user_and_password_of_an_scm_site_are_found_in_netrc(publishing: AzurePublishing) -> None:
    site, program = publishing.running.site, publishing.program
    elsewhere = program.home / "my netrc"
    elsewhere.write_text(f"machine localhost\n  login {site.user}\n  password {site.password}\n")
    program.environment["NETRC"] = str(elsewhere)
    publishing.run("--to", scm(publishing), "--configuration", "Debug", "--yes")
    assert "ptvsd/settings.json" in publishing.tree()
    publishing.run("rotate")
    assert by_basic(publishing)


def test_a_password_for_any_host_is_no_reason_to_use_no_token(publishing: AzurePublishing) -> None:
    write_netrc(publishing.program, "default login anonymous password guest@example\n")
    (publishing.stand.tools / "signed-out").unlink()
    publishing.run("--to", scm(publishing))
    assert "app.py" in publishing.tree()


def test_a_site_that_is_named_takes_its_token_whatever_netrc_says(publishing: AzurePublishing) -> None:
    write_netrc(publishing.program, "machine localhost login old password stale\n")
    (publishing.stand.tools / "signed-out").unlink()
    publishing.run("--to", publishing.destination)
    assert "app.py" in publishing.tree()


def test_a_wrong_password_in_netrc_is_told_of(publishing: AzurePublishing) -> None:
    write_netrc(publishing.program, f"machine localhost login {publishing.running.site.user} password stale\n")
    result = publishing.run("--to", scm(publishing), status=77)
    [line] = errors(result)
    assert "the password is wrong" in line and "~/.netrc" in line and "stale" not in line


# On a terminal


def test_the_password_of_an_scm_site_is_asked_for_and_not_shown(publishing: AzurePublishing) -> None:
    site = publishing.running.site
    write_pubxml(publishing, "ZipDeploy")
    with Terminal(publishing.program, "--profile", "Live", cwd=publishing.project) as terminal:
        assert not [word for word in terminal.arguments if site.password in word]
        terminal.shows(f"Password of {site.user} for localhost: ")
        assert not terminal.echoes
        result = terminal.type(site.password + "\n").ends()
        assert terminal.echoes, "the terminal is as it was"
    assert result.status == 0, result.out
    assert site.password not in result.out and result.out.count("Password of") == 1
    assert "'az' gives no access to Azure" in result.out, "it says why it asks"
    assert "app.py" in publishing.tree() and publishing.stand.arm.seen == []
    assert_kept_nowhere(publishing)


def test_user_and_password_are_asked_for_where_neither_is_known(publishing: AzurePublishing) -> None:
    site = publishing.running.site
    arguments = ("--to", scm(publishing), "--configuration", "Debug", "--yes", "--quiet")
    with Terminal(publishing.program, *arguments, cwd=publishing.project) as terminal:
        terminal.shows("User for localhost: ")
        assert terminal.echoes
        terminal.type(site.user + "\n").shows(f"Password of {site.user} for localhost: ")
        result = terminal.type(site.password + "\r").ends()
    assert result.status == 0 and site.password not in result.out, result.out
    with Terminal(publishing.program, "rotate", cwd=publishing.project) as terminal:
        terminal.shows("User for localhost: ").type(site.user + "\n")
        terminal.shows("Password of").type(site.password + "\n")
        assert terminal.ends().status == 0, terminal.screen
    assert_kept_nowhere(publishing)


@pytest.mark.parametrize(("key", "status"), [(CONTROL_C, 130), (CONTROL_D, 77), ("\n", 77)], ids=["interrupt", "end", "empty"])
def test_no_password_is_an_end_with_the_terminal_as_it_was(
    key: str, status: int, publishing: AzurePublishing
) -> None:
    write_pubxml(publishing, "ZipDeploy")
    with Terminal(publishing.program, "--profile", "Live", cwd=publishing.project) as terminal:
        terminal.shows("Password of").type(key)
        result = terminal.ends()
        assert terminal.echoes
    assert result.status == status, result.out
    lines = result.out.rstrip("\n").split("\n")
    assert lines[-1].startswith("error: ") and "run it on a terminal" not in lines[-1], result.out
    assert ("was given" in lines[-1]) == (status == 77)
    assert publishing.running.kudu.seen == []


def test_nobody_is_asked_in_continuous_integration(publishing: AzurePublishing) -> None:
    write_pubxml(publishing, "ZipDeploy")
    publishing.program.environment["CI"] = "true"
    with Terminal(publishing.program, "--profile", "Live", cwd=publishing.project) as terminal:
        result = terminal.ends()
    assert result.status == 77 and "Password of" not in result.out
    for way in ("az login", "PTVSD_PUBLISH_PASSWORD", "~/.netrc"):
        assert way in result.out


def test_nobody_is_asked_where_az_signs_in(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "signed-out").unlink()
    write_pubxml(publishing, "ZipDeploy")
    with Terminal(publishing.program, "--profile", "Live", cwd=publishing.project) as terminal:
        result = terminal.ends()
    assert result.status == 0 and "Password of" not in result.out, result.out


def test_a_site_that_only_azure_can_find_is_not_asked_for(publishing: AzurePublishing) -> None:
    with Terminal(publishing.program, "--to", publishing.destination, cwd=publishing.project) as terminal:
        result = terminal.ends()
    assert result.status == 77 and "User for" not in result.out
    assert "az login" in result.out and "'--to https://HOST'" in result.out


def test_an_application_that_may_not_sign_in_is_not_got_around(publishing: AzurePublishing) -> None:
    arm = publishing.stand.arm
    publishing.program.environment.update(
        AZURE_TENANT_ID=arm.tenant, AZURE_CLIENT_ID=arm.client, AZURE_CLIENT_SECRET="wrong",
        AZURE_SUBSCRIPTION_ID=arm.subscription,
    )  # fmt: skip
    write_pubxml(publishing, "ZipDeploy")
    with Terminal(publishing.program, "--profile", "Live", cwd=publishing.project) as terminal:
        result = terminal.ends()
    assert result.status == 77 and "AADSTS7000215" in result.out and "Password of" not in result.out


def test_a_host_that_azure_does_not_know_is_asked_for_its_own_password(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "signed-out").unlink()
    stranger = publishing.stand.add("stranger", linux=False)
    publishing.stand.arm.sites.pop()
    tokens: list[str] = []
    stranger.kudu._is_token = lambda token: tokens.append(token) or True  # type: ignore[func-returns-value]
    target = f"https://{stranger.site.scm_host}"
    with Terminal(publishing.program, "--to", target, cwd=publishing.project) as terminal:
        terminal.shows("User for localhost: ").type(stranger.site.user + "\n")
        result = terminal.shows("Password of").type(stranger.site.password + "\n").ends()
    assert result.status == 0 and "gets no token" in result.out, result.out
    assert tokens == [] and "app.py" in stranger.site.tree()


# By FTP


def test_the_password_of_an_ftp_server_is_asked_for_and_not_shown(
    stand: FTPStand, program: Program, sample: Any
) -> None:
    project = sample("BottleSite")
    for name in ("PTVSD_PUBLISH_USER", "PTVSD_PUBLISH_PASSWORD", "NETRC"):
        program.environment.pop(name, None)
    target = stand.url("site/wwwroot")
    with Terminal(program, "--to", target, cwd=project) as terminal:
        terminal.shows("User for ").type(USER + "\n").shows(f"Password of {USER} for ")
        assert not terminal.echoes
        result = terminal.type(PASSWORD + "\n").ends()
        assert terminal.echoes
    assert result.status == 0 and PASSWORD not in result.out, result.out
    assert tree(stand.root / "site" / "wwwroot")
    with Terminal(program, "--to", target, cwd=project) as terminal:
        terminal.shows("User for ").type(USER + "\n").shows("Password of").type("half" + CONTROL_C)
        result = terminal.ends()
        wait_until(lambda: terminal.echoes, "the terminal as it was")
    assert result.status == 130 and "half" not in result.out, result.out
