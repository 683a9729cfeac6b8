"""Give the places of a gift campaign to a roster's people: a cover each, begun at once.

The union pays all of it, so there is nothing to wait for. A row gets the next place and a cover
from the day asked for, or is listed with its reason: a cover in the way of the whole term, or no
place left. Who had a place of the campaign already is unchanged. A place is given once and never
again, whatever becomes of the cover.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.clock import today
from app.contributions.begin import Begun, Owed, first_paying, write_begun
from app.contributions.receive import COVERS
from app.cover.periods import months_end
from app.cover.place import Term, in_force, overlapping
from app.cover.terms import NewCover, terms_of
from app.db import copy_in, one_at_a_time, refuses
from app.enrolment.confirmed import check_confirmed
from app.enrolment.elsewhere import covered_already, without_others_days
from app.enrolment.enrol import NoScheme
from app.enrolment.gift_open import Gift, check_gives
from app.enrolment.identify import (
    Told,
    add_unknown,
    identify,
    take_names_and_accounts,
)
from app.enrolment.reach import Giver, reach_of
from app.enrolment.to_write import ToWrite
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.jobs import LOOK_AGAIN, promise
from app.roster.fates import deceased
from app.roster.gig import Gig
from app.roster.models import GiftPlace, Roster
from app.roster.person import RosterRow
from app.roster.record_gig import record_gig
from app.roster.sheet import Note
from app.schemes.publish import published_schemes


class GiftOutsideDays(Refusal):
    """Gifts of this campaign do not start on that day."""


class GiftPlaceTaken(Refusal):
    """Somebody else gave the same place, or more places than there are."""


for _constraint in ("gift_place_pkey", "gift_place_quota_check"):
    refuses(_constraint, GiftPlaceTaken)


@dataclass(frozen=True, slots=True)
class GiftAsked:
    """What a union asks for: places for these people from a day on."""

    gift: Gift
    starts_on: date
    confirmed_on: date
    file_sha256: str
    unreadable: int = 0
    """Rows that were refused when the file was read; they count in the event."""
    gig: Mapping[int, Gig] = field(default_factory=dict)
    """What gig workers among them do, by line."""


@dataclass(slots=True)
class Given:
    """What became of the rows, by their lines. `left`: places left after it."""

    scheme_id: str
    left: int
    enrolled: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    union_due_fen: int = 0
    roster_id: int | None = None

    @property
    def changes(self) -> bool:
        """Whether anything is written."""
        return bool(self.enrolled or self.told.renamed or self.told.account_changed)

    @property
    def notes(self) -> list[Note]:
        """What was left as it was."""
        kept = [Note(line, "KeptAsItWas") for line in self.told.kept]
        return kept + [Note(line, "OwnCardKept") for line in self.told.own_cards]


def give(session: Session, asked: GiftAsked, rows: Sequence[RosterRow], *, by: int) -> Given:
    """Give a place and a cover to every row that can have one.

    Raises NoSuchCampaign, GiftOutsideDays, NoScheme and as `check_confirmed`.
    """
    one_at_a_time(session, COVERS)
    gift, starts_on = asked.gift, asked.starts_on
    check_gives(session, gift, by=by)
    if not gift.opens_on <= starts_on <= gift.closes_on:
        days = {"opens_on": gift.opens_on.isoformat(), "closes_on": gift.closes_on.isoformat()}
        raise GiftOutsideDays(campaign=gift.name, starts_on=starts_on.isoformat(), **days)
    scheme = in_force(published_schemes(session), starts_on)
    if scheme is None:
        raise NoScheme(starts_on=starts_on.isoformat())
    check_confirmed(asked.confirmed_on, starts_on.year, today())
    last = select(func.coalesce(func.max(GiftPlace.place), 0))
    given = session.scalar(last.where(GiftPlace.campaign_id == gift.id)) or 0
    answer = Given(scheme.id, gift.quota - given)
    member_of, newcomers = identify(session, rows)
    terms = terms_of(session, list(member_of.values()))
    new = _sort_out(session, answer, asked, rows, member_of, terms)
    reach = reach_of(session, by)
    answer.faults, _ = without_others_days(session, answer.faults, {}, member_of, reach)
    to_write = ToWrite()
    giver = Giver(by, reach)
    made = add_unknown(session, new, member_of, newcomers, to_write, by=by)
    refused = {fault.line for fault in answer.faults}
    taken = [row for row in rows if row.line not in refused]
    answer.told = take_names_and_accounts(
        session,
        taken,
        member_of,
        giver,
        to_write,
        union_id=gift.union_id,
        made=made,
        people=newcomers.people,
    )
    to_write.write(session)
    if new:
        people = {member_of[row.line]: row.line for row in new}
        _write(session, answer, asked, scheme, people, terms, given, by)
        answer.left -= len(new)
    gig = {member_of[row.line]: asked.gig[row.line] for row in new if row.line in asked.gig}
    record_gig(session, gig, by=by)
    if answer.changes:
        _record(session, answer, asked, by)
    return answer


def _sort_out(
    session: Session,
    answer: Given,
    asked: GiftAsked,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    terms: dict[int, list[Term]],
) -> list[RosterRow]:
    """Which rows get a place, in the order of the file."""
    gift = asked.gift
    placed = select(GiftPlace.member_id).where(GiftPlace.campaign_id == gift.id)
    had = set(session.scalars(placed))
    died_on = deceased(session, set(member_of.values()))
    term = Term(asked.starts_on, months_end(asked.starts_on, gift.term_months))
    new: list[RosterRow] = []
    for row in rows:
        member_id = member_of.get(row.line, 0)
        if member_id in had:
            answer.unchanged.append(row.line)
        elif member_id in died_on:
            answer.faults.append(RowFault(row.line, "certno", "PersonDied"))
        elif overlapping(term, standing := terms.get(member_id, [])):
            answer.faults.append(covered_already(row, asked.starts_on, standing))
        elif len(new) == answer.left:
            facts: dict[str, object] = {"campaign": gift.name, "quota": gift.quota}
            answer.faults.append(RowFault(row.line, "certno", "QuotaSpent", facts))
        else:
            answer.enrolled.append(row.line)
            new.append(row)
    return new


def _write(
    session: Session,
    answer: Given,
    asked: GiftAsked,
    scheme: Scheme,
    people: dict[int, int],
    terms: dict[int, list[Term]],
    given: int,
    by: int,
) -> None:
    """The roster with its lines and places, and the covers. `people`: line by member."""
    gift, starts_on = asked.gift, asked.starts_on
    written = insert(Roster).values(
        campaign_id=gift.id,
        benefit_year=starts_on.year,
        scheme_id=scheme.id,
        starts_on=starts_on,
        confirmed_on=asked.confirmed_on,
        heads=len(people),
        unit_due_fen=0,
        worker_due_fen=0,
        union_due_fen=gift.each_fen,
        file_sha256=asked.file_sha256,
        recorded_by=by,
    )
    columns = [getattr(Roster, name) for name in Owed._fields]
    roster = Owed(*session.execute(written.returning(*columns)).one())
    answer.roster_id, answer.union_due_fen = roster.id, len(people) * gift.each_fen
    lines = ((member_id, roster.id, line, starts_on) for member_id, line in people.items())
    copy_in(session, "roster_line", ("member_id", "roster_id", "line", "starts_on"), lines)
    places = (
        (gift.id, place, gift.quota, member_id, roster.id)
        for place, member_id in enumerate(people, given + 1)
    )
    placed = ("campaign_id", "place", "quota", "member_id", "roster_id")
    copy_in(session, "gift_place", placed, places)
    promise(session, LOOK_AGAIN, roster.id, [(0, [])])
    term = Term(starts_on, months_end(starts_on, gift.term_months))
    begun = Begun(roster.id, starts_on)
    for member_id in sorted(people):
        pays = first_paying(term, terms.get(member_id, []), asked.confirmed_on, scheme)
        begun.covers.append(NewCover(member_id, roster.id, scheme.id, term, pays, gift.cares))
    write_begun(session, roster, begun, by=by)


def _record(session: Session, answer: Given, asked: GiftAsked, by: int) -> None:
    record(
        session,
        "gift.given",
        by=by,
        about=answer.roster_id,
        years=[asked.starts_on.year],
        campaign_id=asked.gift.id,
        enrolled=len(answer.enrolled),
        unchanged=len(answer.unchanged),
        refused=len(answer.faults) + asked.unreadable,
        renamed=len(answer.told.renamed),
        account_changed=len(answer.told.account_changed),
        union_due_fen=answer.union_due_fen,
        file_sha256=asked.file_sha256,
    )
