"""What a file is, told by its first bytes; its name and what a browser says of it are ignored."""

from typing import Final, Literal

from app.attachments.faults import PaperEmpty, PaperIsOfd, PaperTooBig, PaperUnknown

Format = Literal["JPEG", "PNG", "WEBP", "HEIF", "PDF"]

MOST_BYTES: Final = 20_000_000
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\0"
_HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
)


def format_of(data: bytes) -> Format:
    """The format. Raises PaperEmpty, PaperTooBig, PaperIsOfd, PaperUnknown."""
    if len(data) > MOST_BYTES:
        raise PaperTooBig(limit=f"{MOST_BYTES // 1_000_000} MB")
    if not data.strip(_BLANK):
        raise PaperEmpty
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    if data.lstrip(_BLANK).startswith(b"%PDF-"):
        return "PDF"
    if data.startswith(b"PK\x03\x04") and b"OFD.xml" in data:
        raise PaperIsOfd
    raise PaperUnknown
