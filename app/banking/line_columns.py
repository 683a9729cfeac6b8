"""A statement's new lines by columns, as they are written. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from app.banking.matching import As, Match
from app.banking.statement import Proven
from app.copies import Copy, copy_of_columns

ABOUT_REFUNDS: Final = {As.REFUND, As.BOUNCED}
_WORDS: Final = {x: x.value for x in As}


class SaidColumns(NamedTuple):
    """What the bank wrote, a column each."""

    line: Sequence[int]
    booked_on: Sequence[date]
    value_day: Sequence[date | None]
    amount_fen: Sequence[int]
    balance_fen: Sequence[int | None]
    serial: Sequence[str]
    payer_name: Sequence[str]
    payer_account: Sequence[str]
    remark: Sequence[str]


def lines_copy(
    ids: Sequence[int],
    known: tuple[int, int],
    lines: Sequence[Proven],
    said: SaidColumns,
    payers: dict[str, int],
    taken: Sequence[Match],
    receipts: Sequence[int | None],
    subsidies: dict[int, int],
) -> Copy:
    """What writes a statement's lines; `known`: the numbers of the statement and of its account."""
    statement_id, account_id = known
    _, balances, keys = zip(*lines, strict=True)
    taken_as, why, _, about = zip(*taken, strict=True)
    of_batch = [x if what is As.BATCH else None for what, x in zip(taken_as, about, strict=True)]
    of_refund = [
        x if what in ABOUT_REFUNDS else None for what, x in zip(taken_as, about, strict=True)
    ]
    return copy_of_columns(
        "statement_line",
        {
            "id": ids,
            "statement_id": [statement_id] * len(ids),
            "account_id": [account_id] * len(ids),
            "line": said.line,
            "bank_key": keys,
            "booked_on": said.booked_on,
            "value_day": said.value_day,
            "amount_fen": said.amount_fen,
            "balance_fen": balances,
            "payer_name": said.payer_name,
            "payer_id": [payers.get(x) for x in said.payer_account],
            "remark": said.remark,
            "taken_as": [_WORDS[x] for x in taken_as],
            "why": why,
            "receipt_id": receipts,
            "subsidy_id": [subsidies.get(x) for x in ids],
            "batch_id": of_batch,
            "refund_id": of_refund,
        },
    )
