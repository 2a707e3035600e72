"""What a profile protects stays also where somebody else has put it there by a deployment of his own."""

from __future__ import annotations

from pathlib import Path

import pytest
import stand_faults as faults
from azure_profiles import write_pubxml
from azure_publishing import AzurePublishing, without_build
from azure_stand import AzureStand
from https_stand import Cut, Fault, Reply, Request
from program import Program
from stand_client import Client, package

THEIRS = {"app.py": "theirs", "App_Data/users.db": "users"}
ZIP_DEPLOY = "/api/zipdeploy?isAsync=true&clean=false"


@pytest.fixture(params=["linux", "windows"])
def publishing(
    request: pytest.FixtureRequest, program: Program, tmp_path: Path, azure: AzureStand
) -> AzurePublishing:
    """A project whose profile protects App_Data."""
    azure.sign_out()
    made = without_build(program, azure, tmp_path, request.param)
    write_pubxml(made, "MSDeploy")
    profile = made.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    profile.write_text(profile.read_text().replace("<ExcludeApp_Data>False", "<ExcludeApp_Data>True"))
    program.environment["PTVSD_PUBLISH_PASSWORD"] = made.running.site.password
    return made


def deploy(publishing: AzurePublishing) -> None:
    """What Visual Studio or `az` sends: Kudu deletes it once a whole site comes that has it not."""
    client = Client.of_kudu(publishing.stand, publishing.running)
    assert client("POST", ZIP_DEPLOY, package(THEIRS)).status == 202
    assert client.until_complete()["status"] == 4


def check(publishing: AzurePublishing) -> None:
    """Site and data are there, and the next publish knows it."""
    tree = publishing.tree()
    assert tree["App_Data/users.db"] == b"users"
    for name in ("app.py", "static/file0.txt", "static/file1.txt"):
        assert tree[name] == (publishing.project / name).read_bytes()
    publishing.forget()
    publishing.run("--profile", "Live")
    assert publishing.running.site.uploads == [] and publishing.tree() == tree


def test_at_the_first_publish(publishing: AzurePublishing) -> None:
    deploy(publishing)
    assert "came in between" not in publishing.run("--profile", "Live").err
    check(publishing)


@pytest.mark.parametrize("edits", [True, False])
@pytest.mark.parametrize("moment", ["before", "during"])
def test_between_two_publishes(publishing: AzurePublishing, moment: str, edits: bool) -> None:
    publishing.run("--profile", "Live")
    if edits:
        (publishing.project / "static" / "file0.txt").write_text("edited\n")

    def act(request: Request) -> Reply | None:
        deploy(publishing)
        return None

    fault = Fault("GET", "/ptvsd-publish/record.json", act=act)
    if moment == "during":
        publishing.running.fails(fault)
    else:
        deploy(publishing)
    publishing.run("--profile", "Live")
    assert (moment == "during") == bool(fault.met)
    check(publishing)


def test_where_the_answer_to_an_upload_is_lost(publishing: AzurePublishing) -> None:
    deploy(publishing)

    def alter(reply: Reply) -> Reply:
        raise Cut

    publishing.running.fails(Fault("POST", faults.UPLOAD, alter=alter))
    publishing.run("--profile", "Live")
    check(publishing)
