"""Ctrl-C and answers that are lost at a site on Azure: the developer keeps the secret that the site takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors
from azure_secrets import (
    agents,
    behind_http_platform,
    digest,
    in_web_config,
    known,
    publish,
    published_under_fastcgi,
)
from azure_stand import AzureStand
from https_stand import Cut, Fault, Reply, Request
from interrupting import terminal_interrupts
from program import Program, Running
from serving import wait_until
from small_wheel import small_wheel

CONFIGURATION = r"(?i)/wwwroot/web\.config$"


@pytest.fixture
def behind(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    made = behind_http_platform(program, azure, tmp_path)
    publish(made)
    return made


@pytest.fixture
def under_fastcgi(program: Program, sample: Any, azure: AzureStand) -> AzurePublishing:
    return published_under_fastcgi(program, azure, sample("BottleSite"))


def interrupted(
    publishing: AzurePublishing, fault: Callable[[Callable[[], None]], Fault], *arguments: str
) -> Running:
    """A run that was interrupted when `fault` called its argument."""
    runs: list[Running] = []
    publishing.running.fails(fault(lambda: terminal_interrupts(wait_until(lambda: runs, "the run")[0])))
    run = Running(publishing.program, *arguments, cwd=publishing.project, environment={})
    runs.append(run)
    status = run.process.wait(60)
    run.join()
    assert status == 130 and "interrupted" in run.log, run.log
    publishing.check_secrecy(run.log)
    wait_until(lambda: publishing.running.site.lock.operation is None, "the end of the deployment")
    return run


def debug(publishing: AzurePublishing) -> list[str]:
    wheel = str(small_wheel(publishing.project.parent))
    return ["--to", publishing.destination, "--configuration", "Debug", "--yes", "--debugpy", wheel]


def after(method: str, path: str) -> Callable[[Callable[[], None]], Fault]:
    """Interrupts when the server has done what a request wants, and has not answered yet."""

    def fault(interrupt: Callable[[], None]) -> Fault:
        def alter(reply: Reply) -> Reply:
            interrupt()
            return reply

        return Fault(method, path, alter=alter)

    return fault


def lost(path: str) -> Fault:
    """Files that are written each time, without an answer."""

    def alter(reply: Reply) -> Reply:
        raise Cut

    return Fault("PUT", path, alter=alter, times=1 << 30)


def test_a_rotation_is_brought_to_its_end(behind: AzurePublishing) -> None:
    old = known(behind)
    run = interrupted(behind, after("PUT", CONFIGURATION), "rotate")
    new = known(behind)
    assert new != old and in_web_config(behind, new) and agents(behind) == digest(new), run.log
    behind.run("rotate")


def test_a_rotation_is_so_after_the_agents_settings_as_well(under_fastcgi: AzurePublishing) -> None:
    old = known(under_fastcgi)
    run = interrupted(under_fastcgi, after("PUT", "/ptvsd/settings.json$"), "rotate")
    new = known(under_fastcgi)
    assert new != old and agents(under_fastcgi) == digest(new), run.log
    assert "the site has the new secret" in run.log


def test_a_rotation_whose_answers_are_lost_keeps_the_secret_that_arrived(
    behind: AzurePublishing, under_fastcgi: AzurePublishing
) -> None:
    for publishing, path in ((behind, CONFIGURATION), (under_fastcgi, "/ptvsd/settings.json$")):
        old = known(publishing)
        publishing.running.fails(lost(path))
        [line] = errors(publishing.run("rotate", "--to", publishing.destination, status=69))
        assert known(publishing) != old, line
    assert in_web_config(behind, known(behind))
    assert agents(under_fastcgi) == digest(known(under_fastcgi))


def test_a_package_that_was_taken_brings_its_secret(behind: AzurePublishing) -> None:
    old = known(behind)
    run = interrupted(behind, after("POST", faults.UPLOAD), *debug(behind))
    new = known(behind)
    assert new != old and in_web_config(behind, new) and agents(behind) == digest(new), run.log
    publish(behind)


def test_it_does_so_if_the_answer_is_lost_as_well(behind: AzurePublishing) -> None:
    old = known(behind)

    def fault(interrupt: Callable[[], None]) -> Fault:
        def alter(reply: Reply) -> Reply:
            interrupt()
            raise Cut

        return Fault("POST", faults.UPLOAD, alter=alter)

    run = interrupted(behind, fault, *debug(behind), "--full")
    assert known(behind) != old and in_web_config(behind, known(behind)), run.log


def test_one_that_was_refused_does_not(behind: AzurePublishing) -> None:
    old = known(behind)

    def fault(interrupt: Callable[[], None]) -> Fault:
        def act(request: Request) -> Reply:
            request.body()
            interrupt()
            return Reply(409, behind.running.site.lock.conflict("Deployment"))

        return Fault("POST", faults.UPLOAD, act=act)

    run = interrupted(behind, fault, *debug(behind))
    assert known(behind) == old and in_web_config(behind, old), run.log


def test_an_upload_stops_at_once(behind: AzurePublishing) -> None:
    size = 24 << 20
    (behind.project / "static" / "large.bin").write_bytes(os.urandom(size))
    old, before = known(behind), behind.tree()
    behind.forget()

    def fault(interrupt: Callable[[], None]) -> Fault:
        def act(request: Request) -> Reply | None:
            blocks = request.blocks()
            next(blocks)
            interrupt()
            for _ in blocks:
                pass
            return None

        return Fault("POST", faults.UPLOAD, act=act)

    run = interrupted(behind, fault, *debug(behind))
    [upload] = behind.running.kudu.sent("POST", faults.UPLOAD)
    assert wait_until(lambda: upload.size, "the end of the request") < size, run.log
    assert known(behind) == old and behind.tree() == before
