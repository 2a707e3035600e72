"""What must not happen: lost sources, secrets in the wrong place, a site that a rotation breaks."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from program import SITE, Program, tree, web_config

DEBUG = ("--configuration", "Debug", "--site-url", SITE)
TEMPLATE = """<?xml version="1.0"?>
<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">
  <appSettings>
    <add key="WSGI_PTVSD_SECRET" value="abcdefghijk" xdt:Transform="Insert"/>
  </appSettings>
  <system.web xdt:Transform="InsertIfMissing"/>
  <system.webServer xdt:Transform="InsertIfMissing"/>
  <system.webServer>
    <handlers>
      <add name="ptvsd" path="ptvsd" verb="*" resourceType="Unspecified"
           type="Microsoft.PythonTools.Debugger.WebSocketProxy, Microsoft.PythonTools.WebRole"
           xdt:Transform="InsertBefore(/configuration/system.webServer/handlers/add)"/>
    </handlers>
  </system.webServer>
</configuration>
"""


@pytest.mark.parametrize("extra", [(), ("--delete-extra",)])
def test_a_folder_of_sources_is_no_destination(extra: tuple[str, ...], program: Program, sample: Any) -> None:
    for name, folder in (("FlaskSite", "FlaskSite"), ("FastAPISite", "static")):
        project = sample(name)
        before = tree(project)
        result = program("--to", folder, *extra, cwd=project, status=65)
        assert "holds a file of the project" in result.err
        assert tree(project) == before


def test_what_was_published_before_is_no_part_of_the_next_site(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    sources = tree(project)
    for destination in ("site.zip", "out", "site.zip", "out"):
        program(*DEBUG, "--to", destination, cwd=project)
    program("--configuration", "Release", cwd=project)
    assert set(tree(project / "bin/publish")) < set(sources)
    program.environment["XDG_STATE_HOME"] = str(program.home / "forgotten")
    (project / "site.zip").unlink()
    program("--configuration", "Release", "--to", "again", cwd=project)
    assert set(tree(project / "again")) < set(sources)


@pytest.mark.parametrize("host", ["linux", "iis-fastcgi"])
def test_a_release_holds_no_secret_whatever_the_host(host: str, program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, cwd=project)
    (project / "web.config").write_bytes((project / "bin/publish/web.config").read_bytes())
    program("--configuration", "Release", "--host", host, cwd=project)
    assert b"PTVSD" not in web_config(project / "bin/publish").read_bytes()


def test_a_secret_does_not_travel_in_clear(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    debug = ("--configuration", "Debug", "--site-url")
    assert " wss://" in program(*debug, "http://demo.azurewebsites.net", cwd=project).out
    assert " ws://" in program(*debug, "http://127.0.0.1:8000", cwd=project).out


def test_the_proxy_that_asks_nobody_is_replaced_or_refused(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    hidden = project / "web.debug.config"
    hidden.write_text(TEMPLATE)
    program(*DEBUG, cwd=project)
    published = web_config(project / "bin/publish").read_text(encoding="utf-8-sig")
    assert "WebSocketProxy" not in published and published.count('key="WSGI_PTVSD_SECRET"') == 1
    hidden.write_text(
        TEMPLATE.replace("<appSettings>", '<appSettings><add key="a" value="b" xdt:Transform="Insert"/>')
    )
    assert "asks nobody for the secret" in program(*DEBUG, cwd=project, status=65).err


def test_doubled_elements_do_not_reach_the_server(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    xdt = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
    handler = '<add name="pythonhandler" path="x" verb="*" xdt:Transform="Insert"/>'
    (project / "web.Release.config").write_text(
        f"<configuration {xdt}><system.webServer><handlers>{handler}</handlers></system.webServer></configuration>"
    )
    result = program("--configuration", "Release", cwd=project, status=65)
    assert re.search(r"web\.config:\d+:\d+: error: there are two of the handler 'pythonhandler'", result.err)


def test_a_rotation_changes_the_secret_of_what_is_there_and_nothing_else(
    program: Program, sample: Any
) -> None:
    project = sample("FlaskSite")
    (project / "web.Staging.config").write_text(
        (project / "web.Release.config").read_text(encoding="utf-8-sig")
    )
    program("--configuration", "Staging", "--with-debugger", "--site-url", "https://intranet", cwd=project)
    before = tree(project / "bin/publish")
    (project / "runserver.py").write_text("edited\n")
    (project / "FlaskSite.pyproj").write_text("broken")
    program("rotate", cwd=project)
    after = tree(project / "bin/publish")
    assert {name for name in before if before[name] != after[name]} == {"web.config", "ptvsd/settings.json"}
    private = re.compile(rb'(WSGI_PTVSD_(?:SECRET|EXPIRES)" value=")[^"]*')
    assert private.sub(rb"\1", before["web.config"]) == private.sub(rb"\1", after["web.config"])
    first, second = (json.loads(files["ptvsd/settings.json"]) for files in (before, after))
    assert first["secretSHA256"] != second["secretSHA256"] and first["buildID"] == second["buildID"]


def test_a_release_takes_no_zip_along_that_holds_a_secret(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "plain"
    project.mkdir()
    (project / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    places = ("--site-python", r"C:\Python311\python.exe", "--site-root", r"C:\sites\plain")
    program("init", "--host", "iis-httpplatform", *places, cwd=project)
    program(*DEBUG, "--to", "site.zip", cwd=project)
    (project / "copy.ZIP").write_bytes((project / "site.zip").read_bytes())
    with zipfile.ZipFile(project / "data.zip", "w") as archive:
        archive.writestr("ptvsd/notes.txt", "no site")
    (project / "broken.zip").write_bytes(b"PK\5\6" + bytes(9))
    # A colleague's machine remembers nothing of that publish.
    monkeypatch.setitem(program.environment, "XDG_STATE_HOME", str(tmp_path / "nothing"))
    program("--configuration", "Release", cwd=project)
    published = {name for name in tree(project / "bin/publish") if name.lower().endswith(".zip")}
    assert published == {"data.zip", "broken.zip"}


def test_a_rotation_leaves_a_release_alone(program: Program, sample: Any) -> None:
    project = sample("DjangoSite")
    program(*DEBUG, cwd=project)
    program("--profile", "Folder", "--to", "bin/publish", cwd=project)
    before = tree(project)
    assert "no site with a debug endpoint" in program("rotate", cwd=project, status=65).err
    assert tree(project) == before
    program("rotate", "--local", cwd=project)


def test_a_dry_run_shows_no_url_that_will_never_work(program: Program, sample: Any) -> None:
    result = program(*DEBUG, "--dry-run", cwd=sample("FlaskSite"))
    assert "wss://" not in result.out and "would get: new secret" in result.out


def test_an_interrupt_ends_with_its_own_code_and_the_next_run_heals(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "big"
    for index in range(1200):
        folder = project / f"d{index % 50}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{index}.txt").write_text(str(index) * 50)
    (project / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    program("--to", "../out", cwd=project)
    for path in project.rglob("f*.txt"):
        path.write_text("new" + path.read_text())
    process = subprocess.Popen(
        [program.binary, "--to", "../out"], cwd=project, env=program.environ(), stdout=subprocess.DEVNULL
    )
    while process.poll() is None and not list((tmp_path / "out").glob("**/.ptvsd-publish-*")):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    assert process.wait(300) in (130, 0)
    for name, data in tree(tmp_path / "out").items():
        if not name.rpartition("/")[2].startswith(".ptvsd-publish-"):
            source = (project / name).read_bytes()
            assert data == source or b"new" + data == source
    program("--to", "../out", cwd=project)
    assert tree(tmp_path / "out") == tree(project)
