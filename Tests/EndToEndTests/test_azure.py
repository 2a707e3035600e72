"""Every sample to Azure App Service: Debug twice, rotate, Release over it, a dry run, and what is reported."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from endpoint_status import status_of
from https_stand import Reply
from program import Program, tree
from stand_client import Client, package

SAMPLES = ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"]
NO_BUILD = {"SCM_DO_BUILD_DURING_DEPLOYMENT": "false"}
# A real site takes its time to start, and is given five minutes that are 30 s here.
PATIENT = {"PTVSD_PUBLISH_RETRY_DELAY": "100"}
START = "gunicorn -k uvicorn.workers.UvicornWorker main:app"
URL = re.compile(r"wss://([A-Za-z0-9_-]{43})@localhost:(\d+)/ptvsd")


def secret_of(text: str, publishing: AzurePublishing) -> str:
    found = URL.findall(text)
    assert len(found) == 1 and f"localhost:{found[0][1]}" == publishing.running.site.host, text
    return str(found[0][0])


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_goes_through_its_whole_life(
    name: str, program: Program, sample: Any, azure: AzureStand
) -> None:
    linux = name == "FastAPISite"
    running = azure.add(
        linux=linux, settings=NO_BUILD if linux else {}, config={"appCommandLine": START if linux else ""}
    )
    publishing = AzurePublishing(program, azure, running, sample(name))
    configuration = {"ptvsd/settings.json"} if linux else {"web.config", "ptvsd/settings.json"}

    first = publishing.debug()
    secret = secret_of(first.out, publishing)
    site = publishing.tree()
    assert "ptvsd/__main__.py" in site and "hostingstart.html" not in site
    digest = json.loads(site["ptvsd/settings.json"])["secretSHA256"]
    assert digest == hashlib.sha256(secret.encode()).hexdigest()
    status, endpoint = status_of(publishing, secret)
    assert (status, endpoint["buildID"]) == (200, json.loads(site["ptvsd/settings.json"])["buildID"])
    if linux:
        assert running.site.config["appCommandLine"] == "python ptvsd"

    publishing.forget()
    second = publishing.debug("--format", "json").json()
    again = secret_of(second["attachURL"], publishing)
    changed = {entry["path"].lower() for entry in second["files"] if entry["action"] != "keep"}
    assert changed == configuration and again != secret
    sent = {path.lower() for path in publishing.sent() if not path.startswith("data/")}
    assert sent == configuration, "only what has other contents is uploaded"
    assert status_of(publishing, again)[0] == 200 and status_of(publishing, secret)[0] == 401
    assert second["destination"] == publishing.destination and second["siteURL"] == running.url

    publishing.forget()
    rotated = secret_of(publishing.run("rotate", "--to", publishing.destination).out, publishing)
    assert {path.lower() for path in publishing.sent() if not path.startswith("data/")} == configuration
    assert status_of(publishing, rotated)[0] == 200 and status_of(publishing, again)[0] == 401
    assert publishing.run("url").out.strip().count(rotated) == 1

    released = publishing.release()
    assert "wss://" not in released.out
    final = publishing.tree()
    assert set(final) == {path for path in site if not path.startswith("ptvsd/")}
    for data in final.values():
        assert b"ptvsd" not in data.lower()
    for path in running.site.home.rglob("*"):
        if path.is_file():
            assert not [each for each in (secret, again, rotated) if each.encode() in path.read_bytes()], path
    if linux:
        assert running.site.config["appCommandLine"] == START


def test_a_dry_run_writes_nothing_and_tells_what_a_run_does(
    program: Program, sample: Any, azure: AzureStand
) -> None:
    running = azure.add(linux=False)
    publishing = AzurePublishing(program, azure, running, sample("BottleSite"))
    before, site = tree(publishing.project), tree(running.site.home)
    dry = publishing.debug("--dry-run", "--format", "json").json()
    assert publishing.written() == []
    assert (tree(publishing.project), tree(running.site.home)) == (before, site)
    assert not (program.home / "state").exists()
    real = publishing.debug("--format", "json").json()
    assert [(entry["path"], entry["action"]) for entry in dry["files"]] == [
        (entry["path"], entry["action"]) for entry in real["files"]
    ]


def test_one_changed_and_one_deleted_file(program: Program, sample: Any, azure: AzureStand) -> None:
    publishing = AzurePublishing(program, azure, azure.add(settings=NO_BUILD), sample("FastAPISite"))
    publishing.release()
    wwwroot = publishing.running.site.wwwroot
    (wwwroot / "upload.txt").write_text("a user's")
    (publishing.project / "main.py").write_text("app = 1\n")
    (publishing.project / "templates" / "about.html").unlink()
    publishing.forget()
    report = publishing.release("--format", "json").json()
    actions = {entry["path"]: entry["action"] for entry in report["files"] if entry["action"] != "keep"}
    assert actions == {"main.py": "update", "templates/about.html": "delete"}
    assert {path for path in publishing.sent() if not path.startswith("data/")} == {"main.py"}
    assert (wwwroot / "main.py").read_text() == "app = 1\n"
    assert not (wwwroot / "templates" / "about.html").exists() and (wwwroot / "upload.txt").exists()

    publishing.release("--delete-extra")
    assert not (wwwroot / "upload.txt").exists() and (wwwroot / "main.py").exists()


def test_a_full_publish_sends_everything(program: Program, sample: Any, azure: AzureStand) -> None:
    publishing = AzurePublishing(program, azure, azure.add(settings=NO_BUILD), sample("FastAPISite"))
    publishing.release()
    site = publishing.tree()
    (publishing.running.site.wwwroot / "main.py").write_text("spoiled by somebody\n")
    publishing.forget()
    publishing.release("--full")
    assert {path for path in publishing.sent() if not path.startswith("data/")} == set(site)
    assert publishing.tree() == site


def test_a_file_that_came_alone_goes_with_a_whole_site(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    # Kudu's own manifest knows only what came with a whole site.
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    publishing.release()
    late = publishing.project / "static" / "late.txt"
    late.write_text("late\n")
    publishing.forget()
    publishing.release()
    assert {path for path in publishing.sent() if not path.startswith("data/")} == {"static/late.txt"}
    late.unlink()
    publishing.release("--full")
    assert "static/late.txt" not in publishing.tree()


def test_an_edit_back_and_forth_arrives_each_time(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    # The server compares times only.
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    file = publishing.project / "static" / "file0.txt"
    for text in ("one", "two", "one", "six"):
        file.write_text(text)
        for extra in ((), ("--full",)):
            publishing.release(*extra)
            assert publishing.tree()["static/file0.txt"] == text.encode()


def test_a_file_in_use_is_told_of_and_goes_the_next_time(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    running = azure.add(linux=False)
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=True))
    publishing.release()
    (publishing.project / "static" / "file1.txt").unlink()
    running.site.faults.locked.add("static/file1.txt")
    assert "warning: 'static/file1.txt' could not be deleted: in use" in publishing.release().err
    running.site.faults.locked.clear()
    publishing.release()
    assert "static/file1.txt" not in publishing.tree()


def test_a_deployment_of_somebody_else_is_noticed(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), small_project(tmp_path / "project"))
    publishing.release()
    site = publishing.tree()
    other = Client.of_kudu(azure, publishing.running)
    other("POST", "/api/publish?type=zip", package({"app.py": "theirs", "other.py": "theirs"}))
    publishing.release()
    assert publishing.tree() == {**site, "other.py": b"theirs"}


def test_a_site_that_is_built_gets_everything_each_time(
    program: Program, sample: Any, azure: AzureStand
) -> None:
    running = azure.add()
    publishing = AzurePublishing(program, azure, running, sample("FastAPISite"))
    publishing.release()
    assert running.site.settings == {"SCM_DO_BUILD_DURING_DEPLOYMENT": "true"}
    publishing.forget()
    with (publishing.project / "main.py").open("a") as main:
        main.write("# edited\n")
    built = publishing.release()
    assert {"main.py", "requirements.txt"} <= publishing.sent()
    assert "Running oryx build..." in built.err, "the log of the build is shown"
    assert set(publishing.tree()) == {"output.tar.gz", "oryx-manifest.toml"}
    secret = secret_of(publishing.debug("--start-command", "python main.py").out, publishing)
    assert status_of(publishing, secret)[0] == 200


def test_a_site_that_is_built_gets_a_new_secret_by_a_publish_only(
    program: Program, sample: Any, azure: AzureStand
) -> None:
    running = azure.add()
    publishing = AzurePublishing(program, azure, running, sample("FastAPISite"))
    old = secret_of(publishing.debug("--start-command", "python main.py").out, publishing)
    hidden = (publishing.project / "web.debug.config").read_bytes()
    publishing.forget()
    for arguments in (("rotate", "--to", publishing.destination), ("rotate",)):
        result = publishing.run(*arguments, status=1)
        [line] = errors(result)
        assert f"'{publishing.destination}' was built on the server" in line and "publish in Debug again" in line
        assert result.out == "" and (publishing.project / "web.debug.config").read_bytes() == hidden
    assert publishing.written() == [] and status_of(publishing, old)[0] == 200
    new = secret_of(publishing.debug("--start-command", "python main.py").out, publishing)
    assert status_of(publishing, new)[0] == 200 and status_of(publishing, old)[0] == 401


def test_a_slot_is_a_site_of_its_own(program: Program, sample: Any, azure: AzureStand) -> None:
    main, slot = azure.add(), azure.add(slot="staging", settings=NO_BUILD)
    publishing = AzurePublishing(program, azure, slot, sample("FastAPISite"))
    before = main.site.tree()
    publishing.release()
    assert "main.py" in slot.site.tree() and main.site.tree() == before


def test_a_site_that_is_not_there(program: Program, sample: Any, azure: AzureStand) -> None:
    publishing = AzurePublishing(program, azure, azure.add(), sample("FastAPISite"))
    result = publishing.run("--to", "azure:other", status=None)
    assert result.status in (65, 69) and len(errors(result)) == 1 and "'other'" in result.err


def test_the_real_agent_runs_behind_the_front_end(program: Program, sample: Any, azure: AzureStand) -> None:
    running = azure.add(
        runs=True, settings=NO_BUILD, config={"appCommandLine": "python -m uvicorn main:app --port $PORT"}
    )
    publishing = AzurePublishing(program, azure, running, sample("FastAPISite"))
    program.environment.update(PATIENT)
    secret = secret_of(publishing.debug().out, publishing)
    status, endpoint = status_of(publishing, secret)
    assert status == 200, running.host.log()
    assert endpoint["applicationRoot"] == str(running.site.wwwroot) and endpoint["host"] == "linux"
    assert Path(endpoint["workingDirectory"]) == running.site.wwwroot


@pytest.mark.parametrize("name", ["startup.txt", "startup.sh"])
def test_a_start_command_that_names_a_file_runs_behind_the_agent(
    name: str, program: Program, sample: Any, azure: AzureStand
) -> None:
    running = azure.add(runs=True, settings=NO_BUILD, config={"appCommandLine": name})
    publishing = AzurePublishing(program, azure, running, sample("FastAPISite"))
    program.environment.update(PATIENT)
    port = "8000" if name.endswith(".txt") else "$PORT"
    (publishing.project / name).write_text(f"python -m uvicorn main:app --port {port}\n")
    secret = secret_of(publishing.debug().out, publishing)
    status, endpoint = status_of(publishing, secret)
    assert status == 200 and endpoint["applicationRoot"] == str(running.site.wwwroot), running.host.log()
    assert f'"{name}"' in publishing.tree()["ptvsd/settings.json"].decode()
    publishing.release()
    assert running.site.config["appCommandLine"] == name


def test_a_folder_that_nobody_may_delete_is_a_warning(
    program: Program, tmp_path: Path, azure: AzureStand
) -> None:
    running = azure.add(linux=False)
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=True))
    publishing.debug()
    running.fails(faults.refuse("DELETE", "/api/vfs/site/wwwroot/ptvsd/", lambda: Reply(409), 1 << 30))
    result = publishing.release()
    assert "could not be deleted: in use" in result.err and errors(result) == []
    running.kudu.faults.clear()
    publishing.release()
    assert not [name for name in publishing.tree() if name.startswith("ptvsd/")]
