"""Members some at a time, in the order of their numbers: a replay holds no more of them at once."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session


class Members(NamedTuple):
    """Those with numbers above one and up to another."""

    above: int
    through: int


EVERYBODY: Final = Members(-(1 << 62), 1 << 62)
_APART: Final = text(
    "SELECT member_id FROM determination WHERE member_id > :above"
    " ORDER BY member_id OFFSET :rows LIMIT 1"
)


def apart(session: Session, rows: int) -> Iterator[Members]:
    """Everybody, some members at a time, who have so many determinations together.

    One with more by himself is not cut.
    """
    above = EVERYBODY.above
    while (last := session.scalar(_APART, {"above": above, "rows": rows - 1})) is not None:
        yield Members(above, last)
        above = last
    yield Members(above, EVERYBODY.through)
