"""The text of a file that is too large to hold: its encoding, its digest, its lines.

By the rule of `app.files.text`, and beside it a file that changes its encoding on the way is found
out: where UTF-8 with some Chinese letters goes over into what is none, and where a line among
GB18030 reads as UTF-8 with some Chinese letters, which text in GB18030 does not by chance.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from app.feeds.faults import TwoEncodings
from app.files.rows import LONGEST_CELL, NotRows
from app.files.text import IN_EITHER, TextUnreadable

BLOCK: Final = 1 << 20
_TOLD_EVERY: Final = 1 << 26
_LONGEST_LINE: Final = 4 * LONGEST_CELL
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_SURE_OF_FILE, _SURE_OF_LINE = 12, 4
"""Chinese letters that are no chance: each is one in thousands."""

Read = Callable[[int], bytes]


class Scanned(NamedTuple):
    """What is known of a file that was read through once."""

    sha256: str
    encoding: str
    size: int


class _Looks:
    """What text that is UTF-8 so far looks like (`app.files.text`)."""

    def __init__(self) -> None:
        self.marked = self.chinese = self.letters = False
        self._counted = 0

    def see(self, text: str) -> None:
        if self.is_utf8 or text.isascii():
            return
        self._counted += len(_CHINESE.findall(text))
        strange = {sign for sign in set(text) if sign > "\x7f"} - IN_EITHER
        self.letters = self.letters or bool(strange)
        self.chinese = self.chinese or (bool(strange) and max(strange) > "\u07ff")

    @property
    def is_utf8(self) -> bool:
        """So many letters are no chance."""
        return self._counted >= _SURE_OF_FILE

    @property
    def like_gbk(self) -> bool:
        return self.letters and not self.chinese and not self.marked


def scanned(opened: Callable[[], Read]) -> Iterator[int | Scanned]:
    """Read a file through: now and then how far that has come, at last what was found.

    `opened` begins anew. Raises TextUnreadable and TwoEncodings.
    """
    read = opened()
    digest, size, line, looks = hashlib.sha256(), 0, 1, _Looks()
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = read(len(codecs.BOM_UTF8))
    looks.marked = block == codecs.BOM_UTF8
    while True:
        digest.update(block)
        size += len(block)
        plain = b"" if looks.marked and size == len(codecs.BOM_UTF8) else block
        try:
            text = decoder.decode(plain, final=not block)
        except UnicodeDecodeError as fault:
            looks.see(plain[: max(fault.start, 0)].decode(errors="ignore"))
            at = line + plain.count(b"\n", 0, max(fault.start, 0))
            if block and looks.marked:
                raise TextUnreadable(line=at) from None
            if block and looks.is_utf8:
                raise TwoEncodings(line=at) from None
            if block or not looks.chinese:
                yield from _as_gb18030(opened)
                return
            text = ""  # cut off within a letter: the row is named when it is come to
        _refuse_nul(text, line)
        looks.see(text)
        line += plain.count(b"\n")
        if size % _TOLD_EVERY < len(block):
            yield size
        if not block:
            break
        block = read(BLOCK)
    if looks.like_gbk:
        yield from _as_gb18030(opened)
    else:
        yield Scanned(digest.hexdigest(), "utf-8-sig" if looks.marked else "utf-8", size)


def _refuse_nul(text: str, line: int) -> None:
    if "\0" in text:
        raise TextUnreadable(line=line + text.count("\n", 0, text.find("\0")))


def _as_gb18030(opened: Callable[[], Read]) -> Iterator[int | Scanned]:
    read = opened()
    decoder = codecs.getincrementaldecoder("gb18030")()
    digest, size, line, begun = hashlib.sha256(), 0, 1, b""
    while True:
        block = read(BLOCK)
        digest.update(block)
        size += len(block)
        *whole, rest = (begun + block).split(b"\n")
        for number, one in enumerate(whole, line):
            if not one.isascii() and _is_utf8(one):
                raise TwoEncodings(line=number)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as fault:
            if block:
                raise TextUnreadable(line=line + block.count(b"\n", 0, fault.start)) from None
            text = ""
        _refuse_nul(text, line)
        line += len(whole)
        begun = rest[:_LONGEST_LINE]
        if size % _TOLD_EVERY < len(block):
            yield size
        if not block:
            break
    yield Scanned(digest.hexdigest(), "gb18030", size)


def _is_utf8(line: bytes) -> bool:
    try:
        return len(_CHINESE.findall(line.decode())) >= _SURE_OF_LINE
    except UnicodeDecodeError:
        return False


class Lines:
    """The lines of a file, as the CSV reader wants them.

    `whole`: the last one had an end; `broken`: it ends within a letter.
    """

    def __init__(self, read: Read, encoding: str) -> None:
        self._read = read
        self._encoding = encoding.removesuffix("-sig")
        self._marked = encoding != self._encoding
        self.whole = True
        self.broken = False
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        for text in self.texts():
            yield from self.lines_of(text)

    def texts(self) -> Iterator[str]:
        """Pieces that end with a line, but for the last."""
        for block in self._blocks():
            try:
                yield block.decode(self._encoding)
            except UnicodeDecodeError:  # the file was read through before: it is the last letter
                self.broken = True
                yield block.decode(self._encoding, "ignore")

    def lines_of(self, text: str) -> Iterator[str]:
        """The lines of a piece, one after the other."""
        for line in io.StringIO(text, newline=""):
            self.line += 1
            if len(line) > _LONGEST_LINE:
                raise NotRows(line=self.line)
            self.whole = line.endswith(("\n", "\r"))
            yield line

    def _blocks(self) -> Iterator[bytes]:
        """Pieces that end with a line; neither encoding has a line's end inside a letter."""
        pending = b""
        first = self._marked
        while block := self._read(BLOCK):
            if first:
                block, first = block.removeprefix(codecs.BOM_UTF8), False
            pending += block
            end = max(pending.rfind(b"\n"), pending.rfind(b"\r", 0, len(pending) - 1)) + 1
            if end:
                yield pending[:end]
                pending = pending[end:]
            elif len(pending) > 4 * _LONGEST_LINE:
                raise NotRows(line=self.line + 1)
        if pending:
            yield pending
