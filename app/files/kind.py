"""What a file is, told by its first bytes; its name says what somebody called it."""

from typing import Final

from app.files.cells import Kind
from app.files.faults import (
    FileEmpty,
    FileIsWebPage,
    FileTooBig,
    WorkbookEncrypted,
    WorkbookOld,
)

MAX_BYTES: Final = 20_000_000
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def kind_of(data: bytes) -> Kind:
    """Tell a workbook from text. Raises the fault of everything that is neither."""
    if len(data) > MAX_BYTES:
        raise FileTooBig(limit="20 MB")
    if data.startswith(_ZIP):
        return "xlsx"
    if data.startswith(_OLE):
        raise WorkbookEncrypted if _LOCKED in data else WorkbookOld
    text = data.lstrip(_BLANK)
    if not text:
        raise FileEmpty
    if text.startswith(b"<"):
        raise FileIsWebPage
    return "csv"
