"""A plain client for the self-tests of the servers: standard library only, and nothing of the program's."""

from __future__ import annotations

import base64
import http.client
import io
import json
import ssl
import time
import zipfile
from typing import Any, NamedTuple

from azure_stand import AzureStand, Running

API = "?api-version=2025-05-01"


class Answer(NamedTuple):
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Talks to one server, by basic credentials or a token."""

    def __init__(self, stand: AzureStand, port: int, authorization: str) -> None:
        self._context = ssl.create_default_context(cafile=str(stand.ca_file))
        self._port, self._authorization = port, authorization

    @classmethod
    def of_kudu(cls, stand: AzureStand, running: Running) -> Client:
        pair = f"{running.site.user}:{running.site.password}".encode()
        return cls(stand, running.kudu.port, "Basic " + base64.b64encode(pair).decode())

    @classmethod
    def of_arm(cls, stand: AzureStand) -> Client:
        return cls(stand, stand.arm.port, f"Bearer {stand.sign_in()}")

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if data is not None and not isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPSConnection("localhost", self._port, context=self._context, timeout=60)
        try:
            connection.request(method, path, data, {"Authorization": self._authorization, **sent})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def until_complete(self, path: str = "/api/deployments/latest", seconds: float = 60) -> dict[str, Any]:
        """The deployment, once it is over."""
        deadline = time.monotonic() + seconds
        while True:
            result: dict[str, Any] = self("GET", path).json()
            if result.get("complete"):
                return result
            assert time.monotonic() < deadline, result
            time.sleep(0.02)


def package(files: dict[str, str], date: tuple[int, ...] = (2026, 1, 1, 0, 0, 0)) -> bytes:
    """A zip whose entries all have one time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), text)  # type: ignore[arg-type]
    return packed.getvalue()
