"""A site on IIS is not left switched off by a publish that fails while its files change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ftp_stand import FTPStand
from program import Program


def prepare(stand: FTPStand, program: Program, project: Path) -> Path:
    """Publishes, and then keeps one of the folders from being changed."""
    program.environment.update(stand.environment)
    program("--to", stand.url("www"), cwd=project)
    (project / "views" / "about.tpl").write_text("other")
    held = stand.root / "www" / "views"
    held.chmod(0o555)
    return held


@pytest.mark.parametrize("resists", [False, True])
def test_a_failed_change_does_not_leave_the_site_offline(
    resists: bool, program: Program, sample: Any
) -> None:
    project = sample("BottleSite")
    limit = "<Limit DELE>\nDenyAll\n</Limit>" if resists else ""
    with FTPStand(rest=limit) as stand:
        held = prepare(stand, program, project)
        result = program("--to", stand.url("www"), cwd=project, status=1)
        assert '"STOR www/app_offline.htm' in stand.commands(), "it was switched off for the change"
        assert (stand.root / "www" / "app_offline.htm").exists() == resists
        assert ("keeps the site from answering" in result.err) == resists, result.err
        assert "views/about.tpl" in result.err
        held.chmod(0o755)
