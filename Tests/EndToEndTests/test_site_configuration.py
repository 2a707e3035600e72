"""Configurations that do not fit: what is in the way of the debug endpoint is named, and nothing is claimed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from program import SITE, Folder, Program, tree

DEBUG = ("--configuration", "Debug", "--site-url", SITE)
XDT = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
SETTINGS = '<appSettings><add key="WSGI_HANDLER" value="app.app"/></appSettings>'
FASTCGI = r"""<add name="Python" path="*" verb="*" modules="FastCgiModule"
 scriptProcessor="C:\Python311\python.exe|C:\Python311\wfastcgi.py" />"""
PLATFORM = '<add name="Python" path="*" verb="*" modules="httpPlatformHandler" />'
PROFILE = "<Project><PropertyGroup><WebPublishMethod>FileSystem</WebPublishMethod></PropertyGroup></Project>"
RULES = '<rewrite><rules><rule name="all"><match url=".*"/><action type="Rewrite" url="x"/></rule></rules></rewrite>'


def fastcgi(inside: str = "", handlers: str = f"<handlers>{FASTCGI}</handlers>") -> str:
    return f"<configuration>{SETTINGS}<system.webServer>{handlers}{inside}</system.webServer></configuration>"


def platform(arguments: str = r"C:\site\app.py --port %HTTP_PLATFORM_PORT%", variables: str = "") -> str:
    variables = f"<environmentVariables>{variables}</environmentVariables>" if variables else ""
    return (
        f"<configuration><system.webServer><handlers>{PLATFORM}</handlers>"
        rf'<httpPlatform processPath="C:\Python311\python.exe" arguments="{arguments}">{variables}</httpPlatform>'
        "</system.webServer></configuration>"
    )


def published(site: Path) -> ElementTree.Element:
    return ElementTree.fromstring((site / "bin/publish/web.config").read_text())


def own(site: Path) -> None:
    """Makes the hidden file the user's own, as its first comment says."""
    hidden = site / "web.debug.config"
    text = hidden.read_text()
    start = text.index("<!-- Generated")
    hidden.write_text(text[:start] + text[text.index("-->", start) + 3 :])


def profile(site: Path, body: str) -> None:
    profiles = site / "Properties" / "PublishProfiles"
    profiles.mkdir(parents=True)
    (profiles / "P.pubxml").write_text(PROFILE)
    (site / "web.P.config").write_text(f"<configuration {XDT}>{body}</configuration>")


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        ('<appSettings xdt:Transform="Replace"><add key="a" value="b"/></appSettings>', "the secret"),
        (
            f'<system.webServer><handlers xdt:Transform="Replace">{FASTCGI}</handlers></system.webServer>',
            "a handler for 'ptvsd'",
        ),
        (
            "<system.webServer><handlers>"
            + '<add name="All" path="*" verb="*" modules="M"'
            + ' xdt:Transform="InsertBefore(/configuration/system.webServer/handlers/add[1])"/>'
            + "</handlers></system.webServer>",
            "a handler for 'ptvsd/*'",
        ),
        (
            '<system.webServer><httpPlatform arguments="x" xdt:Transform="SetAttributes"/></system.webServer>',
            "the site agent",
        ),
        (
            "<system.webServer>"
            + RULES.replace("<rewrite>", '<rewrite xdt:Transform="Replace">')
            + "</system.webServer>",
            "the rewrite rule 'ptvsd'",
        ),
    ],
    ids=["settings", "handlers", "handler ahead", "agent", "rules"],
)
def test_a_profile_that_takes_the_endpoint_out_is_an_error(
    program: Program, folder: Folder, body: str, lost: str
) -> None:
    site = folder(web__config=fastcgi(RULES))
    profile(site, body)
    before = tree(site)
    result = program(*DEBUG, "--profile", "P", "--to", "out", cwd=site, status=65)
    assert "web.P.config: error: 'web.P.config' takes the debug endpoint out again" in result.err
    assert lost in result.err
    assert tree(site) == before
    program("--configuration", "Release", "--profile", "P", "--to", "out", cwd=site)


def test_the_summary_says_what_the_published_file_holds(program: Program, folder: Folder) -> None:
    site = folder(web__config=fastcgi(RULES))
    profile(site, '<system.webServer><webSocket xdt:Transform="Remove"/></system.webServer>')
    result = program(*DEBUG, "--profile", "P", "--to", "out", cwd=site)
    summary = next(line for line in result.out.splitlines() if line.startswith("web.config"))
    assert summary.endswith("secret, debugger address, proxy handler, rewrite rule")


def test_an_ignore_file_does_not_take_the_web_config_away(program: Program, folder: Folder) -> None:
    site = folder(web__config=fastcgi(), __gitignore="web.config\n")
    result = program(*DEBUG, cwd=site)
    assert "'web.config' is ignored by .gitignore:1; it is part of the site all the same" in result.err
    assert "IIS FastCGI: secret" in result.out
    assert published(site).find("system.webServer/httpPlatform") is not None


@pytest.mark.parametrize(
    ("handlers", "reason"),
    [
        ('<handlers configSource="handlers.config"/>', "its section 'handlers' is kept in 'handlers.config'"),
        (f"<handlers>{FASTCGI}<clear/></handlers>", "a 'clear' behind its handlers takes them back"),
        (
            '<handlers><add name="x" path="*.x" verb="*" modules="M"/></handlers>',
            "no handler of it leads to Python",
        ),
        ("", "no handler of it leads to Python"),
    ],
)
def test_a_web_config_that_does_not_tell_its_host_is_a_warning(
    program: Program, folder: Folder, handlers: str, reason: str
) -> None:
    site = folder(web__config=fastcgi(handlers=handlers))
    result = program(*DEBUG, cwd=site)
    assert (
        f"warning: 'web.config' does not tell what runs the site, which is taken for one on Linux: {reason}"
        in result.err
    )
    assert "--host iis-fastcgi|iis-httpplatform|linux" in result.err
    assert "does not tell" not in program(*DEBUG, "--host", "linux", cwd=site).err
    assert "warning" not in program("--configuration", "Release", cwd=site).err


@pytest.mark.parametrize("kind", ["link", "folder", "excluded"])
def test_a_web_config_that_is_left_out_is_a_warning(
    program: Program, folder: Folder, tmp_path: Path, kind: str
) -> None:
    site = folder()
    config = site / "web.config"
    if kind == "link":
        (tmp_path / "elsewhere.config").write_text(fastcgi())
        config.symlink_to(tmp_path / "elsewhere.config")
        reason = "link that leads out of the folder"
    elif kind == "folder":
        config.mkdir()
        reason = "it is a folder"
    else:
        config.write_text(fastcgi())
        profile(site, "")
        (site / "Properties/PublishProfiles/P.pubxml").write_text(
            PROFILE.replace(
                "<WebPub", "<ExcludeFilesFromDeployment>web.config</ExcludeFilesFromDeployment><WebPub"
            )
        )
        reason = "excluded"
    options = ("--profile", "P", "--to", "out") if kind == "excluded" else ()
    result = program(*DEBUG, *options, cwd=site)
    assert "warning: 'web.config' is not published, and the site is taken for one on Linux" in result.err
    assert reason in result.err


def test_a_host_that_changed_since_the_last_publish_is_a_warning(program: Program, folder: Folder) -> None:
    site = folder(web__config=fastcgi())
    program(*DEBUG, cwd=site)
    assert "published for" not in program(*DEBUG, cwd=site).err
    (site / "web.config").unlink()
    assert "published for" not in program(*DEBUG, "--to", "elsewhere", cwd=site).err
    (site / "web.config").write_text(fastcgi())
    program(*DEBUG, cwd=site)
    (site / "web.config").unlink()
    result = program(*DEBUG, cwd=site)
    assert "the site was published for IIS FastCGI before, and is for Linux now" in result.err
    assert "published for" not in program(*DEBUG, "--host", "linux", cwd=site).err


def test_a_command_that_changed_behind_an_owned_file_is_a_warning(program: Program, folder: Folder) -> None:
    site = folder(web__config=platform())
    program(*DEBUG, cwd=site)
    own(site)
    assert "warning" not in program(*DEBUG, cwd=site).err
    (site / "web.config").write_text(platform(r"C:\site\app.py --port %HTTP_PLATFORM_PORT% --threads 4"))
    result = program(*DEBUG, cwd=site)
    assert r"web.debug.config:" in result.err and "warning: 'web.debug.config' starts" in result.err
    assert r"app.py --port %HTTP_PLATFORM_PORT% --threads 4' now" in result.err
    (site / "web.debug.config").unlink()
    assert "warning" not in program(*DEBUG, cwd=site).err


@pytest.mark.parametrize(
    ("before", "after", "made", "now"),
    [
        (fastcgi(), platform(), "IIS FastCGI", "IIS HttpPlatformHandler"),
        (platform(), fastcgi(), "IIS HttpPlatformHandler", "IIS FastCGI"),
    ],
)
def test_an_owned_file_for_another_host_is_one_error(
    program: Program, folder: Folder, before: str, after: str, made: str, now: str
) -> None:
    site = folder(web__config=before)
    program(*DEBUG, cwd=site)
    own(site)
    (site / "web.config").write_text(after)
    result = program(*DEBUG, cwd=site, status=65)
    [line] = result.err.splitlines()
    assert f"error: 'web.debug.config' was made for {made}, and the site is for {now} now" in line
    assert "delete the file" in line


def test_a_finding_is_reported_once(program: Program, folder: Folder) -> None:
    site = folder(web__config=fastcgi())
    (site / "web.Release.config").write_text(
        f'<configuration {XDT}><x><y a="1" xdt:Transform="SetAttributes"/><z a="1" xdt:Transform="Remove"/></x></configuration>'
    )
    result = program("--configuration", "Release", cwd=site)
    assert result.err.count("'/configuration/x'") == 1


@pytest.mark.parametrize(
    ("config", "options", "section"),
    [
        (fastcgi(handlers='<handlers configSource="h.config"/>'), ("--host", "iis-fastcgi"), "handlers"),
        (fastcgi('<rewrite><rules configSource="r.config"/></rewrite>'), (), "rules"),
        (fastcgi('<webSocket configSource="w.config"/>'), (), "webSocket"),
        (
            fastcgi().replace(
                "<system.w", '<system.web><httpRuntime configSource="t.config"/></system.web><system.w', 1
            ),
            (),
            "httpRuntime",
        ),
        (
            platform().replace(f"<handlers>{PLATFORM}</handlers>", '<handlers configSource="h.config"/>'),
            ("--host", "iis-httpplatform"),
            "handlers",
        ),
    ],
)
def test_a_section_that_is_kept_elsewhere_is_refused(
    program: Program, folder: Folder, config: str, options: tuple[str, ...], section: str
) -> None:
    site = folder(web__config=config)
    result = program(*DEBUG, *options, "--site-python", r"C:\Py\python.exe", cwd=site, status=65)
    [line] = [line for line in result.err.splitlines() if "error" in line]
    assert f"error: '{section}' is kept in '" in line and "so that the debug endpoint cannot be added" in line
    program("--configuration", "Release", *options, cwd=site)


def test_a_section_with_content_here_and_elsewhere_is_refused(program: Program, folder: Folder) -> None:
    site = folder(web__config=fastcgi(handlers=f'<handlers configSource="h.config">{FASTCGI}</handlers>'))
    result = program("--configuration", "Release", cwd=site, status=65)
    assert "error: 'handlers' is kept in 'h.config' and holds something here as well" in result.err


@pytest.mark.parametrize("line", ["debugpy", 'debugpy>=1; python_version<"3.8"'])
def test_a_requirement_does_not_leave_the_debugger_out(program: Program, folder: Folder, line: str) -> None:
    site = folder(web__config=fastcgi(), requirements__txt=f"flask\n{line}\n")
    assert "debugger" not in program(*DEBUG, cwd=site).err
    assert (site / "bin/publish/ptvsd/_vendored/debugpy/__init__.py").exists()
    (site / "debugpy").mkdir()
    (site / "debugpy" / "__init__.py").write_text("")
    assert "brings a 'debugpy' package" in program(*DEBUG, cwd=site).err
    assert not (site / "bin/publish/ptvsd/_vendored").exists()


def test_static_files_of_django_are_to_be_collected(program: Program, sample: Any) -> None:
    project = sample("DjangoSite")
    assert "collect" not in program(*DEBUG, cwd=project).err
    settings = project / "DjangoSite" / "settings.py"
    text = settings.read_text()
    for value in ('BASE_DIR / "collected"', 'posixpath.join(*(BASE_DIR.split(os.path.sep) + ["collected"]))'):
        settings.write_text(f"{text}\nSTATIC_ROOT = {value}\n")
        result = program(*DEBUG, cwd=project)
        assert "note: 'collected', where the settings collect static files" in result.err
        assert "run 'python manage.py collectstatic --noinput'" in result.err
    settings.write_text(f'{text}\nSTATIC_ROOT = BASE_DIR / "static"\n')
    assert "collect" not in program(*DEBUG, cwd=project).err


def test_a_port_of_the_sites_own_comes_back_as_it_was(program: Program, folder: Folder) -> None:
    original = platform(
        "x.py --fmt {port} {brace} {%http_platform_port%} --port %HTTP_PLATFORM_PORT%",
        '<environmentVariable name="A" value="{port}"/><environmentVariable name="B" value="%HTTP_PLATFORM_PORT%"/>',
    )
    site = folder(web__config=original)
    program(*DEBUG, cwd=site)
    element = published(site).find("system.webServer/httpPlatform")
    assert element is not None
    assert element.attrib["arguments"].endswith(
        "x.py --fmt {brace}port} {brace}brace} {{port}} --port {port}"
    )
    (site / "web.config").write_bytes((site / "bin/publish/web.config").read_bytes())
    program("--configuration", "Release", cwd=site)
    element = published(site).find("system.webServer/httpPlatform")
    assert element is not None
    assert (
        element.attrib["arguments"]
        == "x.py --fmt {port} {brace} {%HTTP_PLATFORM_PORT%} --port %HTTP_PLATFORM_PORT%"
    )
    variables = {one.attrib["name"]: one.attrib["value"] for one in element.iter("environmentVariable")}
    assert variables == {"A": "{port}", "B": "%HTTP_PLATFORM_PORT%"}


def test_an_unknown_token_has_its_place(program: Program, tmp_path: Path) -> None:
    (tmp_path / "s.config").write_text('<a><q v="1"/></a>')
    (tmp_path / "t.config").write_text(
        f'<a {XDT}>\n  <q v="$(zz)" xdt:Transform="SetTokenizedAttributes"/></a>'
    )
    result = program("transform", "s.config", "t.config", "--output", "out", cwd=tmp_path, status=65)
    assert result.err.startswith("t.config:2:16: error: '$(zz)' in 'v' of 'q' names no attribute")


@pytest.mark.parametrize("publish", [False, True])
def test_wfastcgi_is_not_offered_to_asgi(program: Program, folder: Folder, publish: bool) -> None:
    site = folder(app__py="from fastapi import FastAPI\n\napp = FastAPI()\n")
    paths = ("--host", "iis-fastcgi", "--site-python", r"C:\Py\python.exe", "--site-root", r"C:\site")
    result = program(*(() if publish else ("init",)), *paths, cwd=site, status=65)
    assert "error: 'app:app' is an ASGI application, and wfastcgi runs WSGI only" in result.err
    assert "--host iis-httpplatform" in result.err and "PythonWsgiHandler" not in result.err
    (site / "web.config").write_text(fastcgi())
    assert "warning: 'app.app' is an ASGI application" in program(*DEBUG, cwd=site).err


def test_the_address_of_the_endpoint_is_as_good_as_that_of_the_site(program: Program, folder: Folder) -> None:
    result = program("--configuration", "Debug", "--site-url", f"{SITE}/ptvsd", cwd=folder())
    assert result.out.count("@ptvsdemo.azurewebsites.net/ptvsd\n") == 1
