"""How large a city is: what is planned, not what comes out. Pure.

`full` follows the fund's published size: 755,100 person-times enrolled in five years to 2024-10-31
(read here as covers that start in that time, gifts among them), about 700 units growing to 1,611,
44,100 person-times paid. `small` is a look at three years of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class GiftPlan:
    """A campaign for gig workers: `places` covers of so many months, all from one day on."""

    name: str
    opens_on: date
    closes_on: date
    starts_on: date
    places: int
    term_months: int


@dataclass(frozen=True, slots=True)
class Scale:
    """A city's size. `units`: taking part in a year; `heads`: covers by unit rosters in a year.

    `unpaid`: how many rosters of a year stay unpaid; they come on top of `heads`. `paid`: how many
    claims are paid at the end. `last_feed`: the day of the last feed. `months_a_batch`: how often
    money is sent. `closed_cards`: of a thousand people, whose first card was closed without their
    telling the unit.
    """

    name: str
    units: dict[int, int]
    heads: dict[int, int]
    unpaid: dict[int, int]
    paid: int
    last_feed: date
    gifts: tuple[GiftPlan, ...]
    months_a_batch: int
    closed_cards: int

    @property
    def years(self) -> tuple[int, ...]:
        """Benefit years in order."""
        return tuple(sorted(self.heads))

    @property
    def covers(self) -> int:
        """All covers planned, gifts among them."""
        return sum(self.heads.values()) + sum(gift.places for gift in self.gifts)


def _gifts(places: int) -> tuple[GiftPlan, ...]:
    name = "%d 年新就业形态劳动者关爱行动"
    days = (date(2022, 6, 1), date(2022, 12, 31), date(2022, 7, 1))
    half = GiftPlan(name % 2022, *days, places, 6)
    days = (date(2023, 1, 10), date(2023, 6, 30), date(2023, 2, 1))
    whole = GiftPlan(name % 2023, *days, places, 12)
    days = (date(2024, 2, 20), date(2024, 8, 31), date(2024, 4, 1))
    return half, whole, GiftPlan(name % 2024, *days, places, 12)


SMALL: Final = Scale(
    name="small",
    units={2022: 34, 2023: 37, 2024: 40},
    heads={2022: 2_150, 2023: 2_400, 2024: 2_610},
    unpaid={2022: 0, 2023: 1, 2024: 2},
    paid=285,
    last_feed=date(2024, 12, 31),
    gifts=_gifts(60),
    months_a_batch=1,
    closed_cards=30,
)

FULL: Final = Scale(
    name="full",
    units={2019: 702, 2020: 905, 2021: 1_118, 2022: 1_297, 2023: 1_468, 2024: 1_611},
    heads={2019: 78_000, 2020: 101_500, 2021: 121_600, 2022: 137_800, 2023: 149_900, 2024: 160_300},
    unpaid={2020: 2, 2021: 3, 2022: 4, 2023: 5},
    paid=44_100,
    last_feed=date(2024, 10, 31),
    gifts=_gifts(2_000),
    months_a_batch=3,
    closed_cards=12,
)

SCALES: Final = {scale.name: scale for scale in (SMALL, FULL)}
