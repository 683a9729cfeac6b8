"""Begin the covers of a roster whose money is complete."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.contributions.assess import Dues
from app.cover.periods import waits_until
from app.cover.place import Term, place, same_year_and_scheme
from app.cover.terms import NewCover, begin, terms_of
from app.db import copy_in
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting, lines
from app.ledger.post import post
from app.roster.models import Roster, RosterLine
from app.schemes.publish import published_schemes


@dataclass(slots=True)
class Begun:
    """What became of one full roster, by member."""

    roster_id: int
    full_on: date
    covers: list[NewCover] = field(default_factory=list)
    credited: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)


def begin_covers(session: Session, roster: Roster, full_on: date | None, *, by: int) -> Begun:
    """Decide every line of a full roster, write covers, book the money."""
    asked = session.execute(
        select(RosterLine.member_id, RosterLine.starts_on)
        .where(RosterLine.roster_id == roster.id)
        .order_by(RosterLine.member_id)
    ).all()
    begun = Begun(roster.id, full_on or min(starts_on for _, starts_on in asked))
    terms = terms_of(session, [member_id for member_id, _ in asked])
    schemes = published_schemes(session)
    for member_id, starts_on in asked:
        _decide(begun, roster, schemes, member_id, starts_on, terms.get(member_id, []))
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
        full_on=begun.full_on.isoformat(),
    )
    return begun


def _decide(
    begun: Begun,
    roster: Roster,
    schemes: Sequence[Scheme],
    member_id: int,
    starts_on: date,
    terms: list[Term],
) -> None:
    year = roster.benefit_year
    scheme = next(x for x in schemes if x.id == roster.scheme_id)
    term = place(starts_on, year, scheme, schemes, terms)
    if term and begun.full_on > scheme.pay_by_for(term.starts_on):
        day_after = begun.full_on + timedelta(days=1)
        if not same_year_and_scheme(day_after, year, scheme, schemes):
            begun.undecided.append(member_id)
            return
        term = place(day_after, year, scheme, schemes, terms)
    if term is None:
        begun.credited.append(member_id)
        return
    ended = [x.ends_on for x in terms if x.ends_on < term.starts_on]
    first_paying = waits_until(
        term.starts_on, max(ended, default=None), roster.confirmed_on, scheme
    )
    begun.covers.append(NewCover(member_id, roster.id, scheme.id, term, first_paying))


def _record_outcomes(session: Session, begun: Begun, cover_ids: list[int]) -> None:
    rows: list[tuple[object, ...]] = [
        (cover.member_id, begun.roster_id, "covered", number, begun.full_on)
        for number, cover in zip(cover_ids, begun.covers, strict=True)
    ]
    rows += [(m, begun.roster_id, "credited", None, begun.full_on) for m in begun.credited]
    rows += [(m, begun.roster_id, "undecided", None, begun.full_on) for m in begun.undecided]
    columns = ("member_id", "roster_id", "outcome", "cover_id", "full_on")
    copy_in(session, "enrolment_outcome", columns, rows)


def _book(session: Session, roster: Roster, begun: Begun) -> None:
    """Money held becomes income for the covers that begin, the unit's again for credited lines."""
    each = Dues(roster.unit_due_fen, roster.worker_due_fen, roster.union_due_fen)
    covers, credited = len(begun.covers), len(begun.credited)
    unit = roster.unit_id
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
