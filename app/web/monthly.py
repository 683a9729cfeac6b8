"""The charts of a year's months: claims received and decided, paid, and how long it took."""

from collections.abc import Callable
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from app.web.charts import Chart, Part
from app.web.languages import language
from app.web.read.months import Month, Months


def monthly(months: Months, promised: int) -> list[Chart]:
    """All three; `promised`: working days from filing to money."""
    return [_claims(months), _paid(months), _took(months, promised)]


def _claims(months: Months) -> Chart:
    return Chart(
        key="claims",
        title=_("Claims of %(year)s by month", year=months.year),
        says=_("How many claims came in each month, beside those decided for the first time."),
        labels=_labels(months),
        stacks=(
            (Part(_("Received (claims)"), 1, _of(months, lambda x: x.received)),),
            (Part(_("Decided (claims)"), 5, _of(months, lambda x: x.decided)),),
        ),
        lang=language(),
        money=False,
        counted=_("claims (unit)"),
    )


def _paid(months: Months) -> Chart:
    return Chart(
        key="paid",
        title=_("Paid in %(year)s by month", year=months.year),
        says=_("What reached members' accounts in each month."),
        labels=_labels(months),
        stacks=((Part(_("Benefits paid"), 5, _of(months, lambda x: x.paid_fen)),),),
        lang=language(),
        money=True,
        more=((Part(_("Number of payments"), 5, _of(months, lambda x: x.paid)), False),),
    )


def _took(months: Months, promised: int) -> Chart:
    """A month that nothing reached anybody in has no median; the promise is drawn beside it."""
    took = _of(months, lambda x: x.took)
    goal = tuple(None if days is None else promised for days in took)
    return Chart(
        key="took",
        title=_("From filing to money in %(year)s", year=months.year),
        says=_("The median of working days from filing to the money, beside what is promised."),
        labels=_labels(months),
        stacks=((Part(_("Median"), 1, took),), (Part(_("Promised"), 2, goal),)),
        lang=language(),
        money=False,
        counted=_("working days"),
    )


def _of(months: Months, figure: Callable[[Month], int | None]) -> tuple[int | None, ...]:
    return tuple(None if month is None else figure(month) for month in months.months)


def _labels(months: Months) -> tuple[str, ...]:
    return tuple(format_date(date(months.year, n, 1), "MMM") for n in range(1, 13))
