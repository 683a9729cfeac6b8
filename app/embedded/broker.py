"""The embedded broker: Valkey on a private socket. It rings the bell and holds nothing of record.

AOF on and `noeviction`: a lost message costs the time until the next sweep, so few are lost.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.embedded import binaries, children
from app.embedded.cluster import DatabaseUnavailable
from app.embedded.files import answers, make_private

SOCKET: Final = "valkey.sock"
START_S: Final = 30
STOP_S: Final = 10


def command(sockets: Path, folder: Path, *, durable: bool = True) -> list[str]:
    """The command line of a server that listens in `sockets` and keeps its data in `folder`."""
    options = {
        "port": "0",
        "unixsocket": str(sockets / SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes" if durable else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(binaries.valkey()), *words]


def url(sockets: Path) -> str:
    return f"unix://{quote(str(sockets / SOCKET))}"


def is_up(sockets: Path) -> bool:
    return answers(sockets / SOCKET)


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """A Valkey for as long as the block runs, in a short private `folder`; gives its address."""
    make_private(folder)
    with (folder / "valkey.log").open("ab") as log:
        child = children.start(
            command(folder, folder, durable=durable), log, dies_by=signal.SIGTERM
        )
    try:
        deadline = time.monotonic() + START_S
        while not is_up(folder):
            if child.poll() is not None or time.monotonic() > deadline:
                raise DatabaseUnavailable(f"Valkey did not start; see {log.name}.")
            time.sleep(0.01)
        yield url(folder)
    finally:
        children.stop(child, by=signal.SIGTERM, patience_s=STOP_S)
