"""The faults of servers and networks that the tests switch on, each as it looks on the wire."""

from __future__ import annotations

import time
from typing import Any, Callable

from https_stand import Cut, Fault, Reply, Request

UPLOAD = r"/(zipdeploy|publish)$"
POLL = r"/deployments/[^/]+$"


def page(status: int, title: str) -> Reply:
    """What the front end, not Kudu, answers with."""
    text = f"<!DOCTYPE html>\n<html><head><title>{status} - {title}</title></head><body>{title}</body></html>"
    return Reply(status, text.encode(), {"Content-Type": "text/html"})


def refuse(method: str, path: str, reply: Callable[[], Reply], times: int = 1, skip: int = 0) -> Fault:
    """Another answer than the server's own."""
    return Fault(method, path, act=lambda request: reply(), times=times, skip=skip)


def unavailable(status: int, path: str, times: int = 1, skip: int = 0, method: str = ".*") -> Fault:
    """500, 502, 503 or 504 as a page of the front end's."""
    names = {
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Server Unavailable",
        504: "Gateway Timeout",
    }
    return refuse(method, path, lambda: page(status, names[status]), times, skip)


def throttled(path: str, after: str, times: int = 1, method: str = ".*") -> Fault:
    """429 with `Retry-After`, in seconds or as a date."""
    return refuse(method, path, lambda: Reply(429, "Too Many Requests", {"Retry-After": after}), times)


def forbidden(path: str = ".*") -> Fault:
    """An access restriction on the SCM site."""
    return refuse(".*", path, lambda: page(403, "Ip Forbidden"), times=1 << 30)


def cut(method: str, path: str, times: int = 1, skip: int = 0) -> Fault:
    """A reset before the answer."""

    def act(request: Request) -> Reply | None:
        raise Cut

    return Fault(method, path, act=act, times=times, skip=skip)


def cut_body(share: float, path: str = UPLOAD, times: int = 1, method: str = "POST|PUT") -> Fault:
    """A reset when so much of the body has come."""

    def act(request: Request) -> Reply | None:
        request.cut_at = share
        return None

    return Fault(method, path, act=act, times=times)


def cut_reply(at: int, method: str, path: str, times: int = 1) -> Fault:
    """A reset in the middle of the answer; the server has done its part."""

    def alter(reply: Reply) -> Reply:
        reply.cut_at = at
        return reply

    return Fault(method, path, alter=alter, times=times)


def slow(seconds: float, path: str, times: int = 1, method: str = ".*") -> Fault:
    """An answer that takes its time."""

    def act(request: Request) -> Reply | None:
        time.sleep(seconds)
        return None

    return Fault(method, path, act=act, times=times)


def conflict_in_body(share: float, text: str, times: int = 1) -> Fault:
    """409 when a part of the body has come, after which the rest is not read."""

    def act(request: Request) -> Reply | None:
        expected = int(request.headers.get("Content-Length") or 0)
        for _ in request.blocks():
            if request.received >= share * expected:
                break
        return Reply(409, text)

    return Fault("POST|PUT", UPLOAD, act=act, times=times)


def altered(method: str, path: str, change: Callable[[Any], Any], times: int = 1, skip: int = 0) -> Fault:
    """The server's own answer with another body."""

    def alter(reply: Reply) -> Reply:
        return Reply(reply.status, change(reply.body), reply.headers)

    return Fault(method, path, alter=alter, times=times, skip=skip)


def moved(location: str, times: int = 1 << 30) -> Fault:
    """202 whose `Location` is on another host or in clear, as some Linux sites send it."""

    def alter(reply: Reply) -> Reply:
        if reply.status == 202:
            reply.headers["Location"] = location
        return reply

    return Fault(".*", ".*", alter=alter, times=times)
