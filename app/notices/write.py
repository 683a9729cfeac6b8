"""Write a notice into the outbox, in the transaction of what it tells of."""

from datetime import datetime
from typing import Any, LiteralString

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from app.db import fetched

_WRITE: LiteralString = """
WITH made AS (
    INSERT INTO notice (kind, unit_id, member_id, account_id, benefit_year, facts, due_at, dedupe)
    VALUES (%(kind)s, %(unit_id)s, %(member_id)s, %(account_id)s, %(benefit_year)s, %(facts)s,
            coalesce(%(due_at)s, transaction_timestamp()), %(dedupe)s)
    ON CONFLICT (dedupe) DO NOTHING RETURNING id, due_at
)
INSERT INTO notice_delivery (notice_id, due_at) SELECT id, due_at FROM made RETURNING notice_id
"""


def write(
    session: Session,
    kind: str,
    *,
    dedupe: str,
    unit_id: int | None = None,
    member_id: int | None = None,
    account_id: int | None = None,
    year: int | None = None,
    due_at: datetime | None = None,
    **facts: Any,
) -> int | None:
    """The new notice's number; None where this one (`dedupe`) was written before.

    `facts` are ids, amounts and days, never names, ID numbers or diagnoses.
    """
    row = {
        "kind": kind,
        "unit_id": unit_id,
        "member_id": member_id,
        "account_id": account_id,
        "benefit_year": year,
        "facts": Jsonb(facts),
        "due_at": due_at,
        "dedupe": dedupe,
    }
    made = fetched(session, _WRITE, row)
    return int(made[0][0]) if made else None
