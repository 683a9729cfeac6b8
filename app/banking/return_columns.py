"""The lines of a bank's answer, read a column at a time. Pure.

A batch has 50,000 lines, and nearly always all of them are plain. Where one is not, or the file
does not add up, nothing is said, and `returnfile` reads line by line and tells what is wrong. So
this module decides nothing, it only saves time; a test holds the two beside each other.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from app.banking.amounts import plain_fen
from app.banking.template import NEEDED, Back
from app.files.cells import Cell, Table
from app.files.kind import kind_of
from app.files.rows import columns_of
from app.files.text import text_of
from app.files.times import NotATime, day_of
from app.files.unquoted import cut

FORMULA_STARTS: Final = tuple("=+-@'\uff1d\uff0b\uff0d\uff20")
TAIL: Final = 4
_HEADINGS: Final = 2
"""Rows above the lines: the one that names the batch, and the headings."""
_LONGEST_NUMBER: Final = 9


class Unplain(Exception):
    """A line that cannot be read by columns, or a trailer that says something else."""


class Plain(NamedTuple):
    """The record that names the batch, and the lines: a column of each field of ReturnLine."""

    batch: list[str]
    lines: tuple[Sequence[object], ...]


def by_columns(data: bytes, back: Back) -> Plain:
    """The answer of a file that is plain throughout and adds up.

    Raises Unplain, and what is wrong with the file as such, as reading its rows does.
    """
    if back.kind != "csv" or back.amounts != "yuan" or kind_of(data) != "csv":
        raise Unplain
    table = cut(text_of(data))
    if table is None or len(table) <= _HEADINGS + 1:
        raise Unplain
    batch, headings, trailer = ([str(x) for x in table[at]] for at in (0, _HEADINGS - 1, -1))
    if not batch or not headings or trailer[0] != back.trailer:
        raise Unplain
    lines, total_fen = _lines(_columns(table, headings, back), back)
    count = len(table) - _HEADINGS - 1
    if trailer[1:2] != [str(count)] or plain_fen(trailer[2:3]) != [total_fen]:
        raise Unplain
    return Plain(batch, lines)


def _columns(table: Table, headings: list[str], back: Back) -> dict[str, list[str]]:
    """The lines' cells by our names; a column that the file lacks is empty throughout."""
    needed = [back.columns[name] for name in NEEDED]
    places = columns_of(headings, _HEADINGS, known=back.columns.values(), needed=needed)
    nothing: list[Cell] = [""] * len(table)
    told = {}
    for ours in ("line", "amount", "outcome", "booked_on", "reason", "account"):
        at = places.get(back.columns.get(ours, ""))
        column = (nothing if at is None else table.columns[at])[_HEADINGS : len(table) - 1]
        if None in column:
            raise Unplain
        told[ours] = [str(x) for x in column]
    return told


def _lines(told: dict[str, list[str]], back: Back) -> tuple[tuple[Sequence[object], ...], int]:
    """A column of each field of ReturnLine, and what the amounts add up to."""
    amounts = [fen or 0 for fen in plain_fen(told["amount"]) or [0]]
    outcomes = [back.outcomes.get(word) for word in told["outcome"]]
    if min(amounts) <= 0 or None in outcomes or not all(map(_is_inert, set(told["reason"]))):
        raise Unplain
    places = range(_HEADINGS + 1, _HEADINGS + 1 + len(amounts))
    tails = [account[-TAIL:] or None for account in told["account"]]
    days = _days(told["booked_on"], outcomes)
    return (
        (places, _numbers(told["line"]), tails, amounts, outcomes, days, told["reason"]),
        sum(amounts),
    )


def _numbers(texts: Sequence[str]) -> list[int]:
    """The lines' numbers, each once."""
    joined = "".join(texts)
    lengths = set(map(len, texts))
    plain = joined.isascii() and joined.isdigit() and 0 not in lengths
    if not plain or max(lengths) > _LONGEST_NUMBER or "0" in {text[0] for text in texts}:
        raise Unplain
    numbers = list(map(int, texts))
    if len(set(numbers)) < len(numbers):
        raise Unplain
    return numbers


def _days(texts: Sequence[str], outcomes: Sequence[str | None]) -> list[date | None]:
    """The days they were booked; what was paid has one."""
    try:
        known = {text: day_of(text) if text else None for text in set(texts)}
    except NotATime:
        raise Unplain from None
    days = [known[text] for text in texts]
    if "" in known and ("paid", None) in set(zip(outcomes, days, strict=True)):
        raise Unplain
    return days


def _is_inert(reason: str) -> bool:
    return reason.isprintable() and not (reason.strip("-") and reason.startswith(FORMULA_STARTS))
