"""Whatever is mutable can be thrown away: it is remade from the facts, and work goes on."""

from datetime import date

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.adjudication.rebuild import rebuild
from app.db import transaction
from app.dispatch import drain_all
from tests.db.office import Office, assert_sound, bill, refund
from tests.db.test_drain import in_parallel
from tests.db.test_replay import a_busy_year

MUTABLE = {"cover_term": "cover_id", "entitlement": "member_id, care", "claim_queue": "claim_id"}

TOLD = (*MUTABLE, "batch_sum")


def mutable(session) -> dict[str, list[tuple]]:
    return {
        table: [tuple(x) for x in session.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))]
        for table, order in MUTABLE.items()
    }


def test_rebuilding_what_is_right_changes_nothing(session):
    office = a_busy_year(session)
    before = mutable(session), office.counts()
    rebuilt = rebuild(session)
    assert rebuilt.differed == dict.fromkeys(TOLD, 0)
    assert rebuilt.promised == 0
    assert (mutable(session), office.counts()) == before


def test_what_was_thrown_away_comes_back_caps_included(database):
    with Session(database.engine) as session, session.begin():
        office = a_busy_year(session)
        office.determine(bill("Z", 3, "2021-08-01", "10.00"), refund("RZ", "Z", 3, "2021-08-02"))
        before = mutable(session)
        used = {(x[1], x[2]): x[3] for x in before["entitlement"]}
        assert used == {
            ("chronic", 2021): 300_000,
            ("inpatient", 2021): 10_000_000,
            ("inpatient", 2022): 10_000_000,
        }
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE job, claim_queue, entitlement, cover_term"))
        connection.execute(text("INSERT INTO batch_sum VALUES (1000, 1, 0)"))
    owner.dispose()
    with Session(database.engine) as session, session.begin():
        rebuilt = rebuild(session)
        assert rebuilt.rows == {x: len(before[x]) for x in MUTABLE}
        assert rebuilt.differed == rebuilt.rows | {"batch_sum": 1}, "nobody paid so"
        assert mutable(session) == before
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        assert_sound(session)
        office.determine(bill("N", 0, "2021-09-01", "50.00"), bill("M", 3, "2021-09-01", "50.00"))
        office.covered([9], date(2021, 9, 1))
        assert office.payable("N", "M") == [0, 2_500]
        assert_sound(session)


def test_what_differed_is_told(session):
    a_busy_year(session)
    session.execute(text("UPDATE entitlement SET used_fen = 1 WHERE care = 'chronic'"))
    session.execute(text("DELETE FROM claim_queue WHERE state = 'held'"))
    before = session.scalar(text("SELECT count(*) FROM claim_queue"))
    rebuilt = rebuild(session)
    assert rebuilt.differed["entitlement"] == 2  # the wrong row and the right one
    assert rebuilt.differed["claim_queue"] == rebuilt.rows["claim_queue"] - before > 0
    assert_sound(session)


def test_a_claim_whose_grant_was_all_given_back_can_be_rebuilt(session):
    office = Office(session)
    office.covered([0], date(2021, 1, 1))
    office.determine(bill("A", 0, "2021-06-01", "1000.00"))
    office.determine(refund("R", "A", 0, "2021-06-02"))
    assert rebuild(session).differed == dict.fromkeys(TOLD, 0)


def test_lost_promises_are_made_anew(session):
    """Jobs are no facts: new bills, corrections, refunds, unmatched people and late covers."""
    office = a_busy_year(session)
    office.determine(bill("U", 50, "2022-09-10", "100.00"), bill("V", 1, "2022-09-10", "100.00"))
    office.feed(bill("N", 3, "2021-07-01", "100.00"), bill("A2", 0, "2021-03-10", "2.00"))
    office.feed(refund("R9", "A1", 0, "2021-07-01"))
    office.covered([1, 50], date(2022, 9, 1))
    session.execute(text("DELETE FROM job"))
    rebuild(session)
    office.drain()
    assert office.payable("N", "A1", "A2", "U", "V") == [5_000, 0, 100, 5_000, 5_000]
    assert_sound(session)
    assert rebuild(session).promised == 0


def test_rebuilding_while_others_work_waits_its_turn_and_harms_nobody(database):
    """Feeds, enrolments, drains and rebuilds at once: no deadlock, nothing lost."""
    with Session(database.engine) as session, session.begin():
        Office(session).covered(range(4), date(2021, 1, 1))

    def work(number: int) -> int:
        for again in range(4):
            day = f"2021-0{again + 3}-10"
            with transaction() as session:
                office = Office(session)
                if number % 4 == 0:
                    assert sum(rebuild(session).differed.values()) == 0
                elif number % 4 == 1:
                    office.feed(*(bill(f"S{number}-{again}-{n}", n, day, "9.00") for n in range(6)))
                elif number % 4 == 2:
                    office.covered([50 + number * 10 + again], date(2021, 2, 1))
            if number % 4 == 3:
                assert drain_all().in_trouble == 0
        return number

    assert len(in_parallel(database, 8, work)) == 8
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.look_again()
        office.drain()
        assert_sound(session)
        rows = session.scalars(text("SELECT payable_fen FROM determination")).all()
        assert rows == [450] * 2 * 4 * 4
        assert sum(rebuild(session).differed.values()) == 0
