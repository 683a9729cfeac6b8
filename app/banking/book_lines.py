"""Write a statement's new lines and book each: one entry a day, year and kind."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.banking.keep_payers import keep_payers
from app.banking.matching import As, Match
from app.banking.refund import Seen, refund_seen
from app.banking.statement import Proven
from app.contributions.fill_later import fill_later
from app.contributions.receive import Money, money_postings, write_receipts
from app.contributions.reference import Named
from app.contributions.subsidise import receive_subsidy
from app.db import array, copy_in, fetched, numbers
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post

_COLUMNS: Final = (
    *("id", "statement_id", "account_id", "line", "bank_key", "booked_on", "value_day"),
    *("amount_fen", "balance_fen", "payer_name", "payer_id", "remark", "taken_as", "why"),
    *("receipt_id", "subsidy_id", "batch_id", "refund_id"),
)
# The last: whatever makes it no money that was typed: a line brought it, or it is credit, used.
_BY_HAND: LiteralString = """
SELECT u.stands_id, r.benefit_year, r.reference, r.id, r.amount_fen, r.received_on,
       coalesce(r.line_id, r.from_year)
FROM receipt r JOIN unit_now u ON u.id = r.unit_id
WHERE u.stands_id = ANY(%(units)s::bigint[])
      AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = r.id)
"""
BY_HAND: Final = "MatchByHand"
"""The receipt was typed before the statement came: it is booked already."""
_MEMOS: Final = {
    As.SUSPENSE: ("statement suspense", Account.SUSPENSE),
    As.INTEREST: ("statement interest", Account.INTEREST),
    As.FEE: ("statement fees", Account.BANK_FEES),
}
"""What is booked under the calendar year, against the bank."""


def reference_of(line: Proven) -> str:
    """What a receipt is known by: the bank's number, else what the line is known by."""
    return line.said.serial or line.key


def book_lines(
    session: Session,
    account_id: int,
    statement_id: int,
    lines: Sequence[Proven],
    matches: Sequence[Match],
    *,
    by: int,
) -> list[Match]:
    """Write and book them; what each was taken as in the end."""
    ids = numbers(session, "statement_line_id_seq", len(lines))
    payers = keep_payers(session, (x.said.payer_account for x in lines))
    taken, receipts = _receipts(session, ids, lines, matches, by=by)
    subsidies = _subsidies(session, ids, lines, taken, by=by)
    rows = (
        (
            *(number, statement_id, account_id, x.said.line, x.key, x.said.booked_on),
            *(x.said.value_day, x.said.amount_fen, x.balance_fen, x.said.payer_name),
            *(payers.get(x.said.payer_account), x.said.remark, match.taken_as.value, match.why),
            *(receipts.get(number), subsidies.get(number)),
            match.about if match.taken_as is As.BATCH else None,
            match.about if match.taken_as in {As.REFUND, As.BOUNCED} else None,
        )
        for number, x, match in zip(ids, lines, taken, strict=True)
    )
    copy_in(session, "statement_line", _COLUMNS, rows)
    post(session, *_calendar_entries(statement_id, lines, taken))
    for number, x, match in zip(ids, lines, taken, strict=True):
        if match.taken_as in {As.REFUND, As.BOUNCED} and match.about:
            step: Seen = "paid" if match.taken_as is As.REFUND else "bounced"
            refund_seen(session, match.about, step, line_id=number, on=x.said.booked_on, by=by)
    fill_later(session, sorted({(x.year, x.unit_id) for x in _new_money(ids, taken, receipts)}))
    _post_receipts(session, statement_id, ids, lines, taken, receipts)
    return taken


def _receipts(
    session: Session,
    ids: Sequence[int],
    lines: Sequence[Proven],
    matches: Sequence[Match],
    *,
    by: int,
) -> tuple[list[Match], dict[int, int]]:
    """Receipts of matched lines, by line. What was typed by hand before is the same money."""
    units = array({x.named.unit_id for x in matches if x.taken_as is As.RECEIPT and x.named})
    known = {
        (unit, year, reference): row
        for unit, year, reference, *row in fetched(session, _BY_HAND, {"units": units})
    }
    taken: list[Match] = []
    money: list[Money] = []
    receipts: dict[int, int] = {}
    for number, line, match in zip(ids, lines, matches, strict=True):
        named = match.named
        if match.taken_as is not As.RECEIPT or named is None:
            taken.append(match)
            continue
        reference, said = reference_of(line), line.said
        before = known.get((*named, reference))
        if before is None:
            known[*named, reference] = [0, 0, None, number]
            money.append(Money(*named, said.amount_fen, said.booked_on, reference, number))
        elif before[1:] == [said.amount_fen, said.booked_on, None]:
            receipts[number] = before[0]
            known[*named, reference] = [0, 0, None, number]
            match = match._replace(why=BY_HAND)  # noqa: PLW2901
        else:
            match = Match(As.SUSPENSE, "SuspenseReferenceUsed")  # noqa: PLW2901
        taken.append(match)
    written = write_receipts(session, money, by=by)
    receipts |= {x.line_id: y for x, y in zip(money, written, strict=True) if x.line_id}
    return taken, receipts


def _subsidies(
    session: Session,
    ids: Sequence[int],
    lines: Sequence[Proven],
    matches: Sequence[Match],
    *,
    by: int,
) -> dict[int, int]:
    """Unions pay a few times a year: line by line, each with its own entry and event."""
    found = {}
    for number, line, match in zip(ids, lines, matches, strict=True):
        if match.taken_as is As.SUBSIDY and match.named:
            union_id, year = match.named
            found[number] = receive_subsidy(
                session,
                union_id=union_id,
                year=year,
                amount_fen=line.said.amount_fen,
                received_on=line.said.booked_on,
                reference=reference_of(line),
                by=by,
                line_id=number,
            ).subsidy_id
    return found


def _calendar_entries(
    statement_id: int, lines: Sequence[Proven], matches: Sequence[Match]
) -> list[Entry]:
    sums: Counter[tuple[date, As]] = Counter()
    for line, match in zip(lines, matches, strict=True):
        if match.taken_as in _MEMOS:
            sums[line.said.booked_on, match.taken_as] += line.said.amount_fen
    entries = []
    for (day, taken_as), fen in sorted(sums.items()):
        memo, account = _MEMOS[taken_as]
        postings = (Posting(Account.BANK, fen), Posting(account, -fen))
        entries.append(Entry(day.year, day, memo, postings, statement_id))
    return entries


def _post_receipts(
    session: Session,
    statement_id: int,
    ids: Sequence[int],
    lines: Sequence[Proven],
    matches: Sequence[Match],
    receipts: dict[int, int],
) -> None:
    sums: dict[tuple[int, date], Counter[int]] = defaultdict(Counter)
    for number, line, match in zip(ids, lines, matches, strict=True):
        if number in receipts and match.named and match.why != BY_HAND:
            unit_id, year = match.named
            sums[year, line.said.booked_on][unit_id] += line.said.amount_fen
    post(
        session,
        *(
            Entry(
                year, day, "statement received", money_postings(units, Account.BANK), statement_id
            )
            for (year, day), units in sorted(sums.items())
        ),
    )


def _new_money(
    ids: Sequence[int], matches: Sequence[Match], receipts: dict[int, int]
) -> Iterator[Named]:
    for number, match in zip(ids, matches, strict=True):
        if number in receipts and match.named and match.why != BY_HAND:
            yield match.named
