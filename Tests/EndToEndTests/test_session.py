"""A debug session on every sample, through nginx and TLS, started as the editor starts it."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator

import pytest
from debugging import Stand, arrives
from vscode import read_jsonc

SAMPLES = ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"]
TEMPLATES = {"FlaskSite": "jinja", "DjangoSite": "django", "FastAPISite": "jinja"}


@pytest.fixture(scope="module", params=SAMPLES)
def stand(request: Any, tmp_path_factory: Any, wheel: Path) -> Iterator[tuple[str, Stand]]:
    with closing(Stand(tmp_path_factory.mktemp(request.param), wheel, request.param)) as stand:
        yield request.param, stand


def test_f5_alone_leads_to_a_breakpoint_and_the_page_arrives(stand: Any) -> None:
    name, site = stand
    editor = site.launch_json()
    session = site.attached(editor)
    assert session.verified == [True]
    page = site.visit()
    frame = session.stop()
    [file] = site.breakpoints
    # The debugger names the file of the project, not that of the site.
    assert (frame["source"]["path"], session.reason) == (str(file), "breakpoint")
    assert [frame["line"]] == session.lines
    variables = session.variables()
    assert variables
    assert session.evaluate("__file__") == repr(str(site.root / file.relative_to(site.project)))
    # Some pages pass the place twice.
    session.client.request("setBreakpoints", source={"path": str(file)}, lines=[], breakpoints=[])
    following = session.step()
    assert session.reason == "step" and following["line"] != frame["line"]
    assert not page.done
    session.resume()
    arrives(page)
    record(name, site, session)
    session.disconnect()
    assert "</html>" in site.get("/")
    # The bridge goes on, and F5 finds it.
    bridge = site.bridge
    again, page = site.held(editor)
    assert site.bridge is bridge and bridge.process.poll() is None
    again.disconnect()
    arrives(page)


def record(name: str, site: Stand, session: Any) -> None:
    """Keeps what was said, where PTVSD_TRANSCRIPTS names a folder."""
    folder = os.environ.get("PTVSD_TRANSCRIPTS")
    if not folder:
        return
    lines = [f"$ {line}" for line in site.bridge.lines]
    lines += [f"{way} {json.dumps(message)}" for way, message in session.client.transcript]
    text = "\n".join(lines).replace(str(site.project), "<project>").replace(str(site.folder), "<folder>")
    (Path(folder) / f"{name}.txt").write_text(text + "\n")
    for file in ("launch.json", "tasks.json"):
        text = (site.project / ".vscode" / file).read_text().replace(str(site.folder), "<folder>")
        (Path(folder) / f"{name}.{file}").write_text(text)


def test_what_is_written_for_the_editor(stand: Any) -> None:
    name, site = stand
    settings = site.project / ".vscode"
    editor = site.launch_json("5678")
    [entry] = [
        entry
        for entry in read_jsonc(settings / "launch.json")["configurations"]
        if entry["connect"]["port"] == 5678
    ]
    place = site.front.address.partition("//")[2]
    expected = {
        "name": f"Attach to {place} (ptvsd-publish)",
        "type": "debugpy",
        "request": "attach",
        "connect": {"host": "127.0.0.1", "port": 5678},
        "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": str(site.root)}],
        "justMyCode": True,
        "preLaunchTask": f"ptvsd-publish: attach to {place}",
    }
    if name in TEMPLATES:
        expected[TEMPLATES[name]] = True
    assert entry == expected
    written = {path.name: path.read_bytes() for path in settings.iterdir()}
    assert sorted(written) == ["launch.json", "tasks.json"]
    assert not any(site.secret.encode() in text for text in written.values())
    again = site.program(
        "attach", "--launch-json", "--ca-file", site.front.authority, "--format", "json", cwd=site.project
    ).json()
    assert [file["action"] for file in again["files"]] == ["unchanged", "unchanged"]
    assert again["workspace"] == str(site.project)
    assert {path.name: path.read_bytes() for path in settings.iterdir()} == written
    assert editor.workspace == site.project
