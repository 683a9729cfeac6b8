"""The bureau's row of a bill that was filed by hand: one bill, one claim, paid once."""

from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.claims.decide import What, decide
from app.claims.sheet import own_number
from app.web.read.told import claim_seen
from tests.db.held_year import claim_of
from tests.db.office import Office, assert_sound, bill, refund
from tests.db.typed import a_stay, file_by_hand, member_of, sheet

DAY = "2023-05-10"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


def claims(office) -> int:
    return office.session.scalar(text("SELECT count(*) FROM claim")) or 0


def adds_up(taken) -> bool:
    sums = taken.new + taken.changed + taken.unchanged + taken.refunds + taken.unmatched
    return taken.rows_in == sums + taken.refused


def filed(office, seed=0, stated="N1", scope="1000.00", day=DAY):
    made = file_by_hand(office.session, seed, a_stay(day, scope, stated))
    office.drain()
    return made.setl_id


def test_the_bureaus_row_is_the_next_version_and_needs_no_papers(office):
    own = filed(office)
    taken = office.determine(bill("N1", 0, DAY, "1200.00"))
    assert (taken.new, taken.changed, taken.joined, taken.promised) == (0, 1, 1, 1)
    assert adds_up(taken)
    live = office.live(own)
    assert (live.version, live.payable_fen, live.state) == (2, 60_000, "payable")
    assert claims(office) == 1


def test_a_row_that_says_just_what_was_typed_confirms_it(office):
    own = filed(office)
    office.determine(bill("N1", 0, DAY, "1000.00"))
    assert (office.live(own).seq, office.live(own).state) == (2, "payable")


def test_a_row_before_the_filing_was_determined_is_joined_too(office):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", "N1"))
    office.determine(bill("N1", 0, DAY, "1200.00"))
    live = office.live(made.setl_id)
    assert (live.version, live.payable_fen, live.state) == (2, 60_000, "payable")
    assert claims(office) == 1


def test_the_same_feed_again_changes_nothing(office):
    filed(office)
    rows = [bill("N1", 0, DAY, "1000.00"), refund("R1", "N1", 0, DAY)]
    office.determine(*rows)
    before = office.counts()
    again = office.determine(*rows)
    assert (again.unchanged, again.run_id, again.listed) == (2, None, [])
    assert office.counts() == before


def test_corrections_by_the_bureaus_number_reach_the_claim(office):
    own = filed(office)
    for scope in ("1000.00", "3000.00", "2000.00"):
        office.determine(bill("N1", 0, DAY, scope))
    assert (office.live(own).version, office.live(own).payable_fen) == (4, 100_000)
    older = office.determine(bill("N1", 0, DAY, "3000.00"))
    assert [x.reason for x in older.listed] == ["OlderState"]
    assert adds_up(older)
    assert (claims(office), office.live(own).seq) == (1, 4)


def test_what_a_person_typed_is_no_older_state_of_the_bureaus(office):
    own = filed(office)
    office.determine(bill("N1", 0, DAY, "3000.00"))
    taken = office.determine(bill("N1", 0, DAY, "1000.00"))
    assert (taken.changed, taken.listed) == (1, [])
    assert office.live(own).payable_fen == 50_000


@pytest.mark.parametrize("order", ["before", "same file", "after", "by itself"])
def test_a_refund_by_the_bureaus_number_undoes_the_claim(office, order):
    own = filed(office)
    row, undo = bill("N1", 0, DAY, "1000.00"), refund("R1", "N1", 0, "2023-06-01")
    if order == "by itself":
        undo = refund("N1", "", 0, "2023-06-01")
    files = {"before": [[undo], [row]], "same file": [[undo, row]]}.get(order, [[row], [undo]])
    taken = [office.determine(*rows) for rows in files]
    assert sum(x.refunds for x in taken) == 1
    live = office.live(own)
    assert (live.refusal, live.payable_fen, live.state) == ("refunded", 0, "closed")
    again = [office.determine(*rows) for rows in files]
    assert {(x.unchanged, x.rows_in) for x in again} <= {(1, 1), (2, 2)}
    assert office.live(own).seq == live.seq
    assert claims(office) == 1


def test_a_refund_of_a_number_that_is_only_stated_waits_for_its_bill(office):
    """A refund alone does not say whose bill it was."""
    own = filed(office)
    taken = office.determine(refund("R1", "N1", 0, "2023-06-01"))
    assert [x.reason for x in taken.listed] == ["RefundOfUnknown"]
    assert office.live(own).state == "review"


def test_another_persons_statement_of_a_number_has_no_effect(office):
    """The bill is its owner's; that somebody else named it is told nobody."""
    stranger = filed(office, seed=1)
    taken = office.determine(bill("N1", 0, DAY, "1200.00"))
    assert (taken.new, taken.joined, taken.listed) == (1, 0, [])
    assert (office.live("N1").payable_fen, office.live("N1").state) == (60_000, "payable")
    live = office.live(stranger)
    assert (live.state, live.seq) == ("review", 1)


def test_two_people_who_state_one_number_only_one_of_them_has_it(office):
    mine, theirs = filed(office, seed=0), filed(office, seed=1)
    office.determine(bill("N1", 1, DAY, "1200.00"))
    assert [office.live(x).state for x in (mine, theirs)] == ["review", "payable"]
    assert claims(office) == 2


def test_a_joined_number_stays_its_members(office):
    own = filed(office)
    office.determine(bill("N1", 0, DAY, "1200.00"))
    taken = office.determine(bill("N1", 1, DAY, "9999.00"))
    assert [x.reason for x in taken.listed] == ["SetlIdOfAnother"]
    assert (office.live(own).version, claims(office)) == (2, 1)


def test_the_bureau_has_no_number_of_the_funds_own(office):
    own = filed(office)
    free = own_number(2023, 999_999)
    taken = office.determine(
        bill(own, 0, DAY, "9999.00"),
        bill(free, 0, DAY, "9999.00"),
        refund("R1", own, 0, DAY),
    )
    assert {(x.line, x.field, x.reason) for x in taken.listed} == {
        (2, "setl_id", "SetlIdOwn"),
        (3, "setl_id", "SetlIdOwn"),
        (4, "init_setl_id", "SetlIdOwn"),
    }
    assert (taken.refused, taken.run_id, adds_up(taken)) == (3, None, True)
    assert (office.live(own).seq, claims(office)) == (1, 1)


def test_a_bill_kept_for_a_stranger_who_becomes_a_member_and_files_it_is_joined(office):
    office.determine(bill("N1", 50, "2023-09-10", "1200.00"))
    office.enrol([50], date(2023, 9, 1))
    made = file_by_hand(office.session, 50, a_stay("2023-09-10", "1000.00", "N1"))
    office.receive("50.00", date(2023, 9, 1))
    office.look_again()
    office.drain()
    live = office.live(made.setl_id)
    assert (live.version, live.payable_fen, live.state) == (2, 60_000, "payable")
    assert claims(office) == 1
    assert office.look_again() is None
    taken = office.determine(bill("N1", 50, "2023-09-10", "1200.00"))
    assert (taken.unchanged, claims(office)) == (1, 1)


def test_the_caps_count_a_joined_bill_once(office):
    own = filed(office, scope="150000.00")
    office.determine(bill("N1", 0, DAY, "150000.00"), bill("X", 0, "2023-06-01", "100000.00"))
    assert [office.live(x).payable_fen for x in (own, "X")] == [7_500_000, 2_500_000]


# Without the bureau's number nobody can tell for certain.


def test_a_row_like_one_that_was_typed_waits_for_a_person(office):
    """Never both without somebody who looked: the second is held."""
    own = filed(office, stated="")
    taken = office.determine(bill("N1", 0, DAY, "1000.00"))
    assert (taken.new, taken.joined) == (1, 0)
    assert [office.live(x).state for x in (own, "N1")] == ["review", "review"]
    typed, row = claim_of(office.session, own), claim_of(office.session, "N1")
    second = add_account(office.session, "second", "乙", Role.OFFICER, "correct horse", by=None)
    decide(office.session, row, What.SAME_BILL, same_as=typed, by=office.by, approved_by=second)
    seen = claim_seen(office.session, member_of(office.session, 0), typed)
    assert (seen.setl_id, seen.stated_setl_id) == (own, "N1"), "its page says which row it was"


@pytest.mark.parametrize(
    "row",
    [
        bill("N1", 0, DAY, "1000.01"),
        bill("N1", 0, "2023-05-11", "1000.00"),
        bill("N1", 1, DAY, "1000.00"),
    ],
    ids=["another total", "another day", "another person"],
)
def test_a_row_that_is_another_bill_is_paid_as_ever(office, row):
    filed(office, stated="")
    office.determine(row)
    assert office.live("N1").state == "payable"


def test_a_row_that_comes_to_be_like_one_that_was_typed_waits_too(office):
    filed(office, stated="")
    office.determine(bill("N1", 0, DAY, "900.00"))
    assert office.live("N1").state == "payable"
    office.determine(bill("N1", 0, DAY, "1000.00"))
    assert office.live("N1").state == "review"


def test_a_bill_of_before_is_not_held_by_a_later_filing(office):
    office.determine(bill("N1", 0, DAY, "1000.00"))
    own = filed(office, stated="N2")
    office.determine(bill("N1", 0, DAY, "1000.00", hifp_pay="100.00"))
    assert [office.live(x).state for x in ("N1", own)] == ["payable", "review"]


def test_a_typed_bill_without_a_feed_of_totals_is_compared_by_its_parts(office):
    made = file_by_hand(office.session, 0, sheet())
    office.drain()
    parts = {"fulamt_ownpay_amt": "500.00", "hifp_pay": "1500.00"}
    office.determine(bill("N1", 0, DAY, "2500.00", **parts))
    assert [office.live(x).state for x in (made.setl_id, "N1")] == ["review", "review"]
    assert member_of(office.session, 0)
