"""A small Azure on this machine: ARM, the authority, `az`, and sites with their SCM sites, under a test CA."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from arm_server import ARMServer
from azure_site import AzureSite
from https_stand import Fault
from kudu_server import KuduServer
from site_host import SiteHost

SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
# Its names lead nowhere; the servers' certificates are good for them all the same.
DOMAIN = "azure.example"
FAKE_AZ = """#!/bin/sh
# Answers what `az` documents for the two calls that are used, and keeps what it was called with.
folder=$(dirname "$0")
printf '%s\\n' "$*" >>"$folder/az.log"
if [ -e "$folder/signed-out" ]; then
    echo "ERROR: Please run 'az login' to setup account." >&2
    exit 1
fi
query= output=json
previous=
for word in "$@"; do
    case "$previous" in
        --query) query=$word ;;
        --output|-o) output=$word ;;
    esac
    previous=$word
done
case "$1 $2" in
    "account get-access-token") file=token ;;
    "account show") file=account ;;
    *) echo "ERROR: '$1 $2' is misspelled or not recognized by the system." >&2; exit 2 ;;
esac
if [ -n "$query" ] && [ "$output" = tsv ]; then
    sed -n "s/^ *\\"$query\\": \\"\\{0,1\\}\\([^\\",]*\\).*/\\1/p" "$folder/$file.json"
else
    cat "$folder/$file.json"
fi
"""


@dataclass
class Running:
    """A site with its servers."""

    site: AzureSite
    kudu: KuduServer
    host: SiteHost

    def fails(self, *faults: Fault) -> None:
        """Switches faults of the SCM site on."""
        self.kudu.faults.extend(faults)

    @property
    def url(self) -> str:
        return f"https://{self.site.host}"


@dataclass
class AzureStand:
    """The whole of it, in a folder of its own."""

    folder: Path
    running: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        self.ca_file = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = ("localhost", "127.0.0.1", "*.localhost", f"*.{DOMAIN}")
        authority.issue_cert(*names).configure_cert(self.certificates)
        self.arm = ARMServer(self.certificates, SUBSCRIPTION)
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        program = self.tools / "az"
        program.write_text(FAKE_AZ)
        program.chmod(0o755)
        account = {
            "id": SUBSCRIPTION,
            "isDefault": True,
            "name": "Demo",
            "state": "Enabled",
            "tenantId": self.arm.tenant,
        }
        (self.tools / "account.json").write_text(json.dumps(account, indent=2))
        self.sign_in()

    def sign_in(self, seconds: float = 3600) -> str:
        """Gives `az` a new token."""
        token, until = self.arm.issue(seconds), time.time() + seconds
        document = {
            "accessToken": token,
            "expiresOn": time.strftime("%Y-%m-%d %H:%M:%S.000000", time.localtime(until)),
            "expires_on": int(until),
            "subscription": SUBSCRIPTION,
            "tenant": self.arm.tenant,
            "tokenType": "Bearer",
        }
        (self.tools / "token.json").write_text(json.dumps(document, indent=2))
        return token

    def sign_out(self) -> None:
        (self.tools / "signed-out").touch()

    @property
    def az_log(self) -> list[str]:
        """The arguments of each call of `az`."""
        log = self.tools / "az.log"
        return log.read_text().splitlines() if log.exists() else []

    def add(
        self, name: str = "ptvsdemo", *, runs: bool = False, start_seconds: float = 0.1, **more: Any
    ) -> Running:
        """A new site or slot; `runs`: its start command is really run."""
        home = self.folder / "homes" / f"{name}-{more.get('slot') or 'production'}"
        site = AzureSite(name, home, retry_after=more.pop("retry_after", 1), **more)
        kudu = KuduServer(site, self.certificates, self.arm.is_token)
        host = SiteHost(site, self.certificates, runs, start_seconds)
        site.host, site.scm_host = f"localhost:{host.port}", f"localhost:{kudu.port}"
        self.arm.sites.append((site, kudu))
        made = Running(site, kudu, host)
        self.running.append(made)
        return made

    def environment(self, path: str) -> dict[str, str]:
        """What the program under test needs to find it."""
        return {
            "AZURE_RESOURCE_MANAGER_URL": f"https://localhost:{self.arm.port}",
            "AZURE_AUTHORITY_HOST": f"https://localhost:{self.arm.port}",
            "SSL_CERT_FILE": str(self.ca_file),
            "PTVSD_PUBLISH_RETRY_DELAY": "20",
            "PATH": f"{self.tools}:{path}",
        }

    @property
    def secrets(self) -> list[str]:
        """What must not be seen anywhere."""
        return [*self.arm.tokens, self.arm.client_secret, *(each.site.password for each in self.running)]

    def stop(self) -> None:
        # At once: each waits for the end of its own loop.
        stops = [self.arm.stop, *(stop for each in self.running for stop in (each.kudu.stop, each.host.stop))]
        threads = [threading.Thread(target=stop) for stop in stops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
