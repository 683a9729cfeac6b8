"""Remake everything mutable from the facts: terms in force, what is used, where claims stand, jobs.

Nothing mutable is a fact, so all of it can be thrown away. What differed is told: it should be
nothing, and where it is not somebody wrote past the rules.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.again import look_again, sweep
from app.claims.bills import FEEDS
from app.contributions.receive import COVERS
from app.db import array, cursor, one_at_a_time
from app.roster.make_findable import make_all_findable
from app.schemes.publish import published_schemes
from app.schemes.years import open_years

_LOCK: Final = "LOCK TABLE job, claim_queue, entitlement, cover_term IN EXCLUSIVE MODE"

_TERMS: Final = """
SELECT c.member_id, c.id AS cover_id,
       daterange(c.starts_on, greatest(c.starts_on, coalesce(x.ends_on, c.ends_on) + 1)) AS term
FROM cover c
LEFT JOIN (SELECT DISTINCT ON (member_id, cover_id) member_id, cover_id, ends_on
           FROM cover_change ORDER BY member_id, cover_id, seq DESC) x
       ON x.member_id = c.member_id AND x.cover_id = c.id
"""

_USED: Final = """
SELECT d.member_id, d.care, d.benefit_year, max(cap.cap_fen) AS cap_fen,
       coalesce(sum(d.payable_fen) FILTER (WHERE NOT EXISTS (
            SELECT FROM determination later WHERE later.member_id = d.member_id
            AND later.claim_id = d.claim_id AND later.seq > d.seq)), 0)::bigint AS used_fen
FROM determination d
LEFT JOIN unnest(CAST(:schemes AS text[]), CAST(:cares AS text[]), CAST(:caps AS bigint[]))
          cap (scheme_id, care, cap_fen)
       ON cap.scheme_id = d.scheme_id AND cap.care = d.care
WHERE d.refusal IS NULL
GROUP BY d.member_id, d.care, d.benefit_year
"""

_YEARS: Final = "SELECT DISTINCT benefit_year FROM determination WHERE refusal IS NULL"

_STANDING: Final = """
SELECT DISTINCT ON (member_id, claim_id) member_id, claim_id, state, seq
FROM claim_move ORDER BY member_id, claim_id, seq DESC
"""

# Kept by a trigger alone, and looked at in one statement with the facts: told, not remade.
_SUMS_OFF: Final = """
WITH facts AS (
SELECT p.batch_id, count(*) FILTER (WHERE o.outcome = 'paid') AS paid,
       count(*) FILTER (WHERE o.outcome = 'failed') AS failed
FROM payment_outcome o JOIN payment p USING (member_id, grant_no, attempt) GROUP BY 1
)
SELECT count(*) FROM (
    (TABLE facts EXCEPT TABLE batch_sum) UNION ALL (TABLE batch_sum EXCEPT TABLE facts)) off
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Rows remade and rows that differed, by table (of sums, only told); claims promised anew."""

    rows: dict[str, int]
    differed: dict[str, int]
    promised: int


def rebuild(session: Session) -> Rebuilt:
    """Remake every mutable table while nobody works on them."""
    # In the order of all who take them: what feeds and rosters do first, before any table.
    one_at_a_time(session, COVERS)
    one_at_a_time(session, FEEDS)
    session.execute(text(_LOCK))
    with cursor(session) as cur:  # a year's partition is as mutable as what lies in it
        open_years(cur, session.scalars(text(_YEARS)))
    caps = _caps(session)
    rows, differed = {}, {}
    for table, facts in (
        ("cover_term", _TERMS),
        ("entitlement", _USED),
        ("claim_queue", _STANDING),
    ):
        rows[table], differed[table] = _remake(session, table, facts, caps)
    differed["batch_sum"] = session.execute(text(_SUMS_OFF)).scalar_one()
    make_all_findable(session)
    session.execute(text("DELETE FROM job"))
    look_again(session)
    return Rebuilt(rows, differed, sweep(session))


def _caps(session: Session) -> dict[str, str]:
    """The cap of each care in each published scheme, as parallel arrays."""
    caps = [(x.id, b.care, b.cap_fen) for x in published_schemes(session) for b in x.benefits]
    return {
        "schemes": array(scheme_id for scheme_id, _, _ in caps),
        "cares": array(care for _, care, _ in caps),
        "caps": array("NULL" if cap_fen is None else cap_fen for _, _, cap_fen in caps),
    }


def _remake(session: Session, table: str, facts: str, caps: dict[str, str]) -> tuple[int, int]:
    make = text(f"CREATE TEMP TABLE remade ON COMMIT DROP AS {facts}")
    session.execute(make, caps if ":caps" in facts else {})
    differ = session.execute(
        text(
            f"SELECT count(*) FROM ((TABLE remade EXCEPT TABLE {table}) UNION ALL"  # noqa: S608
            f" (TABLE {table} EXCEPT TABLE remade)) differ"
        )
    ).scalar_one()
    session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    count = session.execute(
        text(f"WITH put AS (INSERT INTO {table} TABLE remade RETURNING 1) SELECT count(*) FROM put")  # noqa: S608
    ).scalar_one()
    session.execute(text("DROP TABLE remade"))
    return count, differ
