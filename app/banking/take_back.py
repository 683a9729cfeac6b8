"""Money of a unit that somebody typed wrongly: two officers take it back, and it can be typed anew.

While no statement has brought it, no cover began by it and nothing of it was given back. Its entry
is reversed; afterwards the bank's own line of the money is matched as usual.
"""

from typing import LiteralString

from sqlalchemy.orm import Session

from app.banking.papers import NoSuchReceipt
from app.contributions.receive import OnStatement
from app.db import fetched
from app.ledger.reverse import Reversed, reverse

_ENTRY: LiteralString = """
SELECT r.reference, e.id FROM receipt r
LEFT JOIN entry e ON e.memo = 'money received' AND e.about = r.id
WHERE r.id = %(id)s
"""


def take_back_typed(
    session: Session, receipt_id: int, *, why: str, proposed_by: int, by: int
) -> Reversed:
    """Reverse the entry of a receipt. Raises NoSuchReceipt, OnStatement and as `reverse`."""
    found = fetched(session, _ENTRY, {"id": receipt_id})
    if not found:
        raise NoSuchReceipt(number=receipt_id)
    [(reference, entry_id)] = found
    if entry_id is None:  # a statement's lines are booked together
        raise OnStatement(reference=reference)
    return reverse(session, entry_id, why=why, reversed_by=proposed_by, approved_by=by)
