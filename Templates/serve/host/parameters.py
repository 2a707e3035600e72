"""What a FastCGI application is told of a request, as IIS tells it."""

from __future__ import annotations

import os

from ptvsd.message import Request
from ptvsd.stream import Channel

from .rewrite import Target
from .routing import Match


def cgi_parameters(
    request: Request, client: Channel, target: Target, match: Match, root: str
) -> dict[str, str]:
    """The server variables; texts are octets as Latin-1.

    IIS puts the whole path into `PATH_INFO`, also what it has put into `SCRIPT_NAME` (see IIS's setting
    `AllowPathInfoForScriptMappings`, which wfastcgi knows about).
    """
    host, _, port = (request.header("host") or "").rpartition(":")
    peer = client.transport.get_extra_info("peername") or ("127.0.0.1", 0)
    folder = _octets(os.path.join(root, ""))
    values = {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SERVER_SOFTWARE": "ptvsd-publish serve",
        "SERVER_PROTOCOL": request.version,
        "SERVER_NAME": host or "127.0.0.1",
        "SERVER_PORT": port or "80",
        "HTTPS": "off",
        "REQUEST_METHOD": request.method,
        "REQUEST_URI": request.target.decode("latin-1"),
        "SCRIPT_NAME": _octets(match.script_name),
        "SCRIPT_FILENAME": _octets(os.path.join(root, match.script_name.lstrip("/"))),
        "PATH_INFO": _octets(target.path),
        "PATH_TRANSLATED": _octets(os.path.join(root, target.path.lstrip("/"))),
        "QUERY_STRING": target.query,
        "REMOTE_ADDR": str(peer[0]),
        "REMOTE_HOST": str(peer[0]),
        "REMOTE_PORT": str(peer[1]),
        "DOCUMENT_ROOT": folder,
        "APPL_PHYSICAL_PATH": folder,
        "APPL_MD_PATH": "/LM/W3SVC/1/ROOT",
        "INSTANCE_ID": "1",
        "CONTENT_TYPE": request.header("content-type") or "",
        "CONTENT_LENGTH": str(request.framing) if isinstance(request.framing, int) else "",
    }
    for name in dict.fromkeys(field.lower() for field, _ in request.fields):
        text = name.decode("latin-1")
        # `Proxy` would become a variable that programs read their proxy from (CVE-2016-5385).
        if text not in ("proxy", "content-type", "content-length"):
            values["HTTP_" + text.upper().replace("-", "_")] = request.header(text) or ""
    return values


def _octets(text: str) -> str:
    """The octets of a path, as Latin-1."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
