"""The copies with the reasons of what was enrolled: made when nobody waits, whatever happens."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from app.contributions.receive import receive
from app.db import transaction
from app.enrolment.enrol import Asked, enrol
from app.enrolment.upload_mark import mark_upload
from app.enrolment.upload_state import promise_forgotten_uploads
from app.errands import MOST_TRIES, do_errand, do_errands
from app.files.keep import kept, let_go, read
from app.files.workbook import read_book
from app.jobs import ENROL_ROSTER, MARK_ROSTER
from app.roster.person import RosterRow
from app.roster.units import add_unit, unit_of
from tests.db.sending import NEXT_YEAR, confirm, person, send, stands
from tests.factories import make_id, make_name, make_uscc, roster_xlsx
from tests.workers.town import Town, one, town_in

BAD = ["无号", "", ""]


@pytest.fixture
def town(database) -> Iterator[Town]:
    with town_in(database, people=1) as made:
        yield made


def covered_meanwhile(town: Town, seed: int) -> None:
    """Another unit enrols and pays for somebody."""
    first = date(NEXT_YEAR, 1, 1)
    with transaction() as session:
        union_id = session.execute(text("SELECT min(id) FROM union_node")).scalar_one()
        known = {"name": "别的单位", "union_id": union_id, "unit_percent": 50}
        add_unit(session, uscc=make_uscc(2), by=town.by, **known)
        unit = unit_of(session, make_uscc(2))
        rows = [RosterRow(2, make_name(seed), make_id(seed), None)]
        due_fen = enrol(
            session, Asked(unit, NEXT_YEAR, first, first, 50, "0" * 64), rows, by=town.by
        ).due_fen
        money = {"year": NEXT_YEAR, "amount_fen": due_fen, "received_on": first}
        receive(session, unit_id=unit.id, reference="别处", by=town.by, **money)


def enrolled_otherwise(town: Town) -> int:
    """An upload of which a row more was refused when it was enrolled; its copies are to be made."""
    upload_id = send(town, roster_xlsx([person(7), person(8), BAD]))
    do_errands()
    covered_meanwhile(town, 8)
    confirm(upload_id)
    assert do_errand(ENROL_ROSTER, upload_id)
    assert stands(upload_id)[0] == "enrolled"
    return upload_id


def copies(upload_id: int) -> list[str] | None:
    """What both copies say, as text; None where there are none."""
    with transaction() as session:
        row = session.execute(
            text("SELECT marked_file_id, refused_file_id FROM roster_upload WHERE id = :id"),
            {"id": upload_id},
        ).one()
        if row == (None, None):
            return None
        files = [b"".join(read(session, kept(session, each))) for each in row]
    return [str(read_book(each).sheets[0].rows) for each in files]


def waiting(upload_id: int) -> bool:
    asked = "SELECT count(*) FROM roster_upload WHERE id = :id AND faults IS NOT NULL"
    return one(asked, id=upload_id) == 1


def made(upload_id: int) -> None:
    """Whether the copies are there and say both rows' reasons."""
    marked, refused = copies(upload_id)
    for reason in ("没有身份证号", "2024-01-01 至 2024-12-31 已有保障"):
        assert reason in marked
        assert reason in refused
    assert make_name(7) in marked
    assert make_name(7) not in refused
    assert not waiting(upload_id)
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=MARK_ROSTER) == 0


def test_where_nothing_has_changed_the_copies_of_the_check_stay(town) -> None:
    upload_id = send(town, roster_xlsx([person(7), BAD]))
    do_errands()
    before = one("SELECT marked_file_id FROM roster_upload WHERE id = :id", id=upload_id)
    confirm(upload_id)
    do_errands()
    assert stands(upload_id)[0] == "enrolled"
    assert one("SELECT marked_file_id FROM roster_upload WHERE id = :id", id=upload_id) == before
    assert one("SELECT count(*) FROM stored_file") == 3
    assert not waiting(upload_id)


def test_people_are_enrolled_before_the_copies_are_made(town) -> None:
    upload_id = enrolled_otherwise(town)
    assert (copies(upload_id), waiting(upload_id)) == (None, True)
    assert stands(upload_id)[1].refused == 2
    assert do_errands() == 0
    made(upload_id)


def test_a_worker_that_dies_while_it_makes_them_leaves_them_to_the_next(town) -> None:
    upload_id = enrolled_otherwise(town)

    def dies() -> None:
        with transaction() as session:
            mark_upload(session, upload_id)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    assert (copies(upload_id), waiting(upload_id)) == (None, True)
    assert do_errands() == 0
    made(upload_id)


def test_made_twice_they_are_made_once(town) -> None:
    upload_id = enrolled_otherwise(town)
    do_errands()
    before = one("SELECT max(id) FROM stored_file")
    with transaction() as session:
        mark_upload(session, upload_id)
    assert one("SELECT max(id) FROM stored_file") == before
    made(upload_id)


def test_copies_that_nobody_promised_are_promised_again(town) -> None:
    upload_id = enrolled_otherwise(town)
    with transaction() as session:
        session.execute(text("DELETE FROM job WHERE kind = :kind"), {"kind": MARK_ROSTER})
        promise_forgotten_uploads(session)
    assert do_errands() == 0
    made(upload_id)
    with transaction() as session:
        promise_forgotten_uploads(session)
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=MARK_ROSTER) == 0


def test_copies_that_cannot_be_made_are_given_up_and_the_people_stay_enrolled(town) -> None:
    upload_id = enrolled_otherwise(town)
    with transaction() as session:
        session.execute(text("UPDATE stored_part SET sealed = 'garbage'"))
    for _ in range(MOST_TRIES + 1):
        assert not do_errand(MARK_ROSTER, upload_id)
        with transaction() as session:
            session.execute(text("UPDATE job SET due_at = transaction_timestamp()"))
    assert (copies(upload_id), waiting(upload_id)) == (None, False)
    assert stands(upload_id)[0] == "enrolled"
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=MARK_ROSTER) == 0


def test_of_a_file_that_is_gone_there_are_no_copies(town) -> None:
    upload_id = enrolled_otherwise(town)
    with transaction() as session:
        let_go(session, one("SELECT file_id FROM roster_upload WHERE id = :id", id=upload_id))
    assert do_errands() == 0
    assert (copies(upload_id), waiting(upload_id)) == (None, False)
    assert stands(upload_id)[0] == "enrolled"


def test_the_faults_that_wait_can_be_read_by_nobody_without_the_keys(town) -> None:
    upload_id = enrolled_otherwise(town)
    asked = "SELECT position(CAST(:word AS bytea) IN faults) FROM roster_upload WHERE id = :id"
    assert one(asked, id=upload_id, word=b"CertnoMissing") == 0
