"""Who may see who people are: an auditor with an own key that a security administrator let in.

The auditor makes a key pair (`age-keygen`) and gives its public half; the security administrator
compares its fingerprint with the one the auditor says and gives the right, or takes it. The private
half never comes here, so that an edition is readable by that auditor alone, wherever it lies.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pyrage import RecipientError, x25519  # type: ignore[import-untyped]
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.accounts.change import active
from app.accounts.govern import MayNotGovern, OwnRight
from app.accounts.models import Account, Role
from app.audit.identified_models import AuditorKey, AuditorKeyStep
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.unions.tree import reach_of_union

_SHOWN: Final = 16


class NotARecipient(Refusal):
    """The text is no public key of age."""


class NoSuchKey(Refusal):
    """No auditor has given such a key (facts: number)."""


class NoIdentifiedRight(Refusal):
    """The auditor has no key that has the right to identified editions."""


refuses("auditor_key_two_people", OwnRight)
refuses("identified_by_right", NoIdentifiedRight)


@dataclass(frozen=True, slots=True)
class Key:
    """An auditor's last key, and whether it has the right now."""

    id: int
    account_id: int
    recipient: str
    given: bool

    @property
    def fingerprint(self) -> str:
        """What the two compare."""
        return fingerprint_of(self.recipient)


def fingerprint_of(recipient: str) -> str:
    """The first 16 signs of the SHA-256 of a key's text, in fours."""
    signs = sha256(recipient.encode()).hexdigest()[:_SHOWN]
    return " ".join(signs[at : at + 4] for at in range(0, _SHOWN, 4))


def add_auditor_key(session: Session, recipient: str, *, by: int) -> int:
    """An auditor of the whole fund gives the own public key; from then on it is the only one.

    Raises NotARecipient, NoIdentifiedRight, AccountDisabled.
    """
    recipient = recipient.strip()
    try:
        x25519.Recipient.from_str(recipient)
    except RecipientError:
        raise NotARecipient from None
    account = active(session.get_one(Account, by, populate_existing=True))
    whole = reach_of_union(session, account.union_id) is None
    if account.role != Role.AUDITOR or not whole:
        raise NoIdentifiedRight
    values = {"account_id": by, "recipient": recipient}
    made = session.execute(insert(AuditorKey).values(values).returning(AuditorKey.id))
    key_id: int = made.scalar_one()
    shown = fingerprint_of(recipient)
    record(session, "account.auditor_key", by=by, about=by, key=key_id, fingerprint=shown)
    return key_id


def give_auditor_key(session: Session, key_id: int, *, given: bool, by: int) -> None:
    """Give the right to a key, or take it. Raises NoSuchKey, MayNotGovern, OwnRight."""
    account = active(session.get_one(Account, by, populate_existing=True))
    if account.role != Role.SECURITY_ADMIN:
        raise MayNotGovern
    one_at_a_time(session, f"auditor key {key_id}")
    key = session.get(AuditorKey, key_id)
    if key is None:
        raise NoSuchKey(number=key_id)
    whose = session.get_one(Account, key.account_id)
    if whose.id == by or (whose.member_id and whose.member_id == account.member_id):
        raise OwnRight
    seq = select(func.count()).where(AuditorKeyStep.key_id == key_id)
    values = {"key_id": key_id, "seq": session.execute(seq).scalar_one() + 1, "given": given}
    session.execute(insert(AuditorKeyStep).values(**values, by=by))
    act = "account.auditor_key_given" if given else "account.auditor_key_taken"
    record(session, act, by=by, about=whose.id, key=key_id)


def auditor_key(session: Session, account_id: int) -> Key | None:
    """The last key of an auditor."""
    last = select(AuditorKey).where(AuditorKey.account_id == account_id)
    key = session.scalar(last.order_by(AuditorKey.id.desc()).limit(1))
    if key is None:
        return None
    said = select(AuditorKeyStep.given).where(AuditorKeyStep.key_id == key.id)
    given = session.scalar(said.order_by(AuditorKeyStep.seq.desc()).limit(1))
    return Key(key.id, account_id, key.recipient, bool(given))


def key_with_right(session: Session, account_id: int) -> Key:
    """The same, where it has the right. Raises NoIdentifiedRight, AccountDisabled."""
    account = active(session.get_one(Account, account_id, populate_existing=True))
    key = auditor_key(session, account_id)
    whole = reach_of_union(session, account.union_id) is None
    if key is None or not key.given or account.role != Role.AUDITOR or not whole:
        raise NoIdentifiedRight
    return key
