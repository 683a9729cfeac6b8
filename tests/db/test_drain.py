"""Determining what is due: any split of the work, in any order, grants what the kernel grants."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import boot
from app.adjudication.drain import PLAIN_FROM
from app.db import transaction
from app.dispatch import drain_all, drain_run
from tests.db.office import Office, assert_sound, bill, chronic, keys, refund
from tests.db.years_in import answers, drain_in_pieces, feed, in_a_scheme, store_covers
from tests.unit.busy_years import busy_years
from tests.unit.model import Bill
from tests.unit.runs import determine_run
from tests.unit.strategies import bills as some_bills
from tests.unit.strategies import covers as some_covers

DAY = "2023-05-10"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


# The published case: seven stays, 259,900 borne, the cap of 100,000.00 paid.
STAYS = ("50000.00", "40000.00", "39900.00", "30000.00", "40000.00", "35000.00", "25000.00")


def seven_stays(outside: tuple[str, ...] = ()) -> list[dict[str, str]]:
    rows = []
    for number, amount in enumerate(STAYS, 1):
        day = f"2023-{number + 1:02d}-11"
        more = {"psn_part_amt": amount}
        if outside:
            scope = f"{float(amount) - float(outside[number - 1]):.2f}"
            more |= {"fulamt_ownpay_amt": outside[number - 1], "inscp_scp_amt": scope}
        rows.append(bill(f"P{number}", 0, day, amount) | more)
    return rows


def test_the_published_case_with_all_of_it_inside_the_scope(office):
    office.determine(*seven_stays())
    paid = office.payable(*(f"P{number}" for number in range(1, 8)))
    assert sum(paid) == 10_000_000
    assert paid == [2_500_000, 2_000_000, 1_995_000, 1_500_000, 2_000_000, 5_000, 0]


def test_the_published_case_with_59_900_outside_the_scope(office):
    outside = ("20000.00", "10000.00", "9900.00", "5000.00", "5000.00", "5000.00", "5000.00")
    office.determine(*seven_stays(outside))
    live = [office.live(f"P{number}") for number in range(1, 8)]
    assert sum(x.base_fen for x in live) == 20_000_000
    assert sum(x.gross_fen for x in live) == sum(x.payable_fen for x in live) == 10_000_000


@pytest.mark.parametrize("members", [1, 2, 3])
def test_seven_stays_in_seven_files_come_to_the_same(office, members):
    for stay in seven_stays():
        office.feed(stay)
        office.drain(members)
    assert sum(office.payable(*(f"P{number}" for number in range(1, 8)))) == 10_000_000


def test_a_late_bill_gets_the_room_that_is_left(office):
    office.determine(bill("B", 0, "2023-06-01", "190000.00"))
    office.determine(bill("A", 0, "2023-02-01", "20000.00"))
    assert office.payable("A", "B") == [500_000, 9_500_000]


def test_a_correction_up_takes_the_room_there_is(office):
    office.determine(bill("A", 0, "2023-02-01", "20000.00"), bill("B", 0, DAY, "170000.00"))
    office.determine(bill("A", 0, "2023-02-01", "40000.00"))
    assert office.payable("A", "B") == [1_500_000, 8_500_000]


def test_a_correction_down_gives_room_to_later_determinations_only(office):
    office.determine(bill("A", 0, "2023-02-01", "100000.00"), bill("B", 0, DAY, "120000.00"))
    assert office.payable("A", "B") == [5_000_000, 5_000_000]
    office.determine(bill("A", 0, "2023-02-01", "90000.00"), bill("C", 0, "2023-07-01", "100.00"))
    assert office.payable("A", "B", "C") == [4_500_000, 5_000_000, 5_000]


def test_a_refund_returns_room_for_what_comes_later(office):
    office.determine(bill("A", 0, "2023-02-01", "200000.00"), bill("B", 0, DAY, "10.00"))
    assert office.payable("A", "B") == [10_000_000, 0]
    office.determine(refund("R", "A", 0, "2023-06-01"))
    assert office.payable("B") == [0]
    office.determine(bill("C", 0, "2023-06-02", "30.00"))
    assert office.payable("A", "B", "C") == [0, 0, 1_500]


def test_a_correction_may_move_a_bill_to_another_cover_and_year(office):
    office.covered([0], date(2024, 1, 1))
    office.determine(bill("A", 0, DAY, "200000.00"), bill("B", 0, "2023-06-01", "10.00"))
    office.determine(bill("A", 0, "2024-05-10", "200000.00"))
    live = office.live("A")
    assert (live.benefit_year, live.payable_fen, live.seq) == (2024, 10_000_000, 2)
    office.determine(bill("C", 0, "2023-07-01", "10.00"))
    assert office.payable("B", "C") == [0, 500]


def test_a_correction_may_move_a_bill_to_another_care(office):
    office.determine(bill("A", 0, DAY, "1000.00"))
    office.determine(chronic("A", 0, DAY, "1000.00"))
    assert (office.live("A").care, office.live("A").payable_fen) == ("chronic", 20_000)


def test_stays_of_2019_are_one_over_several_files_and_a_refund_leaves_them(office):
    office.covered([9], date(2019, 11, 1))
    stay = {"mdtrt_id": "STAY"}
    office.determine(bill("A", 9, "2020-02-01", "800.00", **stay))
    office.determine(bill("B", 9, "2020-02-03", "700.00", **stay))
    assert office.payable("A", "B") == [24_000, 31_000]
    office.determine(refund("R", "A", 9, "2020-03-01"))
    office.determine(bill("C", 9, "2020-02-05", "400.00", **stay))
    # 700 stand before it: 300 at 30 %, 100 at 50 %.
    assert office.payable("A", "B", "C") == [0, 31_000, 14_000]


def test_a_bill_without_the_date_it_is_looked_for_by_is_held_for_a_person(office):
    taken = office.determine(bill("A", 0, DAY, "10.00", enddate=""), bill("B", 0, DAY, "10.00"))
    assert taken.new == 2
    assert (office.live("A").refusal, office.live("A").state) == ("date_missing", "held")
    assert office.payable("B") == [500]


def test_a_determination_that_says_the_same_is_not_written_again(office):
    office.determine(bill("A", 0, DAY, "1000.00"))
    before = office.counts()
    member, claim = office.live("A").member_id, office.live("A").claim_id
    promise_again(office, member, [claim])
    assert office.drain() == 0
    assert office.counts() == before


def promise_again(office: Office, member: int, claims: list[int], run_id: int | None = None):
    from app.jobs import DETERMINE, promise

    run = run_id or office.session.scalar(text("SELECT max(id) FROM run"))
    promise(office.session, DETERMINE, run, [(member, claims)])


def test_a_determination_that_says_the_same_moves_no_room(office):
    """A claim promised in two runs: the second finds more room, and must not take it unwritten."""
    office.determine(bill("A", 0, "2023-02-01", "199990.00"), bill("B", 0, DAY, "1000.00"))
    assert office.payable("B") == [500]
    office.determine(refund("R", "A", 0, "2023-06-01"))
    promise_again(office, office.live("B").member_id, [office.live("B").claim_id])
    assert office.drain() == 0
    assert_sound(office.session)
    office.determine(bill("C", 0, "2023-06-02", "199990.00"))
    assert office.payable("B", "C") == [500, 9_999_500]


def test_two_runs_out_of_order_with_the_same_claim(office):
    """The correction's run is done first; the bill's own run then has nothing to add."""
    first = office.feed(bill("A", 0, DAY, "1000.00"), bill("B", 0, DAY, "190000.00")).run_id
    second = office.feed(bill("A", 0, DAY, "30000.00")).run_id
    drain_in_pieces(office.session, second, [1])
    drain_in_pieces(office.session, first, [1])
    assert office.payable("A", "B") == [1_500_000, 8_500_000]
    assert office.live("A").seq == 1


# A property: covers near the days where rules change, bills near their ends, in pieces of any size.
@given(data=st.data())
@settings(
    max_examples=500 if os.environ.get("HUZHU_LONG") == "1" else 12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_any_split_of_a_run_grants_what_determine_grants(session, data):
    covers = in_a_scheme(data.draw(some_covers()))
    bills = data.draw(some_bills(covers or [*covers_of_nobody()]))
    pieces = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    plain_from = data.draw(st.sampled_from((1, PLAIN_FROM)))
    with session.begin_nested() as example:
        expected = granted_by_the_kernel(covers, bills)
        store_covers(session, covers)
        run_id = feed(session, bills)
        drain_in_pieces(session, run_id, pieces, plain_from)
        known = {cover.certno for cover in covers}
        assert answers(session) == {
            x.setl_id: expected[x.setl_id]
            for x in bills
            if not x.refd_setl_flag and x.certno in known
        }
        assert_sound(session)
        example.rollback()


@given(data=st.data())
@settings(
    max_examples=500 if os.environ.get("HUZHU_LONG") == "1" else 12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_corrections_before_the_drain_count_as_if_they_had_come_at_once(session, data):
    covers = in_a_scheme(data.draw(some_covers()))
    bills = data.draw(some_bills(covers or [*covers_of_nobody()]))
    corrected = [
        corrected_by(x, data.draw(st.integers(1, 9))) for x in bills if not x.refd_setl_flag
    ]
    corrected = corrected[: data.draw(st.integers(0, 4))]
    with session.begin_nested() as example:
        newest = {x.setl_id: x for x in [*bills, *corrected]}
        expected = granted_by_the_kernel(covers, list(newest.values()))
        store_covers(session, covers)
        runs = [feed(session, bills), feed(session, corrected)]
        for run_id in runs:
            drain_in_pieces(session, run_id, [1, 2], plain_from=1)
        known = {cover.certno for cover in covers}
        assert answers(session) == {
            x.setl_id: expected[x.setl_id]
            for x in bills
            if not x.refd_setl_flag and x.certno in known
        }
        assert_sound(session)
        example.rollback()


def covers_of_nobody():
    from tests.unit.model import Cover

    return [Cover("B", date(2020, 2, 28), date(2021, 2, 27))]


def corrected_by(bill: Bill, times: int) -> Bill:
    from dataclasses import replace

    return replace(bill, inscp_scp_amt=bill.inscp_scp_amt + times * 12_345)


def granted_by_the_kernel(covers, bills) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[2:] for row in determine_run(covers, bills)}


def test_processes_that_share_a_run_grant_what_determine_grants(database):
    """Real connections, real locks: four drains at once over 30 members' busy years."""
    keys()
    covers, bills = busy_years(7, members=12, count=600)
    covers = in_a_scheme(covers)
    with Session(database.engine) as session, session.begin():
        store_covers(session, covers)
        feed(session, bills)
    expected = granted_by_the_kernel(covers, bills)
    done = in_parallel(database, 4, lambda number: list(drain_everything(1 + number % 3)))
    assert sum(x.in_trouble for made in done for x in made) == 0
    with Session(database.engine) as session:
        found = answers(session)
        assert len(found) > 300
        assert found == {setl_id: expected[setl_id] for setl_id in found}
        assert_sound(session)


def drain_everything(members: int):
    from app.dispatch import due_runs

    for run_id in due_runs():
        yield from drain_run(run_id, members)


def in_parallel(database, threads, work):
    """`work(number)` in so many threads, all starting together, each with its own connections."""
    app = boot.start(database.settings)
    together = threading.Barrier(threads)

    def one(number):
        with app.app_context():
            together.wait(timeout=60)
            return work(number)

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, range(threads)))
    with app.app_context():
        from app.db import db

        db.engine.dispose()
    return found


def test_two_runs_with_the_same_claim_at_once(database):
    """Both hold the same new bills: one determines, the other finds it said."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered(range(8), date(2023, 1, 1))
        office.feed(*(bill(f"S{n}", n % 8, DAY, "1000.00") for n in range(64)))
        office.feed(*(bill(f"S{n}", n % 8, DAY, "1100.00") for n in range(64)))
    done = in_parallel(database, 4, lambda number: list(drain_everything(8)))
    with Session(database.engine) as session:
        live = Office(session).payable(*(f"S{n}" for n in range(64)))
        assert live == [55_000] * 64
        assert session.scalar(text("SELECT count(*) FROM job WHERE kind = 'determine'")) in {
            0,
            sum(x.in_trouble for made in done for x in made),
        }
        assert_sound(session)


def test_a_poisoned_job_is_put_off_and_the_others_go_on(database):
    app = boot.start(database.settings)
    with app.app_context():
        with transaction() as session:
            office = Office(session)
            office.covered(range(5), date(2023, 1, 1))
            office.feed(*(bill(f"S{n}", n, DAY, "1000.00") for n in range(5)))
        drain_all()
        with transaction() as session:
            office = Office(session)
            poisoned = office.live("S2").member_id
            # Somebody wrote past the rules: nothing seems used, so nothing can be given back.
            session.execute(
                text("UPDATE entitlement SET used_fen = 0 WHERE member_id = :m"), {"m": poisoned}
            )
            office.feed(*(refund(f"R{n}", f"S{n}", n, "2023-06-01") for n in range(5)))
        done = drain_all()
        assert (done.in_trouble, done.members) == (1, 4)
        assert drain_all().members == 0
        with transaction() as session:
            office = Office(session)
            (job,) = session.execute(
                text(
                    "SELECT part_id, tries, trouble, due_at > now() AS later FROM job"
                    " WHERE kind = 'determine'"
                )
            ).all()
            assert tuple(job) == (poisoned, 1, "CheckViolation", True)
            assert office.payable("S0", "S1", "S2", "S3", "S4") == [0, 0, 50_000, 0, 0]
        heal(app)


def heal(app):
    """`huzhu rebuild` remakes what is mutable and promises the work anew."""
    from app.adjudication.rebuild import rebuild
    from app.db import db

    with transaction() as session:
        assert rebuild(session).differed["entitlement"] == 2
    assert drain_all().in_trouble == 0
    with transaction() as session:
        assert Office(session).payable("S2") == [0]
        assert_sound(session)
    db.engine.dispose()
