"""The forms by which something about a unit is asked for, and refused."""

from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.clock import today
from app.errors import Refusal
from app.unions.open import districts
from app.unions.tree import Reach
from app.units.asked import Change, Contact, Registration

_NEEDED: Final = InputRequired(lazy_gettext("This cannot be left empty."))
_BUTTON: Final = {"class": "btn btn-primary"}
_PLAIN: Final = {"autocomplete": "off"}
_CODE: Final = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class _Form(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Fields in their order; the button comes last."""

    submit = SubmitField(lazy_gettext("Send the request"), render_kw=_BUTTON)

    @property
    def asked(self) -> list[Any]:
        """The fields to fill in."""
        return [each for each in self if each.name not in {"csrf_token", "submit"}]


class RegistrationForm(_Form):
    """A unit that wants to take part."""

    uscc = StringField(lazy_gettext("Unified social credit code"), [_NEEDED], render_kw=_CODE)
    name = StringField(lazy_gettext("Unit's full name"), [_NEEDED, Length(max=200)])
    union_id = SelectField(lazy_gettext("County or district union"), coerce=int)
    unit_percent = IntegerField(
        lazy_gettext("The unit pays (percent)"),
        [InputRequired(lazy_gettext("This cannot be left empty.")), NumberRange(0, 100)],
        default=50,
        description=lazy_gettext("Of what it and its workers pay together; the workers the rest."),
    )
    contact = StringField(lazy_gettext("Contact person"), [_NEEDED, Length(max=50)])
    phone = StringField(
        lazy_gettext("Contact's phone"), [_NEEDED, Length(max=30)], render_kw={"inputmode": "tel"}
    )
    account = StringField(
        lazy_gettext("Unit's bank account (for refunds)"), [Length(max=50)], render_kw=_PLAIN
    )
    bank = StringField(lazy_gettext("Its bank"), [Length(max=100)])

    def wanted(self) -> Registration:
        """What was typed."""
        given = {field.name: field.data for field in self.asked}
        empty = {"account": self.account.data or "", "bank": self.bank.data or ""}
        return Registration(**given | empty)


class ChangeForm(_Form):
    """What of a unit changes; empty stays."""

    from_on = DateField(lazy_gettext("From this day on"), [_NEEDED], default=today)
    name = StringField(lazy_gettext("New name"), [Length(max=200)])
    union_id = SelectField(lazy_gettext("New county or district union"), coerce=int)
    unit_percent = IntegerField(
        lazy_gettext("New share of the unit (percent)"), [Optional(), NumberRange(0, 100)]
    )
    account = StringField(
        lazy_gettext("New bank account (for refunds)"), [Length(max=50)], render_kw=_PLAIN
    )
    bank = StringField(lazy_gettext("Its bank"), [Length(max=100)])

    def wanted(self) -> Change:
        """What was typed."""
        return Change(
            self.from_on.data,
            name=self.name.data or None,
            union_id=self.union_id.data or None,
            unit_percent=self.unit_percent.data,
            account=self.account.data or None,
            bank=self.bank.data or "",
        )


class ContactForm(_Form):
    """Who is to act for the unit."""

    contact = StringField(lazy_gettext("New contact person"), [_NEEDED, Length(max=50)])
    phone = StringField(
        lazy_gettext("Contact's phone"), [_NEEDED, Length(max=30)], render_kw={"inputmode": "tel"}
    )

    def wanted(self) -> Contact:
        """What was typed."""
        return Contact(self.contact.data, self.phone.data)


class MergeForm(_Form):
    """Which unit it goes into, from when."""

    other = StringField(lazy_gettext("Code of the unit it goes into"), [_NEEDED], render_kw=_CODE)
    on_day = DateField(lazy_gettext("From this day on"), [_NEEDED], default=today)


class SplitForm(_Form):
    """Who goes to which unit, from when."""

    other = StringField(lazy_gettext("Code of the unit they go to"), [_NEEDED], render_kw=_CODE)
    on_day = DateField(lazy_gettext("From this day on"), [_NEEDED], default=today)
    numbers = TextAreaField(
        lazy_gettext("ID numbers, one a line"),
        [_NEEDED, Length(max=50_000)],
        render_kw={"rows": 8, **_PLAIN},
    )


class UnitFileForm(_Form):
    """A file of units."""

    file = FileField(
        lazy_gettext("File of units"),
        [FileRequired(lazy_gettext("Choose the file."))],
        description=lazy_gettext("Excel (.xlsx) or CSV, at most 5,000 units."),
        render_kw={"accept": ".xlsx,.csv"},
    )


class ReasonForm(_Form):
    """Why it is refused."""

    reason = StringField(lazy_gettext("Why it is refused"), [_NEEDED, Length(max=200)])


def choose_district(form: Any, session: Session, reach: Reach, *, may_stay: bool = False) -> Any:
    """Fill the list of unions in."""
    stays = [(0, lazy_gettext("stays as it is"))] if may_stay else []
    form.union_id.choices = stays + [(x.id, x.name) for x in districts(session, reach)]
    return form


_BESIDE: Final = {
    "UsccWrong": "uscc",
    "UnitKnown": "uscc",
    "NoSuchUnit": "other",
    "UnitNameMissing": "name",
    "UnitNameFormula": "name",
    "NoSuchDistrict": "union_id",
    "PercentWrong": "unit_percent",
    "ContactMissing": "contact",
    "PhoneWrong": "phone",
    "UnitAccountWrong": "account",
}


def beside(form: Any, refused: Refusal, said: str) -> str:
    """Put a refusal beside the field that it is about; what stands above the form instead, if any.

    Above it a reader with a long form, on a phone, does not see what is to be mended.
    """
    field = getattr(form, _BESIDE.get(refused.name, ""), None)
    if field is None:
        return said
    field.errors = [*field.errors, said]
    return ""
