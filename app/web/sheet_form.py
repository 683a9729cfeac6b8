"""The form of a settlement sheet: its fields in the order of the paper, with where each one stands.

Fields keep what was typed as it was typed; `app.claims.tidy` makes of it what is read.
"""

from dataclasses import replace
from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import InputRequired

from app.claims.sheet import AMOUNTS, FIELDS, Sheet, read_sheet
from app.claims.tidy import tidy
from app.clock import today
from app.errors import RowFault
from app.texts import say
from app.web.languages import language

KINDS: Final = [
    ("21", lazy_gettext("Stay in hospital")),
    ("24", lazy_gettext("Emergency care that became a stay")),
    ("25", lazy_gettext("Stay in hospital in another city")),
    ("28", lazy_gettext("Day surgery")),
    ("14", lazy_gettext("Chronic illness, outpatient")),
    ("22", lazy_gettext("Injury")),
]
# A form takes what a file does not, and has no column names that would say which day is meant.
_IN_FORM: Final = {
    ("setl_time", "DateMissing"): "SettlementDayMissing",
    **{(name, "AmountMalformed"): "AmountTypedWrong" for name in AMOUNTS},
}


def _in_form(fault: RowFault) -> RowFault:
    return replace(fault, reason=_IN_FORM.get((fault.field, fault.reason), fault.reason))


def _yuan(label: Any, where: Any = "") -> StringField:
    return StringField(
        label, description=where, render_kw={"inputmode": "decimal", "class": "form-control money"}
    )


def _day(label: Any, where: Any = "") -> StringField:
    return StringField(
        label, description=where, render_kw={"type": "date", "placeholder": "2026-01-31"}
    )


class SheetForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """One sheet. `sheet` is what it means, after `validate` has found no fault."""

    request_key = HiddenField()
    med_type = StringField(lazy_gettext("Kind of care"))
    fixmedins_name = StringField(
        lazy_gettext("Hospital"), description=lazy_gettext("as the sheet names it")
    )
    begndate = _day(lazy_gettext("Day of admission"))
    enddate = _day(lazy_gettext("Day of discharge"))
    setl_time = _day(lazy_gettext("Day of settlement"))
    stated_setl_id = StringField(
        lazy_gettext("Settlement number"),
        description=lazy_gettext("on top of the sheet"),
    )
    medfee_sumamt = _yuan(lazy_gettext("Total of the bill"))
    fulamt_ownpay_amt = _yuan(lazy_gettext("Wholly own cost"))
    overlmt_selfpay = _yuan(lazy_gettext("Over the price limit"))
    preselfpay_amt = _yuan(lazy_gettext("Own share first"))
    inscp_scp_amt = _yuan(
        lazy_gettext("Inside the scope of basic insurance"),
        lazy_gettext("what is left of the total after the three lines above"),
    )
    act_pay_dedc = _yuan(lazy_gettext("Deductible"))
    hifp_pay = _yuan(lazy_gettext("Paid by the basic fund"))
    hifob_pay = _yuan(lazy_gettext("Paid by the large-sum fund"))
    cvlserv_pay = _yuan(lazy_gettext("Paid by the civil servants' subsidy"))
    hifes_pay = _yuan(lazy_gettext("Paid by the enterprise's supplement"))
    hifmi_pay = _yuan(lazy_gettext("Paid by major-illness insurance"))
    maf_pay = _yuan(lazy_gettext("Paid by medical aid"))
    oth_pay = _yuan(lazy_gettext("Paid by others"))
    psn_part_amt = _yuan(
        lazy_gettext("Borne by the person, in all"),
        lazy_gettext("with what the personal account paid"),
    )
    acct_pay = _yuan(lazy_gettext("of it, from the personal account"))
    psn_cash_pay = _yuan(lazy_gettext("of it, in cash"))
    acct_mulaid_pay = _yuan(lazy_gettext("of it, from a relative's account"))
    dise_codg = StringField(
        lazy_gettext("Code of the chronic illness"), description=lazy_gettext("M and five digits")
    )
    invono = StringField(lazy_gettext("Number of the invoice"))
    consent = BooleanField(
        lazy_gettext(
            "The figures are those of my settlement sheet. I agree that the fund uses them, and "
            "the medical data in them, to compute and check this claim."
        ),
        [InputRequired(lazy_gettext("Without your consent the fund may not use these figures."))],
    )

    kinds = KINDS
    sheet: Sheet | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is a sheet; its faults stand beside their fields, in words."""
        right = super().validate(extra_validators)
        typed = {name: tidy(name, self[name].data or "") for name in FIELDS}
        self.sheet, faults = read_sheet(typed, today())
        self.tell(faults)
        return bool(right) and not faults

    def tell(self, faults: list[RowFault]) -> None:
        """Say each fault beside its field."""
        for fault in faults:
            field = self[fault.field]
            field.errors = [*field.errors, say(_in_form(fault), language())]

    @property
    def faulty(self) -> list[Field]:
        """The fields with faults, in the order of the page."""
        return [field for field in self if field.errors]
