"""One entry of the journal with what it stands on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.documents import Document, document_of
from app.books.summaries import PAPERS
from app.db import array, fetched
from app.together import Question, together
from app.web.paging import Asked, Page
from app.web.read.bank_lines import BankLineSeen, bank_line
from app.web.read.entry_lists import page_of
from app.web.read.events import (
    NAMED,
    OF_LISTS,
    OF_RECEIPTS,
    OF_ROSTERS,
    OF_UNITS,
    Happened,
    latest_of,
)

_ENTRY: Final = text(
    """
    SELECT e.id, e.benefit_year, e.booked_on, e.document_on, e.memo, e.about, e.recorded_at,
           r.reversal_id FROM entry e
    LEFT JOIN entry_reversal r ON r.entry_id = e.id WHERE e.id = :entry
    """
)
_SUMS: Final = """
    SELECT account, sum(lines)::bigint, sum(debit_fen)::bigint, sum(credit_fen)::bigint
    FROM entry_sum WHERE entry_id = :entry GROUP BY 1 ORDER BY 1
"""
_LINES: Final = """
    SELECT p.line, p.account, p.amount_fen, p.unit_id, u.name, p.member_id, p.claim_id
    FROM posting p LEFT JOIN unit_now u ON u.id = p.unit_id
    WHERE p.entry_id = :entry AND p.line > :after ORDER BY p.line LIMIT :most
"""
# A roster is full by the money of receipts, whatever day each came.
_FILLED_BY: Final = """
    SELECT s.receipt_id, c.received_on, c.reference, s.amount_fen, e.id
    FROM receipt_share s JOIN receipt c ON c.id = s.receipt_id
    LEFT JOIN LATERAL (
        SELECT max(x.id) AS id FROM entry x
        LEFT JOIN statement_line l ON l.receipt_id = c.id
        WHERE x.memo IN ('money received', 'credit used') AND x.about = c.id
           OR x.memo = 'statement received' AND x.about = l.statement_id
              AND x.benefit_year = c.benefit_year
              AND coalesce(x.document_on, x.booked_on) = l.booked_on) e ON true
    WHERE s.roster_id = :about AND :memo = 'roster full' ORDER BY s.receipt_id LIMIT 100
"""
_FILLS: Final = """
    SELECT s.receipt_id, s.roster_id, coalesce(u.name, ''), r.starts_on, s.amount_fen,
           (SELECT max(x.id) FROM entry x WHERE x.memo = 'roster full' AND x.about = r.id)
    FROM receipt_share s JOIN roster r ON r.id = s.roster_id
    LEFT JOIN unit_now u ON u.id = r.unit_id
    WHERE s.receipt_id IN (
        SELECT CAST(:about AS bigint) WHERE :memo IN ('money received', 'credit used')
        UNION ALL
        SELECT l.receipt_id FROM statement_line l JOIN receipt c ON c.id = l.receipt_id
        WHERE :memo = 'statement received' AND l.statement_id = :about AND l.booked_on = :day
              AND c.benefit_year = :year)
        AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)
    ORDER BY s.receipt_id, s.roster_id LIMIT 100
"""
# One transaction has one time: what made the entry is what the log tells of that moment.
# Rosters and receipts have numbers of their own: of those that one statement moved, a receipt may
# have a roster's.
_THEN: Final = "SELECT * FROM event WHERE recorded_at = :at AND about = :about AND act"
_ITS_ACTS: Final = latest_of(f"{_THEN} = ANY(:acts)")
_OTHER_ACTS: Final = latest_of(f"{_THEN} <> ALL(:acts)")
_AT_ONE_TIME: Final = latest_of("SELECT * FROM event WHERE recorded_at = :at")
_MOST_ACTS: Final = 20
_ABOUT: Final = {
    **dict.fromkeys(("roster full", "late money credited"), OF_ROSTERS),
    **dict.fromkeys(("money received", "credit used", "receipt undone"), OF_RECEIPTS),
    "units merged": OF_UNITS,
}
"""By memo: the acts that are about the same as the entry."""
_KNOWN: Final = [*OF_ROSTERS, *OF_RECEIPTS, *OF_UNITS, *OF_LISTS]
"""What they are about is known, and is nothing that another entry is about."""


class SumSeen(NamedTuple):
    """An entry's turnover on one account."""

    account: str
    lines: int
    debit_fen: int
    credit_fen: int


class LineOfEntry(NamedTuple):
    """One line of an entry; `member_id` with `claim_id`: of a claim."""

    line: int
    account: str
    amount_fen: int
    unit_id: int | None
    unit: str | None
    member_id: int | None
    claim_id: int | None


class Filling(NamedTuple):
    """Money that filled a roster, and the entry of that money."""

    receipt_id: int
    received_on: date
    reference: str
    amount_fen: int
    entry_id: int | None


class Filled(NamedTuple):
    """A roster that an entry's money filled; the entry of its covers, None: not full yet."""

    receipt_id: int
    roster_id: int
    name: str
    starts_on: date
    amount_fen: int
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """One entry. `lines` is a page of them; `acts`: what the log tells of the same moment."""

    id: int
    benefit_year: int
    booked_on: date
    document_on: date | None
    memo: str
    recorded_at: datetime
    reversal_id: int | None
    entered_by: str
    approved_by: str
    papers: int
    sums: list[SumSeen]
    lines: Page[LineOfEntry]
    document: Document | None
    bank_line: BankLineSeen | None
    filled_by: list[Filling]
    fills: list[Filled]
    acts: list[Happened]

    @property
    def turnover_fen(self) -> int:
        return sum(each.debit_fen for each in self.sums)


def entry_seen(session: Session, entry_id: int, asked: Asked) -> EntrySeen | None:
    """An entry and all that it stands on; None: there is no such entry."""
    row = session.execute(_ENTRY, {"entry": entry_id}).one_or_none()
    if row is None:
        return None
    number, year, booked_on, document_on, memo, about, at, reversal_id = row
    facts = {
        "entry": entry_id,
        "after": asked.after or 0,
        "most": asked.size + 1,
        "about": about,
        "memo": memo,
        "year": year,
        "day": document_on or booked_on,
    }
    found = together(session, facts, **_PARTS)
    lines = found["lines"]
    document = document_of(session, memo, about)
    entered, approved, papers = _papers(session, memo, about)
    line_id = document.line_id if document else None
    return EntrySeen(
        number,
        year,
        booked_on,
        document_on,
        memo,
        at,
        reversal_id,
        entered,
        approved,
        papers,
        found["sums"],
        page_of(lines, asked.size, "line"),
        document,
        bank_line(session, line_id) if line_id else None,
        found["filled_by"],
        found["fills"],
        _acts(session, at, memo, about),
    )


_PARTS: Final[dict[str, Question[Any]]] = {
    "sums": Question(_SUMS, SumSeen),
    "lines": Question(_LINES, LineOfEntry),
    "filled_by": Question(_FILLED_BY, Filling),
    "fills": Question(_FILLS, Filled),
}


def _acts(session: Session, at: datetime, memo: str, about: int | None) -> list[Happened]:
    """What was done then about the same; if nothing was, whatever was done then."""
    facts = {**NAMED, "at": at, "about": about, "size": _MOST_ACTS}
    own = _ABOUT.get(memo)
    asked, acts = (_ITS_ACTS, own) if own else (_OTHER_ACTS, _KNOWN)
    found = [Happened(*each) for each in session.execute(asked, facts | {"acts": [*acts]})]
    return found or [Happened(*each) for each in session.execute(_AT_ONE_TIME, facts)]


def _papers(session: Session, memo: str, about: int | None) -> tuple[str, str, int]:
    """Who entered and who approved, and how many papers are behind it."""
    if memo not in PAPERS or about is None:
        return "", "", 0
    rows = fetched(session, PAPERS[memo], {"ids": array([about])})
    return (rows[0][1], rows[0][2], rows[0][3]) if rows else ("", "", 0)
