"""What a user types in the wrong place may hold a secret; no error shows it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctoring import DEBUG
from program import Program

SECRET = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF"
URL = f"wss://{SECRET}@127.0.0.1:9/ptvsd"


@pytest.mark.parametrize(
    "arguments",
    [
        (*DEBUG, "--site-url", URL),
        ("url", "--site-url", URL),
        ("doctor", "--site-url", URL),
        ("rotate", "--site-url", URL),
        ("publish", URL),
        ("serve", URL),
        ("rotate", URL),
        ("inspect", URL),
        ("url", URL),
        ("attach", "--project", URL),
        ("attach", "--secret-file", URL),
        ("attach", "--port", URL),
        ("attach", "--instance", URL),
        ("attach", URL, URL),
        ("attach", SECRET),
        ("doctor", URL, URL),
        ("doctor", URL, "--local"),
        ("publish", "--to", URL),
    ],
)
def test_an_error_shows_no_secret(program: Program, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for form in ((), ("--format", "json")):
        result = program(*arguments, *form, cwd=tmp_path, status=None)
        assert result.status not in (0, 1), result
        assert "rror: " in result.err
        assert SECRET not in result.out + result.err


def test_an_attach_url_as_the_address_of_a_site_is_told_from_one(program: Program, tmp_path: Path) -> None:
    result = program(*DEBUG, "--site-url", URL, cwd=tmp_path, status=64)
    assert "give the address of the site without the secret, 'https://127.0.0.1:9'" in result.err


def test_help_and_version_are_results(program: Program, tmp_path: Path) -> None:
    assert program("--version", cwd=tmp_path).out.strip()
    result = program("attach", "--help", cwd=tmp_path)
    assert "wss://[secret@]host/ptvsd" in result.out and not result.err
