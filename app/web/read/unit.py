"""One unit: its years, and its rosters and receipts of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.contributions.credit import CREDIT
from app.contributions.received import RECEIVED
from app.roster.now import standing_as_one, unit_now
from app.together import Question, together
from app.units.account import PAID_BACK_TO, AccountEnds
from app.units.appoint import CONTACT, ContactNow
from app.web.read.scope import UNIT, Scope

_UNIT: Final = text(
    f"""
    SELECT u.id, u.name, u.uscc,
           CASE n.kind WHEN 'unit' THEN p.name ELSE n.name END, u.unit_percent,
           u.stands_id, s.name, m.on_day
    FROM unit_now u JOIN union_node n ON n.id = u.union_id
    LEFT JOIN union_node p ON p.id = n.parent_id
    JOIN unit_now s ON s.id = u.stands_id
    LEFT JOIN unit_merge m ON m.unit_id = u.id
    WHERE u.id = :unit AND {UNIT}
    """  # noqa: S608 - the scope is a constant
)
_OF_UNION: Final = text(
    "SELECT id FROM unit_now WHERE union_id = :union AND stands_id = id ORDER BY id LIMIT 1"
)
_ROSTERS: Final = """
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
           r.recorded_at, a.name,
           EXISTS (SELECT FROM late_credit l WHERE l.roster_id = r.id),
           EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id),
           CASE WHEN r.unit_id <> :unit THEN u.name END, r.own_money
    FROM roster r LEFT JOIN account a ON a.id = r.recorded_by JOIN unit_now u ON u.id = r.unit_id
    WHERE r.unit_id = ANY(:shown) ORDER BY r.benefit_year DESC, r.id DESC LIMIT 200
"""
_RECEIPTS: Final = f"""
    SELECT c.id, c.benefit_year, c.received_on, came.amount_fen, c.reference, c.from_year,
           CASE WHEN c.unit_id <> :unit THEN u.name END, came.amount_fen - c.amount_fen,
           c.own_money, c.roster_id,
           (SELECT e.id FROM entry e WHERE e.memo = 'money received' AND e.about = c.id
                AND came.line_id IS NULL AND came.recorded_by IS NOT NULL
                AND NOT EXISTS (SELECT FROM unit_merge m WHERE m.unit_id = c.unit_id)
                AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = c.id))
    FROM {RECEIVED} c JOIN unit_now u ON u.id = c.unit_id JOIN receipt came ON came.id = c.id
    WHERE c.unit_id = ANY(:shown)
    ORDER BY c.benefit_year DESC, c.received_on DESC, c.id DESC LIMIT 200
"""  # noqa: S608 - put together from constants
_MOVED_YEARS: Final = """
    SELECT DISTINCT r.benefit_year FROM line_move v JOIN roster r ON r.id = v.roster_id
    WHERE v.unit_id = ANY(:shown)
"""


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """An employer; `unit_percent` is its share of what it and its workers pay.

    `union` is the district's where the unit has a union of its own.
    """

    id: int
    name: str
    uscc: str
    union: str
    unit_percent: int
    stands_id: int
    stands_name: str
    merged_on: date | None

    @property
    def merged(self) -> bool:
        """Whether it has gone into another, which it stands as."""
        return self.stands_id != self.id


@dataclass(frozen=True, slots=True)
class RosterSeen:
    """One roster; amounts are the unit's and workers' part. `full_on`: when its covers began.

    `of_unit`: the unit that had it, where that has gone into this one. `own_money`: somebody
    enrolled alone and pays alone.
    """

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
    decided: bool
    withdrawn: bool
    of_unit: str | None
    own_money: bool

    @property
    def to_decide(self) -> int:
        """Whose money came too late, and nobody has decided about it."""
        return 0 if self.decided else self.undecided

    @property
    def may_go(self) -> bool:
        """Whether it can be withdrawn."""
        return not (self.withdrawn or self.filled_fen or self.full_on)

    @property
    def covered(self) -> int:
        return self.heads - self.undecided - self.credited if self.full_on else 0


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """Money that came in, as its receipt says, and what of it has gone back since.

    `from_year`: the unit's credit of that year, used. `typed_entry`: somebody typed it, no
    statement has brought it, and its unit's money has gone nowhere; this entry booked it.
    """

    id: int
    benefit_year: int
    received_on: date
    amount_fen: int
    reference: str
    from_year: int | None
    of_unit: str | None
    given_back_fen: int
    own_money: bool
    roster_id: int | None
    typed_entry: int | None


@dataclass(frozen=True, slots=True)
class Year:
    """A benefit year of the unit. What people who enrolled alone owe and pay is not the unit's."""

    year: int
    rosters: list[RosterSeen]
    receipts: list[ReceiptSeen]

    @property
    def heads(self) -> int:
        return sum(each.heads for each in self.rosters if not each.withdrawn)

    @property
    def enrolled(self) -> bool:
        """Whether a roster stands."""
        return not all(each.withdrawn for each in self.rosters)

    @property
    def covered(self) -> int:
        return sum(each.covered for each in self.rosters)

    @property
    def due_fen(self) -> int:
        return sum(x.due_fen for x in self.rosters if not (x.withdrawn or x.own_money))

    @property
    def received_fen(self) -> int:
        return sum(x.amount_fen - x.given_back_fen for x in self.receipts if not x.own_money)

    @property
    def alone_unpaid(self) -> int:
        """How many enrolled alone and have not paid yet."""
        waits = (x for x in self.rosters if x.own_money and not (x.withdrawn or x.full_on))
        return sum(x.heads for x in waits)

    @property
    def alone_over_fen(self) -> int:
        """What people who enrolled alone have paid more than they owe, as when one pays twice."""
        got: dict[int | None, int] = {}
        for x in self.receipts:
            if x.own_money:
                got[x.roster_id] = got.get(x.roster_id, 0) + x.amount_fen - x.given_back_fen
        due = {x.id: 0 if x.withdrawn else x.due_fen for x in self.rosters}
        return sum(max(fen - due.get(roster_id or 0, 0), 0) for roster_id, fen in got.items())

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)

    @property
    def over_fen(self) -> int:
        return max(self.received_fen - self.due_fen, 0)


@dataclass(frozen=True, slots=True)
class UnitShown:
    """`units`: those whose lists are this one's. `paid_back`: the account for refunds, if any.

    `gig`: gig workers can enrol themselves here.
    """

    units: list[int]
    years: list[Year]
    credit: dict[int, int]
    contact: ContactNow | None
    paid_back: AccountEnds | None
    gig: bool


_YEARS: Final[dict[str, Question[Any]]] = {
    "rosters": Question(_ROSTERS, RosterSeen),
    "receipts": Question(_RECEIPTS, ReceiptSeen),
    "moved": Question(_MOVED_YEARS, int),
}
_IS_GIG: Final = Question("SELECT unit_id FROM gig_unit WHERE unit_id = :unit", int)


def unit_seen(session: Session, unit_id: int, scope: Scope) -> UnitSeen | None:
    """The unit, or None where there is none in the scope."""
    row = session.execute(_UNIT, {**scope.asked, "unit": unit_id}).one_or_none()
    return UnitSeen(*row) if row else None


def unit_of_union(session: Session, union_id: int) -> int | None:
    """The unit whose own union this is."""
    found: int | None = session.scalar(_OF_UNION, {"union": union_id})
    return found


def years_of(session: Session, unit_id: int) -> list[Year]:
    """The unit's benefit years with rosters or money, newest first.

    With those of all that have gone into it; of one that has gone itself, its own.
    """
    asked = {"unit": unit_id, "shown": units_shown(session, unit_id)}
    return _years(together(session, asked, **_YEARS))


def unit_shown(session: Session, unit: UnitSeen) -> UnitShown:
    """What is known of a unit beside its people and what is asked for it."""
    group = standing_as_one(session, unit.id)
    asked: dict[str, Any] = {
        "unit": unit.id,
        "shown": [unit.id] if unit.merged else group,
        "units": group,
        "stands": unit.stands_id,
        "day": today(),
    }
    found = together(
        session, asked, **_YEARS, credit=CREDIT, contact=CONTACT, account=PAID_BACK_TO, gig=_IS_GIG
    )
    return UnitShown(
        asked["shown"],
        _years(found),
        dict(found["credit"]),
        next(iter(found["contact"]), None),
        next(iter(found["account"]), None),
        gig=bool(found["gig"]),
    )


def _years(found: dict[str, list[Any]]) -> list[Year]:
    rosters, receipts = found["rosters"], found["receipts"]
    known = {x.benefit_year for x in (*rosters, *receipts)} | {*found["moved"]}
    return [
        Year(year, _of(rosters, year), _of(receipts, year)) for year in sorted(known, reverse=True)
    ]


def units_shown(session: Session, unit_id: int) -> list[int]:
    """The units whose lists are this one's."""
    found = standing_as_one(session, unit_id)
    return found if unit_now(session, unit_id).stands_id == unit_id else [unit_id]


def _of(found: Iterable[Any], year: int) -> list[Any]:
    return [each for each in found if each.benefit_year == year]
