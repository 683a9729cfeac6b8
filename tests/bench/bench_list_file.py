"""A list of 100,000 rows as CSV: when its first byte comes and when its last.

python3 -m deploy test bench tests/bench/bench_list_file.py

Measured as ratios of the bare reading of its rows in this run: what the file costs on top.
"""

import time
from resource import RUSAGE_SELF, getrusage

from sqlalchemy import select

from app.accounts.change import set_password
from app.accounts.models import Account
from app.db import db, transaction
from app.lists.listing import Wanted
from app.lists.listings import LISTINGS
from app.lists.read_listing import every_row
from app.lists.seen import scope_below
from app.web import create_app
from tests.bench.standing_city import office, people
from tests.web.browser import Browser
from tests.web.fund import PASSWORD

ROWS = 100_000
TIMES = 3


def test_a_list_as_csv(database) -> None:
    web = create_app(database.settings)
    with web.app_context(), transaction() as session:
        by = office(session, 1)
        people(session, ROWS)
        set_password(session, "bench", PASSWORD, by=None)
        union = session.scalar(select(Account.union_id).where(Account.id == by))
    officer = Browser(web).sign_in("bench")
    data = {"csrf_token": officer.token("/office/"), "form": "csv"}
    for turn in range(TIMES):
        bare_s = _bare(web, union)
        began, size, first_s = time.perf_counter(), 0, 0.0
        answer = officer.client.post("/office/lists/members/file", data=data, buffered=False)
        for block in answer.iter_encoded():
            first_s = first_s or time.perf_counter() - began
            size += len(block)
        last_s = time.perf_counter() - began
        answer.close()
        peak_mb = getrusage(RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"\n{turn}: {ROWS:,} rows, {size / 1e6:.1f} MB: bare {bare_s:.2f} s; first byte"
            f" {first_s / bare_s:.2f}, last {last_s / bare_s:.2f} of it ({last_s:.2f} s);"
            f" peak {peak_mb} MB"
        )
    assert size > ROWS * 20


def _bare(web, union: int) -> float:
    """Seconds of reading the rows alone."""
    began = time.perf_counter()
    with web.app_context():
        scope = scope_below(db.session(), union)
        rows = sum(1 for _ in every_row(db.session(), scope, LISTINGS["members"], Wanted({}, "")))
        db.session.remove()
    assert rows == ROWS
    return time.perf_counter() - began
