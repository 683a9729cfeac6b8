"""Register a unit that asked for it: its own union, the unit, its contact, its account."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.clock import today
from app.evidence.append import record
from app.roster.models import Unit
from app.roster.now import unit_now
from app.roster.units import UnitKnown
from app.units.appoint import Appointed, appoint
from app.units.asked import Contact, Registration
from app.units.may import Two
from app.units.write import own_union, write_account, write_change


def register(
    session: Session, wanted: Registration, two: Two, *, with_password: bool = True
) -> tuple[int, Appointed]:
    """Write the unit; its number, and the contact's sign-in. Raises UnitKnown."""
    if session.scalar(select(Unit.id).where(Unit.uscc == wanted.uscc)):
        raise UnitKnown(uscc=wanted.uscc)
    facts: dict[str, Any] = {
        "name": wanted.name,
        "union_id": own_union(session, wanted.name, wanted.union_id),
        "unit_percent": wanted.unit_percent,
    }
    added = insert(Unit).values(uscc=wanted.uscc, recorded_by=two.by, **facts).returning(Unit.id)
    unit_id = session.execute(added).scalar_one()
    from_on = wanted.from_on or today()
    write_change(session, unit_id, two, from_on=from_on, why="registered", **facts)
    if wanted.account:
        account, bank = wanted.account, wanted.bank
        write_account(session, unit_id, two, from_on=from_on, account=account, bank=bank)
    record(
        session,
        "unit.added",
        by=two.by,
        about=unit_id,
        unit_percent=wanted.unit_percent,
        asked_by=two.asked_by,
    )
    unit, contact = unit_now(session, unit_id), Contact(wanted.contact, wanted.phone)
    return unit_id, appoint(session, unit, contact, two, with_password=with_password)
