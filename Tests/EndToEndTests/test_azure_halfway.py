"""A publish that ends half-way: the developer keeps the secret that the site takes, the old one or the new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure_publishing import AzurePublishing, errors, small_project
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
from program import Program


@pytest.fixture
def behind(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    made = behind_http_platform(program, azure, tmp_path)
    (made.project / "zoo.txt").write_text("1\n")
    publish(made)
    return made


@pytest.fixture
def under_fastcgi(program: Program, sample: Any, azure: AzureStand) -> AzurePublishing:
    return published_under_fastcgi(program, azure, sample("BottleSite"))


def test_the_new_secret_is_kept_where_the_site_has_it(behind: AzurePublishing) -> None:
    old = known(behind)
    # After web.config, in whatever order.
    (behind.project / "zoo.txt").write_text("2\n")
    behind.running.site.faults.locked = {"zoo.txt"}
    [line] = errors(publish(behind, status=1))
    assert "currently being used" in line
    new = known(behind)
    assert new != old and in_web_config(behind, new) and agents(behind) == digest(new)
    behind.running.site.faults.locked = set()
    publish(behind)
    assert in_web_config(behind, known(behind))


def test_the_old_secret_is_kept_where_web_config_was_not_reached(behind: AzurePublishing) -> None:
    old = known(behind)
    behind.running.site.faults.locked = {"web.config"}
    publish(behind, status=1)
    assert agents(behind) != digest(old), "the settings came before"
    assert known(behind) == old and in_web_config(behind, old)


def test_under_fastcgi_the_agents_settings_count(under_fastcgi: AzurePublishing) -> None:
    old = known(under_fastcgi)
    [config] = [name for name in under_fastcgi.tree() if name.lower() == "web.config"]
    under_fastcgi.running.site.faults.locked = {config}
    if config < "ptvsd":
        under_fastcgi.running.site.faults.locked = {"ptvsd/settings.json"}
    publish(under_fastcgi, status=1)
    new = known(under_fastcgi)
    assert agents(under_fastcgi) == digest(new)
    assert (new == old) == (config < "ptvsd")


@pytest.mark.parametrize("status", [6, 5, -1])
def test_a_status_that_is_none_of_success(behind: AzurePublishing, status: int) -> None:
    old = known(behind)
    behind.running.site.faults.status = status
    publish(behind, status=1)
    assert known(behind) != old and in_web_config(behind, known(behind))


def test_a_build_that_fails_changes_nothing(program: Program, tmp_path: Path, azure: AzureStand) -> None:
    project = small_project(tmp_path / "project")
    (project / "requirements.txt").write_text("flask\n")
    publishing = AzurePublishing(program, azure, azure.add(pace=0.01), project)
    publish(publishing)
    old = known(publishing)
    publishing.running.site.faults.build_fails = True
    publish(publishing, status=1)
    assert known(publishing) == old


def test_a_rotation_that_cannot_write_web_config_leaves_the_old_secret(
    behind: AzurePublishing, under_fastcgi: AzurePublishing
) -> None:
    for publishing in (behind, under_fastcgi):
        old, before = known(publishing), publishing.tree()
        publishing.running.site.faults.locked = {name for name in before if name.lower() == "web.config"}
        for arguments in (("rotate",), ("rotate", "--to", publishing.destination)):
            [line] = errors(publishing.run(*arguments, status=1))
            assert "cannot write 'site/wwwroot/" in line.lower() and "being used by another process" in line
            assert known(publishing) == old and publishing.tree() == before
        publishing.running.site.faults.locked = set()
        publishing.run("rotate")
        assert known(publishing) != old and agents(publishing) == digest(known(publishing))
