"""Files as IIS's StaticFileModule serves them."""

from __future__ import annotations

import email.utils
import mimetypes
import os

from ptvsd.endpoint import Answer, plain
from ptvsd.message import Fields, Request, render
from ptvsd.stream import Channel

from .plan import Folder
from .routing import physical

# IIS knows none of Python's own file types, so that sources are not given away.
_UNKNOWN = (".py", ".pyc", ".pyo", ".sh")
_TYPES = {
    **{name: kind for name, kind in mimetypes.types_map.items() if name not in _UNKNOWN},
    ".js": "application/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_PIECE = 256 * 1024


async def serve_file(
    request: Request, client: Channel, path: str, folder: Folder, root: str
) -> tuple[bool, int]:
    """Answers with the file at a decoded path; whether the connection can go on, and the status."""
    found = physical(root, path)
    if found is not None and os.path.isdir(found):
        if not path.endswith("/"):
            location = path + "/" + ("?" + request.query if request.query else "")
            return _reply(request, client, plain(301, location, {"Location": location}))
        found = next(
            (there for name in folder.documents for there in [physical(root, path + name)] if there), None
        )
        if found is None:
            return _reply(request, client, plain(403, "this folder has no default document"))
    if found is None or not os.path.isfile(found):
        return _reply(request, client, plain(404, "there is no such file in the site"))
    if request.method not in ("GET", "HEAD"):
        answer = plain(405, "a file can only be fetched", {"Allow": "GET, HEAD"})
        return _reply(request, client, answer)
    extension = os.path.splitext(found)[1].lower()
    kind = folder.types.get(extension) or _TYPES.get(extension)
    if kind is None:
        text = f"IIS knows no type for '{extension}' files (404.3); staticContent/mimeMap gives it one"
        return _reply(request, client, plain(404, text))
    return await _send(request, client, found, kind, folder.headers)


def _reply(request: Request, client: Channel, answer: Answer) -> tuple[bool, int]:
    keep = request.keep_alive and request.framing == 0
    client.write(answer.render(request.method, keep))
    return keep, answer.status


async def _send(
    request: Request, client: Channel, found: str, kind: str, headers: Fields
) -> tuple[bool, int]:
    with open(found, "rb") as file:  # noqa: ASYNC230 - a local file, and nobody else is kept waiting for long
        state = os.fstat(file.fileno())
        tag = f'"{state.st_mtime_ns:x}:{state.st_size:x}"'
        time = email.utils.formatdate(state.st_mtime, usegmt=True)
        fresh = request.header("if-none-match")
        unchanged = tag in fresh if fresh else request.header("if-modified-since") == time
        keep = request.keep_alive and request.framing == 0
        fields: Fields = [
            (b"Content-Type", kind.encode("latin-1")),
            (b"Last-Modified", time.encode("latin-1")),
            (b"ETag", tag.encode("latin-1")),
            *headers,
            (b"Connection", b"keep-alive" if keep else b"close"),
        ]
        if unchanged:
            client.write(render(b"HTTP/1.1 304 Not Modified", fields))
            return keep, 304
        fields.append((b"Content-Length", str(state.st_size).encode("ascii")))
        client.write(render(b"HTTP/1.1 200 OK", fields))
        remaining = state.st_size if request.method == "GET" else 0
        while remaining:
            data = file.read(min(remaining, _PIECE))
            if not data:
                client.abort()  # the file became shorter
                return False, 200
            remaining -= len(data)
            client.write(data)
            await client.drain()
    return keep, 200
