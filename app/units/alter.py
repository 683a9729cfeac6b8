"""Change what a unit is from a day on: its name, district, share, bank account."""

from typing import Any

from sqlalchemy.orm import Session

from app.evidence.append import record
from app.roster.now import check_stands
from app.unions.models import Union
from app.units.appoint import account_moves
from app.units.asked import Change
from app.units.may import Two
from app.units.write import gone_into, own_union, write_account, write_change


def alter(session: Session, unit_id: int, change: Change, two: Two) -> None:
    """Write the change; what has gone into the unit goes along to another district.

    Raises UnitMerged, ChangeBefore.
    """
    unit = check_stands(session, unit_id)
    from_on = change.from_on
    new: dict[str, Any] = {}
    if change.name is not None:
        new["name"] = change.name
    if change.unit_percent is not None:
        new["unit_percent"] = change.unit_percent
    if change.union_id is not None:
        new["union_id"] = _district(session, unit.name, unit.union_id, change.union_id)
    if new:
        write_change(session, unit.id, two, from_on=from_on, why="changed", **new)
    for follower in gone_into(session, unit.id) if "union_id" in new else ():
        moved = new["union_id"]
        write_change(session, follower, two, from_on=from_on, why="changed", union_id=moved)
    if change.account is not None:
        account, bank = change.account, change.bank
        write_account(session, unit.id, two, from_on=from_on, account=account, bank=bank)
    facts = {name: new[name] for name in ("unit_percent", "union_id") if name in new}
    record(
        session,
        "unit.changed",
        by=two.by,
        about=unit.id,
        from_on=from_on.isoformat(),
        renamed="name" in new,
        account_changed=change.account is not None,
        asked_by=two.asked_by,
        **facts,
    )


def _district(session: Session, name: str, union_id: int, district_id: int) -> int:
    """The unit's union in another district: its own one anew, where it has one."""
    if session.get_one(Union, union_id).kind == "union":
        return district_id
    node = own_union(session, name, district_id)
    account_moves(session, union_id, node)
    return node
