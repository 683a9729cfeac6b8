"""Read files that people name, and write files whole or not at all.

A file is written beside its place, forced to the disk and then given its name. A link is followed
to the file it names. What is no regular file (a device, a pipe) is refused: giving it a name would
replace it.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from app.errors import FileFault

NOT_A_NAME: Final = "NotAName"
NOT_PLAIN: Final = "NotPlain"


class FileUnreadable(FileFault):
    """The file cannot be opened or read."""


class FileUnwritable(FileFault):
    """The file cannot be written where it was asked for."""


def content_of(path: Path) -> bytes:
    """A file's bytes. Raises FileUnreadable."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), cause=cause_of(fault)) from fault


def check_readable(path: Path) -> None:
    """For a file that is read in parts later. Raises FileUnreadable."""
    try:
        with path.open("rb"):
            pass
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), cause=cause_of(fault)) from fault


def check_there(path: Path) -> None:
    """For a file, or a folder, that is opened later. Raises FileUnreadable."""
    try:
        os.stat(path)
    except (OSError, ValueError) as fault:
        raise FileUnreadable(path=str(path), cause=cause_of(fault)) from fault
    if not os.access(path, os.R_OK):
        raise FileUnreadable(path=str(path), cause=errno.errorcode[errno.EACCES])


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
            raise FileUnwritable(path=str(path), cause=NOT_PLAIN)
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
        raise FileUnwritable(path=str(path), cause=cause_of(fault)) from fault
    finally:
        if beside:
            os.unlink(beside)


def _usual_rights(place: str) -> int:
    if os.path.exists(place):
        return os.stat(place).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def cause_of(fault: OSError | ValueError) -> str:
    """What the system calls the fault: a key of `app.texts.causes`, where that has words for it."""
    number = fault.errno if isinstance(fault, OSError) else None
    return NOT_A_NAME if number is None else errno.errorcode.get(number, str(number))
