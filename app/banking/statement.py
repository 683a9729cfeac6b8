"""A bank's statement as values, and what must hold of it before anything is written. Pure.

Money that came must be booked, so a line is refused alone only where it moves no money. Whatever
casts doubt on an amount refuses the whole file: a statement proves itself by its balances, and a
line that was left out would break that proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.errors import FileFault, RowFault


class StatementEmpty(FileFault):
    """It has no line that moves money."""


class StatementOtherAccount(FileFault):
    """It is of another account than the one asked for."""


class StatementAccountMissing(FileFault):
    """It does not say of which account it is."""


class StatementOpeningMissing(FileFault):
    """Neither an opening balance nor balances by the line: it proves nothing."""


class StatementBalanceBroken(FileFault):
    """A line's balance is not the one before it and its amount (facts: line, wanted, found)."""


class StatementSumWrong(FileFault):
    """Opening balance and lines do not make the closing balance (facts: wanted, found)."""


class StatementTotalWrong(FileFault):
    """A total it states is not what its lines add up to (facts: what, wanted, found)."""


class StatementDaysUnordered(FileFault):
    """A line is booked before the one above it (facts: line)."""


class StatementAhead(FileFault):
    """A line is booked on a day that has not come (facts: line, day)."""


class StatementSerialTwice(FileFault):
    """One number of the bank's stands on two lines, or on another line than before (line)."""


class BankLine(NamedTuple):
    """One line, as the bank wrote it. `line` is the file's; `serial` the bank's own number."""

    line: int
    booked_on: date
    value_day: date | None
    amount_fen: int
    balance_fen: int | None
    serial: str
    payer_name: str
    payer_account: str
    remark: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What a statement says of itself, outside its lines; None where it does not."""

    account: str | None = None
    opening_fen: int | None = None
    closing_fen: int | None = None
    debit_fen: int | None = None
    credit_fen: int | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A file as it was read, oldest line first; `faults` name lines that were not taken whole."""

    stated: Stated
    lines: Sequence[BankLine]
    faults: Sequence[RowFault]


class Proven(NamedTuple):
    """A line with its balance, proven, and the key by which it is never taken twice."""

    said: BankLine
    balance_fen: int
    key: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that holds: opening and lines make the closing balance."""

    opening_fen: int
    lines: Sequence[Proven]
    faults: Sequence[RowFault]

    @property
    def closing_fen(self) -> int:
        return self.lines[-1].balance_fen


def digits_of(number: str) -> str:
    """An account's number without blanks and dashes."""
    return "".join(x for x in number if x.isalnum()).upper()


def proven(read: ReadStatement, account: str, today: date) -> Statement:
    """Check a statement of the account with this number. Raises the faults above."""
    stated = read.stated
    if stated.account is None:
        raise StatementAccountMissing
    if digits_of(stated.account) != digits_of(account):
        raise StatementOtherAccount
    if not read.lines:
        raise StatementEmpty
    opening_fen = _opening(read)
    lines = _with_balances(read.lines, opening_fen)
    _check_order(read.lines, today)
    if stated.closing_fen is not None and stated.closing_fen != lines[-1].balance_fen:
        raise StatementSumWrong(wanted=stated.closing_fen, found=lines[-1].balance_fen)
    _check_totals(read)
    return Statement(opening_fen, lines, read.faults)


def _opening(read: ReadStatement) -> int:
    first = read.lines[0]
    if read.stated.opening_fen is not None:
        return read.stated.opening_fen
    if first.balance_fen is None:
        raise StatementOpeningMissing
    return first.balance_fen - first.amount_fen


def _with_balances(lines: Sequence[BankLine], opening_fen: int) -> list[Proven]:
    found: list[Proven] = []
    keys: set[str] = set()
    alike: dict[tuple[date, int, int], int] = {}
    balance_fen = opening_fen
    days: dict[date, str] = {}
    for said in lines:
        day = days.get(said.booked_on) or days.setdefault(
            said.booked_on, f"{said.booked_on:%Y%m%d}"
        )
        balance_fen += said.amount_fen
        if said.balance_fen is not None and said.balance_fen != balance_fen:
            facts = {"wanted": balance_fen, "found": said.balance_fen}
            raise StatementBalanceBroken(line=said.line, **facts)
        if said.serial:
            key = f"{day} {said.serial}"
        else:
            same = (said.booked_on, said.amount_fen, balance_fen)
            alike[same] = ordinal = alike.get(same, 0) + 1
            key = f"{day}/{said.amount_fen}/{balance_fen}/{ordinal}"
        if key in keys:
            raise StatementSerialTwice(line=said.line)
        keys.add(key)
        found.append(Proven(said, balance_fen, key))
    return found


def _check_order(lines: Sequence[BankLine], today: date) -> None:
    before = lines[0].booked_on
    for said in lines:
        if said.booked_on < before:
            raise StatementDaysUnordered(line=said.line)
        before = said.booked_on
    if before > today:
        raise StatementAhead(line=lines[-1].line, day=before.isoformat())


def _check_totals(read: ReadStatement) -> None:
    stated, amounts = read.stated, [x.amount_fen for x in read.lines]
    totals = (
        ("count", stated.count, len(amounts)),
        ("debit", stated.debit_fen, -sum(x for x in amounts if x < 0)),
        ("credit", stated.credit_fen, sum(x for x in amounts if x > 0)),
    )
    for what, said, found in totals:
        if said is not None and said != found:
            raise StatementTotalWrong(what=what, wanted=said, found=found)
