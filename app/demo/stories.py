"""The two members whom visitors can be: one with much to see, one who never claimed. Pure.

The first has, of the last benefit years: a plain stay, the fund's published case (seven stays,
259,900 borne, 100,000.00 paid: the year's cap), chronic bills, an injury that waits for a
statement, a stay whose money is at the bank and one that is not sent yet.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from app.demo.bills import Bill, last_of, month
from app.demo.claims import NotEnoughPeople, Planning
from app.demo.illness import CHRONIC, INJURY, STAYS
from app.demo.payments import Cards
from app.demo.rosters import PlannedRoster
from app.demo.scale import Scale

_CAPPED: Final = (
    # begins, ends (month, day); total, borne by the person in all, wholly own, in yuan
    ((1, 9), (1, 20), 90_000, 30_000, 0),
    ((2, 3), (2, 28), 135_000, 45_000, 0),
    ((3, 11), (3, 30), 76_000, 25_000, 0),
    ((5, 2), (5, 19), 120_000, 40_000, 0),
    ((6, 6), (6, 30), 109_900, 39_900, 0),
    ((8, 14), (9, 1), 150_000, 50_000, 0),
    ((11, 20), (12, 21), 90_000, 30_000, 0),
)
_YEARS: Final = 3
_ROOM: Final = 10
_CANCER: Final = next(x for x in STAYS if x.code == "C34.900")


def protagonists(planned: Sequence[PlannedRoster], cards: Cards) -> tuple[int, int]:
    """Two people of a unit that always paid in time for the calendar year, with cards in order."""
    of_unit: dict[int, list[PlannedRoster]] = defaultdict(list)
    guests = [person for roster in planned for person in roster.guests]
    for roster in planned:
        of_unit[roster.unit].append(roster)
    for mine in of_unit.values():
        if all(x.in_time and (x.starts_on.month, x.starts_on.day) == (1, 1) for x in mine):
            people, times = np.unique(np.concatenate([x.people for x in mine]), return_counts=True)
            people = people[times == len(mine)]
            in_order = (cards.closed(people) == 0) & (cards.told(people, mine[-1].year) == 0)
            people = people[in_order & ~np.isin(people, guests)]
            if len(mine) >= _YEARS and len(people) >= _ROOM:
                first, second = people[:2].tolist()
                return first, second
    raise NotEnoughPeople(_ROOM)


def story(planning: Planning, scale: Scale, person: int) -> None:
    """The first one's bills."""
    year = scale.years[-1] - 1
    *stays, beyond_cap = _stays(planning, person, year)
    for bill in stays:
        planning.add(bill, year)
    planning.out.bills.append(beyond_cap)
    last = month(scale.last_feed)
    for back, disease in ((5, 6), (1, 0), (0, 2)):
        ends_on = last_of(last - back) - timedelta(days=9)
        stay = _bill(planning, person, "21", (ends_on - timedelta(days=7), ends_on), STAYS[disease])
        planning.add(stay, year + 1)
    early = date(year - 1, 9, 14)
    planning.add(_bill(planning, person, "21", (date(year - 1, 9, 3), early), STAYS[3]), year - 1)
    for day in (date(year, 5, 25), date(year + 1, 5, 27)):
        planning.add(_bill(planning, person, "14", (day, day), CHRONIC[0]), day.year)
    hurt = (date(year + 1, 4, 2), date(year + 1, 4, 9))
    planning.out.bills.append(_bill(planning, person, "22", hurt, INJURY))


def _stays(planning: Planning, person: int, year: int) -> list[Bill]:
    told = [
        ((date(year, *begins), date(year, *ends)), (total * 100, borne * 100, own * 100))
        for begins, ends, total, borne, own in _CAPPED
    ]
    return [_bill(planning, person, "21", days, _CANCER, told=amounts) for days, amounts in told]


def _bill(
    planning: Planning,
    person: int,
    med_type: str,
    days: tuple[date, date],
    disease: tuple[str, str, int],
    told: tuple[int, int, int] | None = None,
) -> Bill:
    number = planning.next_number()
    return Bill(
        number=number,
        person=person,
        feed=month(days[1]),
        med_type=med_type,
        begins_on=days[0],
        ends_on=days[1],
        hospital=0,
        disease=disease[:2],
        stay=number,
        told=told,
    )
