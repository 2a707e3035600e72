"""The pages that IIS, Azure's front end and sign-in modules give, after their documented structure.

IIS: "HTTP status code overview for IIS" and "How to use HTTP detailed errors in IIS" of Microsoft's documentation. A detailed
page has the status with its sub-status in the title and a heading, module and error code in a table, and for errors of the
configuration three of its lines. The words are those of the server's language; the numbers are not.
"""

from __future__ import annotations

from html import escape

from front_end import Said

IIS = {"Server": "Microsoft-IIS/10.0", "Content-Type": "text/html; charset=utf-8", "X-Powered-By": "ASP.NET"}

WORDS = {
    "en": ("IIS 10.0 Detailed Error", "HTTP Error", "Module", "Notification", "Error Code", "Config Source:"),
    "de": (
        "IIS 10.0-Detailfehler",
        "HTTP-Fehler",
        "Modul",
        "Benachrichtigung",
        "Fehlercode",
        "Konfigurationsquelle:",
    ),
    "ja": ("IIS 10.0 詳細エラー", "HTTP エラー", "モジュール", "通知", "エラー コード", "構成ソース:"),
}


def detailed(
    status: int,
    sub: int,
    *,
    module: str = "IIS Web Core",
    code: str = "0x00000000",
    source: list[str] | None = None,
    language: str = "en",
) -> Said:
    """The page that IIS gives on the server itself, or to everybody with errorMode="Detailed"."""
    title, error, module_word, notification, code_word, source_word = WORDS[language]
    lines = "".join(f"{number:5d}:   {escape(line)}\n" for number, line in enumerate(source or [], 24))
    config = (
        f'<div class="config_source"><h4>{source_word}</h4><pre><code>{lines}</code></pre></div>'
        if source
        else ""
    )
    return Said(
        status,
        f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title} - {status}.{sub} - …</title>
<style type="text/css"><!-- .config_source code{{font-size:.8em;}} --></style></head><body>
<div id="content"><div class="content-container"><h3>{error} {status}.{sub} - …</h3><h4>…</h4></div>
<div class="content-container"><fieldset><h4>…</h4><table>
<tr class="alt"><th>{module_word}</th><td>&nbsp;&nbsp;&nbsp;{module}</td></tr>
<tr><th>{notification}</th><td>&nbsp;&nbsp;&nbsp;ExecuteRequestHandler</td></tr>
<tr class="alt"><th>{code_word}</th><td>&nbsp;&nbsp;&nbsp;{code}</td></tr></table>{config}</fieldset></div></div>
</body></html>""",
        dict(IIS),
    )


def short(status: int) -> Said:
    """The page that IIS gives to other machines."""
    return Said(
        status,
        f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{status} - …</title></head><body>
<div id="header"><h1>Server Error</h1></div><div id="content"><div class="content-container"><fieldset>
<h2>{status} - …</h2><h3>…</h3></fieldset></div></div></body></html>""",
        dict(IIS),
    )


def kernel(status: int = 503) -> Said:
    """What HTTP.SYS says where no application pool takes a request."""
    body = (
        f"<HTML><HEAD><TITLE>…</TITLE></HEAD><BODY><h2>…</h2><hr><p>HTTP Error {status}. …</p></BODY></HTML>"
    )
    return Said(status, body, {"Server": "Microsoft-HTTPAPI/2.0"})


def azure(status: int, heading: str, **headers: str) -> Said:
    """A page of Azure's front end."""
    return Said(
        status,
        f"""<!DOCTYPE html><html lang="en"><head><title>Microsoft Azure Web App - Error {status}</title></head><body>
<h1>Error {status} - {heading}</h1>
<a href="https://go.microsoft.com/fwlink/?linkid=2095007">…</a></body></html>""",
        {name.replace("_", "-"): value for name, value in headers.items()},
    )
