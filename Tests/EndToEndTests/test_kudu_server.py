"""The test server of Kudu keeps the contract: what a publish is tested against must not lie quietly."""

from __future__ import annotations

import http.client
import ssl
from typing import Any, Iterator

import pytest
import stand_faults as faults
from azure_stand import AzureStand, Running
from serving import wait_until
from stand_client import Client, package

LATEST = "/api/deployments/latest"
ZIP = "/api/zipdeploy"
LATER = (2026, 1, 1, 0, 0, 2)


@pytest.fixture(params=["linux", "windows"])
def running(request: Any, azure: AzureStand) -> Running:
    return azure.add(linux=request.param == "linux")


@pytest.fixture
def kudu(azure: AzureStand, running: Running) -> Client:
    return Client.of_kudu(azure, running)


@pytest.fixture
def windows(azure: AzureStand) -> Iterator[tuple[Running, Client]]:
    made = azure.add(linux=False)
    yield made, Client.of_kudu(azure, made)


def test_who_is_not_known_is_told_nothing(azure: AzureStand, running: Running, kudu: Client) -> None:
    assert kudu("GET", "/api/deployments").status == 200
    token = Client(azure, running.kudu.port, f"Bearer {azure.sign_in()}")
    assert token("GET", "/api/deployments").status == 200
    for wrong in ("Basic eDp5", "Basic !", "Bearer nothing", ""):
        answer = Client(azure, running.kudu.port, wrong)("GET", "/api/deployments")
        assert answer.status == 401 and answer.headers["WWW-Authenticate"] == 'Basic realm="site"'
    running.site.basic_allowed = False
    assert kudu("GET", "/api/deployments").status == 401
    assert token("GET", "/api/deployments").status == 200
    azure.arm.tokens.clear()
    assert token("GET", "/api/deployments").status == 401


def test_routes_answer_with_and_without_api(kudu: Client) -> None:
    assert kudu("GET", "/deployments").status == kudu("GET", "/api/deployments").status == 200
    assert kudu("GET", "/api/vfs/site/").status == kudu("GET", "/vfs/site/").status == 200
    assert kudu("GET", "/api/nothing").status == kudu("POST", "/publish?type=zip", b"").status == 404


def test_a_push_is_accepted_then_followed(running: Running, kudu: Client) -> None:
    running.site.pace = 1
    assert kudu("GET", LATEST).status == 404
    push = f"{ZIP}?isAsync=true&trackDeploymentProgress=true&message=tag&author=me&deployer=ptvsd-publish"
    accepted = kudu("POST", push, package({"a.py": "1"}))
    assert (accepted.status, accepted.body) == (202, b"")
    location = accepted.headers["Location"]
    assert f"localhost:{running.kudu.port}/api/deployments/latest?deployer=ptvsd-publish&time=" in location
    assert accepted.headers["Retry-After"] == (None if running.site.linux else "1")
    first = kudu("GET", LATEST)
    assert first.status == 202 and first.headers["Location"].endswith(LATEST)
    temporary = first.json()
    assert temporary["id"].startswith("temp-") and len(temporary["id"]) == 13 and temporary["is_temp"]
    assert (temporary["status"], temporary["status_text"]) == (0, "Receiving changes.")
    states = set()
    while True:
        seen = kudu("GET", LATEST).json()
        states.add(seen["status"])
        if seen["complete"]:
            break
    assert states <= {0, 1, 2, 4} and {1, 4} <= states
    assert seen["id"] == accepted.headers["SCM-DEPLOYMENT-ID"].replace("-", "")
    assert (seen["active"], seen["is_temp"], seen["message"]) == (True, False, "tag")
    assert seen["end_time"] == seen["last_success_end_time"] and seen["progress"] == seen["status_text"] == ""
    assert kudu("GET", f"/api/deployments/{temporary['id']}").status == 404
    log = kudu("GET", seen["log_url"].partition(str(running.kudu.port))[2]).json()
    assert "Deployment successful" in " ".join(entry["message"] for entry in log)
    [detailed] = [entry for entry in log if entry["details_url"]]
    details = kudu("GET", detailed["details_url"].partition(str(running.kudu.port))[2]).json()
    assert [entry["message"] for entry in details] == ["Handling Basic Web Site deployment.", "KuduSync"]
    assert kudu("GET", "/api/deployments/nothing/log").status == 404
    assert running.site.tree() == {"a.py": b"1"}


def test_the_list_has_an_etag(kudu: Client) -> None:
    kudu("POST", ZIP, package({"a.py": "1"}))
    listed = kudu("GET", "/api/deployments")
    assert [each["status"] for each in listed.json()] == [4]
    again = kudu("GET", "/api/deployments", If_None_Match=listed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_what_changed_is_told_by_time_alone(running: Running, kudu: Client) -> None:
    kudu("POST", ZIP, package({"a.py": "1", "b.py": "1"}))
    kudu("POST", ZIP, package({"a.py": "2", "b.py": "1"}))
    assert running.site.tree()["a.py"] == b"1", "one constant time hides a change"
    kudu("POST", ZIP, package({"a.py": "2", "b.py": "1"}, LATER))
    assert running.site.tree()["a.py"] == b"2"
    running.site.settings["SCM_ZIPDEPLOY_DONOT_PRESERVE_FILETIME"] = "1"
    kudu("POST", ZIP, package({"a.py": "3", "b.py": "1"}, LATER))
    assert running.site.tree()["a.py"] == b"3"


def test_only_what_the_last_package_listed_is_deleted(running: Running, kudu: Client) -> None:
    site = running.site
    assert "hostingstart.html" in site.tree()
    kudu("POST", ZIP, package({"a.py": "1", "old/b.py": "1"}))
    assert set(site.tree()) == {"a.py", "old/b.py"}
    (site.wwwroot / "upload.txt").write_text("a user's")
    kudu("POST", ZIP, package({"a.py": "1"}))
    assert set(site.tree()) == {"a.py", "upload.txt"} and not (site.wwwroot / "old").exists()
    kudu("POST", f"{ZIP}?clean=true", package({"a.py": "1"}))
    assert set(site.tree()) == {"a.py"}


def test_publish_is_clean_unless_told_otherwise(running: Running, kudu: Client) -> None:
    site = running.site
    kudu("POST", ZIP, package({"a.py": "1", "b.py": "1"}))
    kudu("POST", "/api/publish?type=zip&clean=false", package({"a.py": "2"}))
    assert site.tree() == {"a.py": b"2", "b.py": b"1"}, "always overwrites, never deletes"
    kudu("POST", ZIP, package({"c.py": "1"}, LATER))
    assert set(site.tree()) == {"c.py"}, "the manifest of zipdeploy is untouched"
    kudu("POST", "/api/publish?type=zip", package({"d.py": "1"}))
    assert set(site.tree()) == {"d.py"}


def test_publish_of_one_file_and_its_refusals(running: Running, kudu: Client) -> None:
    assert kudu("POST", "/api/publish?type=static&path=x/y.txt&restart=false", b"hello").status == 200
    assert running.site.tree()["x/y.txt"] == b"hello" and running.host.restarts == 0
    assert kudu("POST", "/api/publish?type=startup", b"echo").status == 200
    for query in (
        "",
        "type=exe",
        "type=static",
        "type=lib&path=a/",
        "type=static&path=a/../b",
        "type=jar",
        "type=zip&clean=true&path=/home",
    ):
        assert kudu("POST", f"/api/publish?{query}", b"x").status == 400, query


def test_a_sync_push_is_200_although_the_build_failed(running: Running, kudu: Client) -> None:
    kudu("POST", ZIP, package({"a.py": "1"}))
    running.site.faults.build_fails = True
    assert kudu("POST", ZIP, package({"b.py": "1"})).status == 200
    latest = kudu("GET", LATEST)
    assert latest.status == 200 and latest.json()["status"] == 3 and not latest.json()["active"]
    assert running.site.tree() == {"a.py": b"1"}


def test_a_broken_package(running: Running, kudu: Client) -> None:
    assert kudu("POST", ZIP, b"no zip").status == 500
    assert kudu("POST", f"{ZIP}?isAsync=true", b"no zip").status == 202
    failed = kudu.until_complete()
    assert failed["status"] == 3 and failed["is_temp"]
    assert "hostingstart.html" in running.site.tree()


def test_the_five_conflicts(running: Running, kudu: Client) -> None:
    site, data = running.site, package({"a.py": "1"})
    texts = []
    site.lock.take("Fetch")
    texts.append(kudu("POST", ZIP, data))
    site.lock.release()
    site.faults.auto_swap = True
    texts.append(kudu("POST", ZIP, data))
    site.faults.auto_swap = False
    site.settings["WEBSITE_RUN_FROM_PACKAGE"] = "https://blobs.example/x.zip"
    texts.append(kudu("POST", ZIP, data))
    site.settings["WEBSITE_RUN_FROM_PACKAGE"] = "1"
    texts.append(kudu("PUT", "/api/vfs/site/wwwroot/x", b"1"))
    assert [each.status for each in texts] == [409] * 4
    words = [
        "There is a deployment currently in progress"
        if site.linux
        else "'Preparing zip package' operation conflicts",
        "auto swap",
        "Run-From-Zip is set to a remote URL",
        "Could not write to local resource",
    ]
    for answer, word in zip(texts, words):
        assert word in answer.body.decode()
    assert kudu("POST", ZIP, data).status == 200
    assert (site.home / "data/SitePackages/packagename.txt").read_text().endswith(".zip")
    assert set(site.tree()) == {"hostingstart.html"}, "nothing is unpacked"


def test_the_virtual_file_system_wants_tags(running: Running, kudu: Client) -> None:
    path = "/api/vfs/site/wwwroot/d/a%20b.txt"
    created = kudu("PUT", path, b"1")
    assert created.status == 201 and len(created.headers["ETag"]) == 18
    assert kudu("PUT", path, b"2").status == kudu("DELETE", path).status == 412
    changed = kudu("PUT", path, b"2", If_Match=created.headers["ETag"])
    assert changed.status == 204 and changed.headers["ETag"] != created.headers["ETag"]
    stale = kudu("PUT", path, b"3", If_Match=created.headers["ETag"])
    assert stale.status == 412 and stale.headers["ETag"] == changed.headers["ETag"]
    got = kudu("GET", path)
    assert (got.body, got.headers["ETag"]) == (b"2", changed.headers["ETag"])
    assert kudu("GET", path, If_None_Match=got.headers["ETag"]).status == 304
    assert kudu("GET", path, Range="bytes=0-0").status == 206
    assert kudu("GET", path, Range="bytes=9-").headers["Content-Range"] == "bytes */1"
    moved = kudu("GET", "/api/vfs/site/wwwroot")
    assert moved.status == 307 and moved.headers["Location"].endswith("/api/vfs/site/wwwroot/")
    [folder, _] = kudu("GET", "/api/vfs/site/wwwroot/").json()
    assert (folder["name"], folder["mime"], folder["size"]) == ("d", "inode/directory", 0)
    [entry] = kudu("GET", "/api/vfs/site/wwwroot/d/").json()
    home = "/home/site/wwwroot/d/a b.txt" if running.site.linux else "C:\\home\\site\\wwwroot\\d\\a b.txt"
    assert (entry["name"], entry["size"], entry["path"]) == ("a b.txt", 1, home) and entry["href"].endswith(
        "/d/a%20b.txt"
    )
    assert kudu("DELETE", "/api/vfs/site/wwwroot/d/").status == 409
    assert kudu("DELETE", path, If_Match="*").status == 200
    assert kudu("GET", path).status == kudu("DELETE", path, If_Match="*").status == 404
    assert kudu("PUT", "/api/vfs/data/new/").status == 201
    assert kudu("PUT", "/api/vfs/data/new/").status == 409
    assert kudu("GET", "/api/vfs/../../etc/passwd").status == 404


def test_a_zip_is_merged_over_what_is_there(running: Running, kudu: Client) -> None:
    kudu("POST", ZIP, package({"a.py": "1", "b.py": "1"}))
    restarts = running.host.restarts
    assert kudu("PUT", "/api/zip/site/wwwroot/", package({"a.py": "2", "c/d.py": "3"})).status == 200
    assert running.site.tree() == {"a.py": b"2", "b.py": b"1", "c/d.py": b"3"}
    assert running.host.restarts == restarts
    assert kudu("GET", "/api/zip/site/wwwroot/").body[:2] == b"PK"
    assert kudu("PUT", "/api/zip/site/wwwroot/", b"no zip").status == (500 if running.site.linux else 400)
    assert kudu("PUT", "/api/zip/site/wwwroot/a.py", package({})).status == 404


def test_a_file_in_use_stays_on_windows(windows: tuple[Running, Client]) -> None:
    running, kudu = windows
    kudu("POST", ZIP, package({"a.py": "1"}))
    running.site.faults.locked.add("a.py")
    assert kudu("PUT", "/api/vfs/site/wwwroot/a.py", b"2", If_Match="*").status == 409
    assert kudu("DELETE", "/api/vfs/site/wwwroot/a.py", If_Match="*").status == 404
    assert kudu("PUT", "/api/zip/site/wwwroot/", package({"a.py": "2"})).status == 400
    kudu("POST", ZIP, package({"a.py": "2"}, LATER))
    assert kudu("GET", LATEST).json()["status"] == 3
    assert running.site.tree() == {"a.py": b"1"}


def test_a_full_disk(windows: tuple[Running, Client]) -> None:
    running, kudu = windows
    data = package({"a.py": "1" * 1000})
    running.site.faults.free_bytes = 100
    refused = kudu("POST", f"{ZIP}/validate", data)
    assert refused.status == 400 and "larger than the free disk space" in refused.json()["result"]
    assert kudu("POST", ZIP, data).status == 500
    running.site.faults.free_bytes = None
    assert "WARNING" in kudu("POST", f"{ZIP}/validate", data).json()["result"], "it recommends to run from a package"
    running.site.settings["SCM_DO_BUILD_DURING_DEPLOYMENT"] = "true"
    assert kudu("POST", f"{ZIP}/validate", data).json() == {"result": ""}


def test_oryx_leaves_an_archive(azure: AzureStand) -> None:
    running = azure.add(settings={"SCM_DO_BUILD_DURING_DEPLOYMENT": "true"})
    kudu = Client.of_kudu(azure, running)
    kudu("POST", ZIP, package({"a.py": "1", "requirements.txt": "flask\n"}))
    assert set(running.site.tree()) == {"output.tar.gz", "oryx-manifest.toml"}
    [latest] = kudu("GET", "/api/deployments").json()
    log = kudu("GET", f"/api/deployments/{latest['id']}/log").json()
    [build] = [entry["id"] for entry in log if entry["details_url"]]
    lines = [entry["message"] for entry in kudu("GET", f"/api/deployments/{latest['id']}/log/{build}").json()]
    assert "Running pip install...\\nCollecting flask" in lines
    running.site.faults.build_fails = True
    kudu("POST", ZIP, package({"a.py": "2"}))
    assert kudu("GET", LATEST).json()["status"] == 3
    assert "output.tar.gz" in running.site.tree()


def test_faults_of_the_way(running: Running, kudu: Client) -> None:
    big = package({"a.py": "x" * 300_000})
    running.fails(faults.cut_body(0.5))
    with pytest.raises((OSError, ssl.SSLError, http.client.HTTPException)):
        kudu("POST", ZIP, big)
    assert "hostingstart.html" in running.site.tree() and running.site.lock.operation is None
    running.fails(
        faults.unavailable(502, "/deployments"),
        faults.throttled("/deployments", "7"),
        faults.cut("GET", "/deployments"),
    )
    assert kudu("GET", "/api/deployments").status == 502
    assert kudu("GET", "/api/deployments").headers["Retry-After"] == "7"
    with pytest.raises((OSError, ssl.SSLError, http.client.HTTPException)):
        kudu("GET", "/api/deployments")
    assert kudu("GET", "/api/deployments").status == 200
    assert kudu("POST", ZIP, big).status == 200


def test_faults_of_deployments(running: Running, kudu: Client) -> None:
    site, data = running.site, package({"a.py": "1"})
    site.faults.restarts_in_the_middle = 1
    kudu("POST", f"{ZIP}?isAsync=true", data)
    assert kudu.until_complete()["status"] == 3
    site.faults.foreign = True
    pushed = kudu("POST", f"{ZIP}?isAsync=true&trackDeploymentProgress=true", data)
    tracked = pushed.headers["SCM-DEPLOYMENT-ID"].replace("-", "")
    wait_until(lambda: kudu("GET", LATEST).json()["deployer"] == "VSTS_build_17", "the foreign deployment")
    assert kudu("GET", f"/api/deployments/{tracked}").json()["status"] == 4
    site.faults.status = 6
    kudu("POST", ZIP, data)
    assert kudu("GET", LATEST).json()["status"] == 6
    site.faults.empty_results = 1
    assert kudu("GET", LATEST).json() == {}


def test_a_record_of_another_way(kudu: Client) -> None:
    record = {"status": 4, "message": "by FTP", "deployer": "ptvsd-publish", "author": "me", "active": True}
    assert kudu("PUT", "/api/deployments/abc", record).status == 200
    assert kudu("PUT", "/api/deployments/abc", record).status == 409
    assert kudu("GET", LATEST).json()["message"] == "by FTP"
    assert kudu("PUT", "/api/deployments/x", {"clean": True}).status == 404
    assert kudu("DELETE", "/api/deployments/abc").status == 409


def test_windows_takes_names_in_whatever_spelling(windows: tuple[Running, Client]) -> None:
    running, kudu = windows
    kudu("POST", ZIP, package({"Static/A.css": "1"}))
    assert kudu("GET", "/api/vfs/site/wwwroot/static/a.css").body == b"1"
    kudu("POST", ZIP, package({"static/a.css": "2"}, LATER))
    assert running.site.tree() == {"Static/A.css": b"2"}, "the first spelling stays"
    kudu("POST", "/api/publish?type=zip&clean=false", package({"STATIC/A.CSS": "3", "static/b.css": "3"}))
    assert running.site.tree() == {"Static/A.css": b"3", "Static/b.css": b"3"}
    assert kudu("DELETE", "/api/vfs/site/wwwroot/STATIC/a.css", If_Match="*").status == 200
    assert running.site.tree() == {"Static/b.css": b"3"}


def test_linux_tells_spellings_apart(azure: AzureStand) -> None:
    running = azure.add()
    kudu = Client.of_kudu(azure, running)
    kudu("POST", ZIP, package({"A.css": "1"}))
    assert kudu("GET", "/api/vfs/site/wwwroot/a.css").status == 404
    kudu("POST", ZIP, package({"a.css": "2"}))
    assert running.site.tree() == {"a.css": b"2"}


def test_a_file_is_not_copied_over_a_folder_nor_below_a_file(running: Running, kudu: Client) -> None:
    push = "/api/publish?type=zip&clean="
    kudu("POST", push + "true", package({"data/x": "1"}))
    kudu("POST", push + "false", package({"data": "2"}))
    assert kudu("GET", LATEST).json()["status"] == 3 and running.site.tree() == {"data/x": b"1"}
    kudu("POST", push + "true", package({"data": "2"}))
    assert running.site.tree() == {"data": b"2"}, "what goes goes first"
    kudu("POST", push + "false", package({"data/x": "3"}))
    assert kudu("GET", LATEST).json()["status"] == 3 and running.site.tree() == {"data": b"2"}
