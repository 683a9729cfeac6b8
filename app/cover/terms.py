"""Read the terms members have, and write covers that begin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.arrays import number_array
from app.cover.end_gifts import Ended, end_gifts
from app.cover.place import Term
from app.db import copy_in, fetched, numbers, refuses
from app.errors import Refusal

# The numbers stand in a subquery: whoever plans would else look at each of a hundred thousand,
# which takes longer than finding them by the key.
_TERMS: LiteralString = """
SELECT member_id, lower(term), upper(term) - 1
FROM cover_term
WHERE member_id = ANY((SELECT %(members)s::bigint[])::bigint[]) AND NOT isempty(term)
ORDER BY member_id, lower(term)
"""
# Few members ever have a gift, so it is not asked with every term.
_GIFTS: LiteralString = """
SELECT c.member_id, lower(t.term), c.id
FROM cover c
JOIN roster r ON r.id = c.roster_id AND r.campaign_id IS NOT NULL
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
WHERE c.member_id = ANY((SELECT %(members)s::bigint[])::bigint[]) AND c.cares IS NOT NULL
"""
_COVER = (
    *("member_id", "id", "roster_id", "scheme_id", "benefit_year", "starts_on", "ends_on"),
    *("waits_until", "cares", "recorded_by"),
)


class CoveredTwice(Refusal):
    """A member would be covered twice on one day."""


refuses("cover_term_no_overlap", CoveredTwice)


@dataclass(frozen=True, slots=True)
class NewCover:
    """A cover about to begin. `cares` None: all of the scheme's; `ends`: the gifts it ends."""

    member_id: int
    roster_id: int
    scheme_id: str
    term: Term
    waits_until: date | None
    cares: Sequence[str] | None = None
    ends: tuple[int, ...] = ()


def terms_of(session: Session, member_ids: Sequence[int]) -> dict[int, list[Term]]:
    """Every term each member has or had, in order; gifts that were ended before they began do
    not count."""
    terms: dict[int, list[Term]] = defaultdict(list)
    if not member_ids:
        return terms
    asked = {"members": number_array(member_ids)}
    gifts = {(who, starts_on): number for who, starts_on, number in fetched(session, _GIFTS, asked)}
    # One term is many members': made once.
    known: dict[tuple[date, date], Term] = {}
    for who, starts_on, ends_on in fetched(session, _TERMS, asked):
        if (who, starts_on) in gifts:
            terms[who].append(Term(starts_on, ends_on, gifts[who, starts_on]))
            continue
        term = known.get((starts_on, ends_on))
        if term is None:
            term = known[starts_on, ends_on] = Term(starts_on, ends_on)
        terms[who].append(term)
    return terms


def begin(session: Session, covers: Sequence[NewCover], *, by: int | None) -> list[int]:
    """Write covers and their terms in force; returns the covers' numbers."""
    ids = numbers(session, "cover_number", len(covers))
    pairs = list(zip(ids, covers, strict=True))
    rows = ((*_row(number, x), by) for number, x in pairs)
    copy_in(session, "cover", _COVER, rows)
    ended = [
        Ended(x.member_id, gift, x.term.starts_on, number) for number, x in pairs for gift in x.ends
    ]
    end_gifts(session, ended, by=by)
    columns = ("member_id", "cover_id", "term")
    terms = ((x.member_id, number, f"[{x.term.starts_on},{x.term.ends_on}]") for number, x in pairs)
    copy_in(session, "cover_term", columns, terms)
    return ids


def _row(number: int, x: NewCover) -> tuple[object, ...]:
    return (
        x.member_id,
        number,
        x.roster_id,
        x.scheme_id,
        x.term.starts_on.year,
        x.term.starts_on,
        x.term.ends_on,
        x.waits_until,
        list(x.cares) if x.cares else None,
    )
