"""FastCGI's time limits on Windows sites: applicationHost.xdt comes, counts after a restart, and goes."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from https_stand import Reply
from program import Program
from small_wheel import small_wheel

ADDED = "applicationHost.xdt: time limits that a breakpoint survives, site restarts"
THEIRS = "<configuration><!-- somebody's own --></configuration>\n"
RESTART = ("restart", None)


@pytest.fixture
def publishing(program: Program, sample: Any, azure: AzureStand) -> AzurePublishing:
    """The FastCGI sample on its way to a site on Windows."""
    return AzurePublishing(program, azure, azure.add(linux=False), sample("FlaskSite"))


def debug(publishing: AzurePublishing, *more: str) -> str:
    wheel = str(small_wheel(publishing.project.parent))
    return publishing.debug("--debugpy", wheel, *more).err


def limits(publishing: AzurePublishing) -> Path:
    return publishing.running.site.home / "site" / "applicationHost.xdt"


def record(publishing: AzurePublishing) -> Any:
    return json.loads((publishing.running.site.home / "data/ptvsd-publish/record.json").read_text())


def test_the_limits_come_once_and_go_with_the_endpoint(publishing: AzurePublishing) -> None:
    site, kudu = publishing.running.site, publishing.running.kudu
    refused = publishing("--configuration", "Debug", status=1)
    assert ADDED in refused.err and "--yes" in refused.err and publishing.written() == []

    said = debug(publishing)
    assert f"changing {ADDED}" in said and "restart-needed" not in said
    assert limits(publishing).read_bytes() == publishing.tree()["ptvsd/applicationHost.xdt"]
    transform = ET.parse(limits(publishing)).getroot()
    [missing, raised] = transform.findall("system.webServer/fastCgi/application")
    config = ET.fromstring(publishing.tree()["web.config"])
    [processor] = {
        handler.attrib["scriptProcessor"]
        for handler in config.iter("add")
        if handler.attrib.get("modules") == "FastCgiModule"
    }
    assert processor == "|".join((raised.attrib["fullPath"], raised.attrib["arguments"]))
    assert missing.attrib["fullPath"] == raised.attrib["fullPath"] and raised.attrib["activityTimeout"] == "3600"
    assert site.changes == [RESTART]
    [put] = kudu.sent("PUT", "/api/vfs/site/applicationHost.xdt$")
    [restart] = publishing.stand.arm.sent("POST", "/restart$")
    [upload] = kudu.sent("POST", "/api/zipdeploy$")
    assert put.time < restart.time < upload.time, "it counts from the restart on, and that comes before the upload"

    publishing.forget()
    assert "applicationHost.xdt" not in debug(publishing), "what is there already is not put there again"
    assert site.changes == []

    publishing.forget()
    assert "changing applicationHost.xdt: taken away" in publishing.release().err
    assert not limits(publishing).exists() and site.changes == [RESTART]
    assert record(publishing).get("applicationHost") is None
    publishing.forget()
    publishing("--configuration", "Release")
    assert site.changes == [], "no leave is needed where nothing changes"


def test_somebodys_own_is_left_alone(publishing: AzurePublishing) -> None:
    limits(publishing).write_text(THEIRS)
    said = debug(publishing)
    assert "the site has an applicationHost.xdt of its own" in said and "'ptvsd/applicationHost.xdt'" in said
    publishing.release()
    assert limits(publishing).read_text() == THEIRS and publishing.running.site.changes == []


def test_ours_that_somebody_edited_is_his(publishing: AzurePublishing) -> None:
    debug(publishing)
    limits(publishing).write_text(THEIRS)
    assert "of its own" in debug(publishing)
    publishing.release()
    assert limits(publishing).read_text() == THEIRS


@pytest.mark.parametrize(
    ("path", "skip"),
    [("site/applicationHost.xdt", 0), ("data/ptvsd-publish/record.json", 0), ("data/ptvsd-publish/record.json", 1)],
)
def test_a_run_that_ended_in_between_leaves_none_for_good(
    path: str, skip: int, publishing: AzurePublishing
) -> None:
    publishing.running.fails(faults.refuse("PUT", f"/api/vfs/{path}", lambda: Reply(409), 1, skip))
    wheel = str(small_wheel(publishing.project.parent))
    failed = publishing.debug("--debugpy", wheel, status=1)
    assert path in errors(failed)[0] and publishing.running.site.uploads == []
    publishing.release()
    assert not limits(publishing).exists() and not record(publishing).get("applicationHost")


def test_ours_is_known_again_where_the_record_was_lost(publishing: AzurePublishing) -> None:
    debug(publishing)
    (publishing.running.site.home / "data/ptvsd-publish/record.json").unlink()
    debug(publishing)
    publishing.release()
    assert not limits(publishing).exists()


def test_the_restart_is_the_users_where_it_cannot_be_made(publishing: AzurePublishing) -> None:
    publishing.stand.arm.faults.append(faults.refuse("POST", "/restart", lambda: Reply(403), 1 << 30))
    said = debug(publishing)
    assert "note: the time limits in applicationHost.xdt count from the next start" in said
    assert "az webapp restart" in said and limits(publishing).exists()


def test_a_profile_alone_puts_them_there_too(publishing: AzurePublishing) -> None:
    site, program = publishing.running.site, publishing.program
    publishing.stand.sign_out()
    program.environment.update(PTVSD_PUBLISH_USER=site.user, PTVSD_PUBLISH_PASSWORD=site.password)
    wheel = str(small_wheel(publishing.project.parent))
    arguments = ("--to", f"https://{site.scm_host}", "--debugpy", wheel, "--site-url", publishing.running.url)
    refused = publishing.run(*arguments, "--configuration", "Debug", status=1)
    assert ADDED in refused.err and publishing.written() == []
    said = publishing.run(*arguments, "--configuration", "Debug", "--yes").err
    assert "count from the next start of the site" in said and limits(publishing).exists()
    assert site.changes == [] and publishing.stand.arm.seen == []
    publishing.run(*arguments, "--configuration", "Release", "--yes")
    assert not limits(publishing).exists()


def test_a_site_that_httpplatform_runs_needs_none(program: Program, tmp_path: Path, azure: AzureStand) -> None:
    running = azure.add(linux=False)
    publishing = AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=True))
    debug(publishing)
    assert not limits(publishing).exists() and running.site.changes == []


def test_a_dry_run_tells_of_them_and_puts_nothing_there(publishing: AzurePublishing) -> None:
    wheel = str(small_wheel(publishing.project.parent))
    dry = publishing("--configuration", "Debug", "--dry-run", "--debugpy", wheel)
    assert f"would change {ADDED}" in dry.err and publishing.written() == [] and os.listdir(limits(publishing).parent) == ["wwwroot"]
