"""Whatever is lost in the midst of a breakpoint, the page arrives, the editor is told, and F5 works again."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator

import pytest
from debugging import EditorSession, Stand, VSCode, arrives, wait_until

# Pings come every half second, and two missed ones end a session.
PING = "0.5"
DEADLINE = 15.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any, wheel: Path) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("losses")
    with closing(Stand(folder, wheel, "BottleSite", PTVSD_PING_INTERVAL=PING)) as stand:
        yield stand


@pytest.fixture
def editor(site: Stand) -> Iterator[VSCode]:
    site.settled()
    editor = site.launch_json()
    yield editor
    editor.close()
    site.editors.remove(editor)


def works_again(site: Stand, editor: VSCode) -> None:
    site.settled()
    session, page = site.held(editor)
    session.disconnect()
    arrives(page, 30)


def ended(session: EditorSession) -> None:
    assert session.client.ended.wait(DEADLINE), "the editor still believes that it is attached"


def test_the_bridge_is_killed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    site.bridge.process.kill()
    ended(session)
    arrives(page, DEADLINE)
    works_again(site, editor)


def test_the_bridge_freezes_as_on_a_laptop_that_sleeps(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    site.bridge.process.send_signal(signal.SIGSTOP)
    arrives(page, DEADLINE)
    assert not session.client.ended.is_set()
    site.bridge.process.send_signal(signal.SIGCONT)
    ended(session)
    works_again(site, editor)


def test_the_network_breaks(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor, directly=True)
    site.front.stop()
    ended(session)
    arrives(page, DEADLINE)
    site.front.start()
    works_again(site, editor)


def test_the_network_goes_silent(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor, directly=True)
    site.front.freeze()
    try:
        arrives(page, DEADLINE)
        ended(session)
    finally:
        site.front.thaw()
    works_again(site, editor)


def test_the_agent_is_killed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    os.kill(site.status()["pid"], signal.SIGKILL)
    ended(session)
    arrives(page, DEADLINE)
    works_again(site, editor)


def test_the_site_restarts(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    [process] = [process["pid"] for process in site.status()["processes"] if process["main"]]
    os.kill(process, signal.SIGKILL)
    session.client.event("terminated", DEADLINE)
    with pytest.raises(OSError):
        page.result(DEADLINE)
    session.disconnect()
    wait_until(lambda: site.answers("/"), "the site's return")
    works_again(site, editor)


def test_the_secret_is_renewed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    before = site.secret
    site.program("rotate", cwd=site.project)
    ended(session)
    arrives(page, DEADLINE)
    # The bridge still has the old one: it says so, and the editor is not left waiting.
    site.settled()
    with pytest.raises(AssertionError, match="ended before"):
        site.attached(editor)
    wait_until(lambda: "does not accept the secret" in site.bridge.output, "a word about the secret")
    assert before not in site.bridge.output and site.secret not in site.bridge.output
    site.bridge.stop(signal.SIGINT)
    works_again(site, editor)
