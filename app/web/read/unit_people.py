"""The people on a unit's rosters of a year, in pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.enrolment.elsewhere import named_here
from app.roster.identity import masked_certno
from app.secrets import vault
from app.web.paging import Asked, Page
from app.web.read.scope import Scope
from app.web.read.unit import units_shown

# The page first, then what belongs to its people: a unit may have thousands.
_PEOPLE: Final = text(
    """
    WITH gone AS MATERIALIZED (
        SELECT x.member_id, x.roster_id, x.unit_id FROM roster r
        CROSS JOIN LATERAL (
            SELECT DISTINCT ON (v.member_id) v.member_id, v.roster_id, v.unit_id
            FROM line_move v
            WHERE v.roster_id = r.id
                  AND v.from_on <= (transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date
            ORDER BY v.member_id, v.seq DESC
        ) x
        WHERE r.benefit_year = :year AND (
            r.unit_id = ANY(:units)
            OR r.id IN (SELECT roster_id FROM line_move WHERE unit_id = ANY(:units)))
    ), page AS (
        SELECT l.member_id, l.roster_id, r.starts_on
        FROM roster r JOIN roster_line l ON l.roster_id = r.id
        WHERE r.unit_id = ANY(:units) AND r.benefit_year = :year AND l.member_id > :after
              AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
              AND (l.member_id, l.roster_id) NOT IN (SELECT member_id, roster_id FROM gone)
        UNION ALL
        SELECT x.member_id, x.roster_id, r.starts_on FROM gone x JOIN roster r ON r.id = x.roster_id
        WHERE x.unit_id = ANY(:units) AND x.member_id > :after
        ORDER BY member_id LIMIT :size
    )
    SELECT p.member_id, n.name, m.certno_cipher,
           CASE WHEN o.outcome = 'undecided' AND p.roster_id IN (SELECT roster_id FROM late_credit)
                THEN 'late' ELSE coalesce(o.outcome, 'unpaid') END, p.starts_on,
           lower(t.term), upper(t.term) - 1,
           (SELECT max(e.on_day) FROM unit_leaver e
            WHERE e.member_id = p.member_id AND e.unit_id = ANY(:units))
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
class OnRoster:
    """Somebody on a roster of the year; the ID is masked before it leaves here.

    `name` is the masked ID too where the scope has no right to the name (`named_here`).
    `outcome`: covered, credited, undecided, late (and credited back), or unpaid while the money is
    not complete.
    `left_on`: the last day at the unit, where it said so.
    `asked_for` is the roster's day: the line's own may tell when another union's cover ends.
    """

    member_id: int
    name: str
    masked_id: str
    outcome: str
    asked_for: date
    starts_on: date | None
    ends_on: date | None
    left_on: date | None


def people_of(
    session: Session, unit_id: int, scope: Scope, year: int, asked: Asked
) -> Page[OnRoster]:
    """A page of the people on the unit's rosters of a year."""
    return people_of_units(session, units_shown(session, unit_id), scope, year, asked)


def people_of_units(
    session: Session, units: list[int], scope: Scope, year: int, asked: Asked
) -> Page[OnRoster]:
    """The same, for who knows the units whose lists are shown."""
    wanted = {"units": units, "year": year, "after": asked.after or 0, "size": asked.size + 1}
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
