"""What waits by benefit year, with its years kept: to the row what the determinations themselves
say, whatever happens, and whenever the sweep comes."""

import random
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.desks.keep_waiting import WAITING, keep_waiting, remake_waiting
from app.web.read.books import waiting_claims
from tests.db.office import Office, bill
from tests.db.random_payments import LEAD, PAYMENTS, RandomPayments

YEARS = range(2022, 2027)
THEMSELVES = text("""
    SELECT q.state, count(*), coalesce(sum(d.payable_fen), 0)::bigint
    FROM claim_queue q
    JOIN LATERAL (
        SELECT x.benefit_year, x.payable_fen, x.setl_id, x.version FROM determination x
        WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id ORDER BY x.seq DESC LIMIT 1
    ) d ON true
    WHERE q.state = ANY(:states) AND :year = coalesce(d.benefit_year, (
        SELECT extract(year FROM coalesce(s.enddate, s.setl_time::date)) FROM settlement s
        WHERE (s.member_id, s.setl_id, s.version) = (q.member_id, d.setl_id, d.version)))
    GROUP BY 1
""")
KEPT = text("SELECT count(*) FROM waiting_year JOIN claim_queue USING (member_id, claim_id, seq)")
Found = dict[State, tuple[int, int]]


def agree(session: Session) -> list[Found]:
    states = [state.value for state in WAITING]
    found = []
    for year in YEARS:
        asked = session.execute(THEMSELVES, {"states": states, "year": year})
        found.append({State(state): (n, fen) for state, n, fen in asked})
        assert waiting_claims(session, year) == found[-1]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_waits_is_what_the_determinations_say(session: Session, seed: int) -> None:
    lot, met = random.Random(seed), set()  # noqa: S311 - a test's lots
    office = RandomPayments(session)
    year = [(lot.choice(PAYMENTS), [lot.randrange(60) for _ in range(20)]) for _ in range(30)]
    used = 0
    for act, numbers in (*LEAD, *year):
        office.play(act, numbers)
        if lot.random() < 0.4:
            keep_waiting(session)
        used += session.execute(KEPT).scalar_one()
        met.update(state for of_year in agree(session) for state in of_year)
    assert used
    assert len(met) > 2
    assert remake_waiting(session)[1] == 0
    agree(session)


@pytest.fixture
def held(session: Session) -> Office:
    """An injury of 2022 waits for a person, and its year is kept."""
    office = Office(session)
    for year in (2022, 2023):
        office.covered([1], date(year, 1, 1))
    office.determine(bill("A", 1, "2022-05-01", "1000.00", med_type="22"))
    keep_waiting(session)
    assert agree(session)[0] == {State.HELD: (1, 0)}
    return office


def test_what_is_determined_anew_counts_for_its_new_year_at_once(held: Office) -> None:
    held.determine(bill("A", 1, "2023-05-01", "1000.00", med_type="22"))
    assert agree(held.session)[:2] == [{}, {State.HELD: (1, 0)}]
    held.determine(bill("A", 1, "2023-05-01", "1000.00"))
    assert agree(held.session)[:2] == [{}, {State.PAYABLE: (1, 50_000)}]


def test_what_has_moved_on_is_kept_no_more(held: Office) -> None:
    held.determine(bill("A", 1, "2022-05-01", "1000.00"))
    keep_waiting(held.session)
    kept = held.session.execute(text("SELECT benefit_year, payable_fen FROM waiting_year")).all()
    assert kept == [(2022, 50_000)]


def test_a_wrong_year_is_told_and_put_right(held: Office) -> None:
    session = held.session
    session.execute(text("DELETE FROM waiting_year"))
    wrong = "INSERT INTO waiting_year SELECT member_id, claim_id, seq, 2023, 7 FROM claim_queue"
    session.execute(text(wrong))
    assert waiting_claims(session, 2023) == {State.HELD: (1, 7)}
    assert remake_waiting(session) == (1, 1)
    agree(session)
