"""A member's covers: term, who paid, waiting, and what is left of each cap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.schemes.publish import published_schemes
from app.texts.amounts import share

_COVERS: Final = text(
    """
    SELECT c.id, coalesce(lower(t.term), c.starts_on), coalesce(upper(t.term) - 1, c.ends_on),
           t.term IS NOT NULL AND NOT isempty(t.term), c.ends_on, c.scheme_id,
           c.benefit_year, c.waits_until, u.name, g.name,
           r.unit_due_fen, r.worker_due_fen, r.union_due_fen, c.cares,
           (SELECT json_object_agg(e.care, e.used_fen) FROM entitlement e
            WHERE e.member_id = c.member_id AND e.benefit_year = c.benefit_year) AS used
    FROM cover c
    LEFT JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
    JOIN roster r ON r.id = c.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE c.member_id = :member ORDER BY c.starts_on DESC LIMIT 20
    """
)
_NOT_COVERED: Final = text(
    """
    SELECT coalesce(u.name, g.name), r.benefit_year,
           CASE WHEN o.outcome = 'undecided'
                     AND EXISTS (SELECT FROM late_credit x WHERE x.roster_id = r.id) THEN 'late'
                ELSE coalesce(o.outcome, 'unpaid') END
    FROM roster_line l
    JOIN roster r ON r.id = l.roster_id
    LEFT JOIN unit_now u ON u.id = r.unit_id
    LEFT JOIN campaign g ON g.id = r.campaign_id
    LEFT JOIN enrolment_outcome o ON o.member_id = l.member_id AND o.roster_id = l.roster_id
    WHERE l.member_id = :member AND o.cover_id IS NULL
          AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
    ORDER BY r.id DESC LIMIT 20
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
    percents: tuple[str, ...] = ()
    """Which shares of a base its bands pay, the smallest first."""

    @property
    def left_fen(self) -> int:
        return max((self.cap_fen or 0) - self.used_fen, 0)


class Status(StrEnum):
    """How a cover stands on a day."""

    COVERED = "covered"
    WAITING = "waiting"
    STARTS = "starts"
    ENDED = "ended"
    SHORTENED = "shortened"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class CoverSeen:
    """One cover. The dues are a head's, in fen; `in_force` is false where nothing is left of it.

    `ends_on` is the term's as it stands, `granted_to` as it was granted: they differ where a gift
    was ended by a paid cover. Enrolled by `unit`, or given by `campaign`.
    """

    rooms: list[Room]
    id: int
    starts_on: date
    ends_on: date
    in_force: bool
    granted_to: date
    scheme_id: str
    benefit_year: int
    waits_until: date | None
    unit: str | None
    campaign: str | None
    unit_due_fen: int
    worker_due_fen: int
    union_due_fen: int

    @property
    def last_waiting_day(self) -> date | None:
        return self.waits_until - timedelta(days=1) if self.waits_until else None

    def status(self, day: date) -> Status:
        """How it stands on `day`."""
        if not self.in_force:
            return Status.VOID
        if day < self.starts_on:
            return Status.STARTS
        if day > self.ends_on:
            return Status.SHORTENED if self.ends_on < self.granted_to else Status.ENDED
        waits = self.waits_until is not None and day < self.waits_until
        return Status.WAITING if waits else Status.COVERED

    def is_past(self, day: date) -> bool:
        return self.status(day) in {Status.ENDED, Status.SHORTENED, Status.VOID}


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's covers as they stand on a day.

    `counts` is the one to say it by: the one that runs, else the next to start, else the last.
    """

    counts: CoverSeen | None
    later: list[CoverSeen]
    earlier: list[CoverSeen]

    @classmethod
    def on(cls, day: date, covers: Sequence[CoverSeen]) -> "Standing":
        """Of covers, the latest first. A later one stands in the order it starts."""
        ahead = [x for x in reversed(covers) if not x.is_past(day)]
        past = [x for x in covers if x.is_past(day)]
        if ahead:
            return cls(ahead[0], ahead[1:], past)
        # One that nothing is left of says least about somebody.
        last = next((x for x in past if x.in_force), None)
        return cls(last, [], [x for x in past if x is not last])


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Enrolled by a unit or a campaign, and why no cover: unpaid | credited | undecided."""

    by: str
    benefit_year: int
    why: str


def covers_of(session: Session, member_id: int) -> list[CoverSeen]:
    """The member's covers, the latest first."""
    schemes = {scheme.id: scheme for scheme in published_schemes(session)}
    found = []
    for row in session.execute(_COVERS, {"member": member_id}):
        *columns, cares, used = row
        rooms = _rooms(schemes[row.scheme_id], cares, used or {})
        found.append(CoverSeen(rooms, *columns))
    return found


def not_covered(session: Session, member_id: int) -> list[NotCovered]:
    """Where somebody has enrolled the member and no cover has come of it."""
    return [NotCovered(*row) for row in session.execute(_NOT_COVERED, {"member": member_id})]


def name_of(session: Session, member_id: int) -> str:
    """What the member is called today."""
    return session.scalar(_NAME, {"member": member_id}) or ""


def _rooms(scheme: Scheme, cares: Sequence[str] | None, used: Mapping[str, int]) -> list[Room]:
    paid = [x for x in scheme.benefits if cares is None or x.care in cares]
    # Inpatient care first: the larger worry.
    ordered = sorted(paid, key=lambda x: x.care != "inpatient")
    return [
        Room(
            x.care,
            x.cap_fen,
            used.get(x.care, 0),
            tuple(share(points) for points in sorted({band.basis_points for band in x.bands})),
        )
        for x in ordered
    ]
