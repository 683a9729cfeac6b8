"""Members of before the last six were kept are found after a start, or after `huzhu rebuild`."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.adjudication.rebuild import rebuild
from app.roster.members import add_members
from app.roster.tails import fill_tails_of_before, tail_indexes
from tests.factories import make_id

COUNT = 5


def tails(session: Session) -> dict[int, bytes]:
    rows = session.execute(text("SELECT member_id, tail_index FROM member_tail ORDER BY 1"))
    return {member_id: bytes(index) for member_id, index in rows}


@pytest.mark.parametrize("fill", [fill_tails_of_before, rebuild])
def test_what_is_missing_is_filled_once_and_as_if_written_with_the_member(database, fill):
    with Session(database.engine) as session, session.begin():
        added = add_members(session, [make_id(seed) for seed in range(COUNT)])
    with Session(database.engine) as session, session.begin():
        before = tails(session)
    assert before == {added[x]: tail_indexes([x])[0] for x in added}
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM member_tail"))
    owner.dispose()
    for _ in range(2):
        with Session(database.engine) as session, session.begin():
            fill(session)
            assert tails(session) == before


def test_equal_tails_have_equal_indexes_and_others_do_not():
    one, same, other = tail_indexes(["410599196001010001", "X10599196101010001"[1:], "41019X"])
    assert one == same != other
