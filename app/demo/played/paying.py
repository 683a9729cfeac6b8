"""Money out: a batch prepared by one, approved by another, sent, answered by the bank."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.banking.open_lines import open_lines
from app.banking.resolve import resolve_to_batch
from app.demo.people import luhn_digit
from app.demo.played.bank import BankLine
from app.demo.played.files import return_file
from app.demo.played.office import ACCOUNT, Office
from app.payments.models import Payment
from app.payments.order import approve_order, confirm_order, prepare_order
from app.payments.returns import Returned, take_return
from app.payments.send import Batch
from app.roster.members import set_accounts

_BATCH: Final = text("SELECT id FROM payment_batch WHERE id = split_part(:number, '-', 2)::bigint")
_FAILED: Final = text(
    """
    SELECT p.member_id, max(a.seq) FROM payment p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
    JOIN bank_account a ON a.member_id = p.member_id
    WHERE p.batch_id = :batch AND coalesce(s.says, o.outcome) = 'failed' GROUP BY p.member_id
    """
)
Outcome = Callable[[int], str]
"""By line: paid, failed or unknown."""


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch with its lines (number, fen) and whether a third person confirmed it."""

    batch: Batch
    lines: list[tuple[int, int]]
    third: bool

    @property
    def fen(self) -> int:
        """What it comes to."""
        return sum(fen for _, fen in self.lines)

    @property
    def smallest(self) -> tuple[int, int]:
        """The lines of the two smallest amounts: in whatever order the fund's own key puts members,
        they are the same people's.
        """
        first, second = sorted(self.lines, key=itemgetter(1))[:2]
        return first[0], second[0]


def send_batch(office: Office, year: int, made_on: date, template: str) -> SentBatch:
    """Everything payable of a year."""
    with office.turn() as session:
        order = prepare_order(
            session,
            year,
            by=office.one,
            made_on=made_on,
            template=template,
            fund_account=ACCOUNT,
        )
    with office.turn() as session:
        batch = approve_order(session, order.id, by=office.two, sha256=order.sha256)
    if batch is None:
        with office.turn() as session:
            batch = confirm_order(session, order.id, by=office.third, sha256=order.sha256)
    with office.turn() as session:
        rows = session.execute(
            select(Payment.line, Payment.amount_fen)
            .where(Payment.batch_id == batch.id)
            .order_by(Payment.line)
        )
        lines = [(line, fen) for line, fen in rows]
    return SentBatch(batch, lines, order.wants_third)


def answer(office: Office, sent: SentBatch, template: str, outcome: Outcome, on: date) -> Returned:
    """The bank's return file. The bank takes what it paid, and no more, from the account."""
    said: Mapping[int, str] = {line: outcome(line) for line, _ in sent.lines}
    data = return_file(template, sent.batch.number, sent.lines, said, on)
    paid_fen = sum(fen for line, fen in sent.lines if said[line] == "paid")
    office.bank.moved(BankLine(on, -paid_fen, "代发", sent.batch.number))
    with office.turn() as session:
        returned = take_return(session, data, by=office.one, template=template)
    office.take_statement()
    explain(office, sent.batch.number, on)
    return returned


def explain(office: Office, number: str, on: date) -> None:
    """An officer says of what left for a part of a batch that it is the batch's."""
    with office.turn() as session:
        batch = session.scalars(_BATCH, {"number": number}).one()
        for line in open_lines(session):
            if line.state == "unexplained" and line.remark == number:
                resolve_to_batch(session, line.id, batch_id=batch, by=office.one, on=on)


def new_cards(session: Session, office: Office, batch_id: int) -> None:
    """The people whose payments failed bring another card."""
    last = {member: seq for member, seq in session.execute(_FAILED, {"batch": batch_id})}  # noqa: C416
    set_accounts(session, {member: _card(member) for member in last}, last, by=office.one)


def _card(member_id: int) -> str:
    body = f"6221995{member_id:011d}"
    return body + luhn_digit(body)
