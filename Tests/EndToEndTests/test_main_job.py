"""The main job on every sample: Debug twice, url, rotate, inspect, Release over it."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from program import SITE, Program, tree, web_config

SAMPLES = ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"]
IIS = ["FlaskSite", "DjangoSite", "BottleSite"]
DEBUG = ("--configuration", "Debug", "--site-url", SITE)
URL = re.compile(r"wss://([A-Za-z0-9_-]{43})@ptvsdemo\.azurewebsites\.net/ptvsd")


def secret_of(text: str) -> str:
    found = URL.findall(text)
    assert len(found) == 1, text
    return str(found[0])


def without_debugger(files: dict[str, bytes]) -> set[str]:
    return {name for name in files if not name.startswith("ptvsd/")}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_goes_through_its_whole_life(name: str, program: Program, sample: Any) -> None:
    project = sample(name)
    original = tree(project)
    target = project / "bin" / "publish"
    hidden = project / "web.debug.config"

    first = program(*DEBUG, cwd=project)
    secret = secret_of(first.out)
    assert hidden.read_text().count(secret) == 1
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o600
    site = tree(target)
    assert "ptvsd/__init__.py" in site and "ptvsd/__main__.py" in site
    assert any(path.startswith("ptvsd/_vendored/debugpy/") for path in site)
    assert not [path for path in site if path.lower().endswith((".debug.config", ".pyproj", ".pubxml"))]
    settings = json.loads(site["ptvsd/settings.json"])
    assert settings["secretSHA256"] == hashlib.sha256(secret.encode()).hexdigest()
    holders = [path for path, data in site.items() if secret.encode() in data]
    assert holders == (["web.config"] if name in IIS else [])

    # Everything that is no configuration is as it was, in the project and in the site.
    for path, data in original.items():
        assert (project / path).read_bytes() == data
    for path in without_debugger(site) - {"web.config"}:
        assert site[path] in original.values()

    assert program("url", cwd=project).out == f"wss://{secret}@ptvsdemo.azurewebsites.net/ptvsd\n"

    second = program(*DEBUG, "--format", "json", cwd=project).json()
    changed = {file["path"].replace("Web", "web") for file in second["files"] if file["action"] != "keep"}
    assert changed == ({"web.config", "ptvsd/settings.json"} if name in IIS else {"ptvsd/settings.json"})
    again = secret_of(second["attachURL"])
    assert again != secret
    assert program("url", cwd=project).out.strip() == second["attachURL"]

    rotated = secret_of(program("rotate", cwd=project).out)
    assert rotated not in (secret, again)
    assert secret_of(program("url", cwd=project).out) == rotated
    after = tree(target)
    assert (
        json.loads(after["ptvsd/settings.json"])["secretSHA256"]
        == hashlib.sha256(rotated.encode()).hexdigest()
    )
    assert without_debugger(after) == without_debugger(site)
    assert not [path for path, data in after.items() if again.encode() in data]

    inspected = program("inspect", "--format", "json", cwd=project).json()
    assert inspected["deployed"] == "same" and inspected["mode"] == "0600"
    assert rotated not in json.dumps(inspected)
    assert rotated in program("inspect", "--reveal", cwd=project).out

    released = program("--configuration", "Release", cwd=project)
    assert "wss://" not in released.out
    final = tree(target)
    assert without_debugger(final) == set(final) == without_debugger(site)
    for data in final.values():
        assert b"PTVSD" not in data and b"ptvsd" not in data.lower()
    if name in ("DjangoSite", "BottleSite"):
        assert final["web.config"] == original["web.config"]


@pytest.mark.parametrize("name", IIS)
def test_the_published_configuration_is_what_iis_needs(name: str, program: Program, sample: Any) -> None:
    project = sample(name)
    program(*DEBUG, cwd=project)
    root = ElementTree.fromstring(web_config(project / "bin/publish").read_bytes())
    server = root.find("system.webServer")
    assert server is not None
    assert [len(root.findall(path)) for path in ("system.web/httpRuntime", "system.webServer/webSocket")] == [
        1,
        1,
    ]
    platform = server.find("httpPlatform")
    assert platform is not None
    arguments = platform.attrib["arguments"]
    handlers = [handler.attrib["path"] for handler in server.findall("handlers/add")]
    if name == "DjangoSite":
        assert handlers == ["*"]
        assert " --listen 127.0.0.1:%HTTP_PLATFORM_PORT% -- " in arguments and arguments.endswith(
            "--port {port}"
        )
        variables = {v.attrib["name"]: v.attrib["value"] for v in platform.findall("environmentVariables/*")}
        assert len(variables["WSGI_PTVSD_SECRET"]) == 43 and variables["PYTHONUNBUFFERED"] == "1"
    else:
        assert handlers[:2] == ["ptvsd", "ptvsd/*"] and len(handlers) == 3
        assert arguments.endswith("--listen 127.0.0.1:%HTTP_PLATFORM_PORT% --debugger 127.0.0.1:5678")
        settings = [add.attrib["key"] for add in root.findall("appSettings/add")]
        assert settings[-3:] == ["WSGI_PTVSD_SECRET", "WSGI_PTVSD_EXPIRES", "WSGI_PTVSD_ADDRESS"]
    rules = [rule.attrib["name"] for rule in server.findall("rewrite/rules/rule")]
    assert rules == (["ptvsd", "Static Files", "Configure Python"] if name == "BottleSite" else [])


def test_a_zip_holds_what_a_folder_holds(program: Program, sample: Any, tmp_path: Path) -> None:
    project = sample("FlaskSite")
    archive = tmp_path / "site.zip"
    program(*DEBUG, cwd=project)
    program("--configuration", "Release", cwd=project)
    program("--configuration", "Release", "--to", archive, cwd=project)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        contents = {name: opened.read(name) for name in opened.namelist()}
    assert contents == tree(project / "bin" / "publish")
    for check in (["unzip", "-tq", archive], ["bsdtar", "-tf", archive]):
        subprocess.run(check, check=True, capture_output=True)


def test_a_zip_can_be_debugged_and_rotated(program: Program, sample: Any, tmp_path: Path) -> None:
    project = sample("FastAPISite")
    archive = tmp_path / "site.zip"
    secret_of(program(*DEBUG, "--to", archive, cwd=project).out)
    with zipfile.ZipFile(archive) as opened:
        before = {name: opened.read(name) for name in opened.namelist()}
    (project / "main.py").write_text("broken by an edit that is not to be published\n")
    rotated = secret_of(program("rotate", cwd=project).out)
    with zipfile.ZipFile(archive) as opened:
        settings = json.loads(opened.read("ptvsd/settings.json"))
        after = {name: opened.read(name) for name in opened.namelist()}
    assert {name for name in before | after if before.get(name) != after.get(name)} == {"ptvsd/settings.json"}
    assert settings["secretSHA256"] == hashlib.sha256(rotated.encode()).hexdigest()
    assert settings["command"][:3] == ["{python}", "-m", "uvicorn"]


def test_a_dry_run_tells_what_a_run_does_and_writes_nothing(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    before = tree(project)
    dry = program(*DEBUG, "--dry-run", "--format", "json", cwd=project).json()
    assert tree(project) == before
    assert not (program.home / "state").exists()
    shown = re.findall(r"^  add +(\S+)$", program(*DEBUG, "--dry-run", cwd=project).out, re.MULTILINE)
    assert {"app.py", "routes.py"} <= set(shown), "the debugger's three hundred files must not hide them"
    real = program(*DEBUG, "--format", "json", cwd=project).json()
    assert [(file["path"], file["action"]) for file in dry["files"]] == [
        (file["path"], file["action"]) for file in real["files"]
    ]


def test_a_file_of_the_users_own_keeps_every_byte_but_the_secret(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    first = secret_of(program(*DEBUG, cwd=project).out)
    hidden = project / "web.debug.config"
    edited = re.sub(r"<!-- Generated.*?-->", "<!-- mine -->", hidden.read_text(), flags=re.DOTALL)
    edited = edited.replace("<appSettings>", "<appSettings>\r\n    <!-- kept -->", 1)
    hidden.write_bytes(edited.encode())
    result = program(*DEBUG, cwd=project)
    second = secret_of(result.out)
    expiry = re.compile(r'(WSGI_PTVSD_EXPIRES" value=")[^"]*')
    renewed = hidden.read_bytes().decode()
    assert expiry.sub(r"\1", renewed.replace(second, first)) == expiry.sub(r"\1", edited)
    assert "your edits kept" in result.out

    hidden.write_text(re.sub(r"<handlers>.*?</handlers>", "", renewed, flags=re.DOTALL))
    assert "no longer adds the debug endpoint" in program(*DEBUG, cwd=project).err


def test_the_secret_is_masked_in_continuous_integration(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    program.environment["CI"] = "true"
    result = program(*DEBUG, "--verbose", cwd=project)
    hidden = (project / "web.debug.config").read_text()
    match = re.search(r'SECRET" value="([^"]+)', hidden)
    assert match
    for output in (result, program("url", cwd=project), program("inspect", cwd=project)):
        assert match[1] not in output.out + output.err
    assert match[1] in program("url", "--reveal", cwd=project).out


def test_a_profile_selects_destination_configuration_and_site(program: Program, sample: Any) -> None:
    project = sample("DjangoSite")
    report = program("--profile", "Folder", "--format", "json", cwd=project).json()
    assert report["destination"] == "bin/app.publish"
    assert (report["configuration"], report["siteURL"]) == ("Release", "https://polls.example.org")


def test_a_listing_names_what_stays_and_why(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    (project / "env").mkdir()
    (project / "env" / "pyvenv.cfg").touch()
    listing = program("--list", "--format", "json", cwd=project).json()
    included = {file["destination"] for file in listing["included"]}
    assert "main.py" in included and "tests/test_site.py" not in included
    assert {"source": "env/", "reason": "virtual environment"} in listing["excluded"]
