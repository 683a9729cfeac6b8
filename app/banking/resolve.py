"""What an officer says of a line that no rule could match. Each line once; the first word counts.

Suspense belongs to the calendar year of the bank's day, contributions to a benefit year: the money
always goes through 1901 on the day of the decision, in both years' books, so that 1001 moves only
where the bank's did. The unit's money counts as received on the bank's day all the same.
"""

from datetime import date
from typing import Literal, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.keep_payers import payer_number
from app.banking.models import LineResolution, StatementLine
from app.banking.refund import Payee, add_refund, refund_seen, refund_state
from app.clock import today
from app.contributions.receive import COVERS, OutOf, Received, receive
from app.contributions.subsidise import receive_subsidy
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post

Act = Literal["receipt", "subsidy", "not_ours", "refund", "fee", "batch", "taken_back", "undone"]


class NoSuchLine(Refusal):
    """No statement has this line (facts: line)."""


class LineResolved(Refusal):
    """Somebody has said what this line is, or a rule has (facts: line, state)."""


class LineDayWrong(Refusal):
    """It is resolved before the bank booked it, or on a day to come (facts: on)."""


class LineOtherWay(Refusal):
    """What is said of it is for money that goes the other way, or of another amount."""


refuses("line_resolution_seq_key", LineResolved)
for _index in ("other_line_id", "receipt_id", "subsidy_id"):
    refuses(f"line_resolution_{_index}_idx", LineResolved)

_STATE: LiteralString = """
SELECT act FROM line_resolution WHERE line_id = %(line)s ORDER BY seq
"""
_NUMBERED: LiteralString = """
SELECT id FROM payment_batch WHERE %(number)s =
    'P' || benefit_year || '-' || lpad(id::text, greatest(4, length(id::text)), '0')
"""
_LEFT: LiteralString = """
SELECT b.total_fen + coalesce((
    SELECT sum(x.amount_fen) FROM statement_line x
    WHERE x.batch_id = b.id
          OR x.id IN (SELECT r.line_id FROM line_resolution r WHERE r.batch_id = b.id)
), 0)::bigint FROM payment_batch b WHERE b.id = %(id)s
"""


def state_of(session: Session, line_id: int) -> tuple[StatementLine, str, int]:
    """A line, what it is now, and how often somebody said so. Raises NoSuchLine."""
    line = session.get(StatementLine, line_id)
    if line is None:
        raise NoSuchLine(line=line_id)
    acts = [act for (act,) in fetched(session, _STATE, {"line": line_id})]
    state = acts[-1] if acts else line.taken_as
    return line, "suspense" if state == "undone" else state, len(acts)


def resolve_to_unit(
    session: Session,
    line_id: int,
    *,
    unit_id: int,
    year: int,
    by: int,
    on: date | None = None,
    roster_id: int | None = None,
) -> Received:
    """It is a unit's money for a benefit year, or one roster. Raises as `_open_line`, `receive`."""
    one_at_a_time(session, COVERS)
    line, on, said = _open_line(session, line_id, "suspense", by=by, on=on)
    received = receive(
        session,
        unit_id=unit_id,
        year=year,
        amount_fen=line.amount_fen,
        received_on=line.booked_on,
        reference=f"{line.bank_key}#{said + 1}" if said else line.bank_key,
        by=by,
        line_id=line.id,
        out_of=OutOf(Account.BETWEEN_YEARS, on),
        roster_id=roster_id,
    )
    number = _say(
        session, line, said, "receipt", on=on, by=by, receipt_id=received.receipt_id, year=year
    )
    _out_of_suspense(session, line, number, on)
    return received


def resolve_to_union(
    session: Session, line_id: int, *, union_id: int, year: int, by: int, on: date | None = None
) -> int:
    """It is a union's subsidy for a benefit year; the subsidy's number."""
    line, on, said = _open_line(session, line_id, "suspense", by=by, on=on)
    subsidy_id = receive_subsidy(
        session,
        union_id=union_id,
        year=year,
        amount_fen=line.amount_fen,
        received_on=line.booked_on,
        reference=f"{line.bank_key}#{said + 1}" if said else line.bank_key,
        by=by,
        line_id=line.id,
        out_of=OutOf(Account.BETWEEN_YEARS, on),
    ).subsidy_id
    number = _say(session, line, said, "subsidy", on=on, by=by, subsidy_id=subsidy_id, year=year)
    _out_of_suspense(session, line, number, on)
    return subsidy_id


def resolve_not_ours(session: Session, line_id: int, *, by: int, on: date | None = None) -> None:
    """It came by mistake and the bank will take it back; until then it stays in suspense."""
    line, on, said = _open_line(session, line_id, "suspense", by=by, on=on)
    _say(session, line, said, "not_ours", on=on, by=by)


def resolve_to_refund(
    session: Session, line_id: int, *, payee: Payee, by: int, on: date | None = None
) -> int:
    """It goes back to its payer: a refund that another officer approves; its number.

    Without an account in `payee`, to the account it came from.
    """
    line, on, said = _open_line(session, line_id, "suspense", by=by, on=on)
    if not payee.account and line.payer_id:
        payee = Payee(payee.name, payer_number(session, line.payer_id))
    whose = {"source": "suspense", "line_id": line.id, "benefit_year": line.booked_on.year}
    refund_id = add_refund(session, whose, line.amount_fen, payee, by=by)
    _say(session, line, said, "refund", on=on, by=by, refund_id=refund_id)
    return refund_id


def resolve_to_fee(session: Session, line_id: int, *, by: int, on: date | None = None) -> None:
    """Money that left is the bank's fee."""
    line, on, said = _open_line(session, line_id, "unexplained", by=by, on=on)
    number = _say(session, line, said, "fee", on=on, by=by)
    fee = (Posting(Account.BANK_FEES, -line.amount_fen), Posting(Account.BANK, line.amount_fen))
    post(session, Entry(line.booked_on.year, line.booked_on, "fee resolved", fee, number))


def resolve_to_batch(
    session: Session, line_id: int, *, batch_id: int, by: int, on: date | None = None
) -> None:
    """Money that left is of a payment batch; what it paid is booked by the bank's answers.

    Its whole or a part: banks take what they paid, and later what they found out. Never more than
    the batch comes to. Raises as `_open_line`.
    """
    line, on, said = _open_line(session, line_id, "unexplained", by=by, on=on)
    one_at_a_time(session, f"lines of batch {batch_id}")
    left = [left_fen for (left_fen,) in fetched(session, _LEFT, {"id": batch_id})]
    if not left or left[0] < -line.amount_fen:
        raise LineOtherWay
    _say(session, line, said, "batch", on=on, by=by, batch_id=batch_id)


def resolve_paid_refund(
    session: Session, line_id: int, *, refund_id: int, by: int, on: date | None = None
) -> None:
    """Money that left is a refund which was approved, of that amount.

    Raises RefundStepWrong, NoSuchRefund.
    """
    one_at_a_time(session, COVERS)
    line, on, said = _open_line(session, line_id, "unexplained", by=by, on=on)
    if refund_state(session, refund_id)[0].amount_fen != -line.amount_fen:
        raise LineOtherWay
    refund_seen(session, refund_id, "paid", line_id=line.id, on=line.booked_on, by=by)
    _say(session, line, said, "refund", on=on, by=by, refund_id=refund_id)


def resolve_taken_back(
    session: Session, line_id: int, *, other_line_id: int, by: int, on: date | None = None
) -> None:
    """The bank took back what another line brought and was not ours."""
    line, on, said = _open_line(session, line_id, "unexplained", by=by, on=on)
    one_at_a_time(session, f"line {other_line_id}")
    other, state, _ = state_of(session, other_line_id)
    if state not in {"not_ours", "suspense"}:
        raise LineResolved(line=other_line_id, state=state)
    if other.amount_fen != -line.amount_fen:
        raise LineOtherWay
    if state == "suspense":
        resolve_not_ours(session, other_line_id, by=by, on=on)
    number = _say(session, line, said, "taken_back", on=on, by=by, other_line_id=other_line_id)
    back = (Posting(Account.SUSPENSE, -line.amount_fen), Posting(Account.BANK, line.amount_fen))
    post(session, Entry(other.booked_on.year, line.booked_on, "taken back", back, number))


def _open_line(
    session: Session, line_id: int, wanted: str, *, by: int, on: date | None
) -> tuple[StatementLine, date, int]:
    """The line while it waits for somebody. Raises NoSuchLine, LineResolved, LineOtherWay."""
    officer(session, by)
    one_at_a_time(session, f"line {line_id}")
    line, state, said = state_of(session, line_id)
    day = on or today()
    if not line.booked_on <= day <= today():
        raise LineDayWrong(on=day.isoformat())
    if (line.amount_fen > 0) != (wanted == "suspense"):
        raise LineOtherWay
    if state != wanted:
        raise LineResolved(line=line_id, state=state)
    return line, day, said


def _say(
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
    row = {"line_id": line.id, "seq": said + 1, "act": act, "on_day": on, "resolved_by": by}
    added = insert(LineResolution).values(**row, **about).returning(LineResolution.id)
    number = session.execute(added).scalar_one()
    years = {line.booked_on.year} | ({year} if year else set())
    facts = {"said": act, "amount_fen": line.amount_fen, "on": on.isoformat()}
    record(session, "line.resolved", by=by, about=number, years=years, **facts)
    return number


def _out_of_suspense(session: Session, line: StatementLine, number: int, on: date) -> None:
    fen = line.amount_fen
    over = (Posting(Account.SUSPENSE, fen), Posting(Account.BETWEEN_YEARS, -fen))
    post(session, Entry(line.booked_on.year, on, "out of suspense", over, number))


def batch_id_of(session: Session, number: str) -> int:
    """The batch of the number that the bank knows it by. Raises LineOtherWay."""
    for (batch_id,) in fetched(session, _NUMBERED, {"number": number}):
        return int(batch_id)
    raise LineOtherWay


def latest(session: Session, line_id: int) -> LineResolution | None:
    """The last thing said of a line."""
    asked = select(LineResolution).where(LineResolution.line_id == line_id)
    return session.scalar(asked.order_by(LineResolution.seq.desc()).limit(1))
