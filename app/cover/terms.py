"""Read the terms members have, and write covers that begin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cover.models import CoverTerm
from app.cover.place import Term
from app.db import any_of, copy_in, numbers, refuses
from app.errors import Refusal


class CoveredTwice(Refusal):
    """A member would be covered twice on one day."""


refuses("cover_term_no_overlap", CoveredTwice)


@dataclass(frozen=True, slots=True)
class NewCover:
    """A cover about to begin."""

    member_id: int
    roster_id: int
    scheme_id: str
    term: Term
    waits_until: date | None


def terms_of(session: Session, member_ids: Sequence[int]) -> dict[int, list[Term]]:
    """Every term each member has or had, in order."""
    rows = session.execute(
        select(CoverTerm.member_id, func.lower(CoverTerm.term), func.upper(CoverTerm.term) - 1)
        .where(CoverTerm.member_id == any_of(member_ids))
        .order_by(CoverTerm.member_id, func.lower(CoverTerm.term))
    )
    terms: dict[int, list[Term]] = defaultdict(list)
    for member_id, starts_on, ends_on in rows:
        terms[member_id].append(Term(starts_on, ends_on))
    return terms


def begin(session: Session, covers: Sequence[NewCover], *, by: int | None) -> list[int]:
    """Write covers and their terms in force; returns the covers' numbers."""
    ids = numbers(session, "cover_number", len(covers))
    pairs = list(zip(ids, covers, strict=True))
    copy_in(
        session,
        "cover",
        (
            "member_id",
            "id",
            "roster_id",
            "scheme_id",
            "benefit_year",
            "starts_on",
            "ends_on",
            "waits_until",
            "recorded_by",
        ),
        (
            (
                x.member_id,
                number,
                x.roster_id,
                x.scheme_id,
                x.term.starts_on.year,
                x.term.starts_on,
                x.term.ends_on,
                x.waits_until,
                by,
            )
            for number, x in pairs
        ),
    )
    copy_in(
        session,
        "cover_term",
        ("member_id", "cover_id", "term"),
        ((x.member_id, number, f"[{x.term.starts_on},{x.term.ends_on}]") for number, x in pairs),
    )
    return ids
