"""What stands before a site on the Internet: nginx, which ends TLS, with a certificate of an authority of the tests'."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from serving import free_port, wait_until

NAME = "site.ptvsd.test"

CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name {name} localhost 127.0.0.1;
        ssl_certificate {folder}/site.pem;
        ssl_certificate_key {folder}/site.key;
        location / {{
            proxy_pass http://127.0.0.1:{site};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_read_timeout 1h;
        }}
    }}
}}
"""


def make_certificates(folder: Path) -> Path:
    """Makes an authority and a certificate for the front; the authority's certificate."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]

    def openssl(*arguments: str) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", *key, *arguments], cwd=folder, check=True, capture_output=True
        )

    openssl("-subj", "/CN=Authority of the tests", "-keyout", "ca.key", "-out", "ca.pem")
    names = f"subjectAltName=DNS:{NAME},DNS:localhost,IP:127.0.0.1"
    extensions = ["-addext", names, "-addext", "basicConstraints=critical,CA:FALSE"]
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key"]
    openssl("-subj", f"/CN={NAME}", *extensions, *signed, "-keyout", "site.key", "-out", "site.pem")
    return folder / "ca.pem"


class Front:
    """A running nginx before the port of a site."""

    def __init__(self, folder: Path, site: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.authority = make_certificates(folder)
        self.port = free_port()
        self.site = site
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    def start(self) -> None:
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        assert nginx, "run 'make setup-test' first"
        user = "user root;" if os.geteuid() == 0 else ""
        text = CONFIGURATION.format(folder=self.folder, port=self.port, site=self.site, name=NAME, user=user)
        (self.folder / "nginx.conf").write_text(text)
        self.process = subprocess.Popen(
            [nginx, "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")],
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that its worker can be met with it
        )
        wait_until(self._answers, "nginx")

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def log(self) -> str:
        return (self.folder / "error.log").read_text(errors="replace")

    def freeze(self) -> None:
        """Stops it as a dead network would: connections stay open, and nothing passes."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """Ends it at once, and with it every connection."""
        if self.process is not None and self.process.poll() is None:
            self._signal(signal.SIGKILL)
            self.process.wait(60)
