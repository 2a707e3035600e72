"""Whatever is lost in the midst of a breakpoint, the page arrives, the editor is told, and F5 works again."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator

import pytest
from debugging import EditorSession, Stand, VSCode, arrives, wait_until

# Two missed ones end a session.
PING = "5"


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
    arrives(page)


def restarted(site: Stand, process: int) -> None:
    """Waits until another process answers: a host ends the site's when its web.config is written."""

    def look() -> bool:
        try:
            return bool(site.status()["pid"] != process)
        except OSError:
            return False

    wait_until(look, "the site's start")


def ended(session: EditorSession) -> None:
    assert session.client.ended.wait(60), "the editor still believes that it is attached"


def test_the_bridge_is_killed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    site.bridge.process.kill()
    ended(session)
    arrives(page)
    works_again(site, editor)


def test_the_bridge_freezes_as_on_a_laptop_that_sleeps(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    site.bridge.process.send_signal(signal.SIGSTOP)
    arrives(page)
    assert not session.client.ended.is_set()
    site.bridge.process.send_signal(signal.SIGCONT)
    ended(session)
    works_again(site, editor)


def test_the_network_breaks(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor, directly=True)
    site.front.stop()
    ended(session)
    arrives(page)
    site.front.start()
    works_again(site, editor)


def test_the_network_goes_silent(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor, directly=True)
    site.front.freeze()
    try:
        arrives(page)
        ended(session)
    finally:
        site.front.thaw()
    works_again(site, editor)


def test_the_agent_is_killed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    os.kill(site.status()["pid"], signal.SIGKILL)
    ended(session)
    arrives(page)
    works_again(site, editor)


def test_the_site_restarts(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    [process] = [process["pid"] for process in site.status()["processes"] if process["main"]]
    os.kill(process, signal.SIGKILL)
    session.client.event("terminated")
    with pytest.raises(OSError):
        page.result()
    session.disconnect()
    wait_until(lambda: site.answers("/"), "the site's return")
    works_again(site, editor)


def test_the_secret_is_renewed(site: Stand, editor: VSCode) -> None:
    session, page = site.held(editor)
    bridge, before, process = site.bridge, site.secret, site.status()["pid"]
    site.program("rotate", cwd=site.project)
    ended(session)
    # The page arrives, or an error in its place.
    wait_until(lambda: page.done, "an answer for the visitor")
    restarted(site, process)
    # The same bridge finds the new one by itself: after a publish, F5 is enough.
    works_again(site, editor)
    assert site.bridge is bridge and bridge.process.poll() is None
    assert before not in bridge.output and site.secret not in bridge.output


def test_a_secret_that_nobody_knows_is_said_so(site: Stand, editor: VSCode) -> None:
    site.attached(editor).disconnect()
    process = site.status()["pid"]
    site.program("rotate", cwd=site.project)
    restarted(site, process)
    site.settled()
    hidden = site.project / "web.debug.config"
    text = hidden.read_text()
    hidden.write_text(text.replace(site.secret, "wrong" * 8))

    def refused() -> bool:
        # The editor is told. The site may still be starting anew, and say that instead.
        with pytest.raises(AssertionError, match="does not accept the secret|ended before"):
            site.attached(editor)
        return "does not accept the secret" in site.bridge.output

    try:
        wait_until(refused, "a word about the secret")
    finally:
        hidden.write_text(text)
    works_again(site, editor)
