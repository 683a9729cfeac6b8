"""Money that a statement brings and nobody knows, for funds whose tests are about other things."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.add_account import add_fund_account
from app.banking.import_statement import import_statement
from app.recoveries.confirm_line import What, confirm_line, propose_line
from tests.db.statements import NUMBER, plain, yuan

_LAST = text("SELECT id, balance_fen FROM statement_line ORDER BY id DESC LIMIT 1")


def in_suspense(session: Session, by: int, day: date, amount_fen: int) -> int:
    """A statement of one line; the line's number."""
    last = session.execute(_LAST).one_or_none()
    if last is None:
        add_fund_account(
            session,
            code="main",
            holder="市总工会互助保障",
            bank="某银行城中支行",
            number=NUMBER,
            statement_format_name="plain",
            payment_format="plain",
            by=by,
        )
    balance_fen = last.balance_fen if last else 0
    some = [(day, yuan(amount_fen), "某人", "")]
    data = plain(some, yuan(balance_fen), first=last.id + 1 if last else 1)
    import_statement(session, data, account="main", by=by)
    return int(session.execute(_LAST).one().id)


def said_by_two(session: Session, line: int, what: What, *people: int) -> None:
    """One proposes, the other confirms."""
    one, other = people
    propose_line(session, line, what, by=one)
    confirm_line(session, line, by=other)
