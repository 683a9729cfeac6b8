"""Of what the days of a month, or of a year, are the lines: SQL for `app.reports.pieces`."""

from typing import Final

from app.desks.keep_months import DECIDED, MADE, PAID, PLACED, RECEIVED
from app.unions.tree import DISTRICTS

TAKEN: Final = ((3, "3"), (10, "10"))
"""Up to so many working days from filing to money, and the line; then `LONGER`."""
LONGER: Final = "longer"
UNKNOWN: Final = "unknown"
FACTS: Final = {"received": RECEIVED, "decided": DECIDED, "paid": PAID}
_KEYS: Final = {
    "received": "f.member_id AS k1, f.claim_id AS k2",
    "decided": "f.member_id AS k1, f.claim_id AS k2",
    "paid": "f.payment_id AS k1, 0::bigint AS k2",
}
_REST: Final = "f.member_id, f.claim_id, f.on_day AS day, 1 AS counted, f.fen"
_WITHIN: Final = "f.on_day BETWEEN :since_on AND :until_on"


def line_of_days(taken: int) -> str:
    """The line of a payment that took so many working days."""
    if taken < 0:
        return UNKNOWN
    return next((line for most, line in TAKEN if taken <= most), LONGER)


_LINE: Final = " ".join(f"WHEN f.days <= {most} THEN '{line}'" for most, line in TAKEN)
BY_DAYS: Final = f"""
    SELECT CASE WHEN f.days < 0 THEN '{UNKNOWN}' {_LINE} ELSE '{LONGER}' END AS line,
           {_KEYS["paid"]}, {_REST}
    FROM ({PAID}) f WHERE {_WITHIN}
"""  # noqa: S608 - put together from constants


def of_month(what: str) -> str:
    """SQL, after `MADE`: of the whole fund."""
    return f"""
    SELECT 'all' AS line, {_KEYS[what]}, {_REST} FROM ({FACTS[what]}) f WHERE {_WITHIN}
    """  # noqa: S608 - put together from constants


def of_unions(what: str) -> tuple[str, str]:
    """SQL: of the unions right below the top, and of the top itself; and what stands in WITH."""
    before = f"""{MADE}, tops (union_id, top_id, name) AS ({DISTRICTS}), found AS MATERIALIZED (
        SELECT f.* FROM ({FACTS[what]}) f WHERE {_WITHIN}
    ), facts AS MATERIALIZED (SELECT DISTINCT member_id, on_day FROM found), {PLACED}"""  # noqa: S608
    rows = f"""
    SELECT t.top_id::text AS line, {_KEYS[what]}, {_REST}
    FROM found f JOIN placed p ON p.member_id = f.member_id AND p.on_day = f.on_day
    JOIN tops t ON t.union_id = p.union_id
    """  # noqa: S608 - put together from constants
    return rows, before
