"""Servers answer in place of a site's endpoint as IIS, Azure, sign-in modules and others do, and the doctor names each."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from doctoring import Diagnosis, examine
from front_end import Asked, Authority, Proxy, Said, front_end
from program import Program
from server_pages import azure, detailed, kernel, short

SECRET = "a-secret-of-a-test"
NOWHERE = Said(404, "<h1>Not Found</h1>", {"Server": "gunicorn"})
LOCKED = ["<system.webServer>", '<webSocket enabled="true" pingInterval="00:00:30" />', "</system.webServer>"]
PLATFORM = ["<handlers />", '<httpPlatform processPath="C:\\Python\\python.exe" arguments="…">', "<x />"]
EASY_AUTH = {"x-ms-middleware-request-id": "00000000-0000-0000-0000-000000000000"}
BEARER = (
    'Bearer realm="site.azurewebsites.net" authorization_uri="https://login.windows.net/t/oauth2/authorize"'
)


@pytest.fixture(autouse=True)
def no_proxy(program: Program) -> None:
    """Whatever proxy the machine has is none of the tests'."""
    program.environment = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "")


@pytest.fixture
def answered(program: Program) -> Callable[..., Diagnosis]:
    """What the doctor says where a server gives this answer."""

    def look(said: Said | Callable[[Asked], Said], *more: str | Path) -> Diagnosis:
        with front_end(said if callable(said) else lambda asked: said) as server:
            address = f"http://{SECRET}@127.0.0.1:{server.port}"
            diagnosis = examine(program, address, *more, cwd=program.home)
        assert SECRET not in str(diagnosis.report) + diagnosis.text
        return diagnosis

    return look


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def azure_site(program: Program, authority: Authority) -> Iterator[Callable[..., Diagnosis]]:
    """The same for a site with a name in Azure, which a proxy brings here."""

    def look(said: Said | Callable[[Asked], Said]) -> Diagnosis:
        answer = said if callable(said) else lambda asked: said
        certificates = authority.certificates("ptvsdemo.azurewebsites.net")
        with front_end(answer, certificates=certificates) as server, closing(Proxy(server.port)) as proxy:
            program.environment |= proxy.environment
            address = f"wss://{SECRET}@ptvsdemo.azurewebsites.net/ptvsd"
            return examine(program, address, "--ca-file", authority.file, cwd=program.home)

    yield look


@pytest.mark.parametrize(
    ("page", "found", "seen", "way_out"),
    [
        (
            {"status": 500, "sub": 19, "code": "0x80070021", "source": LOCKED},
            "iis-section-locked",
            "500.19 with error 0x80070021",
            "unlock config -section:system.webServer/webSocket",
        ),
        (
            {"status": 500, "sub": 19, "code": "0x8007000d", "source": PLATFORM},
            "iis-configuration",
            "<httpPlatform processPath=",
            "install HttpPlatformHandler",
        ),
        (
            {"status": 500, "sub": 19, "code": "0x800700b7"},
            "iis-configuration",
            "0x800700b7",
            "one of the two",
        ),
        ({"status": 500, "sub": 21}, "iis-module-missing", "500.21", "install HttpPlatformHandler"),
        (
            {"status": 500, "sub": 0, "module": "FastCgiModule", "code": "0x80070002"},
            "iis-process-failed",
            "500.0 with error 0x80070002 from FastCgiModule",
            "--site-python",
        ),
        (
            {"status": 404, "sub": 0, "module": "IIS Web Core"},
            "endpoint-missing",
            "404.0",
            "--configuration Debug",
        ),
        ({"status": 404, "sub": 2, "module": "CgiModule"}, "iis-handler-forbidden", "404.2", "isapiCgi"),
        ({"status": 404, "sub": 8}, "iis-handler-forbidden", "404.8", "requestFiltering"),
        ({"status": 405, "sub": 0}, "iis-handler-forbidden", "405.0", "handlers"),
        ({"status": 403, "sub": 14}, "iis-error", "403.14", "errorMode"),
        ({"status": 403, "sub": 7}, "client-certificate-wanted", "403", "clientCertExclusionPaths"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) and "-" in value else "",
)
def test_error_pages_of_iis(answered: Any, page: dict[str, Any], found: str, seen: str, way_out: str) -> None:
    diagnosis = answered(detailed(**page))
    assert diagnosis.errors == [found]
    assert seen in diagnosis[found]["evidence"] and way_out in diagnosis[found]["wayOut"]


@pytest.mark.parametrize("language", ["de", "ja"])
def test_error_pages_of_iis_in_other_languages(answered: Any, language: str) -> None:
    page = detailed(500, 19, code="0x80070021", source=LOCKED, language=language)
    assert answered(page).errors == ["iis-section-locked"]
    page = detailed(500, 0, module="FastCgiModule", code="0x80070002", language=language)
    assert answered(page).errors == ["iis-process-failed"]


def test_a_short_page_of_iis_hides_its_sub_status(answered: Any) -> None:
    diagnosis = answered(short(500))
    assert diagnosis.errors == ["iis-error"]
    assert "hides the sub-status" in diagnosis["iis-error"]["evidence"]


@pytest.mark.parametrize(
    ("said", "found", "code"),
    [
        (kernel(), "iis-pool-stopped", 69),
        (detailed(502, 3, module="httpPlatformHandler", code="0x80070002"), "iis-process-failed", 1),
        (Said(502, "", {"Server": "nginx"}), "site-unavailable", 69),
        (azure(503, "The service is unavailable."), "site-unavailable", 69),
    ],
)
def test_a_site_that_does_not_run(answered: Any, said: Said, found: str, code: int) -> None:
    diagnosis = answered(said)
    assert (diagnosis.errors, diagnosis.status) == ([found], code)


def test_a_site_that_starts_meanwhile_was_asleep(answered: Any) -> None:
    count = 0

    def answer(asked: Asked) -> Said:
        nonlocal count
        count += 1
        if count == 1:
            return Said(503, "starting")
        return Said(200, '{"agentVersion": "5", "debuggerUp": true, "processes": [], "sessions": []}')

    diagnosis = answered(answer)
    assert "answered 503 first" in diagnosis["site-slept"]["evidence"]


def test_a_page_of_the_site_is_no_page_of_iis(answered: Any) -> None:
    # A site of its own may well write 404.0 somewhere.
    diagnosis = answered(Said(404, "<title>Nothing here</title><p>404.0 500.19 0x80070021</p>"))
    assert diagnosis.errors == ["endpoint-missing"]


@pytest.mark.parametrize(
    ("said", "seen", "way_out"),
    [
        (
            Said(
                302,
                "",
                {"Location": "https://login.microsoftonline.com/t/oauth2/authorize?client_id=1&nonce=hush"},
            ),
            "302 sends to the sign-in page 'https://login.microsoftonline.com/t/oauth2/authorize'",
            "exclude the path",
        ),
        (
            Said(302, "", {"Location": "/.auth/login/aad?post_login_redirect_uri=%2F"}),
            "/.auth/login/aad",
            "az webapp auth",
        ),
        (Said(401, "", {"WWW-Authenticate": BEARER, **EASY_AUTH}), "asks for Bearer", "az webapp auth"),
        (Said(401, "", {"WWW-Authenticate": 'Basic realm="staging"'}), "asks for Basic", "exclude the path"),
        (Said(403, "", EASY_AUTH), "App Service Authentication", "az webapp auth"),
    ],
)
def test_sign_in_walls(answered: Any, said: Said, seen: str, way_out: str) -> None:
    diagnosis = answered(said)
    assert (diagnosis.errors, diagnosis.status) == (["sign-in-wall"], 77)
    assert seen in diagnosis["sign-in-wall"]["evidence"] and way_out in diagnosis["sign-in-wall"]["wayOut"]
    assert "hush" not in str(diagnosis.report)


def test_a_redirect_names_the_address_to_use(answered: Any) -> None:
    diagnosis = answered(Said(301, "", {"Location": "https://www.site.example/ptvsd/status"}))
    assert (diagnosis.errors, diagnosis.status) == (["redirected"], 65)
    assert "--site-url https://www.site.example," in diagnosis["redirected"]["wayOut"]


def test_azure_keeps_this_machine_out(azure_site: Any) -> None:
    diagnosis = azure_site(azure(403, "Forbidden", x_ms_forbidden_ip="203.0.113.7"))
    assert (diagnosis.errors, diagnosis.status) == (["access-restricted"], 77)
    assert "-n ptvsdemo --priority 100 --ip-address 203.0.113.7" in diagnosis["access-restricted"]["wayOut"]


def test_the_site_is_stopped_in_azure(azure_site: Any) -> None:
    diagnosis = azure_site(azure(403, "This web app is stopped."))
    assert (diagnosis.errors, diagnosis.status) == (["site-stopped"], 69)
    assert "az webapp start -g GROUP -n ptvsdemo" in diagnosis["site-stopped"]["wayOut"]


def test_azure_knows_no_such_site(azure_site: Any) -> None:
    assert azure_site(azure(404, "Web app not found.")).errors == ["site-not-in-azure"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            Said(400, "<center>No required SSL certificate was sent</center>", {"Server": "nginx/1.22"}),
            "client-certificate-wanted",
        ),
        (Said(403, "<h1>Blocked</h1>", {"Server": "gateway"}), "forbidden"),
        (NOWHERE, "endpoint-missing"),
        (Said(405), "endpoint-missing"),
        (Said(200, "<h1>The site takes every path</h1>"), "endpoint-missing"),
        (Said(500, "<h1>Server Error (500)</h1>", {"Server": "gunicorn"}), "answer-unexpected"),
    ],
)
def test_other_answers(answered: Any, said: Said, found: str) -> None:
    assert answered(said).errors == [found]


def test_the_proxy_of_visual_studio(answered: Any) -> None:
    page = (
        "<html><body><p>Debugging is enabled.</p><code>wss://secret@site.example/ptvsd</code></body></html>"
    )
    diagnosis = answered(lambda asked: Said(200, page) if asked.target == "/ptvsd" else detailed(404, 0))
    assert diagnosis.errors == ["endpoint-original"]


def test_a_front_end_compresses(answered: Any) -> None:
    status = '{"agentVersion": "5", "debuggerUp": true, "processes": [], "sessions": []}'

    def answer(asked: Asked) -> Said:
        if asked.is_upgrade:
            accept = {"Sec-WebSocket-Accept": accepted(asked), "Upgrade": "websocket"}
            return Said(101, "", {**accept, "Sec-WebSocket-Extensions": "permessage-deflate"})
        return Said(200, status)

    diagnosis = answered(answer)
    assert "permessage-deflate" in diagnosis["web-socket-compressed"]["evidence"]


def accepted(asked: Asked) -> str:
    import base64
    import hashlib

    key = asked.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()


def test_the_plan_has_no_more_web_sockets(azure_site: Any) -> None:
    status = '{"agentVersion": "5", "debuggerUp": true, "processes": [], "sessions": []}'
    diagnosis = azure_site(lambda asked: Said(503) if asked.is_upgrade else Said(200, status))
    assert (diagnosis.errors, diagnosis.status) == (["web-socket-limit"], 69)
