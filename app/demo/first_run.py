"""What the first start does: load the small city where the fund is empty, unless asked not to."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.evidence.append import record

# Units or people, or anything anybody did: from then on it is somebody's own fund. The choice to
# start without is kept, so that a later start does not fill what was meant to stay empty.
_UNTOUCHED: Final = text(
    """
    SELECT NOT EXISTS (SELECT FROM unit) AND NOT EXISTS (SELECT FROM member)
           AND NOT EXISTS (SELECT FROM event WHERE by IS NOT NULL OR act LIKE 'demo.%')
           AND NOT EXISTS (SELECT FROM sign_in)
    """
)


def untouched(session: Session) -> bool:
    """Whether nobody has begun to use this fund, and nobody chose to start it empty."""
    return bool(session.scalar(_UNTOUCHED))


def start_empty(session: Session) -> None:
    """Keep the choice to start without the demonstration city."""
    record(session, "demo.declined", by=None)
