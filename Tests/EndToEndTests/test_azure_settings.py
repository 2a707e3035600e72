"""What a publish changes in a site's settings: shown first, with leave only, and as little as possible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from https_stand import Reply
from program import Program

START = "gunicorn app:app"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def test_settings_are_shown_and_need_leave(program: Program, project: Path, azure: AzureStand) -> None:
    running = azure.add(settings={"KEEP": "me"}, config={"appCommandLine": START})
    publishing = AzurePublishing(program, azure, running, project)
    before = running.site.tree()
    refused = publishing("--configuration", "Debug", status=None)
    assert refused.status != 0 and "--yes" in refused.err
    assert "python ptvsd" in refused.err and START in refused.err, "old and new are shown"
    assert publishing.written() == [] and running.site.tree() == before
    publishing.debug()
    assert running.site.config["appCommandLine"] == "python ptvsd"
    assert running.site.settings["KEEP"] == "me", "settings of others are kept"
    assert running.site.config["linuxFxVersion"] == "PYTHON|3.12"


def test_what_is_set_already_is_not_set_again(program: Program, project: Path, azure: AzureStand) -> None:
    running = azure.add(config={"appCommandLine": START})
    publishing = AzurePublishing(program, azure, running, project)
    publishing.debug("--enable-web-sockets")
    assert running.site.config["webSocketsEnabled"] is True
    publishing.forget()
    publishing("--configuration", "Debug", "--enable-web-sockets")
    assert running.site.changes == [], "no leave is needed where nothing changes"


def test_web_sockets_are_left_alone_unless_asked_for(
    program: Program, project: Path, azure: AzureStand
) -> None:
    running = azure.add(linux=False)
    publishing = AzurePublishing(program, azure, running, project)
    publishing("--configuration", "Debug", "--host", "linux", "--yes", status=None)
    assert running.site.config["webSocketsEnabled"] is False


def test_settings_come_first_and_the_upload_last(program: Program, project: Path, azure: AzureStand) -> None:
    (project / "requirements.txt").write_text("flask\n")
    running = azure.add()
    running.site.faults.cold_requests = 3
    publishing = AzurePublishing(program, azure, running, project)
    publishing.release()
    times = {
        name: [seen.time for server in (azure.arm, running.kudu) for seen in server.sent(method, path)]
        for name, method, path in (
            ("settings", "PUT", r"/config/appsettings$"),
            ("upload", "POST", r"/(zipdeploy|publish)$"),
        )
    }
    assert times["settings"] and times["upload"]
    ready = [
        seen.time
        for seen in running.kudu.sent("GET", r"/api/deployments$")
        if max(times["settings"]) < seen.time < min(times["upload"])
    ]
    assert ready, "the SCM site is asked whether it is back"


def test_a_release_restores_the_start_command(program: Program, project: Path, azure: AzureStand) -> None:
    running = azure.add(config={"appCommandLine": START})
    publishing = AzurePublishing(program, azure, running, project)
    publishing.debug()
    publishing.debug()
    publishing.release()
    assert running.site.config["appCommandLine"] == START
    publishing.forget()
    publishing.release()
    assert running.site.changes == []


def test_a_start_command_that_somebody_changed_is_not_touched(
    program: Program, project: Path, azure: AzureStand
) -> None:
    running = azure.add(config={"appCommandLine": START})
    publishing = AzurePublishing(program, azure, running, project)
    publishing.debug()
    running.site.config["appCommandLine"] = "my own"
    publishing.release()
    assert running.site.config["appCommandLine"] == "my own"


@pytest.mark.parametrize("value", ["1", "https://blobs.example/site.zip"])
def test_a_site_that_runs_from_a_package_is_refused_before_the_upload(
    value: str, program: Program, project: Path, azure: AzureStand
) -> None:
    running = azure.add(settings={"WEBSITE_RUN_FROM_PACKAGE": value})
    publishing = AzurePublishing(program, azure, running, project)
    result = publishing.release(status=None)
    assert result.status in (1, 65)
    [line] = errors(result)
    assert "WEBSITE_RUN_FROM_PACKAGE" in line
    assert not re.search("zipdeploy|publish", " ".join(publishing.written()))


def test_changes_are_shown_even_to_those_who_want_little_said(
    program: Program, project: Path, azure: AzureStand
) -> None:
    publishing = AzurePublishing(program, azure, azure.add(config={"appCommandLine": START}), project)
    result = publishing.debug("--quiet")
    assert f"start command: '{START}' → 'python ptvsd'" in result.err


def test_settings_that_cannot_be_listed_are_not_erased(
    program: Program, project: Path, azure: AzureStand
) -> None:
    (project / "requirements.txt").write_text("flask\n")
    running = azure.add(settings={"KEEP": "me"})
    publishing = AzurePublishing(program, azure, running, project)
    azure.arm.faults.append(faults.refuse("POST", "/appsettings/list", lambda: Reply(404), 1 << 30))
    result = publishing.release(status=1)
    assert "is not there any more" in result.err
    assert running.site.settings == {"KEEP": "me"} and running.site.uploads == []


def test_a_release_by_a_profile_does_not_strand_the_start_command(
    program: Program, project: Path, azure: AzureStand
) -> None:
    running = azure.add(config={"appCommandLine": START})
    publishing = AzurePublishing(program, azure, running, project)
    publishing.debug()
    site = running.site
    program.environment.update(PTVSD_PUBLISH_USER=site.user, PTVSD_PUBLISH_PASSWORD=site.password)
    before = publishing.tree()
    publishing.forget()
    scm = f"https://{site.scm_host}"
    result = publishing.run("--to", scm, "--configuration", "Release", "--yes", status=1)
    assert f'az webapp config set --startup-file "{START}"' in result.err and len(errors(result)) == 1
    assert publishing.written() == [] and publishing.tree() == before
    publishing.run("--to", scm, "--configuration", "Release", "--yes", "--subscription", azure.arm.subscription)
    assert site.config["appCommandLine"] == START and "ptvsd/settings.json" not in publishing.tree()


def test_settings_that_the_scm_site_does_not_tell_are_not_taken_for_none(
    program: Program, project: Path, azure: AzureStand
) -> None:
    running = azure.add()
    publishing = AzurePublishing(program, azure, running, project)
    site = running.site
    program.environment.update(PTVSD_PUBLISH_USER=site.user, PTVSD_PUBLISH_PASSWORD=site.password)
    running.fails(faults.refuse("GET", "/api/settings", lambda: Reply(400), 1 << 30))
    result = publishing.run("--to", f"https://{site.scm_host}", "--configuration", "Release", status=1)
    assert "reading the site's settings" in result.err and site.uploads == []
