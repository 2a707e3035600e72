"""Azure Resource Manager and its token authority, for the calls that a publish makes."""

from __future__ import annotations

import re
import secrets
import ssl
import time
from typing import Any, Callable
from urllib.parse import parse_qs

from azure_site import AzureSite
from https_stand import HTTPSServer, Reply, Request
from kudu_deployments import FAILED, SUCCESS, Deployment
from kudu_server import KuduServer
from kudu_vfs import decoded

SITES = r"/providers/Microsoft\.Web/sites"
SITE = re.compile(
    rf"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+){SITES}/(?P<name>[^/]+)"
    r"(?:/slots/(?P<slot>[^/]+))?(?P<rest>/.*)?",
    re.IGNORECASE,
)
LIST = re.compile(
    rf"/subscriptions/(?P<subscription>[^/]+)(?:/resourceGroups/(?P<group>[^/]+))?{SITES}/?", re.IGNORECASE
)


def error(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, {"error": {"code": code, "message": text}}, headers or {})


class ARMServer(HTTPSServer):
    """The management endpoint and, at /TENANT/oauth2/v2.0/token, the authority."""

    def __init__(self, certificates: ssl.SSLContext, subscription: str) -> None:
        self.subscription = subscription
        self.tenant = "72f988bf-0000-4000-8000-000000000001"
        self.client, self.client_secret = (
            "11111111-2222-3333-4444-555555555555",
            "sp-" + secrets.token_hex(16),
        )
        self.sites: list[tuple[AzureSite, KuduServer]] = []
        self.tokens: dict[str, float] = {}  # until when each counts
        self.is_allowed = True  # whether the account has a role on the sites
        self.page_size = 2
        super().__init__(certificates, self.answer)

    def issue(self, seconds: float = 3600) -> str:
        """A new token."""
        token = "eyJ0eXAi." + secrets.token_urlsafe(60) + ".sig"
        self.tokens[token] = time.time() + seconds
        return token

    def is_token(self, token: str) -> bool:
        return self.tokens.get(token, 0) > time.time()

    def answer(self, request: Request) -> Reply:
        authority = re.fullmatch(r"/([^/]+)/oauth2/v2\.0/token", request.path)
        if authority and request.method == "POST":
            return self._token(request, authority[1])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not self.is_token(token):
            wanted = {"WWW-Authenticate": 'Bearer authorization_uri="https://login.microsoftonline.com/"'}
            text = "The access token is invalid or has expired."
            code = "ExpiredAuthenticationToken" if token in self.tokens else "InvalidAuthenticationToken"
            return error(401, code, text, wanted)
        if "api-version" not in request.query:
            text = "The api-version query parameter (?api-version=) is required for all requests."
            return error(400, "MissingApiVersionParameter", text)
        if request.path.rstrip("/") == "/subscriptions":
            return Reply(200, {"value": [{"subscriptionId": self.subscription, "state": "Enabled"}]})
        listed, single = LIST.fullmatch(request.path), SITE.fullmatch(request.path)
        match = listed or single
        if match is None:
            return error(404, "InvalidResourceType", f"'{request.path}' is nothing that is known here.")
        if match["subscription"] != self.subscription:
            text = f"The subscription '{match['subscription']}' could not be found."
            return error(404, "SubscriptionNotFound", text)
        if listed:
            return self._list(request, listed["group"])
        if not self.is_allowed:
            text = (
                f"The client 'dev@example.org' does not have authorization to perform action over scope "
                f"'{request.path}'."
            )
            return error(403, "AuthorizationFailed", text)
        assert single
        return self._site(request, single)

    def _token(self, request: Request, tenant: str) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.body().decode()).items()}
        if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith("/.default"):
            return Reply(400, {"error": "invalid_request", "error_description": "AADSTS900144"})
        right = tenant == self.tenant and form.get("client_id") == self.client
        if not right or form.get("client_secret") != self.client_secret:
            text = "AADSTS7000215: Invalid client secret provided."
            return Reply(401, {"error": "invalid_client", "error_description": text})
        return Reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": self.issue()})

    def _list(self, request: Request, group: str | None) -> Reply:
        if not self.is_allowed:
            return Reply(200, {"value": []})
        found = [site for site, _ in self.sites if site.slot is None and group in (None, site.group)]
        start = int(request.query.get("$skiptoken", "0"))
        shown = found[start : start + self.page_size]
        body: dict[str, Any] = {"value": [self._json(site) for site in shown]}
        if start + self.page_size < len(found):
            query = f"api-version={request.query['api-version']}&$skiptoken={start + self.page_size}"
            body["nextLink"] = f"https://{request.host}{request.path}?{query}"
        return Reply(200, body)

    def identifier(self, site: AzureSite) -> str:
        slot = f"/slots/{site.slot}" if site.slot else ""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{site.group}"
            f"/providers/Microsoft.Web/sites/{site.name}{slot}"
        )

    def _json(self, site: AzureSite) -> dict[str, Any]:
        hosts = [(site.host, "Standard"), (site.scm_host, "Repository")]
        return {
            "id": self.identifier(site),
            "name": f"{site.name}/{site.slot}" if site.slot else site.name,
            "type": "Microsoft.Web/sites" + ("/slots" if site.slot else ""),
            "kind": "app,linux" if site.linux else "app",
            "location": "West Europe",
            "properties": {
                "state": "Running",
                "enabled": True,
                "reserved": site.linux,
                "hostNames": [site.host],
                "defaultHostName": site.host,
                "enabledHostNames": [site.host, site.scm_host],
                "hostNameSslStates": [
                    {"name": name, "sslState": "Disabled", "hostType": kind, "thumbprint": None}
                    for name, kind in hosts
                ],
                "clientAffinityEnabled": True,
                "httpsOnly": True,
                "resourceGroup": site.group,
                "siteConfig": {
                    "linuxFxVersion": site.config["linuxFxVersion"],
                    "webSocketsEnabled": None,
                    "appCommandLine": None,
                },
            },
        }

    def _site(self, request: Request, match: re.Match[str]) -> Reply:
        slot = (match["slot"] or "").lower()
        for site, kudu in self.sites:
            named = (site.name.lower(), site.group.lower(), (site.slot or "").lower())
            if named == (match["name"].lower(), match["group"].lower(), slot):
                return self._of(request, site, kudu, match["rest"] or "")
        text = f"The Resource 'Microsoft.Web/sites/{match['name']}' under resource group '{match['group']}' was not found."
        return error(404, "ResourceNotFound", text)

    def _of(self, request: Request, site: AzureSite, kudu: KuduServer, rest: str) -> Reply:
        call = f"{request.method} {rest}"
        if call == "GET ":
            return Reply(200, self._json(site))
        tracked = re.fullmatch(r"GET /deploymentStatus/([^/]+)", call)
        if tracked:
            return self._deployment_status(site, kudu, tracked[1])
        answers: dict[str, Callable[[], Reply]] = {
            "GET /config/web": lambda: self._resource(site, "web", site.config),
            "PATCH /config/web": lambda: self._configure(request, site),
            "POST /config/appsettings/list": lambda: self._resource(site, "appsettings", site.settings),
            "PUT /config/appsettings": lambda: self._replace_settings(request, site),
            "POST /config/publishingcredentials/list": lambda: self._credentials(site),
            "GET /basicPublishingCredentialsPolicies/scm": lambda: self._policy(site),
            "GET /basicPublishingCredentialsPolicies/ftp": lambda: self._policy(site),
            "GET /instances": lambda: Reply(200, {"value": [{"name": site.instance}]}),
            "POST /restart": lambda: self._restart(site),
        }
        answer = answers.get(call)
        if answer is None:
            return error(404, "NotFound", f"'{call}' is nothing that is known here.")
        return answer()

    def _resource(self, site: AzureSite, name: str, properties: dict[str, Any]) -> Reply:
        identifier = f"{self.identifier(site)}/config/{name}"
        return Reply(200, {"id": identifier, "name": name, "properties": dict(properties)})

    def _configure(self, request: Request, site: AzureSite) -> Reply:
        """PATCH changes what is named and keeps the rest."""
        wanted = (decoded(request) or {}).get("properties")
        if not isinstance(wanted, dict):
            return error(400, "BadRequest", "The request body has no properties.")
        site.config.update(wanted)
        site.changed("web", wanted)
        return self._resource(site, "web", site.config)

    def _replace_settings(self, request: Request, site: AzureSite) -> Reply:
        """PUT replaces all settings: what a client leaves out is gone."""
        wanted = (decoded(request) or {}).get("properties")
        if not isinstance(wanted, dict):
            return error(400, "BadRequest", "The request body has no properties.")
        site.settings = {name: str(value) for name, value in wanted.items()}
        site.changed("appsettings", dict(site.settings))
        return self._resource(site, "appsettings", site.settings)

    def _credentials(self, site: AzureSite) -> Reply:
        properties = {
            "publishingUserName": site.user,
            "publishingPassword": site.password,
            "scmUri": f"https://{site.user}:{site.password}@{site.scm_host}",
        }
        return Reply(200, {"name": site.name, "properties": properties})

    @staticmethod
    def _policy(site: AzureSite) -> Reply:
        return Reply(200, {"name": "scm", "properties": {"allow": site.basic_allowed}})

    @staticmethod
    def _restart(site: AzureSite) -> Reply:
        site.changes.append(("restart", None))
        site.restarted()
        return Reply(200)

    def _deployment_status(self, site: AzureSite, kudu: KuduServer, tracking: str) -> Reply:
        found = kudu.deployments.tracked(tracking)
        if site.faults.lost_status > 0 or found is None or not site.linux:
            site.faults.lost_status -= 1
            return error(404, "NotFound", f"Deployment with id '{tracking}' was not found.")
        status, properties = self._progress(site, found), {}
        done = status in ("RuntimeSuccessful", "RuntimeFailed")
        if status.endswith("Failed"):
            properties["errors"] = [{"extendedCode": "1001", "message": "The site did not start."}]
        return Reply(
            200,
            {
                "properties": {
                    "deploymentId": tracking,
                    "status": status,
                    "numberOfInstancesInProgress": 0 if done else 1,
                    "numberOfInstancesSuccessful": int(status == "RuntimeSuccessful"),
                    "numberOfInstancesFailed": int(status == "RuntimeFailed"),
                    "failedInstancesLogs": None,
                    **properties,
                }
            },
        )

    @staticmethod
    def _progress(site: AzureSite, found: Deployment) -> str:
        if found.status == FAILED:
            return "BuildFailed"
        if found.status != SUCCESS:
            return "BuildRequestReceived" if found.is_temp else "BuildInProgress"
        if site.faults.crashes:
            return "RuntimeFailed"
        return "RuntimeSuccessful" if site.is_up() else "RuntimeStarting"
