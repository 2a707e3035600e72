"""Which files --delete-extra deletes at a site on Azure: told before it happens, and exactly those."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project, without_build
from azure_stand import AzureStand
from https_stand import Reply
from program import Program
from small_wheel import small_wheel


@pytest.fixture(params=["linux", "windows"])
def publishing(
    request: pytest.FixtureRequest, program: Program, tmp_path: Path, azure: AzureStand
) -> AzurePublishing:
    return without_build(program, azure, tmp_path, request.param)


def put(publishing: AzurePublishing, *names: str) -> None:
    for name in names:
        path = publishing.running.site.wwwroot / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 3)


def deleted(publishing: AzurePublishing, *arguments: str) -> dict[str, int]:
    """The files that a run reports as deleted, with their sizes."""
    report = publishing.release("--delete-extra", "--format", "json", *arguments).json()
    return {entry["path"]: entry["size"] for entry in report["files"] if entry["action"] == "delete"}


def test_the_dry_run_lists_what_the_run_deletes(publishing: AzurePublishing) -> None:
    put(publishing, "before/first.txt")
    site = publishing.running.site
    for _ in range(2):  # before the first publish, and after one
        put(publishing, "upload.txt", "static/own.txt", "a b/50% #1/ä & ö.txt", "antenv/lib/site-packages/x/y.py")
        put(publishing, ".git/HEAD", "static/.git/HEAD", ".hg/store/x", ".deployment", "static/deploy.cmd")
        put(publishing, "antenv/.deployment", "antenv/.git/config")
        before = publishing.tree()
        publishing.forget()
        dry = deleted(publishing, "--dry-run")
        assert publishing.written() == [] and publishing.tree() == before
        listed = publishing.running.kudu.sent("GET", "/api/vfs/site/wwwroot.*/$")
        folders = [path for path in site.wwwroot.rglob("*") if path.is_dir() and ".git" not in path.parts]
        assert len(listed) <= len(folders) + 1, "one request for each folder that is looked into"
        assert deleted(publishing) == dry
        gone = set(before) - set(publishing.tree())
        assert set(dry) == gone and {path: len(before[path]) for path in gone} == dry
        assert {"upload.txt", "static/own.txt", "a b/50% #1/ä & ö.txt", "antenv/.deployment"} <= gone
        assert {".git/HEAD", ".hg/store/x", ".deployment", "static/deploy.cmd", "antenv/.git/config"} <= set(
            publishing.tree()
        )
    text = publishing.release("--delete-extra", "--dry-run").out
    assert "delete  " not in text, text


def test_people_see_the_list_too(publishing: AzurePublishing) -> None:
    publishing.release()
    put(publishing, "uploads/photo.jpg")
    out = publishing.release("--delete-extra", "--dry-run").out
    assert "\n  delete  uploads/photo.jpg" in out and "1 deleted" in out
    assert "delete  " not in publishing.release("--dry-run").out, "without the option nobody looks, and nothing goes"


def test_an_endpoint_that_nobody_remembers_is_listed_before_it_goes(publishing: AzurePublishing) -> None:
    publishing.debug("--debugpy", str(small_wheel(publishing.project.parent)))
    site = publishing.tree()
    endpoint = {path for path in site if path.startswith("ptvsd/")}
    shutil.rmtree(publishing.running.site.home / "data" / "ptvsd-publish")
    put(publishing, "ptvsd/__pycache__/agent.pyc")
    for more in (("--dry-run",), ()):
        report = publishing.release("--format", "json", *more).json()
        gone = {entry["path"] for entry in report["files"] if entry["action"] == "delete"}
        assert gone == endpoint | {"ptvsd/__pycache__/agent.pyc"}
        left = {path for path in publishing.tree() if path.startswith("ptvsd/")}
        assert left == (gone if more else set())


def test_what_earlier_publishes_left_and_somebody_took_is_not_listed(publishing: AzurePublishing) -> None:
    publishing.release()
    (publishing.running.site.wwwroot / "static" / "file0.txt").unlink()
    for number in range(2):
        (publishing.project / "static" / f"file{number}.txt").unlink()
    assert set(deleted(publishing, "--dry-run")) == {"static/file1.txt"} == set(deleted(publishing))


def test_a_site_that_is_built_keeps_its_package(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    running = azure.add(settings={"SCM_DO_BUILD_DURING_DEPLOYMENT": "1"})
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project"))
    publishing.release()
    package = set(publishing.tree())
    assert "output.tar.gz" in package
    put(publishing, "upload.txt", "static/own.txt")
    dry = deleted(publishing, "--dry-run")
    assert set(dry) == {"upload.txt", "static/own.txt"} and deleted(publishing) == dry
    assert set(publishing.tree()) == package


def test_what_stands_too_deep_is_told_of_and_goes(publishing: AzurePublishing) -> None:
    deep = "/".join(["x"] * 40) + "/file.txt"
    put(publishing, deep, "near.txt")
    result = publishing.release("--delete-extra", "--dry-run")
    assert "warning: not every file that --delete-extra deletes is listed: 'x/x" in result.err
    assert "delete  near.txt" in result.out and len(publishing.running.kudu.sent("GET", "/x/$")) < 40
    publishing.release("--delete-extra")
    assert deep not in publishing.tree()


def test_too_many_folders_are_not_all_looked_into(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    put(publishing, *(f"many/{number}/file.txt" for number in range(1010)))
    result = publishing.release("--delete-extra", "--dry-run")
    assert "and 11 more folders were not looked into" in result.err
    assert len(publishing.running.kudu.sent("GET", "/api/vfs/site/wwwroot.*/$")) == 1000


def test_a_list_that_cannot_be_had_ends_it_before_anything_happens(publishing: AzurePublishing) -> None:
    put(publishing, "uploads/photo.jpg")
    before = publishing.tree()
    publishing.running.fails(faults.refuse("GET", "/wwwroot/uploads/$", lambda: Reply(400), 1 << 30))
    for more in (("--dry-run",), ()):
        result = publishing.release("--delete-extra", *more, status=1)
        [line] = errors(result)
        assert "listing 'site/wwwroot/uploads'" in line
    assert publishing.tree() == before and not publishing.running.site.uploads
