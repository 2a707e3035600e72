"""One behaviour over all destinations: the same scenario against a folder, a zip, FTP with TLS, and Azure."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Iterator

import pytest
from azure_stand import AzureStand
from destination_places import Place, azure_place, folder_place, ftp_place, zip_place
from ftp_stand import FTPStand
from program import SITE, Program, Result
from small_wheel import small_wheel

CONFIGURATION = {"web.config", "ptvsd/settings.json"}
ALWAYS = {"project", "configuration", "host", "destination", "buildID", "files", "excluded", "diagnostics", "seconds"}
SECRET = re.compile(r"wss://([A-Za-z0-9_-]{43})@")


@pytest.fixture(params=["folder", "zip", "ftp", "azure"])
def place(request: Any, program: Program, tmp_path: Path) -> Iterator[Place]:
    if request.param == "ftp":
        with FTPStand() as server:
            yield ftp_place(server, program)
    elif request.param == "azure":
        stand = AzureStand(tmp_path / "azure")
        yield azure_place(stand, program)
        stand.stop()
    else:
        yield {"folder": folder_place, "zip": zip_place}[request.param](tmp_path, program)


class Publisher:
    """The Flask sample on its way to a destination."""

    def __init__(self, program: Program, project: Path, place: Place) -> None:
        self._program, self.project, self._place = program, project, place
        # One of a few files: what the real one holds is tested elsewhere.
        self._wheel = ("--debugpy", str(small_wheel(project.parent)))

    def __call__(self, configuration: str, *more: str) -> Result:
        site = () if self._place.kind == "azure" else ("--site-url", SITE)
        return self.run("--configuration", configuration, "--to", self._place.to, *site, *self._place.extra, *self._wheel, *more)

    def run(self, *arguments: str) -> Result:
        result = self._program(*arguments, cwd=self.project)
        for secret in self._place.secrets:
            assert secret not in result.out + result.err
        return result

    def report(self, configuration: str, *more: str) -> dict[str, Any]:
        document: dict[str, Any] = self(configuration, "--format", "json", *more).json()
        return document


@pytest.fixture
def publish(program: Program, sample: Any, place: Place) -> Publisher:
    return Publisher(program, sample("FlaskSite"), place)


def actions(report: dict[str, Any]) -> dict[str, str]:
    """What happens to each file that does not stay."""
    return {
        re.sub(r"(?i)web\.config$", "web.config", entry["path"]): entry["action"]
        for entry in report["files"]
        if entry["action"] != "keep"
    }


def test_the_whole_life_of_a_site(publish: Publisher, place: Place) -> None:
    first = publish.report("Debug")
    assert set(first) >= ALWAYS | {"siteURL", "attachURL", "expires"}
    assert {entry["action"] for entry in first["files"]} == {"add"}
    site = place.tree()
    assert {entry["path"].replace("Web.config", "web.config") for entry in first["files"]} == set(site)
    for entry in first["files"]:
        data = site[entry["path"].replace("Web.config", "web.config")]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["size"], entry["sha256"]), entry["path"]

    again = publish.report("Debug")
    assert actions(again) == dict.fromkeys(CONFIGURATION, "update")
    assert set(place.tree()) == set(site)

    before = place.tree()
    rotated = SECRET.findall(publish.run("rotate").out)
    after = place.tree()
    assert {path for path in after if after[path] != before[path]} == CONFIGURATION and set(after) == set(before)
    assert len(rotated) == 1 and rotated[0] not in (first["attachURL"] + again["attachURL"])
    digest = json.loads(after["ptvsd/settings.json"])["secretSHA256"]
    assert digest == hashlib.sha256(rotated[0].encode()).hexdigest()

    released = publish.report("Release")
    final = place.tree()
    assert "attachURL" not in released
    assert set(final) == {path for path in site if not path.startswith("ptvsd/")}
    assert not [path for path, data in final.items() if b"ptvsd" in data.lower()]
    assert {path for path, action in actions(released).items() if action == "delete"} == {
        path for path in site if path.startswith("ptvsd/")
    }
    assert actions(publish.report("Release")) == {}
    assert place.tree() == final


def test_edits_arrive_and_what_is_gone_goes(publish: Publisher, place: Place) -> None:
    publish("Release")
    site = place.tree()
    (publish.project / "runserver.py").write_text("edited\n")
    project = publish.project / "FlaskSite.pyproj"
    gone = "FlaskSite/templates/missing.html"
    project.write_text(re.sub(r" *<Content Include=\"[^\"]*missing\.html\" />\r?\n?", "", project.read_text("utf-8-sig")))

    dry = publish.report("Release", "--dry-run")
    assert place.tree() == site, "a dry run writes nothing"
    real = publish.report("Release")
    assert dry["files"] == real["files"]
    assert actions(real) == {"runserver.py": "update", gone: "delete"}
    assert place.tree() == {**{path: site[path] for path in site if path != gone}, "runserver.py": b"edited\n"}


def test_foreign_files_go_only_when_told(publish: Publisher, place: Place) -> None:
    if place.put is None:
        pytest.skip("a zip is always written whole")
    publish("Release")
    site = place.tree()
    place.put("upload.txt", b"a user's")
    publish("Release")
    assert place.tree() == {**site, "upload.txt": b"a user's"}
    place.put("uploads/2026/photo.jpg", b"another's")
    with_extra = place.tree()
    dry = publish.report("Release", "--delete-extra", "--dry-run")
    assert place.tree() == with_extra
    real = publish.report("Release", "--delete-extra")
    assert place.tree() == site
    foreign = {"upload.txt", "uploads/2026/photo.jpg"}
    assert actions(dry) == actions(real) == dict.fromkeys(foreign, "delete")
    sizes = {entry["path"]: entry["size"] for entry in dry["files"]}
    assert {path: sizes[path] for path in foreign} == {path: len(with_extra[path]) for path in foreign}
