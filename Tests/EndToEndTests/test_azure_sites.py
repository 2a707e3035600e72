"""How a site is found by its name: on later pages of the list too, and never at a guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import stand_faults as faults
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from program import Program

SITES = "/providers/Microsoft.Web/sites$"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def test_a_site_on_a_later_page_is_found(program: Program, project: Path, azure: AzureStand) -> None:
    made = [azure.add(f"site{number}") for number in range(5)]
    publishing = AzurePublishing(program, azure, made[4], project)
    publishing.release()
    assert "app.py" in publishing.tree() and not [each for each in made[:4] if "app.py" in each.site.tree()]
    assert len(azure.arm.sent("GET", SITES)) == 3, "two sites on each page"


def test_no_page_is_fetched_from_another_host(program: Program, project: Path, azure: AzureStand) -> None:
    made = [azure.add(f"site{number}") for number in range(5)]
    publishing = AzurePublishing(program, azure, made[4], project)

    def elsewhere(body: Any) -> Any:
        return {**body, "nextLink": body["nextLink"].replace("localhost", "127.0.0.1")}

    azure.arm.faults.append(faults.altered("GET", SITES, elsewhere))
    [line] = errors(publishing.release(status=65))
    assert "has no site 'site4'" in line and len(azure.arm.sent("GET", SITES)) == 1


def test_two_sites_of_one_name_are_told_apart_by_their_group(
    program: Program, project: Path, azure: AzureStand
) -> None:
    first, second = azure.add(group="rg-one"), azure.add(group="rg-two")
    publishing = AzurePublishing(program, azure, second, project)
    [line] = errors(result := publishing.release(status=65))
    assert "there are 2 sites 'ptvsdemo'" in line and "--resource-group" in result.err
    publishing.release("--resource-group", "RG-Two")
    assert "app.py" in second.site.tree() and "app.py" not in first.site.tree()
