"""The secret that a developer has, and the one that a site on Azure takes."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from azure_publishing import AzurePublishing, small_project
from azure_stand import AzureStand
from program import Program, Result
from small_wheel import small_wheel

SECRET = r"[A-Za-z0-9_-]{43}"


def publish(publishing: AzurePublishing, status: int = 0) -> Result:
    return publishing.debug("--debugpy", str(small_wheel(publishing.project.parent)), status=status)


def behind_http_platform(program: Program, azure: AzureStand, folder: Path) -> AzurePublishing:
    """A site behind httpPlatform: what its web.config says counts."""
    running = azure.add(linux=False, settings={}, pace=0.01)
    return AzurePublishing(program, azure, running, small_project(folder / "project", iis=True))


def published_under_fastcgi(program: Program, azure: AzureStand, project: Path) -> AzurePublishing:
    """A site under FastCGI, published: what the agent's settings say counts."""
    made = AzurePublishing(program, azure, azure.add("fastcgi", linux=False, pace=0.01), project)
    publish(made)
    return made


def known(publishing: AzurePublishing) -> str:
    """The secret that the developer has."""
    [secret] = set(re.findall(SECRET, (publishing.project / "web.debug.config").read_text()))
    return secret


def agents(publishing: AzurePublishing) -> str:
    """The digest in the agent's settings."""
    found: str = json.loads(publishing.tree()["ptvsd/settings.json"])["secretSHA256"]
    return found


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def in_web_config(publishing: AzurePublishing, secret: str) -> bool:
    return any(name.lower() == "web.config" and secret.encode() in data for name, data in publishing.tree().items())
