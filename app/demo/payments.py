"""When money goes to the bank, what the bank answers, and whose card it no longer knows. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from app.banking.payfile import BATCH, TRAILER
from app.demo.bills import first_of, month
from app.demo.draw import Draw, Whole
from app.demo.scale import Scale
from app.money import fen, yuan

_NONE: Final = 4
"""Of a thousand, who have told no account."""
_TWO_YEARS: Final = 24
_REASON: Final = "账户已销户"
_ISSUER_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch after the feed of `month`; `answered_on` None: it is at the bank still."""

    month: int
    made_on: date
    answered_on: date | None
    years: tuple[int, ...]


def batches(scale: Scale) -> list[PlannedBatch]:
    """Every so many months, monthly near the end; the last batch has no answer yet."""
    first, last = month(date(scale.years[0], 1, 1)), month(scale.last_feed) - 1
    months = [
        m for m in range(first, last + 1) if m > last - 3 or not (m + 1) % scale.months_a_batch
    ]
    return [_batch(scale, m, answered=m != last) for m in months]


def _batch(scale: Scale, number: int, *, answered: bool) -> PlannedBatch:
    made_on = first_of(number + 1) + timedelta(days=4)
    this = number // 12
    years = tuple(y for y in range(this - _TWO_YEARS // 12, this + 1) if y in scale.heads)
    return PlannedBatch(number, made_on, made_on + timedelta(days=3) if answered else None, years)


class Cards:
    """Which card each person has told by which roster."""

    def __init__(self, draw: Draw, scale: Scale) -> None:
        self._draw = draw
        self._years = scale.years
        self._closed = scale.closed_cards

    def closed(self, people: Whole) -> Whole:
        """1 where the first card is closed."""
        return self._draw.happens(self._closed, "card closed", people).astype(np.int64)

    def is_closed(self, person: int) -> bool:
        """Whether one person's first card is closed."""
        return self._draw.one_happens(self._closed, "card closed", person)

    def told_by(self, person: int, year: int) -> int:
        """`told` of one person."""
        return int(self.told(np.array([person]), year)[0])

    def told(self, people: Whole, year: int) -> Whole:
        """The number of the card on the roster of a year, -1 where none is told."""
        new_from = self._years[0] + 1 + self._draw.below(len(self._years), "new card", people)
        number = np.where(self.closed(people) & (new_from <= year), 1, 0)
        none = self._draw.happens(_NONE, "no account", people)
        found: Whole = np.where(none, -1, number)
        return found


class Bank:
    """A bank that knows which cards are closed: those whose number after the issuer's is 0."""

    def __init__(self, closed: set[int]) -> None:
        self._closed = closed

    def answer(self, file: bytes, on: date) -> bytes:
        """The return file for a pay file."""
        rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\r\n").writerow
        write((BATCH, rows[0][1]))
        write(("序号", "金额", "结果", "入账日期", "原因"))
        total_fen = 0
        for number, _, account, amount, _ in rows[2:-1]:
            bounced = self._bounces(account)
            write((number, amount, "失败" if bounced else "成功", on, _REASON if bounced else ""))
            total_fen += fen(amount)
        write((TRAILER, len(rows) - 3, yuan(total_fen)))
        return out.getvalue().encode("utf-8-sig")

    def _bounces(self, account: str) -> bool:
        card, person = account[_ISSUER_LENGTH], account[_ISSUER_LENGTH + 1 : -1]
        return card == "0" and int(person) in self._closed


def first_answered(planned: Sequence[PlannedBatch], feed: int, after: date) -> PlannedBatch | None:
    """The first batch with an answer that holds a claim of a feed, made after a day."""
    for batch in planned:
        if batch.month >= feed and batch.made_on > after and batch.answered_on:
            return batch
    return None
