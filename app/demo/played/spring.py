"""The union's money, and batches."""

from datetime import date

from app.accounts.add import FEDERATION
from app.banking.resolve import resolve_to_union
from app.demo.played.bank import BankLine
from app.demo.played.office import Office, Said, line_of
from app.demo.played.paying import SentBatch, answer, send_batch
from app.demo.played.plan import YEAR
from app.money import yuan

GRANT_FEN = 500_000_000


def union_pays(office: Office) -> Said:
    """More than its part, so that no benefit waits; an officer says what the line is."""
    day = date(YEAR, 1, 15)
    office.take_statement(BankLine(day, GRANT_FEN, FEDERATION, "拨付互助金"))
    with office.turn() as session:
        line = line_of(session, "拨付互助金")
        resolve_to_union(session, line, union_id=office.top, year=YEAR, by=office.one, on=day)
    return Said(day, f"工会拨付 {yuan(GRANT_FEN)} 元", f"the union pays {yuan(GRANT_FEN)} yuan")


def first_batch(office: Office) -> Said:
    sent = send_batch(office, YEAR, date(YEAR, 5, 6), "plain")
    answer(office, sent, "plain", lambda line: "paid", date(YEAR, 5, 9))
    office.take_statement()
    return _said(date(YEAR, 5, 9), sent)


def last_batch(office: Office) -> Said:
    sent = send_batch(office, YEAR, date(2025, 1, 6), "fixed")
    answer(office, sent, "fixed", lambda line: "paid", date(2025, 1, 9))
    office.take_statement()
    return _said(date(2025, 1, 9), sent)


def _said(day: date, sent: SentBatch) -> Said:
    lines, total = len(sent.lines), yuan(sent.fen)
    third = ("，第三人确认", ", a third officer confirmed it") if sent.third else ("", "")
    return Said(
        day,
        f"发放批次 {sent.batch.number}：{lines} 笔，{total} 元{third[0]}",
        f"batch {sent.batch.number}: {lines} payments, {total} yuan{third[1]}",
    )
