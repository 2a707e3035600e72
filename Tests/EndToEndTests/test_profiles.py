"""Publish profiles of every method that goes to a folder, a zip or an FTP server."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Iterator
from xml.sax.saxutils import escape, quoteattr

import pytest
from ftp_stand import PASSWORD, USER, FTPStand
from program import Program, tree
from small_wheel import small_wheel

PROFILE = """<?xml version="1.0" encoding="utf-8"?>
<Project ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>{}</PropertyGroup>
</Project>
"""


@pytest.fixture(scope="module")
def stand() -> Iterator[FTPStand]:
    with FTPStand() as stand:
        yield stand


def write_profile(project: Path, name: str, **keys: str) -> None:
    folder = project / "Properties" / "PublishProfiles"
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in keys.items())
    (folder / f"{name}.pubxml").write_text(PROFILE.format(text))


def test_an_ftp_profile_of_visual_studio(stand: FTPStand, program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(
        project, "Host", WebPublishMethod="FTP", LastUsedBuildConfiguration="Release", LastUsedPlatform="Any CPU",
        SiteUrlToLaunchAfterPublish="https://bottle.example.org", publishUrl=f"127.0.0.2:{stand.port}",
        DeleteExistingFiles="True", FtpPassiveMode="True", FtpSitePath="site\\wwwroot", UserName=USER,
        ExcludeFilesFromDeployment="converter.py", _SavePWD="True",
    )  # fmt: skip
    (project / "Properties/PublishProfiles/Host.pubxml.user").write_text(
        PROFILE.format("<EncryptedPassword>AQAAANCM</EncryptedPassword>")
    )
    program.environment.update({"SSL_CERT_FILE": str(stand.ca_file)})
    result = program("--profile", "host", cwd=project, status=77)
    assert (
        "is encrypted for Visual Studio and cannot be read here" in result.err or "no password" in result.err
    )
    program.environment["PTVSD_PUBLISH_PASSWORD"] = PASSWORD
    result = program("--profile", "host", cwd=project)
    assert "is encrypted for Visual Studio and cannot be read here" in result.err
    assert PASSWORD not in result.out + result.err
    site = stand.root / "site" / "wwwroot"
    assert "app.py" in tree(site) and "converter.py" not in tree(site)
    (site / "foreign.txt").write_text("x")
    report = program("--profile", "Host.pubxml", "--format", "json", cwd=project).json()
    assert report["siteURL"] == "https://bottle.example.org"
    assert [file["path"] for file in report["files"] if file["action"] == "delete"] == ["foreign.txt"]


def test_the_ftp_way_of_publish_settings(stand: FTPStand, program: Program, sample: Any) -> None:
    stand.clear()
    project = sample("FastAPISite")
    settings = project.parent / "site.PublishSettings"
    settings.write_text(
        "<publishData>"
        f'<publishProfile profileName="a - Web Deploy" publishMethod="MSDeploy" publishUrl="iis.example:8172"/>'
        f'<publishProfile profileName="a - FTP" publishMethod="FTP" ftpPassiveMode="True" userName="{USER}"'
        f" publishUrl={quoteattr(stand.url('wwwroot'))} userPWD={quoteattr(PASSWORD)}"
        ' destinationAppUrl="https://a.example.org"><databases/></publishProfile></publishData>'
    )
    program.environment["SSL_CERT_FILE"] = str(stand.ca_file)
    refused = program("--profile", settings, cwd=project, status=65)
    assert "publishes by Web Deploy, which only runs on Windows" in refused.err
    result = program("--profile", f"{settings}#FTP", "--format", "json", cwd=project)
    assert result.json()["siteURL"] == "https://a.example.org"
    assert PASSWORD not in result.out + result.err
    assert "main.py" in tree(stand.root / "wwwroot")
    state = [path for path in (program.home / "state").rglob("*") if path.is_file()]
    assert len(state) > 1
    remembered = "".join(path.read_text() for path in state)
    assert PASSWORD.split('"')[0] not in remembered
    rotated = program("rotate", "--profile", f"{settings}#FTP", cwd=project, status=65)
    assert "debug" in rotated.err
    wheel = small_wheel(project.parent)
    program("--profile", f"{settings}#FTP", "-c", "Debug", "--debugpy", wheel, cwd=project)
    rotated = program("rotate", "--profile", f"{settings}#FTP", cwd=project)
    assert "1 file: 1 updated" in rotated.out


def test_a_package_profile_writes_a_zip(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(
        project, "Pack", WebPublishMethod="Package", DesktopBuildPackageLocation="..\\out\\site.zip"
    )
    program("--profile", "Pack", cwd=project)
    with zipfile.ZipFile(project.parent / "out" / "site.zip") as archive:
        assert "app.py" in archive.namelist()
    write_profile(
        project, "Spread", WebPublishMethod="Package", DesktopBuildPackageLocation="..\\spread",
        PackageAsSingleFile="False",
    )  # fmt: skip
    program("--profile", "Spread", cwd=project)
    assert (project.parent / "spread" / "app.py").exists()


def test_web_deploy_elsewhere_says_what_to_use(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(
        project,
        "Old",
        WebPublishMethod="MSDeploy",
        MSDeployServiceURL="https://iis.example:8172/msdeploy.axd",
    )
    result = program("--profile", "Old", cwd=project, status=65)
    assert "publishes by Web Deploy, which only runs on Windows" in result.err and "--to" in result.err
