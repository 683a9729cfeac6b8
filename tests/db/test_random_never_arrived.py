"""Random years in which bills fall, are paid back, and turn out never to have been paid: all hold.

HUZHU_LONG=1 and HUZHU_EXAMPLES as of the other random years.
"""

from hypothesis import given

from tests.db.random_payments import LEAD
from tests.db.random_turned import OWED_BACK, RandomTurned
from tests.db.test_random_office import LONG, play, random_years, years

FIRST = [1] + [0] * 19
ALL_PAID = ("answer", [1, *[0, 1] * 10])
PAID_BACK = (
    ALL_PAID,
    *((act, FIRST) for act in ("fell", "owing", "turned", "card")),
    *[("order", [1, *range(19)]), ("approve", [1, 0, 1, *range(16)])],
    ALL_PAID,
)
"""A bill falls, is paid back, was never paid; its member brings a card, and a batch pays it."""
ACTS = (
    *("fell", "owing", "turned") * 5,
    *("card", "order", "approve", "answer", "feed") * 3,
    *("found_out", "bounced", "off_again", "undo", "again"),
)
MORE = (
    *ACTS,
    *("corrected", "corrected", "set_off") * 4,
    *("typed_back", "dies", "heir", "heir", "owing", "turned") * 2,
    *("alive", "close", "recover", "decide", "stay", "stay", "enrol", "receive"),
)
DEBTORS = (
    *[("stay", [0, n, 0, n]) for n in (0, 1, 0, 2, 0)],
    *[("order", [1, *range(19)]), ("approve", [1, 0, 1, *range(16)])],
    ALL_PAID,
    *[("stay", [0, n, 0, 1]) for n in (0, 0, 1)],
    *[("corrected", [0, n, 1]) for n in (0, 2)],
)
"""Few people with many bills, some of them paid: debts, and benefits to set off."""
"""And bills corrected to less or in another year, set-offs, deaths and heirs, closed books."""


@random_years
@given(year=years(ACTS))
def test_random_years_of_what_never_arrived_hold(session, year):
    with session.begin_nested() as outer:
        office = RandomTurned(session)
        for act, numbers in (*LEAD, *PAID_BACK):
            office.play(act, numbers)
        assert session.scalar(OWED_BACK) == 1
        play(office, year)
        office.assert_honest()
        outer.rollback()
    session.expunge_all()


@random_years
@given(year=years(MORE))
def test_random_years_of_debts_and_heirs_hold(session, year):
    with session.begin_nested() as outer:
        office = RandomTurned(session)
        for act, numbers in (*LEAD, ALL_PAID, *DEBTORS):
            office.play(act, numbers)
        for turn, (act, numbers) in enumerate(year):
            office.play(act, numbers)
            if LONG or turn % 5 == 0:
                office.assert_honest()
        play(office, [])
        office.assert_honest()
        outer.rollback()
    session.expunge_all()
