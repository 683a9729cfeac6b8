"""Say which accounts the fund has at banks, and find them."""

from collections.abc import Sequence
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.formats import format_named
from app.banking.models import FundAccount, FundAccountEnd
from app.banking.statement import digits_of
from app.banking.statement_format import statement_format
from app.db import fetched, one_at_a_time, side_by_side
from app.errors import Refusal
from app.evidence.append import record

LONGEST: Final = 100
ACCOUNTS: Final = "fund accounts"
"""In this turn an account is added, put right or ended."""
_USE: Final = "use of fund account {}"
"""In this turn an account ends, or is paid from; the database takes it too (0009_accounts.sql)."""


class FundAccountKnown(Refusal):
    """An account of the fund has this code or this number already."""


class FundAccountWrong(Refusal):
    """A field of an account is empty, too long or no number (facts: field)."""


class FundAccountEnded(Refusal):
    """The account is used on a day after its last (facts: code, ends_on)."""


class NoSuchFundAccount(Refusal):
    """No account of the fund has this code (facts: code)."""


class Said(NamedTuple):
    """What is said of an account: how the bank writes it, and how the bank writes its files."""

    holder: str
    bank: str
    number: str
    statement_format: str
    payment_format: str


class Known(NamedTuple):
    """An account that is or was; `ends_on`: its last day, where that is said."""

    id: int
    code: str
    holder: str
    bank: str
    number: str
    statement_format: str
    payment_format: str
    ends_on: date | None


_KNOWN: LiteralString = """
SELECT id, code, holder, bank, number, statement_format, payment_format, ends_on
FROM fund_account_now ORDER BY id
"""
_TAKEN: LiteralString = """
SELECT FROM fund_account_now
WHERE (code = %(code)s OR number = %(number)s) AND id IS DISTINCT FROM %(instead_of)s
"""


def add_fund_account(
    session: Session,
    *,
    code: str,
    holder: str,
    bank: str,
    number: str,
    statement_format_name: str,
    payment_format: str,
    by: int,
) -> int:
    """Register an account.

    Raises as `checked`, FundAccountKnown, and as `app.accounts.federation.fund_officer`.
    """
    fund_officer(session, by)
    said = Said(holder, bank, number, statement_format_name, payment_format)
    return write_account(session, code, checked(said, code), by=by)


def checked(said: Said, code: str) -> Said:
    """As it is kept. Raises FundAccountWrong, NoSuchStatementFormat, NoSuchFormat."""
    texts = {"code": code.strip(), "holder": said.holder.strip(), "bank": said.bank.strip()}
    for field, text in texts.items():
        if not 0 < len(text) <= LONGEST or not text.isprintable():
            raise FundAccountWrong(field=field)
    digits = digits_of(said.number)
    known = digits.isascii() and digits.isalnum() and any(map(str.isdigit, digits))
    if not (known and 8 <= len(digits) <= 34):  # noqa: PLR2004 - 34: an IBAN
        raise FundAccountWrong(field="number")
    form = statement_format(said.statement_format)
    paid_by = said.payment_format.strip()
    format_named(paid_by)
    return Said(texts["holder"], texts["bank"], digits, form.id, paid_by)


def write_account(
    session: Session, code: str, said: Said, *, by: int, instead_of: int | None = None
) -> int:
    """Write what was `checked`; its number. Raises FundAccountKnown."""
    one_at_a_time(session, ACCOUNTS)
    asked = {"code": code.strip(), "number": said.number, "instead_of": instead_of}
    if fetched(session, _TAKEN, asked):
        raise FundAccountKnown
    row = {"code": code.strip(), **said._asdict(), "recorded_by": by}
    added = insert(FundAccount).values(row).returning(FundAccount.id)
    account_id: int = session.execute(added).scalar_one()
    record(session, "bank.added", by=by, about=account_id, code=code.strip())
    return account_id


def fund_account(session: Session, code: str, *, on: date | None = None) -> FundAccount:
    """The account with this code; `on`: to be used that day.

    Raises NoSuchFundAccount, FundAccountEnded.
    """
    asked = (
        select(FundAccount, FundAccountEnd.ends_on)
        .outerjoin(FundAccountEnd, FundAccountEnd.account_id == FundAccount.id)
        .where(FundAccount.code == code.strip(), FundAccountEnd.meant_id.is_(None))
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NoSuchFundAccount(code=code)
    account, ends_on = found
    if on and ends_on and on > ends_on:
        raise FundAccountEnded(code=account.code, ends_on=ends_on.isoformat())
    return account


def hold_use(session: Session, account_id: int) -> None:
    """The account does not end until the transaction does: whoever pays from it, beside others."""
    side_by_side(session, _USE.format(account_id))


def end_use(session: Session, account_id: int) -> None:
    """Wait until nobody is paying from the account; whoever does it after this, waits."""
    one_at_a_time(session, _USE.format(account_id))


def fund_accounts(session: Session) -> Sequence[Known]:
    """All that are and were, in the order they were added; without what was typed wrongly."""
    return [Known(*row) for row in fetched(session, _KNOWN, {})]
