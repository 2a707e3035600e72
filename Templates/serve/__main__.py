"""`python THIS-FOLDER`: the web server that `ptvsd-publish serve` runs; its plan comes on standard input."""

import sys

from host.main import main

if __name__ == "__main__":
    sys.exit(main())
