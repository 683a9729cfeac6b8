"""A member's own word about the bank card: another one is given, or the known one is confirmed.

Only the member says so, whoever else may file or follow a claim: helping moves no money to the
helper. What is given so is where money goes from then on; a batch that was prepared keeps the card
it was prepared with. The member's phone is told, so that nobody changes it unseen.

A confirmed card stays until the member says otherwise: what a later roster says of it is left
(`app.enrolment.identify`), noted to who sends it, and refused by the database (`own_card_stands`).
The other way, to take the roster's card, ask the member again and hold the money until then, would
let one careless file stop a whole unit's payments, and put a stranger's card a tap away from them.
Whoever has confirmed a card has an account to give another with, also where the bank refuses it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.db import one_at_a_time, side_by_side
from app.errors import Refusal
from app.evidence.append import record
from app.notices.write import write
from app.roster.members import ACCOUNTS, account_indexes, set_accounts
from app.roster.models import CardConfirmed
from app.roster.person import Refused, read_account

_PATIENCE_S: Final = 3
"""While a roster is enrolled that tells of accounts."""
_NEWEST: Final = text(
    """
    SELECT b.seq, b.tail, b.account_index,
           EXISTS (SELECT FROM card_confirmed c
                   WHERE c.member_id = b.member_id AND c.account_seq = b.seq) AS confirmed
    FROM bank_account b WHERE b.member_id = :member ORDER BY b.seq DESC LIMIT 1
    """
)


class NotOwnCard(Refusal):
    """Only the member says which card is the own one."""


class CardWrong(Refusal):
    """No bank account; `why` is a key of the texts."""


class CardChanged(Refusal):
    """Another card has been given since the page was made."""


@dataclass(frozen=True, slots=True)
class Card:
    """The card that money goes to today, by its last figures."""

    seq: int
    tail: str
    confirmed: bool


def card_of(session: Session, member_id: int) -> Card | None:
    """Today's card, or None where none is known."""
    row = session.execute(_NEWEST, {"member": member_id}).one_or_none()
    return None if row is None else Card(row.seq, row.tail, row.confirmed)


def confirm_card(session: Session, member_id: int, seq: int, *, by: int) -> None:
    """The member says: this is mine. Twice equals once.

    Raises NotOwnCard, CardChanged, TurnTaken.
    """
    # A roster that is being enrolled may be about to put another in its place.
    side_by_side(session, ACCOUNTS, patience_s=_PATIENCE_S)
    _check_own(session, member_id, by)
    now = card_of(session, member_id)
    if now is None or now.seq != seq:
        raise CardChanged
    if not now.confirmed:
        _confirm(session, member_id, seq, by)


def give_card(session: Session, member_id: int, typed: str, *, by: int) -> Card:
    """The member gives a card, which is thereby confirmed; one that is known already stays.

    Raises NotOwnCard, CardWrong, TurnTaken.
    """
    side_by_side(session, ACCOUNTS, patience_s=_PATIENCE_S)
    _check_own(session, member_id, by)
    try:
        account = read_account(typed, lambda _: None)
    except Refused as refused:
        raise CardWrong(why=refused.reason) from refused
    if account is None:
        raise CardWrong(why="AccountFormat")
    row = session.execute(_NEWEST, {"member": member_id}).one_or_none()
    if row is not None and bytes(row.account_index) == account_indexes([account])[0]:
        if not row.confirmed:
            _confirm(session, member_id, row.seq, by)
        return Card(row.seq, row.tail, confirmed=True)
    set_accounts(session, {member_id: account}, {member_id: row.seq if row else 0}, by=by)
    seq = row.seq + 1 if row else 1
    _confirm(session, member_id, seq, by)
    record(session, "card.given", by=by, about=member_id, seq=seq)
    dedupe = f"card_changed:{member_id}:{seq}"
    write(session, "card_changed", dedupe=dedupe, member_id=member_id, tail=account[-4:])
    return Card(seq, account[-4:], confirmed=True)


def _check_own(session: Session, member_id: int, by: int) -> None:
    account = session.get(Account, by, populate_existing=True)
    own = account is not None and account.disabled_at is None and account.role == Role.MEMBER
    if not own or account is None or account.member_id != member_id:
        raise NotOwnCard
    one_at_a_time(session, f"card {member_id}")


def _confirm(session: Session, member_id: int, seq: int, by: int) -> None:
    said = {"member_id": member_id, "account_seq": seq, "recorded_by": by}
    session.execute(insert(CardConfirmed).values(said))
    record(session, "card.confirmed", by=by, about=member_id, seq=seq)
