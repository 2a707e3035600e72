"""Publish profiles of Azure as they are downloaded or written by Visual Studio, and who signs in with what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trustme
from azure_profiles import by_basic, write_pubxml, write_settings
from azure_publishing import AzurePublishing, errors, small_project
from azure_stand import AzureStand
from program import Program


@pytest.fixture
def publishing(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    azure.sign_out()
    running = azure.add(linux=False)
    return AzurePublishing(program, azure, running, small_project(tmp_path / "project", iis=True))


def test_publish_settings_are_all_that_is_needed(publishing: AzurePublishing) -> None:
    path = write_settings(publishing)
    debug = publishing.run("--profile", path, "--configuration", "Debug")
    assert f"@{publishing.running.site.host}/ptvsd" in debug.out and by_basic(publishing)
    assert "ptvsd/__main__.py" in publishing.tree()
    publishing.run("rotate", "--profile", path)
    publishing.run("--profile", path, "--configuration", "Release")
    assert not [name for name in publishing.tree() if name.startswith("ptvsd/")]
    state = publishing.program.home / "state"
    for file in (*state.rglob("*"), *publishing.project.rglob("*")):
        assert not file.is_file() or publishing.running.site.password.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("method", ["ZipDeploy", "MSDeploy"])
def test_a_profile_of_visual_studio_takes_the_password_from_the_environment(
    method: str, publishing: AzurePublishing
) -> None:
    write_pubxml(publishing, method)
    publishing.program.environment["PTVSD_PUBLISH_PASSWORD"] = publishing.running.site.password
    report = publishing.run("--profile", "Live", "--format", "json").json()
    assert report["configuration"] == "Release" and report["siteURL"] == publishing.running.url
    assert "app.py" in publishing.tree() and "Properties/PublishProfiles/Live.pubxml" not in publishing.tree()
    assert by_basic(publishing)


def test_a_profile_that_skips_no_extra_files_deletes_them(publishing: AzurePublishing) -> None:
    write_pubxml(publishing, "MSDeploy", keeps=False)
    publishing.program.environment["PTVSD_PUBLISH_PASSWORD"] = publishing.running.site.password
    (publishing.running.site.wwwroot / "upload.txt").write_text("a user's")
    publishing.run("--profile", "Live")
    assert "upload.txt" not in publishing.tree() and "app.py" in publishing.tree()


def test_a_profile_protects_the_data_of_users(publishing: AzurePublishing) -> None:
    data = publishing.project / "App_Data" / "users.db"
    data.parent.mkdir()
    data.write_text("empty")
    write_pubxml(publishing, "MSDeploy")
    publishing.program.environment["PTVSD_PUBLISH_PASSWORD"] = publishing.running.site.password
    publishing.run("--profile", "Live")
    # From now on the site's own: not even Kudu, which put it there, may take it away.
    wwwroot = publishing.running.site.wwwroot
    (wwwroot / "App_Data" / "users.db").write_text("theirs")
    (wwwroot / "foreign.txt").write_text("nobody's")
    profile = publishing.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    text = profile.read_text().replace("<ExcludeApp_Data>False", "<ExcludeApp_Data>True")
    profile.write_text(text)
    publishing.run("--profile", "Live", "--full")
    assert (wwwroot / "App_Data" / "users.db").read_text() == "theirs" and "foreign.txt" in publishing.tree()
    profile.write_text(text.replace("<SkipExtraFilesOnServer>True", "<SkipExtraFilesOnServer>False"))
    planned = publishing.run("--profile", "Live", "--dry-run", "--format", "json").json()
    assert [file["path"] for file in planned["files"] if file["action"] == "delete"] == ["foreign.txt"]
    publishing.run("--profile", "Live")
    assert (wwwroot / "App_Data" / "users.db").read_text() == "theirs"
    assert "foreign.txt" not in publishing.tree() and "app.py" in publishing.tree()
    # Kudu still knows what it put there once.
    publishing.run("--profile", "Live", "--full")
    assert (wwwroot / "App_Data" / "users.db").read_text() == "theirs"


@pytest.mark.parametrize("key", ["ResourceId", "DeployIisAppPath", "UserName"])
def test_a_profile_of_a_slot_finds_it(key: str, program: Program, tmp_path: Path, azure: AzureStand) -> None:
    azure.add(linux=False)
    slot = azure.add(slot="beta", linux=False)
    publishing = AzurePublishing(program, azure, slot, small_project(tmp_path / "project", iis=True))
    value = {
        "ResourceId": azure.arm.identifier(slot.site),
        "DeployIisAppPath": "ptvsdemo__beta",
        "UserName": "$ptvsdemo__beta",
    }[key]
    write_pubxml(publishing, "ZipDeploy")
    profile = publishing.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    text = re.sub(r"<(DeployIisAppPath|UserName)>[^<]*</\1>", "", profile.read_text())
    profile.write_text(text.replace("<PublishProvider>", f"<{key}>{value}</{key}><PublishProvider>"))
    publishing.run("--profile", "Live")
    assert "app.py" in publishing.tree()
    read = [seen.path for seen in azure.arm.seen]
    assert any(path.startswith(azure.arm.identifier(slot.site)) for path in read), read


def test_a_resource_that_is_another_site_is_not_taken(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "signed-out").unlink()
    other = publishing.stand.add("other", linux=False)
    write_pubxml(publishing, "ZipDeploy")
    profile = publishing.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    identifier = publishing.stand.arm.identifier(other.site)
    profile.write_text(
        profile.read_text().replace(
            "<PublishProvider>", f"<ResourceId>{identifier}</ResourceId><PublishProvider>"
        )
    )
    publishing.run("--profile", "Live")
    assert "app.py" in publishing.tree() and other.kudu.seen == []


def test_web_deploy_on_a_host_that_only_looks_like_azure_gets_no_password(
    publishing: AzurePublishing,
) -> None:
    write_pubxml(publishing, "MSDeploy")
    profile = publishing.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    for url in ("https://build.scm.example.com:8172/msdeploy.axd", "https://localhost.scm.example.com"):
        text = re.sub(r"localhost:\d+(?=</MSDeploy)", url, profile.read_text())
        profile.write_text(text.replace("<PublishProvider>AzureWebSite</PublishProvider>", ""))
        result = publishing.run("--profile", "Live", status=65)
        assert "Web Deploy" in result.err and len(errors(result)) == 1


def test_a_profile_without_a_password_signs_in_by_az(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "signed-out").unlink()
    write_pubxml(publishing, "ZipDeploy")
    publishing.run("--profile", "Live")
    assert "app.py" in publishing.tree()
    assert [line for line in publishing.stand.az_log if line.startswith("account get-access-token")]


def test_nobody_who_can_sign_in_is_an_error_that_says_how(publishing: AzurePublishing) -> None:
    write_pubxml(publishing, "ZipDeploy")
    result = publishing.run("--profile", "Live", status=77)
    assert len(errors(result)) == 1 and re.search("az login", result.err)


def test_a_service_principal_needs_no_az(publishing: AzurePublishing) -> None:
    arm = publishing.stand.arm
    publishing.program.environment.update(
        AZURE_TENANT_ID=arm.tenant, AZURE_CLIENT_ID=arm.client, AZURE_CLIENT_SECRET=arm.client_secret,
        AZURE_SUBSCRIPTION_ID=arm.subscription,
    )  # fmt: skip
    publishing.release()
    assert "app.py" in publishing.tree() and publishing.stand.az_log == []
    publishing.program.environment["AZURE_CLIENT_SECRET"] = "wrong"
    result = publishing.release(status=77)
    assert len(errors(result)) == 1 and "AADSTS7000215" in result.err


def test_web_deploy_elsewhere_is_refused(publishing: AzurePublishing) -> None:
    write_pubxml(publishing, "MSDeploy")
    profile = publishing.project / "Properties" / "PublishProfiles" / "Live.pubxml"
    text = re.sub(
        r"localhost:\d+(?=</MSDeploy)", "https://iis.example:8172/msdeploy.axd", profile.read_text()
    )
    profile.write_text(text.replace("<PublishProvider>AzureWebSite</PublishProvider>", ""))
    result = publishing.run("--profile", "Live", status=65)
    assert "Web Deploy" in result.err and len(errors(result)) == 1


def test_no_token_goes_to_a_host_that_azure_does_not_know(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "signed-out").unlink()
    stranger = publishing.stand.add("stranger", linux=False)
    publishing.stand.arm.sites.pop()
    result = publishing.run("--to", f"https://{stranger.site.scm_host}", status=77)
    assert len(errors(result)) == 1 and "PTVSD_PUBLISH_PASSWORD" in result.err and "azure:SITE" in result.err
    assert stranger.kudu.seen == []


def test_an_authority_that_is_named_is_trusted_besides_the_others(publishing: AzurePublishing) -> None:
    path = write_settings(publishing)
    foreign = publishing.project.parent / "foreign.pem"
    trustme.CA().cert_pem.write_to_path(str(foreign))
    arguments = ("--profile", path, "--configuration", "Release", "--ca-file")
    publishing.run(*arguments, foreign)
    own = publishing.program.environment.pop("SSL_CERT_FILE")
    publishing.run(*arguments, own)
    publishing.run(*arguments, foreign, status=69)
