"""Of what covers and contributions are the lines: SQL for `app.reports.pieces`."""

from typing import Final

from app.enrolment.gift_use import GIVEN
from app.reports.years import BEGUN, BOOKED, PAYERS, Payer
from app.roster.under import ROSTERS, line_on, union_on
from app.unions.tree import DISTRICTS

_NOBODYS: Final = "NULL::bigint AS member_id, NULL::bigint AS claim_id"

COVERS: Final = f"""
    SELECT CASE WHEN campaign_id IS NULL THEN 'enrolled' ELSE 'given' END AS line,
           roster_id AS k1, 0::bigint AS k2, {_NOBODYS}, starts_on AS day,
           sum(covered)::bigint AS counted, 0::bigint AS fen
    FROM ({BEGUN}) b GROUP BY campaign_id, roster_id, starts_on
"""  # noqa: S608 - put together from constants
UNITS: Final = f"""
    SELECT 'all' AS line, unit_id AS k1, 0::bigint AS k2, {_NOBODYS}, min(starts_on) AS day,
           1 AS counted, 0::bigint AS fen
    FROM ({BEGUN}) b WHERE covered > 0 AND unit_id IS NOT NULL GROUP BY unit_id
"""  # noqa: S608

# A cover counts where it stood on its first day; a unit once a year, where it did on the first
# day of its covers.
OF_UNIONS: Final = f"""tops (union_id, top_id, name) AS ({DISTRICTS}), begun AS MATERIALIZED (
    SELECT x.roster_id, x.unit_id, {line_on("x", "c.member_id", "c.starts_on")} AS union_id,
           c.starts_on, count(*) AS covers
    FROM cover c JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
    JOIN {ROSTERS} x ON x.roster_id = c.roster_id
    WHERE c.benefit_year = :year AND NOT isempty(t.term) GROUP BY 1, 2, 3, 4
), units AS (
    SELECT w.*, {union_on("w.unit_id", "w.starts_on")} AS union_id FROM (
        SELECT unit_id, min(starts_on) AS starts_on FROM begun
        WHERE unit_id IS NOT NULL GROUP BY 1) w
)"""  # noqa: S608
UNION_COVERS: Final = f"""
    SELECT coalesce(t.top_id, 0)::text AS line, b.roster_id AS k1, 0::bigint AS k2, {_NOBODYS},
           min(b.starts_on) AS day, sum(b.covers)::bigint AS counted, 0::bigint AS fen
    FROM begun b LEFT JOIN tops t USING (union_id) GROUP BY t.top_id, b.roster_id
"""  # noqa: S608
UNION_UNITS: Final = f"""
    SELECT coalesce(t.top_id, 0)::text AS line, u.unit_id AS k1, 0::bigint AS k2, {_NOBODYS},
           u.starts_on AS day, 1 AS counted, 0::bigint AS fen
    FROM units u LEFT JOIN tops t USING (union_id)
"""  # noqa: S608

GIVEN_IN_YEAR: Final = f"""
    SELECT r.campaign_id::text AS line, r.id AS k1, 0::bigint AS k2, {_NOBODYS},
           r.starts_on AS day, count(c.id) AS counted, 0::bigint AS fen
    FROM roster r LEFT JOIN cover c ON c.roster_id = r.id
    WHERE r.campaign_id IS NOT NULL AND r.benefit_year = :year GROUP BY r.id
"""  # noqa: S608
GIFTS_COST: Final = f"""
    SELECT campaign_id::text AS line, roster_id AS k1, 0::bigint AS k2, {_NOBODYS},
           starts_on AS day, count(*) AS counted, sum(union_due_fen)::bigint AS fen
    FROM ({GIVEN}) g GROUP BY campaign_id, roster_id, starts_on
"""  # noqa: S608

_PAYER: Final = " ".join(f"WHEN account = '{x.value}' THEN '{y}'" for x, y in PAYERS.items())
BY_PAYER: Final = f"""
    SELECT CASE WHEN gift THEN '{Payer.GIFT}' {_PAYER} END AS line, entry_id AS k1,
           0::bigint AS k2, {_NOBODYS}, booked_on AS day, 1 AS counted, -sum(fen)::bigint AS fen
    FROM ({BOOKED}) b GROUP BY 1, entry_id, booked_on HAVING sum(fen) <> 0
"""  # noqa: S608
BEFORE_YEAR: Final = f"""
    SELECT 'before' AS line, e.benefit_year::bigint AS k1, 0::bigint AS k2, {_NOBODYS},
           NULL::date AS day, 1 AS counted, -sum(s.debit_fen - s.credit_fen)::bigint AS fen
    FROM entry_sum s JOIN entry e ON e.id = s.entry_id
    WHERE (s.account LIKE '4%' OR s.account LIKE '5%') AND e.memo <> :closed
          AND e.benefit_year < :year GROUP BY e.benefit_year
"""  # noqa: S608
CAME_IN_MONTH: Final = f"""
    SELECT 'all' AS line, e.id AS k1, 0::bigint AS k2, {_NOBODYS}, e.booked_on AS day,
           1 AS counted, -sum(s.debit_fen - s.credit_fen)::bigint AS fen
    FROM entry e JOIN entry_sum s ON s.entry_id = e.id
    WHERE e.booked_on BETWEEN :since_on AND :until_on AND s.account IN ('4001', '4002', '4003')
          AND e.memo <> :closed GROUP BY e.id HAVING sum(s.debit_fen - s.credit_fen) <> 0
"""  # noqa: S608
