"""Rows as the text that COPY takes, a column at a time, and arrays as their literals. Pure.

psycopg asks of every single value what it is; here a block's column is asked once, and what is of
one plain kind throughout is written by a few calls. Anything else is left to psycopg. The form is
PostgreSQL's own (COPY, text format): tabs between values, a backslash before what would end one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

_NULL: Final = r"\N"
_SPECIAL: Final = re.compile(r"[\\\n\r\t]")
_ESCAPED: Final = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def copy_text(columns: Iterable[Sequence[object]]) -> str | None:
    """The lines of columns of one length; None where a column is not plain."""
    texts = []
    for column in columns:
        text = _column_text(column)
        if text is None:
            return None
        texts.append(text)
    lines = "\n".join(map("\t".join, zip(*texts, strict=True)))
    return f"{lines}\n" if texts and texts[0] else ""


def texts_of(column: Sequence[object]) -> Sequence[str]:
    """One plain column's texts, as they stand between the tabs. Raises TypeError."""
    texts = _column_text(column)
    if texts is None:
        raise TypeError
    return texts


def _column_text(column: Sequence[Any]) -> Sequence[str] | None:
    kinds = set(map(type, column))
    some = kinds - {type(None)}
    if not some:
        return [_NULL] * len(column)
    kind = some.pop()
    if some or kind not in _TEXTS:
        return None
    if len(kinds) == 1:
        return _TEXTS[kind](column)
    told = iter(_TEXTS[kind]([x for x in column if x is not None]))
    return [_NULL if x is None else next(told) for x in column]


def _texts(column: Sequence[str]) -> Sequence[str]:
    if _SPECIAL.search("".join(column)) is None:
        return column
    return [text.translate(_ESCAPED) for text in column]


def _numbers(column: Sequence[int]) -> Sequence[str]:
    """Whose work the rows are, and the like, is often one number throughout."""
    if column.count(column[0]) == len(column):
        return [str(column[0])] * len(column)
    return list(map(str, column))


def _days(column: Sequence[date]) -> Sequence[str]:
    """Days are few; each is written once."""
    known = {day: day.isoformat() for day in set(column)}
    return [known[day] for day in column]


def _moments(column: Sequence[datetime]) -> Sequence[str]:
    """Moments that many rows share are written once."""
    known = {moment: moment.isoformat(" ") for moment in set(column)}
    return [known[moment] for moment in column]


def _bytes(column: Sequence[bytes]) -> Sequence[str]:
    return [rf"\\x{x.hex()}" for x in column]


def _truths(column: Sequence[bool]) -> Sequence[str]:
    return ["t" if x else "f" for x in column]


_TEXTS: Final[dict[type, Callable[[Sequence[Any]], Sequence[str]]]] = {
    str: _texts,
    int: _numbers,
    date: _days,
    datetime: _moments,
    bytes: _bytes,
    bool: _truths,
}


def _text_array(values: Sequence[str]) -> str:
    """Texts as an array literal; what must be escaped in one is looked for in all at once."""
    joined = "".join(values)
    if "\\" in joined or '"' in joined:
        values = [x.replace("\\", r"\\").replace('"', r"\"") for x in values]
    return '{"' + '","'.join(values) + '"}'


def _bytes_array(values: Sequence[bytes]) -> str:
    return '{"' + '","'.join(rf"\\x{x.hex()}" for x in values) + '"}'


ARRAYS: Final[dict[type, Callable[[Sequence[Any]], str]]] = {
    str: _text_array,
    bytes: _bytes_array,
}
"""Array literals, of values of which there is at least one."""
