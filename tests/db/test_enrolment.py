"""A roster becomes enrolments: every row is enrolled, unchanged or refused; twice equals once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.accounts.models import Account
from app.clock import today
from app.cover.place import first_day
from app.enrolment.confirmed import ConfirmedAhead, ConfirmedLongBefore
from app.enrolment.enrol import NoScheme, StartOutsideYear
from app.roster.person import RosterRow
from app.roster.units import add_unit
from app.schemes.publish import published_schemes
from app.unions.models import Union
from tests.db.office import Office, person
from tests.factories import make_account, make_id, make_uscc

NEW_YEAR = date(2021, 1, 1)


@pytest.fixture
def office(session):
    return Office(session)


def test_the_same_file_again_changes_nothing_and_leaves_no_event(office):
    rows = [person(n, n + 2, account=n) for n in range(5)]
    office.enrol(rows, NEW_YEAR)
    office.receive("250.00", NEW_YEAR)
    before = office.counts()
    again = office.enrol(rows, NEW_YEAR)
    assert office.counts() == before
    assert (again.enrolled, again.unchanged, again.faults) == ([], [2, 3, 4, 5, 6], [])
    assert not again.changes
    assert again.roster_id is None


def test_the_same_file_again_before_any_money_changes_nothing(office):
    office.enrol(range(3), NEW_YEAR)
    before = office.counts()
    assert not office.enrol(range(3), NEW_YEAR).changes
    assert office.counts() == before


def test_every_row_is_enrolled_unchanged_or_refused(office):
    office.covered([0, 1], NEW_YEAR, unit=1)
    office.enrol([2, 3], NEW_YEAR, unit=2)
    answer = office.enrol(range(7), NEW_YEAR, unit=2)
    assert [fault.line for fault in answer.faults] == [2, 3]
    assert answer.unchanged == [4, 5]
    assert answer.enrolled == [6, 7, 8]
    assert answer.due_fen == 3 * 5_000


def test_who_is_covered_already_is_refused_with_the_days_of_that_cover(office):
    office.covered([0], date(2021, 3, 10))
    (fault,) = office.enrol([0], date(2021, 6, 1), unit=2).faults
    assert (fault.line, fault.field, fault.reason) == (2, "certno", "AlreadyCovered")
    assert fault.facts == {"starts_on": "2021-03-10", "ends_on": "2022-03-09"}


def test_a_cover_that_would_run_into_a_later_one_is_refused_with_the_days_of_that(office):
    office.covered([0], date(2021, 6, 1))
    (fault,) = office.enrol([0], date(2021, 2, 1), unit=2).faults
    assert fault.facts == {"starts_on": "2021-06-01", "ends_on": "2022-05-31"}


def test_nothing_of_a_refused_row_is_written(office):
    office.covered([0], NEW_YEAR)
    before = office.counts()
    office.enrol([RosterRow(2, "改名", make_id(0), make_account(9))], date(2021, 2, 1), unit=2)
    assert office.counts() == before | {"unit": 2, "event": before["event"] + 1}  # the unit's own


def test_the_difference_against_last_year(office):
    office.enrol(range(4), date(2023, 1, 1))
    answer = office.enrol([1, 2, 3, 4, 5], date(2024, 1, 1))
    assert (answer.joined, answer.left) == (2, 1)
    assert (answer.renamed, answer.account_changed) == ([], [])


def test_the_difference_is_against_this_units_roster_only(office):
    office.enrol(range(4), date(2023, 1, 1), unit=2)
    answer = office.enrol(range(4), date(2024, 1, 1))
    assert (answer.joined, answer.left) == (4, 0)


def test_names_and_accounts_that_change_are_followed_never_edited(office):
    office.enrol([person(0, account=1), person(1, 3), person(2, 4, account=2)], NEW_YEAR)
    answer = office.enrol(
        [
            person(0, account=7),
            RosterRow(3, "新名字", make_id(1), make_account(3)),
            person(2, 4),
        ],
        NEW_YEAR,
    )
    assert answer.unchanged == [2, 3, 4]
    assert answer.account_changed == [2]
    assert answer.renamed == [3]
    rows = office.session.execute(
        text("SELECT seq, tail FROM bank_account ORDER BY member_id, seq")
    )
    tails = [make_account(n)[-4:] for n in (1, 7, 3, 2)]
    assert [tuple(row) for row in rows] == list(zip((1, 2, 1, 1), tails, strict=True))
    assert office.session.scalars(text("SELECT max(seq) FROM member_name")).one() == 2


def test_an_account_of_before_may_come_back(office):
    for card in (1, 2, 1):
        office.enrol([person(0, account=card)], NEW_YEAR)
    tails = office.session.scalars(text("SELECT tail FROM bank_account ORDER BY seq")).all()
    assert tails == [make_account(n)[-4:] for n in (1, 2, 1)]


@pytest.mark.parametrize("starts_on", [date(2022, 12, 31), date(2024, 1, 1)])
def test_a_start_outside_the_year_is_refused(office, starts_on):
    with pytest.raises(StartOutsideYear) as refused:
        office.enrol([0], starts_on, year=2023)
    assert refused.value.facts == {"year": 2023, "starts_on": starts_on.isoformat()}


def test_nobody_is_covered_before_the_first_scheme(office):
    with pytest.raises(NoScheme):
        office.enrol([0], date(2019, 9, 30))


def test_a_roster_is_not_confirmed_on_any_day(office):
    office.unit(1)
    before = office.counts()
    with pytest.raises(ConfirmedAhead):
        office.enrol([0], NEW_YEAR, confirmed_on=today() + timedelta(days=1))
    with pytest.raises(ConfirmedLongBefore):
        office.enrol([0], NEW_YEAR, confirmed_on=date(2019, 12, 31))
    assert office.counts() == before
    assert office.enrol([0], NEW_YEAR, confirmed_on=date(2020, 1, 1)).enrolled == [2]
    assert office.enrol([1], NEW_YEAR, confirmed_on=today()).enrolled == [2]


def test_the_year_2019_starts_with_its_scheme(office):
    starts_on = first_day(published_schemes(office.session), 2019)
    assert starts_on == date(2019, 10, 1)
    answer = office.enrol([0], starts_on)
    assert (answer.scheme_id, answer.due_fen) == ("2019", 6_000)


def test_a_cover_that_runs_into_2023_stands_and_the_next_starts_the_day_after(office):
    office.covered([0, 1], date(2022, 4, 1))
    answer = office.enrol([0, 1, 2], date(2023, 1, 1))
    assert answer.starts_later == {2: date(2023, 4, 1), 3: date(2023, 4, 1)}
    office.receive("150.00", date(2023, 1, 1))
    assert office.covers(0) == [
        (date(2022, 4, 1), date(2023, 3, 31), None),
        (date(2023, 4, 1), date(2023, 12, 31), None),
    ]
    assert office.covers(2) == [(date(2023, 1, 1), date(2023, 12, 31), None)]


def test_two_units_the_first_paid_counts_the_seconds_money_is_credited_back(office):
    first = office.enrol([0, 1], NEW_YEAR, unit=1)
    second = office.enrol([1, 2], NEW_YEAR, unit=2)
    office.receive("100.00", NEW_YEAR, unit=2)
    office.receive("100.00", NEW_YEAR, unit=1)
    assert office.outcomes(second.roster_id) == ["covered", "covered"]
    assert office.outcomes(first.roster_id) == ["covered", "credited"]
    assert len(office.covers(1)) == 1
    assert office.balance("2102", 2021) == -5_000
    assert office.balance("2101", 2021) == 0
    # Three heads: income of 75 each, the unions' part still to come.
    assert office.balance("4001", 2021) + office.balance("4002", 2021) == -15_000
    assert office.balance("4003", 2021) == -7_500
    assert office.balance("1101", 2021) == 7_500


def test_a_unit_pays_the_percentage_it_chose_and_the_odd_fen_is_lost_by_nobody(office):
    office.unit(3, percent=33)
    answer = office.enrol([0], NEW_YEAR, unit=3)
    dues = office.session.execute(
        text("SELECT unit_due_fen, worker_due_fen, union_due_fen FROM roster WHERE id = :id"),
        {"id": answer.roster_id},
    ).one()
    assert tuple(dues) == (1_650, 3_350, 2_500)


def test_a_dry_run_leaves_nothing(office):
    office.unit(1)
    before = office.counts()
    with office.session.begin_nested() as trial:
        answer = office.enrol([person(n, n + 2, account=n) for n in range(3)], NEW_YEAR)
        assert answer.enrolled == [2, 3, 4]
        trial.rollback()
    assert office.counts() == before


def test_another_unions_officer_changes_no_name_or_account(office):
    office.covered([person(0, account=1)], NEW_YEAR.replace(year=NEW_YEAR.year - 1))
    top = office.session.scalars(select(Union.id).order_by(Union.id)).first()
    district = Union(name="别区总工会", parent_id=top)
    office.session.add(district)
    office.session.flush()
    add_unit(
        office.session,
        uscc=make_uscc(2),
        name="别区单位",
        union_id=district.id,
        unit_percent=50,
        by=office.by,
    )
    stranger = Account(
        login="x", name="他", role="officer", password_hash="-", union_id=district.id
    )
    office.session.add(stranger)
    office.session.flush()
    office.by = stranger.id
    row = RosterRow(2, "改名", make_id(0), make_account(9))
    for _ in range(2):  # the line of the first time gives no right the second time
        answer = office.enrol([row], NEW_YEAR, unit=2)
        assert (answer.kept, answer.renamed, answer.account_changed) == ([2], [], [])
    assert office.session.scalar(text("SELECT count(*) FROM bank_account")) == 1
