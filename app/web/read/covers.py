"""A member's covers: term, who paid, waiting, and what is left of each cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.schemes.publish import published_schemes

_COVERS: Final = text(
    """
    SELECT c.id, lower(coalesce(t.term, daterange(c.starts_on, c.ends_on, '[]'))),
           upper(coalesce(t.term, daterange(c.starts_on, c.ends_on, '[]'))) - 1,
           t.term IS NOT NULL, c.scheme_id, c.benefit_year, c.waits_until, u.name,
           r.unit_due_fen, r.worker_due_fen, r.union_due_fen, c.cares
    FROM cover c
    LEFT JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
    JOIN roster r ON r.id = c.roster_id JOIN unit u ON u.id = r.unit_id
    WHERE c.member_id = :member ORDER BY c.starts_on DESC LIMIT 20
    """
)
_USED: Final = text(
    "SELECT benefit_year, care, used_fen FROM entitlement WHERE member_id = :member"
)
_NOT_COVERED: Final = text(
    """
    SELECT u.name, r.benefit_year, coalesce(o.outcome, 'unpaid')
    FROM roster_line l
    JOIN roster r ON r.id = l.roster_id JOIN unit u ON u.id = r.unit_id
    LEFT JOIN enrolment_outcome o ON o.member_id = l.member_id AND o.roster_id = l.roster_id
    WHERE l.member_id = :member AND o.cover_id IS NULL ORDER BY r.id DESC LIMIT 20
    """
)
_NAME: Final = text(
    "SELECT name FROM member_name WHERE member_id = :member ORDER BY seq DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of one cap in one benefit year; `cap_fen` None: no cap."""

    care: str
    cap_fen: int | None
    used_fen: int

    @property
    def left_fen(self) -> int:
        return max((self.cap_fen or 0) - self.used_fen, 0)


@dataclass(frozen=True, slots=True)
class CoverSeen:
    """One cover. The dues are a head's, in fen; `in_force` is false where it was taken away."""

    rooms: list[Room]
    id: int
    starts_on: date
    ends_on: date
    in_force: bool
    scheme_id: str
    benefit_year: int
    waits_until: date | None
    unit: str
    unit_due_fen: int
    worker_due_fen: int
    union_due_fen: int

    @property
    def last_waiting_day(self) -> date | None:
        return self.waits_until - timedelta(days=1) if self.waits_until else None

    def runs_on(self, day: date) -> bool:
        return self.in_force and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Enrolled by a unit, and why there is no cover: unpaid | credited | undecided."""

    unit: str
    benefit_year: int
    why: str


def covers_of(session: Session, member_id: int) -> list[CoverSeen]:
    """The member's covers, the latest first."""
    used = {
        (year, care): used_fen
        for year, care, used_fen in session.execute(_USED, {"member": member_id})
    }
    schemes = {scheme.id: scheme for scheme in published_schemes(session)}
    found = []
    for row in session.execute(_COVERS, {"member": member_id}):
        *columns, cares = row
        rooms = _rooms(schemes[row.scheme_id], row.benefit_year, cares, used)
        found.append(CoverSeen(rooms, *columns))
    return found


def not_covered(session: Session, member_id: int) -> list[NotCovered]:
    """Where a unit has enrolled the member and no cover has come of it."""
    return [NotCovered(*row) for row in session.execute(_NOT_COVERED, {"member": member_id})]


def name_of(session: Session, member_id: int) -> str:
    """What the member is called today."""
    return session.scalar(_NAME, {"member": member_id}) or ""


def _rooms(
    scheme: Scheme, year: int, cares: Sequence[str] | None, used: dict[tuple[int, str], int]
) -> list[Room]:
    paid = [x for x in scheme.benefits if cares is None or x.care in cares]
    # Inpatient care first: the larger worry.
    ordered = sorted(paid, key=lambda x: x.care != "inpatient")
    return [Room(x.care, x.cap_fen, used.get((year, x.care), 0)) for x in ordered]
