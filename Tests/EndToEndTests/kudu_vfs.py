"""Kudu's virtual file system and its zip twin: /api/vfs and /api/zip."""

from __future__ import annotations

import datetime
import email.utils
import io
import json
import mimetypes
import os
import re
import shutil
import struct
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from azure_site import UTC, AzureSite
from https_stand import Cut, Reply, Request
from kudu_sync import unpack

TICKS_TO_1970 = 621_355_968_000_000_000
NEEDS_TAG = "Updating an existing resource requires an If-Match header carrying a single, strong ETag."


def etag(path: Path) -> str:
    """The last-write time in ticks, as 16 hexadecimal digits of its little-endian bytes."""
    ticks = TICKS_TO_1970 + path.stat().st_mtime_ns // 100
    return f'"{struct.pack("<Q", ticks).hex()}"'


def message(status: int, text: str, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, {"Message": text}, headers or {})


def exception(status: int, text: str, kind: str = "System.InvalidOperationException") -> Reply:
    body = {"Message": "An error has occurred.", "ExceptionMessage": text, "ExceptionType": kind}
    return Reply(status, {**body, "StackTrace": "   at Kudu.Services"})


class VirtualFiles:
    """The files below the home folder by HTTP."""

    def __init__(self, site: AzureSite) -> None:
        self.site = site

    def _path(self, path: str) -> Path | None:
        found = Path(os.path.normpath(self.site.home / path.lstrip("/")))
        if found == self.site.home:
            return found
        if self.site.home not in found.parents:
            return None
        return self.site.located(self.site.home, found.relative_to(self.site.home).as_posix())

    def answer(self, request: Request, rest: str) -> Reply:
        path, is_folder_url = self._path(rest), rest.endswith("/") or not rest
        if path is None:
            return Reply(404)
        if request.method in ("GET", "HEAD"):
            return self._get(request, path, is_folder_url)
        if request.method == "PUT":
            return self._put_folder(path) if is_folder_url else self._put(request, path)
        if request.method == "DELETE":
            return self._delete(request, path)
        return Reply(405)

    def _get(self, request: Request, path: Path, is_folder_url: bool) -> Reply:
        if not path.exists():
            return message(404, f"'{self._shown(path)}' not found.")
        location = f"https://{request.host}{quote(request.path.rstrip('/'))}"
        if path.is_dir():
            if not is_folder_url:
                return Reply(307, headers={"Location": location + "/"})
            return Reply(200, [self._entry(each, location) for each in sorted(path.iterdir())])
        if is_folder_url:
            return Reply(307, headers={"Location": location})
        tag = etag(path)
        if request.headers.get("If-None-Match") == tag:
            return Reply(304, headers={"ETag": tag})
        headers = {
            "ETag": tag,
            "Last-Modified": email.utils.formatdate(path.stat().st_mtime, usegmt=True),
            "Content-Type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        }
        data = path.read_bytes()
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if part and request.headers.get("If-Range", tag) == tag:
            first, last = int(part[1]), min(int(part[2] or len(data) - 1), len(data) - 1)
            if first > last:
                return Reply(416, headers={"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            return Reply(206, data[first : last + 1], headers)
        return Reply(200, data, headers)

    def _shown(self, path: Path) -> str:
        """The path as the server has it."""
        below = path.relative_to(self.site.home).as_posix()
        return f"/home/{below}" if self.site.linux else f"C:\\home\\{below}".replace("/", "\\")

    def _entry(self, path: Path, location: str) -> dict[str, Any]:
        status = path.stat()
        folder = path.is_dir()

        def text(seconds: float) -> str:
            return f"{datetime.datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}0+00:00"

        return {
            "name": path.name,
            "size": 0 if folder else status.st_size,
            "mtime": text(status.st_mtime),
            "crtime": text(status.st_ctime),
            "mime": "inode/directory"
            if folder
            else mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "href": f"{location}/{quote(path.name)}" + ("/" if folder else ""),
            "path": self._shown(path),
        }

    def _put_folder(self, path: Path) -> Reply:
        if path.exists():
            return message(409, "The resource represents a directory which can not be updated.")
        path.mkdir(parents=True)
        return Reply(201)

    def _conflict(self, request: Request, path: Path) -> Reply | None:
        wanted = request.headers.get("If-Match")
        if wanted is None:
            return message(412, NEEDS_TAG)
        if wanted not in ("*", etag(path)):
            text = "ETag does not represent the latest state of the resource."
            return message(412, text, {"ETag": etag(path)})
        return None

    def _locked(self, path: Path) -> str | None:
        site = self.site
        if path != site.wwwroot and site.wwwroot not in path.parents:
            return None
        if site.runs_from_package:
            return "The media is write protected."
        faults, name = site.faults, path.relative_to(site.wwwroot).as_posix()
        held = faults.locks_while_attached and site.sessions() > 0
        if not site.linux and path.is_file() and (held or name in faults.locked):
            return "The process cannot access the file because it is being used by another process."
        return None

    def _put(self, request: Request, path: Path) -> Reply:
        if path.is_dir():
            return message(409, "The resource represents a directory which can not be updated.")
        existed = path.exists()
        conflict = self._conflict(request, path) if existed else None
        if conflict:
            return conflict
        reason = self._locked(path)
        if reason:
            return exception(
                409, f"Could not write to local resource '{self._shown(path)}' due to error '{reason}'."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:  # truncated first: readers see a part
            for block in request.blocks():
                room = self.site.faults.free_bytes
                if room is not None:
                    self.site.faults.free_bytes = room - len(block)
                    if room < len(block):
                        return exception(
                            500, "There is not enough space on the disk.", "System.IO.IOException"
                        )
                file.write(block)
                file.flush()
        now = time.time_ns()
        os.utime(path, ns=(now, now))
        return Reply(204 if existed else 201, headers={"ETag": etag(path)})

    def _delete(self, request: Request, path: Path) -> Reply:
        if not path.exists():
            return message(404, f"'{self._shown(path)}' not found.")
        if path.is_dir():
            if request.query.get("recursive", "").lower() == "true":
                shutil.rmtree(path)
            elif any(path.iterdir()):
                text = "Cannot delete directory. It is either not empty or access is not allowed."
                return message(409, text)
            else:
                path.rmdir()
            return Reply(200)
        conflict = self._conflict(request, path)
        if conflict:
            return conflict
        reason = self._locked(path)
        if reason:
            return exception(404, reason, "System.IO.IOException")
        path.unlink()
        return Reply(200)

    def zipped(self, request: Request, rest: str, scratch: Path) -> Reply:
        """/api/zip: a folder as a zip; a zip merged over a folder, without a lock, a restart or a delete."""
        path = self._path(rest)
        if path is None or path.is_file() or not rest.endswith("/"):
            return Reply(404)
        if request.method == "GET":
            if not path.is_dir():
                return Reply(404)
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(path.rglob("*")):
                    if file.is_file():
                        archive.write(file, file.relative_to(path).as_posix())
            name = request.query.get("filename") or f"{path.name}.zip"
            headers = {
                "Content-Type": "application/zip",
                "Content-Disposition": f"attachment; filename={name}",
            }
            return Reply(200, packed.getvalue(), headers)
        if request.method != "PUT":
            return Reply(405)
        with scratch.open("wb") as file:
            for block in request.blocks():
                file.write(block)
        return self._merge(scratch, path)

    def _merge(self, package: Path, path: Path) -> Reply:
        bad = 500 if self.site.linux else 400

        def check(file: Path, size: int) -> None:
            # One entry after the other: what comes before the one that fails is replaced already.
            reason = self._locked(file)
            if reason:
                raise OSError(reason)
            room = self.site.faults.free_bytes
            if room is not None:
                self.site.faults.free_bytes = room - size
                if room < size:
                    raise OSError("There is not enough space on the disk.")

        try:
            self.site.uploads.append(unpack(package, path, before=check, place=self.site.located))
        except (OSError, ValueError, zipfile.BadZipFile) as failure:
            return exception(bad, str(failure), "System.IO.IOException")
        return Reply(200)


def decoded(request: Request) -> Any:
    """The JSON of a body; raises Cut on nonsense."""
    try:
        return request.json()
    except json.JSONDecodeError as failure:
        raise Cut from failure
