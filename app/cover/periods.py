"""From which day to which day a cover runs, and from which day it pays. Pure.

Rules (the fund's schemes): before 2023 a cover runs twelve months, from 2023 on to 31 December of
the year it starts in. A first cover waits; a renewal does not. Both ends of a term are included.
"""

from datetime import date, timedelta

from app.benefits.scheme import Scheme

_MONTHS = 12


def benefit_year(starts_on: date) -> int:
    """The year whose room a cover's bills share: the calendar year the cover starts in."""
    return starts_on.year


def term_end(scheme: Scheme, starts_on: date) -> date:
    """The last day of a cover under its scheme."""
    if scheme.term_months is None:
        return date(starts_on.year, 12, 31)
    return months_end(starts_on, scheme.term_months)


def months_end(starts_on: date, months: int) -> date:
    """The last day of so many months, for covers and gifts alike.

    The day before the same day so many months on. Where that month has no such day the term ends
    with the month: twelve months from 29 February end on 28 February.
    """
    years, month = divmod(starts_on.month - 1 + months, _MONTHS)
    first_of_month = date(starts_on.year + years, month + 1, 1)
    last_of_month = (first_of_month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first_of_month + timedelta(days=starts_on.day - 2), last_of_month)


def waits_until(
    starts_on: date, previous_ends_on: date | None, confirmed_on: date, scheme: Scheme
) -> date | None:
    """The first day that pays; None where the cover does not wait.

    It is a renewal if the unit confirmed its roster within the scheme's gap after the last day of
    the member's previous cover: counted to the confirmation, so that late money does not punish a
    member. Thirty days of waiting from 1 March: 31 March is the first day that pays.
    """
    if not scheme.waiting_days:
        return None
    gap = timedelta(days=scheme.renewal_gap_days)
    if previous_ends_on is not None and confirmed_on - previous_ends_on <= gap:
        return None
    return starts_on + timedelta(days=scheme.waiting_days)


def last_waiting_day(waits_until: date) -> date:
    """What a member is shown: on this day the cover still waits."""
    return waits_until - timedelta(days=1)


def file_by(scheme: Scheme, cover_ends_on: date, settled_on: date) -> date:
    """The last day for a person's claim; later goes to a person, not to the bin."""
    return max(cover_ends_on, settled_on) + timedelta(days=scheme.filing_days)
