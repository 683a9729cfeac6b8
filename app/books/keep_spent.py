"""Add up what claims cost by roster, up to the newest entry; the sweep calls it.

Nobody who posts is kept waiting: where somebody just does, the next sweep comes. Until then pages
add up what came since (`app.books.spent`), and are as exact, only slower.
"""

from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.spent import ALL_THERE_IS, SINCE_KEPT
from app.db import cursor, fetched, one_at_a_time

_AT_REST: Final = text("SELECT last_entry, last_grant FROM books_at_rest()")
_UPTO: Final = text("SELECT last_entry FROM spent_upto")
_ADD: Final[LiteralString] = f"""
WITH {SINCE_KEPT}
INSERT INTO spent_sum AS s SELECT * FROM since ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (benefit_year, booked_year, care, scheme_id, roster_id)
    DO UPDATE SET amount_fen = s.amount_fen + excluded.amount_fen
"""  # noqa: S608 - put together from constants
_MOVE_ON: Final = text("UPDATE spent_upto SET last_entry = :last_entry, last_grant = :last_grant")
_BACK: Final = {"last_entry": 0, "last_grant": 0}
_NOW: Final[LiteralString] = f"""
WITH {SINCE_KEPT}
SELECT benefit_year, booked_year, care, scheme_id, roster_id, sum(amount_fen)::bigint
FROM (SELECT * FROM spent_sum UNION ALL SELECT * FROM since) x
GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount_fen) <> 0
"""  # noqa: S608


def keep_spent(session: Session) -> bool:
    """Take in what was posted since the last time; whether the sums are up to date."""
    one_at_a_time(session, "what was spent")
    at_rest = session.execute(_AT_REST).one_or_none()
    if at_rest is None:
        return False
    upto = {"last_entry": at_rest.last_entry, "last_grant": at_rest.last_grant}
    if at_rest.last_entry > session.execute(_UPTO).scalar_one():
        with cursor(session) as cur:
            cur.execute(_ADD, upto)
        session.execute(_MOVE_ON, upto)
    return True


def remake_spent(session: Session) -> tuple[int, int]:
    """Add all of it up anew: how many sums there are, and how many were not what the facts say."""
    one_at_a_time(session, "what was spent")
    before = set(fetched(session, _NOW, ALL_THERE_IS))
    session.execute(text("DELETE FROM spent_sum"))
    session.execute(_MOVE_ON, _BACK)
    after = set(fetched(session, _NOW, ALL_THERE_IS))
    keep_spent(session)
    return len(after), len({key[:5] for key in before ^ after})
