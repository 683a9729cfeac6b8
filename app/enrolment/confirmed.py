"""The day a roster was confirmed on. It decides who waits, so not every day is believed. Pure."""

from datetime import date

from app.errors import Refusal


class ConfirmedAhead(Refusal):
    """Nobody has confirmed a roster on a day that has not come."""


class ConfirmedLongBefore(Refusal):
    """A roster is confirmed in its benefit year or in the year before it, at the earliest."""


def check_confirmed(confirmed_on: date, year: int, today: date) -> None:
    """Raise ConfirmedAhead or ConfirmedLongBefore where a roster of `year` has no such day."""
    if confirmed_on > today:
        raise ConfirmedAhead(confirmed_on=confirmed_on.isoformat(), today=today.isoformat())
    first = date(year - 1, 1, 1)
    if confirmed_on < first:
        raise ConfirmedLongBefore(
            confirmed_on=confirmed_on.isoformat(), first=first.isoformat(), year=year
        )
