"""A wheel of a debugpy that does nothing, for tests of the way to a server: the real one has 300 files."""

from __future__ import annotations

import zipfile
from pathlib import Path

VERSION = "1.8.21"
FILES = {
    "debugpy/__init__.py": f"__version__ = {VERSION!r}\n",
    "debugpy/_vendored/pydevd/pydevd.py": "x = 1\n" * 500,
    f"debugpy-{VERSION}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: debugpy\nVersion: {VERSION}\n",
    f"debugpy-{VERSION}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\n",
    f"debugpy-{VERSION}.dist-info/RECORD": "",
}


def small_wheel(folder: Path) -> Path:
    """Writes the wheel into a folder, if it is not there."""
    path = folder / f"debugpy-{VERSION}-py2.py3-none-any.whl"
    if not path.exists():
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in FILES.items():
                wheel.writestr(name, text)
    return path
