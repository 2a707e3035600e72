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


def write_profile(project: Path, name: str, elements: str = "", **keys: str) -> None:
    folder = project / "Properties" / "PublishProfiles"
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in keys.items())
    text = PROFILE.format(text).replace("</Project>", elements + "</Project>")
    (folder / f"{name}.pubxml").write_text(text)


SKIPPING = r"""
<PropertyGroup>
  <AfterAddIisSettingAndFileContentsToSourceManifest>AddRules</AfterAddIisSettingAndFileContentsToSourceManifest>
</PropertyGroup>
<Target Name="AddRules">
  <ItemGroup>
    <MsDeploySkipRules Include="SkipUploads">
      <SkipAction>Delete</SkipAction>
      <ObjectName>dirPath</ObjectName>
      <AbsolutePath>$(_Escaped_PackageTempDir)\\uploads$</AbsolutePath>
    </MsDeploySkipRules>
  </ItemGroup>
</Target>
"""


def add_foreign(site: Path) -> None:
    """Puts into a site what its users made there, and a file that nobody wants."""
    for name in ("App_Data/users.db", "uploads/a/b.jpg", "foreign.txt"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("theirs")


def theirs(site: Path) -> set[str]:
    files = [path for path in site.rglob("*") if path.is_file()]
    return {path.relative_to(site).as_posix() for path in files if path.read_bytes() == b"theirs"}


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


def test_a_profile_protects_the_data_of_users_on_an_ftp_server(
    stand: FTPStand, program: Program, sample: Any
) -> None:
    stand.clear()
    project = sample("BottleSite")
    write_profile(
        project, "Host", SKIPPING, WebPublishMethod="FTP", publishUrl=f"127.0.0.2:{stand.port}", UserName=USER,
        DeleteExistingFiles="True", ExcludeApp_Data="True", FtpSitePath="site",
    )  # fmt: skip
    program.environment.update({"SSL_CERT_FILE": str(stand.ca_file), "PTVSD_PUBLISH_PASSWORD": PASSWORD})
    program("--profile", "Host", cwd=project)
    add_foreign(stand.root / "site")
    report = program("--profile", "Host", "--format", "json", cwd=project).json()
    assert [file["path"] for file in report["files"] if file["action"] == "delete"] == ["foreign.txt"]
    assert theirs(stand.root / "site") == {"App_Data/users.db", "uploads/a/b.jpg"}


def test_a_profile_protects_the_data_of_users_in_a_folder(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    target = project.parent / "out"
    write_profile(
        project, "Out", SKIPPING, WebPublishMethod="FileSystem", publishUrl="..\\out", DeleteExistingFiles="True",
        ExcludeApp_Data="True",
    )  # fmt: skip
    add_foreign(target)
    planned = program("--profile", "Out", "--dry-run", "--format", "json", cwd=project).json()
    assert [file["path"] for file in planned["files"] if file["action"] == "delete"] == ["foreign.txt"]
    program("--profile", "Out", cwd=project)
    assert theirs(target) == {"App_Data/users.db", "uploads/a/b.jpg"}
    # An option takes no protection away.
    program("--profile", "Out", "--delete-extra", cwd=project)
    assert theirs(target) == {"App_Data/users.db", "uploads/a/b.jpg"}


def test_nothing_is_deleted_by_a_rule_that_is_not_understood(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(
        project, "Out", SKIPPING.replace("uploads$", "(uploads"), WebPublishMethod="FileSystem",
        publishUrl="..\\out", DeleteExistingFiles="True",
    )  # fmt: skip
    add_foreign(project.parent / "out")
    result = program("--profile", "Out", cwd=project)
    assert "which files the skip rule 'SkipUploads' means: nothing is deleted" in result.err
    assert theirs(project.parent / "out") == {"App_Data/users.db", "uploads/a/b.jpg", "foreign.txt"}


def test_another_destination_keeps_its_files(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(
        project, "Out", WebPublishMethod="FileSystem", publishUrl="..\\out", DeleteExistingFiles="True"
    )
    other = project.parent / "other"
    add_foreign(other)
    program("--profile", "Out", "--to", other, cwd=project)
    assert len(theirs(other)) == 3
    program("--profile", "Out", "--to", other, "--delete-extra", cwd=project)
    assert theirs(other) == set()


def test_a_profile_is_evaluated_in_its_project(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    elements = (
        "<PropertyGroup Condition=\"'$(Configuration)'=='Release'\">"
        "<publishUrl>$(SolutionDir)out\\live</publishUrl></PropertyGroup>"
    )
    write_profile(project, "Out", elements, WebPublishMethod="FileSystem", publishUrl="..\\out\\test")
    refused = program("--profile", "Out", cwd=project, status=65)
    assert "'publishUrl' of the profile 'Out' needs the property 'SolutionDir'" in refused.err
    assert "Out.pubxml:" in refused.err and "--property SolutionDir=" in refused.err
    program("--profile", "Out", "-c", "Stage", cwd=project)
    assert [path.name for path in (project.parent / "out").iterdir()] == ["test"]
    name = next(project.glob("*.pyproj")).name
    solution = project.parent / "all.sln"
    solution.write_text(f'Project("{{0}}") = "Site", "{project.name}\\{name}", "{{1}}"\n')
    program("--profile", "Out", cwd=project)
    assert (project.parent / "out" / "live" / "app.py").exists()
    program("--profile", "Out", "--property", f"SolutionDir={project.parent}/set/", cwd=project)
    assert (project.parent / "set" / "out" / "live" / "app.py").exists()


def test_a_path_of_windows_is_no_folder_of_this_machine(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    for path in ("\\deploy\\web", "\\\\server\\share", "D:\\web"):
        write_profile(project, "Out", WebPublishMethod="FileSystem", publishUrl=path)
        result = program("--profile", "Out", cwd=project, status=65)
        assert "is no folder of this machine" in result.err


@pytest.mark.parametrize(
    "url", ["ftp://site:ge/heim@host/www", "ftp://site:12/geheim@host", "https://site:ge/heim@host"]
)
def test_no_error_shows_a_password(url: str, program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    write_profile(project, "Ftp", WebPublishMethod="FTP", publishUrl=url)
    write_profile(project, "Folder", WebPublishMethod="FileSystem", publishUrl=url)
    for arguments in (
        ("--to", url), ("--profile", "Ftp"), ("--profile", "Folder"), ("--site-url", url), (url,), ("url", url),
        ("doctor", url), ("attach", url),
    ):  # fmt: skip
        result = program(*arguments, cwd=project, status=None)
        assert result.status not in (0, 1), arguments
        assert "heim" not in result.out + result.err, arguments


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
