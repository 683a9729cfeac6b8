"""Lines of a form that are no people: totals, who filled it in, remarks below the table.

A line is one of these only where it has no ID, no account and no birth date, and its first words
are such as stand there. Everything else is a person, or a fault.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from app.files.cells import Cell, Row

_TOTAL: Final = re.compile(
    r"(合计|总计|小计|共计|总人数|合计人数|人数合计).*|(total|subtotal|sum)([:(0-9].*)?"
)
_SIGNED: Final = re.compile(
    r"(填表人|填报人|制表人|制表|经办人|审核人|审核|复核人|负责人|单位负责人|联系人|联系电话|填表日期"
    r"|填报日期|填表时间|制表日期|单位|填报单位|单位盖章|盖章|公章|备注|说明|填表说明|注|注意|日期"
    r"|preparedby|note|notes|remark|remarks|date)([:(0-9].*)?"
)
_WHOLE: Final = re.compile(r"以下空白|以下无正文|(共|合计|总计|总共)[0-9]+人.*|[-—*/\\]+|(the)?end")
_NO_IDS_LENGTH: Final = 10
_FEWEST_DIGITS: Final = 6
_LONGEST: Final = 200


def is_closing(row: Row, columns: Mapping[str, int]) -> bool:
    """Whether a line that has something in it is no person's."""
    filled = (x for x in row if x is not None and not (isinstance(x, str) and not x.strip()))
    text = _bare(next(filled, None))
    total = bool(_TOTAL.fullmatch(text))
    if not (total or _SIGNED.fullmatch(text) or _WHOLE.fullmatch(text)):
        return False
    if total:
        # Below the column of IDs a total may say how many there are.
        return len(_bare(_cell(row, columns.get("certno")))) < _NO_IDS_LENGTH
    given = (_cell(row, columns.get(field)) for field in ("certno", "account", "birth"))
    return not any(map(_of_a_person, given))


def _of_a_person(cell: Cell) -> bool:
    """Whether a cell of an ID, an account or a birth date has one, however wrong."""
    text = _bare(cell)
    numbered = sum(x.isdigit() for x in text) >= _FEWEST_DIGITS
    return numbered and not _SIGNED.fullmatch(text)


def _cell(row: Row, column: int | None) -> Cell:
    return None if column is None or column >= len(row) else row[column]


def _bare(cell: Cell) -> str:
    if cell is None:
        return ""
    normal = unicodedata.normalize("NFKC", str(cell)[:_LONGEST])
    return "".join(normal.split()).lower()


def has_anything(row: Row, unread: Collection[int]) -> bool:
    """Whether a row has anything in it besides the number a form prints at its left."""
    return any(
        cell is not None
        and column not in unread
        and not (isinstance(cell, str) and not cell.strip())
        for column, cell in enumerate(row)
    )
