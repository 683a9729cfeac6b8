"""Remake everything mutable from the facts: terms in force, what is used, where claims stand, jobs.

Nothing mutable is a fact, so all of it can be thrown away. What differed is told: it should be
nothing, and where it is not somebody wrote past the rules.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.again import look_again, sweep
from app.contributions.receive import COVERS
from app.db import one_at_a_time

_LOCK: Final = "LOCK TABLE job, claim_queue, entitlement, cover_term IN EXCLUSIVE MODE"

_TERMS: Final = """
SELECT member_id, id AS cover_id, daterange(starts_on, ends_on, '[]') AS term FROM cover
"""

_USED: Final = """
SELECT d.member_id, d.care, d.benefit_year,
       max((SELECT e.cap_fen FROM entitlement e WHERE e.member_id = d.member_id
            AND e.care = d.care AND e.benefit_year = d.benefit_year)) AS cap_fen,
       (sum(d.payable_fen) FILTER (WHERE NOT EXISTS (
            SELECT FROM determination later WHERE later.member_id = d.member_id
            AND later.claim_id = d.claim_id AND later.seq > d.seq)))::bigint AS used_fen
FROM determination d WHERE d.refusal IS NULL
GROUP BY d.member_id, d.care, d.benefit_year
"""

_STANDING: Final = """
SELECT DISTINCT ON (member_id, claim_id) member_id, claim_id, state, seq
FROM claim_move ORDER BY member_id, claim_id, seq DESC
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Rows remade and rows that differed, by table; claims promised anew."""

    rows: dict[str, int]
    differed: dict[str, int]
    promised: int


def rebuild(session: Session) -> Rebuilt:
    """Remake every mutable table while nobody works on them."""
    one_at_a_time(session, COVERS)
    session.execute(text(_LOCK))
    rows, differed = {}, {}
    for table, facts in (
        ("cover_term", _TERMS),
        ("entitlement", _USED),
        ("claim_queue", _STANDING),
    ):
        rows[table], differed[table] = _remake(session, table, facts)
    session.execute(text("DELETE FROM job"))
    look_again(session)
    return Rebuilt(rows, differed, sweep(session))


def _remake(session: Session, table: str, facts: str) -> tuple[int, int]:
    session.execute(text(f"CREATE TEMP TABLE remade ON COMMIT DROP AS {facts}"))
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
