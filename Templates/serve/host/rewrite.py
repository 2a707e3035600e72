"""The rewrite rules of a site, as IIS's URL Rewrite module applies them."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple, Pattern
from urllib.parse import unquote

from ptvsd.message import Request

from .events import emit
from .routing import physical


class Target(NamedTuple):
    """Where a request goes: a decoded path and a query, `rewritten` when they are no longer the client's."""

    path: str
    query: str
    rewritten: bool = False


class Reply(NamedTuple):
    """A rule answers by itself; no status means that the connection is cut."""

    status: int
    location: str | None = None


class _Test(NamedTuple):
    pattern: Pattern[str]
    negate: bool

    def match(self, text: str) -> tuple[bool, list[str]]:
        found = self.pattern.search(text)
        captures = [found[0], *(group or "" for group in found.groups())] if found else [text]
        return (found is None) if self.negate else (found is not None), captures


class _Condition(NamedTuple):
    input: str
    kind: str
    test: _Test


class _Rule(NamedTuple):
    name: str
    match: _Test
    all_conditions: bool
    conditions: list[_Condition]
    action: dict[str, Any]
    stops: bool


class Rules:
    """The rules in order; one whose pattern cannot be compiled is left out, and said so."""

    def __init__(self, rules: list[dict[str, Any]], root: str) -> None:
        self._root = root
        self._rules: list[_Rule] = []
        for document in rules:
            try:
                self._rules.append(_rule(document))
            except re.error as error:
                emit("warning", place=document["place"], text=f"the pattern is not understood: {error}")

    def apply(self, request: Request, path: str) -> Target | Reply:
        target = Target(path, request.query)
        for rule in self._rules:
            matched, groups = rule.match.match(target.path.lstrip("/"))
            if not matched:
                continue
            values = _Values(request, target, self._root, groups)
            if not self._conditions_hold(rule, values):
                continue
            outcome = _act(rule.action, values)
            if isinstance(outcome, Reply):
                return outcome
            target = outcome
            if rule.stops:
                break
        return target

    @staticmethod
    def _conditions_hold(rule: _Rule, values: _Values) -> bool:
        for condition in rule.conditions:
            text = values.expand(condition.input)
            if condition.kind == "pattern":
                holds, captures = condition.test.match(text)
            else:
                there = os.path.isfile(text) if condition.kind == "isfile" else os.path.isdir(text)
                holds, captures = there != condition.test.negate, [text]
            if holds and not condition.test.negate:
                values.conditions = captures
            if holds != rule.all_conditions:
                return holds
        return rule.all_conditions or not rule.conditions


class _Values:
    """What the names in braces stand for."""

    def __init__(self, request: Request, target: Target, root: str, groups: list[str]) -> None:
        self._request = request
        self._root = root
        self.target = target
        self.groups = groups
        self.conditions: list[str] = []

    def expand(self, text: str) -> str:
        return re.sub(r"\{([^{}]*)\}", lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        captured = re.fullmatch(r"([RC]):([0-9])", name, re.IGNORECASE)
        if captured:
            values = self.groups if captured[1].upper() == "R" else self.conditions
            index = int(captured[2])
            return values[index] if index < len(values) else ""
        name = name.upper()
        request, target = self._request, self.target
        if name == "REQUEST_FILENAME":
            return physical(self._root, target.path) or os.path.join(self._root, target.path.lstrip("/"))
        if name == "HTTP_HOST":
            return request.header("host") or ""
        if name.startswith("HTTP_"):
            return request.header(name[5:].replace("_", "-")) or ""
        host, _, port = (request.header("host") or "").rpartition(":")
        return {
            "REQUEST_URI": request.target.decode("latin-1"),
            "UNENCODED_URL": request.target.decode("latin-1"),
            "URL": target.path,
            "PATH_INFO": target.path,
            "SCRIPT_NAME": target.path,
            "QUERY_STRING": target.query,
            "REQUEST_METHOD": request.method,
            "HTTPS": "off",
            "SERVER_NAME": host or "127.0.0.1",
            "SERVER_PORT": port,
            "SERVER_PROTOCOL": request.version,
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_HOST": "127.0.0.1",
        }.get(name, "")


def _act(action: dict[str, Any], values: _Values) -> Target | Reply:
    kind = action["type"]
    if kind == "none":
        return values.target
    if kind == "customresponse":
        return Reply(int(action["status"]))
    if kind == "abortrequest":
        return Reply(0)
    path, mark, query = values.expand(action["url"]).partition("?")
    if action["appendQueryString"] and values.target.query:
        query = f"{query}&{values.target.query}" if query else values.target.query
    if kind == "redirect":
        location = path if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|/", path) else "/" + path
        return Reply(int(action["status"]), location + ("?" + query if query or mark else ""))
    return Target("/" + unquote(path).lstrip("/"), query, True)


def _test(document: dict[str, Any]) -> _Test:
    pattern = document["pattern"]
    syntax = document["syntax"]
    if syntax == "wildcard":
        pattern = "^" + "(.*)".join(re.escape(part) for part in pattern.split("*")) + "$"
    elif syntax == "exactmatch":
        pattern = "^" + re.escape(pattern) + "$"
    flags = re.ASCII | (re.IGNORECASE if document["ignoreCase"] else 0)
    return _Test(re.compile(pattern, flags), document["negate"])


def _rule(document: dict[str, Any]) -> _Rule:
    return _Rule(
        document["name"],
        _test(document["match"]),
        document["matchesAll"],
        [
            _Condition(condition["input"], condition["kind"], _test(condition["test"]))
            for condition in document["conditions"]
        ],
        document["action"],
        document["stopsProcessing"],
    )
