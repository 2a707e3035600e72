"""Bad input: one clear error with the documented exit code, and nothing lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest
from program import SITE, Program, tree

DEBUG = ("--configuration", "Debug", "--site-url", SITE)


class Case(NamedTuple):
    """What is broken in a project, how the program is called, and what it says of it."""

    name: str
    sample: str
    spoil: Callable[[Path], Any]
    arguments: tuple[str, ...]
    status: int
    says: str


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(project: Path) -> None:
        data = (project / file).read_bytes()
        assert old.encode() in data
        (project / file).write_bytes(data.replace(old.encode(), new.encode(), 1))

    return spoil


def write(file: str, text: str | bytes) -> Callable[[Path], None]:
    def spoil(project: Path) -> None:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_bytes(text if isinstance(text, bytes) else text.encode())

    return spoil


def nothing(project: Path) -> None:
    """Leaves the project as it is: the call itself is wrong."""


def truncate(project: Path) -> None:
    data = (project / "web.config").read_bytes()
    (project / "web.config").write_bytes(data[: len(data) // 2])


def into_folder(project: Path) -> None:
    (project / "web.config").unlink()
    (project / "web.config").mkdir()


DEEP = "<configuration>" * 5000 + "</configuration>" * 5000
XDT = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
FTP = "<Project><PropertyGroup><WebPublishMethod>FTP</WebPublishMethod></PropertyGroup></Project>"

CASES = [
    Case("project missing", "FlaskSite", nothing, ("nowhere",), 65, r"error: there is no project 'nowhere'"),
    Case("no python", "FlaskSite", write("empty/readme.txt", ""), ("empty",), 65, r"error: .*empty"),
    Case(
        "two projects",
        "FlaskSite",
        write("Other.pyproj", "<Project/>"),
        (),
        65,
        r"error: .*2 projects: .*Other",
    ),
    Case(
        "another language",
        "FlaskSite",
        write("a.csproj", "<Project/>"),
        ("a.csproj",),
        65,
        r"another language",
    ),
    Case(
        "project not XML",
        "FlaskSite",
        edit("FlaskSite.pyproj", "</PropertyGroup>", ""),
        (),
        65,
        r"FlaskSite\.pyproj:\d+:\d+: error: ",
    ),
    Case(
        "item missing",
        "FlaskSite",
        edit("FlaskSite.pyproj", 'Include="runserver.py"', 'Include="gone.py"'),
        (),
        65,
        r"FlaskSite\.pyproj:\d+:\d+: error: .*gone\.py",
    ),
    Case(
        "item leaves the site",
        "FlaskSite",
        edit(
            "FlaskSite.pyproj",
            '<Content Include="web.config" />',
            '<Content Include="web.config" Link="..\\x" />',
        ),
        (),
        65,
        r"FlaskSite\.pyproj:\d+:\d+: error: .*\.\.\\x",
    ),
    Case(
        "import missing",
        "FlaskSite",
        edit("FlaskSite.pyproj", "<PropertyGroup>", '<Import Project="a.props"/><PropertyGroup>'),
        (),
        65,
        r"FlaskSite\.pyproj:\d+:\d+: error: .*a\.props",
    ),
    Case(
        "web.config not XML",
        "FlaskSite",
        edit("web.config", "</handlers>", ""),
        DEBUG,
        65,
        r"web\.config:\d+:\d+: error",
    ),
    Case("web.config truncated", "FlaskSite", truncate, DEBUG, 65, r"web\.config:\d+:\d+: error"),
    Case(
        "web.config in a wrong encoding",
        "FlaskSite",
        write("web.config", b'<?xml version="1.0" encoding="utf-8"?>\n<configuration a="\xff"/>'),
        DEBUG,
        65,
        r"web\.config:2:\d+: error",
    ),
    Case(
        "another root",
        "FlaskSite",
        write("web.config", "<config/>"),
        DEBUG,
        65,
        r"web\.config:1:2: error: .*'config'",
    ),
    Case("a folder in its place", "FlaskSite", into_folder, DEBUG, 65, r"error: .*web\.config"),
    Case(
        "nested without end", "FlaskSite", write("web.config", DEEP), DEBUG, 65, r"web\.config:1:\d+: error"
    ),
    Case(
        "settings kept elsewhere",
        "FlaskSite",
        edit("web.config", "<appSettings>", '<appSettings configSource="a.config">'),
        DEBUG,
        65,
        r"web\.config:\d+:4: error: 'appSettings' is kept in 'a\.config'",
    ),
    Case(
        "placeholders left",
        "FlaskSite",
        edit("web.config", r"C:\Python311\python.exe|", "%INTERPRETERPATH%|"),
        DEBUG,
        65,
        r"web\.config:\d+:\d+: error: '%INTERPRETERPATH%' was left.*--site-python",
    ),
    Case(
        "unknown transform",
        "FlaskSite",
        edit("web.Release.config", "SetAttributes", "SetAttribute"),
        (),
        65,
        r"web\.Release\.config:\d+:\d+: error: .*'SetAttribute'.*SetAttributes",
    ),
    Case(
        "transform without target",
        "FlaskSite",
        write(
            "web.Release.config", f'<configuration {XDT}><x><y xdt:Transform="Insert"/></x></configuration>'
        ),
        (),
        65,
        r"web\.Release\.config:1:\d+: error: .*/configuration/x",
    ),
    Case(
        "debug file not XML",
        "FlaskSite",
        write("web.debug.config", "<configuration>"),
        DEBUG,
        65,
        r"web\.debug\.config:1:\d+: error",
    ),
    Case(
        "debug file without secret",
        "FlaskSite",
        write("web.debug.config", f"<configuration {XDT}/>"),
        DEBUG,
        65,
        r"web\.debug\.config: error: .*WSGI_PTVSD_SECRET.*delete it",
    ),
    Case("no debug file", "FlaskSite", nothing, ("url", "."), 65, r"error: there is no 'web\.debug\.config'"),
    Case(
        "no site", "FlaskSite", nothing, ("--site-url", "ftp://x"), 64, r"Error: 'ftp://x' is not the address"
    ),
    Case("empty destination", "FlaskSite", nothing, ("--to", ""), 65, r"error: the destination is empty"),
    Case("blank destination", "FlaskSite", nothing, ("--to", " "), 65, r"error: the destination is empty"),
    Case("no lifetime", "FlaskSite", nothing, ("--expires", "soon"), 64, r"Error: .*'soon'"),
    Case("no host", "FlaskSite", nothing, ("--host", "apache"), 64, r"Error: .*'apache'.*iis-fastcgi"),
    Case("misspelt command", "FlaskSite", nothing, ("doctr",), 64, r"Error: .*'doctr'.*did you mean 'doctor'\?"),
    Case(
        "misspelt command with an argument",
        "FlaskSite",
        nothing,
        ("atach", "wss://secret@host/ptvsd", "--check"),
        64,
        r"Error: .*'atach'.*did you mean 'attach'\?",
    ),
    Case("no option", "FlaskSite", nothing, ("--debgu",), 64, r"Error: Unknown option '--debgu'"),
    Case("no such profile", "DjangoSite", nothing, ("--profile", "Live"), 65, r"error: .*'Live'.*Folder"),
    Case(
        "a profile without an address",
        "DjangoSite",
        write("Properties/PublishProfiles/F.pubxml", FTP),
        ("--profile", "F"),
        65,
        r"F\.pubxml: error: the profile 'F' has no 'publishUrl'",
    ),
    Case(
        "no such destination", "FlaskSite", nothing, ("--to", "gopher://host/x"), 65, r"error: 'gopher://host/x' is"
    ),
    Case(
        "an archive of another kind",
        "FlaskSite",
        nothing,
        ("--to", "out/site.tar.gz"),
        65,
        r"error: 'out/site\.tar\.gz' is an archive of a kind that is not written \(write '--to out/site\.zip'",
    ),
    Case(
        "somebody else's zip",
        "FlaskSite",
        write("photos.zip", b"PK\x05\x06" + bytes(18) + b"no zip of a site"),
        ("--to", "photos.zip"),
        1,
        r"error: 'photos\.zip' is no earlier version of this site.*--delete-extra",
    ),
    Case(
        "destination in a file",
        "FlaskSite",
        nothing,
        ("--to", "runserver.py/x"),
        1,
        r"error: .*runserver\.py",
    ),
    Case(
        "destination is the project", "FlaskSite", nothing, ("--to", "."), 65, r"error: the destination holds a file of the project"
    ),
    Case(
        "no wheel",
        "FlaskSite",
        write("a-1-py3-none-any.whl", "x"),
        (*DEBUG, "--debugpy", "a-1-py3-none-any.whl"),
        65,
        r"error: .*a-1-py3-none-any\.whl",
    ),
    Case(
        "no version",
        "FlaskSite",
        nothing,
        (*DEBUG, "--debugpy-version", "../1"),
        65,
        r"error: '\.\./1' is not a version",
    ),
    Case("no assembly", "FlaskSite", nothing, (*DEBUG, "--proxy", "ptvs"), 65, r"error: .*WebRole\.dll"),
    Case(
        "no start command",
        "FastAPISite",
        edit("main.py", "FastAPI(", "object("),
        DEBUG,
        65,
        r"error: .*start.*--start-command",
    ),
    Case("no server paths", "FastAPISite", nothing, ("--host", "iis-httpplatform"), 65, r"error: .*--site-root"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_explained_and_loses_nothing(case: Case, program: Program, sample: Any) -> None:
    project = sample(case.sample)
    program("--configuration", "Release", cwd=project)
    case.spoil(project)
    before = tree(project)
    result = program(*case.arguments, cwd=project, status=case.status)
    assert re.search(case.says, result.err), result.err
    assert result.out == ""
    assert "Fatal error" not in result.err and "Swift." not in result.err
    errors = [line for line in result.err.splitlines() if "rror: " in line]
    assert len(errors) == 1 or case.name in ("no server paths",), result.err
    assert tree(project) == before


def test_a_missing_debugger_is_an_error_that_names_the_ways_out(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    for wheel in (program.home / "cache").rglob("*.whl"):
        wheel.unlink()
    program.environment.update(
        PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_CONFIG_FILE="/dev/null"
    )
    before = tree(project)
    result = program(*DEBUG, cwd=project, status=69)
    assert re.search(r"error: .*debugpy.*--debugpy", result.err), result.err
    assert tree(project) == before


def test_errors_are_objects_where_objects_are_asked_for(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    edit("web.config", "</handlers>", "")(project)
    [finding] = program(*DEBUG, "--format", "json", cwd=project, status=65).json()["diagnostics"]
    assert (finding["severity"], finding["file"]) == ("error", "web.config")
    assert finding["line"] > 1 and finding["column"] > 0 and finding["id"]


def test_a_folder_may_be_called_like_a_command_or_an_archive(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    project.rename(project.parent / "atach")
    (project.parent / "site.tgz").mkdir()
    assert "site.tgz" in program("atach", "--to", "site.tgz", cwd=project.parent).out
