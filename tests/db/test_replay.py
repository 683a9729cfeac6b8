"""What is stored is recomputed; whatever somebody changed past the rules is found, where it is."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.adjudication.replay import recompute, replay
from app.adjudication.split_members import apart
from tests.db.office import Office, bill, chronic, refund

DAY = "2021-05-10"


def a_busy_year(session) -> Office:
    """Caps reached, a correction, a refund, waiting, held, and a cover that came late."""
    office = Office(session)
    office.covered(range(4), date(2021, 1, 1))
    office.determine(
        bill("A1", 0, "2021-02-10", "150000.00"),
        bill("A2", 0, "2021-03-10", "100000.00"),
        bill("A3", 0, "2021-04-10", "500.00"),
        bill("B1", 1, "2021-01-20", "1000.00"),
        bill("B2", 1, DAY, "1000.00", med_type="22"),
        chronic("B3", 1, DAY, "9000.00"),
        bill("C1", 2, "2022-05-10", "1000.00"),
        bill("D1", 3, DAY, "2000.00"),
    )
    office.determine(bill("A1", 0, "2021-02-10", "120000.00"), refund("R", "D1", 3, DAY))
    office.determine(bill("A4", 0, "2021-06-10", "70000.00"))
    office.covered([2], date(2022, 5, 1))
    office.look_again()
    office.drain()
    return office


def differences(session, year: int = 2021) -> list[tuple[int, str]]:
    return [(x.grant_no, x.field) for x in replay(session, year).differences]


@pytest.fixture
def office(session):
    return a_busy_year(session)


def test_what_the_fund_determined_is_what_replay_computes(office):
    played = replay(office.session, 2021)
    assert played.differences == []
    assert played.determinations == 10
    assert replay(office.session, 2022).determinations == 2


@pytest.mark.parametrize("at_once", [1, 2, 3, 5])
def test_some_members_at_a_time_are_replayed_like_all_at_once(office, at_once):
    whole = replay(office.session, 2021)
    told = []
    assert replay(office.session, 2021, at_once, lambda *how_far: told.append(how_far)) == whole
    members = [*apart(office.session, at_once)]
    assert len(members) > 2
    assert told == [(done, len(members)) for done in range(1, len(members) + 1)]
    assert all(before.through == after.above for before, after in pairwise(members))


def test_work_that_is_promised_and_not_done_yet_is_no_difference(office):
    """A refund came, a cover came: until they are drained the determinations stand as they were."""
    office.determine(bill("E1", 1, "2022-09-01", "10.00"))
    office.feed(refund("R2", "A1", 0, "2021-07-01"), bill("A2", 0, DAY, "1.00"))
    office.covered([1], date(2022, 8, 1))
    assert differences(office.session) == differences(office.session, 2022) == []
    office.look_again()
    assert differences(office.session) == differences(office.session, 2022) == []
    office.drain()
    assert office.payable("A1", "E1") == [0, 500]
    assert differences(office.session) == differences(office.session, 2022) == []


# What an owner of the tables can do, who is not bound by what the schema refuses.
UNCHECKED = "ALTER TABLE determination " + ", ".join(
    f"DROP CONSTRAINT determination_{name}_check" for name in ("granted", "refused", "room")
)


@pytest.mark.parametrize(
    ("setl_id", "change", "field"),
    [
        ("A4", "payable_fen = payable_fen - 1", "payable"),
        ("B3", "base_fen = base_fen + 10", "base"),
        ("B3", "gross_fen = gross_fen + 1", "gross"),
        ("A3", "room_fen = room_fen + 1", "room"),
        ("A4", "cover_id = (SELECT max(id) FROM cover WHERE member_id <> 0)", "cover"),
        ("B2", "refusal = 'not_in_scheme'", "refusal"),
        ("B1", "refusal = NULL", "refusal"),
        ("D1", "refusal = 'held', undone_on = NULL", "refusal"),
        ("C1", "payable_fen = payable_fen - 1", "payable"),
        ("A4", "scheme_id = s.id, scheme_digest = s.digest", "scheme"),
        ("A4", "care = 'chronic'", "care"),
        ("A1", "care = NULL", "care"),
        ("A4", "setl_id = 'elsewhere'", "bill"),
        ("A4", "version = 9", "bill"),
    ],
)
def test_a_changed_figure_is_found_exactly_there(database, setl_id, change, field):
    with Session(database.engine) as session, session.begin():
        office = a_busy_year(session)
        changed = office.live(setl_id)
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text(UNCHECKED))
        done = connection.execute(
            text(
                f"UPDATE determination d SET {change} FROM scheme s"
                " WHERE s.id = '2022' AND grant_no = :n"
            ),
            {"n": changed.grant_no},
        )
        assert done.rowcount == 1
    owner.dispose()
    with Session(database.engine) as session:
        year = changed.benefit_year or 2021
        assert differences(session, year) == [(changed.grant_no, field)]


def test_what_was_changed_of_several_members_is_named_wherever_they_are_cut(database):
    with Session(database.engine) as session, session.begin():
        a_busy_year(session)
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text(UNCHECKED))
        connection.execute(text("UPDATE determination SET base_fen = base_fen + 1"))
    owner.dispose()
    with Session(database.engine) as session:
        whole = replay(session, 2021)
        assert len({x.member_id for x in whole.differences}) > 1
        assert replay(session, 2021, 2) == replay(session, 2021, 1) == whole


def test_a_figure_changed_in_the_middle_is_the_first_difference(database):
    """Those after it were given the room of the true figure: they differ too, but later."""
    with Session(database.engine) as session, session.begin():
        changed = a_busy_year(session).live("A2")
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text(UNCHECKED))
        connection.execute(
            text("UPDATE determination SET payable_fen = payable_fen - 100 WHERE grant_no = :n"),
            {"n": changed.grant_no},
        )
    owner.dispose()
    with Session(database.engine) as session:
        found = differences(session)
        assert found[0] == (changed.grant_no, "payable")
        assert {field for _, field in found[1:]} <= {"room", "payable"}


def test_a_changed_bill_or_cover_shows_in_what_was_computed_from_it(database):
    with Session(database.engine) as session, session.begin():
        office = a_busy_year(session)
        on_bill, on_cover = office.live("B3"), office.live("C1")
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("UPDATE settlement SET inscp_scp_amt = 1 WHERE setl_id = 'B3'"))
        connection.execute(
            text("UPDATE cover SET waits_until = '2022-12-31' WHERE id = :id"),
            {"id": on_cover.cover_id},
        )
    owner.dispose()
    with Session(database.engine) as session:
        assert {x for x, _ in differences(session)} == {on_bill.grant_no}
        assert {x for x, _ in differences(session, 2022)} == {on_cover.grant_no}


def test_recompute_lists_what_a_full_recomputation_would_change(office):
    office.determine(bill("B4", 1, "2021-03-01", "199990.00"))
    office.determine(bill("B5", 1, "2021-03-02", "30.00"))
    office.determine(bill("B0", 1, "2021-02-28", "100.00"))
    assert office.payable("B0", "B4", "B5") == [0, 9_999_500, 500]
    member = office.live("B0").member_id
    claim = {x: office.live(x).claim_id for x in ("B0", "B4", "B5")}
    changes = [tuple(x) for x in recompute(office.session, 2021) if x.member_id == member]
    assert changes == [
        (member, claim["B0"], 0, 5_000),
        (member, claim["B4"], 9_999_500, 9_995_000),
        (member, claim["B5"], 500, 0),
    ]


def test_recompute_lists_nothing_where_all_came_in_order(office):
    assert recompute(office.session, 2022) == []
