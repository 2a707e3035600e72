"""What Kudu does to files: unpacking with the times of DOS, KuduSync, copying over, and Oryx's build."""

from __future__ import annotations

import calendar
import os
import shutil
import tarfile
import uuid
import zipfile
from pathlib import Path
from typing import Callable, Iterator

from azure_site import AzureSite

IGNORED = {".git", ".hg", ".deployment", "deploy.cmd"}
OFFLINE = "app_offline.htm"
ORYX = (
    "Command: oryx build /tmp/zipdeploy/extracted -o /home/site/wwwroot --platform python --platform-version 3.12 "
    "-p virtualenv_name=antenv --log-file /tmp/build-debug.log -i {destination} --compress-destination-dir "
    "| tee /tmp/oryx-build.log"
)


class InUse(OSError):
    """A file that the site has open, as Windows refuses to replace it."""


class DiskFull(OSError):
    """No room is left."""


def files_in(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def unpack(
    package: Path,
    target: Path,
    keeps_times: bool = True,
    before: Callable[[Path, int], None] = lambda path, size: None,
) -> list[str]:
    """Unpacks as .NET does: entry times are DOS times, `../` becomes `./`; returns the names of files."""
    names = []
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(package) as archive:
        for info in archive.infolist():
            name = info.filename.replace("\\", "/").replace("../", "./").lstrip("/")
            path = target / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
                continue
            names.append(os.path.normpath(name))
            before(path, info.file_size)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.is_dir():
                raise IsADirectoryError(name)
            with archive.open(info) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            if keeps_times:
                time = calendar.timegm((*info.date_time, 0, 0, 0))
                os.utime(path, (time, time))
    return names


def replace(site: AzureSite, source: Path, target: Path, name: str) -> None:
    """Copies a file with its time, unless the site has it open."""
    faults = site.faults
    open_files = faults.locked if not (faults.locks_while_attached and site.sessions()) else {name}
    if not site.linux and name in open_files and target.exists():
        raise InUse(f'Failed to change file that is currently being used "{target}"')
    if faults.free_bytes is not None:
        faults.free_bytes -= source.stat().st_size
        if faults.free_bytes < 0:
            raise DiskFull("There is not enough space on the disk.")
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def kudu_sync(site: AzureSite, source: Path, target: Path, previous: set[str] | None) -> set[str]:
    """Copies what has another last-write time, deletes what `previous` lists; None: everything else."""
    wanted = {name for name in files_in(source) if not IGNORED.intersection(name.lower().split("/"))}
    target.mkdir(parents=True, exist_ok=True)
    if not site.linux:
        (target / OFFLINE).write_text("<!-- Created by kudu -->")
    try:
        stale = set(files_in(target)) - {OFFLINE} if previous is None else previous
        folders = {"", *(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_dir())}
        stale = {name for name in stale if not _is_left_alone(name, folders)}
        for name in sorted(stale - wanted):
            path = target / name
            if path.is_file():
                path.unlink()
                _remove_empty(path.parent, target)
        for name in sorted(wanted):
            old, new = target / name, source / name
            if not old.is_file() or old.stat().st_mtime_ns != new.stat().st_mtime_ns:
                replace(site, new, old, name)
    finally:
        (target / OFFLINE).unlink(missing_ok=True)
    return wanted


def _is_left_alone(name: str, folders: set[str]) -> bool:
    """The names that are ignored count on both sides; a folder that only the target has is not searched for files."""
    folder, _, file = name.rpartition("/")
    return bool(IGNORED.intersection(folder.lower().split("/"))) or (file.lower() in IGNORED and folder in folders)


def copy_over(site: AzureSite, source: Path, target: Path) -> None:
    """Copies everything, deletes nothing."""
    for name in files_in(source):
        replace(site, source / name, target / name, name)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def oryx_build(site: AzureSite, source: Path) -> list[str]:
    """Builds as Oryx does; wwwroot then holds an archive that is unpacked elsewhere at each start. Returns its log."""
    destination = f"/tmp/{uuid.uuid4().hex[:15]}"
    lines = [
        "Repository path is /tmp/zipdeploy/extracted",
        "Running oryx build...",
        ORYX.format(destination=destination),
    ]
    if site.faults.build_fails:
        raise BuildFailed(
            [*lines, "Running pip install...", "ERROR: No matching distribution found for flaskk==3.1.3"]
        )
    requirements = source / "requirements.txt"
    if requirements.exists():
        lines.append(f"Running pip install...\\nCollecting {requirements.read_text().split()[0]}")
    (source / "antenv" / "bin").mkdir(parents=True, exist_ok=True)
    (source / "antenv" / "pyvenv.cfg").write_text("version = 3.12\n")
    (source / "oryx-manifest.toml").write_text(
        f'PythonVersion="3.12"\nvirtualEnvName="antenv"\nSourceDirectoryInBuildContainer="{destination}"\n'
        'CompressDestinationDir="true"\n'
    )
    archive = source.parent / f"{uuid.uuid4().hex}.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        packed.add(source, ".")
    shutil.rmtree(site.wwwroot)
    site.wwwroot.mkdir()
    shutil.move(str(archive), site.wwwroot / "output.tar.gz")
    shutil.copy2(source / "oryx-manifest.toml", site.wwwroot)
    return [*lines, "Build successful."]


class BuildFailed(Exception):
    """A build that ended badly, with its log."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[-1])
        self.lines = lines
