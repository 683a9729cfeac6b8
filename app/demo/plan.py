"""The whole plan of a city: a pure function of its scale. Nothing of it is stored.

What is planned is who exists and what happens to them; what the fund makes of it (covers,
determinations, payments) is left to the fund, and compared with the plan at the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.benefits.scheme import Scheme
from app.benefits.scheme_file import package_schemes
from app.cover.periods import months_end
from app.cover.place import Term, in_force
from app.demo.bills import Bill
from app.demo.claims import Planning, in_order_of_chance, plan_ordinary
from app.demo.draw import Draw, Whole
from app.demo.oddities import changed_later, special, strangers
from app.demo.payments import Cards, PlannedBatch, batches
from app.demo.people import People
from app.demo.places import Employer, employers
from app.demo.rosters import PlannedRoster, rosters, unpaid_units
from app.demo.scale import GiftPlan, Scale
from app.demo.staff import Staff, staff
from app.demo.stories import protagonists, story
from app.demo.terms import Covered, PlannedCover

_SPECIAL: Final = 12
"""One bill in so many is held, not paid or refused."""
_STRANGERS: Final = 80
"""One bill in so many is of somebody nobody knows."""


@dataclass(frozen=True)
class City:
    """A planned city. `gifted`: the people of each campaign; `bills` in the order of sending,
    `will_be_paid`: the numbers of those whose money should have arrived at the end."""

    scale: Scale
    draw: Draw
    employers: list[Employer]
    people: People
    cards: Cards
    covered: Covered
    rosters: list[PlannedRoster]
    gifted: list[tuple[GiftPlan, Whole]]
    batches: list[PlannedBatch]
    bills: list[Bill]
    will_be_paid: frozenset[int]
    protagonists: tuple[int, int]

    @property
    def covers(self) -> int:
        """How many covers should begin."""
        on_rosters = sum(len(x.people) for x in self.rosters if x.full_on)
        return on_rosters + sum(len(people) for _, people in self.gifted)


def city(scale: Scale) -> City:
    """Plan a city."""
    draw = Draw(scale.name)
    unpaid = unpaid_units(draw, scale)
    workers = staff(draw, scale, unpaid)
    planned = rosters(draw, scale, workers, unpaid)
    gifted, everybody, unknown = _others(scale, workers)
    cards = Cards(draw, scale)
    given = _given(gifted, package_schemes())
    covered = Covered(planned, package_schemes(), given)
    sent = batches(scale)
    first, second = protagonists(planned, cards)
    planning = Planning(draw, scale, covered, cards, sent)
    _plan_claims(planning, draw, scale, covered, (first, second), given, planned)
    strangers(planning, unknown)
    return City(
        scale=scale,
        draw=draw,
        employers=employers(draw, scale.units[scale.years[-1]]),
        people=People(draw, everybody, first_year=scale.years[0]),
        cards=cards,
        covered=covered,
        rosters=planned,
        gifted=gifted,
        batches=sent,
        bills=sorted(planning.out.bills, key=lambda x: (x.feed, x.setl_time, x.setl_id)),
        will_be_paid=frozenset(planning.out.will_be_paid),
        protagonists=(first, second),
    )


def _others(scale: Scale, workers: Staff) -> tuple[list[tuple[GiftPlan, Whole]], Whole, Whole]:
    """The people of each campaign; the first year of everybody; the numbers of strangers."""
    count = len(workers.joined)
    joined, gifted = [workers.joined], []
    for gift in scale.gifts:
        gifted.append((gift, np.arange(count, count + gift.places)))
        joined.append(np.full(gift.places, gift.opens_on.year))
        count += gift.places
    unknown = np.arange(count, count + max(4, scale.paid // _STRANGERS))
    joined.append(np.full(len(unknown), scale.years[-1]))
    return gifted, np.concatenate(joined), unknown


def _given(
    gifted: Sequence[tuple[GiftPlan, Whole]], schemes: Sequence[Scheme]
) -> dict[int, PlannedCover]:
    covers: dict[int, PlannedCover] = {}
    for gift, people in gifted:
        scheme = in_force(schemes, gift.starts_on)
        if scheme:
            term = Term(gift.starts_on, months_end(gift.starts_on, gift.term_months))
            cover = PlannedCover(gift.starts_on.year, scheme, term, None, ("inpatient",))
            covers |= dict.fromkeys(people.tolist(), cover)
    return covers


def _plan_claims(
    planning: Planning,
    draw: Draw,
    scale: Scale,
    covered: Covered,
    chosen: tuple[int, int],
    given: dict[int, PlannedCover],
    planned: Sequence[PlannedRoster],
) -> None:
    story(planning, scale, chosen[0])
    paying = [x for x in planned if x.full_on]
    people = np.concatenate([x.people for x in paying] + [np.fromiter(given, np.int64, len(given))])
    years = np.concatenate(
        [np.full(len(x.people), x.year) for x in paying]
        + [np.array([x.year for x in given.values()], np.int64)]
    )
    guests = {person for x in planned for person in x.guests}
    apart = np.isin(people, [*chosen, *guests])
    apart |= draw.happens(1_000 // _SPECIAL, "something special", people)
    pairs = in_order_of_chance(draw, people[~apart], years[~apart])
    changing = plan_ordinary(planning, draw, pairs, covered, scale.paid)
    changed_later(planning, draw, scale, changing)
    plan_ordinary(planning, draw, pairs, covered, scale.paid)
    odd = np.setdiff1d(people[apart], [*chosen, *guests])
    odd = odd[np.argsort(draw.bits("odd", odd), kind="stable")]
    special(planning, draw, scale, covered, odd[: max(30, scale.paid // _SPECIAL)].tolist())


def planned_covers(planned: City) -> Iterator[PlannedCover]:
    """Every cover that should begin, person by person."""
    for person in range(len(planned.people)):
        yield from planned.covered.of(person)
