"""What a text file says, whatever program wrote it.

Strict UTF-8 first, a byte order mark taken off; else GB18030, which contains GBK. GBK byte pairs
can be valid UTF-8: "石毛" decodes to Cyrillic-looking letters without an error. So where UTF-8
yields letters in U+0080-U+07FF (two bytes each: Latin, Greek, Cyrillic, Hebrew, Arabic), which
Chinese files hardly have, and nothing above, where Chinese lies, the file is
GB18030. Three do not count, for they are common in either: U+00B7, the dot in names such as
买买提·艾力, and what copying from a page leaves unseen, U+00A0 and U+00AD.
"""

from codecs import BOM_UTF8
from typing import Final

from app.errors import FileFault

IN_EITHER: Final = frozenset("\u00b7\u00a0\u00ad")


class TextUnreadable(FileFault):
    """Neither UTF-8 nor GB18030 (a workbook, a picture, UTF-16), or with NUL characters in it."""


def text_of(content: bytes) -> str:
    """The text of a file's bytes. Raises TextUnreadable."""
    text = _decoded(content)
    nul_at = text.find("\0")
    if nul_at >= 0:
        raise TextUnreadable(line=text.count("\n", 0, nul_at) + 1)
    return text


def _decoded(content: bytes) -> str:
    marked = content.startswith(BOM_UTF8)
    content = content.removeprefix(BOM_UTF8)
    try:
        text = content.decode("utf-8")
        if marked or not _looks_like_gbk_pairs(text):
            return text
    except UnicodeDecodeError as fault:
        if marked:
            raise _unreadable(content, fault) from None
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as fault:
        raise _unreadable(content, fault) from None


def _unreadable(content: bytes, fault: UnicodeDecodeError) -> TextUnreadable:
    return TextUnreadable(line=content.count(b"\n", 0, fault.start) + 1)


def _looks_like_gbk_pairs(text: str) -> bool:
    if text.isascii():
        return False
    letters = {char for char in set(text) if char > "\x7f"} - IN_EITHER
    return bool(letters) and max(letters) <= "\u07ff"
