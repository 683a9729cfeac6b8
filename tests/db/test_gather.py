"""A feed's promises, brought together by member: each claim once, and each member in one place."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import boot
from app.adjudication.drain import drain
from app.claims.again import sweep
from app.claims.gather import gather, promise_later, take_many
from app.db import transaction
from app.dispatch import drain_all
from app.jobs import DETERMINE, promise
from app.web.read.runs import run_seen
from tests.db.office import Office, assert_sound, bill

DAY = "2023-05-10"
PEOPLE, BILLS = 6, 30
CLAIMS = text("SELECT member_id, id FROM claim ORDER BY id")
JOBS = text("SELECT kind, part_id, items FROM job WHERE subject_id = :run ORDER BY kind, part_id")
LARGE = {"many_from": 1, "members_a_row": 2, "at_once": 9}


def coming(session: Session) -> tuple[Office, int, list[tuple[int, int]]]:
    """A feed that came in three parts and has not ended."""
    office = Office(session)
    office.covered(range(PEOPLE), date(2023, 1, 1))
    taken = office.feed(*(bill(f"S{n:02}", n % PEOPLE, DAY, "100.00") for n in range(BILLS)))
    session.execute(text("DELETE FROM job"))
    claims = [(who, claim) for who, claim in session.execute(CLAIMS)]
    for at in range(0, BILLS, 10):
        promise_later(session, taken.run_id, claims[at : at + 10])
    return office, taken.run_id, claims


def promised(session: Session, run_id: int) -> tuple[list[set[int]], list[tuple[int, int]]]:
    """The members of each promise, and every claim promised."""
    members, found = [], []
    for kind, part_id, items in session.execute(JOBS, {"run": run_id}):
        if kind == DETERMINE:
            whose, claims = [part_id] * len(items), items
        else:
            whose, claims = items[1 : len(items) // 2 + 1], items[len(items) // 2 + 1 :]
            assert items[0] == len(set(whose))
        members.append(set(whose))
        found += zip(whose, claims, strict=True)
    return members, sorted(found, key=lambda x: x[1])


@pytest.mark.parametrize("large", [{}, LARGE, {**LARGE, "at_once": 1_000}])
def test_every_claim_is_promised_once_and_every_member_in_one_place(session, large):
    _, run_id, claims = coming(session)
    assert sweep(session) == 0  # nothing is forgotten
    # One of them had a claim determined before, or so it is promised.
    promise(session, DETERMINE, run_id, [(claims[0][0], [claims[0][1]])])
    for _ in range(2):
        gather(session, run_id, **large)
        members, found = promised(session, run_id)
        assert found == claims
        assert sum(map(len, members)) == len(set.union(*members)) == PEOPLE
        # What came before it stopped is done together with what comes after.
        more = session.execute(text("SELECT nextval('claim_number')")).scalar_one()
        promise_later(session, run_id, [(claims[-1][0], more)])
        claims.append((claims[-1][0], more))
    assert sweep(session) == 0


@pytest.mark.parametrize("at_once", [1, 4, 10_000])
def test_what_is_gathered_is_determined(session, at_once):
    office, run_id, _ = coming(session)
    gather(session, run_id, **LARGE)
    assert run_seen(session, run_id).due == PEOPLE
    while drain(session, run_id, at_once, plain_from=1):
        pass
    assert office.payable(*(f"S{n:02}" for n in range(BILLS))) == [5_000] * BILLS
    assert take_many(session, run_id) is None
    assert run_seen(session, run_id).due == 0
    assert_sound(session)


def test_a_poisoned_member_of_many_holds_up_nobody_else(database):
    app = boot.start(database.settings)
    with app.app_context():
        with transaction() as session:
            _, run_id, claims = coming(session)
            gather(session, run_id, **LARGE)
            # Somebody wrote where only a drain writes.
            put = "INSERT INTO claim_queue (member_id, claim_id, state, seq) VALUES (:m, :c, :s, 1)"
            poisoned = {"m": claims[3][0], "c": claims[3][1], "s": "payable"}
            session.execute(text(put), poisoned)
        done = drain_all()
        assert (done.in_trouble, done.members) == (1, PEOPLE - 1)
        with transaction() as session:
            members, found = promised(session, run_id)
            assert members == [{claims[3][0]}]
            assert len(found) == BILLS // PEOPLE
        from app.db import db

        db.engine.dispose()
