"""The outbox as officers look at it: notices with how far their delivery is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.unions.tree import Reach

# Of a district: what goes to the units that are its now, and to members whom they, or its gifts,
# cover.
_LISTED: Final = text(
    """
    SELECT n.id, n.kind, u.name,
           CASE WHEN n.member_id IS NOT NULL THEN 'member'
                WHEN n.account_id IS NOT NULL THEN 'account' ELSE 'unit' END,
           n.benefit_year, n.facts, d.state, d.tries, d.trouble, n.recorded_at, d.sent_at
    FROM notice n JOIN notice_delivery d ON d.notice_id = n.id
    LEFT JOIN unit_now u ON u.id = n.unit_id
    WHERE n.id < :before AND (CAST(:state AS text) IS NULL OR d.state = :state)
          AND (CAST(:kind AS text) IS NULL OR n.kind = :kind)
          AND (CAST(:year AS int) IS NULL OR n.benefit_year = :year)
          AND (:whole OR u.union_id = ANY(CAST(:unions AS bigint[])) OR EXISTS (
              SELECT FROM cover v JOIN roster r ON r.id = v.roster_id
              LEFT JOIN unit_now w ON w.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
              LEFT JOIN campaign g ON g.id = r.campaign_id
              WHERE v.member_id = n.member_id
                    AND coalesce(w.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))))
    ORDER BY n.id DESC LIMIT :size
    """
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A notice and its delivery; `to`: unit, member or account."""

    id: int
    kind: str
    unit: str | None
    to: str
    benefit_year: int | None
    facts: dict[str, Any]
    state: str
    tries: int
    trouble: str | None
    at: datetime
    sent_at: datetime | None


def listed(
    session: Session,
    *,
    reach: Reach = None,
    state: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    before: int | None = None,
    size: int = 100,
) -> list[Listed]:
    """Notices, newest first; `before`: those below this number."""
    asked: dict[str, object] = {"state": state, "kind": kind, "year": year, "size": size}
    asked |= {"before": before or 2**62, "whole": reach is None, "unions": reach or []}
    return [Listed(*row) for row in session.execute(_LISTED, asked)]
