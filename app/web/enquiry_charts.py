"""The chart of enquiries by week."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.enquiries.weekly import Figures
from app.web.charts import Chart, Part
from app.web.languages import language


def answered_by_week(weeks: Sequence[Figures]) -> Chart:
    """Of what was asked each week: answered, and still waiting; how many late in the table."""
    stack = (
        Part(_("Answered (enquiry)"), 1, tuple(x.answered for x in weeks)),
        Part(_("Waits for an answer"), 4, tuple(x.waiting for x in weeks)),
    )
    return Chart(
        key="enquiries",
        title=_("Enquiries by week"),
        says=_("How many enquiries were asked in each week, and how many are answered."),
        labels=tuple(x.key[len("2026-") :] for x in weeks),
        stacks=(stack,),
        lang=language(),
        money=False,
        counted=_("enquiries"),
        more=((Part(_("Late (enquiry)"), 1, tuple(x.late for x in weeks)), False),),
    )
