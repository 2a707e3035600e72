"""Does what Visual Studio Code does when somebody presses F5, from the `launch.json` and `tasks.json` as written.

Read from its sources: the task runner (`debugTaskRunner.ts`, `problemCollectors.ts`), the debug session
(`debugSession.ts`, `rawDebugSession.ts`) and the Python debugger's resolver (`resolvers/attach.ts`).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "SiteAgentTests"))

from dap import DebugClient, Message
from serving import wait_until


def read_jsonc(path: Path) -> Any:
    """A file as the editor reads it: comments and trailing commas are passed over."""
    token = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
    text = token.sub(lambda found: found[0] if found[0][0] == '"' else " ", path.read_text("utf-8-sig"))
    strings = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')
    return json.loads(strings.sub(lambda found: found[1] or "", text))


def substituted(value: Any, workspace: Path) -> Any:
    """A value with the variables of the editor filled in."""
    if isinstance(value, str):
        return value.replace("${workspaceFolder}", str(workspace))
    if isinstance(value, list):
        return [substituted(element, workspace) for element in value]
    if isinstance(value, dict):
        return {name: substituted(element, workspace) for name, element in value.items()}
    return value


class BackgroundTask:
    """A task of `tasks.json` that goes on in the background."""

    def __init__(self, definition: dict[str, Any], environment: dict[str, str]) -> None:
        assert definition["isBackground"] and definition["type"] == "process"
        self.matcher = definition["problemMatcher"]
        self.problems: list[tuple[str, str, str]] = []
        self.lines: list[str] = []
        background = self.matcher["background"]
        self._begins, self._ends = (
            re.compile(background["beginsPattern"]),
            re.compile(background["endsPattern"]),
        )
        self._pattern = re.compile(self.matcher["pattern"]["regexp"])
        self._busy = threading.Event()
        self._idle = threading.Event()
        if not background["activeOnStart"]:
            self._idle.set()
        self.process = subprocess.Popen(
            [definition["command"], *definition["args"]],
            cwd=definition["options"]["cwd"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # a terminal has one stream
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            line = line.rstrip("\r\n")
            self.lines.append(line)
            found = self._pattern.search(line)
            if found:
                groups = self.matcher["pattern"]
                self.problems.append(
                    (found[groups["severity"]], found[groups["message"]], found[groups["file"]])
                )
            if self._begins.search(line):
                self._idle.clear()
            elif self._ends.search(line):
                self._idle.set()
        self._idle.set()  # the end of the process counts as idle as well

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_idle(self, seconds: float = 60) -> None:
        assert self._idle.wait(seconds), f"the editor still waits for: {self.output}"

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.send_signal(signal.SIGCONT)
        code = self.process.wait(60)
        self._reader.join(10)
        return code


INITIALIZE = {
    "clientID": "vscode",
    "clientName": "Visual Studio Code",
    "adapterID": "debugpy",
    "pathFormat": "path",
    "linesStartAt1": True,
    "columnsStartAt1": True,
    "supportsVariableType": True,
    "supportsVariablePaging": True,
    "supportsRunInTerminalRequest": True,
    "locale": "en",
    "supportsProgressReporting": True,
    "supportsInvalidatedEvent": True,
    "supportsMemoryReferences": True,
    "supportsArgsCanBeInterpretedByShell": True,
    "supportsMemoryEvent": True,
    "supportsStartDebuggingRequest": True,
    "supportsANSIStyling": True,
}


class EditorSession:
    """One debug session of the editor."""

    def __init__(self, configuration: dict[str, Any], breakpoints: dict[Path, list[int]]) -> None:
        self.configuration = configuration
        connect = configuration["connect"]
        self.client = client = DebugClient.connect(connect["host"], connect["port"])
        client.answers_requests = True
        self.capabilities = client.request("initialize", **INITIALIZE).get("body", {})
        attach = client.send("attach", **configuration)
        client.event("initialized")
        self.verified: list[bool] = []
        self.lines: list[int] = []
        for path, lines in breakpoints.items():
            answer = client.request(
                "setBreakpoints",
                source={"name": path.name, "path": str(path)},
                lines=lines,
                breakpoints=[{"line": line} for line in lines],
                sourceModified=False,
            )
            self.verified += [point["verified"] for point in answer["body"]["breakpoints"]]
            self.lines += [point["line"] for point in answer["body"]["breakpoints"]]
        client.request("setFunctionBreakpoints", breakpoints=[])
        client.request("setExceptionBreakpoints", filters=["uncaught"], filterOptions=[])
        client.request("configurationDone")
        client.response(attach)
        client.request("threads")

    def stop(self) -> Message:
        """Waits for a stop; the topmost frame."""
        body = self.client.event("stopped")["body"]
        self.thread = body["threadId"]
        self.reason = body["reason"]
        self.client.request("threads")
        frames = self.client.request("stackTrace", threadId=self.thread, startFrame=0, levels=20)
        self.frames = frames["body"]["stackFrames"]
        return self.frames[0]

    def variables(self) -> dict[str, str]:
        scopes = self.client.request("scopes", frameId=self.frames[0]["id"])["body"]["scopes"]
        wanted = next(scope for scope in scopes if scope["name"] == "Locals")
        found = self.client.request("variables", variablesReference=wanted["variablesReference"])
        return {variable["name"]: variable["value"] for variable in found["body"]["variables"]}

    def evaluate(self, expression: str) -> str:
        answer = self.client.request(
            "evaluate", expression=expression, frameId=self.frames[0]["id"], context="watch"
        )
        return str(answer["body"]["result"])

    def step(self) -> Message:
        """Steps over a line; the topmost frame."""
        self.client.request("next", threadId=self.thread)
        return self.stop()

    def resume(self) -> None:
        self.client.request("continue", threadId=self.thread)

    def child(self, breakpoints: dict[Path, list[int]]) -> EditorSession:
        """The session that the adapter asks the editor to start for another process."""
        request = self.client.wait(
            lambda m: m["type"] == "request" and m["command"] == "startDebugging", "a child"
        )
        return EditorSession({**request["arguments"]["configuration"], "request": "attach"}, breakpoints)

    def disconnect(self) -> None:
        """The user presses Shift+F5."""
        self.client.request("disconnect", restart=False, terminateDebuggee=False)
        self.client.close()


class VSCode:
    """The editor with a folder open."""

    def __init__(self, workspace: Path, environment: dict[str, str]) -> None:
        self.workspace = workspace
        self.environment = environment
        self.tasks: dict[str, BackgroundTask] = {}

    def configuration(self, name: str | None = None) -> dict[str, Any]:
        """The launch configuration as the Python debugger's resolver hands it to the adapter."""
        found = read_jsonc(self.workspace / ".vscode" / "launch.json")["configurations"]
        chosen = next(entry for entry in found if name in (None, entry["name"]))
        resolved = substituted(dict(chosen), self.workspace)
        options = [word for word, key in [("Django", "django"), ("Jinja", "jinja")] if resolved.get(key)]
        resolved.setdefault("justMyCode", False)
        resolved["showReturnValue"] = resolved.get("showReturnValue") is not False
        resolved["workspaceFolder"] = str(self.workspace)
        resolved["debugOptions"] = [*options, "RedirectOutput", "ShowReturnValue"]
        resolved["clientOS"] = "unix"
        resolved["__sessionId"] = os.urandom(8).hex()
        return resolved

    def run_task(self, label: str) -> BackgroundTask:
        """Starts a task before a session, or finds that it runs already; waits until it is idle."""
        task = self.tasks.get(label)
        if task is None or task.process.poll() is not None:
            [definition] = [
                entry
                for entry in read_jsonc(self.workspace / ".vscode" / "tasks.json")["tasks"]
                if entry["label"] == label
            ]
            task = self.tasks[label] = BackgroundTask(
                substituted(definition, self.workspace), self.environment
            )
        task.wait_idle()
        return task

    def f5(self, breakpoints: dict[Path, list[int]], name: str | None = None) -> EditorSession:
        """Runs the task that comes first, then attaches; refuses to when the task left an error."""
        configuration = self.configuration(name)
        task = self.run_task(configuration["preLaunchTask"])
        errors = [message for severity, message, _ in task.problems if severity == "error"]
        assert not errors, f"Error exists after running preLaunchTask: {errors}"
        return EditorSession(configuration, breakpoints)

    def close(self) -> None:
        for task in self.tasks.values():
            task.stop()


__all__ = ["BackgroundTask", "EditorSession", "VSCode", "read_jsonc", "wait_until"]
