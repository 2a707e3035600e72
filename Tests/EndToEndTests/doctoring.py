"""What the tests of `doctor` share: its findings by identifier, and projects to examine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from program import Program

LOCAL = "http://127.0.0.1:9"  # the discard port: nothing listens there, and it is never asked
DEBUG = ("--configuration", "Debug")


class Diagnosis:
    """What the doctor said."""

    def __init__(self, report: dict[str, Any], status: int, text: str) -> None:
        self.report = report
        self.status = status
        self.text = text
        self.findings = {finding["id"]: finding for finding in report["findings"]}
        self.skipped = {entry["stage"]: entry["reason"] for entry in report["skipped"]}

    def __getitem__(self, name: str) -> dict[str, Any]:
        assert name in self.findings, f"no '{name}' among {sorted(self.findings)}"
        return self.findings[name]

    def __contains__(self, name: str) -> bool:
        return name in self.findings

    @property
    def errors(self) -> list[str]:
        return [finding["id"] for finding in self.report["findings"] if finding["severity"] == "error"]


def examine(program: Program, *arguments: str | Path, cwd: Path) -> Diagnosis:
    """Runs the doctor; its findings, its exit code, and what it says to people."""
    result = program("doctor", *arguments, "--format", "json", cwd=cwd, status=None)
    assert result.out, result
    return Diagnosis(result.json(), result.status, result.err)


def local(program: Program, *arguments: str | Path, cwd: Path) -> Diagnosis:
    """The findings that need no site."""
    return examine(program, "--local", *arguments, cwd=cwd)
