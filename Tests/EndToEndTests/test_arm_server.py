"""The test servers of ARM, the authority, `az` and the site itself keep what is documented."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from urllib.parse import urlencode

from azure_stand import SUBSCRIPTION, AzureStand
from serving import wait_until
from stand_client import API, Answer, Client, package

SITE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Web/sites/ptvsdemo"


def settings(build: str, secret: str = "s") -> str:
    return json.dumps({"buildID": build, "secretSHA256": hashlib.sha256(secret.encode()).hexdigest()})


def test_sites_are_listed_in_pages(azure: AzureStand) -> None:
    for name in ("one", "two", "three"):
        azure.add(name)
    azure.add("one", slot="staging")
    arm = Client.of_arm(azure)
    first = arm("GET", f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Web/sites{API}").json()
    rest = arm("GET", first["nextLink"].partition(f":{azure.arm.port}")[2]).json()
    assert [each["name"] for each in first["value"] + rest["value"]] == ["one", "two", "three"]
    assert "nextLink" not in rest
    slot = arm("GET", SITE.replace("ptvsdemo", "one/slots/staging") + API).json()
    [scm] = [
        host["name"] for host in slot["properties"]["hostNameSslStates"] if host["hostType"] == "Repository"
    ]
    assert scm == azure.running[3].site.scm_host and slot["properties"]["reserved"] is True


def test_errors_have_a_code(azure: AzureStand) -> None:
    azure.add()
    arm = Client.of_arm(azure)
    assert arm("GET", SITE).json()["error"]["code"] == "MissingApiVersionParameter"
    assert arm("GET", SITE.replace("demo/", "other/") + API).json()["error"]["code"] == "ResourceNotFound"
    assert arm("GET", f"/subscriptions/x/providers/Microsoft.Web/sites{API}").status == 404
    refused = Client(azure, azure.arm.port, "Bearer wrong")("GET", SITE + API)
    assert refused.status == 401 and refused.json()["error"]["code"] == "InvalidAuthenticationToken"
    azure.arm.is_allowed = False
    assert arm("GET", SITE + API).json()["error"]["code"] == "AuthorizationFailed"


def test_configuration_is_patched_and_settings_are_replaced(azure: AzureStand) -> None:
    running = azure.add(settings={"A": "1", "B": "2"})
    arm = Client.of_arm(azure)
    arm("PATCH", f"{SITE}/config/web{API}", {"properties": {"webSocketsEnabled": True}})
    web = arm("GET", f"{SITE}/config/web{API}").json()["properties"]
    assert web["webSocketsEnabled"] is True and web["linuxFxVersion"] == "PYTHON|3.12"
    assert arm("POST", f"{SITE}/config/appsettings/list{API}").json()["properties"] == {"A": "1", "B": "2"}
    arm("PUT", f"{SITE}/config/appsettings{API}", {"properties": {"C": "3"}})
    assert running.site.settings == {"C": "3"}, "what is left out is gone"
    assert [what for what, _ in running.site.changes] == ["web", "appsettings"]
    running.site.basic_allowed = False
    policy = arm("GET", f"{SITE}/basicPublishingCredentialsPolicies/scm{API}").json()
    assert policy["properties"]["allow"] is False


def test_the_status_of_a_deployment_ends_when_the_site_runs(azure: AzureStand) -> None:
    running = azure.add(pace=0.3, start_seconds=1)
    arm, kudu = Client.of_arm(azure), Client.of_kudu(azure, running)
    pushed = kudu("POST", "/api/zipdeploy?isAsync=true&trackDeploymentProgress=true", package({"a.py": "1"}))
    path = f"{SITE}/deploymentStatus/{pushed.headers['SCM-DEPLOYMENT-ID']}{API}"
    seen = []
    wait_until(
        lambda: seen.append(arm("GET", path).json()["properties"]["status"]) or "Successful" in seen[-1], "it"
    )
    assert seen[0] in ("BuildRequestReceived", "BuildInProgress") and "RuntimeStarting" in seen
    assert seen[-1] == "RuntimeSuccessful"
    assert arm("GET", f"{SITE}/deploymentStatus/other{API}").status == 404


def test_the_authority_gives_tokens_for_a_right_secret(azure: AzureStand) -> None:
    running, arm = azure.add(), azure.arm
    form = {
        "grant_type": "client_credentials",
        "client_id": arm.client,
        "client_secret": arm.client_secret,
        "scope": "https://management.azure.com/.default",
    }

    def ask(**changed: str) -> Answer:
        body = urlencode({**form, **changed}).encode()
        return Client(azure, arm.port, "")("POST", f"/{arm.tenant}/oauth2/v2.0/token", body)

    token = ask().json()["access_token"]
    assert Client(azure, running.kudu.port, f"Bearer {token}")("GET", "/api/deployments").status == 200
    assert ask(client_secret="wrong").json()["error"] == "invalid_client"


def test_az_prints_what_is_asked_for(azure: AzureStand) -> None:
    def az(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **azure.environment(os.environ["PATH"])}
        return subprocess.run(
            ["az", *arguments], env=environment, capture_output=True, text=True, check=False
        )

    document = json.loads(az("account", "get-access-token", "--output", "json").stdout)
    assert azure.arm.is_token(document["accessToken"]) and document["expires_on"] > time.time()
    assert az("account", "show", "--query", "id", "--output", "tsv").stdout.strip() == SUBSCRIPTION
    assert az("webapp", "up").returncode == 2
    azure.sign_out()
    refused = az("account", "show")
    assert refused.returncode == 1 and "az login" in refused.stderr
    assert azure.az_log[0] == "account get-access-token --output json" and len(azure.az_log) == 4


def test_the_site_runs_the_build_that_was_there_when_it_started(azure: AzureStand) -> None:
    running = azure.add()
    kudu = Client.of_kudu(azure, running)
    site = Client(azure, running.host.port, "Bearer s")
    kudu("POST", "/api/zipdeploy", package({"ptvsd/settings.json": settings("one")}))
    wait_for_build(site, "one")
    kudu("PUT", "/api/zip/site/wwwroot/", package({"ptvsd/settings.json": settings("two")}))
    assert site("GET", "/ptvsd/status").json()["buildID"] == "one", "nothing has restarted it"
    running.site.faults.keeps_old_build = True
    kudu("POST", "/api/zipdeploy", package({"ptvsd/settings.json": settings("three")}, (2026, 2, 2, 0, 0, 0)))
    assert site("GET", "/ptvsd/status").json()["buildID"] == "one"
    running.site.faults.keeps_old_build = False
    Client.of_arm(azure)("POST", f"{SITE}/restart{API}")
    wait_for_build(site, "three")
    assert Client(azure, running.host.port, "Bearer wrong")("GET", "/ptvsd/status").status == 401
    running.host.sessions = 2
    assert site("DELETE", "/ptvsd/sessions").json() == {"ended": 2}


def wait_for_build(site: Client, build: str) -> None:
    def look() -> bool:
        try:
            answer = site("GET", "/ptvsd/status")
        except OSError:
            return False
        return answer.status == 200 and answer.json()["buildID"] == build

    wait_until(look, f"build {build}")


def test_a_start_command_is_really_run(azure: AzureStand) -> None:
    running = azure.add(runs=True, config={"appCommandLine": "python -m http.server $PORT --bind 127.0.0.1"})
    wait_until(running.host.is_up, "the site's process")
    page = Client(azure, running.host.port, "")("GET", "/hostingstart.html")
    assert page.status == 200 and b"up and running" in page.body


def test_a_start_command_that_ends_is_run_again(azure: AzureStand) -> None:
    server = "exec python -m http.server $PORT --bind 127.0.0.1"
    running = azure.add(runs=True, config={"appCommandLine": f"[ ! -e again ] || {server}; touch again"})
    wait_until(running.host.is_up, "the site's second process")
