"""The CSV files in what was handed in: the file itself, what gzip holds, the members of a zip.

Members are read where they lie, never written under their names. An archive is refused whose names
lead elsewhere or come twice, which has very many members, or which unpacks to very many times its
size: a list of settlements shrinks to a tenth.
"""

import gzip
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final

from app.feeds.faults import PackedBroken, PackedEmpty, PackedLocked, PackedUnsafe

MAX_MEMBERS: Final = 1_000
MAX_RATIO: Final = 200
_RATIO_COUNTS_FROM: Final = 20_000_000
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP: Final = b"\x1f\x8b"
PACKED: Final = (*_ZIP, _GZIP, b"Rar!\x1a", b"7z\xbc\xaf")
_LEFT_BY_SYSTEMS: Final = ("__macosx/", ".ds_store", "thumbs.db")
_LONG_NUMBER: Final = re.compile(r"[0-9]{15,}[0-9Xx]?")
_BROKEN: Final = (zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile, NotImplementedError)


def shown_name(name: str) -> str:
    """A file's own name, without a number that may be a person's."""
    return _LONG_NUMBER.sub("…", posixpath.basename(name.replace("\\", "/")))[:200]


def members_of(file: IO[bytes]) -> list[str]:
    """The names of the CSV files in an archive; "" where the file is one itself."""
    begins = _begins(file)
    if not begins.startswith(_ZIP):
        return [""]
    with _broken_told(), zipfile.ZipFile(file) as archive:
        entries = [x for x in archive.infolist() if not x.is_dir()]
        if len(entries) > MAX_MEMBERS:
            raise PackedUnsafe
        names = [x.filename for x in entries]
        lowered = [x.lower() for x in names]
        if len(set(lowered)) < len(lowered) or any(map(_climbs, names)):
            raise PackedUnsafe
        if any(x.flag_bits & 1 for x in entries):
            raise PackedLocked
        packed = sum(x.compress_size for x in entries)
        if sum(x.file_size for x in entries) > max(_RATIO_COUNTS_FROM, packed * MAX_RATIO):
            raise PackedUnsafe
    wanted = [x for x in names if not any(y in x.lower() for y in _LEFT_BY_SYSTEMS)]
    if not wanted:
        raise PackedEmpty
    return wanted


@contextmanager
def opened(file: IO[bytes], member: str) -> Iterator[Callable[[int], bytes]]:
    """Read one of them from its beginning, a block at a time."""
    begins = _begins(file)
    with _broken_told():
        if member:
            with zipfile.ZipFile(file) as archive, archive.open(member) as inside:
                entry = archive.getinfo(member)
                yield _measured(inside, lambda: entry.compress_size)
        elif begins.startswith(_GZIP):
            with gzip.GzipFile(fileobj=file) as inside:
                yield _measured(inside, file.tell)
        else:
            yield file.read


def _measured(
    inside: IO[bytes] | gzip.GzipFile, packed: Callable[[], int]
) -> Callable[[int], bytes]:
    """Reads, and stops where far more comes out than went in; nothing packed lies within."""
    out = 0

    def read(size: int) -> bytes:
        nonlocal out
        block = inside.read(size)
        if not out and block.startswith(PACKED):
            raise PackedUnsafe
        out += len(block)
        if out > _RATIO_COUNTS_FROM and out > packed() * MAX_RATIO:
            raise PackedUnsafe
        return block

    return read


@contextmanager
def _broken_told() -> Iterator[None]:
    try:
        yield
    except _BROKEN as broken:
        raise PackedBroken from broken
    except RuntimeError as locked:  # what zipfile says of a password
        raise PackedLocked from locked
    except MemoryError as full:
        raise PackedUnsafe from full


def _begins(file: IO[bytes]) -> bytes:
    file.seek(0)
    begins = file.read(4)
    file.seek(0, io.SEEK_SET)
    return begins


def _climbs(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ".." in name.split("/")
