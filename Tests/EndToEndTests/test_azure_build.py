"""Whether the server builds a site: an app setting says so, else the site's own `.deployment`."""

from __future__ import annotations

from pathlib import Path

import pytest
from azure_publishing import AzurePublishing, small_project
from azure_stand import AzureStand
from endpoint_status import status_of
from program import Program
from small_wheel import small_wheel

FLAG = "SCM_DO_BUILD_DURING_DEPLOYMENT"
BUILT = {"output.tar.gz", "oryx-manifest.toml"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = small_project(tmp_path / "project")
    (folder / "pyproject.toml").write_text('[project]\nname = "site"\nversion = "1"\n')
    return folder


def edit(project: Path) -> None:
    (project / "static" / "file0.txt").write_text("edited\n")


@pytest.mark.parametrize("text", [f"[config]\n{FLAG} = true\n", f"[Config]\r\n{FLAG.lower()}=1\r\n"])
def test_what_the_site_itself_says_counts(text: str, program: Program, project: Path, azure: AzureStand) -> None:
    (project / ".deployment").write_text(text)
    (project / "requirements.txt").write_text("flask\n")
    publishing = AzurePublishing(program, azure, azure.add(), project)
    publishing("--configuration", "Release")
    assert publishing.running.site.settings == {}, "no setting has to change"
    edit(project)
    publishing.forget()
    publishing("--configuration", "Release")
    assert "app.py" in publishing.sent() and set(publishing.tree()) == BUILT, "never loose files beside the build"
    old = publishing.debug("--debugpy", str(small_wheel(project.parent))).out
    assert set(publishing.tree()) == BUILT
    secret = old.partition("//")[2].partition("@")[0]
    assert status_of(publishing, secret)[0] == 200
    assert "was built on the server" in publishing.run("rotate", status=1).err


def test_an_app_setting_outranks_it(program: Program, project: Path, azure: AzureStand) -> None:
    (project / ".deployment").write_text(f"[config]\n{FLAG} = true\n")
    publishing = AzurePublishing(program, azure, azure.add(settings={FLAG: "false"}), project)
    publishing.release()
    edit(project)
    publishing.forget()
    publishing.release()
    assert publishing.sent() - {"data/ptvsd-publish/manifest.json", "data/ptvsd-publish/record.json"} == {
        "static/file0.txt"
    }


def test_a_site_that_does_not_want_it_is_not_built(program: Program, project: Path, azure: AzureStand) -> None:
    (project / ".deployment").write_text(f"; {FLAG} = true\n[other]\n{FLAG}=true\n[config]\n{FLAG}=false\n")
    (project / "requirements.txt").write_text("flask\n")
    publishing = AzurePublishing(program, azure, azure.add(), project)
    said = publishing("--configuration", "Release").err
    assert f"told not to install it ({FLAG}='false')" in said
    assert publishing.running.site.settings == {} and "app.py" in publishing.tree()
