"""Read the XML of a plain worksheet by columns of numbers, not cell by cell.

Spreadsheet programs all write a worksheet the same way: a row is `<row r="7" …>`, a cell is
`<c r="B7" s="1" t="s"><v>12</v></c>`, where 12 is the place of its text among the shared strings.
A piece of a worksheet is scanned with a fixed number of passes of numpy over its bytes: where tags
begin and end, which ones they are, whether each may follow the one before it. Every assumption is
checked, and whatever is written in another way raises NotPlain: then the general reader has it
(see `workbook`). So a scan is either right or it does not happen.

Eight bytes from any place are one unsigned number, the first byte lowest; what is looked for is
compared as such a number.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LAST_LINE: Final = 1_048_576
_AHEAD: Final = 32
"""Zero bytes behind a piece, so that eight bytes can be read at its last ones."""

_WORD_BYTES: Final = 8
_OPENS, _CLOSES, _SLASH, _QUOTE, _ZERO, _A, _Z = b'<>/"0AZ'

Words = NDArray[np.uint64]
Places = NDArray[np.int64]

# What a tag is. A self-closed cell or row has a code of its own, one higher.
_ROW, _EMPTY_ROW, _CELL, _EMPTY_CELL, _VALUE, _VALUE_END, _CELL_END, _ROW_END = range(1, 9)
_FOLLOWS: Final = {
    _ROW: (_CELL, _EMPTY_CELL, _ROW_END),
    _EMPTY_ROW: (_ROW, _EMPTY_ROW),
    _CELL: (_VALUE, _CELL_END),
    _EMPTY_CELL: (_CELL, _EMPTY_CELL, _ROW_END),
    _VALUE: (_VALUE_END,),
    _VALUE_END: (_CELL_END,),
    _CELL_END: (_CELL, _EMPTY_CELL, _ROW_END),
    _ROW_END: (_ROW, _EMPTY_ROW),
}


class NotPlain(Exception):
    """Written in a way that is not read here; another reader has to."""


def _word(text: bytes) -> tuple[np.uint64, np.uint64]:
    """A text of up to eight bytes as the mask of its bytes and their number."""
    mask = (1 << (8 * len(text))) - 1
    return np.uint64(mask), np.uint64(int.from_bytes(text, "little"))


def _table() -> NDArray[np.bool_]:
    may = np.zeros((9, 9), np.bool_)
    for code, following in _FOLLOWS.items():
        may[code, list(following)] = True
    return may


_MAY_FOLLOW: Final = _table().ravel()


def _tags() -> NDArray[np.uint8]:
    """What a tag is by the two bytes behind its bracket, read as one number."""
    codes = np.zeros(1 << 16, np.uint8)
    for begins, code in (
        (b"c ", _CELL),
        (b"v>", _VALUE),
        (b"/v", _VALUE_END),
        (b"/c", _CELL_END),
        (b"ro", _ROW),
        (b"/r", _ROW_END),
    ):
        codes[int.from_bytes(begins, "little")] = code
    return codes


_TAGS: Final = _tags()
_DIGIT_TOPS: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS: Final = np.uint64(0x3030303030303030)
_SIXES: Final = np.uint64(0x0606060606060606)
# By number of digits, 0 to 8: how far to shift them to the top and what to fill up with.
_SHIFT: Final = np.array([0, *(64 - 8 * n for n in range(1, 9))], np.uint64)
_FILL: Final = np.array([int.from_bytes(b"0" * (8 - n), "little") for n in range(9)], np.uint64)
# By number of bytes: those, of eight.
_MASK: Final = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


@dataclass(frozen=True, slots=True)
class Scanned:
    """The filled cells of a piece, in the order of the file; arrays of shape (n,).

    `shared`: the value is the place of a text; else it is a number, written in the bytes
    `begins` to `ends`. `whole` is the value where those are at most eight digits, else -1.
    `style` is the number of a number's format, -1 where it has none and for texts.
    """

    line: Places
    column: Places
    shared: NDArray[np.bool_]
    whole: Places
    style: Places
    begins: Places
    ends: Places
    last_line: int
    """Of the piece's last row, filled or not."""


def scan(piece: bytes, after_line: int) -> Scanned:
    """The filled cells of whole rows, which must come in order after `after_line`.

    Raises NotPlain.
    """
    size = len(piece)
    padded = piece + bytes(_AHEAD)
    a = np.frombuffer(padded, np.uint8)
    words: Words = np.ndarray((size + _AHEAD - 8,), "<u8", padded, strides=(1,))
    opens = np.flatnonzero(a == _OPENS)
    # As many tags end as begin, and below every one is seen to: so there are no others.
    if np.count_nonzero(a == _CLOSES) != len(opens) or not len(opens) or opens[0] != 0:
        raise NotPlain
    code = _codes(a, words, opens, np.append(opens[1:], size))
    rows, valued = np.flatnonzero(code <= _EMPTY_ROW), np.flatnonzero(code == _VALUE)
    known = _lines(words, opens[rows], after_line)
    filled = np.diff(np.append(np.searchsorted(valued, rows), len(valued)))
    return _cells(a, words, opens, valued, known, np.repeat(np.arange(len(rows)), filled))


def _codes(a: NDArray[np.uint8], words: Words, opens: Places, next_at: Places) -> NDArray[np.uint8]:
    """What each tag is, checked to be in an order that means something."""
    begins = a[1:][opens].astype(np.uint16) | a[2:][opens].astype(np.uint16) << np.uint16(8)
    code = _TAGS.take(begins)
    is_value = code == _VALUE
    # Between tags there is nothing, but in a value: each ends where the next begins.
    if not ((a[next_at - 1] == _CLOSES) | is_value).all():
        raise NotPlain
    code += (a[next_at - 2] == _SLASH) & ((code == _CELL) | (code == _ROW))
    pairs = code[:-1] * np.uint8(9) + code[1:]
    good = _MAY_FOLLOW.take(pairs).all() and code[0] in (_ROW, _EMPTY_ROW)
    if not (good and code[-1] in (_ROW_END, _EMPTY_ROW)):
        raise NotPlain
    # A closing tag holds nothing but its name; those behind a value are seen to in `_cells`.
    row_ends = np.flatnonzero(code == _ROW_END)
    empty = np.flatnonzero((code[:-1] == _CELL) & (code[1:] == _CELL_END)) + 1
    if not (
        _are(words, opens[np.flatnonzero(code <= _EMPTY_ROW)], b'<row r="')
        and _are(words, opens[row_ends], b"</row>")
        and _are(words, opens[empty], b"</c>")
    ):
        raise NotPlain
    return code


def _are(words: Words, places: Places, text: bytes) -> bool:
    mask, number = _word(text)
    return bool(((words[places] & mask) == number).all())


def _lines(words: Words, at: Places, after_line: int) -> "_Rows":
    """The number of each row, rising, and how it is written."""
    text = words[at + 8]
    digits = np.zeros(len(at), np.int64)
    for n in range(7, 0, -1):
        digits[((text >> np.uint64(8 * n)) & np.uint64(255)) == _QUOTE] = n
    lines = _whole(text, digits)
    rising = np.diff(lines, prepend=after_line) > 0
    plain = rising.all() and (lines > 0).all() and (lines <= LAST_LINE).all()
    if not (plain and (text & np.uint64(255) != _ZERO).all()):
        raise NotPlain
    masks = _MASK.take(digits + 1)
    return _Rows(lines, digits, masks, text & masks)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a piece: the number, of how many digits, and those with the quotation mark behind."""

    line: Places
    digits: Places
    mask: Words
    text: Words


def _cells(
    a: NDArray[np.uint8], words: Words, opens: Places, valued: Places, rows: _Rows, row: Places
) -> Scanned:
    """The cells whose values open at `valued`, each in the row of that place in `rows`."""
    at, end, ends = opens[valued - 1], opens[valued] - 1, opens[valued + 1]
    if not (_are(words, at, b'<c r="') and _are(words, ends, b"</v></c>")):
        raise NotPlain
    column, letters = _columns(a, at + 6)
    # Behind the letters stands the row's own number and a quotation mark.
    if ((words[at + 6 + letters] & rows.mask.take(row)) != rows.text.take(row)).any():
        raise NotPlain
    after = at + 7 + letters + rows.digits.take(row)
    mask, number = _word(b' t="s"')
    shared = ((words[end - 6] & mask) == number) & (end - 6 >= after)
    begins = opens[valued] + len("<v>")
    length = ends - begins
    whole = _whole(words[begins], np.minimum(length, _WORD_BYTES))
    whole[length > _WORD_BYTES] = -1
    if (whole[shared] < 0).any():
        raise NotPlain
    style = np.full(len(at), -1, np.int64)
    styled = ~shared & (end > after)
    style[styled] = _styles(words, after[styled], end[styled])
    line = rows.line.take(row)
    return Scanned(line, column, shared, whole, style, begins, ends, int(rows.line[-1]))


def _columns(a: NDArray[np.uint8], at: Places) -> tuple[Places, Places | int]:
    """The column, from 0, and the number of its letters, of references such as AB12."""
    byte = [a[n:][at] for n in range(3)]
    is_letter = [(x >= _A) & (x <= _Z) for x in byte]
    if not is_letter[0].all():
        raise NotPlain
    value = [x.astype(np.int64) - (_A - 1) for x in byte]
    two = is_letter[1]
    if not two.any():
        return value[0] - 1, 1
    three = two & is_letter[2]
    column = np.where(two, value[0] * 26 + value[1], value[0])
    column = np.where(three, column * 26 + value[2], column)
    return column - 1, 1 + two + three.astype(np.int64)


def _styles(words: Words, after: Places, end: Places) -> Places:
    """The number in ` s="12"`, which must be all there is between two places."""
    length = end - after - 5
    if not _are(words, after, b' s="') or (length < 1).any() or (length > _WORD_BYTES).any():
        raise NotPlain
    style = _whole(words[after + 4], length)
    if (style < 0).any():
        raise NotPlain
    return style


def _whole(text: Words, length: Places) -> Places:
    """Numbers of one to eight digits, -1 where there is anything else."""
    shifted = (text << _SHIFT.take(length)) | _FILL.take(length)
    good = (shifted & _DIGIT_TOPS) == _ZEROS
    good &= ((shifted + _SIXES) & _DIGIT_TOPS) == _ZEROS
    good &= length > 0
    # Pairs of digits, then of pairs, then of those: eight digits in three multiplications.
    value = (shifted & ~_DIGIT_TOPS) * np.uint64(2561) >> np.uint64(8)
    value = (value & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    value = (value & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
    return np.where(good, value.astype(np.int64), -1)
