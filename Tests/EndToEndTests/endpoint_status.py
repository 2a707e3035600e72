"""Asks a site's debug endpoint whether it knows a secret."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from typing import Any

from azure_publishing import AzurePublishing


def status_of(publishing: AzurePublishing, secret: str) -> tuple[int, Any]:
    """What the site's endpoint answers to who knows a secret: the HTTP status, and its own."""
    context = ssl.create_default_context(cafile=str(publishing.stand.ca_file))
    request = urllib.request.Request(
        publishing.running.url + "/ptvsd/status", headers={"Authorization": f"Bearer {secret}"}
    )
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, None
