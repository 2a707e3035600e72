"""A secret that the site has is never lost here, whatever fails after it was sent."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand, Running
from https_stand import Reply
from program import Program

FOR_EVER = 1 << 30


def secret_here(project: Path) -> str:
    """The digest of the secret in the hidden file."""
    found = re.search(r"(?<![\w-])([\w-]{43})(?![\w-])", (project / "web.debug.config").read_text())
    assert found
    return hashlib.sha256(found[1].encode()).hexdigest()


def secret_there(publishing: AzurePublishing) -> Any:
    return json.loads(publishing.tree()["ptvsd/settings.json"])["secretSHA256"]


def test_a_failure_after_the_upload_keeps_the_new_secret(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    publishing.debug()
    old = secret_here(publishing.project)
    records = r"/data/ptvsd-publish/"
    # The first two tell before the upload what is about to be there.
    publishing.running.fails(faults.refuse("PUT", records, lambda: Reply(400), FOR_EVER, 2))
    result = publishing.debug(status=1)
    assert len(errors(result)) == 1 and "new secret" in result.err
    assert secret_here(publishing.project) == secret_there(publishing) != old


def test_the_old_secret_goes_to_the_site_that_had_it_only(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    other = azure.add("other")
    end = ("DELETE", "/ptvsd/sessions")

    def asked(running: Running) -> list[tuple[str, str]]:
        return [seen[:2] for seen in running.host.seen if seen[1] == "/ptvsd/sessions"]

    publishing.debug()
    assert asked(publishing.running) == []
    publishing.debug()
    assert asked(publishing.running) == [end]
    moved = ("--to", "azure:other", "--configuration", "Debug", "--yes")
    publishing.run(*moved)
    assert asked(other) == []
    publishing.run(*moved)
    assert asked(other) == [end]
    assert asked(publishing.running) == [end]


def test_a_failure_before_the_upload_keeps_the_old_secret(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    publishing.debug()
    old = secret_here(publishing.project)
    publishing.running.fails(faults.refuse("POST", faults.UPLOAD, lambda: Reply(413), FOR_EVER))
    publishing.debug(status=1)
    assert secret_here(publishing.project) == secret_there(publishing) == old


def test_a_rotation_that_cannot_be_recorded_keeps_the_new_secret(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    project = small_project(tmp_path / "project", iis=True)
    publishing = AzurePublishing(program, azure, azure.add(linux=False), project)
    publishing.debug()
    old = secret_here(publishing.project)
    publishing.running.fails(
        faults.refuse("PUT", r"/data/ptvsd-publish/manifest", lambda: Reply(400), FOR_EVER)
    )
    publishing.run("rotate", status=1)
    assert secret_here(publishing.project) == secret_there(publishing) != old
