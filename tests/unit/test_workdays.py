"""Working days: by the yearly notice where it is known, Monday to Friday where it is not."""

from datetime import date, timedelta

import pytest

from app.workdays import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2024, 3, 1), 1, date(2024, 3, 4)),
        (date(2024, 3, 2), 1, date(2024, 3, 4)),
        (date(2024, 3, 1), 10, date(2024, 3, 15)),
        (date(2024, 3, 1), 0, date(2024, 3, 1)),
        # National Day: seven days off, the Sunday before and the Saturday after are worked.
        (date(2024, 9, 28), 1, date(2024, 9, 29)),
        (date(2024, 9, 30), 5, date(2024, 10, 12)),
        # Spring Festival of 2020 was made longer when it had begun.
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        # Of no notice that anybody knows.
        (date(2090, 9, 29), 3, date(2090, 10, 4)),
    ],
)
def test_a_working_day_after_a_day(day: date, count: int, then: date) -> None:
    assert working_days_after(day, count) == then


def test_a_year_has_as_many_as_the_labour_law_leaves() -> None:
    for year in range(2019, 2027):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        assert 245 <= sum(is_working_day(day) for day in days if day.year == year) <= 253, year
