"""The charts of the fund's years: participation, payments, money in and out."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.reports.years import Payer, YearFigures
from app.web.charts import Chart, Part
from app.web.languages import language
from app.web.words import care


def participation(years: Sequence[YearFigures]) -> Chart:
    """Covers by year, paid and given; units in the table."""
    stack = (
        Part(_("Enrolled by units"), 1, tuple(x.covers for x in years)),
        Part(_("Given by the union"), 4, tuple(x.gifts for x in years)),
    )
    return Chart(
        key="participation",
        title=_("Covers by year"),
        says=_("How many covers began in each benefit year."),
        labels=_labels(years),
        stacks=(stack,),
        lang=language(),
        money=False,
        counted=_("covers"),
        more=((Part(_("Units"), 1, tuple(x.units for x in years)), False),),
    )


def payments(years: Sequence[YearFigures]) -> Chart:
    """Money that reached members, by year; how many payments it was in the table."""
    return Chart(
        key="payments",
        title=_("Benefits paid by year"),
        says=_("What reached members' accounts for each benefit year."),
        labels=_labels(years),
        stacks=((Part(_("Benefits paid"), 5, tuple(x.paid_fen for x in years)),),),
        lang=language(),
        money=True,
        more=((Part(_("Number of payments"), 5, tuple(x.payments for x in years)), False),),
    )


def money(years: Sequence[YearFigures]) -> Chart:
    """Contributions by payer beside benefits by care, by year."""
    payers = {
        Payer.UNIT: _("Paid by units"),
        Payer.WORKER: _("Paid by workers"),
        Payer.UNION: _("Paid by unions"),
        Payer.GIFT: _("Gifts by the union"),
    }
    came = tuple(
        Part(name, look, tuple(x.in_fen[payer] for x in years))
        for look, (payer, name) in enumerate(payers.items(), 1)
    )
    cares = dict.fromkeys(name for x in years for name in x.out_fen)
    went = tuple(
        Part(_("Benefits: %(care)s", care=care(name)), look, tuple(x.out_fen[name] for x in years))
        for look, name in enumerate(cares, len(came) + 1)
    )
    return Chart(
        key="money",
        title=_("Money in and out by year"),
        says=_("Contributions of each benefit year by payer, beside its benefits by kind of care."),
        labels=_labels(years),
        stacks=(came, went),
        lang=language(),
        money=True,
    )


def _labels(years: Sequence[YearFigures]) -> tuple[str, ...]:
    return tuple(str(x.year) for x in years)
