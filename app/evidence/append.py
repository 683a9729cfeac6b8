"""Append to the evidence log, in the caller's transaction."""

from collections.abc import Iterable
from typing import Any, LiteralString

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from app.db import array, fetched

_APPEND: LiteralString = """
INSERT INTO event (act, by, about, benefit_years, facts)
VALUES (%(act)s, %(by)s, %(about)s, %(years)s::int[], %(facts)s) RETURNING id
"""


def record(
    session: Session,
    act: str,
    *,
    by: int | None,
    about: int | None = None,
    years: Iterable[int] = (),
    **facts: Any,
) -> int:
    """Append one event and return its number.

    `act` reads "noun.verb" ("roster.imported"); `about` is the id of the fact it made; `facts` are
    JSON values without personal data.
    """
    row = {
        "act": act,
        "by": by,
        "about": about,
        "years": array(sorted(set(years))),
        "facts": Jsonb(facts),
    }
    ((event_id,),) = fetched(session, _APPEND, row)
    return int(event_id)
