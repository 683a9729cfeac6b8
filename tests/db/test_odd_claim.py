"""What an officer must see beside a typed bill: sums that differ, a filing after the deadline."""

from datetime import date, timedelta

import pytest

from app.claims.filed import typed_of
from app.claims.odd import odd_of
from app.claims.sheet import read_sheet
from app.clock import today
from tests.db.office import Office, bill
from tests.db.typed import TEXTS, a_stay, file_by_hand, member_of, sheet


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(2), date(today().year, 1, 1))
    office.covered(range(2), date(2023, 1, 1))
    return office


def odd(office, filed):
    made = file_by_hand(office.session, 0, filed)
    office.drain()
    found = odd_of(office.session, member_of(office.session, 0), made.claim_id)
    assert found is not None
    return found


def this_year(days_ago=1):
    return max(today() - timedelta(days_ago), date(today().year, 1, 1)).isoformat()


def test_a_right_and_timely_sheet_is_not_odd(office):
    assert not odd(office, a_stay(this_year(), "1000.00")).is_odd


def test_a_total_ten_times_too_large_is_told_with_both_sums(office):
    found = odd(office, a_stay(this_year(), "1000.00", medfee_sumamt="10000.00"))
    assert (found.total_fen, found.parts_fen, found.paid_fen) == (1_000_000, 100_000, 100_000)


def test_the_last_day_to_file_is_told_where_it_was_missed(office):
    """90 days after the later of cover end and settlement (domain: filing deadline)."""
    found = odd(office, a_stay("2023-05-10", "1000.00"))
    assert (found.file_by, found.filed_on) == (date(2023, 12, 31) + timedelta(90), today())


def test_the_bureaus_own_bill_is_never_odd(office):
    office.determine(bill("N1", 0, "2023-05-10", "1000.00"))
    claim = office.live("N1").claim_id
    assert odd_of(office.session, member_of(office.session, 0), claim) is None


def test_what_was_typed_comes_back_as_a_form_has_it(office):
    made = file_by_hand(office.session, 0, sheet("N7"))
    typed = typed_of(office.session, member_of(office.session, 0), made.claim_id)
    assert typed is not None
    assert {name: typed[name] for name in TEXTS} == TEXTS
    again, faults = read_sheet(typed, date(2100, 1, 1))
    assert (again, faults) == (sheet("N7"), [])
    assert typed_of(office.session, member_of(office.session, 1), made.claim_id) is None
