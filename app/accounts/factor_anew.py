"""The own second step anew: other recovery codes, another phone.

Whoever still has the phone, or a recovery code, needs no administrator for it. It is asked for as
at a sign-in, password and code, though the session is open: a browser left open must not hand the
account over. What was good before ends at once, recovery codes as well as the phone. There is no
way to switch the second step off; only the security administrator resets it, and then the next
sign-in of a member of staff sets one up (`app.accounts.govern`).
"""

from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.accounts.check import TooManyTries, WrongLogin, authenticate
from app.accounts.factor import (
    WrongCode,
    check_code,
    check_recovery,
    failed,
    new_codes,
    new_secret,
    step_of,
    throttled,
)
from app.accounts.models import Account, SecondFactor
from app.accounts.note import note
from app.errors import Refusal
from app.evidence.append import record
from app.secrets import vault

Refused = WrongLogin | WrongCode | TooManyTries
_PATIENCE: Final = "15 min"
"""In which the new phone shows its first code."""


class NoPhoneWaits(Refusal):
    """No other phone was shown a secret in the last quarter of an hour."""


def make_codes(
    session: Session, account_id: int, password: str, code: str, address: str
) -> list[str] | Refused:
    """Ten other recovery codes, shown once. Commit either way."""
    if refused := _prove(session, account_id, password, code, address):
        return refused
    note(session, account_id, "codes_made", by=account_id)
    record(session, "account.codes_made", by=account_id, about=account_id)
    return new_codes(session, account_id)


def begin_move(
    session: Session, account_id: int, password: str, code: str, address: str
) -> str | Refused:
    """The secret for another phone; until that shows a code, the one before is good.

    Commit either way.
    """
    if refused := _prove(session, account_id, password, code, address):
        return refused
    secret, sealed = new_secret(account_id)
    waits = {"next_cipher": sealed, "next_at": func.transaction_timestamp()}
    mine = SecondFactor.account_id == account_id
    session.execute(update(SecondFactor).where(mine).values(waits))
    return secret


def finish_move(session: Session, account_id: int, code: str) -> list[str] | Refused:
    """The other phone shows its code: from now on it is the one; new recovery codes, shown once.

    Commit either way. Raises NoPhoneWaits.
    """
    if late := throttled(session, account_id):
        return late
    waiting = select(SecondFactor).where(
        SecondFactor.account_id == account_id,
        SecondFactor.next_at > func.transaction_timestamp() - text(f"interval '{_PATIENCE}'"),
    )
    found = session.scalar(waiting.with_for_update().execution_options(populate_existing=True))
    if found is None or found.next_cipher is None:
        raise NoPhoneWaits
    step = step_of(vault().open(bytes(found.next_cipher), "second_factor", account_id), code)
    if step is None:
        return failed(session, account_id)
    found.secret_cipher, found.last_step = found.next_cipher, step
    found.next_cipher = found.next_at = None
    session.flush()
    note(session, account_id, "factor_moved", by=account_id)
    record(session, "account.factor_moved", by=account_id, about=account_id)
    return new_codes(session, account_id)


def _prove(
    session: Session, account_id: int, password: str, code: str, address: str
) -> Refused | None:
    """The password, and a code of the phone or, where that is lost, a recovery code."""
    login = session.get_one(Account, account_id).login
    found = authenticate(session, login, password, address)
    if not isinstance(found, Account):
        return found
    of_phone = "".join(code.split()).isdigit()
    return (check_code if of_phone else check_recovery)(session, account_id, code)
