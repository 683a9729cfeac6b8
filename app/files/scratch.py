"""A folder for work on disk: gone when the work ends, and at the latest when the next begins.

A process that is killed leaves its folder behind. Each is locked while it is used, and the kernel
frees a lock with its holder: so what is found unlocked is nobody's any more.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """A folder that only its owner can read, among the system's temporary files."""
    place = Path(tempfile.gettempdir())
    for left in place.glob(f"{prefix}.*"):
        _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}.", dir=place))
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _clear(left: Path) -> None:
    """Remove a folder that nobody holds; one of somebody else's is left alone."""
    try:
        descriptor = os.open(left, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY)
    except OSError:
        return
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
