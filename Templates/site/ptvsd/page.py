"""The information page: `info.html` filled in. It needs no secret and shows none."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re

from . import __version__
from .settings import PACKAGE, Settings

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def _template() -> str:
    try:
        with open(os.path.join(PACKAGE, "info.html"), encoding="utf-8") as file:
            return file.read()
    except OSError:  # the site is to start all the same
        return "<!DOCTYPE html>\n<title>{{headline}}</title>\n<p>{{sentence}}</p>\n"


# Read before a publish can take it away under an agent that still runs.
_TEMPLATE = _template()


def policy(document: str) -> str:
    """A content security policy under which nothing but the document's own style sheets has effect."""
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii") + "'"
        for style in _STYLE.findall(document)
    ]
    return (
        f"default-src 'none'; style-src {' '.join(hashes) or chr(39) + 'none' + chr(39)}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _state(settings: Settings, up: bool, sessions: int) -> tuple[str, str, str]:
    """A class for the style sheet, a headline and a sentence."""
    if settings.digest is None:
        return (
            "off",
            "No secret",
            "No secret is configured, so nobody can attach. Publish the Debug configuration.",
        )
    if settings.expired:
        return "off", "Debugging has expired", "Publish the Debug configuration again to get a new secret."
    if sessions:
        word = "One debugger connection is" if sessions == 1 else f"{sessions} debugger connections are"
        return "active", "A debugger is attached", f"{word} open. While a breakpoint holds, pages wait."
    if not up:
        return (
            "waiting",
            "Waiting for the site",
            "The debugger is not up yet. Open a page of the site, which starts it, then reload this one.",
        )
    return "on", "Debugging is on", "The debugger is up and can be attached to."


def fill(template: str, values: dict[str, str]) -> str:
    """Replaces each `{{name}}` by the escaped value."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: html.escape(values[found.group(1)]), template)


def information_page(settings: Settings, url: str, up: bool, sessions: int) -> tuple[dict[str, str], bytes]:
    """The page's headers and body."""
    state, headline, sentence = _state(settings, up, sessions)
    if settings.expires is None:
        until = "never expires"
    else:
        until = settings.expires.strftime(f"%A {settings.expires.day} %B %Y, %H:%M UTC")
        until = ("expired " if settings.expired else "until ") + until
    document = fill(
        _TEMPLATE,
        {
            "state": state,
            "headline": headline,
            "sentence": sentence,
            "until": until,
            "url": url,
            "build": settings.build or "unknown",
            "configuration": settings.configuration or "unknown",
            "version": __version__,
        },
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy(document),
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }
    return headers, document.encode("utf-8")
