"""Of what the claims of a benefit year are the lines: SQL for `app.reports.pieces`."""

from typing import Final

from app.enrolment.gift_use import UNDER_GIFTS

REFUSED: Final = {
    "nothing": ("nothing",),
    "no_cover": ("no_cover", "not_covered"),
    "waiting": ("waiting",),
    "not_paid": ("not_paid",),
    "care_not_covered": ("care_not_covered",),
    "refunded": ("refunded",),
    "held": ("held",),
}
"""The report's lines of claims that got nothing, by the refusals that each holds."""
GRANTED: Final = "granted"
OTHER: Final = "other"
"""The line of every refusal that has none of its own."""
_DAY: Final = "(d.recorded_at AT TIME ZONE INTERVAL '8 hours')::date"

# A claim that found no cover belongs to the calendar year of its bill, as in the bundle.
_COVERED: Final = """
    SELECT d.* FROM determination d
    WHERE d.benefit_year = :year AND NOT EXISTS (
        SELECT FROM determination n
        WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)"""
LIVE: Final = f"""live AS MATERIALIZED ({_COVERED}
    UNION ALL
    SELECT d.* FROM determination d
    JOIN settlement s USING (member_id, setl_id, version)
    WHERE d.benefit_year IS NULL
          AND extract(year FROM coalesce(s.enddate, s.setl_time::date)) = :year
          AND NOT EXISTS (
        SELECT FROM determination n
        WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
)"""  # noqa: S608 - put together from constants
COVERED_ALONE: Final = f"live AS MATERIALIZED ({_COVERED})"
"""The same without what found no cover, and so was granted nothing."""
GRANTED_ALONE: Final = frozenset({"care", "age"})
"""Sections in which nothing else stands."""


def _claims(line: str, where: str = "true") -> str:
    return f"""
    SELECT {line} AS line, d.member_id AS k1, d.claim_id AS k2, d.member_id, d.claim_id,
           {_DAY} AS day, 1 AS counted, d.payable_fen AS fen
    FROM live d WHERE {where}"""  # noqa: S608 - put together from constants


def _outcome() -> str:
    """SQL: the line of what came of a claim."""
    lines = " ".join(
        f"WHEN refusal = ANY('{{{','.join(codes)}}}') THEN '{line}'"
        for line, codes in REFUSED.items()
    )
    granted = f"CASE WHEN payable_fen > 0 THEN '{GRANTED}' ELSE 'nothing' END"
    return f"CASE WHEN refusal IS NULL THEN {granted} {lines} ELSE '{OTHER}' END"


OUTCOME: Final = _outcome()
OUTCOMES: Final = _claims(OUTCOME)
BY_CARE: Final = _claims("d.care", "d.payable_fen > 0")
BY_AGE: Final = _claims("''", "d.payable_fen > 0")
COVERED: Final = """
    SELECT '' AS line, m.id AS k1, 0::bigint AS k2, m.id AS member_id, NULL::bigint AS claim_id,
           NULL::date AS day, 1 AS counted, 0::bigint AS fen
    FROM member m WHERE EXISTS (
        SELECT FROM cover c JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
        WHERE c.member_id = m.id AND c.benefit_year = :year AND NOT isempty(t.term))
"""
CAPPED: Final = """
    SELECT care AS line, member_id AS k1, 0::bigint AS k2, member_id, NULL::bigint AS claim_id,
           NULL::date AS day, 1 AS counted, used_fen AS fen
    FROM entitlement WHERE benefit_year = :year AND used_fen > 0 AND used_fen >= cap_fen
"""
GIFT_CLAIMS: Final = f"""
    SELECT d.campaign_id::text AS line, d.member_id AS k1, d.claim_id AS k2, d.member_id,
           d.claim_id, {_DAY} AS day, 1 AS counted, d.payable_fen AS fen
    FROM ({UNDER_GIFTS}) d
"""  # noqa: S608 - put together from constants
COUNTS_IN: Final = f"""
    SELECT coalesce(d.benefit_year,
                    extract(year FROM coalesce(s.enddate, s.setl_time::date)))::int,
           {OUTCOME}, CASE WHEN d.payable_fen > 0 THEN d.care END
    FROM determination d JOIN settlement s USING (member_id, setl_id, version)
    WHERE d.member_id = :member AND d.claim_id = :claim AND NOT EXISTS (
        SELECT FROM determination n
        WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
"""  # noqa: S608 - put together from constants
"""SQL: the year in whose report one claim counts, and the lines of its outcome and its care."""
