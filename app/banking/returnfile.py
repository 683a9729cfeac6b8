"""What the bank answered about a batch; the format is in the package's docstring.

The trailer is checked against all lines, the refused ones too: a file that does not add up is
refused as a whole. Where a line number stands twice neither line counts, and both are listed: a
payment that was both made and returned is for a person to look at.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from app.banking.payfile import BATCH, TRAILER
from app.errors import FileFault, RowFault
from app.files.faults import FileEmpty
from app.files.kind import kind_of
from app.files.rows import columns_of, rows_of
from app.files.times import day_of
from app.money import NotAnAmount, fen

Outcome: TypeAlias = Literal["paid", "failed"]
Record: TypeAlias = tuple[int, list[str]]
Detail: TypeAlias = tuple[int, dict[str, str]]

_NEEDED: Final = ("序号", "金额", "结果")
_KNOWN: Final = (*_NEEDED, "入账日期", "原因", "账号")
_OUTCOMES: Final[dict[str, Outcome]] = {"成功": "paid", "失败": "failed"}
_FORMULA_STARTS: Final = tuple("=+-@'\uff1d\uff0b\uff0d\uff20")
_LINE_NO: Final = re.compile(r"[1-9][0-9]{0,8}")
_TAIL: Final = 4
_FEWEST_RECORDS: Final = 3
_EXACT: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


class ReturnNotText(FileFault):
    """A workbook where the bank's CSV is wanted."""


class ReturnBatchMissing(FileFault):
    """The first record does not name the batch."""


class ReturnTrailerMissing(FileFault):
    """The file does not end with its trailer: it may be cut short, or joined from two."""


class ReturnCountWrong(FileFault):
    """The trailer counts other lines (facts: line, said, found)."""


class ReturnTotalWrong(FileFault):
    """The trailer's total is not the sum of the lines (facts: line, said, found)."""


class ReturnTotalUnproven(FileFault):
    """An amount is no number, so the total cannot be checked (facts: line)."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What became of one payment. `line` is the file's, `line_no` the batch's."""

    line: int
    line_no: int
    account_tail: str | None
    amount_fen: int
    outcome: Outcome
    booked_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A whole answer: every line of it is in `lines` or in `faults`."""

    batch_no: str
    lines: list[ReturnLine]
    faults: list[RowFault]


class _Refused(Exception):
    """A line is refused; caught where it was read."""

    def __init__(self, field: str, reason: str, **facts: object) -> None:
        super().__init__(field, reason)
        self.field, self.reason, self.facts = field, reason, facts


def read_return(data: bytes) -> ReturnFile:
    """Read the bank's answer.

    Raises the faults above and those of `app.files`: FileEmpty, TextUnreadable, NotRows,
    ColumnMissing, ColumnTwice and the like.
    """
    if kind_of(data) != "csv":
        raise ReturnNotText
    records = list(rows_of(data))
    if not records:
        raise FileEmpty
    batch_no = _batch_no(records)
    trailer_line, trailer = records[-1]
    if len(records) < _FEWEST_RECORDS or trailer[0] != TRAILER:
        raise ReturnTrailerMissing
    heading_line, headings = records[1]
    columns = columns_of(headings, heading_line, known=_KNOWN, needed=_NEEDED)
    details = [
        (line, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        for line, cells in records[2:-1]
    ]
    _check_trailer(trailer_line, trailer, details)
    return ReturnFile(batch_no, *_lines(details))


def _batch_no(records: list[Record]) -> str:
    _, (word, *rest) = records[0]
    batch_no = rest[0] if rest else ""
    if word != BATCH or not batch_no or batch_no.startswith(_FORMULA_STARTS):
        raise ReturnBatchMissing
    return batch_no


def _check_trailer(line: int, trailer: list[str], details: list[Detail]) -> None:
    said_count, said_total = [*trailer[1:3], "", ""][:2]
    if said_count != str(len(details)):
        raise ReturnCountWrong(line=line, said=said_count[:20], found=len(details))
    found = sum((_exact(at, detail["金额"]) for at, detail in details), Decimal(0))
    if _exact(line, said_total) != found:
        raise ReturnTotalWrong(line=line, said=said_total, found=f"{found:.2f}")


def _exact(line: int, amount: str) -> Decimal:
    # Also what is no amount of money, such as 0.005: it counts in the sum, and is refused after.
    if not _EXACT.fullmatch(amount):
        raise ReturnTotalUnproven(line=line)
    return Decimal(amount)


def _lines(details: list[Detail]) -> tuple[list[ReturnLine], list[RowFault]]:
    times = Counter(_number(detail["序号"]) for _, detail in details)
    lines: list[ReturnLine] = []
    faults: list[RowFault] = []
    for line, detail in details:
        try:
            lines.append(_line(line, detail, times))
        except _Refused as refused:
            faults.append(RowFault(line, refused.field, refused.reason, refused.facts))
    return lines, faults


def _line(line: int, detail: dict[str, str], times: Counter[int | None]) -> ReturnLine:
    line_no = _number(detail["序号"])
    if line_no is None:
        raise _Refused("序号", "ReturnNumberUnreadable")
    if times[line_no] > 1:
        raise _Refused("序号", "ReturnLineTwice", line_no=line_no)
    reason = detail.get("原因", "")
    if reason.strip("-") and reason.startswith(_FORMULA_STARTS):
        raise _Refused("原因", "ReturnFormula")
    if not reason.isprintable():
        raise _Refused("原因", "ReturnUnseen")
    outcome = _OUTCOMES.get(detail["结果"])
    if outcome is None:
        raise _Refused("结果", "ReturnOutcomeUnknown", line_no=line_no)
    amount_fen = _amount(detail["金额"])
    booked_on = _booked_on(detail.get("入账日期", ""), outcome)
    return ReturnLine(
        line, line_no, _tail(detail.get("账号", "")), amount_fen, outcome, booked_on, reason
    )


def _number(text: str) -> int | None:
    return int(text) if _LINE_NO.fullmatch(text) else None


def _amount(text: str) -> int:
    try:
        amount_fen = fen(text)
    except NotAnAmount as wrong:
        raise _Refused("金额", "ReturnAmount") from wrong
    if amount_fen <= 0:
        raise _Refused("金额", "ReturnAmount")
    return amount_fen


def _booked_on(text: str, outcome: Outcome) -> date | None:
    if not text:
        if outcome == "paid":
            raise _Refused("入账日期", "ReturnDayMissing")
        return None
    try:
        return day_of(text)
    except ValueError as wrong:
        raise _Refused("入账日期", "ReturnDayUnreadable") from wrong


def _tail(account: str) -> str | None:
    """The last four digits, which is what a bank's answer shows of an account."""
    return account[-_TAIL:] or None
