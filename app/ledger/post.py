"""Write entries, in the caller's transaction."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.db import copy_in, numbers
from app.ledger.journal import Entry

_ENTRY = ("id", "benefit_year", "booked_on", "memo", "about")
_POSTING = ("entry_id", "line", "account", "amount_fen", "unit_id", "member_id", "claim_id")


def post(session: Session, *entries: Entry) -> list[int]:
    """Append `entries` with all their lines; returns their numbers."""
    ids = numbers(session, "entry_id_seq", len(entries))
    copy_in(
        session,
        "entry",
        _ENTRY,
        [
            (number, entry.benefit_year, entry.booked_on, entry.memo, entry.about)
            for number, entry in zip(ids, entries, strict=True)
        ],
    )
    copy_in(session, "posting", _POSTING, _rows(ids, entries))
    return ids


def _rows(ids: Sequence[int], entries: Sequence[Entry]) -> Iterator[Sequence[object]]:
    for number, entry in zip(ids, entries, strict=True):
        for line, posting in enumerate(entry.postings, 1):
            yield (
                number,
                line,
                posting.account.value,
                posting.amount_fen,
                posting.unit_id,
                posting.member_id,
                posting.claim_id,
            )
