"""Read files that people name, and write files beside which nothing half-done is left."""

import os
import tempfile
from pathlib import Path

from app.errors import FileFault


class FileUnreadable(FileFault):
    """The file cannot be opened or read."""


class FileUnwritable(FileFault):
    """The file cannot be written where it was asked for."""


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises FileUnreadable."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise FileUnreadable(path=str(path), why=fault.strerror or "") from fault


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, readable for its owner only. Raises FileUnwritable."""
    try:
        handle, beside = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as fault:
        raise FileUnwritable(path=str(path), why=fault.strerror or "") from fault
