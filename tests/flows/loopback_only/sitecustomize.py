"""Imported by every Python process that has this folder on its path: notes what it connects to beyond loopback."""

import os
import sys
from typing import Any


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name not in ("None", "localhost", "127.0.0.1", "::1", "0.0.0.0", ""):  # noqa: S104 - a name, not a binding
        with open(os.environ["CONNECTIONS"], "a", encoding="utf-8") as file:  # noqa: PTH123 - at start-up, keep it small
            file.write(f"{event} {name} by {' '.join(sys.argv[:3])}\n")


sys.addaudithook(note)
