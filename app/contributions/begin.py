"""Begin the covers of a roster whose money is complete."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.contributions.assess import Dues
from app.cover.end_at_death import end_at_death
from app.cover.periods import waits_until
from app.cover.place import Term, gifts_ended, same_year_and_scheme, terms_left
from app.cover.placing import Placing
from app.cover.terms import NewCover, begin, terms_of
from app.db import copy_in, fetched
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting, lines
from app.ledger.post import post
from app.roster.fates import deceased
from app.roster.now import unit_now
from app.schemes.publish import published_schemes

_LINES: LiteralString = """
SELECT member_id, starts_on FROM roster_line WHERE roster_id = %(roster)s ORDER BY member_id
"""


class Owed(NamedTuple):
    """A roster as far as its money and its covers go. The three dues are a head's, in fen."""

    id: int
    unit_id: int | None
    benefit_year: int
    scheme_id: str
    confirmed_on: date
    unit_due_fen: int
    worker_due_fen: int
    union_due_fen: int


@dataclass(slots=True)
class Begun:
    """What became of one full roster, by member."""

    roster_id: int
    full_on: date
    covers: list[NewCover] = field(default_factory=list)
    credited: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)

    @property
    def gifts_ended(self) -> int:
        """How many gifts these covers end."""
        return sum(len(x.ends) for x in self.covers)


def begin_covers(session: Session, roster: Owed, full_on: date | None, *, by: int | None) -> Begun:
    """Decide every line of a full roster, write covers, book the money."""
    asked = fetched(session, _LINES, {"roster": roster.id})
    begun = Begun(roster.id, full_on or min(starts_on for _, starts_on in asked))
    members = [member_id for member_id, _ in asked]
    terms, died_on = terms_of(session, members), deceased(session, members)
    schemes = published_schemes(session)
    scheme = next(x for x in schemes if x.id == roster.scheme_id)
    placing = Placing(roster.benefit_year, scheme, schemes)
    for member_id, starts_on in asked:
        line = (member_id, starts_on, died_on.get(member_id))
        _decide(begun, roster, placing, line, terms.get(member_id, []))
    write_begun(session, roster, begun, by=by)
    began = {x.member_id for x in begun.covers}
    end_at_death(session, {who: day for who, day in died_on.items() if who in began}, by=by)
    return begun


def write_begun(session: Session, roster: Owed, begun: Begun, *, by: int | None) -> None:
    """Write what was decided of a roster: its covers, every line's outcome, the money."""
    ids = begin(session, begun.covers, by=by)
    _record_outcomes(session, begun, ids)
    _book(session, roster, begun)
    promise(session, LOOK_AGAIN, roster.id, [(1, [])])
    record(
        session,
        "cover.granted",
        by=by,
        about=roster.id,
        years=[roster.benefit_year],
        covered=len(ids),
        credited=len(begun.credited),
        undecided=len(begun.undecided),
        gifts_ended=begun.gifts_ended,
        full_on=begun.full_on.isoformat(),
    )


def _decide(
    begun: Begun,
    roster: Owed,
    placing: Placing,
    line: tuple[int, date, date | None],
    terms: list[Term],
) -> None:
    """What becomes of one line: member, the day asked for, the day of death.

    Who died before the cover could start is not covered: the money is the unit's again.
    """
    member_id, starts_on, died_on = line
    scheme = placing.scheme
    term = placing.place(starts_on, terms)
    if term and begun.full_on > scheme.pay_by_for(term.starts_on):
        day_after = begun.full_on + timedelta(days=1)
        if died_on and died_on < day_after:
            begun.credited.append(member_id)
            return
        if not same_year_and_scheme(day_after, placing.year, scheme, placing.schemes):
            begun.undecided.append(member_id)
            return
        term = placing.place(day_after, terms)
    if term is None or (died_on and died_on < term.starts_on):
        begun.credited.append(member_id)
        return
    ends = tuple(gifts_ended(term, terms))
    left = terms_left(term, terms) if ends else terms
    pays = first_paying(term, left, roster.confirmed_on, scheme)
    begun.covers.append(NewCover(member_id, roster.id, scheme.id, term, pays, ends=ends))


def first_paying(
    term: Term, terms: Sequence[Term], confirmed_on: date, scheme: Scheme
) -> date | None:
    """The first day that pays, by the member's covers before; None where it does not wait."""
    if not scheme.waiting_days:
        return None
    ended = [x.ends_on for x in terms if x.ends_on < term.starts_on]
    return waits_until(term.starts_on, max(ended, default=None), confirmed_on, scheme)


def _record_outcomes(session: Session, begun: Begun, cover_ids: list[int]) -> None:
    rows: list[tuple[object, ...]] = [
        (cover.member_id, begun.roster_id, "covered", number, begun.full_on)
        for number, cover in zip(cover_ids, begun.covers, strict=True)
    ]
    rows += [(m, begun.roster_id, "credited", None, begun.full_on) for m in begun.credited]
    rows += [(m, begun.roster_id, "undecided", None, begun.full_on) for m in begun.undecided]
    columns = ("member_id", "roster_id", "outcome", "cover_id", "full_on")
    copy_in(session, "enrolment_outcome", columns, rows)


def _book(session: Session, roster: Owed, begun: Begun) -> None:
    """Money held becomes income for the covers that begin, the unit's again for credited lines."""
    each = Dues(roster.unit_due_fen, roster.worker_due_fen, roster.union_due_fen)
    covers, credited = len(begun.covers), len(begun.credited)
    # A roster of a unit that has gone into another is paid from that one's money.
    unit = None if roster.unit_id is None else unit_now(session, roster.unit_id).stands_id
    postings = lines(
        Posting(Account.MONEY_HELD, (covers + credited) * each.from_unit_fen, unit_id=unit),
        Posting(Account.UNION_SUBSIDY_DUE, covers * each.union_fen, unit_id=unit),
        Posting(Account.CREDITED_BACK, -credited * each.from_unit_fen, unit_id=unit),
        Posting(Account.UNIT_PART, -covers * each.unit_fen, unit_id=unit),
        Posting(Account.WORKER_PART, -covers * each.worker_fen, unit_id=unit),
        Posting(Account.UNION_PART, -covers * each.union_fen, unit_id=unit),
    )
    if postings:
        post(session, Entry(roster.benefit_year, begun.full_on, "roster full", postings, roster.id))
