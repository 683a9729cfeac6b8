"""What a line that waits may be, likeliest first. Pure, and the same each time.

Only thought of: an officer says it. So a number alone is enough here, and so is an amount alone.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from app.banking.bank_lines import BankLine
from app.banking.matching import BATCH, REFUND, Open, plain_name
from app.contributions.reference import Named, references_in

_RANK: Final = ("SuggestReference", "SuggestNameAmount", "SuggestName", "SuggestAmount")
_OUT_RANK: Final = ("SuggestNumber", "SuggestPayeeAmount", "SuggestAmount")


class Suggestion(NamedTuple):
    """A unit's year that suspense money may be for, and why it is thought of."""

    named: Named
    missing_fen: int
    why: str


class Outgoing(NamedTuple):
    """What money that left may be: a refund, a batch, or money that another line brought."""

    act: Literal["refund", "batch", "taken_back"]
    number: str
    why: str


def suggestions(line: BankLine, known: Open, most: int = 5) -> list[Suggestion]:
    """Of money in: a right reference, then the name and the amount, the name, the amount alone."""
    name = plain_name(line.payer_name)
    named = {known.standing(each) for each in references_in(line.remark).right}
    ranked: list[tuple[int, int, Suggestion]] = []
    same_name = known.unit_names.get(name, set())
    for unit_id, years in known.missing.items():
        for year, missing_fen in years.items():
            each = Named(unit_id, year)
            exact = missing_fen == line.amount_fen
            why = (
                "SuggestReference"
                if each in named
                else "SuggestNameAmount"
                if unit_id in same_name and exact
                else "SuggestName"
                if unit_id in same_name and missing_fen
                else "SuggestAmount"
                if exact
                else ""
            )
            if why:
                ranked.append((_RANK.index(why), -year, Suggestion(each, missing_fen, why)))
    return [x for *_, x in sorted(ranked)[:most]]


def out_suggestions(
    line: BankLine, known: Open, not_ours: Iterable[tuple[int, int]], most: int = 5
) -> list[Outgoing]:
    """Of money out: its number, its payee and amount, its amount alone.

    A refund that was approved after the line had come is found by this alone. Of a batch that is
    named any part is thought of. `not_ours`: lines the bank will take back, with their amounts.
    """
    out_fen, payee, said = -line.amount_fen, plain_name(line.payer_name), line.remark.upper()
    named = {*REFUND.findall(said), *BATCH.findall(said)}
    found = []
    for number, (_, refund) in known.refunds.items():
        if refund.amount_fen == out_fen and not refund.paid:
            fits = bool(payee) and refund.payee == payee
            found.append(Outgoing("refund", number, _why(number in named, fits)))
    for number, (_, total_fen) in known.batches.items():
        if total_fen == out_fen or (number in named and total_fen > out_fen):
            found.append(Outgoing("batch", number, _why(number in named, False)))
    for line_id, fen in not_ours:
        if fen == out_fen:
            found.append(Outgoing("taken_back", str(line_id), "SuggestAmount"))
    # Sorted by why alone: of what fits as well the order is that of their numbers.
    return sorted(found, key=lambda each: _OUT_RANK.index(each.why))[:most]


def _why(named: bool, fits: bool) -> str:
    return _OUT_RANK[0] if named else _OUT_RANK[1] if fits else _OUT_RANK[2]
