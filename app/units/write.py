"""Write what a unit is from a day on, and where it is paid back."""

from datetime import date
from typing import Any, LiteralString

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db import fetched, refuses
from app.errors import Refusal
from app.secrets import vault
from app.unions.models import Union
from app.units.may import SamePerson, Two
from app.units.models import UnitAccount, UnitChange


class ChangeBefore(Refusal):
    """A unit's history runs forward: another change begins later than this one."""


for _table in ("change", "account", "contact", "merge", "split", "request"):
    refuses(f"unit_{_table}_two_people_check", SamePerson)

_LAST: LiteralString = """
SELECT coalesce(c.seq, 0), coalesce(c.name, u.name), coalesce(c.union_id, u.union_id),
       coalesce(c.unit_percent, u.unit_percent), c.into_id, c.from_on
FROM unit u LEFT JOIN LATERAL (
    SELECT * FROM unit_change c WHERE c.unit_id = u.id ORDER BY c.seq DESC LIMIT 1
) c ON true
WHERE u.id = %(unit)s
"""
_FOLLOWERS: LiteralString = """
SELECT c.unit_id FROM unit_change c
WHERE c.into_id = %(unit)s AND NOT EXISTS (
    SELECT FROM unit_change l WHERE l.unit_id = c.unit_id AND l.seq > c.seq)
ORDER BY c.unit_id
"""
_LAST_ACCOUNT: LiteralString = """
SELECT coalesce(max(seq), 0)::int FROM unit_account WHERE unit_id = %(unit)s
"""


def write_change(
    session: Session,
    unit_id: int,
    two: Two,
    *,
    from_on: date,
    why: str,
    **new: Any,
) -> None:
    """Append to a unit's history: `new` name, union_id, unit_percent or into_id; the rest stays.

    Raises ChangeBefore.
    """
    check_follows(session, unit_id, from_on)
    ((seq, name, union_id, percent, into_id, _),) = fetched(session, _LAST, {"unit": unit_id})
    was = {"name": name, "union_id": union_id, "unit_percent": percent, "into_id": into_id}
    row = {"unit_id": unit_id, "seq": seq + 1, "from_on": from_on, "why": why}
    people = {"recorded_by": two.asked_by, "approved_by": two.by}
    session.execute(insert(UnitChange).values(**was | new | row | people))


def check_follows(session: Session, unit_id: int, from_on: date) -> None:
    """Raise ChangeBefore where what was last written begins after this day."""
    last_on = last_day(session, unit_id)
    if last_on and from_on < last_on:
        raise ChangeBefore(from_on=from_on.isoformat(), last_on=last_on.isoformat())


def last_day(session: Session, unit_id: int) -> date | None:
    """The day from which a unit is what was last written; None: nothing was."""
    ((*_, last_on),) = fetched(session, _LAST, {"unit": unit_id})
    return last_on  # type: ignore[no-any-return]


def write_account(
    session: Session, unit_id: int, two: Two, *, from_on: date, account: str, bank: str
) -> None:
    """Write where a unit is paid back from a day on."""
    ((last,),) = fetched(session, _LAST_ACCOUNT, {"unit": unit_id})
    row = insert(UnitAccount).values(
        unit_id=unit_id,
        seq=last + 1,
        account_cipher=vault().seal(account, "unit_account", unit_id, last + 1),
        account_index=vault().index("account", account),
        tail=account[-4:],
        bank=bank,
        from_on=from_on,
        recorded_by=two.asked_by,
        approved_by=two.by,
    )
    session.execute(row)


def gone_into(session: Session, unit_id: int) -> list[int]:
    """The units whose last word is that they have gone into this one."""
    return [each for (each,) in fetched(session, _FOLLOWERS, {"unit": unit_id})]


def own_union(session: Session, name: str, district_id: int) -> int:
    """A node for a unit's own union, below its district's."""
    node = Union(name=name, parent_id=district_id, kind="unit")
    session.add(node)
    session.flush()
    return node.id
