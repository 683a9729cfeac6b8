"""The day a roster was confirmed on lies between the year before its benefit year and today."""

from datetime import date

import pytest

from app.enrolment.confirmed import (
    ConfirmedAhead,
    ConfirmedLongBefore,
    ConfirmedNotToday,
    YearIsOver,
    check_confirmed,
)

TODAY = date(2024, 3, 1)


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2023, 12, 31), date(2024, 2, 29), TODAY])
def test_days_that_can_be(day):
    check_confirmed(day, 2024, TODAY)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(1900, 1, 1), date.min])
def test_a_day_before_the_year_before_is_refused(day):
    with pytest.raises(ConfirmedLongBefore) as refused:
        check_confirmed(day, 2024, TODAY)
    facts = {"confirmed_on": day.isoformat(), "first": "2023-01-01", "year": 2024}
    assert refused.value.facts == facts


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize("day", [date(2024, 3, 2), date.max])
def test_a_day_that_has_not_come_is_refused(day, year):
    with pytest.raises(ConfirmedAhead) as refused:
        check_confirmed(day, year, TODAY)
    assert refused.value.facts == {"confirmed_on": day.isoformat(), "today": "2024-03-01"}


def test_a_historic_roster_keeps_its_day():
    check_confirmed(date(2018, 12, 20), 2019, TODAY)


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_units_contact_confirms_on_the_day_itself(year):
    check_confirmed(TODAY, year, TODAY, by_unit=True)
    with pytest.raises(ConfirmedNotToday):
        check_confirmed(date(2024, 2, 29), year, TODAY, by_unit=True)


def test_a_units_contact_enrols_for_no_year_that_is_over():
    check_confirmed(TODAY, 2023, TODAY)
    with pytest.raises(YearIsOver):
        check_confirmed(TODAY, 2023, TODAY, by_unit=True)
