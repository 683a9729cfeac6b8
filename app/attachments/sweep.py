"""Remove from the storage what nobody names: given up, or left by a crash before a commit."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.attachments.keep import BESIDE, DAYS_KEPT, SMALL, forget_places
from app.attachments.models import KeptPaper, StorageDay, StorageGone
from app.attachments.storage import storage
from app.clock import today
from app.db import one_at_a_time

SWEEP: Final = "sweep of the storage"
DAYS_OPEN: Final = 2
"""After so many days no transaction that stored something can still be open."""
_AT_ONCE: Final = 500
_UNNAMED: Final = text(
    """
    SELECT given.place FROM unnest(CAST(:places AS text[])) given (place)
    WHERE NOT EXISTS (SELECT FROM attachment a WHERE a.place = given.place)
      AND NOT EXISTS (SELECT FROM kept_paper k WHERE k.place = given.place)
    """
)


def let_old_papers_go(session: Session) -> None:
    """Give up what was kept for a draft so long ago that nobody will finish it."""
    old = func.transaction_timestamp() - text(f"interval '{DAYS_KEPT} days'")
    gone = session.scalars(
        delete(KeptPaper).where(KeptPaper.recorded_at < old).returning(KeptPaper.place)
    )
    forget_places(session, gone.all())


def sweep_storage(session: Session) -> int:
    """Remove what was given up, and look through the days nobody has; how much was removed.

    Raises StorageDown: then it is done at the next sweep.
    """
    one_at_a_time(session, SWEEP)
    return _remove_given_up(session) + _look_through_days(session)


def _remove_given_up(session: Session) -> int:
    gone = session.scalars(
        select(StorageGone.place).order_by(StorageGone.recorded_at).limit(_AT_ONCE)
    ).all()
    for place in gone:
        _remove(place)
        session.execute(delete(StorageGone).where(StorageGone.place == place))
    return len(gone)


def _look_through_days(session: Session) -> int:
    last = today() - timedelta(days=DAYS_OPEN)
    # Asked of the database first: the storage is listed once a day, not each minute.
    if session.get(StorageDay, last):
        return 0
    looked_at = set(session.scalars(select(StorageDay.day)))
    removed = 0
    for day in storage().days():
        if day < last and day not in looked_at:
            removed += _look_through(session, storage().of_day(day))
            session.execute(insert(StorageDay).values(day=day))
    removed += _look_through(session, storage().of_day(last))
    session.execute(insert(StorageDay).values(day=last))
    return removed


def _look_through(session: Session, places: list[str]) -> int:
    removed = 0
    pages = sorted({place.removesuffix(BESIDE[SMALL]) for place in places})
    for start in range(0, len(pages), _AT_ONCE):
        some = pages[start : start + _AT_ONCE]
        for place in session.scalars(_UNNAMED, {"places": some}).all():
            _remove(place)
            removed += 1
    return removed


def _remove(place: str) -> None:
    for beside in BESIDE:
        storage().remove(place + beside)
