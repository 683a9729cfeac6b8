"""A file of units that want to take part: columns by their headings, every row accounted for. Pure.

`total` = good rows + refused ones; blank lines are in neither. Codes and account numbers that
stand there as numbers are refused: Excel keeps 15 digits of a number.
"""

from dataclasses import dataclass
from typing import Final

from app.errors import FileFault, Refusal, RowFault
from app.files.cells import Book, Cell, Formula, Row, Sheet
from app.roster.columns import HEADING_LINES, plain_heading
from app.roster.units import check_unit
from app.units.asked import read_bank, read_contact, read_phone, read_unit_account

MAX_ROWS: Final = 5_000
NEEDED: Final = ("uscc", "name", "contact", "phone")
_HEADINGS: Final = {
    "uscc": "统一社会信用代码 社会信用代码 信用代码 单位代码 机构代码 uscc creditcode"
    " socialcreditcode unifiedsocialcreditcode code",
    "name": "名称 单位名称 单位 单位全称 企业名称 用人单位 参保单位 name unit unitname",
    "union": "区县工会 所属工会 所属区县工会 区县 上级工会 工会 所属区县"
    " union district districtunion",
    "contact": "联系人 联系人姓名 经办人 单位联系人 contact contactperson",
    "phone": "电话 联系电话 联系人电话 手机 手机号 手机号码 phone telephone mobile",
    "percent": "单位承担比例 单位比例 承担比例 单位负担比例 unitpercent unitshare percent share",
    "account": "银行账号 银行帐号 银行账户 账号 帐号 单位账号 对公账号 bankaccount account"
    " accountnumber",
    "bank": "开户行 开户银行 银行 银行名称 bank bankname",
}
_FIELD_OF: Final = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split()
}
_USUAL_PERCENT: Final = 50


class UnitHeadingsMissing(FileFault):
    """No visible sheet has the columns that are needed (facts: lines)."""


class UnitFileEmpty(FileFault):
    """Headings and no unit below them."""


class UnitFileTooLong(FileFault):
    """More units than one file may hold (facts: limit, rows)."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of a file; `union` is its district's name, or "" where the file does not say."""

    line: int
    uscc: str
    name: str
    union: str
    contact: str
    phone: str
    unit_percent: int
    account: str
    bank: str


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """What was read: `total` = len(rows) + len(faults)."""

    total: int
    rows: list[UnitRow]
    faults: list[RowFault]


class _Refused(Exception):
    """A row cannot be taken: its field, and the reason with its facts."""

    def __init__(self, field: str, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.fault = (field, reason, facts)


def read_units(book: Book) -> UnitSheet:
    """Read the first sheet that has the headings.

    Raises UnitHeadingsMissing, UnitFileEmpty, UnitFileTooLong.
    """
    for sheet in book.sheets:
        found = _columns(sheet)
        if found:
            return _read(sheet, *found)
    raise UnitHeadingsMissing(lines=HEADING_LINES)


def _columns(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The line of the headings and the column of each field."""
    for line, row in enumerate(sheet.rows[:HEADING_LINES], 1):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            field = _FIELD_OF.get(plain_heading(cell))
            if field:
                columns.setdefault(field, column)
        if set(NEEDED) <= columns.keys():
            return line, columns
    return None


def _read(sheet: Sheet, heading: int, columns: dict[str, int]) -> UnitSheet:
    read = UnitSheet(0, [], [])
    first_line: dict[str, int] = {}
    filled = [
        (line, row)
        for line, row in enumerate(sheet.rows[heading:], heading + 1)
        if any(_shown(cell) for cell in row)
    ]
    if not filled:
        raise UnitFileEmpty
    if len(filled) > MAX_ROWS:
        raise UnitFileTooLong(limit=MAX_ROWS, rows=len(filled))
    for line, row in filled:
        try:
            unit = _unit(line, row, columns)
            first = first_line.setdefault(unit.uscc, line)
            if first != line:
                raise _Refused("uscc", "UsccTwice", first_line=first)  # noqa: TRY301
            read.rows.append(unit)
        except _Refused as refused:
            field, reason, facts = refused.fault
            read.faults.append(RowFault(line, field, reason, facts))
    return UnitSheet(len(filled), read.rows, read.faults)


def _unit(line: int, row: Row, columns: dict[str, int]) -> UnitRow:
    cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
    text = {name: _text(name, cell) for name, cell in cells.items() if name != "percent"}
    percent = _percent(cells.get("percent"))
    name = text["name"]
    try:
        uscc = check_unit(text["uscc"], name or " ", percent)
        contact = read_contact(text["contact"])
        phone = read_phone(text["phone"])
        account = read_unit_account(text["account"]) if text.get("account") else ""
        bank = read_bank(text.get("bank", ""))
    except Refusal as refused:
        raise _Refused(_FAULTY.get(refused.name, "row"), refused.name, **refused.facts) from None
    return UnitRow(line, uscc, name, text.get("union", ""), contact, phone, percent, account, bank)


_FAULTY: Final = {
    "UsccWrong": "uscc",
    "UnitNameMissing": "name",
    "UnitNameFormula": "name",
    "PercentWrong": "percent",
    "ContactMissing": "contact",
    "PhoneWrong": "phone",
    "UnitAccountWrong": "account",
}
_LONGEST_PHONE: Final = 15


def _text(field: str, cell: Cell) -> str:
    shown = _shown(cell)
    # A phone number that Excel keeps as a number has all its digits; longer codes have lost some.
    number = isinstance(cell, int | float)
    if number and field in {"uscc", "account"}:
        raise _Refused(field, "CellNotText")
    if isinstance(cell, float) and cell.is_integer() and len(shown) <= _LONGEST_PHONE + 2:
        return str(int(cell))
    return shown


def _percent(cell: Cell) -> int:
    """60, "60", "60%", or 0.6 as Excel keeps 60 %."""
    shown = _shown(cell)
    if not shown:
        return _USUAL_PERCENT
    if isinstance(cell, float) and 0 < cell < 1:
        shown = f"{cell:.0%}"
    try:
        read = float(shown.rstrip("%％").strip())
    except ValueError:
        raise _Refused("percent", "PercentNotRead") from None
    if not read.is_integer() or not 0 <= read <= 100:  # noqa: PLR2004 - percent
        raise _Refused("percent", "PercentNotRead")
    return int(read)


def _shown(cell: Cell) -> str:
    if isinstance(cell, Formula):
        cell = cell.shown
    return "" if cell is None else " ".join(str(cell).split())
