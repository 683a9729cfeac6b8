"""Say which accounts the fund has at banks, and find them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.formats import format_named
from app.banking.models import FundAccount
from app.banking.statement import digits_of
from app.banking.statement_format import statement_format
from app.db import refuses
from app.errors import Refusal
from app.evidence.append import record

LONGEST: Final = 100


class FundAccountKnown(Refusal):
    """An account of the fund has this code or this number already."""


class FundAccountWrong(Refusal):
    """A field of an account is empty, too long or no number (facts: field)."""


class NoSuchFundAccount(Refusal):
    """No account of the fund has this code (facts: code)."""


refuses("fund_account_code_key", FundAccountKnown)
refuses("fund_account_number_key", FundAccountKnown)


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

    Raises FundAccountWrong, NoSuchStatementFormat, NoSuchFormat, FundAccountKnown, and as
    `app.accounts.federation.fund_officer`.
    """
    fund_officer(session, by)
    texts = {"code": code.strip(), "holder": holder.strip(), "bank": bank.strip()}
    for field, text in texts.items():
        if not 0 < len(text) <= LONGEST or not text.isprintable():
            raise FundAccountWrong(field=field)
    digits = digits_of(number)
    known = digits.isascii() and digits.isalnum() and any(map(str.isdigit, digits))
    if not (known and 8 <= len(digits) <= 34):  # noqa: PLR2004 - 34: an IBAN
        raise FundAccountWrong(field="number")
    form = statement_format(statement_format_name)
    format_named(payment_format.strip())
    added = insert(FundAccount).values(
        **texts,
        number=digits,
        statement_format=form.id,
        payment_format=payment_format.strip(),
        recorded_by=by,
    )
    account_id = session.execute(added.returning(FundAccount.id)).scalar_one()
    record(session, "bank.added", by=by, about=account_id, code=texts["code"])
    return account_id


def fund_account(session: Session, code: str) -> FundAccount:
    """The account with this code. Raises NoSuchFundAccount."""
    found = session.scalar(select(FundAccount).where(FundAccount.code == code.strip()))
    if found is None:
        raise NoSuchFundAccount(code=code)
    return found


def fund_accounts(session: Session) -> Sequence[FundAccount]:
    """All of them, in the order they were added."""
    return session.scalars(select(FundAccount).order_by(FundAccount.id)).all()
