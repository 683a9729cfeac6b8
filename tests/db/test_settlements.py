"""A feed of the bureau: a row is a bill, a version, a refund, unmatched or refused; never lost."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.db.office import Office, assert_sound, bill, bills_csv, chronic, refund
from tests.factories import make_id, make_name

DAY = "2023-05-10"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


def adds_up(taken):
    sums = taken.new + taken.changed + taken.unchanged + taken.refunds + taken.unmatched
    return taken.rows_in == sums + taken.refused


def reasons(taken):
    return [(fault.line, fault.field, fault.reason) for fault in taken.listed]


def test_every_kind_of_row_is_counted_once(office):
    office.determine(bill("A", 0, DAY, "1000.00"), bill("B", 0, DAY, "1000.00"))
    taken = office.feed(
        bill("A", 0, DAY, "1000.00"),
        bill("B", 0, DAY, "2000.00"),
        bill("C", 1, DAY, "1000.00"),
        refund("RA", "A", 0, DAY),
        refund("RX", "nowhere", 0, DAY),
        bill("D", 99, DAY, "1000.00"),
        bill("E", 1, DAY, "1.005"),
        bill("A2", 1, "yesterday", "1.00", med_type=""),
        bill("B", 1, DAY, "1.00"),
    )
    assert adds_up(taken)
    assert (taken.rows_in, taken.new, taken.changed, taken.unchanged) == (9, 1, 1, 1)
    assert (taken.refunds, taken.unmatched, taken.refused) == (2, 1, 3)
    assert {(6, "init_setl_id", "RefundOfUnknown"), (10, "setl_id", "SetlIdTwice")} <= set(
        reasons(taken)
    )
    assert taken.promised == 3
    office.drain()
    assert office.payable("A", "B", "C") == [0, 100_000, 50_000]


def test_the_same_file_again_changes_nothing(office):
    """Bad input 69: bills, corrections, refunds, unmatched and refused rows, all a second time."""
    office.determine(bill("B", 0, DAY, "500.00"))
    content = bills_csv(
        bill("A", 0, DAY, "1000.00"),
        bill("B", 0, DAY, "2000.00"),
        bill("D", 99, DAY, "1000.00"),
        bill("E", 1, DAY, "1.005"),
        refund("RA", "A", 0, DAY),
        refund("A9", "", 0, DAY),
    )
    office.take(content)
    office.drain()
    before = office.counts()
    again = office.take(content)
    assert office.drain() == 0
    assert office.counts() == before
    assert (again.unchanged, again.refused, again.promised) == (5, 1, 0)
    assert again.run_id is None


def test_changed_amounts_are_a_new_version_and_a_new_determination(office):
    """Bad input 70: never an edit."""
    office.determine(bill("A", 0, DAY, "1000.00"))
    office.determine(bill("A", 0, DAY, "3000.00"))
    rows = office.session.execute(
        text("SELECT seq, version, payable_fen FROM determination ORDER BY grant_no")
    )
    assert [tuple(row) for row in rows] == [(1, 1, 50_000), (2, 2, 150_000)]
    assert office.session.scalars(text("SELECT count(*) FROM claim")).one() == 1


def test_a_refund_after_its_bill(office):
    office.determine(bill("A", 0, DAY, "1000.00"))
    office.determine(refund("R", "A", 0, "2023-06-01"))
    live = office.live("A")
    assert (live.refusal, live.payable_fen, live.state) == ("refunded", 0, "closed")


def test_a_refund_before_its_bill_is_listed_and_counts_when_the_bill_comes(office):
    taken = office.determine(refund("R", "A", 0, DAY))
    assert reasons(taken) == [(2, "init_setl_id", "RefundOfUnknown")]
    assert office.session.scalars(text("SELECT count(*) FROM claim")).one() == 0
    office.determine(bill("A", 0, DAY, "1000.00"))
    assert office.live("A").refusal == "refunded"


def test_a_refund_above_its_bill_in_one_file(office):
    taken = office.determine(refund("R", "A", 0, DAY), bill("A", 0, DAY, "1000.00"))
    assert taken.listed == []
    assert office.live("A").refusal == "refunded"


def test_a_refund_with_another_persons_id_counts_and_is_listed(office):
    office.determine(bill("A", 1, DAY, "1000.00"))
    taken = office.determine(refund("R", "A", 0, DAY), refund("S", "A", 1, DAY))
    assert reasons(taken) == [(2, "certno", "RefundOfAnother")]
    assert (taken.refunds, taken.refused, adds_up(taken)) == (2, 0, True)
    assert office.live("A").refusal == "refunded"


def test_a_row_that_only_flags_itself_undoes_itself(office):
    office.determine(bill("A", 0, DAY, "1000.00"))
    taken = office.determine(refund("A", "", 0, DAY))
    assert (taken.refunds, taken.listed) == (1, [])
    assert office.live("A").refusal == "refunded"


def test_a_bill_that_was_refunded_stays_refunded_whatever_comes(office):
    office.determine(bill("A", 0, DAY, "1000.00"), refund("R", "A", 0, DAY))
    office.determine(bill("A", 0, DAY, "5000.00"))
    assert (office.live("A").refusal, office.live("A").version) == ("refunded", 2)


def test_a_refund_is_undone_only_once_however_often_it_is_sent(office):
    office.determine(bill("A", 0, DAY, "1000.00"), bill("B", 0, DAY, "1000.00"))
    office.determine(refund("R1", "A", 0, DAY))
    office.determine(refund("R2", "A", 0, "2023-06-01"))
    assert office.payable("A", "B") == [0, 50_000]
    assert office.live("A").seq == 2


def test_a_bill_under_a_refunds_number_is_listed(office):
    office.determine(bill("A", 0, DAY, "1000.00"), refund("R", "A", 0, DAY))
    taken = office.feed(bill("R", 0, DAY, "1000.00"))
    assert reasons(taken) == [(2, "setl_id", "SetlIdIsRefund")]
    assert adds_up(taken)


def test_somebody_elses_bill_is_listed(office):
    office.determine(bill("A", 0, DAY, "1000.00"))
    taken = office.determine(bill("A", 1, DAY, "1000.00"))
    assert reasons(taken) == [(2, "certno", "SetlIdOfAnother")]
    assert office.live("A").version == 1


def test_an_older_state_after_a_newer_one_is_listed_and_the_newer_stands(office):
    """Bad input 78."""
    for scope in ("1000.00", "2000.00", "3000.00"):
        office.determine(bill("A", 0, DAY, scope))
    taken = office.determine(bill("A", 0, DAY, "1000.00"))
    assert reasons(taken) == [(2, "setl_id", "OlderState")]
    assert adds_up(taken)
    assert office.payable("A") == [150_000]


def test_an_unmatched_bill_is_taken_up_when_its_person_is_enrolled_and_covered(office):
    taken = office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    assert (taken.unmatched, taken.promised, taken.listed) == (1, 0, [])
    office.enrol([50], date(2023, 9, 1))
    office.look_again()
    office.drain()
    assert office.live("A").refusal == "no_cover"
    office.receive("50.00", date(2023, 9, 1))
    office.look_again()
    office.drain()
    assert (office.live("A").payable_fen, office.live("A").seq) == (50_000, 2)
    assert office.look_again() is None


def test_an_unmatched_bill_is_taken_up_in_its_newest_state(office):
    for scope in ("1000.00", "2000.00", "1500.00"):
        office.determine(bill("A", 50, "2023-09-10", scope))
    office.covered([50], date(2023, 9, 1))
    office.look_again()
    office.drain()
    assert office.payable("A") == [75_000]


def test_an_older_state_from_before_the_enrolment_is_an_older_state_still(office):
    office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    office.determine(bill("A", 50, "2023-09-10", "2000.00"))
    office.covered([50], date(2023, 9, 1))
    office.look_again()
    office.drain()
    taken = office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    assert reasons(taken) == [(2, "setl_id", "OlderState")]
    assert office.payable("A") == [100_000]


def test_a_feed_between_the_enrolment_and_the_second_look_loses_no_newer_state(office):
    office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    office.determine(bill("A", 50, "2023-09-10", "2000.00"))
    office.covered([50], date(2023, 9, 1))
    office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    office.look_again()
    office.drain()
    assert office.payable("A") == [100_000]


def test_an_unmatched_bill_whose_id_number_is_corrected_goes_to_the_right_person(office):
    office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    taken = office.determine(bill("A", 51, "2023-09-10", "1000.00"))
    assert taken.unmatched == 1
    office.covered([50, 51], date(2023, 9, 1))
    office.look_again()
    office.drain()
    owner = office.session.scalars(text("SELECT member_id FROM claim WHERE setl_id = 'A'")).one()
    index = office.session.scalars(
        text("SELECT certno_index FROM member WHERE id = :id"), {"id": owner}
    ).one()
    from app.roster.members import certno_index

    assert bytes(index) == certno_index(make_id(51))


def test_an_older_state_of_an_unmatched_bill_is_listed(office):
    for scope in ("1000.00", "2000.00"):
        office.determine(bill("A", 50, "2023-09-10", scope))
    taken = office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    assert reasons(taken) == [(2, "setl_id", "OlderState")]
    assert adds_up(taken)


@pytest.mark.parametrize("enrolled", [False, True])
def test_what_came_before_its_person_was_corrected_is_an_older_state(office, enrolled):
    """The bureau has said since whose it is: whoever sends the first file again need not ask it."""
    first, corrected = bill("A", 50, DAY, "1000.00"), bill("A", 1, DAY, "1000.00")
    office.determine(first)
    assert office.determine(corrected).new == 1
    if enrolled:
        office.covered([50], date(2023, 9, 1))
        office.look_again()
    taken = office.determine(first, bill("B", 1, DAY, "10.00"))
    assert reasons(taken) == [(2, "setl_id", "OlderState")]
    assert adds_up(taken)
    assert office.determine(corrected).unchanged == 1
    # What never came before is another's still.
    assert reasons(office.determine(bill("A", 51, DAY, "1000.00"))) == [
        (2, "certno", "SetlIdOfAnother")
    ]
    assert (office.live("A").version, office.live("A").payable_fen) == (1, 50_000)


@pytest.mark.parametrize("person", [0, 50])
def test_a_bill_sent_again_is_known_though_a_refund_has_its_number_now(office, person):
    """A file that was taken once has no faults the second time."""
    office.determine(bill("A", 0, DAY, "1000.00"), bill("R", person, DAY, "500.00"))
    assert office.determine(refund("R", "A", 0, DAY)).refunds == 1
    taken = office.determine(bill("R", person, DAY, "500.00"))
    assert (taken.unchanged, taken.listed, adds_up(taken)) == (1, [], True)
    assert reasons(office.determine(bill("R", person, DAY, "600.00"))) == [
        (2, "setl_id", "SetlIdIsRefund")
    ]


def test_an_unmatched_bill_that_is_refunded_pays_nothing_once_matched(office):
    office.determine(bill("A", 50, "2023-09-10", "1000.00"))
    taken = office.determine(refund("R", "A", 50, "2023-09-11"))
    assert taken.listed == []
    office.covered([50], date(2023, 9, 1))
    office.look_again()
    office.drain()
    assert office.live("A").refusal == "refunded"


def test_a_bill_outside_every_cover_is_held_until_a_cover_holds_it(office):
    office.determine(bill("A", 0, "2024-03-01", "1000.00"), chronic("C", 0, "2024-03-02", "100.00"))
    assert [office.live(x).state for x in "AC"] == ["held", "held"]
    assert office.look_again() is None
    office.covered([0], date(2024, 2, 1))
    office.look_again()
    assert office.drain() == 2
    assert office.payable("A", "C") == [50_000, 2_000]
    assert office.look_again() is None


def test_nobody_s_data_stands_in_clear(office):
    """Unmatched people are nobody's members: nothing of them may be read, nor in the events."""
    secret = {"dise_name": "某种不便示人的病", "fixmedins_name": "某院", "emp_name": "某单位"}
    office.determine(bill("A", 77, DAY, "1000.00", **secret), bill("B", 0, DAY, "1.00", **secret))
    shown = ""
    for table in office.counts():
        if table == "settlement":
            continue  # a member's bill keeps its diagnosis, never the person's number or name
        for row in office.session.execute(text(f"SELECT * FROM {table}")):
            shown += repr([bytes(x) if isinstance(x, memoryview) else x for x in row])
    for clear in (make_id(77), make_name(77), *secret.values()):
        assert clear not in shown
        assert repr(clear.encode())[2:-1] not in shown
    bills = repr(office.session.execute(text("SELECT * FROM settlement")).all())
    assert make_id(0) not in bills


def test_a_feed_may_come_in_gbk_or_with_a_byte_order_mark(office):
    """Bad input 76."""
    rows = [bill(f"{n}", 0, DAY, "10.00", dise_name="高血压") for n in range(3)]
    office.take(bills_csv(rows[0], encoding="gb18030"))
    office.take(bills_csv(rows[1], encoding="utf-8-sig"))
    office.take(bills_csv(rows[2], encoding="utf-8"))
    names = office.session.scalars(text("SELECT dise_name FROM settlement")).all()
    assert names == ["高血压"] * 3


def test_a_formula_in_a_field_is_a_text_and_in_an_amount_a_fault(office):
    """Bad input 79."""
    taken = office.feed(
        bill("A", 0, DAY, "10.00", dise_name='=HYPERLINK("http://x")'),
        bill("B", 0, DAY, "=1+1"),
        bill("=1+1", 0, DAY, "10.00"),
    )
    assert adds_up(taken)
    assert [(line, name) for line, name, _ in reasons(taken)] == [(3, "inscp_scp_amt")]
    office.drain()
    assert office.payable("A", "=1+1") == [500, 500]


def test_parts_that_do_not_make_the_whole_are_flagged_not_refused(office):
    taken = office.feed(
        bill("A", 0, DAY, "10.00", medfee_sumamt="11.00"),
        bill("B", 0, DAY, "10.00", medfee_sumamt="10.00", hifp_pay="1.00", fund_pay_sumamt="2.00"),
        bill("C", 0, DAY, "10.00", medfee_sumamt="10.00"),
    )
    assert taken.sums_differ == [2, 3]
    assert taken.new == 3


def test_a_run_of_refused_rows_alone_writes_nothing(office):
    before = office.counts()
    taken = office.feed(bill("A", 0, DAY, "-1.00"), bill("", 0, DAY, "1.00"))
    assert taken.refused == 2
    assert office.counts() == before


def test_two_imports_of_the_same_file_at_once_are_one(database):
    with Session(database.engine) as session, session.begin():
        Office(session).covered(range(20), date(2023, 1, 1))
    rows = [bill(f"S{n:03d}", n % 25, DAY, "100.00") for n in range(200)]
    content = bills_csv(*rows)

    def take(_):
        with Session(database.engine) as session, session.begin():
            return Office(session).take(content)

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(take, range(4)))
    assert sorted(x.new for x in taken) == [0, 0, 0, 160]
    assert sorted(x.unmatched for x in taken) == [0, 0, 0, 40]
    assert all(adds_up(x) for x in taken)
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        assert office.drain() == 160
        assert_sound(session)


def test_a_file_of_the_factories_is_read_as_it_was_written():
    rows = list(csv.reader(io.StringIO(bills_csv(bill("A", 0, DAY, "1.00")).decode())))
    assert rows[0][0] == "setl_id"
    assert rows[1][0] == "A"
