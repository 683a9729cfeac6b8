"""Take a bank's statement: every line is written once, with what it was taken as, and booked.

What lines are is decided in memory (`matching`) before anything is written, so that a line is one
row for ever and not a row with a state; 100,000 lines take a COPY and one entry a day and kind.
Covers that become complete begin in jobs right after (`app.contributions.fill_later`): they are
the slow part, and each holds the turn of covers for a moment only.

Overlapping: the lines known already come first in the file and end where the last statement ended;
they are passed over. Whatever else does not follow the last closing balance is a hole.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.accounts.federation import fund_preparer
from app.banking.add_account import fund_account
from app.banking.bank_lines import ProvenLines
from app.banking.book_lines import book_lines
from app.banking.find_typed import typed_lines
from app.banking.gather_open import gather_open
from app.banking.line_columns import ABOUT_REFUNDS
from app.banking.matching import As, Match, each_once, matched
from app.banking.models import FundAccount
from app.banking.statement import Statement, StatementSerialTwice, proven
from app.banking.statement_format import statement_format
from app.banking.statementfile import read_statement
from app.clock import today
from app.collector import nothing_collected
from app.contributions.receive import COVERS
from app.db import array, fetched, one_at_a_time, refuses
from app.errors import FileFault, RowFault
from app.evidence.append import record
from app.together import numbers_meanwhile


class StatementHole(FileFault):
    """It does not begin where the last statement ended (facts: wanted, found)."""


class StatementOtherThanBefore(FileFault):
    """It tells of days that a statement taken before has told of, and otherwise (facts: line,
    until: the last day known)."""


class StatementTakenMeanwhile(FileFault):
    """Somebody took a statement of this account at the same moment."""


refuses("bank_statement_chain_key", StatementTakenMeanwhile)
refuses("bank_statement_account_id_file_sha256_key", StatementTakenMeanwhile)

_LAST: LiteralString = """
SELECT id, closing_fen, last_day FROM bank_statement WHERE account_id = %(account)s
ORDER BY id DESC LIMIT 1
"""
_SAME_FILE: LiteralString = """
SELECT id FROM bank_statement WHERE account_id = %(account)s AND file_sha256 = %(sha256)s
"""
_KNOWN: LiteralString = """
SELECT bank_key, amount_fen, balance_fen FROM statement_line
WHERE account_id = %(account)s AND bank_key = ANY(%(keys)s)
"""
_NAMED: Final = {As.RECEIPT, As.SUBSIDY}
"""Whose year their match names."""
_ADD: LiteralString = """
INSERT INTO bank_statement (account_id, previous_id, file_sha256, first_day, last_day, opening_fen,
                            closing_fen, lines, recorded_by)
VALUES (%(account)s, %(previous)s, %(sha256)s, %(first)s, %(last)s, %(opening)s, %(closing)s,
        %(lines)s, %(by)s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. `counts`: new lines by what they were taken as; `again`: none is new."""

    statement_id: int | None
    lines: int
    known: int
    counts: dict[str, int]
    in_fen: int
    out_fen: int
    faults: Sequence[RowFault]

    @property
    def again(self) -> bool:
        return self.lines == 0


@nothing_collected()
def import_statement(session: Session, data: bytes, *, account: str, by: int) -> Imported:
    """Take a statement of the fund's account of this code.

    Raises NoSuchFundAccount, FundAccountEnded, StatementHole, StatementOtherThanBefore,
    StatementSerialTwice, as `fund_preparer`, what `proven` raises and what reading the file raises.
    """
    fund_preparer(session, by)
    own = fund_account(session, account)
    form = statement_format(own.statement_format)
    statement = proven(read_statement(data, form), own.number, today())
    sha256 = hashlib.sha256(data).hexdigest()
    one_at_a_time(session, f"statements of {own.id}")
    new, previous = _new_lines(session, own, statement)
    known = len(statement.lines) - len(new)
    if new:
        fund_account(session, account, on=new.said.booked_on[-1])
    if not new or fetched(session, _SAME_FILE, {"account": own.id, "sha256": sha256}):
        return Imported(None, 0, known, {}, 0, 0, statement.faults)
    one_at_a_time(session, COVERS)
    typed = typed_lines(session, new)
    awaited = gather_open(session, own)
    with numbers_meanwhile(session, "statement_line_id_seq", len(new)) as drawn:
        matches = matched(new.lines, awaited, form.words, typed)
        ids = drawn()
    statement_id = _write(session, own, new, sha256, previous, by=by)
    taken = book_lines(session, (statement_id, own.id), ids, new, matches, by=by)
    amounts_fen = new.said.amount_fen
    each, counts = each_once(taken), _counts(taken)
    in_fen = sum([fen for fen in amounts_fen if fen > 0])
    out_fen = in_fen - sum(amounts_fen)
    record(
        session,
        "statement.imported",
        by=by,
        about=statement_id,
        years=_years(session, new, each),
        fund_account=own.id,
        previous_id=previous,
        file_sha256=sha256,
        lines=len(new),
        opening_fen=new.balances[0] - amounts_fen[0],
        closing_fen=new.balances[-1],
        **counts,
    )
    return Imported(statement_id, len(new), known, counts, in_fen, out_fen, statement.faults)


def _new_lines(
    session: Session, own: FundAccount, statement: Statement
) -> tuple[ProvenLines, int | None]:
    """The lines not known yet, and the statement they follow."""
    last = fetched(session, _LAST, {"account": own.id})
    lines = statement.lines
    if not last:
        return lines, None
    [(previous, closing_fen, last_day)] = last
    keys = {"account": own.id, "keys": lines.keys}
    known = {key: (amount, balance) for key, amount, balance in fetched(session, _KNOWN, keys)}
    told = zip(lines.said.line, lines.keys, lines.said.amount_fen, lines.balances, strict=True)
    for line, key, *moved in told:
        before = known.get(key)
        if before is not None and before != (*moved,):
            raise StatementSerialTwice(line=line)
    first = next((at for at, key in enumerate(lines.keys) if key not in known), len(lines))
    new = lines[first:]
    if not new:
        return new, previous
    line, day = new.said.line[0], new.said.booked_on[0]
    opening_fen = new.balances[0] - new.said.amount_fen[0]
    if day < last_day or not known.keys().isdisjoint(new.keys):
        raise StatementOtherThanBefore(line=line, until=last_day.isoformat())
    if opening_fen != closing_fen:
        raise StatementHole(wanted_fen=closing_fen, found_fen=opening_fen)
    return new, previous


def _write(
    session: Session,
    own: FundAccount,
    new: ProvenLines,
    sha256: str,
    previous: int | None,
    *,
    by: int,
) -> int:
    row = {
        "account": own.id,
        "previous": previous,
        "sha256": sha256,
        "first": new.said.booked_on[0],
        "last": new.said.booked_on[-1],
        "opening": new.balances[0] - new.said.amount_fen[0],
        "closing": new.balances[-1],
        "lines": len(new),
        "by": by,
    }
    ((statement_id,),) = fetched(session, _ADD, row)
    return int(statement_id)


_REFUND_YEARS: LiteralString = """
SELECT DISTINCT benefit_year FROM unit_refund WHERE id = ANY(%(refunds)s::bigint[])
"""


def _counts(taken: Sequence[Match]) -> dict[str, int]:
    """How many lines were taken as what."""
    times = Counter(map(id, taken))
    counts: Counter[str] = Counter()
    for match in each_once(taken):
        counts[match.taken_as.value] += times[id(match)]
    return dict(counts)


def _years(session: Session, new: ProvenLines, each: Collection[Match]) -> set[int]:
    """The calendar years of its lines, and the benefit years their money is of."""
    years = {day.year for day in {*new.said.booked_on}}
    years |= {x.named.year for x in each if x.named and x.taken_as in _NAMED}
    refunds = array({x.about for x in each if x.about and x.taken_as in ABOUT_REFUNDS})
    return years | {year for (year,) in fetched(session, _REFUND_YEARS, {"refunds": refunds})}
