"""Kudu's record of deployments: ids, states, logs, and which one is live."""

from __future__ import annotations

import datetime
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from azure_site import UTC, AzureSite, iso

PENDING, BUILDING, DEPLOYING, FAILED, SUCCESS = range(5)
KEPT = 10


@dataclass
class Entry:
    """A line of a deployment's log; a parent takes the worst type of its children."""

    message: str
    kind: int = 0  # 1 a warning, 2 an error
    time: str = field(default_factory=iso)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    children: list[Entry] = field(default_factory=list)

    def json(self, url: str) -> dict[str, Any]:
        return {
            "log_time": self.time,
            "id": self.id,
            "message": self.message,
            "type": max([self.kind, *(child.kind for child in self.children)]),
            "details_url": f"{url}/{self.id}" if self.children else None,
        }


@dataclass
class Deployment:
    """One deployment."""

    id: str
    deployer: str
    message: str
    author: str = "N/A"
    author_email: str = "N/A"
    tracking: str | None = None
    status: int = PENDING
    status_text: str = "Receiving changes."
    progress: str = ""
    is_temp: bool = True
    received: str = field(default_factory=iso)
    start: str | None = None
    end: str | None = None
    order: float = field(default_factory=lambda: datetime.datetime.now(UTC).timestamp())
    log: list[Entry] = field(default_factory=list)
    files: set[str] | None = None  # the manifest that KuduSync leaves
    names: list[str] = field(default_factory=list)  # what its package holds

    @property
    def complete(self) -> bool:
        return self.end is not None

    def finish(self, status: int) -> None:
        self.status, self.status_text, self.progress = status, "", ""
        self.end = iso()

    def say(self, message: str, kind: int = 0, *details: str) -> None:
        children = [Entry(detail, kind) for detail in details]
        self.log.append(Entry(message, kind, children=children))


class Deployments:
    """All deployments of a site, newest last."""

    def __init__(self, site: AzureSite) -> None:
        self._site = site
        self._guard = threading.RLock()
        self.all: list[Deployment] = []
        self.active: Deployment | None = None

    def begin(self, deployer: str, message: str, tracking: str | None, author: str, email: str) -> Deployment:
        made = Deployment(
            f"temp-{uuid.uuid4().hex[:8]}", deployer, message, author, email, tracking, start=iso()
        )
        with self._guard:
            self.all.append(made)
        return made

    def promote(self, temporary: Deployment) -> Deployment:
        """The deployment under its final id; the temporary one stays until this one has ended well."""
        tracking = temporary.tracking
        final = uuid.uuid4().hex if tracking is None or self._site.faults.untracked else tracking
        made = Deployment(
            final.replace("-", ""),
            temporary.deployer,
            temporary.message,
            temporary.author,
            temporary.author_email,
            tracking,
            is_temp=False,
            received=temporary.received,
            start=iso(),
        )
        made.status_text = f"Building and Deploying '{made.id}'."
        with self._guard:
            self.all.append(made)
        return made

    def succeed(self, deployment: Deployment, temporary: Deployment, status: int = SUCCESS) -> None:
        with self._guard:
            deployment.finish(status)
            if status == SUCCESS:
                self.active = deployment
            if temporary in self.all:
                self.all.remove(temporary)
            ended = [each for each in self.all if each.status == SUCCESS]
            for old in ended[:-KEPT]:
                self.all.remove(old)

    def record(self, id: str, body: dict[str, Any]) -> None:
        """A deployment that was made some other way."""
        made = Deployment(id, body.get("deployer", "N/A"), body.get("message", ""), body.get("author", "N/A"))
        made.is_temp = False
        made.finish(int(body["status"]))
        with self._guard:
            self.all.append(made)
            if body.get("active"):
                self.active = made

    def newest_first(self) -> list[Deployment]:
        with self._guard:
            return self.all[::-1]

    def find(self, id: str) -> Deployment | None:
        with self._guard:
            return next((each for each in self.all if each.id == id), None)

    def tracked(self, tracking: str) -> Deployment | None:
        with self._guard:
            found = [each for each in self.all if each.tracking == tracking]
            return found[-1] if found else None

    def running(self) -> Deployment | None:
        with self._guard:
            return next((each for each in reversed(self.all) if not each.complete), None)

    def latest(self) -> Deployment | None:
        """The running one, else the one that ended last, be it well or not."""
        with self._guard:
            running = self.running()
            if running or not self.all:
                return running
            return max(self.all, key=lambda each: (each.end or "", each.order))

    def abandon(self) -> None:
        """Marks as failed what a restart has left unfinished."""
        with self._guard:
            if self._site.lock.operation is None:
                for each in self.all:
                    if not each.complete:
                        each.say("An unknown error has occurred. Check the diagnostic log for details.", 2)
                        each.finish(FAILED)

    def json(self, each: Deployment, base: str) -> dict[str, Any]:
        """Every field, as Kudu has them."""
        url = f"{base}/api/deployments/{each.id}"
        states = {
            PENDING: "InProgress",
            BUILDING: "InProgress",
            DEPLOYING: "InProgress",
            SUCCESS: "Succeeded",
        }
        result = {
            "id": each.id,
            "status": each.status,
            "status_text": each.status_text,
            "author_email": each.author_email,
            "author": each.author,
            "deployer": each.deployer,
            "message": each.message,
            "progress": each.progress,
            "received_time": each.received,
            "start_time": each.start or each.received,
            "end_time": each.end,
            "last_success_end_time": each.end if each.status == SUCCESS else None,
            "complete": each.complete,
            "active": each is self.active,
            "is_temp": each.is_temp,
            "is_readonly": True,
            "url": url,
            "log_url": f"{url}/log",
            "site_name": self._site.name,
        }
        if not self._site.linux:
            result["provisioningState"] = states.get(each.status, "Failed")
        return result
