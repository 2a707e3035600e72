"""A site on IIS is not left switched off by a publish that fails or is interrupted while its files change."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, Iterator

import pytest
from azure_publishing import small_project
from ftp_stand import FTPStand
from interrupting import system_ends, terminal_interrupts
from process_tree import started_by
from program import SITE, Program, Running, tree, web_config
from serving import wait_until
from small_wheel import small_wheel


def prepare(stand: FTPStand, program: Program, project: Path) -> Path:
    """Publishes, and then keeps one of the folders from being changed."""
    program.environment.update(stand.environment)
    program("--to", stand.url("www"), cwd=project)
    (project / "views" / "about.tpl").write_text("other")
    held = stand.root / "www" / "views"
    held.chmod(0o555)
    return held


@pytest.mark.parametrize("resists", [False, True])
def test_a_failed_change_does_not_leave_the_site_offline(
    resists: bool, program: Program, sample: Any
) -> None:
    project = sample("BottleSite")
    limit = "<Limit DELE>\nDenyAll\n</Limit>" if resists else ""
    with FTPStand(rest=limit) as stand:
        held = prepare(stand, program, project)
        result = program("--to", stand.url("www"), cwd=project, status=1)
        assert '"STOR www/app_offline.htm' in stand.commands(), "it was switched off for the change"
        assert (stand.root / "www" / "app_offline.htm").exists() == resists
        assert ("keeps the site from answering" in result.err) == resists, result.err
        assert "views/about.tpl" in result.err
        held.chmod(0o755)


@pytest.fixture
def slow(program: Program, sample: Any) -> Iterator[tuple[FTPStand, Path]]:
    """A site, and the project with changes that are to be published."""
    project = sample("BottleSite")
    with FTPStand() as stand:
        program.environment.update(stand.environment)
        program("--to", stand.url("www"), cwd=project)
        for path in project.rglob("*.tpl"):
            path.write_text("other")
        yield stand, project


def start(program: Program, stand: FTPStand, project: Path, *options: str | Path) -> Running:
    """Starts a publish; from the first file on the server takes its time, and even more for the change."""
    staging = stand.root / "www" / ".ptvsd-publish-staging"
    stand.proxy.latencies = {staging: 0.1, stand.root / "www" / "app_offline.htm": 1}
    run = Running(program, "--to", stand.url("www"), *options, cwd=project, environment={})
    wait_until(staging.exists, "files are sent")
    return run


def await_offline(stand: FTPStand) -> None:
    """Waits until the change has begun, which lasts until its end is waited for."""
    wait_until((stand.root / "www" / "app_offline.htm").exists, "the site is switched off")


def ended(run: Running, stand: FTPStand) -> int:
    stand.proxy.latency = 0.002
    stand.proxy.latencies = {}
    status = run.process.wait(60)
    run.join()
    return status


@pytest.mark.parametrize("interrupt", [terminal_interrupts, system_ends])
def test_an_interrupted_change_is_brought_to_its_end(
    interrupt: Any, slow: tuple[FTPStand, Path], program: Program
) -> None:
    stand, project = slow
    program("--to", str(project.parent / "expected"), cwd=project)
    run = start(program, stand, project)
    await_offline(stand)
    interrupt(run)
    assert ended(run, stand) == 130, run.log
    assert "interrupted" in run.log
    assert tree(stand.root / "www") == tree(project.parent / "expected")
    again = program("--to", stand.url("www"), "--format", "json", cwd=project).json()
    assert {file["action"] for file in again["files"]} == {"keep"}, "what was done is known"


@pytest.mark.parametrize("configuration", ["Debug", "Release"])
def test_a_first_publish_that_was_interrupted_and_finished_is_remembered(
    configuration: str, program: Program, tmp_path: Path
) -> None:
    project = small_project(tmp_path / "site", iis=True)
    with FTPStand() as stand:
        program.environment.update(stand.environment)
        root = stand.root / "www"
        root.mkdir()
        root.chmod(0o777)
        # What stands there already is replaced, for which the site is switched off.
        (root / "app.py").write_text("foreign = 1\n")
        wheel = ("--debugpy", small_wheel(tmp_path))
        run = start(program, stand, project, "--configuration", configuration, "--site-url", SITE, *wheel)
        await_offline(stand)
        terminal_interrupts(run)
        assert ended(run, stand) == 130, run.log
        if configuration == "Debug":
            assert "holds its new secret" in run.log
            # The destination is known.
            program("rotate", cwd=project)
            assert program("url", cwd=project).out[6:][:43] in web_config(root).read_text()
        else:
            assert "secret" not in run.log
            program("--configuration", "Debug", *wheel, cwd=project)
        assert f"@{SITE.removeprefix('https://')}/" in program("url", cwd=project).out


@pytest.mark.parametrize("interrupt", [terminal_interrupts, system_ends])
def test_an_interruption_while_files_are_sent_leaves_the_old_site(
    interrupt: Any, slow: tuple[FTPStand, Path], program: Program
) -> None:
    stand, project = slow
    root = stand.root / "www"
    old = tree(root)
    run = start(program, stand, project)
    stand.proxy.latency = 1
    interrupt(run)
    assert ended(run, stand) == 130, run.log
    stand.await_quiet()
    found = {name: data for name, data in tree(root).items() if not name.startswith(".ptvsd-publish-")}
    assert found == old


def test_a_change_whose_connection_is_lost_for_good_is_undone_as_far_as_can_be(
    slow: tuple[FTPStand, Path], program: Program
) -> None:
    stand, project = slow
    run = start(program, stand, project)
    await_offline(stand)
    for child in started_by(run.process.pid):
        os.kill(child, signal.SIGKILL)
    assert ended(run, stand) == 1, run.log
    assert "'curl' was ended from outside" in run.log
    assert not (stand.root / "www" / "app_offline.htm").exists()
    program("--to", stand.url("www"), cwd=project)


def test_an_interruption_tells_what_it_leaves_behind(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    with FTPStand(rest="<Limit DELE>\nDenyAll\n</Limit>") as stand:
        held = prepare(stand, program, project)
        run = start(program, stand, project)
        await_offline(stand)
        terminal_interrupts(run)
        assert ended(run, stand) == 1, run.log
        assert "keeps the site from answering" in run.log
        held.chmod(0o755)


def test_a_second_interrupt_ends_the_program_at_once(
    slow: tuple[FTPStand, Path], program: Program
) -> None:
    stand, project = slow
    run = start(program, stand, project)
    await_offline(stand)
    terminal_interrupts(run)
    os.killpg(run.process.pid, signal.SIGINT)
    # The server stays slow until then: the end of the change is not waited for.
    assert run.process.wait(60) == -signal.SIGINT, run.log
    stand.proxy.latencies = {}
    # What curl was told it does, so that the site is whole nevertheless.
    stand.await_quiet()
    assert not (stand.root / "www" / "app_offline.htm").exists()
    program("--to", stand.url("www"), cwd=project)
