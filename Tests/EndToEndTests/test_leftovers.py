"""What earlier publishes left is recognised, and what others put in its place is not taken for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from program import SITE, Program, tree

APPLICATION = "from flask import Flask\napp = Flask(__name__)\n"


def test_release_takes_an_endpoint_away_that_nobody_remembers(
    program: Program, sample: Any, tmp_path: Path
) -> None:
    project = sample("FastAPISite")
    program("-c", "Debug", "--site-url", SITE, "--to", "../site", cwd=project)
    program.environment["XDG_STATE_HOME"] = str(tmp_path / "another")
    done = program("-c", "Release", "--to", "../site", cwd=project)
    assert "deleted" in done.out
    assert not (tmp_path / "site" / "ptvsd").exists()
    again = program("-c", "Release", "--to", "../site", cwd=project)
    assert "deleted" not in again.out


def test_release_leaves_a_folder_alone_that_only_has_the_name(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(APPLICATION)
    foreign = tmp_path / "site" / "ptvsd"
    foreign.mkdir(parents=True)
    for name, text in (("agent.py", ""), ("settings.json", '{"mine": 1}')):
        (foreign / name).write_text(text)
    program("-c", "Release", "--to", "../site", cwd=project)
    assert sorted(tree(foreign)) == ["agent.py", "settings.json"]


def test_sources_may_stand_where_a_site_once_was(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(APPLICATION)
    program("--to", "web", cwd=project)
    assert "web/app.py" not in program("--list", cwd=project).out
    (project / "web" / "app.py").unlink()
    (project / "web" / "__init__.py").write_text("x = 1\n")
    program("--to", "../out", cwd=project)
    assert sorted(tree(tmp_path / "out")) == ["app.py", "web/__init__.py"]


def test_a_publish_removes_what_a_killed_one_left_beside_the_hidden_file(
    program: Program, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(APPLICATION)
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = project / f".ptvsd-publish-{ended.pid}-7.tmp"
    left.write_text("secret")
    program("-c", "Release", "--to", "../out", cwd=project)
    assert not left.exists()


def test_a_folder_that_may_not_be_made_says_why(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(APPLICATION)
    (tmp_path / "file").write_text("")
    done = program("--to", "../file/below", cwd=project, status=1)
    assert "a file stands in the way" in done.err


def test_a_closed_stream_is_not_taken_by_another_file(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program("-c", "Debug", "--site-url", SITE, cwd=project)
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {program.binary} url >&-"],
        cwd=project,
        env=program.environ(),
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b""), os.fsdecode(done.stderr)


def test_a_url_whose_site_has_another_secret_is_a_warning(program: Program, sample: Any) -> None:
    project = sample("DjangoSite")
    program("-c", "Debug", "-p", "Folder", "--site-url", SITE, cwd=project)
    assert "another secret" not in program("url", "-p", "Folder", cwd=project).err
    program("-c", "Debug", "--site-url", SITE, "--to", "../other", cwd=project)
    assert "has another secret" in program("url", "-p", "Folder", cwd=project).err
    assert "another secret" not in program("url", cwd=project).err


def test_inspect_looks_into_a_zip(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program("-c", "Debug", "--site-url", SITE, "--to", "../site.zip", cwd=project)
    assert "has this secret" in program("inspect", cwd=project).out
    program("rotate", "--local", cwd=project)
    assert "has another secret" in program("inspect", cwd=project).out
    program("rotate", cwd=project)
    assert "has this secret" in program("inspect", cwd=project).out


def test_the_originals_proxy_is_inspected_and_rotated(program: Program, sample: Any, tmp_path: Path) -> None:
    project = sample("FlaskSite")
    (project / "bin").mkdir()
    (project / "bin" / "Microsoft.PythonTools.WebRole.dll").write_bytes(b"MZ")
    (project / "ptvsd").mkdir()
    (project / "ptvsd" / "__init__.py").write_text("__version__ = '3.2.1'\n")
    text = (project / "FlaskSite.pyproj").read_text()
    items = '<Content Include="bin\\Microsoft.PythonTools.WebRole.dll" />\n'
    items += '    <Compile Include="ptvsd\\__init__.py" />\n    '
    (project / "FlaskSite.pyproj").write_text(text.replace("<Compile Include=", items + "<Compile Include=", 1))
    program("-c", "Debug", "--proxy", "ptvs", "--site-url", SITE, "--to", "../site", cwd=project)
    assert "has this secret" in program("inspect", cwd=project).out
    before = (tmp_path / "site" / "web.config").read_bytes()
    program("rotate", cwd=project)
    assert (tmp_path / "site" / "web.config").read_bytes() != before
    assert not (tmp_path / "site" / "ptvsd" / "settings.json").exists()
    assert "has this secret" in program("inspect", cwd=project).out


def test_a_dry_run_names_what_it_would_do(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(APPLICATION)
    program("--to", "../out", cwd=project)
    (tmp_path / "out" / "foreign.txt").write_text("")
    (project / "new.txt").write_text("")
    done = program("--to", "../out", "--delete-extra", "--dry-run", cwd=project)
    assert "  delete  foreign.txt\n  add     new.txt" in done.out
    assert (tmp_path / "out" / "foreign.txt").exists()


def test_what_is_left_out_unasked_is_a_warning(program: Program, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("app.py", "a:b.txt", "back\\slash.txt"):
        (project / name).write_text(APPLICATION)
    os.mkfifo(project / "pipe")
    (project / "out.txt").symlink_to(tmp_path / "elsewhere")
    done = program("--to", "../out", cwd=project)
    [line] = [line for line in done.err.splitlines() if "warning" in line]
    for name in ("a:b.txt", "back\\slash.txt", "pipe", "out.txt"):
        assert f"'{name}' (" in line
    (project / ".webappignore").write_text("pipe\n*.txt\n")
    assert "not part" not in program("--to", "../out", cwd=project).err
