"""Add a union to the tree, and find unions by name."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.evidence.append import record
from app.unions.models import Union
from app.unions.tree import Reach

LONGEST_NAME: Final = 200


class UnionNameMissing(Refusal):
    """A union has a name of at most 200 characters, without control characters."""


class UnionKnown(Refusal):
    """There is a union of this name."""


class DistrictUnknown(Refusal):
    """No union of this name, other than units' own."""


def add_union(session: Session, name: str, *, parent_id: int, by: int) -> int:
    """Add a county's or district's union. Raises UnionNameMissing, UnionKnown."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise UnionNameMissing(longest=LONGEST_NAME)
    if any(each.name == name for each in districts(session, None)):
        raise UnionKnown(name=name)
    union = Union(name=name, parent_id=parent_id)
    session.add(union)
    session.flush()
    record(session, "union.added", by=by, about=union.id, parent_id=parent_id)
    return union.id


def districts(session: Session, reach: Reach) -> list[Union]:
    """The unions within a reach, from the top, without units' own."""
    asked = select(Union).where(Union.kind == "union").order_by(Union.id)
    found = session.scalars(asked if reach is None else asked.where(Union.id.in_(reach)))
    return list(found)


def district_named(session: Session, name: str) -> int:
    """The union of this name. Raises DistrictUnknown."""
    name = name.strip()
    asked = select(Union.id).where(Union.kind == "union", Union.name == name)
    found = session.scalar(asked.order_by(Union.id).limit(1))
    if found is None:
        raise DistrictUnknown(union=name)
    return found
