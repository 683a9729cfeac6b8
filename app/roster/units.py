"""Register units and find them."""

from typing import Final, NamedTuple

from sqlalchemy import column, insert, select, table
from sqlalchemy.orm import Session

from app.db import refuses
from app.errors import Refusal
from app.evidence.append import record
from app.roster.identity import check_uscc, normalise_uscc
from app.roster.models import Unit
from app.roster.person import FORMULA_STARTS


class UsccWrong(Refusal):
    """A unit's social credit code is not one; `why` is a key of the texts."""


class UnitKnown(Refusal):
    """The unit is registered already."""


class NoSuchUnit(Refusal):
    """No unit has this social credit code."""


class UnitNameFormula(Refusal):
    """The name begins as a formula does: whoever opens a list of units would run it."""


class UnitNameMissing(Refusal):
    """A unit has a name of at most 200 characters, without control characters."""


class PercentWrong(Refusal):
    """The unit's share is not between 0 and 100 percent."""


class Registered(NamedTuple):
    """A unit as doors need it."""

    id: int
    uscc: str
    name: str
    unit_percent: int


refuses("unit_uscc_key", UnitKnown)

LONGEST_NAME: Final = 200
_NOW: Final = table("unit_now", *(column(name) for name in ("id", "uscc", "name", "unit_percent")))


def add_unit(
    session: Session, *, uscc: str, name: str, union_id: int, unit_percent: int, by: int
) -> int:
    """Register a unit. Raises UnitKnown and as `check_unit`."""
    code = check_unit(uscc, name, unit_percent)
    if session.execute(select(Unit.id).where(Unit.uscc == code)).scalar_one_or_none():
        raise UnitKnown(uscc=code)
    added = insert(Unit).values(
        uscc=code, name=name.strip(), union_id=union_id, unit_percent=unit_percent, recorded_by=by
    )
    unit_id = session.execute(added.returning(Unit.id)).scalar_one()
    record(session, "unit.added", by=by, about=unit_id, unit_percent=unit_percent)
    return unit_id


def all_units(session: Session) -> list[Registered]:
    """Every unit as it is today, in the order they were registered."""
    return [Registered(*row) for row in session.execute(select(_NOW).order_by(_NOW.c.id))]


def check_unit(uscc: str, name: str, unit_percent: int) -> str:
    """The code as it is stored. Raises UsccWrong, PercentWrong and as `check_name`."""
    code, _ = normalise_uscc(uscc)
    why = check_uscc(code)
    if why:
        raise UsccWrong(uscc=code, why=why)
    check_name(name)
    check_percent(unit_percent)
    return code


def check_name(name: str) -> None:
    """Raise UnitNameMissing or UnitNameFormula where it is no unit's name."""
    if name.strip().startswith(FORMULA_STARTS):
        raise UnitNameFormula
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.strip().isprintable():
        raise UnitNameMissing(longest=LONGEST_NAME)


def check_percent(unit_percent: int) -> None:
    """Raise PercentWrong where it is no share."""
    if not 0 <= unit_percent <= 100:  # noqa: PLR2004 - percent
        raise PercentWrong(percent=unit_percent)


def unit_of(session: Session, uscc: str) -> Registered:
    """The unit with this code, as it is today. Raises NoSuchUnit."""
    code, _ = normalise_uscc(uscc)
    found = session.execute(select(_NOW).where(_NOW.c.uscc == code)).one_or_none()
    if found is None:
        raise NoSuchUnit(uscc=code)
    return Registered(*found)
