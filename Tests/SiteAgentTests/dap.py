"""A small Debug Adapter Protocol client over any pair of send/receive functions."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from typing import Any, Callable, Dict

Message = Dict[str, Any]


class DebugClient:
    """Speaks DAP over a byte stream and keeps everything that arrived."""

    def __init__(
        self, send: Callable[[bytes], None], receive: Callable[[], bytes], close: Callable[[], None]
    ) -> None:
        self._send = send
        self._receive = receive
        self._close = close
        self._sequence = 0
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self.seen: list[Message] = []
        self.transcript: list[tuple[str, Message]] = []
        self.answers_requests = False  # at once, as an editor that starts a session for another process
        self._posting = threading.Lock()
        self.ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    def connect(cls, host: str, port: int) -> DebugClient:
        connection = socket.create_connection((host, port), timeout=60)
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def close() -> None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

        return cls(connection.sendall, lambda: connection.recv(65536), close)

    def _read(self) -> None:
        data = b""
        try:
            while True:
                while b"\r\n\r\n" not in data:
                    chunk = self._receive()
                    if not chunk:
                        return
                    data += chunk
                head, data = data.split(b"\r\n\r\n", 1)
                length = int(head.split(b":", 1)[1])
                while len(data) < length:
                    chunk = self._receive()
                    if not chunk:
                        return
                    data += chunk
                message = json.loads(data[:length])
                self.transcript.append(("<", message))
                if self.answers_requests and message["type"] == "request":
                    self.answer(message)
                self._messages.put(message)
                data = data[length:]
        except (OSError, ValueError, EOFError):
            pass
        finally:
            self.ended.set()
            self._messages.put(None)

    def send(self, command: str, **arguments: Any) -> int:
        return self._post({"type": "request", "command": command, "arguments": arguments})

    def answer(self, request: Message, **body: Any) -> None:
        """Answers a request of the adapter's."""
        self._post(
            {
                "type": "response",
                "request_seq": request["seq"],
                "command": request["command"],
                "success": True,
                "body": body,
            }
        )

    def _post(self, message: Message) -> int:
        with self._posting:
            self._sequence += 1
            message = {"seq": self._sequence, **message}
            self.transcript.append((">", message))
            body = json.dumps(message).encode()
            self._send(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            return int(message["seq"])

    def wait(self, matches: Callable[[Message], bool], what: str, timeout: float = 60) -> Message:
        """The first message, seen or to come, that matches; it is consumed."""
        for index, message in enumerate(self.seen):
            if matches(message):
                return self.seen.pop(index)
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self._messages.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {what} within {timeout} s; seen: {self._names()}") from None
            if message is None:
                raise AssertionError(f"the connection ended before {what}; seen: {self._names()}")
            if matches(message):
                return message
            self.seen.append(message)

    def _names(self) -> list[str]:
        return [str(message.get("event") or message.get("command")) for message in self.seen]

    def event(self, name: str, timeout: float = 60) -> Message:
        return self.wait(lambda m: m["type"] == "event" and m["event"] == name, f"event {name}", timeout)

    def response(self, sequence: int, timeout: float = 60) -> Message:
        answer = self.wait(
            lambda m: m["type"] == "response" and m["request_seq"] == sequence,
            f"response {sequence}",
            timeout,
        )
        assert answer["success"], answer
        return answer

    def has_event(self, name: str) -> bool:
        """Whether such an event has arrived; it stays."""
        while True:
            try:
                message = self._messages.get_nowait()
            except queue.Empty:
                break
            if message is None:
                self._messages.put(None)
                break
            self.seen.append(message)
        return any(m["type"] == "event" and m["event"] == name for m in self.seen)

    def request(self, command: str, timeout: float = 60, **arguments: Any) -> Message:
        return self.response(self.send(command, **arguments), timeout)

    def attach(self, breakpoints: dict[str, list[int]], timeout: float = 60, **arguments: Any) -> None:
        """Attaches as an editor does and sets line breakpoints, `{path: [line]}`."""
        if "subProcessId" not in arguments:
            # Only the oldest client is sent this.
            self.event("debugpySockets", timeout)
        self.request("initialize", timeout, clientID="test", adapterID="debugpy", pathFormat="path")
        options: dict[str, Any] = {"justMyCode": True, "subProcess": False}
        options.update(arguments)
        attach = self.send("attach", **options)
        self.event("initialized", timeout)
        for path, lines in breakpoints.items():
            self.request(
                "setBreakpoints",
                timeout,
                source={"path": path},
                breakpoints=[{"line": line} for line in lines],
            )
        self.request("configurationDone", timeout)
        self.response(attach, timeout)

    def stopped_locals(self, timeout: float = 60) -> dict[str, str]:
        """Waits for a stop and reads the topmost frame's local variables."""
        self.thread = self.event("stopped", timeout)["body"]["threadId"]
        frames = self.request("stackTrace", timeout, threadId=self.thread)["body"]["stackFrames"]
        self.frame = frames[0]
        scopes = self.request("scopes", timeout, frameId=frames[0]["id"])["body"]["scopes"]
        found = self.request("variables", timeout, variablesReference=scopes[0]["variablesReference"])
        return {variable["name"]: variable["value"] for variable in found["body"]["variables"]}

    def answers_at_once(self) -> bool:
        """Whether the process that is stopped keeps nothing back on its connection to the debugger's adapter.

        With its default, a message's body waits 40 ms for the acknowledgement of its head.
        """
        connection = "__import__('pydevd').get_global_debugger().writer.sock"
        expression = f"{connection}.getsockopt({int(socket.IPPROTO_TCP)}, {int(socket.TCP_NODELAY)})"
        frames = self.request("stackTrace", threadId=self.thread)["body"]["stackFrames"]
        answer = self.request("evaluate", expression=expression, frameId=frames[0]["id"])
        return int(answer["body"]["result"]) != 0

    def resume(self) -> None:
        self.request("continue", threadId=self.thread)

    def close(self) -> None:
        self._close()
        self.ended.wait(60)
