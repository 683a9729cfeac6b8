"""Read a file at a place of one's own, while others read it too by the same handle."""

import io
import os
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER: Final = 1 << 17


class _OwnPlace(io.RawIOBase):
    """What `pread` reads; the handle's own place, which processes share, stays where it is."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begins = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._at,
            io.SEEK_END: os.fstat(self._handle).st_size,
        }
        at = begins[whence] + offset
        if at < 0:
            raise ValueError
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        read = os.preadv(self._handle, [buffer], self._at)
        self._at += read
        return read


def at_own_place(file: IO[bytes]) -> io.BufferedReader:
    """The same file from its beginning, wherever others are in it."""
    return io.BufferedReader(_OwnPlace(file.fileno()), _BUFFER)
