"""What was done lately, from the evidence log, and what machines then made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.web.read.scope import Scope

HIDDEN: Final = (
    *("claims.determined", "claims.swept", "claim.proposed", "claim.proposal_dropped"),
    *("account.password_set", "bundle.read", "injury.stated", "online.paid"),
    *("payments.approved", "payments.confirmed", "payments.rewritten", "books.close_approved"),
    *("books.reversal_approved", "attachment.added", "claim.opened"),
    *("paper.opened", "consent.given", "consent.stated"),
    *("enquiry.asked", "enquiry.answered", "enquiry.asked_back"),
    *("enquiry.dispatched", "enquiry.rated", "enquiry.taken", "help.begun", "help.ended"),
)
"""What machines do, what is said by the act it belongs to, and enquiries, which have a list."""
OF_ROSTERS: Final = (
    *("roster.imported", "cover.granted", "gift.given", "roster.withdrawn", "late.credited"),
)
OF_RECEIPTS: Final = ("contribution.received", "credit.used", "receipt.undone")
OF_UNITS: Final = (
    *("unit.added", "unit.changed", "unit.contact_named", "unit.gig_opened", "unit.left"),
    *("unit.merged", "unit.refused"),
)
OF_LISTS: Final = (
    *("changes.handed_in", "changes.taken_in", "changes.refused", "changes.withdrawn"),
)
"""What is about a unit's roster, money, itself, or list: of officers who see that unit."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event; `unit`: or campaign, or union that paid, where it concerns one; the last three, of
    a run: what was determined."""

    act: str
    at: datetime
    by: str | None
    about: int | None
    years: list[int]
    facts: dict[str, Any]
    unit: str | None
    claims: int
    refused: int
    payable_fen: int
    id: int = 0
    by_id: int | None = None


_WITHIN: Final = "= ANY(CAST(:unions AS bigint[]))"
_EVERY: Final = "SELECT * FROM event WHERE act <> ALL(:hidden)"


def _values(acts: tuple[str, ...]) -> str:
    return ", ".join(f"('{act}')" for act in acts)


# From what a union's units have to the events about it: walked from its end, the log would be read
# through for a unit that did little. An import that brought no people but names is about no roster.
_OWN: Final = f"""
    SELECT e.* FROM (
        SELECT a.act, r.id FROM roster r
        LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
        CROSS JOIN (VALUES {_values(OF_ROSTERS)}) a(act)
        WHERE coalesce(u.union_id, g.union_id) {_WITHIN}
        UNION ALL
        SELECT a.act, rc.id FROM receipt rc JOIN unit_now u ON u.id = rc.unit_id
        CROSS JOIN (VALUES {_values(OF_RECEIPTS)}) a(act) WHERE u.union_id {_WITHIN}
        UNION ALL
        SELECT a.act, u.id FROM unit_now u CROSS JOIN (VALUES {_values(OF_UNITS)}) a(act)
        WHERE u.union_id {_WITHIN}
        UNION ALL
        SELECT a.act, x.id FROM change_list x JOIN unit_now u ON u.id = x.unit_id
        CROSS JOIN (VALUES {_values(OF_LISTS)}) a(act) WHERE u.union_id {_WITHIN}
        UNION ALL
        SELECT 'roster.late_permitted', x.id FROM late_permission x
        JOIN unit_now u ON u.id = x.unit_id WHERE u.union_id {_WITHIN}
        UNION ALL SELECT 'gift.opened', g.id FROM campaign g WHERE g.union_id {_WITHIN}
        UNION ALL SELECT 'subsidy.received', s.id FROM subsidy s WHERE s.union_id {_WITHIN}
    ) own(act, about) JOIN event e USING (act, about)
    UNION ALL
    SELECT e.* FROM event e
    LEFT JOIN unit_now u ON u.id = (e.facts->>'unit_id')::bigint
    LEFT JOIN campaign g ON g.id = (e.facts->>'campaign_id')::bigint
    WHERE e.act IN ('roster.imported', 'gift.given') AND e.about IS NULL
          AND coalesce(u.union_id, g.union_id) {_WITHIN}
"""  # noqa: S608 - put together from constants


def latest_of(events: str) -> TextClause:
    """SQL: the last of some events with all that their sentences name."""
    return text(
        f"""
    WITH latest AS (
        SELECT e.id, e.act, e.recorded_at, e.by, e.about, e.benefit_years, e.facts
        FROM ({events}) e ORDER BY e.id DESC LIMIT :size
    ), made AS (
        SELECT d.about, sum((d.facts->>'claims')::bigint) AS claims,
               sum((d.facts->>'refused')::bigint) AS refused,
               sum((d.facts->>'payable_fen')::bigint) AS payable_fen
        FROM event d
        WHERE d.act = 'claims.determined' AND d.about IN (
            SELECT about FROM latest
            WHERE act IN ('settlements.imported', 'claims.looked_at_again'))
        GROUP BY d.about
    )
    SELECT l.act, l.recorded_at, a.name, l.about, l.benefit_years, l.facts,
           coalesce(u.name, g.name, n.name),
           coalesce(m.claims, 0)::bigint, coalesce(m.refused, 0)::bigint,
           coalesce(m.payable_fen, 0)::bigint, l.id, l.by
    FROM latest l
    LEFT JOIN account a ON a.id = l.by
    LEFT JOIN receipt rc ON l.act = ANY(:of_receipts) AND rc.id = l.about
    LEFT JOIN roster r ON l.act = ANY(:of_rosters) AND r.id = l.about
    LEFT JOIN unit_now u ON u.id = coalesce(
        rc.unit_id, r.unit_id, (l.facts->>'unit_id')::bigint, (l.facts->>'from_unit')::bigint,
        CASE WHEN l.act = ANY(:own_units) THEN l.about END)
    LEFT JOIN campaign g
        ON g.id = coalesce(r.campaign_id, (l.facts->>'campaign_id')::bigint,
                           CASE WHEN l.act = 'gift.opened' THEN l.about END)
    LEFT JOIN union_node n
        ON l.act = 'subsidy.received' AND n.id = (l.facts->>'union_id')::bigint
    LEFT JOIN made m ON m.about = l.about
        AND l.act IN ('settlements.imported', 'claims.looked_at_again')
    ORDER BY l.id DESC
    """  # noqa: S608
    )


_OF_WHOLE: Final = latest_of(_EVERY)
_OF_PART: Final = latest_of(_OWN)
NAMED: Final[dict[str, object]] = {
    "of_receipts": [*OF_RECEIPTS],
    "of_rosters": [*OF_ROSTERS],
    "own_units": [*OF_UNITS],
}
"""What `latest_of` is asked with, besides its size."""


def latest(session: Session, scope: Scope, size: int) -> list[Happened]:
    """The last events of the scope, newest first."""
    asked = {**NAMED, "size": size}
    if scope.whole:
        rows = session.execute(_OF_WHOLE, {**asked, "hidden": [*HIDDEN]})
    else:
        rows = session.execute(_OF_PART, {**asked, "unions": scope.unions})
    return [Happened(*row) for row in rows]
