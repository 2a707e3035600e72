"""Leave to change a site's settings, asked for on a real terminal: what is shown, each answer, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from azure_publishing import AzurePublishing, small_project
from azure_stand import AzureStand
from program import Program, tree
from small_wheel import small_wheel
from terminal import CONTROL_C, CONTROL_D, Terminal

START = "gunicorn app:app"
QUESTION = "Change them? [y/N] "


@pytest.fixture
def publishing(program: Program, tmp_path: Path, azure: AzureStand) -> AzurePublishing:
    """A site on Linux whose start command a Debug publish has to change."""
    running = azure.add(config={"appCommandLine": START})
    return AzurePublishing(program, azure, running, small_project(tmp_path / "project"))


def debug(publishing: AzurePublishing, *more: str) -> Terminal:
    wheel = str(small_wheel(publishing.project.parent))
    arguments = ("--to", publishing.destination, "--configuration", "Debug", "--debugpy", wheel, *more)
    return Terminal(publishing.program, *arguments, cwd=publishing.project)


@pytest.mark.parametrize("answer", ["y", "Yes ", "YES"])
def test_yes_changes_what_was_shown_and_goes_on(answer: str, publishing: AzurePublishing) -> None:
    with debug(publishing) as terminal:
        terminal.shows(QUESTION)
        assert publishing.written() == [], "nothing happens before the answer"
        shown = terminal.screen
        result = terminal.type(answer + "\n").ends()
    assert f"Settings of the site that have to change:\n  start command: '{START}' → 'python ptvsd'\n{QUESTION}" in shown
    assert result.status == 0 and "Attach URL" in result.out, result.out
    assert publishing.running.site.changes == [("web", {"appCommandLine": "python ptvsd"})]


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        ("n\n", 1, "the settings of the site were not changed, and nothing was sent"),
        ("no\n", 1, "nothing was sent"),
        ("perhaps\n", 1, "nothing was sent"),
        ("\n", 1, "nothing was sent"),
        (CONTROL_D, 1, "nothing was sent"),
        (CONTROL_C, 130, "interrupted"),
        ("y" + CONTROL_C, 130, "interrupted"),
    ],
    ids=["n", "no", "other", "empty", "end", "interrupt", "interrupt-after-y"],
)
def test_anything_else_changes_nothing(
    answer: str, status: int, says: str, publishing: AzurePublishing
) -> None:
    site = publishing.running.site
    before, project = tree(site.home), tree(publishing.project)
    with debug(publishing) as terminal:
        result = terminal.shows(QUESTION).type(answer).ends()
        assert terminal.echoes
    assert result.status == status, result.out
    *_, last = result.out.rstrip("\n").split("\n")
    assert last.startswith("error: ") and says in last, "the error stands on a line of its own"
    assert result.out.count("rror: ") == 1 and "Attach URL" not in result.out
    assert publishing.written() == [] and site.changes == [] and site.config["appCommandLine"] == START
    assert tree(site.home) == before and tree(publishing.project) == project
    assert not (publishing.program.home / "state").exists(), "it is not remembered as published"


def test_what_was_typed_before_is_no_answer(publishing: AzurePublishing) -> None:
    publishing.running.site.faults.cold_requests = 3
    with debug(publishing) as terminal:
        # The terminal shows what is typed at once, and the program asks later.
        terminal.type("y\n").shows(QUESTION)
        assert "y\n" in terminal.screen.partition("Settings of the site")[0]
        assert terminal.process.poll() is None and publishing.written() == []
        assert terminal.type("n\n").ends().status == 1


def test_a_question_is_asked_however_little_else_is_said(publishing: AzurePublishing) -> None:
    with debug(publishing, "--quiet") as terminal:
        shown = terminal.shows(QUESTION).screen
        terminal.type("n\n").ends()
    assert "start command: " in shown


def test_json_and_questions_do_not_mix_up(publishing: AzurePublishing) -> None:
    with debug(publishing, "--format", "json") as terminal:
        result = terminal.shows(QUESTION).type("y\n").ends()
    assert result.status == 0 and result.out[result.out.index("\n{") :].rstrip().endswith("}"), result.out


def test_nobody_is_asked_in_continuous_integration_or_after_yes(publishing: AzurePublishing) -> None:
    publishing.program.environment["CI"] = "1"
    with debug(publishing) as terminal:
        refused = terminal.ends()
    assert refused.status == 1 and QUESTION not in refused.out and "give '--yes' to agree" in refused.out
    assert publishing.written() == []
    del publishing.program.environment["CI"]
    with debug(publishing, "--yes") as terminal:
        agreed = terminal.ends()
    assert agreed.status == 0 and QUESTION not in agreed.out
    assert "start command: " in agreed.out, "what is changed is shown all the same"
