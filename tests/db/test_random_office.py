"""Random years of an office, their acts repeated and interleaved: every one must hold.

HUZHU_LONG=1 plays many more, and longer ones; HUZHU_EXAMPLES says how many.
"""

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.db.must_hold import assert_all_holds
from tests.db.random_money import MONEY, RandomMoney
from tests.db.random_office import RandomOffice
from tests.db.random_payments import CAME_BACK, LEAD, PAYMENTS, RandomPayments

LONG = os.environ.get("HUZHU_LONG") == "1"
EXAMPLES = int(os.environ.get("HUZHU_EXAMPLES", "200")) if LONG else 3
Year = list[tuple[str, list[int]]]

# Each act is several transactions: a year is made short by hand, act by act, not by Hypothesis.
random_years = settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=not LONG,
    print_blob=True,
)


def years(acts: tuple[str, ...]) -> st.SearchStrategy[Year]:
    """Acts with the numbers they choose by."""
    numbers = st.lists(st.integers(0, 59), min_size=20, max_size=20)
    act = st.tuples(st.sampled_from(acts), numbers)
    return st.lists(act, min_size=15, max_size=60 if LONG else 30)


def play(office: RandomOffice, year: Year) -> None:
    for act, numbers in year:
        office.play(act, numbers)
    office.settle()
    assert assert_all_holds(office.session, office.day) or not office.told


@random_years
@given(year=years(MONEY))
def test_random_years_of_money_hold(session, year):
    with session.begin_nested() as outer:
        play(RandomMoney(session), year)
        outer.rollback()
    session.expunge_all()


@random_years
@given(year=years(CAME_BACK))
def test_random_years_of_what_came_back_hold(session, year):
    with session.begin_nested() as outer:
        office = RandomPayments(session)
        play(office, [*LEAD, *year])
        assert office.told["answer"]
        outer.rollback()
    session.expunge_all()


@random_years
@given(year=years(PAYMENTS))
def test_random_years_of_payments_hold(session, year):
    with session.begin_nested() as outer:
        play(RandomPayments(session), year)
        outer.rollback()
    session.expunge_all()
