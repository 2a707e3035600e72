"""What happens, told to the program that started this one: a JSON object per line on standard output."""

from __future__ import annotations

import json
import os
from typing import Any


def emit(event: str, **fields: Any) -> None:
    line = json.dumps({"event": event, **fields}) + "\n"
    data = line.encode("ascii")
    try:
        while data:
            data = data[os.write(1, data) :]
    except OSError:
        pass  # nobody listens any more; the end of standard input ends this process
