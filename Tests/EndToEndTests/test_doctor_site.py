"""A real published site with a real debugger is served; what is in between or wrong with it is named, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Iterator, NamedTuple

import pytest
from doctoring import DEBUG, Diagnosis, examine
from front_end import Asked, Authority, Said, front_end
from program import Program, find_binary, web_config
from server_pages import detailed
from serving import Browser, Served, wait_until

from running import copied  # isort: skip
from dap import DebugClient  # isort: skip


class Site(NamedTuple):
    """A project that was published in Debug, and its site."""

    program: Program
    project: Path
    served: Served

    def look(self, *more: str | Path) -> Diagnosis:
        return examine(self.program, *more, cwd=self.project)

    @property
    def secret(self) -> str:
        found = re.search(r"//([^@]+)@", self.program("url", cwd=self.project).out)
        assert found
        return found[1]


def published(folder: Path, wheel: Path, sample: str) -> Iterator[Site]:
    cache = folder / "home" / "cache" / "ptvsd-publish" / "wheels"
    cache.mkdir(parents=True)
    shutil.copy(wheel, cache)
    program = Program(find_binary(), folder / "home")
    project = copied(sample, folder)
    # Published for the address that it is then served at.
    program(*DEBUG, "--site-url", "http://127.0.0.1:1", cwd=project)
    served = Served(program, cwd=project)
    program(*DEBUG, "--site-url", served.address, cwd=project)
    wait_until(lambda: "was published again" in served.log, "the news of the publish")
    site = Site(program, project, served)
    try:
        # Whichever test comes first is to meet a site that is awake.
        wait_until(lambda: site.look().findings == {}, "a healthy site")
        yield site
    finally:
        served.stop()


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[Site]:
    yield from published(tmp_path_factory.mktemp("flask"), wheel, "FlaskSite")


def test_a_healthy_site_yields_no_finding(flask: Site) -> None:
    diagnosis = flask.look()
    assert diagnosis.findings == {} and diagnosis.status == 0
    assert set(diagnosis.skipped) <= {"switches"}
    result = flask.program("doctor", cwd=flask.project)
    assert "nothing is wrong" in result.out and flask.secret not in result.out


def test_examining_it_leaves_the_debugger_alone(flask: Site) -> None:
    for _ in range(5):
        flask.look()
    tunnel = flask.served.tunnel(flask.secret)
    client = DebugClient(tunnel.send, tunnel.receive, tunnel.close)
    client.attach({})
    held = flask.look()
    tunnel.close()
    assert list(held.findings) == ["debugger-held"] and held.status == 0
    assert "from 127.0.0.1" in held["debugger-held"]["evidence"]
    wait_until(lambda: flask.look().findings == {}, "the end of the session")


def test_the_site_is_reached_by_its_attach_url_alone(flask: Site, tmp_path: Path) -> None:
    address = flask.served.address.replace("http://", f"ws://{flask.secret}@") + "/ptvsd"
    diagnosis = examine(flask.program, address, cwd=tmp_path)
    assert diagnosis.findings == {}
    assert diagnosis.skipped["project"] == "no project was named"
    (tmp_path / "secret").write_text(flask.secret + "\n")
    assert (
        examine(flask.program, flask.served.address, "--secret-file", "secret", cwd=tmp_path).findings == {}
    )


def test_the_secret_is_that_of_another_publish(flask: Site) -> None:
    kept = (flask.project / "web.debug.config").read_bytes()
    try:
        flask.program("rotate", "--local", cwd=flask.project)
        diagnosis = flask.look()
        assert diagnosis.errors == ["published-secret-differs", "secret-wrong"] and diagnosis.status == 77
    finally:
        (flask.project / "web.debug.config").write_bytes(kept)


def test_wrong_secrets_are_too_many(flask: Site, tmp_path: Path) -> None:
    # Through a front end that tells another address, so that the other tests are let in.
    with front_end(lambda asked: None, flask.served.port) as between:
        address = f"http://wrong@127.0.0.1:{between.port}"

        def far(asked: Asked) -> None:
            asked.raw = asked.raw.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n", 1)

        between._answer = far
        # One after the other, for they count for a minute only.
        visitor = Browser(f"http://127.0.0.1:{between.port}")
        for _ in range(10):
            visitor.page("/ptvsd/status", Authorization="Bearer wrong")
            assert visitor.status == 401
        diagnosis = examine(flask.program, address, cwd=tmp_path)
    assert (diagnosis.errors, diagnosis.status) == (["too-many-tries"], 77)


def between(flask: Site, answer: Any) -> Diagnosis:
    """What the doctor says with something between it and the site."""
    with front_end(answer, flask.served.port) as server:
        return flask.look("--site-url", server.address)


def test_a_front_end_that_passes_everything_on_is_silent(flask: Site) -> None:
    assert between(flask, lambda asked: None).findings == {}


@pytest.mark.parametrize(
    ("said", "way_out"),
    [
        (Said(400, "", {"Server": "nginx/1.22.1"}), "proxy_set_header Upgrade"),
        (Said(200, "<h1>info</h1>", {"Server": "Microsoft-IIS/10.0"}), "Web-WebSockets"),
        (Said(501, ""), "az webapp config set"),
    ],
)
def test_web_sockets_are_off(flask: Site, said: Said, way_out: str) -> None:
    diagnosis = between(flask, lambda asked: said if asked.is_upgrade else None)
    assert (diagnosis.errors, diagnosis.status) == (["web-sockets-off"], 69)
    assert way_out in diagnosis["web-sockets-off"]["wayOut"]


def test_an_upgrade_header_gets_lost(flask: Site) -> None:
    def strip(asked: Asked) -> None:
        asked.raw = re.sub(rb"(?i)\r\nUpgrade:[^\r]*|\r\nConnection: upgrade", b"", asked.raw)
        asked.raw = asked.raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)

    assert between(flask, strip).errors == ["web-sockets-off"]


def test_cors_of_the_platform_is_in_the_way(flask: Site) -> None:
    def answer(asked: Asked) -> Said | None:
        if asked.is_upgrade:
            return Said(503)
        allowed = {"Access-Control-Allow-Origin": asked.headers.get("origin", "")}
        return Said(200, "", allowed) if asked.method == "OPTIONS" else None

    assert between(flask, answer).errors == ["cors-in-the-way"]


def test_the_upgrade_is_lost_or_altered(flask: Site) -> None:
    assert between(flask, lambda asked: b"" if asked.is_upgrade else None).errors == ["upgrade-lost"]
    wrong = Said(101, "", {"Upgrade": "websocket", "Sec-WebSocket-Accept": "wrong"})
    assert between(flask, lambda asked: wrong if asked.is_upgrade else None).errors == ["upgrade-altered"]


def altered(flask: Site, **changes: Any) -> Diagnosis:
    """What the doctor says where the real status is altered on its way."""
    import urllib.request

    def answer(asked: Asked) -> Said | None:
        if not asked.target.endswith("/status"):
            return None
        request = urllib.request.Request(
            flask.served.address + "/ptvsd/status", headers={"Authorization": asked.headers["authorization"]}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as found:
            status = json.load(found)
        for name, change in changes.items():
            status[name] = change(status) if callable(change) else change
        return Said(200, json.dumps(status))

    return between(flask, answer)


def test_the_site_runs_another_build(flask: Site) -> None:
    diagnosis = altered(flask, buildID="0123456789abcdef")
    assert list(diagnosis.findings) == ["other-build"]
    assert "0123456789ab" in diagnosis["other-build"]["evidence"]


def test_several_instances_answer(flask: Site) -> None:
    names = iter(["a1" * 32, "b2" * 32] * 50)
    diagnosis = altered(flask, instanceID=lambda status: next(names))
    assert list(diagnosis.findings) == ["several-instances-unpinned"]
    assert "2 instances answered: a1a1a1, b2b2b2" in diagnosis["several-instances-unpinned"]["evidence"]
    assert altered(flask, instanceID="a1" * 32).findings == {}


def test_an_old_debugger_of_the_site(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    (project / "debugpy").mkdir()
    (project / "debugpy" / "__init__.py").write_text("")
    (project / "debugpy" / "_version.py").write_text('version_json = """{"version": "1.6.0"}"""')
    program(*DEBUG, cwd=project)
    served = Served(program, cwd=project)
    try:
        served.browser()
        diagnosis = examine(program, "--site-url", served.address, cwd=project)
    finally:
        served.stop()
    assert list(diagnosis.findings) == ["debugpy-version"]
    assert "the site runs debugpy 1.6.0" in diagnosis["debugpy-version"]["evidence"]


def test_an_old_python(flask: Site) -> None:
    diagnosis = altered(flask, pythonVersion="3.6.8", debuggerUp=False)
    assert diagnosis.errors[0] == "python-too-old" and "3.6.8" in diagnosis["python-too-old"]["evidence"]


def test_the_endpoint_takes_no_more_sessions(flask: Site) -> None:
    session = {"process": 1, "remote": "203.0.113.9", "seconds": 61.0, "received": 0, "sent": 0}
    diagnosis = altered(flask, sessions=[session] * 8)
    assert "sessions-full" in diagnosis.errors and "61 s" in diagnosis["debugger-held"]["evidence"]


def test_the_path_mapping_of_the_editor(flask: Site) -> None:
    launch = flask.project / ".vscode" / "launch.json"
    launch.parent.mkdir()
    root = str(flask.project / "bin" / "publish")
    mapping = '{{ // "remoteRoot": "/old"\n"configurations": [{{"pathMappings": [{{"remoteRoot": "{}"}}]}}]}}'
    try:
        launch.write_text(mapping.format("."))
        diagnosis = flask.look()
        assert list(diagnosis.findings) == ["path-mapping"]
        assert f"maps to '.', and the site's code runs in '{root}'" in diagnosis["path-mapping"]["evidence"]
        launch.write_text(mapping.format(root))
        assert flask.look().findings == {}
    finally:
        shutil.rmtree(launch.parent)


def test_the_site_cannot_start(flask: Site) -> None:
    """The site's own code fails when it is imported: no debugger comes up, and its page is an error."""
    config = web_config(flask.project / "bin" / "publish")
    text = config.read_bytes()
    try:
        config.write_bytes(re.sub(rb'(key="WSGI_HANDLER"\s+value=")[^"]*', rb"\1nowhere.app", text))
        diagnosis = wait_until(
            lambda: "debugger-not-up" in (found := flask.look()) and found, "a finding about the debugger"
        )
        assert diagnosis.errors == ["debugger-not-up"]
        assert "the site's own page answers 500" in diagnosis["debugger-not-up"]["evidence"]
    finally:
        config.write_bytes(text)
        wait_until(lambda: flask.look().findings == {}, "the site as it was")


def test_an_expired_secret_at_the_site(flask: Site) -> None:
    settings = flask.project / "bin" / "publish" / "ptvsd" / "settings.json"
    before = settings.read_text()
    try:
        settings.write_text(re.sub(r"20\d\d-", "2020-", before))
        diagnosis = wait_until(
            lambda: "secret-expired-at-site" in (found := flask.look()) and found, "the end of the secret"
        )
        assert (diagnosis.errors, diagnosis.status) == (["secret-expired-at-site"], 77)
    finally:
        settings.write_text(before)
        wait_until(lambda: flask.look().findings == {}, "the site as it was")


def test_the_certificate_of_a_front_end(flask: Site, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificates = authority.certificates("127.0.0.1")
    with front_end(lambda asked: None, flask.served.port, certificates) as server:
        assert flask.look("--site-url", server.address).errors == ["certificate-untrusted"]
        assert flask.look("--site-url", server.address, "--ca-file", authority.file).findings == {}


def attach(flask: Site, address: str) -> str:
    """What `attach` says to people when it fails."""
    found = flask.program("attach", "--check", "--timeout", "10", address, cwd=flask.project, status=None)
    assert found.status != 0
    assert flask.secret not in found.out + found.err
    return found.err


def test_attach_ends_with_the_finding(flask: Site) -> None:
    off = Said(400, "", {"Server": "nginx/1.22.1"})
    with front_end(lambda asked: off if asked.is_upgrade else None, flask.served.port) as server:
        said = attach(flask, server.address)
    assert "note: the doctor's finding is 'No web socket comes through" in said
    assert "proxy_set_header Upgrade" in said
    page = detailed(500, 19, code="0x80070021", source=["<a>", "<webSocket />", "</a>"])
    with front_end(lambda asked: page) as server:
        said = attach(flask, server.address)
    assert "IIS locks a section" in said and "unlock config -section:system.webServer/webSocket" in said


def test_publish_ends_with_the_finding(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    command = "python -m gunicorn --workers 3 --timeout 30 --bind 127.0.0.1:$PORT main:app"
    said = program(*DEBUG, "--start-command", command, cwd=project).err
    assert "warning: gunicorn's 'timeout' is 30 s (write '--timeout 0' in the start command, or leave it out)" in said
    assert "the start command asks for 3 workers" in said
    assert "gunicorn" not in program("-c", "Release", cwd=project).err


def test_serve_ends_with_the_finding(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, cwd=project)
    config = web_config(project / "bin" / "publish")
    config.write_bytes(
        re.sub(rb'(key="WSGI_HANDLER"\s+value=")[^"]*', rb"\1nowhere.app", config.read_bytes())
    )
    served = Served(program, cwd=project)
    try:
        Browser(served.address).page("/")
        wait_until(lambda: "no file of the site is the module 'nowhere'" in served.log, "the finding")
    finally:
        served.stop()
