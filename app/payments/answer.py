"""What one line of the bank's answer means: for the claim, and for the books. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Final, NamedTuple

from app.adjudication.answers import FOR_A_PERSON
from app.adjudication.excess import excess, postings
from app.banking.returnfile import Outcome, ReturnLine
from app.claims.lifecycle import Act
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.payments.moves import Acts
from app.payments.standing import Owed

HELD: Final = frozenset(
    {
        "amount_differs",
        "account_differs",
        "booked_before_sent",
        "booked_in_future",
        "other_day",
        "paid_then_failed",
        "failed_then_paid",
        "failed_after_unknown",
    }
)
"""What contradicts the batch or the bank itself. Other lines are only listed."""

_GRACE: Final = timedelta(days=1)  # our clock and the bank's may be a day apart


class Sent(NamedTuple):
    """A payment as it was sent, and what the bank has said of it, if anything."""

    member_id: int
    claim_id: int
    grant_no: int
    attempt: int
    amount_fen: int
    account_tail: str
    outcome: Outcome | None
    booked_on: date | None
    unknown: bool


class Answered(NamedTuple):
    """A line that says something new, with the payment it answers and the day it is booked."""

    line: ReturnLine
    sent: Sent
    booked_on: date
    outcome: Outcome
    """A line that says neither answers nothing."""


def judged(
    line: ReturnLine, sent: Sent | None, booked_on: date, made_on: date, now: date
) -> str | None:
    """Why a line cannot be believed (a key of the texts); None: it is new, or says it again."""
    if sent is None:
        return "unknown_line"
    if line.amount_fen != sent.amount_fen:
        return "amount_differs"
    if line.account_tail and not sent.account_tail.endswith(line.account_tail):
        return "account_differs"
    if sent.outcome is None or sent.booked_on is None:
        doubtful = sent.unknown and line.outcome == "failed"
        return "failed_after_unknown" if doubtful else _day_fault(booked_on, made_on, now)
    return _contradiction(line, sent.outcome, sent.booked_on, booked_on)


def acts_after(claim: Owed, answered: Answered, by: int) -> Acts:
    """What the answer does to the claim; what follows from it is the rules' act, nobody's.

    A determination may have come while the money was at the bank: more is due and is paid next, or
    less, and nothing is.
    """
    arrived = answered.outcome == "paid"
    paid_fen = claim.paid_fen + (answered.sent.amount_fen if arrived else 0)
    return ((Act.PAY if arrived else Act.BOUNCE, by), *after(claim, paid_fen, arrived=arrived))


def after(claim: Owed, paid_fen: int, *, arrived: bool) -> Acts:
    """What follows by the rules when money arrived or is back, and `paid_fen` is paid in all."""
    due_fen = claim.payable_fen - paid_fen
    held = claim.refusal in FOR_A_PERSON
    # Of a claim that people must decide nothing is paid but what was paid back: it waits on.
    if due_fen < 0 or (due_fen == 0 and (held or not arrived)):
        return ((Act.HOLD if held else Act.CLOSE, None),)
    return ((Act.GRANT, None),) if arrived and due_fen > 0 else ()


def entries(
    benefit_year: int, answers: Iterable[tuple[Answered, Owed]], about: int, memo: str = ""
) -> list[Entry]:
    """One entry a day and outcome: what was at the bank is paid, or payable again."""
    some_of: dict[tuple[date, Outcome], list[tuple[Answered, Owed]]] = {}
    for answer in answers:
        some_of.setdefault((answer[0].booked_on, answer[0].outcome), []).append(answer)
    return [
        Entry(
            benefit_year,
            day,
            memo or f"payments {outcome}",
            _paid(some) if outcome == "paid" else _failed(some),
            about,
        )
        for (day, outcome), some in sorted(some_of.items(), key=itemgetter(0))
    ]


def entries_count(answers: Iterable[Answered]) -> int:
    """How many entries there will be."""
    return len({(answer.booked_on, answer.outcome) for answer in answers})


def _paid(answers: Sequence[tuple[Answered, Owed]]) -> tuple[Posting, ...]:
    total_fen = sum(x.sent.amount_fen for x, _ in answers)
    return (
        *(_posting(Account.BENEFITS_SENT, x.sent.amount_fen, x.sent) for x, _ in answers),
        Posting(Account.BANK, -total_fen),
        *(posting for x, claim in answers for posting in _excess(x.sent, claim)),
    )


def _failed(answers: Sequence[tuple[Answered, Owed]]) -> tuple[Posting, ...]:
    return tuple(
        _posting(account, side * x.sent.amount_fen, x.sent)
        for x, _ in answers
        for account, side in ((Account.BENEFITS_SENT, 1), (Account.BENEFITS_PAYABLE, -1))
    )


def _excess(sent: Sent, claim: Owed) -> tuple[Posting, ...]:
    """What the drain left as a debit on 2001, now that the bank has paid it: to recover."""
    return excess_lines(claim, claim.paid_fen + sent.amount_fen)


def excess_lines(claim: Owed, paid_fen: int) -> tuple[Posting, ...]:
    """What is to recover more, or less, when what is paid in all becomes `paid_fen`."""
    if max(claim.paid_fen, paid_fen) <= claim.payable_fen:  # as of nearly all
        return ()
    was = excess(claim.payable_fen, claim.paid_fen, claim.written_fen)
    now = excess(claim.payable_fen, paid_fen, claim.written_fen)
    return postings(was, now, member_id=claim.member_id, claim_id=claim.claim_id)


def _posting(account: Account, amount_fen: int, sent: Sent) -> Posting:
    return Posting(account, amount_fen, None, sent.member_id, sent.claim_id)


def _day_fault(booked_on: date, made_on: date, now: date) -> str | None:
    if booked_on < made_on - _GRACE:
        return "booked_before_sent"
    return "booked_in_future" if booked_on > now + _GRACE else None


def _contradiction(line: ReturnLine, said: Outcome, said_of: date, booked_on: date) -> str | None:
    if line.outcome == said and line.booked_on in (None, said_of):
        return None
    if booked_on < said_of or line.outcome == "unknown":
        return "older_answer"
    return "other_day" if line.outcome == said else f"{said}_then_{line.outcome}"
