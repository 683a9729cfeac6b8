"""The sign-in log: who came in, or tried to, when, how, and from where.

The address is sealed; the audit administrator opens it, and everybody that of the own sign-ins. Of
an account nobody knows the log says only that somebody tried: what was typed there may be a
password. What is older than half a year is forgotten.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.check import place_of
from app.accounts.models import Account, SignInLog
from app.db import numbers
from app.secrets import vault

DAYS: Final = 180
_TABLE: Final = "sign_in_log"


@dataclass(frozen=True, slots=True)
class SignInSeen:
    """One line of it."""

    id: int
    what: str
    how: str
    login: str | None
    name: str | None
    place: str
    at: datetime


def log_sign_in(
    session: Session, what: str, address: str, *, account_id: int | None, how: str = "password"
) -> None:
    """Write one line."""
    [number] = numbers(session, "sign_in_log_id_seq", 1)
    row = insert(SignInLog).values(
        id=number,
        what=what,
        how=how,
        account_id=account_id,
        place_cipher=vault().seal(place_of(address), _TABLE, number),
    )
    session.execute(row)


def sign_ins(
    session: Session, *, before: int | None, size: int, account_id: int | None = None
) -> list[SignInSeen]:
    """The newest first; of one account, or of all."""
    asked = select(SignInLog, Account.login, Account.name).outerjoin(
        Account, Account.id == SignInLog.account_id
    )
    if account_id is not None:
        asked = asked.where(SignInLog.account_id == account_id)
    if before is not None:
        asked = asked.where(SignInLog.id < before)
    rows = session.execute(asked.order_by(SignInLog.id.desc()).limit(size))
    return [
        SignInSeen(
            *(row.id, row.what, row.how, login, name),
            vault().open(bytes(row.place_cipher), _TABLE, row.id),
            row.recorded_at,
        )
        for row, login, name in rows
    ]


def forget_log(session: Session) -> int:
    """Forget what is older than half a year; the sweep calls it. Returns how many."""
    return int(session.execute(text("SELECT forget_sign_ins()")).scalar_one())
