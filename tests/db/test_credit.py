"""What is a unit's again: late money decided, credit used, rosters withdrawn, to the fen."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contributions.credit import (
    CreditUsedBefore,
    NothingToFill,
    NothingUndecided,
    NotSoMuchCredit,
    credit_late,
    credit_of,
    use_credit,
)
from app.contributions.receive import NoSuchRoster
from app.contributions.standing import standing
from app.enrolment.withdraw import RosterFilled, withdraw_roster
from tests.db.changing import Changing
from tests.db.office import assert_sound

START = date(2023, 1, 1)
FILL = (
    "INSERT INTO receipt_share (receipt_id, roster_id, amount_fen)"
    " SELECT max(id), :roster, 1 FROM receipt WHERE :by > 0"
)
LATE = date(2023, 12, 31)


@pytest.fixture
def office(session: Session) -> Changing:
    return Changing(session)


def late(office: Changing, people: range = range(2)) -> int:
    """A roster of 2023 whose money came on its last day: covers would start in 2024."""
    enrolled = office.enrol(people, START)
    received = office.receive(f"{50 * len(people)}", LATE, year=2023)
    assert [len(x.undecided) for x in received.begun] == [len(people)]
    return enrolled.roster_id or 0


def moved(office: Changing) -> None:
    """Two units enrol one person before either has paid; the first one's money comes first."""
    office.enrol([1, 2], START, unit=1)
    office.enrol([2, 3], START, unit=2)
    office.receive("100", date(2022, 12, 10), year=2023, unit=1)
    office.receive("100", date(2022, 12, 20), year=2023, unit=2)


def test_who_moves_is_covered_once_and_both_units_money_is_accounted_for(
    office: Changing,
) -> None:
    moved(office)
    assert [len(office.covers(seed)) for seed in (1, 2, 3)] == [1, 1, 1]
    units = office.unit(1).id, office.unit(2).id
    assert [credit_of(office.session, unit) for unit in units] == [{}, {2023: 5_000}]
    # Four heads paid for, three covered: unit and worker a half of 50.00 each, the rest credited.
    assert (office.balance("1001", 2023), office.balance("2101", 2023)) == (20_000, 0)
    assert office.balance("2102", 2023) == -5_000
    assert office.balance("4001", 2023) + office.balance("4002", 2023) == -15_000
    # Covered already: the row of a third unit is not charged, and says so.
    enrolled = office.enrol([2, 4], START, unit=3)
    assert [(x.line, x.reason) for x in enrolled.faults] == [(2, "AlreadyCovered")]
    assert enrolled.due_fen == 5_000


def test_credit_fills_the_next_roster_of_the_year(office: Changing) -> None:
    moved(office)
    unit = office.unit(2).id
    with pytest.raises(NothingToFill):
        use_credit(office.session, unit_id=unit, from_year=2023, year=2023, on=LATE, by=office.by)
    office.enrol([5], date(2023, 3, 1), unit=2)
    used = use_credit(
        office.session, unit_id=unit, from_year=2023, year=2023, on=date(2023, 2, 1), by=office.by
    )
    assert [len(x.covers) for x in used.begun] == [1]
    assert office.terms(5) == ["2023-03-01 2023-12-31"]
    assert credit_of(office.session, unit) == {}
    assert (office.balance("1001", 2023), office.balance("2102", 2023)) == (20_000, 0)


def test_credit_of_a_year_goes_to_the_next_through_the_account_between_them(
    office: Changing,
) -> None:
    moved(office)
    unit = office.unit(2).id
    office.enrol([3, 5], date(2024, 1, 1), unit=2)
    ask = {"unit_id": unit, "from_year": 2023, "year": 2024, "by": office.by}
    with pytest.raises(NotSoMuchCredit):
        use_credit(office.session, on=LATE, amount_fen=5_001, **ask)  # type: ignore[arg-type]
    use_credit(office.session, on=date(2023, 12, 1), **ask)  # type: ignore[arg-type]
    assert standing(office.session, unit, 2024).missing_fen == 5_000
    assert (office.balance("2102", 2023), office.balance("1901", 2023)) == (0, -5_000)
    assert (office.balance("2101", 2024), office.balance("1901", 2024)) == (-5_000, 5_000)
    assert office.terms(5) == [], "partial money starts nothing"
    office.receive("50", date(2023, 12, 2), year=2024, unit=2)
    assert office.terms(5) == ["2024-01-01 2024-12-31"]
    for year in (2023, 2024):
        assert office.balance("2101", year) == 0
    assert_sound(office.session)


def test_credit_is_not_used_for_an_earlier_year(office: Changing) -> None:
    office.enrol([7], date(2024, 6, 1), unit=2)
    office.covered([7], date(2024, 6, 1), unit=1)
    office.receive("50", date(2024, 6, 1), year=2024, unit=2)
    office.enrol([6], START, unit=2)
    unit = office.unit(2).id
    with pytest.raises(CreditUsedBefore):
        use_credit(office.session, unit_id=unit, from_year=2024, year=2023, on=LATE, by=office.by)


def test_late_money_is_credited_once(office: Changing) -> None:
    roster = late(office)
    unit = office.unit(1).id
    assert credit_of(office.session, unit) == {}
    with pytest.raises(CreditUsedBefore):
        credit_late(office.session, roster, on=date(2023, 12, 30), by=office.by)
    assert credit_late(office.session, roster, on=date(2024, 1, 5), by=office.by) == 10_000
    assert credit_of(office.session, unit) == {2023: 10_000}
    assert office.balance("2101", 2023) == 0
    for number in (roster, roster + 1):
        with pytest.raises(NothingUndecided):
            credit_late(office.session, number, on=date(2024, 1, 5), by=office.by)
    with pytest.raises(IntegrityError, match="late_credit_pkey"), office.session.begin_nested():
        office.session.execute(
            text(
                "INSERT INTO late_credit (roster_id, decided_on, recorded_by)"
                " VALUES (:roster, '2024-01-05', :by)"
            ),
            {"roster": roster, "by": office.by},
        )


def test_late_money_can_go_to_the_next_year_s_roster(office: Changing) -> None:
    roster = late(office)
    office.enrol(range(2), date(2024, 1, 1))
    credit_late(office.session, roster, on=date(2024, 1, 5), by=office.by, carry=True)
    assert office.terms(0) == ["2024-01-06 2024-12-31"]
    assert credit_of(office.session, office.unit(1).id) == {}
    assert (office.balance("1901", 2023), office.balance("1901", 2024)) == (-10_000, 10_000)
    assert office.balance("2101", 2023) == office.balance("2101", 2024) == 0


def test_a_roster_without_money_can_be_withdrawn(office: Changing) -> None:
    first = office.enrol([1, 2], START)
    withdraw_roster(office.session, first.roster_id or 0, by=office.by)
    withdraw_roster(office.session, first.roster_id or 0, by=office.second)
    unit = office.unit(1).id
    assert standing(office.session, unit, 2023).due_fen == 0
    again = office.enrol([1, 3], START)
    assert (again.enrolled, again.unchanged) == ([2, 3], [])
    office.receive("100", date(2022, 12, 1), year=2023)
    assert [len(office.covers(seed)) for seed in (1, 2, 3)] == [1, 0, 1]
    with pytest.raises(RosterFilled):
        withdraw_roster(office.session, again.roster_id or 0, by=office.by)
    with pytest.raises(NoSuchRoster):
        withdraw_roster(office.session, 999_999, by=office.by)


def test_the_database_says_again_what_is_withdrawn(office: Changing) -> None:
    first = office.enrol([1, 2], START)
    office.receive("60", date(2022, 12, 1), year=2023)
    second = office.enrol([3], START)
    withdraw_roster(office.session, second.roster_id or 0, by=office.by)
    for statement, roster in (
        ("INSERT INTO roster_withdrawn (roster_id, recorded_by) VALUES (:roster, :by)", first),
        (FILL, second),
    ):
        asked = {"roster": roster.roster_id, "by": office.by}
        with pytest.raises(IntegrityError, match="unfilled"), office.session.begin_nested():
            office.session.execute(text(statement), asked)


@settings(max_examples=12, derandomize=True)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(("enrol", "pay", "use", "withdraw", "died", "late")),
            st.integers(1, 2),
            st.integers(1, 6),
        ),
        min_size=4,
        max_size=14,
    )
)
def test_every_fen_is_accounted_for_whatever_the_order(
    shared_database, steps: list[tuple[str, int, int]]
) -> None:
    """What came in is held, income or credit; nobody is covered twice."""
    with shared_database.engine.connect() as connection, Session(connection) as session:
        office = Changing(session)
        came = 0
        for place, (act, unit, seed) in enumerate(steps):
            came += play(office, act, unit, seed, place)
        for year in (2023, 2024):
            income = office.balance("4001", year) + office.balance("4002", year)
            own = office.balance("2101", year) + office.balance("2102", year) + income
            assert own + office.balance("1901", year) + office.balance("1001", year) == 0
        assert sum(office.balance("1001", year) for year in (2023, 2024)) == came
        assert sum(office.balance("1901", year) for year in (2023, 2024)) == 0
        assert min(office.balance("2101", y) <= 0 for y in (2023, 2024))
        session.rollback()


def play(office: Changing, act: str, unit: int, seed: int, place: int) -> int:
    """One act of a unit; the fen that came in. What is refused changes nothing."""
    session, year = office.session, 2023 + seed % 2
    if act == "enrol":
        office.enrol([seed, seed + 1], date(year, 1 + seed, 1), unit=unit)
    elif act == "pay":
        office.receive(f"{seed * 30}", date(year, 2, 1), unit=unit, year=year, ref=f"{place}")
        return seed * 3_000
    elif act == "late":
        office.receive("200", date(year, 12, 31), unit=unit, year=year, ref=f"{place}")
        rosters = text(
            "SELECT DISTINCT roster_id FROM enrolment_outcome WHERE outcome = 'undecided'"
            " AND roster_id NOT IN (SELECT roster_id FROM late_credit)"
        )
        for roster in session.scalars(rosters).all():
            credit_late(session, roster, on=date(2024, 12, 31), by=office.by, carry=year == 2023)
        return 20_000
    elif act == "withdraw":
        newest = "SELECT max(id) FROM roster r WHERE NOT EXISTS (SELECT FROM receipt_share s"
        roster = session.scalar(text(f"{newest} WHERE s.roster_id = r.id)"))
        if roster:
            withdraw_roster(session, roster, by=office.by)
    elif act == "died":
        office.fates((seed, "died", date(2023, 1 + seed, 15)))
    else:
        credit = credit_of(session, office.unit(unit).id)
        for from_year in [x for x in credit if x <= year]:
            if standing(session, office.unit(unit).id, year).missing_fen:
                use_credit(
                    session,
                    unit_id=office.unit(unit).id,
                    from_year=from_year,
                    year=year,
                    on=date(2024, 12, 31),
                    by=office.by,
                )
    return 0
