"""The reference of the command line says what the program says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from program import ROOT, find_binary


def test_the_reference_in_docs_is_what_the_program_says_of_itself(tmp_path: Path) -> None:
    script = ROOT / "Tools" / "generate-reference.py"
    subprocess.run([sys.executable, str(script), str(find_binary()), str(tmp_path)], check=True)
    for name in ("cli.md", "ptvsd-publish.1", "troubleshooting.md"):
        assert (tmp_path / name).read_text() == (ROOT / "docs" / name).read_text(), "run 'make man'"
