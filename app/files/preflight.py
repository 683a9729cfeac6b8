"""Look a workbook's zip over before any reader touches it.

An honest .xlsx has a few dozen parts, shrinks to a tenth or so, and names each part once. What
breaks these rules was built to, or is not a roster; the reader never sees it. Declared sizes may
lie, so the reader still runs with limits of its own (see `workbook`).
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from app.files.faults import (
    WorkbookBroken,
    WorkbookEncrypted,
    WorkbookMacros,
    WorkbookOther,
    WorkbookTooBig,
    WorkbookUnsafe,
)

MAX_ENTRIES: Final = 1_000
MAX_UNPACKED: Final = 150_000_000
MAX_RATIO: Final = 100
_RATIO_COUNTS_FROM: Final = 10_000_000
_MACRO_PARTS: Final = ("vbaproject.bin", "vbaprojectsignature.bin", "xl/macrosheets/")
_CHUNK: Final = 1 << 20
_ENTITIES: Final = (b"<!DOCTYPE", b"<!ENTITY")
# A formula's element, also under a prefix, or the type of an error value. Patterns that begin
# with a fixed text: the sheet of a large roster has tens of millions of bytes.
_FORMULAS: Final = (re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]"))
_ERRORS: Final = (b'"e"', b"'e'")
_OVERLAP: Final = 64


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The workbook's zip, if its table of contents is that of an honest .xlsx."""
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
        for piece in _pieces(archive, entry):
            if any(entity in piece for entity in _ENTITIES):
                raise WorkbookUnsafe
            if is_sheet and _may_be_computed(piece):
                computed.add(entry.filename)
    return computed


def _may_be_computed(piece: bytes) -> bool:
    found = any(formula.search(piece) for formula in _FORMULAS)
    return found or any(error in piece for error in _ERRORS)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    tail = b""
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                yield tail + chunk
                tail = chunk[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as broken:
        raise WorkbookBroken from broken


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
        raise WorkbookOther


def _climbs(name: str) -> bool:
    return "\\" in name or name.startswith("/") or posixpath.normpath(name).startswith("..")
