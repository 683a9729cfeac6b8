"""Which column of a roster is which, told by the headings people write, wherever they stand."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.errors import FileFault
from app.files.cells import Cell, Row, Sheet
from app.texts.roster import WORDS

HEADING_LINES: Final = 20
"""Above the headings there may be a title and explanations; further down nobody looks for them."""

NEEDED: Final = ("name", "certno")
_OVER_LINES: Final = 3
_LONGEST_TOLD: Final = 20
_LONGEST: Final = 100
_WIDEST: Final = 256
ACCOUNT_HEADINGS: Final = (
    "银行账号 银行帐号 银行账户 银行帐户"
    " 银行卡 银行卡号 银行卡号码 银行卡账号 银行卡帐号"
    " 工资卡 工资卡号 工资卡账号 工资账号 账号 帐号 账户 卡号 收款账号 收款账户 收款卡号 开户账号"
    " bankaccount bankaccountnumber bankaccountno account accountnumber accountno bankcard"
    " bankcardnumber bankcardno cardnumber cardno"
)
_HEADINGS: Final = {
    "name": "姓名 名字 职工姓名 员工姓名 人员姓名 参保人姓名 参保人员姓名 参保职工姓名 被保障人姓名"
    " 会员姓名 name fullname membername employeename psn_name",
    "certno": "身份证 身份证号 身份证号码 身份证编号 身份证件号 身份证件号码 公民身份号码"
    " 公民身份证号 公民身份证号码 居民身份证 居民身份证号 居民身份证号码 证件号 证件号码"
    " 有效证件号码 职工身份证号 职工身份证号码"
    " citizenid citizenidnumber idcard idcardnumber idcardno idnumber idno id certno",
    "account": ACCOUNT_HEADINGS,
    "birth": "出生日期 出生年月 出生年月日 出生时间 生日 birthdate dateofbirth birthday birth dob"
    " brdy",
    "occupation": "职业 职业类别 从业类型 就业形态 从事职业 occupation",
    "platform": "平台 平台名称 所属平台 平台企业 所在平台 platform",
    "phone": "手机 手机号 手机号码 联系电话 联系方式 移动电话 电话 电话号码 本人手机号"
    " phone phonenumber phoneno mobile mobilephone mobilenumber tel telephone",
    "index": "序号 编号 行号 no number index #",
}
_FIELD_OF: Final = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split()
}
_REASONS: Final = tuple(WORDS["FaultColumn"])
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_NUMBERED: Final = re.compile(r"[0-9]{1,2}[.、)](?=.)")
_AROUND: Final = "*★☆※◆●#'\"“”‘’:,.;、。-_/\\()[]【】<>"


class HeadingTwice(FileFault):
    """Two columns mean the same (facts: line, one, other; each as "B 姓名")."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings stand: their first and last line, and the column of each field.

    `reasons` is the column a marked copy added; `others` are headings of columns nobody reads.
    """

    line: int
    last_line: int
    columns: dict[str, int]
    reasons: int | None
    others: tuple[str, ...]

    @property
    def unread(self) -> set[int]:
        """Columns that do not make a row one of a person: printed numbers and old reasons."""
        return {x for x in (self.columns.get("index"), self.reasons) if x is not None}


def find_headings(sheet: Sheet) -> Headings | None:
    """The headings of a sheet, in one line or a few, or None. Raises HeadingTwice."""
    top = [_Top(row) for row in sheet.rows[: HEADING_LINES + _OVER_LINES]]
    for height in range(1, _OVER_LINES + 1):
        for at in range(min(HEADING_LINES, len(top) - height + 1)):
            block = top[at : at + height]
            named = [row.fields for row in block]
            if all(named) and set().union(*named) >= set(NEEDED):
                return _headings(sheet, top, at, at + height - 1)
    return None


class _Top:
    """A row near the top: its cells, what they say as headings, and the fields they name."""

    def __init__(self, row: Row) -> None:
        self.cells = row[:_WIDEST]
        self.said = [plain_heading(cell) for cell in self.cells]
        self.fields = {field for said in self.said if (field := _FIELD_OF.get(said))}


def plain_heading(cell: Cell) -> str:
    """ "*身份证号 (18 位):" as "身份证号"."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return ""
    normal = unicodedata.normalize("NFKC", cell).lower()
    text = "".join(x for x in normal if not x.isspace() and unicodedata.category(x) != "Cf")
    bare = _BRACKETED.sub("", text) or text
    bare = _NUMBERED.sub("", bare, count=1).strip(_AROUND)
    return "#" if text == "#" else bare.removesuffix("必填").strip(_AROUND)


def _headings(sheet: Sheet, top: list[_Top], first: int, last: int) -> Headings:
    last = _last_line(sheet, top, first, last)
    columns: dict[str, int] = {}
    reasons = None
    others: dict[int, str] = {}
    for line in range(first, last + 1):
        for column, heading in enumerate(top[line].said if line < len(top) else ()):
            field = _FIELD_OF.get(heading)
            if field is None:
                if heading.startswith(tuple(map(plain_heading, _REASONS))):
                    reasons = column
                elif heading:
                    others.setdefault(column, _short(top[line].cells[column]))
            elif columns.setdefault(field, column) != column and field != "index":
                # Two tables side by side, too: half of the people would go unread.
                raise HeadingTwice(
                    line=line + 1,
                    one=_told(top, columns[field], first, last),
                    other=_told(top, column, first, last),
                )
    read = {*columns.values(), reasons}
    ignored = tuple(text for column, text in sorted(others.items()) if column not in read)
    return Headings(first + 1, last + 1, columns, reasons, ignored)


def _last_line(sheet: Sheet, top: list[_Top], first: int, last: int) -> int:
    """Headings may be merged over several lines, or said again in another language."""
    while True:
        merged = (x.last_line - 1 for x in sheet.merges if first < x.first_line <= last + 1)
        below = max(merged, default=last)
        below = min(below, first + HEADING_LINES)
        said_again = last + 1 < len(top) and top[last + 1].fields >= set(NEEDED)
        below = max(below, last + 1 if said_again else last)
        if below == last:
            return last
        last = below


def _told(top: list[_Top], column: int, first: int, last: int) -> str:
    """A column by its letters and its heading."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    known = (
        row.cells[column]
        for row in top[first : last + 1]
        if column < len(row.said) and row.said[column] in _FIELD_OF
    )
    return f"{letters} {_short(next(known, ''))}"


def _short(cell: Cell) -> str:
    return " ".join(str(cell).split())[:_LONGEST_TOLD]
