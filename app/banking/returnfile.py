"""What the bank answered about a batch, by its template (the package shows the plain one).

The trailer is checked against all lines, the refused ones too: a file that does not add up is
refused as a whole. Where a line number stands twice neither line counts, and both are listed: a
payment that was both made and returned is for a person to look at.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from app.banking.formats import PLAIN, format_named
from app.banking.return_columns import FORMULA_STARTS, TAIL, Unplain, by_columns
from app.banking.returnrecords import Record, details_of, records_of
from app.banking.template import Back, Template
from app.errors import FileFault, RowFault
from app.files.faults import FileEmpty
from app.files.times import day_of
from app.money import MOST_FEN, NotAnAmount, fen

Outcome: TypeAlias = Literal["paid", "failed"]
Said: TypeAlias = Literal["paid", "failed", "unknown"]
Detail: TypeAlias = tuple[int, dict[str, str]]

_LINE_NO: Final = re.compile(r"[1-9][0-9]{0,8}")
_COMPACT: Final = re.compile(r"[0-9]{8}")
_FEWEST_RECORDS: Final = 3
_EXACT: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


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


class ReturnLine(NamedTuple):
    """What became of one payment. `line` is the file's, `line_no` the batch's."""

    line: int
    line_no: int
    account_tail: str | None
    amount_fen: int
    outcome: Said
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


def read_return(data: bytes, template: Template | None = None) -> ReturnFile:
    """Read the bank's answer; in the fund's plain format where no template is said.

    Raises the faults above, those of `returnrecords`, and those of `app.files`: FileEmpty,
    TextUnreadable, NotRows, ColumnMissing, ColumnTwice and the like.
    """
    back = (template or format_named(PLAIN)).back
    try:
        batch, columns = by_columns(data, back)
    except Unplain:
        return _by_rows(data, back)
    lines = list(map(tuple.__new__, repeat(ReturnLine), zip(*columns, strict=True)))
    return ReturnFile(_batch_no([(1, batch)], back), lines, [])


def _by_rows(data: bytes, back: Back) -> ReturnFile:
    """The answer, read line by line. Raises as `read_return`."""
    records = records_of(data, back)
    if not records:
        raise FileEmpty
    batch_no = _batch_no(records, back)
    trailer_line, trailer = records[-1]
    if len(records) < _FEWEST_RECORDS or trailer[0] != back.trailer:
        raise ReturnTrailerMissing
    details = details_of(records, back)
    _check_trailer(trailer_line, trailer, details, back)
    return ReturnFile(batch_no, *_lines(details, back))


def _batch_no(records: list[Record], back: Back) -> str:
    _, (word, *rest) = records[0]
    batch_no = rest[0] if rest else ""
    if word != back.batch or not batch_no or batch_no.startswith(FORMULA_STARTS):
        raise ReturnBatchMissing
    return batch_no


def _check_trailer(line: int, trailer: list[str], details: list[Detail], back: Back) -> None:
    said_count, said_total = [*trailer[1:3], "", ""][:2]
    if back.kind == "fixed":
        said_count = said_count.lstrip("0") or "0"
    if said_count != str(len(details)):
        raise ReturnCountWrong(line=line, said=said_count[:20], found=len(details))
    found = sum((_exact(at, detail["amount"], back) for at, detail in details), Decimal(0))
    if _exact(line, said_total, back) != found:
        raise ReturnTotalWrong(line=line, said=said_total, found=f"{found:.2f}")


def _exact(line: int, amount: str, back: Back) -> Decimal:
    # Also what is no amount of money, such as 0.005: it counts in the sum, and is refused after.
    if not _EXACT.fullmatch(amount):
        raise ReturnTotalUnproven(line=line)
    return Decimal(amount).scaleb(-2) if back.amounts == "fen" else Decimal(amount)


def _lines(details: list[Detail], back: Back) -> tuple[list[ReturnLine], list[RowFault]]:
    numbers = [_number(detail["line"], back) for _, detail in details]
    times = Counter(numbers)
    lines: list[ReturnLine] = []
    faults: list[RowFault] = []
    for (line, detail), line_no in zip(details, numbers, strict=True):
        try:
            lines.append(_line(line, line_no, times[line_no], detail, back))
        except _Refused as refused:
            field = back.columns.get(refused.field, refused.field)
            faults.append(RowFault(line, field, refused.reason, refused.facts))
    return lines, faults


def _line(
    line: int, line_no: int | None, times: int, detail: dict[str, str], back: Back
) -> ReturnLine:
    if line_no is None:
        raise _Refused("line", "ReturnNumberUnreadable")
    if times > 1:
        raise _Refused("line", "ReturnLineTwice", line_no=line_no)
    reason = detail.get("reason", "")
    if reason.strip("-") and reason.startswith(FORMULA_STARTS):
        raise _Refused("reason", "ReturnFormula")
    if not reason.isprintable():
        raise _Refused("reason", "ReturnUnseen")
    outcome = cast("Said | None", back.outcomes.get(detail["outcome"]))
    if outcome is None:
        raise _Refused("outcome", "ReturnOutcomeUnknown", line_no=line_no)
    amount_fen = _amount(detail["amount"], back)
    booked_on = _booked_on(detail.get("booked_on", ""), outcome, back)
    return ReturnLine(
        line, line_no, _tail(detail.get("account", "")), amount_fen, outcome, booked_on, reason
    )


def _number(text: str, back: Back) -> int | None:
    bare = text.lstrip("0") if back.kind == "fixed" else text
    return int(bare) if _LINE_NO.fullmatch(bare) else None


def _amount(text: str, back: Back) -> int:
    try:
        amount_fen = int(text) if back.amounts == "fen" and text.isdecimal() else fen(text)
    except NotAnAmount as wrong:
        raise _Refused("amount", "ReturnAmount") from wrong
    if not 0 < amount_fen <= MOST_FEN:
        raise _Refused("amount", "ReturnAmount")
    return amount_fen


def _booked_on(text: str, outcome: Said, back: Back) -> date | None:
    if back.kind == "fixed" and _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}" if text.strip("0") else ""
    if not text:
        if outcome == "paid":
            raise _Refused("booked_on", "ReturnDayMissing")
        return None
    try:
        return day_of(text)
    except ValueError as wrong:
        raise _Refused("booked_on", "ReturnDayUnreadable") from wrong


def _tail(account: str) -> str | None:
    """The last four digits, which is what a bank's answer shows of an account."""
    return account[-TAIL:] or None
