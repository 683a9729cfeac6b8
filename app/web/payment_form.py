"""The form a batch is prepared with."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SubmitField
from wtforms.validators import InputRequired


class PaymentForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """The bank's template, the fund's account that pays, and the day."""

    template = SelectField(lazy_gettext("Bank's template"))
    account = SelectField(lazy_gettext("Paid from"))
    made_on = DateField(
        lazy_gettext("Batch made on"), [InputRequired(lazy_gettext("Enter the day."))]
    )
    submit = SubmitField(lazy_gettext("Prepare"), render_kw={"class": "btn btn-primary"})
