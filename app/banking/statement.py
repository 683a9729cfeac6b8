"""A bank's statement as values, and what must hold of it before anything is written. Pure.

Money that came must be booked, so a line is refused alone only where it moves no money. Whatever
casts doubt on an amount refuses the whole file: a statement proves itself by its balances, and a
line that was left out would break that proof.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from operator import add

from app.banking.bank_lines import BankLine, BankLines, ProvenLines, Said
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
    """A line's balance is not the one before it and its amount (facts: line, wanted_fen,
    found_fen)."""


class StatementSumWrong(FileFault):
    """Opening balance and lines do not make the closing balance (facts: wanted_fen,
    found_fen)."""


class StatementTotalWrong(FileFault):
    """It states another number of lines than it has (facts: wanted, found)."""


class StatementDebitWrong(FileFault):
    """What it states was paid is not what its lines add up to (facts: wanted_fen, found_fen)."""


class StatementCreditWrong(FileFault):
    """What it states came in is not what its lines add up to (facts: wanted_fen, found_fen)."""


class StatementDaysUnordered(FileFault):
    """A line is booked before the one above it (facts: line)."""


class StatementAhead(FileFault):
    """A line is booked on a day that has not come (facts: line, day)."""


class StatementSerialTwice(FileFault):
    """One number of the bank's stands on two lines of a day, or on another line than before (line).

    On two days it may stand: banks begin anew each day, and the balances prove both lines. A
    second receipt of one unit under it waits in suspense for a person (SuspenseReferenceUsed).
    """


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


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that holds: opening and lines make the closing balance."""

    opening_fen: int
    lines: ProvenLines
    faults: Sequence[RowFault]

    @property
    def closing_fen(self) -> int:
        return self.lines.balances[-1]


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
    lines = _with_balances(BankLines.of(read.lines), opening_fen)
    _check_order(lines.said, today)
    if stated.closing_fen is not None and stated.closing_fen != lines[-1].balance_fen:
        raise StatementSumWrong(wanted_fen=stated.closing_fen, found_fen=lines[-1].balance_fen)
    _check_totals(stated, lines.said.amount_fen)
    return Statement(opening_fen, lines, read.faults)


def _opening(read: ReadStatement) -> int:
    first = read.lines[0]
    if read.stated.opening_fen is not None:
        return read.stated.opening_fen
    if first.balance_fen is None:
        raise StatementOpeningMissing
    return first.balance_fen - first.amount_fen


def _with_balances(lines: BankLines, opening_fen: int) -> ProvenLines:
    """Each line with its balance and key, a column at a time."""
    said = lines.said
    days, amounts, serials = said.booked_on, said.amount_fen, said.serial
    balances = list(accumulate(amounts, initial=opening_fen))[1:]
    if list(said.balance_fen) != balances:
        _check_balances(said.line, said.balance_fen, balances)
    written = {day: f"{day:%Y%m%d}" for day in set(days)}
    if all(serials):
        begins = {day: f"{text} " for day, text in written.items()}
        keys = list(map(add, map(begins.__getitem__, days), serials))
    else:
        keys = _keys(list(zip(days, amounts, balances, serials, strict=True)), written)
    if len(set(keys)) < len(keys):
        first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
        again = next(at for at, key in enumerate(keys) if first[key] < at)
        raise StatementSerialTwice(line=said.line[again])
    return ProvenLines(lines, balances, keys)


def _check_balances(
    numbers: Sequence[int], stated: Sequence[int | None], balances: Sequence[int]
) -> None:
    for line, said, found in zip(numbers, stated, balances, strict=True):
        if said is not None and said != found:
            raise StatementBalanceBroken(line=line, wanted_fen=found, found_fen=said)


def _keys(lines: Sequence[tuple[date, int, int, str]], written: dict[date, str]) -> list[str]:
    """The bank's own number; without one the day, amount, balance, and which of those alike."""
    alike: Counter[tuple[date, int, int]] = Counter()
    keys = []
    for day, amount_fen, balance_fen, serial in lines:
        if serial:
            keys.append(f"{written[day]} {serial}")
            continue
        alike[day, amount_fen, balance_fen] += 1
        ordinal = alike[day, amount_fen, balance_fen]
        keys.append(f"{written[day]}/{amount_fen}/{balance_fen}/{ordinal}")
    return keys


def _check_order(said: Said, today: date) -> None:
    days = said.booked_on
    if list(days) != sorted(days):
        unordered = next(x for x, (a, b) in enumerate(pairwise(days), 1) if b < a)
        raise StatementDaysUnordered(line=said.line[unordered])
    if days[-1] > today:
        raise StatementAhead(line=said.line[-1], day=days[-1].isoformat())


def _check_totals(stated: Stated, amounts: Sequence[int]) -> None:
    if (stated.count, stated.debit_fen, stated.credit_fen) == (None, None, None):
        return
    if stated.count not in (None, len(amounts)):
        raise StatementTotalWrong(wanted=stated.count, found=len(amounts))
    paid_fen = -sum(x for x in amounts if x < 0)
    if stated.debit_fen not in (None, paid_fen):
        raise StatementDebitWrong(wanted_fen=stated.debit_fen, found_fen=paid_fen)
    received_fen = sum(x for x in amounts if x > 0)
    if stated.credit_fen not in (None, received_fen):
        raise StatementCreditWrong(wanted_fen=stated.credit_fen, found_fen=received_fen)
