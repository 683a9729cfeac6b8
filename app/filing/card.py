"""The bank card a member gives for the own benefits; why that is enough, the package says."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.roster.members import account_indexes, set_accounts
from app.roster.models import BankAccount


class CardNotOwn(Refusal):
    """A bank account is given by the member it pays, and by nobody who only helps."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """Where a member is paid today; of the number only its end."""

    seq: int
    tail: str


def known_card(session: Session, member_id: int) -> KnownCard | None:
    """The account recorded last, if any."""
    row = _newest(session, member_id)
    return KnownCard(row.seq, row.tail) if row else None


def state_card(session: Session, member_id: int, account: str, *, by: int) -> None:
    """Have the member paid to this account from now on. The same again changes nothing.

    Raises CardNotOwn.
    """
    acting = session.get(Account, by, populate_existing=True)
    if acting is None or acting.member_id != member_id:
        raise CardNotOwn
    one_at_a_time(session, f"card of {member_id}")
    before = _newest(session, member_id)
    [index] = account_indexes([account])
    if before and bytes(before.account_index) == index and before.recorded_by == by:
        return
    seq = before.seq if before else 0
    set_accounts(session, {member_id: account}, {member_id: seq}, by=by)
    record(session, "card.stated", by=by, about=member_id, seq=seq + 1)


def _newest(session: Session, member_id: int) -> BankAccount | None:
    asked = select(BankAccount).where(BankAccount.member_id == member_id)
    return session.scalar(asked.order_by(BankAccount.seq.desc()).limit(1))
