"""Numbers of a sequence: the question, and what its answer says."""

from typing import Any, Final

import psycopg

DRAW: Final = (
    "SELECT min(n), max(n), CASE WHEN max(n) - min(n) >= count(*) THEN array_agg(n) END"
    " FROM (SELECT nextval(%s::regclass) AS n FROM generate_series(1, %s)) drawn"
)


def drawn(asked: psycopg.Cursor[Any]) -> list[int]:
    """The numbers, ascending; `asked`: after DRAW."""
    [(first, last, apart)] = asked.fetchall()
    if apart is not None:  # others drew between
        return list(apart)
    return [] if first is None else [*range(first, last + 1)]
