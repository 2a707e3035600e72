"""The kinds of destinations that one scenario is run against: each says where it is and what lies there."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Callable, NamedTuple

from azure_stand import AzureStand
from ftp_stand import FTPStand
from program import Program, tree


class Place(NamedTuple):
    """A destination of a test's own."""

    kind: str
    to: str
    tree: Callable[[], dict[str, bytes]]
    put: Callable[[str, bytes], None] | None  # a foreign file; None where there are none
    extra: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def written_into(folder: Path) -> Callable[[str, bytes], None]:
    def put(name: str, data: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        for made in (path, *path.parents):
            if made == folder:
                break
            os.chown(made, folder.stat().st_uid, folder.stat().st_gid)

    return put


def folder_place(parent: Path, program: Program) -> Place:
    target = parent / "published"
    return Place("folder", str(target), lambda: tree(target) if target.exists() else {}, written_into(target))


def zip_place(parent: Path, program: Program) -> Place:
    target = parent / "site.zip"

    def contents() -> dict[str, bytes]:
        if not target.exists():
            return {}
        with zipfile.ZipFile(target) as archive:
            assert archive.testzip() is None
            return {
                "web.config" if name.lower() == "web.config" else name: archive.read(name)
                for name in archive.namelist()
            }

    return Place("zip", str(target), contents, None)


def ftp_place(stand: FTPStand, program: Program) -> Place:
    program.environment.update(stand.environment)
    target = stand.root / "site" / "wwwroot"
    return Place(
        "ftp", stand.url("site/wwwroot", host="localhost"), lambda: tree(target) if target.exists() else {}, written_into(target),
        secrets=tuple(stand.secrets),
    )  # fmt: skip


def azure_place(stand: AzureStand, program: Program) -> Place:
    running = stand.add(linux=False, start_seconds=0.05)
    program.environment.update(stand.environment(os.environ["PATH"]))
    (running.site.wwwroot / "hostingstart.html").unlink()
    return Place(
        "azure", "azure:ptvsdemo", lambda: tree(running.site.wwwroot), written_into(running.site.wwwroot),
        ("--yes",), tuple(stand.secrets),
    )  # fmt: skip
