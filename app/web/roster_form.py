"""The form a roster file is sent with."""

from datetime import date
from uuid import uuid4

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, SelectField, SubmitField
from wtforms.validators import InputRequired, Optional, Regexp

from app.accounts.models import Role
from app.clock import today
from app.cover.place import first_day, in_force
from app.enrolment.upload import Wish
from app.schemes.publish import published_schemes
from app.year.standing import year_at_hand


class RosterForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Year, days and file. `key` makes a form that is sent twice one upload."""

    year = SelectField(lazy_gettext("Benefit year"), coerce=int)
    starts_on = DateField(
        lazy_gettext("Cover starts on"),
        [Optional()],
        description=lazy_gettext("Leave empty for the first day of the year's cover."),
    )
    confirmed_on = DateField(
        lazy_gettext("Confirmed by the unit on"),
        [InputRequired(lazy_gettext("Enter the day."))],
        description=lazy_gettext("A renewal within 90 days of the old cover's end does not wait."),
    )
    file = FileField(
        lazy_gettext("Roster file"),
        [FileRequired(lazy_gettext("Choose the file."))],
        description=lazy_gettext("Excel (.xlsx) or CSV, at most 20 MB and 100,000 people."),
        render_kw={"accept": ".xlsx,.csv"},
    )
    key = HiddenField(validators=[Regexp(r"[0-9a-f]{32}\Z")])
    submit = SubmitField(lazy_gettext("Upload and check"), render_kw={"class": "btn btn-primary"})

    def wish(self, session: Session, unit_id: int, lang: str) -> Wish:
        """What is asked for; without a start it is the year's first."""
        year = self.year.data
        starts_on = self.starts_on.data or first_day(published_schemes(session), year)
        confirmed_on = self.confirmed_on.data if self.confirmed_on else today()
        return Wish(unit_id, year, starts_on, confirmed_on, self.key.data, lang)


def roster_form(
    session: Session,
    role: Role,
    year: str | None = None,
    starts_on: str | None = None,
    confirmed_on: str | None = None,
) -> RosterForm:
    """The form, with the years that a scheme rules, the latest first.

    What is given comes from an address, of the file sent before: what is no year or day is not
    taken. A unit's contact confirms today and is not asked for the day, nor offered past years.
    """
    now = today()
    of_unit = role is Role.CONTACT
    years = [x for x in _years(session, now) if not of_unit or x >= now.year]
    usual = year_at_hand(now)
    asked = int(year) if year and year.isascii() and year.isdigit() and len(year) <= 4 else usual  # noqa: PLR2004
    default = asked if asked in years else usual
    form = RosterForm(
        key=uuid4().hex,
        year=default,
        starts_on=_day(starts_on) if asked == default else None,
        confirmed_on=_day(confirmed_on) or now,
    )
    if of_unit:
        del form.confirmed_on
    form.year.choices = [(each, str(each)) for each in years]
    return form


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        return None


def _years(session: Session, now: date) -> list[int]:
    schemes = published_schemes(session)
    first = min((scheme.starts_from.year for scheme in schemes), default=now.year)
    return [
        year
        for year in range(now.year + 1, first - 1, -1)
        if in_force(schemes, first_day(schemes, year))
    ]
