"""The second step of signing in: a code of the phone (TOTP, RFC 6238), or a recovery code.

The secret is sealed by the vault. A code is good in its own half minute and the ones beside it, for
clocks that differ, and never twice: the step of the last one is kept, and a later one is wanted.
Ten recovery codes of 80 bits are shown once and kept as hashes; each is good once. Guessing is
slowed down by account and not by address: whoever guesses codes has the password already.
"""

import hmac
from base64 import b32encode
from hashlib import sha256
from secrets import token_bytes
from typing import Final
from unicodedata import normalize

import pyotp
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.check import MINUTES, TooManyTries
from app.accounts.models import STAFF, Account, RecoveryCode, Role, SecondFactor, SignInTry
from app.accounts.note import note
from app.clock import now
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.secrets import vault

STEP_S: Final = 30
BESIDE: Final = 1
CODES: Final = 10
MOST: Final = 10
"""Wrong codes of an account in a quarter of an hour."""
ISSUER: Final = "huzhu"
_SECRET_BYTES: Final = 20
_CODE_BYTES: Final = 10


class WrongCode(Refusal):
    """The code is not the phone's, was used before, or is no recovery code."""


class FactorThere(Refusal):
    """A second factor is there already; the security administrator resets it."""


def wants_second(session: Session, account: Account, *, staff: bool) -> bool:
    """Whether a code is asked for: of staff where the setting says so, of others who want it."""
    return (staff and Role(account.role) in STAFF) or has_second(session, account.id)


def has_second(session: Session, account_id: int) -> bool:
    """Whether a second factor was set and confirmed."""
    found = session.get(SecondFactor, account_id, populate_existing=True)
    return found is not None and found.confirmed_at is not None


def secret_to_set(session: Session, account_id: int) -> str:
    """The secret to be put into a phone: the one shown before, until it is confirmed.

    Raises FactorThere.
    """
    found = session.get(SecondFactor, account_id, with_for_update=True, populate_existing=True)
    if found is not None and found.confirmed_at is not None:
        raise FactorThere
    if found is not None:
        return _secret(found)
    secret, sealed = new_secret(account_id)
    session.add(SecondFactor(account_id=account_id, secret_cipher=sealed))
    session.flush()
    return secret


def new_secret(account_id: int) -> tuple[str, bytes]:
    """A secret, and the same sealed."""
    secret = b32encode(token_bytes(_SECRET_BYTES)).decode()
    return secret, vault().seal(secret, "second_factor", account_id)


def address_of(secret: str, login: str) -> str:
    """The secret as phones read it from a picture (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def confirm_factor(
    session: Session, account_id: int, code: str
) -> list[str] | WrongCode | TooManyTries:
    """Begin to ask for codes, once one of them was right; the recovery codes, shown once.

    Commit either way. Raises FactorThere.
    """
    secret_to_set(session, account_id)
    found = session.get_one(SecondFactor, account_id)
    wrong = _checked(session, found, code)
    if wrong:
        return wrong
    found.confirmed_at = func.transaction_timestamp()
    note(session, account_id, "factor_set", by=account_id)
    record(session, "account.factor_set", by=account_id, about=account_id)
    return new_codes(session, account_id)


def check_code(session: Session, account_id: int, code: str) -> WrongCode | TooManyTries | None:
    """Whether a code is right, once; None where it is. Commit either way."""
    found = session.get(SecondFactor, account_id, with_for_update=True, populate_existing=True)
    if found is None or found.confirmed_at is None:
        return WrongCode()
    return _checked(session, found, code)


def check_recovery(session: Session, account_id: int, code: str) -> WrongCode | TooManyTries | None:
    """Whether a recovery code is right, once; None where it is. Commit either way."""
    if late := throttled(session, account_id):
        return late
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.transaction_timestamp())
        .returning(RecoveryCode.account_id)
    ).all()
    return None if used else failed(session, account_id)


def codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes are still good."""
    left = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return session.execute(left).scalar_one()


def forget_factor(session: Session, account_id: int) -> None:
    """The next sign-in sets a new one. Who may, `app.accounts.govern` says."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def step_now() -> int:
    """The half minute it is."""
    return int(now().timestamp()) // STEP_S


def code_at(secret: str, step: int) -> str:
    """The code of a half minute."""
    return pyotp.TOTP(secret).generate_otp(step)


def step_of(secret: str, code: str) -> int | None:
    """The half minute, about now, whose code this is."""
    typed = "".join(normalize("NFKC", code).split()).encode("utf-8", "replace")
    for step in range(step_now() - BESIDE, step_now() + BESIDE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed):
            return step
    return None


def _checked(session: Session, found: SecondFactor, code: str) -> WrongCode | TooManyTries | None:
    if late := throttled(session, found.account_id):
        return late
    step = step_of(_secret(found), code)
    if step is None or step <= found.last_step:
        return failed(session, found.account_id)
    found.last_step = step
    session.flush()
    return None


def throttled(session: Session, account_id: int) -> TooManyTries | None:
    """The refusal where this account's codes were guessed at too often."""
    one_at_a_time(session, f"codes of {account_id}")
    recent = SignInTry.at > func.transaction_timestamp() - text(f"interval '{MINUTES} min'")
    failed = select(func.count()).where(SignInTry.login_index == _index(account_id), recent)
    if session.execute(failed).scalar_one() >= MOST:
        return TooManyTries(minutes=MINUTES)
    return None


def failed(session: Session, account_id: int) -> WrongCode:
    """Count a wrong code."""
    session.add(SignInTry(login_index=_index(account_id), address="code"))
    session.flush()
    return WrongCode()


def _index(account_id: int) -> bytes:
    return vault().index("code", str(account_id))


def new_codes(session: Session, account_id: int) -> list[str]:
    """Ten recovery codes; those before are worth nothing."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [_grouped(b32encode(token_bytes(_CODE_BYTES)).decode().lower()) for _ in range(CODES)]
    rows = [{"account_id": account_id, "code_hash": _hash(account_id, each)} for each in codes]
    session.execute(insert(RecoveryCode), rows)
    return codes


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _hash(account_id: int, code: str) -> bytes:
    # 80 random bits need no slow hash: nobody guesses them.
    plain = "".join(each for each in code.lower() if each.isalnum())
    return sha256(f"{account_id}:{plain}".encode("utf-8", "replace")).digest()


def _secret(found: SecondFactor) -> str:
    return vault().open(bytes(found.secret_cipher), "second_factor", found.account_id)
