"""How Kudu turns a package into a site: receive, unpack, build or synchronise, restart."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from azure_site import PLACEHOLDER, AzureSite
from kudu_deployments import BUILDING, DEPLOYING, FAILED, SUCCESS, Deployment, Deployments
from kudu_sync import BuildFailed, copy_over, is_built, kudu_sync, oryx_build, unpack

PACKAGES_KEPT = 5


@dataclass
class Package:
    """What a push carries and asks for."""

    file: Path
    deployer: str
    message: str
    clean: bool
    target: str = ""  # below wwwroot
    one_deploy: bool = False
    restart: bool = True
    tracking: str | None = None
    author: str = "N/A"
    author_email: str = "N/A"


class UnpackFailed(Exception):
    """The package is no zip."""


class Pipeline:
    """Runs one deployment at a time; its lock is held by the caller."""

    def __init__(self, site: AzureSite, deployments: Deployments) -> None:
        self.site = site
        self.deployments = deployments

    def begin(self, package: Package) -> Deployment:
        return self.deployments.begin(
            package.deployer, package.message, package.tracking, package.author, package.author_email
        )

    def in_background(self, package: Package, temporary: Deployment) -> None:
        def run() -> None:
            try:
                self.run(package, temporary)
            except UnpackFailed:
                pass  # recorded in the deployment

        threading.Thread(target=run, daemon=True).start()

    def run(self, package: Package, temporary: Deployment) -> None:
        """Deploys; a build that fails is only recorded.

        :raises UnpackFailed: when the package cannot be read.
        """
        deployment = temporary
        with tempfile.TemporaryDirectory(prefix="kudu-") as folder:
            try:
                deployment = self._deploy(package, temporary, Path(folder))
            except UnpackFailed:
                raise
            except Restarted:
                return
            except BuildFailed as failure:
                self._failed(self._current(temporary), "Deployment Failed.", *failure.lines)
            except OSError as failure:
                self._failed(self._current(temporary), str(failure))
            finally:
                package.file.unlink(missing_ok=True)
                self.site.lock.release()
        if self.site.faults.foreign:
            self._foreign(deployment)

    def _current(self, temporary: Deployment) -> Deployment:
        return self.deployments.running() or temporary

    @staticmethod
    def _failed(deployment: Deployment, text: str, *details: str) -> None:
        deployment.say(text, 2, *details)
        deployment.finish(FAILED)

    def _step(self, deployment: Deployment, status: int, progress: str) -> None:
        deployment.status, deployment.progress = status, progress
        time.sleep(self.site.pace)
        if self.site.faults.restarts_in_the_middle and status in (BUILDING, DEPLOYING):
            self.site.faults.restarts_in_the_middle -= 1
            raise Restarted

    def _deploy(self, package: Package, temporary: Deployment, folder: Path) -> Deployment:
        site = self.site
        self._step(temporary, 0, "Fetching changes.")
        staging = folder / "extracted"
        if site.runs_from_package and not package.one_deploy:
            self._store(package)
        else:
            self._fetch(package, temporary, staging)
        deployment = self.deployments.promote(temporary)
        deployment.say("Updating submodules.")
        deployment.say(f"Preparing deployment for commit id '{deployment.id[:10]}'.")
        self._step(deployment, BUILDING, "Building and Deploying.")
        if site.faults.build_fails and not is_built(site, staging):
            raise BuildFailed(["Running deployment command...", "The build script ended with exit code 1."])
        if not site.runs_from_package:
            self._place(package, deployment, staging)
        site.uploads.append(temporary.names)
        if site.faults.status is not None:
            self.deployments.succeed(deployment, temporary, site.faults.status)
            return deployment
        deployment.say("Deployment successful." + (" deployer = " + package.deployer if site.linux else ""))
        if not site.linux and (site.wwwroot / "web.config").exists():
            os.utime(site.wwwroot / "web.config", ns=(time.time_ns(), time.time_ns()))
        if package.restart and not site.runs_from_package:
            deployment.say("Triggering recycle (preview mode disabled).")
            site.restarted()
        # The last of all: who sees it meets the old site no more.
        self.deployments.succeed(deployment, temporary, SUCCESS)
        return deployment

    def _fetch(self, package: Package, temporary: Deployment, staging: Path) -> None:
        keeps = not self.site.flag("SCM_ZIPDEPLOY_DONOT_PRESERVE_FILETIME")
        try:
            if self.site.faults.unpack_fails:
                raise ValueError("End of Central Directory record could not be found.")
            temporary.names = unpack(package.file, staging, keeps)
        except Exception as failure:
            self._failed(temporary, str(failure))
            raise UnpackFailed(str(failure)) from failure

    def _store(self, package: Package) -> None:
        folder = self.site.home / "data" / "SitePackages"
        folder.mkdir(parents=True, exist_ok=True)
        name = time.strftime("%Y%m%d%H%M%S", time.gmtime()) + ".zip"
        shutil.copyfile(package.file, folder / name)
        (folder / "packagename.txt").write_text(name)
        for old in sorted(folder.glob("*.zip"))[:-PACKAGES_KEPT]:
            old.unlink()

    def _place(self, package: Package, deployment: Deployment, staging: Path) -> None:
        site = self.site
        target = site.wwwroot / package.target if package.target else site.wwwroot
        if is_built(site, staging):
            lines = oryx_build(site, staging)
            deployment.say(lines[0])
            deployment.say(lines[1], 0, *lines[2:])
            return
        if package.one_deploy:
            deployment.say("Running build. Project type: OneDeploy")
            deployment.say("Copying the manifest")
            how = "Clean deploying to" if package.clean else "Incrementally deploying to"
            shown = target.relative_to(site.home).as_posix()
            deployment.say(f"{how} /home/{shown}" if site.linux else f"{how} C:\\home\\{shown}".replace("/", "\\"))
        else:
            deployment.say("Generating deployment script.")
            deployment.say(
                "Running deployment command...", 0, "Handling Basic Web Site deployment.", "KuduSync"
            )
        self._step(deployment, DEPLOYING, "Deploying.")
        if package.one_deploy and not package.clean:
            copy_over(site, staging, target)
        else:
            files = kudu_sync(site, staging, target, None if package.clean else self._manifest())
            if not package.one_deploy:
                deployment.files = files

    def _manifest(self) -> set[str]:
        """What the last package deployment has left."""
        known = [each.files for each in self.deployments.all if each.complete and each.files is not None]
        return known[-1] if known else {PLACEHOLDER}

    def _foreign(self, ours: Deployment) -> None:
        """A push of somebody else that ends after ours."""
        self.site.faults.foreign = False
        other = self.deployments.begin("VSTS_build_17", "Created via a push deployment", None, "ci", "N/A")
        final = self.deployments.promote(other)
        final.say("Deployment successful.")
        active = self.deployments.active
        self.deployments.succeed(final, other)
        self.deployments.active = active if ours.status == SUCCESS else final


class Restarted(Exception):
    """The SCM site went away in the middle; its deployment stays unfinished until it is back."""
