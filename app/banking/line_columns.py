"""A statement's new lines by columns, as they are written. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from app.banking.bank_lines import ProvenLines
from app.banking.matching import As, Match, each_once
from app.copies import Copy, copy_of_columns

ABOUT_REFUNDS: Final = {As.REFUND, As.BOUNCED}


def lines_copy(
    ids: Sequence[int],
    known: tuple[int, int],
    lines: ProvenLines,
    payers: dict[str, int],
    taken: Sequence[Match],
    receipts: Sequence[int | None],
    subsidies: dict[int, int],
) -> Copy:
    """What writes a statement's lines; `known`: the numbers of the statement and of its account."""
    statement_id, account_id = known
    said = lines.said
    word_of = {id(x): x.taken_as.value for x in each_once(taken)}
    return copy_of_columns(
        "statement_line",
        {
            "id": ids,
            "statement_id": [statement_id] * len(ids),
            "account_id": [account_id] * len(ids),
            "line": said.line,
            "bank_key": lines.keys,
            "booked_on": said.booked_on,
            "value_day": said.value_day,
            "amount_fen": said.amount_fen,
            "balance_fen": lines.balances,
            "payer_name": said.payer_name,
            "payer_id": list(map(payers.get, said.payer_account)),
            "remark": said.remark,
            "taken_as": [word_of[id(x)] for x in taken],
            "why": [x.why for x in taken],
            "receipt_id": receipts,
            "subsidy_id": [subsidies.get(x) for x in ids] if subsidies else [None] * len(ids),
            "batch_id": _about({As.BATCH}, taken),
            "refund_id": _about(ABOUT_REFUNDS, taken),
        },
    )


def places_taken_as(kinds: Collection[As], taken: Sequence[Match]) -> list[int]:
    """Which of the lines were taken as one of these."""
    such = {id(x) for x in each_once(taken) if x.taken_as in kinds}
    return [at for at, x in enumerate(taken) if id(x) in such] if such else []


def _about(kinds: Collection[As], taken: Sequence[Match]) -> list[int | None]:
    """What lines that were taken as one of these are about."""
    about: list[int | None] = [None] * len(taken)
    for at in places_taken_as(kinds, taken):
        about[at] = taken[at].about
    return about
