"""The charts of an answer: benefits by year under both rules, and the balance over the years."""

from typing import Any

from flask_babel import gettext as _

from app.web.charts import Chart, Part, Span
from app.web.languages import language
from app.web.read.what_if import Seen


def payments(question: Seen) -> Chart:
    """Benefits of each year asked about, as they were and as supposed."""
    years = _answer(question)["years"]
    return Chart(
        key="supposed-payments",
        title=_("Benefits by year"),
        says=_("Benefits of each year by the rules as they were, beside those supposed."),
        labels=tuple(str(x["year"]) for x in years),
        stacks=tuple(
            (Part(name, look, tuple(x[side]["paid_fen"] for x in years)),)
            for side, name, look in _sides()
        ),
        lang=language(),
        money=True,
    )


def balances(question: Seen) -> Chart:
    """What is left at each year's end; nine in ten draws lie within the span."""
    years = _answer(question)["balance"]
    supposed = [x["supposed"] for x in years]
    low, high = (tuple(x[end] for x in supposed) for end in ("low_fen", "high_fen"))
    return Chart(
        key="supposed-balance",
        title=_("What is left at the end of each year"),
        says=_("Contributions less benefits since the first year, by both rules."),
        labels=tuple(str(x["year"]) for x in years),
        stacks=tuple(
            (Part(name, look, tuple(x[side]["left_fen"] for x in years)),)
            for side, name, look in _sides()
        ),
        lang=language(),
        money=True,
        more=(
            (Part(_("supposed, at the least"), 5, low), True),
            (Part(_("supposed, at the most"), 5, high), True),
        ),
        spans=(Span(1, low, high),),
    )


def _sides() -> tuple[tuple[str, str, int], ...]:
    return (("was", _("as it was"), 1), ("supposed", _("as supposed"), 5))


def _answer(question: Seen) -> dict[str, Any]:
    return question.answer or {"years": [], "balance": []}
