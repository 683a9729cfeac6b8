"""Ask for what takes a second person: registration, a change, a contact, a merger, a split.

What is asked for is a draft until somebody approves it (`app.units.decide`). The same asked for
again, while it waits or after it was approved, changes nothing.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.clock import today
from app.db import numbers, one_at_a_time
from app.errors import Refusal
from app.roster.models import Unit
from app.roster.now import UnitNow, check_stands, unit_now
from app.roster.units import UnitKnown, check_name, check_percent, check_unit
from app.secrets import vault
from app.unions.models import Union
from app.units.asked import (
    Change,
    Contact,
    Content,
    Kind,
    Merger,
    NothingChanges,
    Registration,
    Split,
    State,
    as_json,
    read_bank,
    read_contact,
    read_phone,
    read_unit_account,
)
from app.units.may import check_asks, check_asks_of, district_of
from app.units.models import UnitRequest
from app.units.movable import check_movable
from app.units.write import check_follows

TURNS = "units"
"""Whoever asks or decides about units takes turns: two must not decide on one state."""


class NoSuchDistrict(Refusal):
    """A unit belongs to a district's union, or to the city's, and not to another unit's."""


class DayAhead(Refusal):
    """Units go together or part on a day that has come."""


class SameUnit(Refusal):
    """A unit goes into another, not into itself."""


class Asked(NamedTuple):
    """The request's number. `again`: it was asked for before, nothing changed."""

    request_id: int
    again: bool


def ask_registration(
    session: Session, wanted: Registration, *, by: int | None, file_sha256: str | None = None
) -> Asked:
    """Ask that a unit be registered; `by` None: it asks itself, on the public page.

    Who asks from outside does not learn whether the unit is known: whoever decides sees it. Raises
    UsccWrong, UnitNameMissing, PercentWrong, ContactMissing, PhoneWrong, UnitAccountWrong,
    NoSuchDistrict; for officers MayNotAsk and UnitKnown.
    """
    wanted = replace(
        wanted,
        uscc=check_unit(wanted.uscc, wanted.name, wanted.unit_percent),
        name=wanted.name.strip(),
        contact=read_contact(wanted.contact),
        phone=read_phone(wanted.phone),
        account=read_unit_account(wanted.account) if wanted.account.strip() else "",
        bank=read_bank(wanted.bank),
    )
    _check_district(session, wanted.union_id)
    if by is not None:
        check_asks(session, wanted.union_id, by=by)
    one_at_a_time(session, TURNS)
    filed = _Filed(Kind.REGISTER, wanted.union_id, wanted.uscc, wanted.name, wanted, file_sha256)
    before = _before(session, filed, {})
    if before is not None:
        return Asked(before, again=True)
    if by is not None and session.scalar(select(Unit.id).where(Unit.uscc == wanted.uscc)):
        raise UnitKnown(uscc=wanted.uscc)
    return _file(session, filed, by)


def ask_change(session: Session, unit_id: int, change: Change, *, by: int) -> Asked:
    """Ask that a unit's name, district, share or bank account be another from a day on.

    Raises UnitMerged, MayNotAsk, UnitNameMissing, PercentWrong, UnitAccountWrong, NoSuchDistrict,
    NothingChanges, ChangeBefore; and DayAhead for another district, which acts at once.
    """
    unit = _of(session, unit_id, by=by, contact_too=True)
    if change.name is not None:
        check_name(change.name)
        change = replace(change, name=change.name.strip())
    if change.unit_percent is not None:
        check_percent(change.unit_percent)
    if change.account is not None:
        change = replace(
            change, account=read_unit_account(change.account), bank=read_bank(change.bank)
        )
    if change.union_id is not None:
        _check_district(session, change.union_id)
        _check_come(change.from_on)
    if not _differs(session, unit, change):
        raise NothingChanges
    check_follows(session, unit.id, change.from_on)
    return _ask_of(session, Kind.CHANGE, unit, change, by)


def ask_contact(session: Session, unit_id: int, wanted: Contact, *, by: int) -> Asked:
    """Ask that another person act for a unit, or the first one.

    Raises UnitMerged, MayNotAsk, ContactMissing, PhoneWrong.
    """
    unit = _of(session, unit_id, by=by, contact_too=True)
    wanted = Contact(read_contact(wanted.contact), read_phone(wanted.phone))
    return _ask_of(session, Kind.CONTACT, unit, wanted, by)


def ask_merge(session: Session, unit_id: int, into_id: int, on_day: date, *, by: int) -> Asked:
    """Ask that a unit go into another.

    Raises SameUnit, UnitMerged, MayNotAsk, DayAhead, ChangeBefore.
    """
    unit, into = _two(session, unit_id, into_id, on_day, by)
    check_follows(session, unit.id, on_day)
    return _ask_of(session, Kind.MERGE, unit, Merger(on_day), by, into)


def ask_split(
    session: Session, unit_id: int, to_id: int, on_day: date, members: list[int], *, by: int
) -> Asked:
    """Ask that these members go to another unit; `app.units.named` finds them by their IDs.

    Raises SameUnit, UnitMerged, MayNotAsk, DayAhead, NobodyToMove, NotOfUnit.
    """
    unit, to = _two(session, unit_id, to_id, on_day, by)
    check_movable(session, unit.id, members, on_day)
    wanted = Split(on_day, tuple(sorted(set(members))))
    return _ask_of(session, Kind.SPLIT, unit, wanted, by, to)


def _two(
    session: Session, unit_id: int, other_id: int, on_day: date, by: int
) -> tuple[UnitNow, UnitNow]:
    if unit_id == other_id:
        raise SameUnit
    unit, other = _of(session, unit_id, by=by), _of(session, other_id, by=by)
    _check_come(on_day)
    return unit, other


def _of(session: Session, unit_id: int, *, by: int, contact_too: bool = False) -> UnitNow:
    """A unit that stands, of which the account may ask: who may not learns nothing of it."""
    check_asks_of(session, unit_now(session, unit_id), by=by, contact_too=contact_too)
    return check_stands(session, unit_id)


def _check_come(day: date) -> None:
    if day > today():
        raise DayAhead(day=day.isoformat(), today=today().isoformat())


def _check_district(session: Session, union_id: int) -> None:
    kind = session.scalar(select(Union.kind).where(Union.id == union_id))
    if kind != "union":
        raise NoSuchDistrict


def _differs(session: Session, unit: UnitNow, change: Change) -> bool:
    was = (unit.name, district_of(session, unit.union_id), unit.unit_percent)
    wanted = (change.name, change.union_id, change.unit_percent)
    kept = all(new in (None, old) for new, old in zip(wanted, was, strict=True))
    return not kept or change.account is not None


class _Filed(NamedTuple):
    """A request before it has a number."""

    kind: Kind
    union_id: int
    uscc: str
    name: str
    content: Content
    file_sha256: str | None = None


def _ask_of(
    session: Session,
    kind: Kind,
    unit: UnitNow,
    content: Content,
    by: int,
    other: UnitNow | None = None,
) -> Asked:
    one_at_a_time(session, TURNS)
    filed = _Filed(kind, district_of(session, unit.union_id), unit.uscc, unit.name, content)
    units = {"unit_id": unit.id, "other_id": other.id if other else None}
    before = _before(session, filed, units, waiting=True)
    return Asked(before, again=True) if before else _file(session, filed, by, **units)


def _before(
    session: Session, filed: _Filed, units: dict[str, int | None], *, waiting: bool = False
) -> int | None:
    states = [State.WAITING] if waiting else [State.WAITING, State.APPROVED]
    asked = select(UnitRequest.id).where(
        UnitRequest.content_index == _index(filed, units), UnitRequest.state.in_(states)
    )
    return session.scalar(asked.order_by(UnitRequest.id).limit(1))


def _index(filed: _Filed, units: dict[str, int | None]) -> bytes:
    """Equal for what asks for the same."""
    text = f"{filed.kind} {units.get('unit_id')} {units.get('other_id')} {as_json(filed.content)}"
    return vault().index("request", text)


def _file(session: Session, filed: _Filed, by: int | None, **units: int | None) -> Asked:
    (number,) = numbers(session, "unit_request_id_seq", 1)
    row = insert(UnitRequest).values(
        id=number,
        kind=filed.kind.value,
        state=State.WAITING.value,
        union_id=filed.union_id,
        uscc=filed.uscc,
        name=filed.name,
        content=vault().seal(as_json(filed.content), "unit_request", number),
        content_index=_index(filed, units),
        file_sha256=filed.file_sha256,
        filed_by=by,
        **units,
    )
    session.execute(row)
    return Asked(number, again=False)
