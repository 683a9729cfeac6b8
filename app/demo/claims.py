"""Who falls ill when, and what the bureau sends of it. Pure.

Bills are planned person by person in an order of chance until as many claims will be paid as the
scale wants. What a bill will come to in the end is forecast here only as far as the count needs it
(granted, sent, answered, a card the bank knows); the kernel decides when the city is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np

from app.demo.bills import Bill, month
from app.demo.draw import Draw, Whole
from app.demo.illness import (
    CHRONIC,
    CHRONIC_TYPES,
    OUT_OF_AREA,
    STAY_TYPES,
    STAYS,
    Disease,
)
from app.demo.payments import Cards, PlannedBatch, first_answered
from app.demo.places import HOSPITALS
from app.demo.scale import Scale
from app.demo.terms import Covered, PlannedCover

_CHRONIC: Final = 330
"""Of a thousand bills under a scheme that has chronic care."""
_LONG_AGO: Final = date(2000, 1, 1)
_LATE_MONTHS: Final = 4
_LAST_HOSPITAL: Final = len(HOSPITALS) - 1
_HOSPITALS: Final = tuple(x.weight for x in HOSPITALS)
_DAYS: Final = (2, 4, 5, 6, 7, 8, 9, 11, 14, 19, 34)
"""Days of a stay at every tenth of the quantile."""


class NotEnoughPeople(Exception):
    """The scale wants more claims paid than its people have."""


@dataclass(slots=True)
class PlannedClaims:
    """All bills of all feeds, and the numbers of those that should be paid at the end."""

    bills: list[Bill] = field(default_factory=list)
    will_be_paid: set[int] = field(default_factory=set)


class Planning:
    """Plans bills; `number` is the next bill's."""

    def __init__(
        self,
        draw: Draw,
        scale: Scale,
        covered: Covered,
        cards: Cards,
        batches: Sequence[PlannedBatch],
    ) -> None:
        self.out = PlannedClaims()
        self._draw = draw
        self._scale = scale
        self._covered = covered
        self._cards = cards
        self._batches = batches
        self._last = month(scale.last_feed)
        self._number = 0

    def add(self, bill: Bill, year: int) -> None:
        """Plan a bill that is granted under a cover of a benefit year."""
        self.out.bills.append(bill)
        if self.paid(bill, year):
            self.out.will_be_paid.add(bill.number)

    def next_number(self) -> int:
        """A number no other bill has."""
        self._number += 1
        return self._number

    @property
    def last_number(self) -> int:
        """The number given last."""
        return self._number

    def paid(self, bill: Bill, year: int) -> bool:
        """Whether a granted bill is paid at the end."""
        known_on = _LONG_AGO
        if self._cards.told_by(bill.person, year) < 0:
            return False
        if self._cards.is_closed(bill.person):
            new = self._new_card_on(bill.person)
            if new is None:
                return False
            known_on = new
        batch = first_answered(self._batches, bill.feed, known_on)
        return batch is not None and year in batch.years

    def card_closed(self, bill: Bill) -> bool:
        """Whether the first card of the person is closed."""
        return self._cards.is_closed(bill.person)

    def sent_between(self, feed: int, later: int) -> bool:
        """Whether a batch was made after the one feed and before the other."""
        return any(feed <= batch.month < later for batch in self._batches)

    def _new_card_on(self, person: int) -> date | None:
        """The first day on which the fund knows the card that is not closed."""
        gift = self._covered.gift_of(person)
        if gift:
            return _LONG_AGO if self._cards.told_by(person, gift.year) == 1 else None
        days = [
            x.confirmed_on
            for x in self._covered.rosters_of(person)
            if self._cards.told_by(person, x.year) == 1
        ]
        return min(days, default=None)

    def ordinary(self, person: int, cover: PlannedCover) -> Iterator[Bill]:
        """What somebody who falls ill under a cover has settled, one to three bills."""
        window = window_of(cover, self._scale.last_feed)
        if window is None:
            return
        count = self._draw.one_weighted((76, 18, 6), "bills", person, cover.year)
        for place in range(count + 1):
            bill = self._one(person, cover, window, place)
            if bill:
                yield bill

    def _one(
        self, person: int, cover: PlannedCover, window: tuple[date, date], place: int
    ) -> Bill | None:
        first, last = window
        keys = (person, cover.year, place)
        days = (last - first).days + 1
        day = self._draw.one(days, "ends", *keys)
        ends_on = first + timedelta(days=day)
        chronic_too = cover.scheme.benefit("chronic") and cover.cares is None
        if chronic_too and self._draw.one_happens(_CHRONIC, "chronic", *keys):
            return self._bill(keys, CHRONIC_TYPES, CHRONIC, ends_on, ends_on)
        length = self._draw.one_amount(_DAYS, "stay", *keys)
        begins_on = ends_on - timedelta(days=length)
        if cover.waits_until and begins_on < cover.waits_until:
            return None
        return self._bill(keys, STAY_TYPES, STAYS, begins_on, ends_on)

    def _bill(
        self,
        keys: tuple[int, int, int],
        types: Sequence[tuple[str, int]],
        diseases: Sequence[Disease],
        begins_on: date,
        ends_on: date,
    ) -> Bill:
        number = self.next_number()
        kind = self._draw.one_weighted(tuple(x for _, x in types), "med_type", *keys)
        ill = self._draw.one_weighted(tuple(x.weight for x in diseases), "disease", *keys)
        place = self._draw.one_weighted(_HOSPITALS, "hospital", *keys)
        way = self._draw.one(1_000, "sent", *keys)
        late = _LATE_MONTHS if way < 10 else 0  # noqa: PLR2004 - of a thousand
        away = place == _LAST_HOSPITAL and begins_on != ends_on
        return Bill(
            number=number,
            person=keys[0],
            feed=min(month(ends_on) + late, self._last),
            med_type=OUT_OF_AREA if away else types[kind][0],
            begins_on=begins_on,
            ends_on=ends_on,
            hospital=place,
            disease=diseases[ill][:2],
            stay=number,
            part_told=way % 12 != 0,
        )


def window_of(cover: PlannedCover, last_feed: date) -> tuple[date, date] | None:
    """The first and the last day on which a bill under a cover can be sent and granted."""
    first, last = cover.first_paying, min(cover.term.ends_on, last_feed)
    return (first, last) if first <= last else None


def in_order_of_chance(draw: Draw, people: Whole, years: Whole) -> Iterator[tuple[int, int]]:
    """Persons and benefit years as they fall ill."""
    order = np.argsort(draw.bits("falls ill", people, years), kind="stable")
    return zip(people[order].tolist(), years[order].tolist(), strict=True)


def plan_ordinary(
    planning: Planning, draw: Draw, pairs: Iterator[tuple[int, int]], covered: Covered, wanted: int
) -> dict[int, int]:
    """Let people fall ill until so many claims will be paid; the benefit year of each bill."""
    years: dict[int, int] = {}
    for person, year in pairs:
        cover = next((x for x in covered.of(person) if x.year == year), None)
        if cover is None or not _as_long_as(draw, person, cover):
            continue
        for bill in planning.ordinary(person, cover):
            planning.add(bill, year)
            years[bill.number] = year
            if len(planning.out.will_be_paid) == wanted:
                return years
    raise NotEnoughPeople(wanted)


def _as_long_as(draw: Draw, person: int, cover: PlannedCover) -> bool:
    """Short covers see fewer illnesses."""
    days = (cover.term.ends_on - cover.term.starts_on).days + 1
    share = min(days * 1_000 // 365, 1_000)
    return draw.one_happens(share, "in so short a time", person, cover.year)
