"""`python ptvsd`: the agent, whatever the site's folder contains."""

import importlib.util
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _load_package() -> None:
    # The site's own modules must not stand in for the standard library's here: a `queue.py` beside the site's code is
    # found before it when the folder is on the path, be it as the script's folder or by PYTHONPATH.
    foreign = {_here, os.path.dirname(_here)}
    foreign.update(
        os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry
    )
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") not in foreign]
    specification = importlib.util.spec_from_file_location(
        "ptvsd", os.path.join(_here, "__init__.py"), submodule_search_locations=[_here]
    )
    if specification is None or specification.loader is None:
        raise ImportError(_here)
    package = importlib.util.module_from_spec(specification)
    sys.modules["ptvsd"] = package
    specification.loader.exec_module(package)


if __name__ == "__main__":
    _load_package()
    from ptvsd.agent import main

    sys.exit(main(sys.argv[1:]))
