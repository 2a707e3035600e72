"""The SCM site of App Service: a server that answers as Kudu does, over a site's real files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import ssl
import subprocess
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Callable

from azure_site import AzureSite
from https_stand import HTTPSServer, Reply, Request
from kudu_deployments import FAILED, PENDING, SUCCESS, Deployments
from kudu_pipeline import Package, Pipeline, UnpackFailed
from kudu_vfs import VirtualFiles, decoded, exception, message
from stand_faults import page

BUSY = "There is a deployment currently in progress. Please try again when it completes."
REMOTE_PACKAGE = (
    "Run-From-Zip is set to a remote URL using WEBSITE_RUN_FROM_PACKAGE or WEBSITE_USE_ZIP app setting. "
    "Deployment is not supported in this configuration."
)
AUTO_SWAP = "There is an auto swap deployment currently ongoing, please try again when it completes."
TYPES = ("zip", "war", "jar", "ear", "lib", "startup", "static", "script")


def flag(request: Request, name: str, default: bool = False) -> bool:
    return request.query.get(name.lower(), str(default)).lower() == "true"


class KuduServer(HTTPSServer):
    """One site's SCM site."""

    def __init__(
        self, site: AzureSite, certificates: ssl.SSLContext, is_token: Callable[[str], bool]
    ) -> None:
        self.site = site
        self.deployments = Deployments(site)
        self.pipeline = Pipeline(site, self.deployments)
        self.files = VirtualFiles(site)
        self.checks_sums = False  # of x-ms-artifact-checksum
        self.local_settings: dict[str, str] = {}
        self._is_token = is_token
        self._scratch = tempfile.TemporaryDirectory(prefix="kudu-scratch-")
        super().__init__(certificates, self.answer)

    def stop(self) -> None:
        super().stop()
        self._scratch.cleanup()

    def answer(self, request: Request) -> Reply:
        if self.site.faults.cold_requests > 0:
            self.site.faults.cold_requests -= 1
            return page(503, "Server Unavailable")
        if not self.is_authorised(request):
            return Reply(401, b"<html>401</html>", {"WWW-Authenticate": 'Basic realm="site"'})
        self.deployments.abandon()
        path = request.path
        only = re.match(r"/api/(logs/docker|isdeploying)", path)
        route = path[5:] if path.startswith("/api/") else path[1:]
        if only:
            return self._only_linux(route)
        first, _, rest = route.partition("/")
        routes: dict[str, Callable[[Request, str], Reply]] = {
            "zipdeploy": self._zip_deploy,
            "publish": self._publish,
            "deployments": self._deployments,
            "vfs": self.files.answer,
            "zip": lambda asked, rest: self.files.zipped(asked, rest, self._file()),
            "command": self._command,
            "settings": self._settings,
        }
        found = routes.get(first)
        if found is None or (first == "publish" and not path.startswith("/api/")):
            return message(404, "No HTTP resource was found that matches the request URI.")
        return found(request, rest)

    def is_authorised(self, request: Request) -> bool:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            return self._is_token(value)
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        right = (user, password) == (self.site.user, self.site.password)
        return scheme == "Basic" and right and self.site.basic_allowed

    def _file(self) -> Path:
        return Path(self._scratch.name) / f"{uuid.uuid4().hex}.zip"

    def base(self, request: Request) -> str:
        return f"https://{request.host}"

    # Pushes

    def _zip_deploy(self, request: Request, rest: str) -> Reply:
        if rest == "validate":
            return self._validate(request)
        if rest or request.method not in ("POST", "PUT"):
            return Reply(404 if rest else 405)
        query = request.query
        package = Package(
            self._file(),
            query.get("deployer") or "ZipDeploy",
            query.get("message") or "Created via a push deployment",
            clean=flag(request, "clean"),
            author=query.get("author", "N/A"),
            author_email=query.get("authoremail", "N/A"),
        )
        return self._push(request, package, flag(request, "isAsync"))

    def _publish(self, request: Request, rest: str) -> Reply:
        kind = request.query.get("type", "").lower()
        path = request.query.get("path", "")
        if not kind:
            return Reply(
                400, "type='' not recognized" if self.site.linux else "Artifact type '' not supported"
            )
        refusals = [
            (kind not in TYPES, f"type='{kind}' not recognized"),
            (
                kind in ("jar", "war", "ear") and not flag(request, "ignorestack"),
                f"Artifact type = '{kind}' cannot be deployed to stack = 'PYTHON'",
            ),
            (kind in ("lib", "script", "static") and not path, f"Path must be defined for type='{kind}'"),
            (kind in ("lib", "script", "static") and path.endswith("/"), "Path cannot end with a '/'"),
            (".." in path.split("/"), "Path cannot contain '..'"),
            (
                flag(request, "clean") and path.rstrip("/") in ("/home", "/home/site"),
                "Clean deployments cannot be performed in the requested path",
            ),
        ]
        for refused, text in refusals:
            if refused:
                return Reply(400, text)
        if kind != "zip":
            return self._place_file(request, kind, path)
        package = Package(
            self._file(),
            "OneDeploy",
            "OneDeploy",
            clean=flag(request, "clean", True),
            target=path,
            one_deploy=True,
            restart=flag(request, "restart", True),
        )
        return self._push(request, package, flag(request, "async"))

    def _place_file(self, request: Request, kind: str, path: str) -> Reply:
        site = self.site.home / "site"
        target = {
            "startup": site / "scripts" / ("startup.sh" if self.site.linux else "startup.cmd"),
            "script": site / "scripts" / path,
            "lib": site / "libs" / path,
            "static": self.site.home / path[6:] if path.startswith("/home/") else site / "wwwroot" / path,
        }[kind]
        data = request.body()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        if flag(request, "restart", True):
            self.site.restarted()
        return Reply(200)

    def _push(self, request: Request, package: Package, is_async: bool) -> Reply:
        site = self.site
        if not site.linux and site.lock.operation:
            return Reply(409, site.lock.conflict("Preparing zip package"))
        refusal = self._receive(request, package)
        if refusal is None and site.package_is_remote:
            refusal = Reply(409, REMOTE_PACKAGE)
        if refusal is None and site.faults.auto_swap:
            refusal = Reply(409, AUTO_SWAP)
        if refusal is None and not site.lock.take(package.deployer):
            refusal = Reply(409, BUSY)
        if refusal is not None:
            package.file.unlink(missing_ok=True)
            return refusal
        headers = {}
        if flag(request, "trackDeploymentProgress"):
            package.tracking = headers["SCM-DEPLOYMENT-ID"] = str(uuid.uuid4())
        temporary = self.pipeline.begin(package)
        if not is_async:
            try:
                self.pipeline.run(package, temporary)
            except UnpackFailed as failure:
                return exception(500, str(failure), "System.IO.InvalidDataException")
            return Reply(200)
        self.pipeline.in_background(package, temporary)
        now = time.strftime("%Y-%m-%d_%H-%M-%SZ", time.gmtime())
        headers["Location"] = (
            f"{self.base(request)}/api/deployments/latest?deployer={package.deployer}&time={now}"
        )
        return Reply(202, headers={**headers, **self._retry_after()})

    def _retry_after(self) -> dict[str, str]:
        after = self.site.retry_after
        return {} if self.site.linux or after is None else {"Retry-After": str(after)}

    def _receive(self, request: Request, package: Package) -> Reply | None:
        """Stores the package; the reply when that fails."""
        if "json" in request.headers.get("Content-Type", ""):
            address = (decoded(request) or {}).get("packageUri") or ""
            if not re.match(r"https?://", address):
                return exception(
                    400, "Request body does not contain a valid packageUri.", "System.ArgumentException"
                )
            with urllib.request.urlopen(address) as source:
                package.file.write_bytes(source.read())
            return None
        digest, room = hashlib.sha256(), self.site.faults.free_bytes
        with package.file.open("wb") as file:
            for block in request.blocks():
                digest.update(block)
                file.write(block)
                if room is not None and file.tell() > room:
                    return exception(500, "There is not enough space on the disk.", "System.IO.IOException")
        wanted = request.headers.get("x-ms-artifact-checksum")
        if self.checks_sums and wanted is not None and wanted.lower() != digest.hexdigest():
            return Reply(400, "The checksum of the artifact does not match.")
        return None

    def _validate(self, request: Request) -> Reply:
        if self.site.linux:
            return Reply(404)
        size, room = int(request.headers.get("Content-Length") or 0), self.site.faults.free_bytes
        request.stream = None  # only its length is looked at
        text = ""
        if self.site.package_is_remote:
            text = "ZipDeploy Validation ERROR: WEBSITE_RUN_FROM_PACKAGE is a URL."
        elif room is not None and size >= room:
            text = "ZipDeploy Validation ERROR: the package is larger than the free disk space."
        elif not self.site.flag("SCM_DO_BUILD_DURING_DEPLOYMENT"):
            recommended = "ZipDeploy Validation WARNING: It is recommended to set app setting WEBSITE_RUN_FROM_PACKAGE = 1."
            return Reply(200, {"result": recommended}, {"Connection": "close"})
        return Reply(400 if text else 200, {"result": text}, {"Connection": "close"})

    # Deployments

    def _deployments(self, request: Request, rest: str) -> Reply:
        id, _, tail = rest.strip("/").partition("/")
        if not id:
            return self._list(request)
        if id == "latest" and not tail:
            return self._latest(request)
        found = self.deployments.latest() if id == "latest" else self.deployments.find(id)
        if request.method == "PUT" and not tail:
            return self._record(request, id)
        if found is None:
            if tail:
                return exception(404, f"No log found for '{id}'.", "System.IO.FileNotFoundException")
            return message(404, f"Deployment '{id}' not found.")
        url = f"{self.base(request)}/api/deployments/{found.id}/log"
        if tail == "log":
            return Reply(200, [entry.json(url) for entry in list(found.log)])
        if tail.startswith("log/"):
            wanted = tail[4:]
            entry = next((each for each in found.log if each.id == wanted), None)
            if entry is None:
                return message(404, f"LogId '{wanted}' was not found in Deployment '{id}'.")
            return Reply(200, [child.json(url) for child in entry.children])
        if request.method == "DELETE":
            if found is self.deployments.active or self.site.lock.operation:
                return message(409, "Cannot delete the active deployment.")
            self.deployments.all.remove(found)
            return Reply(200)
        return Reply(200, self.deployments.json(found, self.base(request)))

    def _list(self, request: Request) -> Reply:
        all = [self.deployments.json(each, self.base(request)) for each in self.deployments.newest_first()]
        tag = f'"{hashlib.sha256(repr(all).encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            return Reply(304, headers={"ETag": tag})
        return Reply(200, all, {"ETag": tag})

    def _latest(self, request: Request) -> Reply:
        if self.site.faults.empty_results > 0:
            self.site.faults.empty_results -= 1
            return Reply(200, {})
        latest = self.deployments.latest()
        if latest is None:
            return message(404, "Deployment 'latest' not found.")
        body = self.deployments.json(latest, self.base(request))
        if latest.complete:
            return Reply(200, body)
        agent = request.headers.get("User-Agent", "")
        if not self.site.linux and re.search("azure-resource-manager|VSTS_", agent):
            body = {**dict.fromkeys(body), "status": PENDING}
        location = f"{self.base(request)}/api/deployments/latest"
        return Reply(202, body, {"Location": location, **self._retry_after()})

    def _record(self, request: Request, id: str) -> Reply:
        body: dict[str, Any] = decoded(request) or {}
        if "status" not in body:
            return message(404, f"Deployment '{id}' not found.")  # no repository: nothing to redeploy
        if self.deployments.find(id):
            return message(409, f"Deployment with id '{id}' exists")
        if body["status"] not in (FAILED, SUCCESS) or (body.get("active") and body["status"] != SUCCESS):
            return message(400, "Only a successful deployment can be active.")
        self.deployments.record(id, body)
        return Reply(200, {})

    # The rest

    def _command(self, request: Request, rest: str) -> Reply:
        body = decoded(request)
        if not body:
            return Reply(400)
        home = str(self.site.home)
        folder = self.site.home / str(body.get("dir") or "").replace("\\", "/")
        line = str(body["command"]).replace("/home/", home + "/")
        if not self.site.linux:
            return Reply(200, {"Output": "", "Error": "'bash' is not recognized.", "ExitCode": -1})
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=folder,
            env={"HOME": home, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Reply(200, {"Output": done.stdout, "Error": done.stderr, "ExitCode": done.returncode})

    def _settings(self, request: Request, rest: str) -> Reply:
        both = {**self.site.settings, **self.local_settings}
        if request.method == "GET":
            if not rest:
                return Reply(200, both)
            if rest in both:
                return Reply(200, both[rest])
            return message(404, f"The setting '{rest}' does not exist.")
        if self.site.lock.operation:
            return Reply(409)
        if request.method == "POST":
            body = decoded(request) or {}
            pair = set(body) == {"key", "value"}
            self.local_settings.update({body["key"]: body["value"]} if pair else body)
        else:
            self.local_settings.pop(rest, None)
        return Reply(204)

    def _only_linux(self, route: str) -> Reply:
        if not self.site.linux:
            return Reply(404)
        if route == "isdeploying":
            return Reply(200, {"value": self.site.lock.operation is not None})
        return Reply(200, [])
