"""The union's money, and batches."""

from datetime import date
from typing import Final, Literal

from app.accounts.add import FEDERATION
from app.banking.resolve import resolve_to_union
from app.demo.played.bank import BankLine
from app.demo.played.office import Office, Said, line_of
from app.demo.played.paying import Outcome, SentBatch, answer, explain, new_cards, send_batch
from app.demo.played.plan import YEAR
from app.money import yuan
from app.payments.resolve import approve_resolution, propose_resolution

_FOUND_OUT: Final[tuple[Literal["paid", "failed"], ...]] = ("paid", "failed")
GRANT_FEN: Final = 500_000_000


def union_pays(office: Office) -> Said:
    """More than its part, so that no benefit waits; an officer says what the line is."""
    day = date(YEAR, 1, 15)
    office.take_statement(BankLine(day, GRANT_FEN, FEDERATION, "拨付互助金"))
    with office.turn() as session:
        line = line_of(session, "拨付互助金")
        resolve_to_union(session, line, union_id=office.top, year=YEAR, by=office.one, on=day)
    return Said(day, f"工会拨付 {yuan(GRANT_FEN)} 元", f"the union pays {yuan(GRANT_FEN)} yuan")


def first_batch(office: Office) -> Said:
    """Two cards are closed: the lines bounce, and their people bring others."""
    sent = send_batch(office, YEAR, date(YEAR, 5, 6), "plain")
    answer(office, sent, "plain", _some(sent, "failed"), date(YEAR, 5, 9))
    with office.turn() as session:
        new_cards(session, office, sent.batch.id)
    return _said(date(YEAR, 5, 9), sent, "，退回 2 笔", ", two lines bounced")


def second_batch(office: Office) -> Said:
    """The bank does not know of two lines; two officers find out: one was paid, one was not."""
    sent = send_batch(office, YEAR, date(YEAR, 9, 5), "workbook")
    answer(office, sent, "workbook", _some(sent, "unknown"), date(YEAR, 9, 8))
    day, fens = date(YEAR, 9, 12), dict(sent.lines)
    number = sent.batch.number
    office.take_statement(BankLine(day, -fens[sent.smallest[0]], "代发", number))
    explain(office, number, day)
    for line, says in zip(sent.smallest, _FOUND_OUT, strict=True):
        with office.turn() as session:
            propose_resolution(session, number, line, says, day, "银行查询回单", by=office.one)
        with office.turn() as session:
            approve_resolution(session, number, line, by=office.two)
    with office.turn() as session:
        new_cards(session, office, sent.batch.id)
    return _said(day, sent, "，状态不明 2 笔经两人查明", ", two lines unknown, found out by two")


def last_batch(office: Office) -> Said:
    """Everything else of the year, in one sum that takes a third officer."""
    sent = send_batch(office, YEAR, date(2025, 1, 6), "fixed")
    answer(office, sent, "fixed", lambda line: "paid", date(2025, 1, 9))
    return _said(date(2025, 1, 9), sent, "", "")


def _some(sent: SentBatch, outcome: str) -> Outcome:
    """Two lines come to this, the others are paid."""
    some = sent.smallest
    return lambda line: outcome if line in some else "paid"


def _said(day: date, sent: SentBatch, zh: str, en: str) -> Said:
    lines, total = len(sent.lines), yuan(sent.fen)
    third = ("，第三人确认", ", a third officer confirmed it") if sent.third else ("", "")
    return Said(
        day,
        f"发放批次 {sent.batch.number}：{lines} 笔，{total} 元{third[0]}{zh}",
        f"batch {sent.batch.number}: {lines} payments, {total} yuan{third[1]}{en}",
    )
