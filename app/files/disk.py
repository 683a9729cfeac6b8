"""Read files that people name, and write files whole or not at all.

A file is written beside its place, forced to the disk and then given its name. A link is followed
to the file it names. What is no regular file (a device, a pipe) is refused: giving it a name would
replace it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import FileFault


class FileUnreadable(FileFault):
    """The file cannot be opened or read."""


class FileUnwritable(FileFault):
    """The file cannot be written where it was asked for."""


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises FileUnreadable."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), why=_why(fault)) from fault


def check_readable(path: Path) -> None:
    """For a file that is read in parts later. Raises FileUnreadable."""
    try:
        with path.open("rb"):
            pass
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), why=_why(fault)) from fault


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all. Raises FileUnwritable."""
    with whole_file(path) as out:
        out.write(content)


@contextmanager
def whole_file(path: Path, *, private: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to; it appears under its name when the block ends well, else not at all.

    Readable for its owner only (most of what we write names people) or, where not `private`, with
    the rights of the file it replaces or those the user gives new files. Raises FileUnwritable.
    """
    beside = None
    try:
        place = os.path.realpath(path)
        if os.path.lexists(place) and not os.path.isfile(place):
            raise FileUnwritable(path=str(path), why="not a regular file")
        handle, beside = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".huzhu-")
        with os.fdopen(handle, "wb") as out:
            if not private:
                os.chmod(beside, _usual_rights(place))
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, place)
        beside = None
    except (OSError, ValueError) as fault:
        raise FileUnwritable(path=str(path), why=_why(fault)) from fault
    finally:
        if beside:
            os.unlink(beside)


def _usual_rights(place: str) -> int:
    if os.path.exists(place):
        return os.stat(place).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _why(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or "not a file's name"
