"""Faults of a project, its hidden file and its publishes are made, and the doctor names each; a healthy one is silent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from doctoring import DEBUG, LOCAL, local
from program import ROOT, Program, find_binary, web_config

PUBLISH = (*DEBUG, "--site-url", LOCAL)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A FastCGI project that was published in Debug, with its home, and a copy of both."""
    folder = tmp_path_factory.mktemp("flask")
    cache = folder / "now" / "home" / "cache" / "ptvsd-publish" / "wheels"
    cache.mkdir(parents=True)
    shutil.copy(wheel, cache)
    ignored = shutil.ignore_patterns("__pycache__", "bin", "web.debug.config", "instance", "data")
    project = folder / "now" / "FlaskSite"
    shutil.copytree(ROOT / "Samples" / "FlaskSite", project, ignore=ignored)
    Program(find_binary(), folder / "now" / "home")(*PUBLISH, cwd=project)
    shutil.copytree(folder / "now", folder / "kept")
    return folder


@pytest.fixture
def flask(program: Program, pristine: Path) -> Path:
    """That project as it was right after the publish; `program` then has its home."""
    shutil.rmtree(pristine / "now")
    shutil.copytree(pristine / "kept", pristine / "now")
    program.home = pristine / "now" / "home"
    return pristine / "now" / "FlaskSite"


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that has to be there."""
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name", ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"])
def test_a_healthy_project_yields_no_finding(program: Program, sample: Any, name: str) -> None:
    project = sample(name)
    program(*PUBLISH, cwd=project)
    diagnosis = local(program, cwd=project)
    # The project of Bottle has another case than the file on disk, and is told so.
    assert list(diagnosis.findings) == (["project-odd"] if name == "BottleSite" else [])
    assert name != "BottleSite" or "'Web.config'" in diagnosis["project-odd"]["evidence"]


def test_a_project_that_was_never_published(program: Program, sample: Any) -> None:
    diagnosis = local(program, cwd=sample("FlaskSite"))
    assert (diagnosis.errors, diagnosis.status) == (["never-published"], 65)
    assert "--configuration Debug" in diagnosis["never-published"]["wayOut"]
    assert "site-unknown" in diagnosis


def test_a_project_that_cannot_be_read(program: Program, flask: Path) -> None:
    edit(flask / "FlaskSite.pyproj", "</Project>", "")
    diagnosis = local(program, cwd=flask)
    assert (diagnosis.errors, diagnosis.status) == (["project-unreadable"], 65)
    assert diagnosis["project-unreadable"]["file"] == "FlaskSite.pyproj"
    assert diagnosis.skipped["configuration"] == "the project cannot be read"


def test_a_release_publish_took_the_endpoint_away(program: Program, flask: Path) -> None:
    program("--configuration", "Release", cwd=flask)
    diagnosis = local(program, cwd=flask)
    assert diagnosis.errors == ["published-without-endpoint"]
    assert "Release" in diagnosis["published-without-endpoint"]["evidence"]


def test_the_hidden_file_is_gone(program: Program, flask: Path) -> None:
    (flask / "web.debug.config").unlink()
    assert local(program, cwd=flask).errors == ["debug-config-missing"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<configuration", "breaks off"),
        ("<configuration><appSettings /></configuration>", "sets no 'WSGI_PTVSD_SECRET'"),
        (
            '<configuration><appSettings><add key="WSGI_PTVSD_SECRET" value="a b" /></appSettings></configuration>',
            "characters that a URL cannot carry",
        ),
    ],
)
def test_a_broken_hidden_file_is_written_anew_after_asking(
    program: Program, flask: Path, text: str, seen: str
) -> None:
    hidden = flask / "web.debug.config"
    hidden.write_text(text)
    diagnosis = local(program, "--fix", cwd=flask)
    assert "debug-config-broken" in diagnosis.errors and diagnosis.status == 65
    assert seen in diagnosis["debug-config-broken"]["evidence"]
    assert hidden.read_text() == text and "--yes" in diagnosis.text
    mended = local(program, "--fix", "--yes", cwd=flask)
    assert any("web.debug.config" in done for done in mended.report["mended"])
    # The site still has the old secret, and that is what is wrong now.
    assert (mended.errors, mended.status) == (["published-secret-differs"], 77)
    assert hidden.stat().st_mode & 0o777 == 0o600
    program(*PUBLISH, cwd=flask)
    assert local(program, cwd=flask).findings == {}


def test_an_edit_removed_the_endpoint(program: Program, flask: Path) -> None:
    hidden = flask / "web.debug.config"
    kept = re.sub(r"<!-- Generated.*?-->", "", hidden.read_text(), flags=re.DOTALL)
    hidden.write_text(kept)
    customised = local(program, cwd=flask)
    assert list(customised.findings) == ["debug-config-customised"] and customised.status == 0
    hidden.write_text(re.sub(r'<add name="ptvsd[^>]*>', "", kept))
    diagnosis = local(program, cwd=flask)
    assert diagnosis.errors == ["debug-config-without-endpoint"]
    assert diagnosis["debug-config-without-endpoint"]["wayOut"].startswith("rm web.debug.config && ")
    hidden.unlink()
    program(*PUBLISH, cwd=flask)
    assert local(program, cwd=flask).findings == {}


def test_the_secret_has_expired(program: Program, flask: Path) -> None:
    hidden = flask / "web.debug.config"
    hidden.write_text(re.sub(r"20\d\d-\d\d-\d\dT", "2020-01-01T", hidden.read_text()))
    diagnosis = local(program, cwd=flask)
    assert (diagnosis.errors, diagnosis.status) == (["secret-expired"], 77)
    assert "2020-01-01T" in diagnosis["secret-expired"]["evidence"]


def test_others_may_read_the_secret(program: Program, flask: Path) -> None:
    hidden = flask / "web.debug.config"
    hidden.chmod(0o640)
    before = hidden.read_bytes()
    diagnosis = local(program, cwd=flask)
    assert "0640" in diagnosis["debug-config-readable"]["evidence"]
    assert local(program, "--fix", cwd=flask).findings == {}
    assert hidden.stat().st_mode & 0o777 == 0o600 and hidden.read_bytes() == before


def test_git_would_give_the_secret_away(program: Program, flask: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(flask), *arguments], check=True, capture_output=True)

    git("init", "--quiet")
    (flask / ".gitignore").write_bytes(b"bin/")
    assert list(local(program, cwd=flask).findings) == ["debug-config-not-ignored"]
    assert local(program, "--fix", cwd=flask).findings == {}
    assert (flask / ".gitignore").read_bytes() == b"bin/\nweb.debug.config\n"
    git("add", "--force", "web.debug.config")
    diagnosis = local(program, "--fix", cwd=flask)
    assert list(diagnosis.findings) == ["debug-config-tracked"] and diagnosis.status == 0
    assert "git rm -f --cached web.debug.config" in diagnosis["debug-config-tracked"]["wayOut"]
    git("reset", "--quiet")
    (flask / ".gitignore").write_text("web.debug.config\n")
    diagnosis = local(program, cwd=flask)
    assert list(diagnosis.findings) == ["published-site-not-ignored"]
    assert "add the line '/bin/publish' to .gitignore" in diagnosis["published-site-not-ignored"]["wayOut"]
    above = local(program, "FlaskSite", cwd=flask.parent)
    assert "'/bin/publish' to FlaskSite/.gitignore" in above["published-site-not-ignored"]["wayOut"]
    assert local(program, "--fix", cwd=flask).findings == {}
    assert (flask / ".gitignore").read_text() == "web.debug.config\n/bin/publish\n"
    git("add", "--force", "bin/publish")
    diagnosis = local(program, cwd=flask)
    assert list(diagnosis.findings) == ["published-site-tracked"] and diagnosis.status == 0
    way_out = diagnosis["published-site-tracked"]["wayOut"]
    assert "--cached -- bin/publish" in way_out and "ptvsd-publish rotate" in way_out


@pytest.mark.parametrize(
    ("name", "line"),
    [("a [1].zip", r"/out/a \[1].zip"), (r"b\*?!", r"/out/b\\\*\?!"), ("#c ", "/out/#c\\ ")],
)
def test_git_is_kept_away_from_what_is_published(program: Program, flask: Path, name: str, line: str) -> None:
    subprocess.run(["git", "-C", str(flask), "init", "--quiet"], check=True)
    (flask / ".gitignore").write_text("web.debug.config\n/bin/publish\n")
    publish = (*PUBLISH, "--to", f"out/{name}")
    assert f"add the line '{line}' to .gitignore" in program(*publish, cwd=flask).err
    assert list(local(program, cwd=flask).findings) == ["published-site-not-ignored"]
    mended = local(program, "--fix", cwd=flask)
    assert mended.report["mended"] == [f"add '{line}' to '.gitignore'"] and mended.findings == {}
    assert "not ignore" not in program(*publish, cwd=flask).err


def test_a_rule_for_a_folder_counts_before_the_folder_is_there(program: Program, flask: Path) -> None:
    subprocess.run(["git", "-C", str(flask), "init", "--quiet"], check=True)
    (flask / ".gitignore").write_text("web.debug.config\n/bin/publish/\n/out/site/\n/site.zip/\n")
    for destination in ("bin/publish", "out/site"):
        shutil.rmtree(flask / destination, ignore_errors=True)
        assert "not ignore" not in program(*PUBLISH, "--to", destination, cwd=flask).err
    assert "not ignore" in program(*PUBLISH, "--to", "site.zip", cwd=flask).err


def test_a_repository_elsewhere_is_not_the_projects_to_change(program: Program, flask: Path) -> None:
    other = flask.parent / "other"
    other.mkdir()
    subprocess.run(["git", "-C", str(other), "init", "--quiet"], check=True)
    program(*PUBLISH, "--to", other / "site", cwd=flask)
    diagnosis = local(program, "--fix", cwd=flask)
    assert list(diagnosis.findings) == ["published-site-not-ignored"] and diagnosis.report["mended"] == []
    assert "that repository" in diagnosis["published-site-not-ignored"]["wayOut"]


def test_a_web_config_is_lost(program: Program, flask: Path) -> None:
    published = web_config(flask / "bin" / "publish")
    whole = published.read_bytes()
    published.unlink()
    diagnosis = local(program, cwd=flask)
    assert list(diagnosis.findings) == ["published-web-config-lost"] and diagnosis.status == 0
    assert "'bin/publish' has no 'web.config'" in diagnosis["published-web-config-lost"]["evidence"]
    published.write_bytes(web_config(flask).read_bytes())
    assert list(local(program, cwd=flask).findings) == ["published-web-config-lost"]
    published.write_bytes(whole)
    web_config(flask).unlink()
    diagnosis = local(program, cwd=flask)
    assert list(diagnosis.findings) == ["web-config-missing"] and diagnosis.status == 0
    assert "init --host iis-fastcgi" in diagnosis["web-config-missing"]["wayOut"]
    # What else is wrong is no consequence of it.
    (flask / "FlaskSite" / "static" / "web.config").write_text("<configuration>")
    project = flask / "FlaskSite.pyproj"
    item = '<Content Include="web.config" />'
    assert item in project.read_text()
    more = r'<Content Include="FlaskSite\static\web.config" />'
    project.write_text(project.read_text().replace(item, item + more))
    server = ("--host", "iis-fastcgi", "--site-root", r"C:\site", "--site-python", r"C:\python\python.exe")
    assert local(program, *server, cwd=flask).errors == ["transform-fails"]


def test_the_published_folder_has_another_secret_or_nothing(program: Program, flask: Path) -> None:
    program("rotate", "--local", cwd=flask)
    diagnosis = local(program, cwd=flask)
    assert (diagnosis.errors, diagnosis.status) == (["published-secret-differs"], 77)
    assert "rotate" in diagnosis["published-secret-differs"]["wayOut"]
    program("rotate", cwd=flask)
    assert local(program, cwd=flask).findings == {}
    shutil.rmtree(flask / "bin" / "publish")
    assert "published-folder-without-endpoint" in local(program, cwd=flask)


def test_what_is_wrong_is_said_to_people_and_secrets_are_not(program: Program, flask: Path) -> None:
    secret = program("url", cwd=flask).out.partition("//")[2].partition("@")[0]
    (flask / "web.debug.config").chmod(0o644)
    result = program("doctor", cwd=flask, status=None)
    block = next(part for part in result.out.split("\n\n") if "debug-config-readable" in part)
    assert [line.split()[0] for line in block.splitlines()] == ["warning", "seen", "means", "do"]
    assert "chmod 600 web.debug.config" in block
    assert secret not in result.out + result.err


def test_nothing_is_written_without_being_asked_to(program: Program, flask: Path) -> None:
    (flask / "web.debug.config").chmod(0o644)

    def state() -> dict[str, tuple[int, int]]:
        found = {}
        for folder, _, names in os.walk(flask):
            for name in names:
                status = os.stat(Path(folder, name))
                found[f"{folder}/{name}"] = (status.st_mtime_ns, status.st_mode)
        return found

    before = state()
    local(program, cwd=flask)
    assert state() == before


def test_the_guide_is_up_to_date(program: Program, tmp_path: Path) -> None:
    guide = program("doctor", "--guide", cwd=tmp_path).out
    assert (ROOT / "docs" / "troubleshooting.md").read_text() == guide, "run 'make man'"
    checks = program("doctor", "--list", "--format", "json", cwd=tmp_path).json()["checks"]
    identifiers = [check["id"] for check in checks]
    assert len(set(identifiers)) == len(identifiers)
    for check in checks:
        assert f"### {check['title']}\n\n`{check['id']}`" in guide
        assert check["looksAt"] and check["meaning"].endswith(".") and not check["wayOut"].endswith(".")


def test_a_placeholder_reaches_nobody(program: Program, flask: Path) -> None:
    edit(web_config(flask), "<appSettings>", '<appSettings><add key="PYTHONPATH" value="%ROOTDIR%" />')
    diagnosis = local(program, cwd=flask)
    assert diagnosis.errors == ["placeholder-left"]
    assert "--site-root" in diagnosis["placeholder-left"]["wayOut"]
    assert diagnosis["placeholder-left"]["line"] > 1
