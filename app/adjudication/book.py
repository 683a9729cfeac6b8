"""The journal entries of a drain: one a benefit year and day, a line a claim. Pure.

What a claim was granted before is reversed, what it is granted now is booked; where the bank has
already paid more than it is granted now, the excess is to be recovered.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from app.adjudication.answers import Answer
from app.adjudication.excess import excess, postings
from app.ledger.chart import BENEFITS, Account
from app.ledger.journal import Entry, Posting


def entries(answers: Iterable[Answer], run_id: int) -> list[Entry]:
    """Entries for new determinations; none where no money moved."""
    claims: dict[tuple[int, date], list[Posting]] = defaultdict(list)
    spent: dict[tuple[int, date, Account], int] = defaultdict(int)
    for answer in answers:
        _book(answer, claims, spent)
    for (year, day, account), amount_fen in sorted(spent.items()):
        if amount_fen:
            claims[year, day].append(Posting(account, amount_fen))
    return [
        Entry(year, day, "claims determined", tuple(postings), run_id)
        for (year, day), postings in sorted(claims.items())
    ]


def _book(
    answer: Answer,
    claims: dict[tuple[int, date], list[Posting]],
    spent: dict[tuple[int, date, Account], int],
) -> None:
    bill, before = answer.bill, answer.before
    who = {"member_id": bill.member_id, "claim_id": bill.claim_id}
    if before and before.payable_fen and before.benefit_year and before.care:
        day = bill.undone_at.date()
        payable = Posting(Account.BENEFITS_PAYABLE, before.payable_fen, **who)
        claims[before.benefit_year, day].append(payable)
        spent[before.benefit_year, day, BENEFITS[before.care]] -= before.payable_fen
    if answer.payable_fen and answer.benefit_year and answer.care:
        day = bill.setl_time.date()
        payable = Posting(Account.BENEFITS_PAYABLE, -answer.payable_fen, **who)
        claims[answer.benefit_year, day].append(payable)
        spent[answer.benefit_year, day, BENEFITS[answer.care]] += answer.payable_fen
    year = answer.benefit_year or (before.benefit_year if before else None)
    if before and before.paid_fen and year:
        was = excess(before.payable_fen, before.paid_fen, before.written_fen)
        now = excess(answer.payable_fen, before.paid_fen, before.written_fen)
        if changed := postings(was, now, **who):
            claims[year, bill.undone_at.date()] += changed
