"""Every sample is published, served as its host would, used as a visitor would, and debugged through its endpoint."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import signal
import threading
from pathlib import Path
from typing import Any, Iterator
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from program import SITE, Program, find_binary
from serving import Browser, Served, wait_until

from dap import DebugClient  # isort: skip
from running import copied  # isort: skip
from test_samples import FORMS, PAGES, STATIC  # isort: skip

SAMPLES = ["FlaskSite", "DjangoSite", "BottleSite", "FastAPISite"]
HOSTS = {
    "FlaskSite": "IIS FastCGI",
    "DjangoSite": "IIS HttpPlatformHandler",
    "BottleSite": "IIS FastCGI",
    "FastAPISite": "Linux",
}
BREAKPOINT = "A good place for a breakpoint."
DEBUG = ("--configuration", "Debug", "--site-url", SITE)


def secret_of(program: Program, project: Path) -> str:
    found = re.match(r"wss://([^@]+)@", program("url", cwd=project).out)
    assert found
    return found[1]


def status(served: Served, secret: str) -> Any:
    credentials = base64.b64encode(f"{secret}:".encode()).decode()
    request = Request(served.address + "/ptvsd/status", headers={"Authorization": f"Basic {credentials}"})
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture
def serve(program: Program) -> Iterator[Any]:
    """Serves, and ends it after the test."""
    running: list[Served] = []

    def start(*arguments: str | Path, cwd: Path) -> Served:
        running.append(Served(program, *arguments, cwd=cwd))
        return running[-1]

    yield start
    for served in running:
        served.stop()


@pytest.fixture(scope="module", params=SAMPLES)
def debugged(request: Any, tmp_path_factory: Any, wheel: Path) -> Iterator[tuple[str, Path, Program, Served]]:
    """Each sample in turn: published in Debug and served."""
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    cache = folder / "home" / "cache" / "ptvsd-publish" / "wheels"
    cache.mkdir(parents=True)
    shutil.copy(wheel, cache)
    program = Program(find_binary(), folder / "home")
    project = copied(name, folder)
    program(*DEBUG, cwd=project)
    served = Served(program, cwd=project)
    try:
        yield name, project, program, served
    finally:
        assert served.stop() == 130, served.log


def test_it_says_what_it_serves_and_how_to_attach(debugged: Any) -> None:
    name, project, program, served = debugged
    address = served.address
    wait_until(lambda: "Next" in "".join(served.out), "the whole report")
    lines = [re.split(r" {2,}", line.rstrip("\n")) for line in served.out]
    assert lines[0] == ["Serving", f"bin/publish as {HOSTS[name]} would; Ctrl-C ends it"]
    assert lines[1:3] == [["Site", address], ["Info page", f"{address}/ptvsd"]]
    assert lines[3:] == [["Next", f"ptvsd-publish attach {address}"]]
    command = lines[3][1].split()
    assert "Process" in program(*command[1:], "--check", cwd=project).out
    assert secret_of(program, project) not in "".join(served.out) + served.log


def test_pages_and_static_files_answer(debugged: Any) -> None:
    name, project, _, served = debugged
    browser = served.browser()
    for path in PAGES[name]:
        assert "</html>" in browser.page(path)
        assert (browser.status, browser.type.split(";")[0]) == (200, "text/html"), path
    browser.page("/nowhere")
    assert browser.status == 404
    prefix, where = STATIC[name]
    for file, kind in [("site.css", "text/css"), ("favicon.svg", "image/svg+xml")]:
        assert browser.bytes(prefix + file) == (project / where / file).read_bytes()
        assert (browser.status, browser.type.split(";")[0]) == (200, kind)


def test_the_form_does_its_work(debugged: Any) -> None:
    name, _, _, served = debugged
    FORMS[name](served.browser())


def test_the_endpoint_answers(debugged: Any) -> None:
    _, project, program, served = debugged
    served.browser()
    browser = Browser(served.address)
    assert "<title>" in browser.page("/ptvsd") and browser.status == 200
    facts = status(served, secret_of(program, project))
    assert facts["applicationRoot"] == str(project / "bin" / "publish") and facts["debuggerUp"]
    browser.page("/ptvsd/status")
    assert browser.status == 401


def held(served: Served, project: Path, secret: str) -> tuple[DebugClient, Path, threading.Thread, list[str]]:
    """Attaches, and visits a page that a breakpoint then holds; the visit's thread and what it will have got."""
    site = project / "bin" / "publish"
    [(file, line)] = [
        (path, number)
        for path in site.rglob("*.py")
        if "ptvsd" not in path.relative_to(site).parts
        for number, text in enumerate(path.read_text().splitlines(), 1)
        if BREAKPOINT in text
    ]
    tunnel = served.tunnel(secret)
    client = DebugClient(tunnel.send, tunnel.receive, tunnel.close)
    client.attach({str(file): [line]})
    pages: list[str] = []

    def visit() -> None:
        with contextlib.suppress(OSError):
            pages.append(Browser(served.address).page("/"))

    thread = threading.Thread(target=visit, daemon=True)
    thread.start()
    assert client.stopped_locals()
    return client, file, thread, pages


def test_a_breakpoint_is_hit_through_the_endpoint(debugged: Any) -> None:
    _, project, program, served = debugged
    served.browser()
    secret = secret_of(program, project)
    client, file, visit, pages = held(served, project, secret)
    # The endpoint is a process of its own: it answers while the site is held.
    assert status(served, secret)["sessions"]
    assert not pages
    client.request("setBreakpoints", source={"path": str(file)}, breakpoints=[])  # some pages pass it twice
    client.resume()
    visit.join(60)
    assert pages and "</html>" in pages[0]
    client.close()
    assert "</html>" in served.browser().page("/")


@pytest.mark.parametrize("name", ["FlaskSite", "DjangoSite"])
def test_an_interrupt_ends_a_site_that_is_held(name: str, program: Program, sample: Any, serve: Any) -> None:
    project = sample(name)
    program(*DEBUG, cwd=project)
    served = serve(cwd=project)
    served.browser()
    client, _, visit, _ = held(served, project, secret_of(program, project))
    assert served.stop() == 130
    visit.join(60)
    assert client.ended.wait(60)


@pytest.mark.parametrize("name", ["FlaskSite", "DjangoSite", "BottleSite"])
def test_a_release_runs_without_an_endpoint(name: str, program: Program, sample: Any, serve: Any) -> None:
    project = sample(name)
    program("--configuration", "Release", cwd=project)
    served = serve(cwd=project)
    browser = served.browser()
    assert "</html>" in browser.page("/") and "Next" not in "".join(served.out)
    browser.page("/ptvsd")
    assert browser.status == 404
    if name == "FlaskSite":
        with build_opener(ProxyHandler({})).open(served.address, timeout=60) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_release_for_linux_needs_a_command(program: Program, sample: Any, serve: Any) -> None:
    project = sample("FastAPISite")
    program("--configuration", "Release", cwd=project)
    refused = program("serve", cwd=project, status=65)
    assert "says how it is started" in refused.err and "--start-command" in refused.err
    served = serve("--start-command", "python -m uvicorn main:app --port $PORT", cwd=project)
    assert "</html>" in served.browser().page("/")
    assert served.stop() == 130
    program(
        "--configuration",
        "Release",
        "--start-command",
        "python -m uvicorn main:app --port $PORT",
        cwd=project,
    )
    assert "</html>" in serve(cwd=project).browser().page("/")


def test_a_site_whose_agent_has_no_command_is_not_served_without_it(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    command = "python -m uvicorn main:app --port $PORT"
    program(*DEBUG, "--start-command", command, cwd=project)
    settings = project / "bin" / "publish" / "ptvsd" / "settings.json"
    facts = json.loads(settings.read_text())
    settings.write_text(json.dumps({name: facts[name] for name in facts if name not in ("command", "shell")}))
    refused = program("serve", "--port", "0", cwd=project, status=65)
    assert "the site agent was not told how the site is started" in refused.err


def test_json_is_one_object(program: Program, sample: Any, serve: Any) -> None:
    project = sample("DjangoSite")
    program(*DEBUG, cwd=project)
    served = serve("--format", "json", cwd=project)
    report = wait_until(
        lambda: "".join(served.out).endswith("}\n") and json.loads("".join(served.out)), "the report"
    )
    port = report["port"]
    assert report == {
        "attachURL": f"ws://127.0.0.1:{port}/ptvsd",
        "folder": str(project / "bin" / "publish"),
        "host": "iis-httpplatform",
        "port": port,
        "site": f"http://127.0.0.1:{port}",
    }


def test_a_zip_is_served(program: Program, sample: Any, serve: Any, tmp_path: Path) -> None:
    project = sample("BottleSite")
    archive = tmp_path / "site.zip"
    program(*DEBUG, "--to", archive, cwd=project)
    served = serve(archive, cwd=tmp_path)
    browser = served.browser()
    assert "1 km" in browser.page("/")
    assert browser.bytes("/static/content/site.css") == (project / "static/content/site.css").read_bytes()
    assert "Debugging" in browser.page("/ptvsd")


def test_a_new_publish_to_a_zip_is_served(program: Program, sample: Any, serve: Any, tmp_path: Path) -> None:
    project = sample("FlaskSite")
    archive = tmp_path / "site.zip"
    publish = (*DEBUG, "--to", archive)
    program(*publish, cwd=project)
    served = serve(archive, cwd=tmp_path)
    template = project / "FlaskSite" / "templates" / "layout.html"
    browser = served.browser()
    for old, new in [("Guestbook", "Visitors"), ("Visitors", "Callers"), ("Callers", "Readers")]:
        assert old in browser.page("/")
        template.write_text(template.read_text().replace(old, new))
        program(*publish, cwd=project)
        wait_until(lambda new=new: new in browser.page("/"), "the new page")
        assert status(served, secret_of(program, project))["debuggerUp"]
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-100])
    wait_until(lambda: "publish it again" in served.log, "a word about the damage")
    assert "Readers" in browser.page("/")
    # Of what it has unpacked, it keeps what it serves and what was served before.
    [folder] = {Path(status(served, secret_of(program, project))["applicationRoot"]).parent}
    assert len(list(folder.iterdir())) <= 3
    assert served.stop() == 130
    assert not folder.exists()


def test_a_new_publish_is_served_and_its_secret_counts(program: Program, sample: Any, serve: Any) -> None:
    for name, file, old, new in [
        ("FlaskSite", "FlaskSite/templates/layout.html", "Guestbook", "Visitors"),
        ("DjangoSite", "app/templates/app/layout.html", "Polls", "Questions"),
    ]:
        project = sample(name)
        program(*DEBUG, cwd=project)
        served = serve(cwd=project)
        assert old in served.browser().page("/")
        first = secret_of(program, project)
        template = project / file
        template.write_text(template.read_text().replace(old, new))
        program(*DEBUG, cwd=project)
        wait_until(lambda served=served: "was published again" in served.log, "the news of a publish")
        browser = Browser(served.address)
        wait_until(lambda new=new, browser=browser: new in browser.page("/"), "the new page")
        facts = status(served, secret_of(program, project))
        assert facts["debuggerUp"]
        with pytest.raises(OSError, match="401"):
            status(served, first)


def test_nothing_is_left_when_it_is_killed(program: Program, sample: Any, serve: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, cwd=project)
    served = serve(cwd=project)
    served.browser()
    Browser(served.address).page("/ptvsd")
    # Itself, its web server, the site, the agent, the debugger's adapter.
    wait_until(lambda: len(served.processes()) == 5, "all of them")
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL


def test_a_taken_port_is_passed_over(program: Program, sample: Any, serve: Any) -> None:
    project = sample("FlaskSite")
    program("--configuration", "Release", cwd=project)
    first = serve(cwd=project)
    wanted = first.port
    second = serve("--port", str(wanted), cwd=project)
    assert second.port > wanted
    wait_until(lambda: f"port {wanted} is taken" in second.log, "a word about the port")


def test_nothing_published_is_said_so(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    assert "was not published yet" in program("serve", cwd=project, status=65).err
    assert "there is no 'nowhere'" in program("serve", "nowhere", cwd=project, status=65).err


def test_how_to_attach_is_said_wherever_the_user_stands(program: Program, sample: Any, serve: Any) -> None:
    project = sample("FastAPISite")
    program(*DEBUG, cwd=project)
    above = project.parent
    for arguments, folder, more in (
        (("bin/publish",), project, ""),
        ((project / "bin/publish",), above, "   (in the folder of its project)"),
    ):
        served = serve(*arguments, cwd=folder)
        wait_until(lambda served=served: "Next" in "".join(served.out), "the whole report")
        last = served.out[-1].rstrip("\n")
        assert re.sub("^Next +", "", last) == f"ptvsd-publish attach {served.address}{more}"


def test_the_command_that_attaches_can_be_copied(program: Program, sample: Any, serve: Any) -> None:
    project = sample("FlaskSite")
    above = project.parent
    project.rename(above / "it's my site")
    named = r"ptvsd-publish attach{} --project 'it'\\''s my site/FlaskSite\.pyproj'$"
    published = program(*DEBUG, "it's my site/FlaskSite.pyproj", cwd=above)
    assert re.search(named.format(""), published.out, re.MULTILINE), published.out
    served = serve("it's my site/FlaskSite.pyproj", cwd=above)
    wait_until(lambda: "Next" in "".join(served.out), "the whole report")
    assert re.search(named.format(" " + re.escape(served.address)), served.out[-1])


def test_a_site_without_an_address_is_attached_to_where_it_is_served(
    program: Program, sample: Any, serve: Any
) -> None:
    project = sample("FlaskSite")
    program("--configuration", "Debug", cwd=project)
    refused = program("attach", "--check", cwd=project, status=65)
    assert "nobody has said where the site answers" in refused.err
    served = serve(cwd=project)
    served.browser()
    checked = program("attach", "--check", cwd=project)
    assert f"{served.address}/ptvsd" in checked.out + checked.err
