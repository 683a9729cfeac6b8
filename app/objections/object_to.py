"""A member objects to a result, or wishes that a person decides."""

import unicodedata
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, exists, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.claims.confirm import NoSuchClaim, turn_of
from app.claims.lifecycle import State
from app.claims.propose import member_of_claim
from app.claims.scope import acts_for
from app.clock import CHINA, today
from app.db import numbers, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.objections.models import Kind, Objection
from app.objections.policy import times_on
from app.secrets import vault

_ASKS: Final = frozenset({Role.MEMBER, Role.HELPER})
"""Who objects: the member, or somebody whom the member lets act (`app.helping`)."""
SHORTEST: Final = 5
LONGEST: Final = 2_000
DECIDED: Final = frozenset({State.PAYABLE, State.SENT, State.PAID, State.CARD_WANTED, State.CLOSED})
"""Where there is a result; in the other states a person looks at it in any case."""

_RESULT: Final = text(
    """
    SELECT coalesce(q.state, 'filed') AS state, d.grant_no, d.recorded_at, d.refusal
    FROM claim c
    LEFT JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id
    LEFT JOIN LATERAL (
        SELECT x.grant_no, x.recorded_at, coalesce('undone_' || u.why, x.refusal) AS refusal
        FROM determination x
        LEFT JOIN undone_filing u ON u.member_id = x.member_id AND u.setl_id = x.setl_id
                                  AND x.refusal = 'refunded'
        WHERE x.member_id = c.member_id AND x.claim_id = c.id ORDER BY x.seq DESC LIMIT 1
    ) d ON true
    WHERE c.member_id = :member AND c.id = :claim
    """
)


class NothingToObject(Refusal):
    """There is no result yet, or the filing was taken or sent back."""


class ObjectionLate(Refusal):
    """The last day has passed."""


class ObjectedAlready(Refusal):
    """A result is objected to once."""


class WordsWanted(Refusal):
    """Too few words to know what is meant, or more than anybody reads."""


refuses("objection_once_key", ObjectedAlready)


def object_to(
    session: Session, claim_id: int, kind: Kind, says: str, *, by: int, on: date | None = None
) -> int:
    """Write an objection to the claim's result as it stands; its number. `on`: today, if not given.

    Raises NoSuchClaim, NothingToObject, ObjectionLate, ObjectedAlready, WordsWanted.
    """
    account = session.get(Account, by, populate_existing=True)
    member_id = member_of_claim(session, claim_id)
    asks = account is not None and account.disabled_at is None and account.role in _ASKS
    if member_id is None or account is None or not asks:
        raise NoSuchClaim(claim=claim_id)
    if not acts_for(session, account, member_id):
        raise NoSuchClaim(claim=claim_id)
    # Who asks for a person may leave it at that; an objection says why.
    words = worded(says, shortest=0 if kind is Kind.PERSON else SHORTEST)
    one_at_a_time(session, turn_of(claim_id))
    found = session.execute(_RESULT, {"member": member_id, "claim": claim_id}).one()
    if State(found.state) not in DECIDED or (found.refusal or "").startswith("undone_"):
        raise NothingToObject(claim=claim_id)
    decided_on: date = found.recorded_at.astimezone(CHINA).date()
    times, day = times_on(decided_on), on or today()
    if day > times.object_by(decided_on):
        raise ObjectionLate(last=times.object_by(decided_on).isoformat())
    if session.scalar(select(exists().where(*_same(member_id, found.grant_no)))):
        raise ObjectedAlready
    [number] = numbers(session, "objection_id_seq", 1)
    made = insert(Objection).values(
        id=number,
        member_id=member_id,
        claim_id=claim_id,
        grant_no=found.grant_no,
        kind=kind.value,
        says_cipher=vault().seal(words, "objection", number),
        object_by=times.object_by(decided_on),
        answer_by=times.answer_by(day),
        recorded_by=by,
    )
    session.execute(made)
    record(session, "objection.made", by=by, about=number, claim=claim_id, kind=kind.value)
    return number


def _same(member_id: int, grant_no: int) -> tuple[ColumnElement[bool], ...]:
    return Objection.member_id == member_id, Objection.grant_no == grant_no


def worded(says: str, *, shortest: int = SHORTEST) -> str:
    """What somebody wrote, as it is kept. Raises WordsWanted."""
    kept = "".join(x for x in says if x == "\n" or unicodedata.category(x)[0] != "C").strip()
    if not shortest <= len(kept) <= LONGEST:
        raise WordsWanted(shortest=SHORTEST, longest=LONGEST)
    return kept
