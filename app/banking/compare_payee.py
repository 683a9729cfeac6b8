"""Whether a refund goes where its unit is paid back: what who approves it is told.

Another account may be right (a unit has changed its bank and not said so; a person who enrolled
alone is paid back), so it refuses nothing. What goes back out of suspense is held against the
account that it came from.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.secrets import vault
from app.texts import word
from app.together import Question


class Goes(StrEnum):
    """Against what is known of who gets it."""

    OTHER = "other"
    UNKNOWN = "unknown"
    NOT_BACK = "not_back"


class Elsewhere(NamedTuple):
    """A refund that does not go to the known account; `known` ends so, "" where none is known."""

    refund_id: int
    goes: Goes
    payee: str
    tail: str
    known: str


def _elsewhere(
    refund_id: int, payee: str, tail: str, payer_id: int, cipher: Any, stands_id: int, *known: Any
) -> Elsewhere | None:
    seq, own_cipher, own_tail, of_line, came_from, came_tail = known
    if of_line:
        same = came_from is None or came_from == payer_id
        return None if same else Elsewhere(refund_id, Goes.NOT_BACK, payee, tail, came_tail)
    if seq is None:
        return Elsewhere(refund_id, Goes.UNKNOWN, payee, tail, "")
    own = vault().open(bytes(own_cipher), "unit_account", stands_id, seq)
    if own == vault().open(bytes(cipher), "payer_account", payer_id):
        return None
    return Elsewhere(refund_id, Goes.OTHER, payee, tail, own_tail)


GOING_ELSEWHERE: Final = Question(
    """
    SELECT r.id, r.payee, p.tail, p.id, p.account_cipher, u.stands_id, a.seq, a.account_cipher,
           a.tail, r.line_id IS NOT NULL, l.payer_id, came.tail
    FROM unit_refund r JOIN payer_account p ON p.id = r.payer_id
    LEFT JOIN unit_now u ON u.id = r.unit_id
    LEFT JOIN LATERAL (
        SELECT seq, account_cipher, tail FROM unit_account x
        WHERE x.unit_id = u.stands_id AND x.from_on <= :day ORDER BY seq DESC LIMIT 1
    ) a ON true
    LEFT JOIN statement_line l ON l.id = r.line_id
    LEFT JOIN payer_account came ON came.id = l.payer_id
    WHERE coalesce((
        SELECT step FROM refund_step s WHERE s.refund_id = r.id ORDER BY seq DESC LIMIT 1
    ), 'proposed') IN ('proposed', 'bounced')
    ORDER BY r.id
    """,
    _elsewhere,
)
"""Of each refund that waits for approval; None: it goes where it should. Asked on a `day`."""


def going_elsewhere(session: Session, refund_ids: Sequence[int]) -> list[Elsewhere]:
    """Those of them, of what waits, that go to another account than the one that is known."""
    found = GOING_ELSEWHERE.all(session, day=today())
    return [each for each in found if each and each.refund_id in refund_ids]


def said_of(elsewhere: Elsewhere, lang: str) -> str:
    """What who approves is told."""
    facts = {"tail": elsewhere.tail, "known": elsewhere.known}
    return word(f"refund_{elsewhere.goes}", lang, **facts)
