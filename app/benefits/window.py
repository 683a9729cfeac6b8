"""When units enrol for a scheme's covers. A scheme may have no such window: then always."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.benefits.fields import SchemeFault, SchemeFieldWrong, only, take, under, written

_AT: Final = "enrolment"


class WindowReversed(SchemeFault):
    """The last day to enrol lies before the first."""


class WindowAfterStart(SchemeFault):
    """The window opens when the covers have already begun to start."""


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last day to enrol for the scheme's first benefit year, both included.

    In each later year that the scheme rules it opens and closes as many years later.
    `mid_year`: units that are enrolled may add people later, within the year.
    """

    opens_on: date
    closes_on: date
    mid_year: bool

    def __post_init__(self) -> None:
        if self.closes_on < self.opens_on:
            raise WindowReversed(field="enrolment")

    def later(self, years: int) -> "Window":
        """The same window so many years later."""
        return Window(
            years_later(self.opens_on, years), years_later(self.closes_on, years), self.mid_year
        )

    def holds(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on

    @classmethod
    def from_document(cls, table: dict[str, Any]) -> "Window":
        """From a table of the scheme's document; takes it apart."""
        only(table, _AT, ("from", "to", "mid_year"))
        return cls(_day(table, "from"), _day(table, "to"), take(table, "mid_year", bool, _AT))

    def document(self) -> dict[str, object]:
        """The table it came from."""
        return {
            "from": self.opens_on.isoformat(),
            "to": self.closes_on.isoformat(),
            "mid_year": self.mid_year,
        }


def _day(table: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(take(table, name, str, _AT))
    except ValueError:
        raise SchemeFieldWrong(field=under(_AT, name), expected=written(name)) from None


def years_later(day: date, years: int) -> date:
    """The same day so many years later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
