"""Each fault ends in success after another try, or in one clear sentence; none loses the site that was there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from azure_faults import REFUSED, SURVIVED, WARNED, Case
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from program import Program, Result


def prepare(case: Case, program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    """A site that has been published once, and an edit that is to follow."""
    running = azure.add(linux=case.linux, settings={}, pace=0.01, start_seconds=0.02)
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=not case.linux))
    publish_as(case, publishing)
    # Three minutes, after which a deployment counts as lost, are then 1.8 s: a busy machine needs some of them.
    program.environment["PTVSD_PUBLISH_RETRY_DELAY"] = "10"
    (publishing.project / "static" / "file0.txt").write_text("edited\n" * 20_000)
    return publishing


def publish_as(case: Case, publishing: AzurePublishing, *extra: str, status: int | None = 0) -> Result:
    run = publishing.debug if case.debugging else publishing.release
    return run(*extra, *case.arguments, status=status)


def note(case: Case, result: Result) -> None:
    """Adds a row to the table of faults, where one is asked for."""
    if "PTVSD_FAULT_TABLE" in os.environ:
        lines = (
            errors(result)
            or [line for line in result.err.splitlines() if re.search("again|warning|busy", line)]
            or [""]
        )
        with open(os.environ["PTVSD_FAULT_TABLE"], "a") as table:
            table.write(f"| {case.name} | {lines[-1]} | {result.status} |\n")


@pytest.mark.parametrize("case", SURVIVED, ids=lambda case: case.name)
def test_a_fault_that_passes_is_survived(
    case: Case, program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = prepare(case, program, tmp_path, azure)
    case.begin(publishing)
    result = publish_as(case, publishing)
    note(case, result)
    assert publishing.tree()["static/file0.txt"] == b"edited\n" * 20_000
    assert errors(result) == []
    assert all(fault.met > fault.skip for fault in publishing.running.kudu.faults + azure.arm.faults)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_fault_that_stays_is_said_in_one_sentence(
    case: Case, program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = prepare(case, program, tmp_path, azure)
    before = publishing.tree()
    case.begin(publishing)
    result = publish_as(case, publishing, status=None)
    note(case, result)
    assert result.status == case.status, result
    assert re.search(case.says, " ".join(errors(result)), re.IGNORECASE), result.err
    assert len(errors(result)) == 1 and result.out == "", result
    assert "Fatal error" not in result.err and "Swift." not in result.err
    assert publishing.tree() in (before, {**before, "static/file0.txt": b"edited\n" * 20_000})


@pytest.mark.parametrize("case", WARNED, ids=lambda case: case.name)
def test_a_site_that_does_not_run_is_a_warning(
    case: Case, program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = prepare(case, program, tmp_path, azure)
    case.begin(publishing)
    result = publish_as(case, publishing)
    note(case, result)
    warnings = [line for line in result.err.splitlines() if "warning: " in line]
    assert re.search(case.says, " ".join(warnings)), result.err
    assert publishing.tree()["static/file0.txt"] == b"edited\n" * 20_000
