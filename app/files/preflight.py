"""Look a workbook's zip over before any reader touches it.

An honest .xlsx has a few dozen parts, shrinks to a tenth or so, and names each part once. What
breaks these rules was built to, or is not a roster; the reader never sees it. Declared sizes may
lie, so the reader still runs with limits of its own (see `workbook`).
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from app.files.faults import (
    FileIsArchive,
    FileIsDocument,
    FileIsNumbers,
    FileIsOpenDocument,
    WorkbookBinary,
    WorkbookBroken,
    WorkbookEncrypted,
    WorkbookMacros,
    WorkbookOther,
    WorkbookTooBig,
    WorkbookUnsafe,
)

CPU_SECONDS: Final = 4
"""What a reader that cannot be trusted may work."""
MAX_ENTRIES: Final = 1_000
# Every line of the table of contents begins with it; packed bytes may by chance, very rarely.
_ENTRY: Final = b"PK\x01\x02"
_MOST_ENTRY_MARKS: Final = MAX_ENTRIES + 100
MAX_UNPACKED: Final = 150_000_000
MAX_CELLS: Final = 2_000_000
"""Of all sheets, empty ones left of others too: who asked for the book keeps them in memory."""
MAX_MERGES: Final = 100_000
"""Of a sheet."""
MAX_RATIO: Final = 100
# A filled cell is two tags and their ends. Who has more fills more cells than are read.
_MAX_BRACKETS: Final = 4 * MAX_CELLS + 1_000_000
_RATIO_COUNTS_FROM: Final = 10_000_000
_MACRO_PARTS: Final = ("vbaproject.bin", "vbaprojectsignature.bin", "xl/macrosheets/")
_PART_BEGINS: Final = b"PK\x03\x04"
_HEADER: Final = struct.Struct("<4s22xHH")
_CHUNK: Final = 1 << 20
_PIECE: Final = 1 << 19
"""Of a part that is read as it is unpacked: what is made of one fits in the processor's cache."""
_ENTITIES: Final = (b"<!DOCTYPE", b"<!ENTITY")
# A formula's element, also under a prefix, or the type of an error value. Patterns that begin
# with a fixed text: the sheet of a large roster has tens of millions of bytes.
_FORMULAS: Final = (re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]"))
_ERRORS: Final = (b'"e"', b"'e'")
_OVERLAP: Final = 64


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The workbook's zip, if its table of contents is that of an honest .xlsx."""
    if data.count(_ENTRY) > _MOST_ENTRY_MARKS:
        raise WorkbookTooBig  # found out before a list of them is made
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as broken:
        raise WorkbookBroken from broken
    entries = archive.infolist()
    _refuse_size(entries)
    _refuse_names([entry.filename for entry in entries])
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookEncrypted
    return archive


def computed_sheets(archive: zipfile.ZipFile) -> set[str]:
    """Read every part once. Returns the worksheets that hold formulas or error values.

    Reading checks what the table of contents says (sizes, checksums), and that no part declares
    entities.
    """
    computed = set()
    for entry in archive.infolist():
        is_sheet = entry.filename.lower().startswith("xl/worksheets/")
        brackets = 0
        for piece in _pieces(archive, entry):
            brackets += piece.count(b"<")
            if brackets > _MAX_BRACKETS:
                raise WorkbookTooBig
            if any(entity in piece for entity in _ENTITIES):
                raise WorkbookUnsafe
            if is_sheet and _may_be_computed(piece):
                computed.add(entry.filename)
    return computed


def _may_be_computed(piece: bytes) -> bool:
    found = any(formula.search(piece) for formula in _FORMULAS)
    return found or any(error in piece for error in _ERRORS)


def size_of_part(archive: zipfile.ZipFile, name: str) -> int:
    """The bytes a part says it has; it never unpacks to more. Raises WorkbookBroken."""
    return _entry(archive, name).file_size


def content_of_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, of the size and checksum the table of contents says. Raises WorkbookBroken."""
    entry = _entry(archive, name)
    return b"".join(_unpacked(archive, entry, entry.file_size + 1))


def chunks_of_part(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """One part as it is unpacked; that it is not what was said may show at its end only."""
    return _unpacked(archive, _entry(archive, name), _PIECE)


def _entry(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(name)
    except KeyError as missing:
        raise WorkbookBroken from missing


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    tail = b""
    for chunk in _unpacked(archive, entry, _CHUNK):
        yield tail + chunk
        tail = chunk[-_OVERLAP:]


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """A part in chunks of at most `most` bytes, never one byte more than was declared.

    (`zipfile` unpacks the rest of a part at once where more comes than was declared.)
    """
    packed = _packed(archive, entry)
    unpacker = _Stored() if entry.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-15)
    left, checksum = entry.file_size, 0
    try:
        for at in range(0, len(packed), _CHUNK):
            rest = packed[at : at + _CHUNK]
            while rest:
                chunk = unpacker.decompress(rest, min(most, left + 1))
                rest = unpacker.unconsumed_tail
                left -= len(chunk)
                checksum = zlib.crc32(chunk, checksum)
                if left < 0 or (unpacker.eof and rest):
                    raise WorkbookBroken
                if chunk:
                    yield chunk
                elif unpacker.eof:
                    break
    except zlib.error as broken:
        raise WorkbookBroken from broken
    if left or checksum != entry.CRC:
        raise WorkbookBroken


class _Stored:
    """Unpacks what was not packed."""

    eof = False
    unconsumed_tail = b""

    def decompress(self, packed: bytes, most: int) -> bytes:
        self.unconsumed_tail = packed[most:]
        return packed[:most]


def _packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a part as they lie in the file, behind a header of its own."""
    file = archive.fp
    if file is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WorkbookBroken
    file.seek(max(entry.header_offset, 0))
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise WorkbookBroken
    begins, name, extra = _HEADER.unpack(header)
    if begins != _PART_BEGINS:
        raise WorkbookBroken
    file.seek(name + extra, io.SEEK_CUR)
    packed: bytes = file.read(entry.compress_size)
    return packed


def _refuse_size(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise WorkbookTooBig
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise WorkbookTooBig
    if unpacked > max(_RATIO_COUNTS_FROM, packed * MAX_RATIO):
        raise WorkbookTooBig


def _refuse_names(names: list[str]) -> None:
    lowered = [name.lower() for name in names]
    if len(set(lowered)) < len(lowered) or any(map(_climbs, names)):
        raise WorkbookUnsafe
    if any(part in name for name in lowered for part in _MACRO_PARTS):
        raise WorkbookMacros
    if "xl/workbook.xml" not in lowered:
        raise _other(set(lowered))


def _other(names: set[str]) -> WorkbookOther:
    """What a zip is that holds no .xlsx."""
    if "xl/workbook.bin" in names:
        return WorkbookBinary()
    if "content.xml" in names and "mimetype" in names:
        return FileIsOpenDocument()
    if any(name.endswith(".iwa") or name.startswith("index.zip") for name in names):
        return FileIsNumbers()
    if "word/document.xml" in names:
        return FileIsDocument()
    return FileIsArchive()


def _climbs(name: str) -> bool:
    return "\\" in name or name.startswith("/") or posixpath.normpath(name).startswith("..")
