"""Promise 3: a cap is never exceeded and can be used to the fen, however many work at once."""

import os
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.dispatch import drain_run, due_runs
from tests.db.office import Office, assert_sound, bill
from tests.db.test_drain import in_parallel

LONG = os.environ.get("HUZHU_LONG") == "1"


def drain_until_done(_number: int) -> int:
    """Drain every run, over and over, until nothing is due; how much trouble there was."""
    trouble = 0
    while runs := due_runs():
        for run_id in runs:
            trouble += sum(done.in_trouble for done in drain_run(run_id))
    return trouble


def test_sixteen_threads_and_400_claims_of_one_member_grant_exactly_the_cap(database):
    """400 claims of 700.00 each in eight runs: 142 are paid whole, one gets the last 600.00."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered([0], date(2024, 1, 1))
        for run in range(8):
            day = f"2024-03-{run + 1:02d}"
            office.feed(*(bill(f"S{run}-{n:02d}", 0, day, "1400.00") for n in range(50)))
    troubles = in_parallel(database, 16, drain_until_done)
    with Session(database.engine) as session:
        granted = session.scalars(text("SELECT payable_fen FROM determination")).all()
        print(f"{len(granted)} determinations, {sum(granted)} fen, trouble {sum(troubles)}")
        assert len(granted) == 400
        assert sum(granted) == 10_000_000
        assert sorted(set(granted)) == [0, 60_000, 70_000]
        assert_sound(session)


def test_many_members_in_many_runs_use_their_caps_to_the_fen(database):
    members, runs = (50, 20) if LONG else (10, 6)
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered(range(members), date(2024, 1, 1))
        for run in range(runs):
            day = f"2024-03-{run + 1:02d}"
            rows = [bill(f"S{run}-{n}", n, day, "40000.01") for n in range(members)]
            office.feed(*rows)
    in_parallel(database, 8, drain_until_done)
    with Session(database.engine) as session:
        used = session.scalars(text("SELECT used_fen FROM entitlement")).all()
        assert used == [10_000_000] * members
        assert_sound(session)
