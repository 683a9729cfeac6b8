"""Replay of a year against a bare COPY out of its inputs and COPY in of as many result rows.

    HUZHU_LONG=1 python3 -m deploy test bench -k replay

The short form replays 100,000 claims, the long one a million.
"""

import os

from app import boot
from app.adjudication.replay import replay
from app.db import db, transaction
from app.dispatch import drain_run
from tests.bench import city
from tests.bench.copying import connect, copied_in, copied_out, seconds

CLAIMS = 1_000_000 if os.environ.get("HUZHU_LONG") == "1" else 100_000
INPUTS = (
    """SELECT member_id, setl_id, version, flagged_refund, med_type, begndate, enddate, setl_time,
              mdtrt_id, inscp_scp_amt, hifp_pay, hifob_pay, hifmi_pay, act_pay_dedc, psn_part_amt,
              fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt FROM settlement""",
    """SELECT member_id, grant_no, claim_id, seq, setl_id, version, cover_id, scheme_digest,
              benefit_year, base_fen, gross_fen, room_fen, payable_fen, refusal
       FROM determination""",
    "SELECT member_id, id, waits_until, cares FROM cover",
    "SELECT member_id, cover_id, term FROM cover_term",
)
RESULT = """CREATE TABLE result AS
SELECT member_id, grant_no, cover_id, scheme_id, base_fen, gross_fen, room_fen, payable_fen, refusal
FROM determination"""


def test_replay(database) -> None:
    run_id = city.settled(database, CLAIMS)
    with boot.start(database.settings).app_context():
        for _ in drain_run(run_id):
            pass

        def play() -> None:
            with transaction() as session:
                played = replay(session, city.YEAR)
            assert (played.determinations, played.differences) == (CLAIMS, [])

        replayed = seconds(play)
        db.engine.dispose()
    with connect(database.owner_url) as connection:
        connection.execute(RESULT.encode())
        out = seconds(lambda: [copied_out(connection, query) for query in INPUTS])
        into = copied_in(connection, ("result",), like="")
    print(
        f"\nreplay {CLAIMS:,}: {replayed:.2f} s; bare COPY out {out:.2f} s + in {into:.2f} s;"
        f" {replayed / (out + into):.2f} ×"
    )
