"""Money out: a batch prepared by one, approved by another, sent, answered by the bank."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.demo.played.bank import BankLine
from app.demo.played.files import return_file
from app.demo.played.office import ACCOUNT, Office
from app.payments.models import Payment
from app.payments.order import approve_order, confirm_order, prepare_order
from app.payments.returns import Returned, take_return
from app.payments.send import Batch

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
        return take_return(session, data, by=office.one, template=template)
