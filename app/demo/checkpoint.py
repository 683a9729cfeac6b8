"""The demonstration city's own checkpoint key, and the signing with it.

A real fund's key is a file of the audit administrator's that no server has. The demonstration's
follows from the installation's secrets, so that its pages can show what signing does with one
click; whoever has these secrets can make it, and so it proves nothing to anybody outside.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.audit.checkpoint import key_in_use, register_key, sign_checkpoint
from app.audit.seal import WorkUnderWay, begin_seal, seal
from app.demo.accounts import AUDIT_ADMIN
from app.evidence.note import Note, SigningKey, new_key
from app.secrets import vault

NAME: Final = "huzhu-demo"
_KIND: Final = "demo checkpoint"
_PHRASE: Final = "demonstration"

Transaction = Callable[[], AbstractContextManager[Session]]


def demo_key() -> SigningKey:
    """The key of this installation's demonstration: always the same."""
    seed = b"".join(vault().indexes(_KIND, ("first half", "second half")))
    return SigningKey(new_key(_PHRASE, seed)[0], _PHRASE)


def register_demo_key(session: Session) -> None:
    """The audit administrator of the demonstration registers it."""
    register_key(session, NAME, demo_key().public, by=_keeper(session))


def demo_signs(session: Session) -> bool:
    """Whether checkpoints are signed with the demonstration's key."""
    in_use = key_in_use(session)
    return in_use is not None and in_use.name == NAME and in_use.public == demo_key().public


def sign_demo(session: Session, *, by: int) -> Note:
    """Sign what is sealed with the demonstration's key. Raises what `sign_checkpoint` does."""
    return sign_checkpoint(session, demo_key(), by=by)


def seal_city(transaction: Transaction) -> bool:
    """Seal the city that was loaded, and sign it. False: other work is under way, which waits."""
    with transaction() as session:
        until = begin_seal(session)
    try:
        with transaction() as session:
            seal(session, until)
    except WorkUnderWay:
        return False
    with transaction() as session:
        sign_demo(session, by=_keeper(session))
    return True


def _keeper(session: Session) -> int:
    return session.execute(select(Account.id).where(Account.login == AUDIT_ADMIN)).scalar_one()
