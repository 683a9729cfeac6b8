"""Working days (工作日) as the State Council's yearly notice has them: without its holidays, with
the days of weekends that are worked instead (调休). Pure.

The notices come from the package `chinesecalendar`, which gets a year's late in the year before it.
Of a year that it does not know, Monday to Friday count: a day is then named too early rather than
too late, and nobody waits longer than was promised.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from chinese_calendar import holidays, workdays

_SATURDAY: Final = 5
_KEPT: Final = 10_000
"""So many answers a process keeps: the rows of a list came on few days."""
_HOLIDAYS: Final = frozenset(holidays)
_WORKED: Final = frozenset(workdays)


def is_working_day(day: date) -> bool:
    """Whether offices work on a day."""
    return day in _WORKED or (day.weekday() < _SATURDAY and day not in _HOLIDAYS)


@lru_cache(_KEPT)
def working_days_after(day: date, count: int) -> date:
    """The `count`th working day after a day."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
