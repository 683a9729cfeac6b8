"""Terms and waiting times, besides the cases in tests/cases/terms.toml."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.benefits.scheme_file import package_schemes
from app.cover.periods import benefit_year, last_waiting_day, term_end, waits_until
from tests.unit.model import twelve_months

S2019, S2021, S2022, S2023 = package_schemes()
DAYS = st.dates(date(2019, 10, 1), date(2100, 12, 31))


@given(DAYS)
def test_twelve_months_end_before_the_same_day_comes_again(starts_on: date) -> None:
    assert term_end(S2021, starts_on) == twelve_months(starts_on)


@given(DAYS)
def test_renewing_for_years_never_drifts(starts_on: date) -> None:
    """Ten terms, one after another, are ten years; only a start on 29 February moves, once."""
    day = starts_on
    for _ in range(10):
        day = term_end(S2022, day) + timedelta(days=1)
    leap_day = (starts_on.month, starts_on.day) == (2, 29)
    expected = (3, 1) if leap_day else (starts_on.month, starts_on.day)
    assert (day.year, day.month, day.day) == (starts_on.year + 10, *expected)


@given(DAYS)
def test_from_2023_on_no_cover_runs_into_another_year(starts_on: date) -> None:
    ends_on = term_end(S2023, starts_on)
    assert (ends_on.month, ends_on.day) == (12, 31)
    assert benefit_year(starts_on) == benefit_year(ends_on) == starts_on.year


def test_terms_of_other_lengths_end_with_the_month_where_the_day_is_missing() -> None:
    half = replace(S2021, term_months=6)
    assert term_end(half, date(2021, 8, 31)) == date(2022, 2, 28)
    assert term_end(half, date(2023, 8, 31)) == date(2024, 2, 29)
    assert term_end(half, date(2021, 3, 31)) == date(2021, 9, 30)
    assert term_end(half, date(2021, 7, 1)) == date(2021, 12, 31)
    assert term_end(replace(S2021, term_months=1), date(2021, 12, 1)) == date(2021, 12, 31)


@given(DAYS, st.integers(-400, 400))
def test_waiting_is_thirty_days_or_none(starts_on: date, gap: int) -> None:
    confirmed_on = starts_on - timedelta(days=7)
    previous = confirmed_on - timedelta(days=gap)
    found = waits_until(starts_on, previous, confirmed_on, S2019)
    assert found == (None if gap <= 90 else starts_on + timedelta(days=30))
    assert waits_until(starts_on, None, confirmed_on, S2019) == starts_on + timedelta(days=30)
    assert waits_until(starts_on, None, confirmed_on, S2022) is None
    if found:
        assert (last_waiting_day(found) - starts_on).days == 29
