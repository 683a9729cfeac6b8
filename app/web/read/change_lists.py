"""Lists of joiners and leavers that units handed in: a page of them, one, and a unit's own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page
from app.web.read.scope import UNIT, Scope

_COLUMNS: Final = """
    x.id, x.state, x.unit_id, u.name, u.uscc, x.recorded_at, a.name, x.recorded_by, x.starts_on,
    x.joiners, x.leavers, x.refused, x.reason, d.name, f.name, x.faults
"""
_FROM: Final = """
    FROM change_list x JOIN unit_now u ON u.id = x.unit_id
    JOIN account a ON a.id = x.recorded_by
    LEFT JOIN account d ON d.id = x.decided_by LEFT JOIN stored_file f ON f.id = x.file_id
"""
_ONE: Final = text(f"SELECT {_COLUMNS} {_FROM} WHERE x.id = :list AND {UNIT}")
_LATEST: Final = text(
    f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE {UNIT} AND (:all OR x.state = 'waiting') AND x.id < :before
    ORDER BY x.id DESC LIMIT :size
    """
)
# What waits, and the newest where it was sent back.
_OWN: Final = text(
    f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE x.unit_id = :unit AND (x.state = 'waiting' OR x.state = 'refused' AND x.id = (
        SELECT max(n.id) FROM change_list n WHERE n.unit_id = x.unit_id))
    ORDER BY x.id DESC
    """  # noqa: S608
)
_MOST_KEY: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A list; `file_name` is empty when the file has gone, `decided_by` while it waits."""

    id: int
    state: str
    unit_id: int
    unit: str
    uscc: str
    at: datetime
    by: str
    by_id: int
    starts_on: date
    joiners: int
    leavers: int
    refused: int
    reason: str | None
    decided_by: str | None
    file_name: str | None
    faults: bytes | None


def list_seen(session: Session, list_id: int, scope: Scope) -> HandedIn | None:
    """One list of a unit in the scope."""
    row = session.execute(_ONE, {**scope.asked, "list": list_id}).one_or_none()
    return HandedIn(*row) if row else None


def lists_seen(session: Session, scope: Scope, asked: Asked, *, every: bool) -> Page[HandedIn]:
    """A page of the scope's lists, the latest first: those that wait, or all."""
    before = asked.after if asked.after is not None else _MOST_KEY
    wanted = {**scope.asked, "all": every, "before": before, "size": asked.size + 1}
    rows = [HandedIn(*row) for row in session.execute(_LATEST, wanted)]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)


def lists_of(session: Session, unit_id: int) -> list[HandedIn]:
    """A unit's lists that wait, and the newest where it was sent back."""
    return [HandedIn(*row) for row in session.execute(_OWN, {"unit": unit_id})]
