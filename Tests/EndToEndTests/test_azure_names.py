"""Files that take another's place on Azure: folders for files, other spellings, names that are not ASCII."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import Callable

import pytest
from azure_publishing import AzurePublishing, errors, without_build
from azure_stand import AzureStand
from https_stand import Fault, Request
from program import Program

WINDOWS = pytest.mark.parametrize("publishing", ["windows"], indirect=True)


@pytest.fixture(params=["linux", "windows"])
def publishing(
    request: pytest.FixtureRequest, program: Program, tmp_path: Path, azure: AzureStand
) -> AzurePublishing:
    return without_build(program, azure, tmp_path, request.param)


def write(publishing: AzurePublishing, name: str, text: str) -> None:
    path = publishing.project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def wanted(publishing: AzurePublishing) -> dict[str, bytes]:
    return {
        path.relative_to(publishing.project).as_posix(): path.read_bytes()
        for path in publishing.project.rglob("*")
        if path.is_file()
    }


def went_as(publishing: AzurePublishing, interface: str) -> bool:
    return bool(publishing.running.kudu.sent("POST", f"/api/{interface}$"))


@pytest.mark.parametrize("arrived", ["with the site", "alone"])
@pytest.mark.parametrize("first", ["file", "folder"])
def test_a_folder_takes_a_files_place_and_the_other_way_round(
    publishing: AzurePublishing, first: str, arrived: str
) -> None:
    if arrived == "alone":  # what came by itself Kudu's manifest does not know
        publishing.release()
    kinds = ["data", "data/deep/x"] if first == "file" else ["data/deep/x", "data"]
    write(publishing, kinds[0], "1\n")
    publishing.release()
    for name in (kinds[1], kinds[0], kinds[1]):
        path = publishing.project / "data"
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        write(publishing, name, "2\n")
        publishing.forget()
        result = publishing.release()
        assert publishing.tree() == wanted(publishing), result.err
        assert went_as(publishing, "publish") and not went_as(publishing, "zipdeploy")


def test_a_folder_that_holds_what_is_not_ours_is_not_deleted(publishing: AzurePublishing) -> None:
    write(publishing, "data/x", "1\n")
    publishing.release()
    (publishing.running.site.wwwroot / "data" / "upload.txt").write_text("a user's")
    shutil.rmtree(publishing.project / "data")
    write(publishing, "data", "2\n")
    [line] = errors(publishing.release(status=1))
    assert "is a directory" in line
    assert publishing.tree()["data/upload.txt"] == b"a user's"


@WINDOWS
@pytest.mark.parametrize("extra", [(), ("--full",), ("--delete-extra",)])
def test_a_rename_of_letters_only_keeps_the_file(publishing: AzurePublishing, extra: tuple[str, ...]) -> None:
    for name in ("Views.py", "Pages/__init__.py", "static/Logo.txt"):
        write(publishing, name, f"{name}\n")
    publishing.release()
    project = publishing.project
    (project / "Views.py").rename(project / "views.py")
    (project / "Pages").rename(project / "pages")
    (project / "static" / "Logo.txt").rename(project / "static" / "logo.txt")
    dry = publishing.release("--dry-run", "--format", "json", *extra).json()
    report = publishing.release("--format", "json", *extra).json()
    assert not [entry for entry in dry["files"] + report["files"] if entry["action"] == "delete"]
    # Python tells spellings apart, also where the file system does not.
    assert publishing.tree() == wanted(publishing)
    publishing.forget()
    publishing.release()
    assert publishing.running.site.uploads == []


@WINDOWS
def test_the_configuration_is_there_all_the_time(publishing: AzurePublishing) -> None:
    publishing.release()
    (publishing.project / "web.config").rename(publishing.project / "Web.config")
    publishing.forget()
    publishing.release()
    assert publishing.running.kudu.sent("DELETE", "web.config") == []
    assert {name.lower() for name in publishing.tree()} == {name.lower() for name in wanted(publishing)}


NAMES = ["größe & mehr/äöü 100%.txt", "日本語/テスト #1.txt", "emoji 😀+plus.txt", "a;b=c/it's ~(x).txt"]


def test_names_that_are_not_ascii_arrive_change_and_go(publishing: AzurePublishing) -> None:
    for name in NAMES:
        write(publishing, name, "1\n")
    dry = {entry["path"] for entry in publishing.release("--dry-run", "--format", "json").json()["files"]}
    assert set(NAMES) <= dry
    publishing.release()
    assert publishing.tree() == wanted(publishing)
    write(publishing, NAMES[0], "2\n")
    publishing.forget()
    publishing.release()
    assert publishing.running.site.uploads == [[NAMES[0]]] and publishing.tree() == wanted(publishing)
    for name in NAMES:
        (publishing.project / name).unlink()
    report = publishing.release("--format", "json").json()
    assert {entry["path"] for entry in report["files"] if entry["action"] == "delete"} == set(NAMES)
    assert publishing.tree() == wanted(publishing)
    for name in NAMES:
        (publishing.running.site.wwwroot / name).write_text("a user's")
    listed = publishing.release("--delete-extra", "--dry-run").out
    assert all(f"delete  {name}" in listed for name in NAMES)
    publishing.release("--delete-extra")
    assert publishing.tree() == wanted(publishing)


def writes(path: Path) -> Callable[[Request], None]:
    """What writes a file at each request, with a time of its own: the server's tags are made of nothing else."""
    times = itertools.count(1)

    def act(request: Request) -> None:
        path.write_text("newer")
        time = next(times)
        os.utime(path, (time, time))

    return act


def test_a_file_that_changes_while_it_is_deleted_is_looked_at_again(publishing: AzurePublishing) -> None:
    publishing.release()
    (publishing.project / "static" / "file1.txt").unlink()
    path = publishing.running.site.wwwroot / "static" / "file1.txt"
    publishing.running.fails(Fault("DELETE", "/static/file1.txt$", act=writes(path)))
    publishing.release()
    seen = publishing.running.kudu.sent("DELETE", "/static/file1.txt$")
    assert [each.status for each in seen] == [412, 200] and not path.exists()


def test_a_file_that_changes_all_the_time_stays(publishing: AzurePublishing) -> None:
    publishing.release()
    (publishing.project / "static" / "file1.txt").unlink()
    path = publishing.running.site.wwwroot / "static" / "file1.txt"
    publishing.running.fails(Fault("DELETE", "/static/file1.txt$", act=writes(path), times=9))
    result = publishing.release()
    assert "warning: 'static/file1.txt' could not be deleted" in result.err and path.exists()
