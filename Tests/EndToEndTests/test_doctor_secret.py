"""Where the doctor has the secret from, how it is interrupted, and what other commands say of a site without one."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest
from doctoring import DEBUG, Diagnosis, examine
from program import SITE, Program
from serving import Served


@pytest.fixture
def served(program: Program, sample: Any) -> Iterator[tuple[Path, str]]:
    """A project that is published in Debug and served, and where."""
    project = sample("FlaskSite")
    program(*DEBUG, "--site-url", SITE, cwd=project)
    site = Served(program, cwd=project)
    site.browser()
    yield project, site.address
    assert site.stop() == 130
    assert "interrupted" not in site.log


def test_an_address_is_examined_with_the_secret_at_hand(
    program: Program, served: tuple[Path, str], tmp_path: Path
) -> None:
    project, address = served
    secret = program("url", cwd=project).out.removeprefix("wss://").split("@")[0]
    other = tmp_path / "other"
    other.write_text("another-secret")

    def ids(*arguments: str | Path, cwd: Path) -> Diagnosis:
        return examine(program, *arguments, cwd=cwd)

    assert "secret-unknown" in ids(address, cwd=tmp_path)
    assert ids(address, cwd=project).findings == {}
    # What is given apart outranks the URL, as it does for 'attach'.
    known = address.replace("//", f"//{secret}@")
    assert ids(known, cwd=tmp_path).findings == {}
    refused = ids(known, "--secret-file", other, cwd=tmp_path)
    assert refused.status == 77
    assert f"to the secret in '{other}'" in refused["secret-wrong"]["evidence"]
    assert "bring it up to date" in refused["secret-wrong"]["wayOut"]
    wrong = address.replace("//", "//another-secret@")
    assert ids(wrong, cwd=project).status == 77
    program.environment["PTVSD_SECRET"] = secret
    assert ids(wrong, cwd=tmp_path).findings == {}


def test_what_was_mended_is_looked_at_again(program: Program, served: tuple[Path, str]) -> None:
    project, address = served
    (project / "web.debug.config").write_text("<configuration>")
    mended = examine(program, "--fix", "--yes", "--site-url", address, cwd=project)
    assert mended.report["mended"] and "secret-unknown" not in mended
    assert "published-secret-differs" in mended.errors


def test_an_interrupt_ends_it_without_a_word(program: Program, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        running = subprocess.Popen(
            [program.binary, "doctor", f"http://secret@127.0.0.1:{silent.getsockname()[1]}"],
            cwd=tmp_path,
            env=program.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # It asks, and gets no answer.
        with silent.accept()[0] as visitor:
            assert visitor.recv(1)
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=60) == ("", "")
    assert running.returncode == 130


def test_quiet_leaves_out_what_is_not_the_result(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    loud = program(*DEBUG, "--site-url", "https://iis.example.com", cwd=project)
    quiet = program(*DEBUG, "--quiet", cwd=project)
    assert "appcmd" in loud.out and "appcmd" not in quiet.out
    assert "Attach URL" in quiet.out and not quiet.err
    assert "not looked at" in program("doctor", "--local", cwd=project).out
    assert "not looked at" not in program("doctor", "--local", "--quiet", cwd=project).out


def test_rotate_after_a_release_says_that_there_is_no_endpoint(program: Program, sample: Any) -> None:
    project = sample("FlaskSite")
    program(*DEBUG, "--site-url", SITE, cwd=project)
    program("--configuration", "Release", cwd=project)
    text = "warning: the site was last published without a debug endpoint, as Release"
    result = program("rotate", cwd=project)
    assert text in result.err and "keeps its old secret" not in result.err
    assert text in program("url", cwd=project).err
