"""What an officer is warned of: what goes wrong unless somebody acts, and where that is done."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from flask import url_for
from flask_babel import format_date, gettext, ngettext

from app.desks.policy import deadlines_on
from app.web.read.months import Months
from app.web.read.units import Arrears
from app.web.read.waiting import Waiting
from app.web.to_do import Todo
from app.year.standing import YearStanding

_SOON: Final = timedelta(days=30)
"""So long before the window's end missing money is warned of."""


def warned(
    waits: Waiting,
    arrears: Sequence[Arrears],
    coming: YearStanding,
    months: Months | None,
    today: date,
) -> list[Todo]:
    """All warnings there are; none is good news."""
    return [
        *_of_the_year(arrears, coming, today),
        *_of_money(waits, today),
        *_of_people(waits, coming, months),
    ]


def _of_the_year(arrears: Sequence[Arrears], coming: YearStanding, today: date) -> Iterator[Todo]:
    window = coming.window
    if coming.scheme_id is None:
        says = gettext("No scheme is published for %(year)s: nobody can enrol.", year=coming.year)
        yield Todo(True, says, url_for("schemes.published"))
    if window and window.closes_on - _SOON <= today <= window.closes_on:
        day = format_date(window.closes_on, "yyyy-MM-dd")
        owed = next((each for each in arrears if each.year == coming.year), None)
        if owed and owed.units:
            says = ngettext(
                "%(num)d unit has not paid, and enrolment ends on %(day)s",
                "%(num)d units have not paid, and enrolment ends on %(day)s",
                owed.units,
                day=day,
            )
            paid = "nothing" if owed.nothing else "part"
            yield Todo(True, says, url_for("units.of_year", year=coming.year, paid=paid))
        if coming.without_roster:
            says = ngettext(
                "%(num)d unit has no roster, and enrolment ends on %(day)s",
                "%(num)d units have no roster, and enrolment ends on %(day)s",
                coming.without_roster,
                day=day,
            )
            yield Todo(True, says, url_for("units.of_year", year=coming.year, paid="none"))


def _of_money(waits: Waiting, today: date) -> Iterator[Todo]:
    if num := waits.of("suspense").late:
        says = ngettext(
            "%(num)d payment has lain for over %(days)s days and nobody knows whose it is",
            "%(num)d payments have lain for over %(days)s days and nobody knows whose they are",
            num,
            days=deadlines_on(today).days["suspense"],
        )
        yield Todo(True, says, url_for("money.start", _anchor="suspense"))
    if num := waits.of("doubt").num:
        says = ngettext(
            "Of %(num)d payment the bank does not say whether it arrived",
            "Of %(num)d payments the bank does not say whether they arrived",
            num,
        )
        yield Todo(True, says, url_for("payments.index"))
    if num := waits.of("card_wanted").late:
        says = ngettext(
            "%(num)d payment came back long ago and there is no other card",
            "%(num)d payments came back long ago and there are no other cards",
            num,
        )
        yield Todo(True, says, url_for("claims.in_state", state="card_wanted"))


def _of_people(waits: Waiting, coming: YearStanding, months: Months | None) -> Iterator[Todo]:
    if num := waits.of("papers").num:
        says = ngettext(
            "%(num)d member has not sent the papers by the day that was named",
            "%(num)d members have not sent the papers by the day that was named",
            num,
        )
        yield Todo(True, says, url_for("reviews.start", papers=1, late=1))
    if num := waits.of("gift").num:
        says = ngettext(
            "Of %(num)d gift campaign nearly all places are given",
            "Of %(num)d gift campaigns nearly all places are given",
            num,
        )
        yield Todo(True, says, url_for("gifts.campaigns"))
    if months and months.capped:
        says = ngettext(
            "%(num)d cap of %(year)s is reached: nothing more is paid from it",
            "%(num)d caps of %(year)s are reached: nothing more is paid from them",
            months.capped,
            year=months.year,
        )
        yield Todo(True, says, url_for("lists.show", listed="members", capped=months.year))
    if num := coming.notices.get("no_address", 0):
        says = ngettext(
            "%(num)d notice had nowhere to go: there is no address",
            "%(num)d notices had nowhere to go: there is no address",
            num,
        )
        yield Todo(True, says, url_for("year.notices", state="no_address"))
