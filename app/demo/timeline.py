"""What happens in the city, day by day, in the order in which the fund hears of it. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.demo.bills import Bill, last_of
from app.demo.draw import Whole
from app.demo.payments import PlannedBatch
from app.demo.plan import City
from app.demo.rosters import PlannedRoster
from app.demo.scale import GiftPlan


@dataclass(frozen=True, slots=True)
class RosterComes:
    """A unit's roster comes in; its `people` and payments are planned in it."""

    roster: PlannedRoster


@dataclass(frozen=True, slots=True)
class MoneyComes:
    """So many thousandths of what a roster owes."""

    roster: PlannedRoster
    part: int


@dataclass(frozen=True, slots=True)
class GiftsAreGiven:
    """A campaign opens and its list of people comes in."""

    gift: GiftPlan
    people: Whole


@dataclass(frozen=True, slots=True)
class UnionPays:
    """The union pays what stands due from it, for every benefit year."""

    on: date


@dataclass(frozen=True, slots=True)
class FeedComes:
    """The bureau's file of a month."""

    month: int
    bills: list[Bill]


@dataclass(frozen=True, slots=True)
class BatchGoes:
    """Two officers send to the bank what is payable."""

    batch: PlannedBatch


@dataclass(frozen=True, slots=True)
class BankAnswers:
    """The bank's return files for a batch come in."""

    batch: PlannedBatch


Happening = (
    RosterComes | MoneyComes | GiftsAreGiven | UnionPays | FeedComes | BatchGoes | BankAnswers
)
_ORDER = (RosterComes, MoneyComes, GiftsAreGiven, UnionPays, FeedComes, BatchGoes, BankAnswers)
_UNION_PAYS: Final = ((1, 15), (7, 15))
"""Twice a year (month, day): soon after most covers have begun."""


def timeline(city: City) -> list[tuple[date, Happening]]:
    """All that happens, in order."""
    listed = list(_happenings(city))
    return sorted(listed, key=lambda x: (x[0], _ORDER.index(type(x[1]))))


def _happenings(city: City) -> Iterator[tuple[date, Happening]]:
    for roster in city.rosters:
        yield roster.confirmed_on, RosterComes(roster)
        for day, part in roster.payments:
            yield day, MoneyComes(roster, part)
    for gift, people in city.gifted:
        yield gift.starts_on - timedelta(days=5), GiftsAreGiven(gift, people)
    first, last = city.scale.years[0], city.scale.last_feed
    days = (date(year, *day) for year in range(first, last.year + 1) for day in _UNION_PAYS)
    yield from ((day, UnionPays(day)) for day in days if day <= last)
    feeds: dict[int, list[Bill]] = defaultdict(list)
    for bill in city.bills:
        feeds[bill.feed].append(bill)
    for number, bills in feeds.items():
        yield last_of(number), FeedComes(number, bills)
    for batch in city.batches:
        yield batch.made_on, BatchGoes(batch)
        if batch.answered_on:
            yield batch.answered_on, BankAnswers(batch)
