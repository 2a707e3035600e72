"""What becomes of configuration files: transforms, leftovers, generated files, options for a server, git."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from program import SITE, Program, web_config

DEBUG = ("--configuration", "Debug", "--site-url", SITE)
XDT = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'


def setting(value: str, transform: str) -> str:
    return (
        f'<configuration {XDT}><appSettings><add key="stage" value="{value}" xdt:Transform="{transform}"'
        ' xdt:Locator="Match(key)"/></appSettings></configuration>'
    )


def published(project: Path, path: str = "web.config") -> ElementTree.Element:
    return ElementTree.fromstring((project / "bin" / "publish" / path).read_bytes())


def settings(root: ElementTree.Element) -> dict[str, str]:
    found = root.findall("appSettings/add")
    result = {add.attrib["key"]: add.attrib["value"] for add in found}
    assert len(result) == len(found)
    return result


def test_transforms_are_applied_by_configuration_then_profile_for_every_file(
    program: Program, sample: Any
) -> None:
    project = sample("DjangoSite")
    (project / "web.config").write_text("<configuration><appSettings/></configuration>")
    (project / "static" / "web.config").write_text("<configuration><appSettings/></configuration>")
    (project / "WEB.Staging.CONFIG").write_text(setting("configuration", "InsertIfMissing"))
    (project / "static" / "Web.staging.config").write_text(setting("below", "InsertIfMissing"))
    (project / "web.folder.config").write_text(setting("profile", "SetAttributes"))
    arguments = ("--profile", "Folder", "--configuration", "Staging", "--to", "bin/publish")
    program(*arguments, cwd=project)
    assert settings(published(project))["stage"] == "profile"
    assert settings(published(project, "static/web.config"))["stage"] == "below"
    names = [path.name.lower() for path in (project / "bin/publish").rglob("*.config")]
    assert names == ["web.config", "web.config"]

    program(*arguments, "--with-debugger", cwd=project)
    assert (project / "bin/publish/ptvsd/settings.json").exists()
    assert '"Staging"' in (project / "bin/publish/ptvsd/settings.json").read_text()


@pytest.mark.parametrize("name", ["FlaskSite", "DjangoSite", "BottleSite"])
def test_a_debug_result_as_source_is_neither_doubled_nor_released(
    name: str, program: Program, sample: Any
) -> None:
    project = sample(name)
    config = project / "web.config"
    original = ElementTree.canonicalize(config.read_text(encoding="utf-8-sig"), strip_text=True)
    for transform in project.glob("web.Release.config"):
        transform.unlink()
    program(*DEBUG, cwd=project)
    first = web_config(project / "bin/publish").read_bytes()
    config.write_bytes(first)
    program(*DEBUG, cwd=project)
    second = web_config(project / "bin/publish").read_bytes()
    private = re.compile(rb'(WSGI_PTVSD_(?:SECRET|EXPIRES)" value=")[^"]*')
    assert private.sub(rb"\1", first) == private.sub(rb"\1", second)

    result = program("--configuration", "Release", cwd=project)
    assert "holds debug settings of an earlier publish" in result.err
    released = web_config(project / "bin/publish").read_text(encoding="utf-8-sig")
    assert "PTVSD" not in released and '"ptvsd' not in released
    if name == "FlaskSite":
        # What is left are sections that a Debug publish had to create and that do no harm.
        released = re.sub(r"<webSocket [^>]*>|<system.web>.*?</system.web>", "", released, flags=re.DOTALL)
        assert ElementTree.canonicalize(released, strip_text=True) == original
    if name == "DjangoSite":
        platform = ElementTree.fromstring(released).find("system.webServer/httpPlatform")
        assert platform is not None
        assert (
            platform.attrib["arguments"]
            == r"C:\inetpub\wwwroot\DjangoSite\runserver.py --port %HTTP_PLATFORM_PORT%"
        )


def test_init_writes_what_publish_generates_and_keeps_what_others_wrote(
    program: Program, sample: Any
) -> None:
    project = sample("FlaskSite")
    config = project / "web.config"
    paths = ("--site-python", r"C:\Py\python.exe", "--site-root", r"D:\sites\demo")
    init = ("init", "--host", "iis-httpplatform", *paths)
    before = config.read_bytes()
    assert "init did not write it" in program(*init, cwd=project, status=65).err
    assert config.read_bytes() == before
    config.unlink()
    program(*init, cwd=project)
    first = config.read_bytes()
    assert b"-m waitress --listen=127.0.0.1:%HTTP_PLATFORM_PORT% FlaskSite:app" in first
    program("init", "--host", "iis-fastcgi", *paths, cwd=project)
    assert settings(ElementTree.fromstring(config.read_bytes()))["WSGI_HANDLER"] == "FlaskSite.app"
    program(*init, cwd=project)
    assert config.read_bytes() == first
    program("--configuration", "Debug", "--site-url", "https://intranet", cwd=project)
    platform = published(project).find("system.webServer/httpPlatform")
    assert platform is not None
    assert platform.attrib["arguments"].startswith(
        r"D:\sites\demo\ptvsd --listen 127.0.0.1:%HTTP_PLATFORM_PORT% -- C:\Py"
    )


def test_a_project_without_web_config_gets_one_for_its_host(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    result = program(
        *DEBUG, "--host", "iis-httpplatform", "--site-python", r"D:\home\python\python.exe", cwd=project
    )
    assert "one for IIS HttpPlatformHandler was generated" in result.err
    assert not (project / "web.config").exists()
    platform = published(project).find("system.webServer/httpPlatform")
    assert platform is not None
    assert platform.attrib["arguments"] == (
        r"D:\home\site\wwwroot\ptvsd --listen 127.0.0.1:%HTTP_PLATFORM_PORT% -- D:\home\python\python.exe"
        " -m uvicorn main:app --host 127.0.0.1 --port {port}"
    )


def test_placeholders_of_visual_studio_are_filled_in(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    config = project / "web.config"
    text = config.read_text()
    text = text.replace(r"D:\home\site\wwwroot", "%ROOTDIR%")
    text = text.replace(
        r"D:\home\python3810x64\python.exe|D:\home\python3810x64\wfastcgi.py",
        "%INTERPRETERPATH%|%WFASTCGIPATH%",
    )
    config.write_text(text)
    program(*DEBUG, "--site-python", r"D:\Python34\python.exe", cwd=project)
    result = web_config(project / "bin/publish")
    assert r'value="D:\home\site\wwwroot"' in result.read_text()
    assert r"D:\Python34\python.exe|D:\Python34\Lib\site-packages\wfastcgi.py" in result.read_text()
    assert r'arguments="D:\home\site\wwwroot\ptvsd --listen' in result.read_text()


def test_the_originals_proxy_is_written_for_sites_that_have_it(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    (project / "bin").mkdir()
    (project / "bin" / "Microsoft.PythonTools.WebRole.dll").write_bytes(b"MZ")
    file = project / "FlaskSite.pyproj"
    (project / "ptvsd").mkdir()
    (project / "ptvsd" / "__init__.py").write_text("# ptvsd 3.2, whose debugger asks for the secret\n")
    item = rb'<Content Include="web.config" /><Content Include="bin\Microsoft.PythonTools.WebRole.dll" />'
    item += rb'<Compile Include="ptvsd\__init__.py" />'
    file.write_bytes(file.read_bytes().replace(b'<Content Include="web.config" />', item))
    program(*DEBUG, "--proxy", "ptvs", cwd=project)
    assert [path.name for path in (project / "bin/publish/ptvsd").iterdir()] == [
        "__init__.py",
        "applicationHost.xdt",
    ]
    handlers = published(project).findall("system.webServer/handlers/add")
    assert handlers[0].attrib["type"].startswith("Microsoft.PythonTools.Debugger.WebSocketProxy, ")
    assert published(project).find("system.webServer/httpPlatform") is None


def test_a_stock_iis_keeps_its_locked_section(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    own = ("--configuration", "Debug", "--site-url", "https://intranet/app")
    result = program(*own, cwd=project)
    assert "unlock" in result.err and "appcmd.exe set config" in result.out
    assert published(project).find("system.webServer/webSocket") is None
    assert result.out.rstrip().count("@intranet/app/ptvsd") == 1
    program(*own, "--web-socket-section", "always", cwd=project)
    assert published(project).find("system.webServer/webSocket") is not None
    program(*DEBUG, "--web-socket-section", "never", cwd=project)
    assert published(project).find("system.webServer/webSocket") is None


def test_a_disagreement_between_project_and_configuration_is_a_warning(program: Program, sample: Any) -> None:
    project = sample("BottleSite")
    config = project / "web.config"
    config.write_text(config.read_text().replace("app.wsgi_app()", "app"))
    result = program(*DEBUG, cwd=project)
    assert re.search(
        r"web\.config:\d+:\d+: warning: 'WSGI_HANDLER' is 'app' here and 'app.wsgi_app\(\)'", result.err
    )
    assert "'StaticUriPattern' has no effect" in result.err


@pytest.mark.parametrize(("name", "meant"), [("Debgu", "Debug"), ("relase", "Release")])
def test_a_misspelt_configuration_is_a_warning(program: Program, sample: Any, name: str, meant: str) -> None:
    done = program("--configuration", name, cwd=sample("FlaskSite"))
    assert f"warning: the configuration '{name}' is taken as it is: it is not '{meant}'" in done.err
    assert f"did you mean '--configuration {meant}'?" in done.err


def test_the_name_of_another_configuration_is_none(program: Program, sample: Any) -> None:
    assert "configuration" not in program("--configuration", "Staging", cwd=sample("FlaskSite")).err


def test_git_is_asked_whether_it_gives_the_secret_away(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)

    git("init")
    (project / ".gitignore").unlink()
    assert "add the line 'web.debug.config' to .gitignore" in program(*DEBUG, cwd=project).err
    git("add", "-A")
    assert "git tracks 'web.debug.config'" in program(*DEBUG, cwd=project).err
    git("rm", "--cached", "--force", "web.debug.config")
    (project / ".gitignore").write_text("web.debug.config\n")
    assert "git" not in program(*DEBUG, cwd=project).err


def test_inspect_sees_who_may_read_and_what_is_deployed(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, cwd=project)
    hidden = project / "web.debug.config"
    hidden.chmod(0o644)
    result = program("inspect", cwd=project)
    assert "everybody on this machine (0644)" in result.out and "chmod 600" in result.err
    program("rotate", "--local", cwd=project)
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o600
    assert "has another secret" in program("inspect", cwd=project).out
    program("--configuration", "Release", cwd=project)
    assert "has no debug endpoint" in program("inspect", cwd=project).out
    listed = re.findall(r"^ +(\d+)  \w+  (\S+)", program("inspect", cwd=project).out, re.MULTILINE)
    assert len(listed) > 10
    for line, element in listed:
        assert f"<{element.split('/')[-1]} " in hidden.read_text().splitlines()[int(line) - 1]


IDLE = ("--expires", "8h", "--web-socket-section", "never", "--debugpy-version", "1.8.21")


def test_an_option_that_has_no_effect_is_a_warning(program: Program, sample: Any) -> None:
    project = sample("DjangoSite")
    (project / "web.Release.config").unlink(missing_ok=True)
    names = "'--expires', '--web-socket-section' and '--debugpy-version'"
    said = f"warning: {names} concern the debug endpoint, which a Release publish does not add"
    result = program(*IDLE, cwd=project)
    assert f"{said} (say '--configuration Debug', or leave them out)" in result.err
    profile = project / "Properties" / "PublishProfiles" / "Folder.pubxml"
    assert said in program("--profile", "Folder", *IDLE, "--dry-run", cwd=project).err
    # The profile says that it is a Debug publish.
    text = re.sub("(?i)<LastUsedBuildConfiguration>[^<]*", "<LastUsedBuildConfiguration>Debug", profile.read_text())
    assert "Debug</LastUsedBuildConfiguration>" in text
    profile.write_text(text)
    for debugging in (("--profile", "Folder"), ("--configuration", "Debug"), ("--with-debugger",)):
        assert "concern" not in program(*debugging, *IDLE, "--dry-run", cwd=project).err
    assert "concern" not in program(cwd=project).err


def test_an_option_for_azure_elsewhere_is_a_warning(program: Program, sample: Any) -> None:
    result = program(*DEBUG, "--enable-web-sockets", "--to", "out", cwd=sample("FlaskSite"))
    assert (
        "warning: '--enable-web-sockets' concerns a site on Azure, and 'out' is none "
        "(say '--to azure:SITE', or leave it out)"
    ) in result.err


def test_a_dry_run_says_that_it_fetches_the_debugger(program: Program, sample: Any) -> None:
    assert re.search(r"--dry-run +Show what .*debugpy", " ".join(program("publish", "--help", cwd=Path("/")).out.split()))
