"""The samples' project files and web.config files are what Visual Studio writes."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath
from xml.etree import ElementTree

import pytest

from running import SAMPLES, copied

MSBUILD = "{http://schemas.microsoft.com/developer/msbuild/2003}"
PROJECTS = ["FlaskSite", "DjangoSite", "BottleSite"]
# What a project's folder holds beside its items.
UNPUBLISHED = {
    "FlaskSite": {"FlaskSite.pyproj"},
    "DjangoSite": {"DjangoSite.pyproj"},
    "BottleSite": {"BottleSite.pyproj", "test_site.py"},
}
WINDOWS_FILES = [
    "BottleSite/BottleSite.pyproj",
    "BottleSite/web.config",
    "DjangoSite/DjangoSite.pyproj",
    "DjangoSite/Properties/PublishProfiles/Folder.pubxml",
    "DjangoSite/static/web.config",
    "DjangoSite/web.config",
    "FlaskSite/FlaskSite.pyproj",
    "FlaskSite/web.Release.config",
    "FlaskSite/web.config",
]
WITH_BYTE_ORDER_MARK = {
    "DjangoSite/Properties/PublishProfiles/Folder.pubxml",
    "FlaskSite/FlaskSite.pyproj",
    "FlaskSite/web.Release.config",
    "FlaskSite/web.config",
}


def items(name: str) -> list[tuple[str, str, ElementTree.Element]]:
    """Returns a project's items: type, path with slashes, element."""
    root = ElementTree.parse(SAMPLES / name / f"{name}.pyproj").getroot()
    return [
        (item.tag[len(MSBUILD) :], PureWindowsPath(item.get("Include", "")).as_posix(), item)
        for group in root.iter(f"{MSBUILD}ItemGroup")
        for item in group
    ]


def published(name: str) -> set[str]:
    """Returns the paths that a publish of the project takes."""
    return {
        path
        for kind, path, item in items(name)
        if kind.lower() in ("compile", "content") and item.findtext(f"{MSBUILD}Publish") != "False"
    }


@pytest.mark.parametrize("file", WINDOWS_FILES)
def test_windows_files_keep_their_bytes(file):
    data = (SAMPLES / file).read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 3
    assert data.startswith(b"\xef\xbb\xbf") == (file in WITH_BYTE_ORDER_MARK)
    ElementTree.fromstring(data)


@pytest.mark.parametrize("name", PROJECTS)
def test_every_file_is_an_item_or_known_not_to_be(name, tmp_path):
    folder = copied(name, tmp_path)
    on_disk = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    kinds = ("compile", "content", "none")
    named = {path.lower() for kind, path, _ in items(name) if kind.lower() in kinds}
    assert {path.lower() for path in on_disk - UNPUBLISHED[name]} == named


@pytest.mark.parametrize("name", PROJECTS)
def test_unit_tests_are_not_published(name):
    assert not [path for path in published(name) if re.search(r"tests?[/_.]", path.lower())]


def test_only_the_old_project_differs_from_the_disk_in_case():
    differing = {
        name: {path for path in published(name) if not (SAMPLES / name / path).is_file()} for name in PROJECTS
    }
    assert not differing["FlaskSite"] | differing["DjangoSite"]
    assert differing["BottleSite"] == {"Web.config"}


@pytest.mark.parametrize("name", PROJECTS)
def test_only_iis_has_a_placeholder_left(name):
    text = (SAMPLES / name / "web.config").read_text("utf-8-sig")
    expected = {"%HTTP_PLATFORM_PORT%"} if name == "DjangoSite" else set()
    assert set(re.findall(r"%\w+%", text)) == expected
    assert "Generated web.config" not in text


def test_the_plain_folder_has_no_project(tmp_path):
    folder = copied("FastAPISite", tmp_path)
    assert not [file for kind in ("pyproj", "config") for file in folder.rglob(f"*.{kind}")]
