"""The secret of a project goes to the project's own sites, and to no other that somebody names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attach_endpoint import Endpoint
from program import Program, Result
from serving import Served

MINE = "https://mine.example"
DEBUG = ("--configuration", "Debug")
OTHER = """<Project>
  <PropertyGroup>
    <WebPublishMethod>FileSystem</WebPublishMethod>
    <PublishUrl>../zzz</PublishUrl>
  </PropertyGroup>
</Project>
"""


async def refuse(connection: Any) -> None:
    await connection.close(1013, "there are 8 sessions already")


def unauthorised(connection: Any, request: Any) -> Any:
    """What an endpoint answers to a secret that is not its own."""
    answer = connection.respond(401, "no\n")
    answer.headers["WWW-Authenticate"] = 'Basic realm="ptvsd"'
    return answer


@contextmanager
def endpoint() -> Iterator[tuple[Endpoint, str]]:
    with Endpoint(refuse) as running:
        yield running, f"http://127.0.0.1:{running.port}"


def secrets(running: Endpoint) -> set[str]:
    """What it was sent."""
    given = [headers["Authorization"] for headers in running.headers if "Authorization" in headers]
    return {base64.b64decode(text.removeprefix("Basic ")).decode().removesuffix(":") for text in given}


def secret(program: Program, project: Path) -> str:
    return program("url", cwd=project).out.partition("://")[2].partition("@")[0]


@pytest.fixture
def project(program: Program, sample: Any) -> Path:
    folder: Path = sample("FlaskSite")
    program(*DEBUG, "--site-url", MINE, cwd=folder)
    return folder


def test_another_host_is_not_sent_the_secret(program: Program, project: Path) -> None:
    def attach(*arguments: str | Path, status: int) -> Result:
        return program("attach", "--check", "--timeout", "10", *arguments, cwd=project, status=status)

    with endpoint() as (running, url):
        refused = attach(url, status=77)
        assert refused.err.startswith(
            f"error: the secret of the project is for '{MINE}', and is not sent to '{url}' ("
        )
        assert f"--site-url {url}" in refused.err and "--secret-file FILE" in refused.err
        assert attach(url, "--project", project, status=77).err == refused.err
        assert not running.headers
        # Who says that it is the project's site, or gives a secret, means it.
        attach("--site-url", url, status=69)
        attach(url, "--site-url", url, status=69)
        assert secrets(running) == {secret(program, project)}
        running.headers.clear()
        (project.parent / "other").write_text("another-secret")
        attach(url, "--secret-file", project.parent / "other", status=69)
        assert secrets(running) == {"another-secret"}


def test_a_publish_to_a_place_without_an_address_gives_nobody_the_secret(
    program: Program, project: Path
) -> None:
    folder = project / "Properties" / "PublishProfiles"
    folder.mkdir(parents=True)
    (folder / "Other.pubxml").write_text(OTHER)
    program(*DEBUG, "--profile", "Other", cwd=project)
    with endpoint() as (running, url):
        for options in ((), ("--profile", "Other")):
            refused = program("attach", "--check", "--timeout", "10", url, *options, cwd=project, status=77)
            assert f"the secret of the project is for '{MINE}', and is not sent to '{url}' (" in refused.err
        found = program("doctor", url, cwd=project, status=None)
        assert f"warning: the secret of the project is for '{MINE}', and is not sent to '{url}' (" in found.err
        assert not secrets(running)


def test_a_site_whose_address_nobody_has_said_is_sent_it(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, cwd=project)
    with endpoint() as (running, url):
        program("attach", "--check", "--timeout", "10", url, cwd=project, status=69)
        assert secrets(running) == {secret(program, project)}


def test_the_doctor_does_not_send_it_either(program: Program, project: Path) -> None:
    with endpoint() as (running, url):
        found = program("doctor", url, cwd=project, status=None)
        assert f"warning: the secret of the project is for '{MINE}', and is not sent to '{url}' (" in found.err
        assert running.headers and not secrets(running)
        program("doctor", url, "--site-url", url, cwd=project, status=None)
        assert secrets(running) == {secret(program, project)}


def test_a_site_that_is_served_here_is_the_projects_own_while_it_is(program: Program, project: Path) -> None:
    served = Served(program, cwd=project)
    try:
        served.browser()
        check = ("attach", served.address, "--check")
        assert "Process" in program(*check, cwd=project).out
    finally:
        served.stop()
    assert "is not sent to" in program(*check, cwd=project, status=77).err


def test_a_secret_that_is_refused_is_said_to_be_another_destinations(
    program: Program, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hint() -> str:
        refused = program("attach", url, "--site-url", url, "--check", "--timeout", "10", cwd=project, status=77)
        assert f"error: '127.0.0.1:{running.port}' does not accept the secret (401) (" in refused.err
        return refused.err

    monkeypatch.setattr(Endpoint, "_respond", lambda _, connection, request: unauthorised(connection, request))
    with endpoint() as (running, url):
        day = r"\w{3} \d+ \w{3} \d\d:\d\d"
        for made, pattern in (
            ((*DEBUG, "--to", "second"), rf"\(the project's secret was made on {day} for 'second':"),
            (("--configuration", "Release", "--to", "third"), rf"made on {day} for 'second':"),
            (("rotate", "--to", "bin/publish"), rf"made on {day} for 'bin/publish':"),
            (("rotate", "--local"), rf"made on {day} and sent nowhere:"),
        ):
            program(*made, cwd=project)
            assert re.search(pattern, hint()), (made, hint())
        # What an earlier version remembered does not tell.
        for file in (program.home / "state").rglob("*.json"):
            known = json.loads(file.read_text())
            if known.pop("secretOrigin", None):
                file.write_text(json.dumps(known))
        assert "every Debug publish makes a new one; 'ptvsd-publish url' shows the last" in hint()
