"""Somebody else deploys while a publish is under way: the site is ours as a whole in the end, and never a mixture."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, without_build
from azure_stand import AzureStand
from https_stand import Fault, Reply, Request
from program import Program
from stand_client import Client, package

THEIRS = {"app.py": "theirs", "static/file1.txt": "theirs", "other.py": "theirs"}
ONE_DEPLOY = "/api/publish?type=zip&async=true&clean="


@pytest.fixture(params=["linux", "windows"])
def publishing(
    request: pytest.FixtureRequest, program: Program, tmp_path: Path, azure: AzureStand
) -> AzurePublishing:
    """A site that has been published, and an edit of one file that is to follow."""
    made = without_build(program, azure, tmp_path, request.param)
    made.release()
    (made.project / "static" / "file0.txt").write_text("edited\n" * 100)
    made.forget()
    return made


def deploy(publishing: AzurePublishing, clean: bool = True) -> None:
    """A colleague's `az webapp deploy`, which goes on after it was accepted."""
    answer = Client.of_kudu(publishing.stand, publishing.running)(
        "POST", ONE_DEPLOY + str(clean).lower(), package(THEIRS)
    )
    assert answer.status == 202


def deploy_whole(publishing: AzurePublishing) -> None:
    """The same, to its end."""
    deploy(publishing)
    Client.of_kudu(publishing.stand, publishing.running).until_complete()


def wanted(publishing: AzurePublishing) -> dict[str, bytes]:
    return {
        path.relative_to(publishing.project).as_posix(): path.read_bytes()
        for path in publishing.project.rglob("*")
        if path.is_file()
    }


def check(publishing: AzurePublishing) -> None:
    """The whole site is there, and the next publish knows it."""
    tree = publishing.tree()
    tree.pop("other.py", None)  # of theirs, and nobody's business
    assert tree == wanted(publishing)
    publishing.forget()
    publishing.release()
    assert publishing.running.site.uploads == []


def when(publishing: AzurePublishing, method: str, path: str, *, share: float | None = None, slow: bool = True) -> Fault:
    """Has the colleague deploy when such a request comes; it is cut where `share` of its body has come."""

    def act(request: Request) -> Reply | None:
        request.cut_at = share
        if not slow:
            deploy_whole(publishing)
            return None
        # Answered while theirs is sure to go on.
        publishing.running.site.pace = 0.5
        deploy(publishing)
        try:
            return publishing.running.kudu.answer(request)
        finally:
            publishing.running.site.pace = 0.02

    fault = Fault(method, path, act=act)
    publishing.running.fails(fault)
    return fault


def test_a_part_is_not_sent_once_another_deployment_has_passed(publishing: AzurePublishing) -> None:
    fault = when(publishing, "POST", faults.UPLOAD)
    result = publishing.release()
    assert fault.met and "is busy, since another" in result.err
    assert "another deployment came in between; sending the whole site" in result.err
    check(publishing)


@pytest.mark.parametrize("edits", [True, False])
def test_nor_where_it_passed_between_the_look_and_the_upload(publishing: AzurePublishing, edits: bool) -> None:
    if not edits:
        (publishing.project / "static" / "file0.txt").write_text("contents 0\n")
    fault = when(publishing, "GET", "/ptvsd-publish/record.json", slow=False)
    result = publishing.release()
    assert fault.met and "sending the whole site" in result.err
    check(publishing)


def test_anothers_is_not_taken_for_an_attempt_that_was_cut(publishing: AzurePublishing) -> None:
    fault = when(publishing, "POST", faults.UPLOAD, share=0.5)
    result = publishing.release()
    assert fault.met and "sending the whole site" in result.err
    check(publishing)


def test_nor_is_one_that_was_running_before(publishing: AzurePublishing) -> None:
    publishing.running.site.pace = 0.3
    deploy(publishing)
    publishing.running.site.pace = 0.02
    publishing.release()
    check(publishing)


def test_one_that_failed_has_changed_the_site_as_well(publishing: AzurePublishing) -> None:
    site, before = publishing.running.site, publishing.tree()
    site.pace = 0.2
    deploy(publishing)
    site.faults.free_bytes = 0
    assert Client.of_kudu(publishing.stand, publishing.running).until_complete()["status"] == 3
    assert publishing.tree() != before, "it has begun to delete"
    site.faults.free_bytes, site.pace = None, 0.02
    publishing.release()
    check(publishing)


@pytest.mark.parametrize("publishing", ["linux"], indirect=True)  # which takes no lock while it receives
def test_one_that_passes_while_ours_is_received_is_healed(publishing: AzurePublishing) -> None:
    fault = when(publishing, "POST", faults.UPLOAD, slow=False)
    publishing.release()
    assert fault.met
    check(publishing)


def test_a_part_whose_answer_was_lost_arrives(publishing: AzurePublishing) -> None:
    publishing.running.fails(faults.cut_reply(0, "POST", faults.UPLOAD))
    publishing.running.site.pace = 0.1
    publishing.release()
    check(publishing)


def test_a_deployment_after_ours_is_left_alone(publishing: AzurePublishing) -> None:
    started = threading.Event()

    def alter(reply: Reply) -> Reply:
        publishing.running.site.faults.foreign = True
        started.set()
        return reply

    publishing.running.fails(Fault("POST", faults.UPLOAD, alter=alter))
    result = publishing.release()
    assert started.is_set() and "sending the whole site" not in result.err
    assert len(publishing.running.kudu.sent("POST", faults.UPLOAD)) == 1
