"""Send what waits in the outbox, one notice a transaction; list it; let it be tried again."""

import logging
from collections.abc import Sequence
from typing import Any, Final, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import fetched, transaction
from app.errors import Refusal
from app.evidence.append import record
from app.notices.address import phone_of
from app.notices.codes import code_in
from app.notices.senders import Message, NotSent, Sender
from app.secrets import vault
from app.texts.notices import message_of

log: Final = logging.getLogger(__name__)

MOST_TRIES: Final = 6
_DELAYS: Final = (1, 5, 30, 120, 720)
"""Minutes to the next try, after each that failed."""

_NEXT: LiteralString = """
SELECT n.id, n.kind, n.unit_id, n.member_id, n.account_id, n.benefit_year, n.facts, d.tries,
       coalesce(u.name, '')
FROM notice_delivery d JOIN notice n ON n.id = d.notice_id LEFT JOIN unit_now u
    ON u.id = n.unit_id
WHERE d.state = 'waiting' AND d.due_at <= transaction_timestamp()
ORDER BY d.due_at, d.notice_id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""
_SENT: Final = text(
    "UPDATE notice_delivery SET state = 'sent', sent_at = clock_timestamp(), tries = tries + 1,"
    " trouble = NULL WHERE notice_id = :id"
)
_TROUBLE: Final = text(
    "UPDATE notice_delivery SET state = :state, tries = tries + 1, trouble = :trouble,"
    " due_at = transaction_timestamp() + :minutes * interval '1 minute' WHERE notice_id = :id"
)
_AGAIN: Final = text(
    "UPDATE notice_delivery SET state = 'waiting', tries = 0, trouble = NULL,"
    " due_at = transaction_timestamp()"
    " WHERE state IN ('failed', 'no_address') AND (:every OR notice_id = ANY(:ids))"
    " RETURNING notice_id"
)


class NoSuchNotice(Refusal):
    """No notice of these numbers failed or lacks an address."""


def deliver_all(sender: Sender, most: int = 10_000) -> dict[str, int]:
    """Send what is due; how many came to which state. Twice equals once."""
    done: dict[str, int] = {}
    for _ in range(most):
        with transaction() as session:
            state = deliver_one(session, sender)
        if state is None:
            break
        done[state] = done.get(state, 0) + 1
    return done


def deliver_one(session: Session, sender: Sender) -> str | None:
    """Send the notice that has waited longest; where it stands now, None where none is due.

    The row is held while it is sent: who dies here leaves it waiting, and the next sends it under
    the same key.
    """
    found = fetched(session, _NEXT, {})
    if not found:
        return None
    [(number, kind, unit_id, member_id, account_id, year, facts, tries, unit)] = found
    phone = phone_of(session, unit_id=unit_id, member_id=member_id, account_id=account_id)
    if phone is None and sender.needs_phone:
        return _put(session, number, "no_address", "no_address")
    told = code_in(session, kind, facts)
    if told is None:
        return _put(session, number, "failed", "expired")
    said = message_of(kind, told | {"year": year, "unit": unit})
    message = Message(number, vault().pseudonym("notice", number), kind, phone, said)
    try:
        sender.send(message)
    except NotSent as trouble:
        log.warning("notice %d not sent: %s", number, trouble.kind)
        given_up = tries + 1 >= MOST_TRIES
        return _put(session, number, "failed" if given_up else "waiting", trouble.kind, tries)
    session.execute(_SENT, {"id": number})
    return "sent"


def try_again(session: Session, numbers: Sequence[int] | None, *, by: int) -> list[int]:
    """Let failed notices, and those without an address, wait again; None: all of them.

    Raises NoSuchNotice where numbers are given and none is such a one.
    """
    asked: dict[str, Any] = {"every": numbers is None, "ids": list(numbers or [])}
    again = sorted(session.scalars(_AGAIN, asked))
    if numbers is not None and not again:
        raise NoSuchNotice
    if again:
        record(session, "notices.retried", by=by, notices=len(again))
    return again


def _put(session: Session, number: int, state: str, trouble: str, tries: int = 0) -> str:
    minutes = _DELAYS[min(tries, len(_DELAYS) - 1)]
    known = {"id": number, "state": state, "trouble": trouble, "minutes": minutes}
    session.execute(_TROUBLE, known)
    return "retry" if state == "waiting" else state
