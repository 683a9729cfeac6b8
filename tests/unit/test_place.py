"""Where a cover can stand beside those a member already has."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.benefits.scheme_file import package_schemes
from app.cover.place import Term, first_day, in_force, place, ruling_in, same_year_and_scheme

SCHEMES = package_schemes()
BY_ID = {scheme.id: scheme for scheme in SCHEMES}


def placed(starts_on: date, *terms: Term) -> Term | None:
    return place(starts_on, starts_on.year, in_force(SCHEMES, starts_on), SCHEMES, terms)


def term(start: str, end: str) -> Term:
    return Term(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("day", "scheme"),
    [
        ("2019-09-30", None),
        ("2019-10-01", "2019"),
        ("2020-12-31", "2019"),
        ("2021-01-01", "2021"),
        ("2022-12-31", "2022"),
        ("2023-01-01", "2023"),
        ("2099-12-31", "2023"),
    ],
)
def test_the_scheme_in_force(day, scheme):
    found = in_force(SCHEMES, date.fromisoformat(day))
    assert (found.id if found else None) == scheme


@pytest.mark.parametrize(
    ("starts_on", "standing", "expected"),
    [
        ("2023-01-01", [], term("2023-01-01", "2023-12-31")),
        ("2021-05-01", [], term("2021-05-01", "2022-04-30")),
        # The bridge: what runs into 2023 stands, the next begins the day after.
        ("2023-01-01", [term("2022-04-01", "2023-03-31")], term("2023-04-01", "2023-12-31")),
        ("2023-01-01", [term("2022-12-31", "2023-12-30")], term("2023-12-31", "2023-12-31")),
        # A chain of covers is walked to its end, in whatever order they are told.
        (
            "2023-01-01",
            [term("2023-04-01", "2023-06-30"), term("2022-04-01", "2023-03-31")],
            term("2023-07-01", "2023-12-31"),
        ),
        # No place is left in the year.
        ("2023-01-01", [term("2023-01-01", "2023-12-31")], None),
        ("2021-06-01", [term("2021-03-01", "2022-02-28")], None),
        # A later cover is in the way.
        ("2021-02-01", [term("2021-12-31", "2022-12-30")], None),
        ("2023-02-01", [term("2023-12-31", "2023-12-31")], None),
        # What ended the day before, or starts the day after, is not.
        ("2023-05-01", [term("2023-01-01", "2023-04-30")], term("2023-05-01", "2023-12-31")),
        ("2021-02-01", [term("2022-02-01", "2023-01-31")], term("2021-02-01", "2022-01-31")),
    ],
)
def test_where_a_cover_stands(starts_on, standing, expected):
    assert placed(date.fromisoformat(starts_on), *standing) == expected


DAYS = st.dates(date(2019, 10, 1), date(2025, 12, 31))


@given(st.lists(DAYS, max_size=12))
def test_covers_that_are_placed_never_overlap_and_stay_in_their_year(asked):
    standing: list[Term] = []
    for day in asked:
        found = placed(day, *standing)
        if found is None:
            continue
        assert day <= found.starts_on <= found.ends_on
        assert same_year_and_scheme(found.starts_on, day.year, in_force(SCHEMES, day), SCHEMES)
        assert all(x.ends_on < found.starts_on or found.ends_on < x.starts_on for x in standing)
        standing.append(found)


@given(DAYS)
def test_a_free_day_is_kept(day):
    assert placed(day).starts_on == day
    assert placed(day, Term(day - timedelta(days=9), day - timedelta(days=1))).starts_on == day


def test_the_schemes_of_a_year_and_its_first_day():
    assert [x.id for x in ruling_in(SCHEMES, 2018)] == []
    assert [x.id for x in ruling_in(SCHEMES, 2019)] == ["2019"]
    assert [x.id for x in ruling_in(SCHEMES, 2024)] == ["2023"]
    assert first_day(SCHEMES, 2019) == date(2019, 10, 1)
    assert first_day(SCHEMES, 2020) == date(2020, 1, 1)
