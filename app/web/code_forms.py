"""The forms of signing in by a one-time code."""

from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, SubmitField, ValidationError
from wtforms.validators import InputRequired, Length

from app.clock import today
from app.notices.address import mobile
from app.roster.identity import check_citizen_id, normalise_certno

_LONGEST: Final = 40


class AskForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Who wants to sign in. Its fields' names are not those of the password's form beside it."""

    who = StringField(
        lazy_gettext("Phone number or ID number"),
        [
            InputRequired(lazy_gettext("Enter your phone number or your ID number.")),
            Length(max=_LONGEST),
        ],
        render_kw={"autocomplete": "tel", "autocapitalize": "none", "spellcheck": "false"},
    )
    next = HiddenField(id="ask-next")
    ask = SubmitField(lazy_gettext("Get a code"), render_kw={"class": "btn btn-primary w-100"})

    kind = ""
    typed = ""

    def validate_who(self, field: Any) -> None:
        """A phone number or an ID number, by its shape alone."""
        typed = normalise_certno(field.data or "")[0].replace(" ", "").replace("-", "")
        if phone := mobile(field.data or ""):
            self.kind, self.typed = "phone", phone
        elif check_citizen_id(typed.upper(), today()) is None:
            self.kind, self.typed = "certno", typed.upper()
        else:
            raise ValidationError(
                lazy_gettext(
                    "A phone number has 11 digits, an ID number 18 characters. Look at it again."
                )
            )


class CodeForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """The code that came."""

    code = StringField(
        lazy_gettext("The six digits"),
        [InputRequired(lazy_gettext("Enter the code from the message.")), Length(max=_LONGEST)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    next = HiddenField()
    submit = SubmitField(lazy_gettext("Sign in"), render_kw={"class": "btn btn-primary w-100"})
