"""Switches of a site in Azure are set wrong, and the doctor names each; it reads them and changes none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from arm_server import ARMServer
from azure_publishing import AzurePublishing
from azure_stand import AzureStand
from doctoring import Diagnosis, examine
from program import Program

HEALTHY = {"webSocketsEnabled": True, "alwaysOn": True, "appCommandLine": "python ptvsd"}
CALM = {"WEBSITE_PROACTIVE_AUTOHEAL_ENABLED": "false"}


@pytest.fixture
def look(program: Program, sample: Any, azure: AzureStand, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Publishes to a site with these switches, changes them, and examines it."""
    facts: dict[str, Any] = {}
    usual = ARMServer._json
    answer = ARMServer._of

    def described(server: ARMServer, site: Any) -> dict[str, Any]:
        document = usual(server, site)
        document["properties"].update({"sku": "Standard", **facts.get("site", {})})
        return document

    def instances(server: ARMServer, request: Any, site: Any, kudu: Any, rest: str) -> Any:
        found = answer(server, request, site, kudu, rest)
        if rest == "/instances":
            found.body["value"] *= facts.get("instances", 1)
        return found

    monkeypatch.setattr(ARMServer, "_json", described)
    monkeypatch.setattr(ARMServer, "_of", instances)

    class Stand:
        def __init__(self, **more: Any) -> None:
            unbuilt = {"SCM_DO_BUILD_DURING_DEPLOYMENT": "false"}
            self.running = azure.add(settings=unbuilt if more.get("linux", True) else {}, **more)
            self.project: Path = sample("FastAPISite" if more.get("linux", True) else "DjangoSite")
            self.publishing = AzurePublishing(program, azure, self.running, self.project)
            self.publishing.debug()
            self.running.site.config |= HEALTHY
            self.running.site.settings |= CALM

        def __call__(self, *arguments: str, **changes: Any) -> Diagnosis:
            facts.clear()
            facts.update(changes)
            self.publishing.forget()
            diagnosis = examine(program, *arguments, cwd=self.project)
            assert self.publishing.written() == [], "nothing is changed"
            self.publishing.check_secrecy(str(diagnosis.report) + diagnosis.text)
            kept = [found for found in diagnosis.report["findings"] if found["stage"] == "switches"]
            diagnosis.findings = {found["id"]: found for found in kept}
            return diagnosis

    return Stand


def test_switches_of_a_site_on_linux(look: Any) -> None:
    site = look(linux=True)
    config, settings = site.running.site.config, site.running.site.settings
    healthy = site()
    assert healthy.findings == {} and "switches" not in healthy.skipped

    # The front end of the test lets no web socket through, which is what makes these count.
    config["webSocketsEnabled"] = False
    found = site()["azure-web-sockets-off"]
    assert found["wayOut"] == "az webapp config set -g rg-demo -n ptvsdemo --web-sockets-enabled true"
    config |= HEALTHY | {"alwaysOn": False, "healthCheckPath": "/health"}
    assert set(site().findings) == {"azure-always-on-off", "azure-auto-heal"}
    assert "'/health'" in site()["azure-auto-heal"]["evidence"]
    config["healthCheckPath"] = ""
    assert site(site={"sku": "Free"}).findings.keys() == {"azure-free-plan"}
    config |= HEALTHY
    assert "stopped" in site(site={"state": "Stopped"})["azure-stopped"]["evidence"]
    assert site(site={"clientAffinityEnabled": False}).findings == {}
    alone = site(site={"clientAffinityEnabled": False}, instances=3)
    assert "3 instances" in alone["azure-affinity-off"]["evidence"]
    settings["WEBSITE_RUN_FROM_PACKAGE"] = "https://blobs.example/site.zip?sig=hush"
    package = site()["azure-run-from-package"]
    assert "an address" in package["evidence"] and "hush" not in str(package)


def test_the_start_command_does_not_run_the_agent(look: Any) -> None:
    site = look(linux=True)
    site.running.site.config["appCommandLine"] = "gunicorn main:app"
    assert site().findings == {}, "the endpoint answers, whoever started it"
    (site.running.site.wwwroot / "ptvsd" / "settings.json").unlink()
    site.running.site.restarted()
    found = site()["azure-start-command"]
    assert "'gunicorn main:app'" in found["evidence"] and "--startup-file 'python ptvsd'" in found["wayOut"]


def test_switches_of_a_site_on_windows(look: Any) -> None:
    site = look(linux=False)
    assert site().findings == {}
    del site.running.site.settings["WEBSITE_PROACTIVE_AUTOHEAL_ENABLED"]
    assert list(site().findings) == ["azure-auto-heal"]
    site.running.site.basic_allowed = False
    assert "azure-basic-auth-off" not in site(), "nobody publishes with a password"


def test_nobody_is_signed_in(look: Any, azure: AzureStand) -> None:
    site = look(linux=True)
    azure.sign_out()
    diagnosis = site()
    assert diagnosis.findings == {} and "az login" in diagnosis.skipped["switches"]


def test_the_site_is_found_by_its_host(look: Any, azure: AzureStand, tmp_path: Path) -> None:
    site = look(linux=True)
    azure.add("other", linux=True)
    assert site("--site-url", site.running.url).findings == {}
    azure.arm.is_allowed = False
    assert "azure" not in str(site().errors)
