"""Loaded by every Python process of a site that the agent started, by way of PYTHONPATH.

A Python that is too old for the rest runs on without the debugger.
"""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _open_door() -> None:
    import importlib.util

    path = os.path.join(os.path.dirname(_here), "door.py")
    specification = importlib.util.spec_from_file_location("_ptvsd_door", path)
    if specification is None or specification.loader is None:
        return
    module = importlib.util.module_from_spec(specification)
    sys.modules["_ptvsd_door"] = module
    specification.loader.exec_module(module)
    module.start()


def _chain() -> None:
    """Runs the sitecustomize that this one stands in front of, as if this one were not there."""
    import importlib.machinery
    import importlib.util

    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
    specification = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
    if specification is None or specification.loader is None:
        return
    module = importlib.util.module_from_spec(specification)
    sys.modules["sitecustomize"] = module
    specification.loader.exec_module(module)


try:
    _open_door()
except Exception:  # noqa: S110, BLE001 - the site must start whatever happens here
    pass
_chain()
