"""Bills of which nothing is odd go as columns, and come to what they come to one by one."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.adjudication.drain import drain
from app.adjudication.due import take_due
from app.claims.lifecycle import State
from app.ledger.chart import Account
from app.ledger.columns import Entries
from app.ledger.journal import Unbalanced
from tests.db.office import assert_sound, keys
from tests.db.years_in import feed, in_a_scheme, store_covers
from tests.unit.busy_years import busy_years

TOLD = {
    "determination": "SELECT member_id, claim_id, seq, setl_id, version, run_id, cover_id,"
    " scheme_id, scheme_digest, care, benefit_year, base_fen, gross_fen, room_fen, payable_fen,"
    " refusal, undone_on, rank() OVER (PARTITION BY member_id ORDER BY grant_no)"
    " FROM determination ORDER BY 1, 2, 3",
    "claim_move": "SELECT member_id, claim_id, seq, act, state, by FROM claim_move ORDER BY 1, 2",
    "claim_queue": "SELECT member_id, claim_id, state, seq FROM claim_queue ORDER BY 1, 2",
    "entitlement": "SELECT * FROM entitlement ORDER BY 1, 2, 3",
    "posting": "SELECT e.benefit_year, e.booked_on, e.document_on, e.memo, e.about, p.account,"
    " p.member_id, p.claim_id, sum(p.amount_fen) FROM posting p JOIN entry e ON e.id = p.entry_id"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 6, 7, 8",
    "event": "SELECT facts - 'sha256', benefit_years FROM event WHERE act = 'claims.determined'",
    "job": "SELECT id FROM job WHERE kind = 'determine'",
}


def told(session) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: [tuple(row) for row in session.execute(text(query))] for name, query in TOLD.items()
    }


def test_columns_come_to_what_rows_come_to(session):
    keys()
    covers, bills = busy_years(11, members=40, count=900)
    covers = in_a_scheme(covers)
    store_covers(session, covers)
    # As long in every row, as one bureau's are.
    named = {x: f"B{n:05}" for n, x in enumerate({x.setl_id for x in bills})}
    bills = [replace(x, setl_id=named[x.setl_id]) for x in bills]
    run_id, later = (feed(session, some) for some in (bills[:800], bills[800:]))
    taken = take_due(session, run_id, 40, plain_from=1)
    assert taken.plain is not None
    assert len(taken.plain) > 100
    found = []
    for plain_from in (10_000, 1):
        with session.begin_nested() as either:
            assert drain(session, run_id, 40, plain_from) is not None
            # Meets what was granted, and stays that go on.
            assert drain(session, later, 40, plain_from) is not None
            assert_sound(session)
            found.append(told(session))
            either.rollback()
    for name, rows in found[0].items():
        assert found[1][name] == rows, name
    kinds = {(row[9], row[15]) for row in found[0]["determination"]}
    assert len(kinds) > 5  # granted and refused in several ways
    assert {row[2] for row in found[0]["claim_queue"]} >= {State.PAYABLE, State.CLOSED, State.HELD}


def test_entries_that_do_not_balance_cannot_be_made():
    import numpy as np

    def entries(amounts: list[int], entry: list[int]) -> Entries:
        zeros = np.zeros(len(amounts), np.int64)
        days = np.array([19_000, 19_001])
        return Entries(
            *(np.array([2022, 2022]), days, "made up", 1, (Account.BANK,), np.array(entry)),
            *(zeros, np.array(amounts), zeros, zeros),
        )

    assert entries([5, -5, 7, -7], [0, 0, 1, 1]).numbered().tolist() == [1, 2, 1, 2]
    with pytest.raises(Unbalanced) as refused:
        entries([5, -5, 7, -8], [0, 0, 1, 1])
    assert refused.value.facts == {"memo": "made up", "off_fen": -1, "lines": 2}
    with pytest.raises(Unbalanced):
        entries([5, -5, 0], [0, 0, 1])
