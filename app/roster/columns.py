"""Which column of a roster is which, told by the headings people write."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from app.files.cells import Cell, Row
from app.files.rows import ColumnTwice

HEADING_LINES: Final = 10
"""Above the headings there may be a title; further down nobody looks for them."""

NEEDED: Final = ("name", "certno")
_HEADINGS: Final = {
    "name": "姓名 职工姓名 参保人姓名 人员姓名 被保障人姓名 name fullname psn_name",
    "certno": "身份证号 身份证号码 身份证 身份证件号码 公民身份号码 公民身份证号码"
    " 居民身份证号 居民身份证号码 证件号码 证件号"
    " citizenid citizenidnumber idnumber idno id certno",
    "account": "银行账号 银行帐号 银行账户 银行卡号 银行卡 账号 帐号 卡号 收款账号 开户账号"
    " bankaccount bankaccountnumber account accountnumber",
    "birth": "出生日期 出生年月 出生年月日 生日 birthdate dateofbirth birthday brdy",
    "index": "序号 编号 no no. index #",
}
_FIELD_OF: Final = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split()
}


def find_headings(rows: Sequence[Row]) -> tuple[int, dict[str, int]] | None:
    """The line of the headings and the column of each field, or None. Raises ColumnTwice."""
    for line, row in enumerate(rows[:HEADING_LINES], 1):
        fields = [(_FIELD_OF.get(_plain(cell)), column) for column, cell in enumerate(row)]
        named = [(field, column) for field, column in fields if field is not None]
        columns = dict(reversed(named))
        if all(field in columns for field in NEEDED):
            _refuse_twice(line, [field for field, _ in named])
            return line, columns
    return None


def _plain(heading: Cell) -> str:
    """ "*身份证号 (18 位):" as "身份证号"."""
    if not isinstance(heading, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", heading).split()).lower()
    return text.strip("*:").partition("(")[0].rstrip("*:")


def _refuse_twice(line: int, fields: list[str]) -> None:
    # Two tables side by side: half of the people would go unread.
    for field in fields:
        if field != "index" and fields.count(field) > 1:
            raise ColumnTwice(line=line, field=field)
