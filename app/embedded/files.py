"""The private folders and sockets the embedded servers lie in."""

import os
import socket
from pathlib import Path

from app.embedded.cluster import DatabaseUnavailable


def make_private(folder: Path) -> None:
    """Make a folder for our eyes only, or say why it cannot be ours."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise DatabaseUnavailable(
            f"{folder} cannot be made ({refused.strerror}). "
            "Make it writable, or name another folder with HUZHU_DATA."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DatabaseUnavailable(
            f"There is no permission to write in {folder}. "
            "Run this as its owner, or name another folder with HUZHU_DATA."
        )


def answers(path: Path) -> bool:
    """Whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0
