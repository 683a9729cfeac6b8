"""One unit: its years, its rosters and receipts of one, and the people on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.enrolment.elsewhere import named_here
from app.roster.identity import masked_certno
from app.secrets import vault
from app.web.paging import Asked, Page
from app.web.read.received import RECEIVED
from app.web.read.scope import UNIT, Scope

_UNIT: Final = text(
    f"""
    SELECT u.id, u.name, u.uscc, n.name, u.unit_percent
    FROM unit u JOIN union_node n ON n.id = u.union_id WHERE u.id = :unit AND {UNIT}
    """  # noqa: S608 - the scope is a constant
)
_ROSTERS: Final = text(
    """
    SELECT r.id, r.benefit_year, r.scheme_id, r.starts_on, r.confirmed_on, r.heads,
           r.heads * (r.unit_due_fen + r.worker_due_fen),
           coalesce((SELECT sum(s.amount_fen) FROM receipt_share s
                     WHERE s.roster_id = r.id AND NOT EXISTS (
                         SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)
                    ), 0)::bigint,
           (SELECT o.full_on FROM enrolment_outcome o WHERE o.roster_id = r.id LIMIT 1),
           (SELECT count(*) FROM enrolment_outcome o
            WHERE o.roster_id = r.id AND o.outcome <> 'covered' AND o.outcome = 'undecided'),
           (SELECT count(*) FROM enrolment_outcome o
            WHERE o.roster_id = r.id AND o.outcome <> 'covered' AND o.outcome = 'credited'),
           r.recorded_at, a.name
    FROM roster r LEFT JOIN account a ON a.id = r.recorded_by
    WHERE r.unit_id = :unit ORDER BY r.benefit_year DESC, r.id DESC LIMIT 200
    """
)
_RECEIPTS: Final = text(
    f"""
    SELECT benefit_year, received_on, amount_fen, reference FROM {RECEIVED}
    WHERE unit_id = :unit ORDER BY benefit_year DESC, received_on DESC, id DESC LIMIT 200
    """  # noqa: S608 - put together from constants
)
# The page first, then what belongs to its people: a unit may have thousands.
_PEOPLE: Final = text(
    """
    WITH page AS (
        SELECT l.member_id, l.roster_id, r.starts_on
        FROM roster r JOIN roster_line l ON l.roster_id = r.id
        WHERE r.unit_id = :unit AND r.benefit_year = :year AND l.member_id > :after
        ORDER BY l.member_id LIMIT :size
    )
    SELECT p.member_id, n.name, m.certno_cipher, coalesce(o.outcome, 'unpaid'), p.starts_on,
           lower(t.term), upper(t.term) - 1
    FROM page p
    JOIN member m ON m.id = p.member_id
    LEFT JOIN enrolment_outcome o ON o.member_id = p.member_id AND o.roster_id = p.roster_id
    LEFT JOIN cover_term t
        ON t.member_id = p.member_id AND t.cover_id = o.cover_id AND NOT isempty(t.term)
    LEFT JOIN LATERAL (
        SELECT x.name FROM member_name x WHERE x.member_id = p.member_id
        ORDER BY x.seq DESC LIMIT 1
    ) n ON true
    ORDER BY p.member_id
    """
)


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """An employer; `unit_percent` is its share of what it and its workers pay."""

    id: int
    name: str
    uscc: str
    union: str
    unit_percent: int


@dataclass(frozen=True, slots=True)
class RosterSeen:
    """One roster; amounts are the unit's and workers' part. `full_on`: when its covers began."""

    id: int
    benefit_year: int
    scheme_id: str
    starts_on: date
    confirmed_on: date
    heads: int
    due_fen: int
    filled_fen: int
    full_on: date | None
    undecided: int
    credited: int
    at: datetime
    by: str | None

    @property
    def covered(self) -> int:
        return self.heads - self.undecided - self.credited if self.full_on else 0


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """Money that came in."""

    benefit_year: int
    received_on: date
    amount_fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class OnRoster:
    """Somebody on a roster of the year; the ID is masked before it leaves here.

    `name` is the masked ID too where the scope has no right to the name (`named_here`).
    `outcome`: covered, credited, undecided, or unpaid while the money is not complete.
    `asked_for` is the roster's day: the line's own may tell when another union's cover ends.
    """

    member_id: int
    name: str
    masked_id: str
    outcome: str
    asked_for: date
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Year:
    """A benefit year of the unit."""

    year: int
    rosters: list[RosterSeen]
    receipts: list[ReceiptSeen]

    @property
    def heads(self) -> int:
        return sum(each.heads for each in self.rosters)

    @property
    def covered(self) -> int:
        return sum(each.covered for each in self.rosters)

    @property
    def due_fen(self) -> int:
        return sum(each.due_fen for each in self.rosters)

    @property
    def received_fen(self) -> int:
        return sum(each.amount_fen for each in self.receipts)

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)

    @property
    def over_fen(self) -> int:
        return max(self.received_fen - self.due_fen, 0)


def unit_seen(session: Session, unit_id: int, scope: Scope) -> UnitSeen | None:
    """The unit, or None where there is none in the scope."""
    row = session.execute(_UNIT, {**scope.asked, "unit": unit_id}).one_or_none()
    return UnitSeen(*row) if row else None


def years_of(session: Session, unit_id: int) -> list[Year]:
    """The unit's benefit years with rosters or money, newest first."""
    rosters = [RosterSeen(*row) for row in session.execute(_ROSTERS, {"unit": unit_id})]
    receipts = [ReceiptSeen(*row) for row in session.execute(_RECEIPTS, {"unit": unit_id})]
    known = {x.benefit_year for x in rosters} | {x.benefit_year for x in receipts}
    return [
        Year(year, _of(rosters, year), _of(receipts, year)) for year in sorted(known, reverse=True)
    ]


def people_of(
    session: Session, unit_id: int, scope: Scope, year: int, asked: Asked
) -> Page[OnRoster]:
    """A page of the people on the unit's rosters of a year."""
    wanted = {"unit": unit_id, "year": year, "after": asked.after or 0, "size": asked.size + 1}
    found = session.execute(_PEOPLE, wanted).all()
    reach = None if scope.whole else scope.unions
    named = named_here(session, [row.member_id for row in found], reach)
    rows = [_person(row, named) for row in found]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].member_id if more else None)


def _person(row: Row[Any], named: set[int]) -> OnRoster:
    member_id, name, cipher, *rest = tuple(row)
    masked = masked_certno(vault().open(bytes(cipher), "member", member_id))
    return OnRoster(member_id, name if member_id in named else masked, masked, *rest)


def _of(found: Iterable[Any], year: int) -> list[Any]:
    return [each for each in found if each.benefit_year == year]
