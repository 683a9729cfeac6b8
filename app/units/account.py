"""Where the fund pays a unit back."""

from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.db import fetched
from app.roster.now import unit_now
from app.secrets import vault
from app.together import Question

_ACCOUNT: LiteralString = """
SELECT seq, account_cipher, tail, bank FROM unit_account
WHERE unit_id = %(unit)s AND from_on <= %(day)s ORDER BY seq DESC LIMIT 1
"""


class AccountEnds(NamedTuple):
    """What pages show of such an account."""

    tail: str
    bank: str


PAID_BACK_TO: Final = Question(
    """
    SELECT tail, bank FROM unit_account
    WHERE unit_id = :stands AND from_on <= :day ORDER BY seq DESC LIMIT 1
    """,
    AccountEnds,
)
"""Of the unit `stands`."""


class PaidBackTo(NamedTuple):
    """A unit's own bank account; `holder` is the unit's name."""

    holder: str
    account: str
    tail: str
    bank: str


def paid_back_to(session: Session, unit_id: int, on: date | None = None) -> PaidBackTo | None:
    """The account on a day (today), of the unit that this one stands as; None: none is known."""
    stands = unit_now(session, unit_now(session, unit_id).stands_id)
    found = fetched(session, _ACCOUNT, {"unit": stands.id, "day": on or today()})
    for seq, cipher, tail, bank in found:
        account = vault().open(bytes(cipher), "unit_account", stands.id, seq)
        return PaidBackTo(stands.name, account, tail, bank)
    return None
