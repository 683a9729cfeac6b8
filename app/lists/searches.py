"""Keep the words of a search for a while, and write down who searched."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.db import numbers
from app.lists.models import KeptSearch, SearchLog
from app.lists.wanted import wanted_of
from app.secrets import vault

KEPT_FOR: Final = timedelta(hours=1)
_TABLE: Final = "kept_search"
_FORGET: Final = text("DELETE FROM kept_search WHERE recorded_at < transaction_timestamp() - :long")


def keep_search(session: Session, words: str, *, by: int) -> int:
    """Keep the words under a number, forget those of before, and log who searched."""
    session.execute(_FORGET, {"long": KEPT_FOR})
    [number] = numbers(session, "search_log_id_seq", 1)
    kind = wanted_of(words).kind
    log = {"id": number, "account_id": by, "looked_for": kind.value}
    session.execute(insert(SearchLog).values(log))
    sealed = vault().seal(words, _TABLE, number)
    kept = {"id": number, "account_id": by, "words_cipher": sealed}
    session.execute(insert(KeptSearch).values(kept))
    return number


def kept_search(session: Session, number: int, *, by: int) -> str | None:
    """The words, for who searched; None when their hour is over or they are somebody else's."""
    found = session.scalar(
        select(KeptSearch.words_cipher).where(
            KeptSearch.id == number,
            KeptSearch.account_id == by,
            KeptSearch.recorded_at >= func.transaction_timestamp() - KEPT_FOR,
        )
    )
    return None if found is None else vault().open(bytes(found), _TABLE, number)
