"""The secret that a developer has, and the one that a site on Azure takes."""

from __future__ import annotations

import hashlib
import json
import re

from azure_publishing import AzurePublishing
from program import Result
from small_wheel import small_wheel

SECRET = r"[A-Za-z0-9_-]{43}"


def publish(publishing: AzurePublishing, status: int = 0) -> Result:
    return publishing.debug("--debugpy", str(small_wheel(publishing.project.parent)), status=status)


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
