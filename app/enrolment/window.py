"""The enrolment window: outside it new people are enrolled by permission, or join within the year.

A scheme without a window takes enrolments on any day. Names and accounts of people who are on the
unit's roster already are taken on any day, too: only new people are enrolled within the window.

Whoever enrols for money asks here: rosters and their uploads, lists of joiners (refused whole where
the scheme takes none, leavers and all), and gig workers who enrol alone. For these the year's
joiners' rule counts, whether anybody enrolled with the union before or not: no list is sent for
them in autumn. A gift is the union's, and has the days of its campaign instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.accounts.models import Account
from app.benefits.scheme import Scheme
from app.clock import today
from app.cover.place import first_day, in_force
from app.db import array, fetched, one_at_a_time
from app.enrolment.models import LatePermission
from app.errors import Refusal
from app.evidence.append import record
from app.roster.now import check_stands, standing_as_one, unit_now
from app.unions.models import Union
from app.unions.tree import above, reach_of_union

LONGEST_WHY: Final = 500
COUNTY: Final = 2
"""So many unions stand from a county's, itself counted, to the top."""

_MAY: LiteralString = """
SELECT EXISTS (SELECT FROM late_permission WHERE unit_id = ANY(%(units)s::bigint[])
                                             AND benefit_year = %(year)s AND until_day >= %(on)s),
       EXISTS (SELECT FROM roster r
               WHERE r.unit_id = ANY(%(units)s::bigint[]) AND r.benefit_year = %(year)s
                     AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id))
"""


class OutsideWindow(Refusal):
    """The unit enrols on a day outside the window, and nobody has permitted it."""


class NotTheCounty(Refusal):
    """Late enrolment is permitted by the unit's county or district union, or above it."""


class UntilWrong(Refusal):
    """A permission ends on a day that is still to come, at most with its benefit year."""


class LateWhyMissing(Refusal):
    """A permission says why, in at most so many characters."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """A permission as it is shown."""

    benefit_year: int
    until_day: date
    why: str
    by: str
    at: datetime


def check_window(
    session: Session,
    unit_id: int,
    year: int,
    starts_on: date,
    schemes: Sequence[Scheme],
    *,
    on: date,
    alone: bool = False,
) -> None:
    """Raise OutsideWindow where the unit may not enrol on this day for covers from `starts_on`.

    `alone`: a person enrols without a roster.
    """
    scheme = in_force(schemes, starts_on)
    window = scheme.window_of(year) if scheme else None
    if window is None or window.holds(on):
        return
    units = array(standing_as_one(session, unit_id))
    ((permitted, enrolled),) = fetched(session, _MAY, {"units": units, "year": year, "on": on})
    joins = window.mid_year and (alone or (enrolled and starts_on > first_day(schemes, year)))
    if not (permitted or joins):
        raise OutsideWindow(
            year=year, opens_on=window.opens_on.isoformat(), closes_on=window.closes_on.isoformat()
        )


def permit_late(
    session: Session,
    unit_id: int,
    *,
    year: int,
    until: date,
    why: str,
    by: int,
    on: date | None = None,
) -> int:
    """Let a unit enrol for a benefit year until a day; the permission's number. Said twice, once.

    `on`: the day it is given, else today. Raises NotTheCounty, UntilWrong, LateWhyMissing,
    UnitMerged.
    """
    check_county(session, unit_id, by=by)
    check_stands(session, unit_id)
    given_on = on or today()
    if not given_on <= until <= date(year, 12, 31):
        raise UntilWrong(first=given_on.isoformat(), last=date(year, 12, 31).isoformat())
    why = " ".join(why.split())
    if not 0 < len(why) <= LONGEST_WHY or not why.isprintable():
        raise LateWhyMissing(longest=LONGEST_WHY)
    one_at_a_time(session, f"late permissions of {unit_id}")
    given = {"unit_id": unit_id, "benefit_year": year, "until_day": until, "why": why}
    same = select(LatePermission.id).filter_by(**given, recorded_by=by).limit(1)
    if (known := session.scalar(same)) is not None:
        return known
    row = insert(LatePermission).values(**given, recorded_by=by)
    number = session.execute(row.returning(LatePermission.id)).scalar_one()
    record(
        session,
        "roster.late_permitted",
        by=by,
        about=number,
        years=[year],
        unit_id=unit_id,
        until=until.isoformat(),
    )
    return number


def check_county(session: Session, unit_id: int, *, by: int) -> None:
    """Raise NotTheCounty where the account is none of the unit's county or above."""
    acting = officer(session, by)
    reach = reach_of_union(session, acting.union_id)
    if reach is not None and unit_now(session, unit_id).union_id not in reach:
        raise NotTheCounty
    # A unit's own union may hang directly under the city's: it is no county for all that.
    of_unit = session.get_one(Union, acting.union_id).kind == "unit"
    if of_unit or len(above(session, acting.union_id)) > COUNTY:
        raise NotTheCounty


def permissions_of(session: Session, unit_id: int) -> list[Permitted]:
    """A unit's permissions, the newest first."""
    rows = session.execute(
        select(
            LatePermission.benefit_year,
            LatePermission.until_day,
            LatePermission.why,
            Account.name,
            LatePermission.recorded_at,
        )
        .join(Account, Account.id == LatePermission.recorded_by)
        .where(LatePermission.unit_id == unit_id)
        .order_by(LatePermission.id.desc())
    )
    return [Permitted(*row) for row in rows]
