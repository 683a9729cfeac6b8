"""A statement's line while people say what it is: how it stands, and the next word on it."""

from datetime import date
from typing import Literal, LiteralString

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.drafts import LineProposal
from app.banking.models import LineResolution, StatementLine
from app.clock import today
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post

Act = Literal[
    "receipt",
    "subsidy",
    "not_ours",
    "refund",
    "fee",
    "batch",
    "taken_back",
    "payout",
    "recovery",
    "repayment",
    "returned",
    "interest",
    "typed",
    "undone",
]


class NoSuchLine(Refusal):
    """No statement has this line (facts: line)."""


class LineResolved(Refusal):
    """Somebody has said what this line is, or a rule has (facts: line, state)."""


class LineDayWrong(Refusal):
    """It is resolved before the bank booked it, or on a day to come (facts: on)."""


class LineOtherWay(Refusal):
    """What is said of it is for money that goes the other way, or of another amount."""


class TypedBefore(Refusal):
    """This very money was typed as something else, by number, day and amount (facts: reference)."""


refuses("line_resolution_seq_key", LineResolved)
refuses("line_names_once", LineResolved)
for _index in ("payout_id", "payment_resolution_id"):
    refuses(f"line_resolution_{_index}_idx", LineResolved)

_STATE: LiteralString = """
SELECT act FROM line_resolution WHERE line_id = %(line)s ORDER BY seq
"""
_ELSEWHERE: LiteralString = """
SELECT a.code FROM fund_account a WHERE a.id = %(account)s AND EXISTS (
    SELECT FROM fund_account o JOIN statement_line l ON l.account_id = o.id
    WHERE o.id <> a.id AND l.bank_key = %(key)s)
"""


def state_of(session: Session, line_id: int) -> tuple[StatementLine, str, int]:
    """A line, what it is now, and how often somebody said so. Raises NoSuchLine."""
    line = session.get(StatementLine, line_id)
    if line is None:
        raise NoSuchLine(line=line_id)
    acts = [act for (act,) in fetched(session, _STATE, {"line": line_id})]
    state = acts[-1] if acts else line.taken_as
    if state == "undone":
        state = "suspense" if line.amount_fen > 0 else "unexplained"
    return line, state, len(acts)


def latest(session: Session, line_id: int) -> LineResolution | None:
    """The last thing said of a line."""
    asked = select(LineResolution).where(LineResolution.line_id == line_id)
    return session.scalar(asked.order_by(LineResolution.seq.desc()).limit(1))


def open_line(
    session: Session, line_id: int, wanted: str, *, by: int, on: date | None = None
) -> tuple[StatementLine, date, int]:
    """The line while it waits for somebody. Raises NoSuchLine, LineResolved, LineOtherWay."""
    fund_officer(session, by)
    one_at_a_time(session, f"line {line_id}")
    line, state, said = state_of(session, line_id)
    day = on or today()
    if not line.booked_on <= day <= today():
        raise LineDayWrong(on=day.isoformat())
    if (line.amount_fen > 0) != (wanted == "suspense"):
        raise LineOtherWay
    if state != wanted:
        raise LineResolved(line=line_id, state=state)
    last = latest(session, line_id) if said and line.amount_fen < 0 else None
    if last and day < last.on_day:
        raise LineDayWrong(on=day.isoformat())
    return line, day, said


def reference_of_line(session: Session, line: StatementLine, said: int) -> str:
    """What its money is known by: the bank's number, which another bank may have given too."""
    asked = {"account": line.account_id, "key": line.bank_key}
    key = "".join(f"{code}:" for (code,) in fetched(session, _ELSEWHERE, asked)) + line.bank_key
    return f"{key}#{said + 1}" if said else key


def say(
    session: Session,
    line: StatementLine,
    said: int,
    act: Act,
    *,
    on: date,
    by: int,
    year: int | None = None,
    **about: int,
) -> int:
    """Write the next word on a line; its number. `year`: the benefit year it is booked to.

    Whatever was proposed of the line before is overtaken.
    """
    session.execute(delete(LineProposal).where(LineProposal.line_id == line.id))
    row = {"line_id": line.id, "seq": said + 1, "act": act, "on_day": on, "resolved_by": by}
    added = insert(LineResolution).values(**row, **about).returning(LineResolution.id)
    number: int = session.execute(added).scalar_one()
    years = {line.booked_on.year} | ({year} if year else set())
    facts: dict[str, object] = {"said": act, "amount_fen": line.amount_fen, "on": on.isoformat()}
    if "proposed_by" in about:
        facts["proposed_by"] = about["proposed_by"]
    record(session, "line.resolved", by=by, about=number, years=years, **facts)
    return number


def into_suspense(session: Session, line: StatementLine, number: int, on: date) -> None:
    """A line's money comes back from a benefit year, and waits again."""
    fen = line.amount_fen
    over = (Posting(Account.BETWEEN_YEARS, fen), Posting(Account.SUSPENSE, -fen))
    post(session, Entry(line.booked_on.year, on, "into suspense", over, number))


def out_of_suspense(session: Session, line: StatementLine, number: int, on: date) -> None:
    """A line's money passes to a benefit year, on the day of the decision."""
    fen = line.amount_fen
    over = (Posting(Account.SUSPENSE, fen), Posting(Account.BETWEEN_YEARS, -fen))
    post(session, Entry(line.booked_on.year, on, "out of suspense", over, number))


def as_interest(session: Session, line: StatementLine, number: int, on: date) -> None:
    """A line's money in suspense is the bank's interest: what it brought stays in its year."""
    fen = line.amount_fen
    over = (Posting(Account.SUSPENSE, fen), Posting(Account.INTEREST, -fen))
    post(session, Entry(line.booked_on.year, on, "interest resolved", over, number))


def as_fee(session: Session, line: StatementLine, number: int, on: date) -> None:
    """Money that left is the bank's fee."""
    fee = (Posting(Account.BANK_FEES, -line.amount_fen), Posting(Account.BANK, line.amount_fen))
    post(session, Entry(line.booked_on.year, on, "fee resolved", fee, number))


def no_fee(session: Session, line: StatementLine, number: int, on: date) -> None:
    """What was said to be the bank's fee left for something else, and the books do not know it."""
    back = (Posting(Account.BANK, -line.amount_fen), Posting(Account.BANK_FEES, line.amount_fen))
    post(session, Entry(line.booked_on.year, on, "fee undone", back, number))


def as_taken_back(
    session: Session, line: StatementLine, other: StatementLine, number: int, on: date
) -> None:
    """Money that left is what another line had brought into suspense."""
    back = (Posting(Account.SUSPENSE, -line.amount_fen), Posting(Account.BANK, line.amount_fen))
    post(session, Entry(other.booked_on.year, on, "taken back", back, number))


def not_taken_back(
    session: Session, line: StatementLine, other: StatementLine, number: int, on: date
) -> None:
    """What the other line had brought is in suspense again."""
    again = (Posting(Account.BANK, -line.amount_fen), Posting(Account.SUSPENSE, line.amount_fen))
    post(session, Entry(other.booked_on.year, on, "not taken back", again, number))


def no_interest(session: Session, line: StatementLine, number: int, on: date) -> None:
    """What was taken for the bank's interest waits again."""
    fen = line.amount_fen
    back = (Posting(Account.INTEREST, fen), Posting(Account.SUSPENSE, -fen))
    post(session, Entry(line.booked_on.year, on, "interest undone", back, number))
