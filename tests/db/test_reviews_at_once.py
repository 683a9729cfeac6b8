"""Two officers and one claim: who opened it has it, and exactly one acts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.reviews.act import StageMoved, go_on
from app.reviews.hold import HeldByAnother, hold_of, release, take
from app.reviews.stages import Stage
from app.reviews.standing import standing_of
from tests.db.office import Office
from tests.db.reviewing import reviewer
from tests.db.typed import a_stay, file_by_hand


@pytest.fixture
def desk(database):
    """A claim that waits, and two officers; committed."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered([0], date(2023, 1, 1))
        made = file_by_hand(session, 0, a_stay("2023-05-10", "1000.00"))
        office.drain()
        return made.claim_id, reviewer(session, 1), reviewer(session, 2)


def open_for(session, claim, by):
    take(session, standing_of(session, claim), by=by)


def acted(database):
    with Session(database.engine) as session:
        return session.scalars(text("SELECT by FROM review ORDER BY seq")).all()


def test_who_opened_a_claim_has_it_until_it_is_let_go_or_time_is_over(database, desk):
    claim, one, other = desk
    with Session(database.engine) as first, Session(database.engine) as second:
        open_for(first, claim, one)
        first.commit()
        with pytest.raises(HeldByAnother):
            open_for(second, claim, other)
        second.rollback()
        with pytest.raises(HeldByAnother):
            go_on(second, claim, Stage.ACCEPT, by=other)
        second.rollback()
        release(second, claim, by=other)  # not theirs to let go
        second.commit()
        at = standing_of(first, claim)
        assert hold_of(first, at.member_id, claim).account_id == one
        release(first, claim, by=one)
        first.commit()
        open_for(second, claim, other)
        second.commit()
        past = "UPDATE review_hold SET until = clock_timestamp() - interval '1 second'"
        second.execute(text(past))
        second.commit()
        open_for(first, claim, one)
        first.commit()
        assert hold_of(second, at.member_id, claim).account_id == one
        # And what one does, the other does no more.
        go_on(first, claim, Stage.ACCEPT, by=one)
        first.commit()
        assert hold_of(second, at.member_id, claim) is None
        with pytest.raises(StageMoved):
            go_on(second, claim, Stage.ACCEPT, by=other)
    assert acted(database) == [one]


def test_opening_another_claim_lets_the_first_go(database, desk):
    claim, one, other = desk
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        another = file_by_hand(session, 0, a_stay("2023-06-10", "1000.00")).claim_id
        office.drain()
        open_for(session, claim, one)
        open_for(session, another, one)
        open_for(session, claim, other)


def test_of_eight_at_once_exactly_one_acts(database, desk):
    claim, one, other = desk

    def act(by: int) -> bool:
        with Session(database.engine) as session:
            try:
                go_on(session, claim, Stage.ACCEPT, by=by)
                session.commit()
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(act, [one, other] * 4))
    assert sum(done) == 1
    assert len(acted(database)) == 1


def test_of_many_who_open_exactly_one_has_it(database, desk):
    claim, one, other = desk

    def opens(by: int) -> bool:
        with Session(database.engine) as session:
            try:
                open_for(session, claim, by)
                session.commit()
            except HeldByAnother:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda by: (by, opens(by)), [one, other] * 4))
    assert len({by for by, had in done if had}) == 1
