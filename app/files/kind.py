"""What a file is, told by its first bytes; its name says what somebody called it."""

from typing import Final

from app.errors import FileFault
from app.files.cells import Kind
from app.files.faults import (
    FileEmpty,
    FileIsArchive,
    FileIsDocument,
    FileIsPdf,
    FileIsPicture,
    FileIsWebPage,
    FileTooBig,
    WorkbookEncrypted,
    WorkbookOld,
)

MAX_BYTES: Final = 20_000_000
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_WORD: Final = "WordDocument".encode("utf-16-le")
_BEGINS: Final[tuple[tuple[bytes, type[FileFault]], ...]] = (
    (b"%PDF", FileIsPdf),
    (b"\x89PNG\r\n", FileIsPicture),
    (b"\xff\xd8\xff", FileIsPicture),
    (b"GIF8", FileIsPicture),
    (b"II*\0", FileIsPicture),
    (b"MM\0*", FileIsPicture),
    (b"{\\rtf", FileIsDocument),
    (b"Rar!\x1a", FileIsArchive),
    (b"7z\xbc\xaf\x27\x1c", FileIsArchive),
    (b"\x1f\x8b", FileIsArchive),
)
# These say what they are behind a length or a size.
_LATER: Final = ((b"ftyp", 4), (b"WEBP", 8))
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def kind_of(data: bytes) -> Kind:
    """Tell a workbook from text. Raises the fault of everything that is neither."""
    if len(data) > MAX_BYTES:
        raise FileTooBig(limit="20 MB")
    if data.startswith(_ZIP):
        return "xlsx"
    if data.startswith(_OLE):
        if _WORD in data:
            raise FileIsDocument
        raise WorkbookEncrypted if _LOCKED in data else WorkbookOld
    for begin, fault in _BEGINS:
        if data.startswith(begin):
            raise fault
    if any(data.startswith(mark, at) for mark, at in _LATER) or _is_bitmap(data):
        raise FileIsPicture
    text = data.lstrip(_BLANK)
    if not text:
        raise FileEmpty
    if text.startswith(b"<"):
        raise FileIsWebPage
    return "csv"


def _is_bitmap(data: bytes) -> bool:
    """BM could also begin a text; a bitmap then tells its size."""
    return data.startswith(b"BM") and data[2:6] == len(data).to_bytes(4, "little")
