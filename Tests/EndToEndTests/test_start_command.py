"""Start commands: what would keep one from working behind the site agent, or from starting at all."""

from __future__ import annotations

import pytest
from program import SITE, Folder, Program

DEBUG = ("--configuration", "Debug", "--site-url", SITE)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("gunicorn app:app -w 4 --bind 0.0.0.0:8000", "warning: 'gunicorn' is not told to listen at '$PORT'"),
        ("uvicorn main:app", "warning: 'uvicorn' is not told to listen at '$PORT'"),
        ("python -m flask run --port 5000", "warning: 'flask' is not told to listen at '$PORT'"),
        ("python app.py", "note: the start command does not name '$PORT'"),
        (
            "gunicorn -b :$PORT --timeout 30 app:app",
            "warning: gunicorn's 'timeout' is 30 s",
        ),
        ("gunicorn app:app", ""),
        ("exec gunicorn -b 0.0.0.0:${PORT:-8000} --timeout=0 app:app", ""),
        ("uvicorn main:app --host 0.0.0.0 --port $PORT", ""),
    ],
)
@pytest.mark.parametrize("place", ["Procfile", "option"])
def test_a_start_command_is_checked(
    program: Program, folder: Folder, command: str, words: str, place: str
) -> None:
    site = folder()
    if place == "Procfile":
        (site / "Procfile").write_text(f"release: true\nweb: {command}\n")
    result = program(*DEBUG, *(() if place == "Procfile" else ("--start-command", command)), cwd=site)
    if words:
        is_placed = place == "Procfile" and "$PORT" in words
        assert ("Procfile:2:1: " if is_placed else "") + words in result.err
    else:
        assert "warning" not in result.err and "$PORT" not in result.err


@pytest.mark.parametrize(
    ("command", "requirements", "missing"),
    [
        (None, "flask\n", "gunicorn"),
        (None, "flask==3.0  # a comment\n\nwerkzeug\n", "gunicorn"),
        (None, "Flask\nGunicorn>=22\n", ""),
        ("uvicorn main:app --port $PORT", "fastapi\n", "uvicorn"),
        ("python -m waitress --port=$PORT app:app", "flask\n", "waitress"),
        ("exec waitress-serve --port=$PORT app:app", "flask\n", "waitress"),
        ("waitress-serve --port=$PORT app:app", "waitress ; python_version>'3'\n", ""),
        # Where something else can bring it, nothing is certain.
        ("uvicorn main:app --port $PORT", "fastapi[standard]\n", ""),
        (None, "-r more.txt\nflask\n", ""),
        (None, "flask\n--constraint=pins.txt\n", ""),
        (None, "-e .\nflask\n", ""),
        (None, "flask\n./wheels/all.whl\n", ""),
        (None, "flask\nhttps://example.com/all.whl\n", ""),
        (None, "flask\nall @ https://example.com/all.whl\n", ""),
        (".venv/bin/gunicorn --bind :$PORT app:app", "flask\n", ""),
        ("pip install gunicorn && gunicorn --bind :$PORT app:app", "flask\n", ""),
        ("python app.py $PORT", "flask\n", ""),
        (None, None, ""),
    ],
)
def test_a_server_that_nothing_installs_is_a_warning(
    program: Program, folder: Folder, command: str | None, requirements: str | None, missing: str
) -> None:
    site = folder(**({} if requirements is None else {"requirements__txt": requirements}))
    option = () if command is None else ("--start-command", command)
    said = program("-c", "Debug", "--site-url", "https://example.com", *option, "--dry-run", cwd=site).err
    if missing:
        assert (
            f"requirements.txt: warning: the start command runs '{missing}" in said
            and f"and 'requirements.txt' does not name '{missing}'" in said
        )
    else:
        assert "does not name" not in said


def test_what_the_site_or_azure_brings_is_not_missed(program: Program, folder: Folder) -> None:
    site = folder(requirements__txt="flask\n")
    run = ("--dry-run", "--start-command")
    for command in ("gunicorn app:app", "uvicorn app:app --port $PORT"):
        assert "does not name" not in program(*DEBUG, *run, command, cwd=site).err
    waitress = "waitress-serve --port=$PORT app:app"
    assert "does not name" in program(*DEBUG, *run, waitress, cwd=site).err
    (site / "pyproject.toml").write_text('[project]\ndependencies = ["waitress"]\n')
    assert "does not name" not in program(*DEBUG, *run, waitress, cwd=site).err
    (site / "pyproject.toml").unlink()
    (site / "waitress").mkdir()
    (site / "waitress" / "__init__.py").write_text("")
    assert "does not name" not in program(*DEBUG, *run, waitress, cwd=site).err
