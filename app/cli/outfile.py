"""Put a file to the bank on the disk: written before the commit, named right after it.

Between the two it lies beside under a hidden name. A crash there leaves a batch without its file,
which `huzhu payments rewrite` makes again; it never leaves a file without its batch under the name
that was asked for. It holds account numbers: only its owner can read it.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from app.errors import Refusal
from app.files.disk import FileUnwritable, cause_of


class OutFileExists(Refusal):
    """Nothing is written over: a file to the bank may have been sent already."""


def refuse_existing(out: Path) -> None:
    """Raises OutFileExists."""
    if os.path.lexists(out):
        raise OutFileExists(out=str(out))


def written_beside(out: Path, data: bytes) -> Path:
    """The bytes, safe on the disk under another name. Raises FileUnwritable."""
    beside = None
    try:
        handle, name = tempfile.mkstemp(dir=out.resolve().parent, prefix=f".{out.name}.")
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        if beside:
            beside.unlink(missing_ok=True)
        raise FileUnwritable(path=str(out), cause=cause_of(fault)) from fault
    return beside


def placed(beside: Path, out: Path) -> bool:
    """Give the file its name; False, and no file, where it cannot have it (any more)."""
    try:
        _name(beside, out)
    except OSError:
        beside.unlink(missing_ok=True)
        return False
    with contextlib.suppress(OSError):  # not every system opens directories
        directory = os.open(out.resolve().parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    return True


def _name(beside: Path, out: Path) -> None:
    try:
        os.link(beside, out)  # unlike a rename, never takes another file's name
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if os.path.lexists(out):
            raise
        beside.rename(out)
    else:
        beside.unlink()
