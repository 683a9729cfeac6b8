"""The day a roster was confirmed on. It decides who waits, so not every day is believed. Pure.

An officer has the unit's papers and gives the day that stands on them, within bounds. A unit's
contact is the unit: its word counts from the day it is given, and for no year that is over.
"""

from datetime import date

from app.errors import Refusal


class ConfirmedAhead(Refusal):
    """Nobody has confirmed a roster on a day that has not come."""


class ConfirmedLongBefore(Refusal):
    """A roster is confirmed in its benefit year or in the year before it, at the earliest."""


class ConfirmedNotToday(Refusal):
    """A unit's contact confirms on the day itself."""


class YearIsOver(Refusal):
    """A unit's contact enrols nobody for a benefit year that is over."""


def check_confirmed(confirmed_on: date, year: int, today: date, *, by_unit: bool = False) -> None:
    """Raise one of the refusals above where a roster of `year` has no such day.

    `by_unit`: the unit's own contact gives it.
    """
    if confirmed_on > today:
        raise ConfirmedAhead(confirmed_on=confirmed_on.isoformat(), today=today.isoformat())
    first = date(year - 1, 1, 1)
    if confirmed_on < first:
        raise ConfirmedLongBefore(
            confirmed_on=confirmed_on.isoformat(), first=first.isoformat(), year=year
        )
    if not by_unit:
        return
    if year < today.year:
        raise YearIsOver(year=year)
    if confirmed_on != today:
        raise ConfirmedNotToday(confirmed_on=confirmed_on.isoformat(), today=today.isoformat())
