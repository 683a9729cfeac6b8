"""Sign in by a one-time code that goes to a member's phone.

Who asks types an ID number or a phone number and learns nothing: known or not, a row is written
after the same reading, and a page that asks for the code comes. Only a row that has a member leads
to a message (`app.notices.codes`, in a worker). A code has six digits, lives ten minutes, takes
five tries, and belongs to the browser that asked: so nobody makes another's code worthless by
asking again, and a code that was read over a shoulder is worth nothing elsewhere. Asking again in
the same browser ends the one before.

Asked for too often from an address, the page says so. Sent too often to one person or one phone, it
says nothing and sends nothing: a refusal would tell that the person is known. The code stands in
the database as a keyed hash and, for the sender, sealed; both go with the row.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.check import MINUTES as LOCKED_MINUTES
from app.accounts.check import (
    TooManyRequests,
    TooManyTries,
    count_failure,
    count_request,
    is_throttled,
    place_of,
    recent,
)
from app.accounts.models import Account, Role, SignInCode, SignInTry
from app.db import numbers, one_at_a_time
from app.errors import Refusal
from app.secrets import vault

MINUTES: Final = 10
TRIES: Final = 5
MOST_SENT: Final = 5
"""To one person in a quarter of an hour, whoever asks."""
_DIGITS: Final = 6

_ALIVE: Final = SignInCode.recorded_at > func.transaction_timestamp() - text(
    f"interval '{MINUTES} min'"
)
# One statement for both kinds and for everybody. A phone that several people share names nobody.
_WHO: Final = text(
    """
    WITH found AS (
        SELECT m.id FROM member m WHERE :kind = 'certno' AND m.certno_index = :index
        UNION
        SELECT p.member_id FROM member_phone p
        WHERE :kind = 'phone' AND p.phone_index = :index
              AND NOT EXISTS (SELECT FROM member_phone later
                              WHERE later.member_id = p.member_id AND later.seq > p.seq)
    )
    SELECT min(f.id) FROM found f
    HAVING count(*) = 1 AND NOT EXISTS (
        SELECT FROM account a WHERE a.member_id = min(f.id) AND a.role = 'member'
        HAVING count(*) > 0 AND bool_and(a.disabled_at IS NOT NULL))
    """
)
_PHONE_OF: Final = text(
    "SELECT phone_index FROM member_phone WHERE member_id = :member ORDER BY seq DESC LIMIT 1"
)
_MEMBER: Final = text(
    """
    SELECT m.certno_cipher, (SELECT n.name FROM member_name n WHERE n.member_id = m.id
                             ORDER BY n.seq DESC LIMIT 1)
    FROM member m WHERE m.id = :member
    """
)


class CodeWrong(Refusal):
    """Not the code, or no code that still counts."""


@dataclass(frozen=True, slots=True)
class AskedCode:
    """The ticket is for the browser's cookie, and names the asking."""

    ticket: str = field(repr=False)


def ask_code(
    session: Session, kind: str, typed: str, address: str, *, before: str | None = None
) -> AskedCode | TooManyRequests:
    """Make a code for whom `typed` names; `kind`: certno or phone, normalised.

    `before`: the ticket that this browser has. Commit either way.
    """
    late = count_request(session, "code", address)
    if late:
        return late
    if before:
        session.execute(delete(SignInCode).where(SignInCode.ticket_hash == _hash(before)))
    index = vault().index(kind, typed)
    one_at_a_time(session, f"code {index.hex()}")
    found: int | None = session.scalar(_WHO, {"kind": kind, "index": index})
    member_id = found if _may_send(session, found) else None
    ticket, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    [number] = numbers(session, "sign_in_code_id_seq", 1)
    made = SignInCode(
        id=number,
        ticket_hash=_hash(ticket),
        member_id=member_id,
        asked_index=vault().index("code tries", f"{kind} {typed}"),
        code_index=_code_index(number, code),
        code_cipher=vault().seal(code, "sign_in_code", number),
    )
    session.add(made)
    session.flush()
    return AskedCode(ticket)


def enter_by_code(
    session: Session, ticket: str, code: str, address: str
) -> Account | CodeWrong | TooManyTries:
    """The account of who typed the right code, or the refusal to show. Commit either way.

    A member who has no account gets one, without a password.
    """
    place = place_of(address)
    one_at_a_time(session, f"sign_in {place}")
    mine = SignInCode.ticket_hash == _hash(ticket)
    asked = session.scalar(select(SignInCode).where(mine, _ALIVE).with_for_update())
    # Counted by what was typed, whether it is known or not: the lock must not tell either.
    tries = bytes(asked.asked_index) if asked else vault().index("code tries", ticket)
    if is_throttled(session, tries, place):
        return TooManyTries(minutes=LOCKED_MINUTES)
    member_id = asked.member_id if asked and _is_right(asked, code) else None
    if member_id is None:
        if asked is not None:
            asked.tries += 1
        count_failure(session, tries, place)
        return CodeWrong()
    # Used: this one, and what else was sent to the same person.
    session.execute(delete(SignInCode).where(SignInCode.member_id == member_id))
    return _account_of(session, member_id) or CodeWrong()


def shown_code(session: Session, ticket: str) -> str | None:
    """The code that this browser asked for: for the demonstration, whose phones are invented."""
    found = session.execute(
        select(SignInCode.id, SignInCode.code_cipher).where(
            SignInCode.ticket_hash == _hash(ticket), _ALIVE, SignInCode.tries < TRIES
        )
    ).one_or_none()
    return None if found is None else _opened(*found)


def code_to_send(session: Session, number: int) -> str | None:
    """The code of this number while it counts, for who sends it."""
    found = session.execute(
        select(SignInCode.id, SignInCode.code_cipher).where(
            SignInCode.id == number, _ALIVE, SignInCode.tries < TRIES
        )
    ).one_or_none()
    return None if found is None else _opened(*found)


def forget_codes(session: Session) -> int:
    """Delete the codes that have ended; the sweep calls it. Returns how many."""
    gone = session.execute(delete(SignInCode).where(~_ALIVE).returning(SignInCode.id))
    return len(gone.all())


def _may_send(session: Session, member_id: int | None) -> bool:
    """Count a message to a person and to a phone; false where there were too many of either.

    For nobody the same is read and written, so that both take as long. What is not sent is written
    where nobody counts it: the lock ends by itself, however often somebody asks meanwhile.
    """
    phone: bytes | None = session.scalar(_PHONE_OF, {"member": member_id or 0})
    person = f"member {member_id}" if member_id else "nobody"
    counted = [
        vault().index("code sent", person),
        vault().index("code sent", phone.hex() if phone else "no phone"),
    ]
    sent = [
        session.scalar(select(func.count()).where(SignInTry.login_index == each, recent()))
        for each in counted
    ]
    may = member_id is not None and max(each or 0 for each in sent) < MOST_SENT
    if not may:
        counted = [vault().index("code not sent", person)] * len(counted)
    # Under addresses of their own: this is no failure of who asks.
    session.add_all(SignInTry(login_index=each, address="code sent") for each in counted)
    session.flush()
    return may


def _account_of(session: Session, member_id: int) -> Account | None:
    one_at_a_time(session, f"account of member {member_id}")
    mine = select(Account).where(Account.member_id == member_id, Account.role == Role.MEMBER.value)
    accounts = session.scalars(mine.execution_options(populate_existing=True)).all()
    if accounts:
        return next((each for each in accounts if each.disabled_at is None), None)
    cipher, name = session.execute(_MEMBER, {"member": member_id}).one()
    made = add_account(
        session,
        f"m-{secrets.token_hex(6)}",
        name or "—",
        Role.MEMBER,
        None,
        by=None,
        certno=vault().open(bytes(cipher), "member", member_id),
    )
    return session.get_one(Account, made)


def _is_right(asked: SignInCode, code: str) -> bool:
    typed = _code_index(asked.id, code)
    return asked.tries < TRIES and secrets.compare_digest(bytes(asked.code_index), typed)


def _opened(number: int, cipher: bytes) -> str:
    return vault().open(bytes(cipher), "sign_in_code", number)


def _code_index(number: int, code: str) -> bytes:
    return vault().index("sign_in_code", f"{number} {code}")


def _hash(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()
