"""A roster file on its way: read, checked, confirmed, enrolled; whatever happens, once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import text

from app import errands
from app.accounts.change import disable
from app.accounts.models import Account
from app.clock import today
from app.contributions.receive import COVERS, receive
from app.db import aside, one_at_a_time, transaction
from app.enrolment.reach import ConfirmerMayNot
from app.enrolment.upload import (
    MOST_FILES_A_DAY,
    MOST_READ_AT_ONCE,
    FilesOfTheDay,
    FormUsedAgain,
    UploadDecided,
    UploadNotChecked,
    UploadsBeingRead,
)
from app.enrolment.upload_state import promise_forgotten_uploads
from app.errands import MOST_TRIES, do_errand, do_errands
from app.files.keep import kept, let_go, read
from app.files.workbook import read_book
from app.jobs import CHECK_ROSTER, ENROL_ROSTER
from app.roster.sheet import read_roster
from app.roster.units import add_unit
from app.texts import word
from app.units.ask import ask_merge
from app.units.decide import approve
from tests.db.sending import NEXT_YEAR, confirm, discard, officer, person, rosters, send, stands
from tests.factories import make_account, make_id, make_name, make_uscc, roster_csv, roster_xlsx
from tests.workers.town import Town, one, town_in

PEOPLE = 3
"""Of 2023 in the town's unit."""
COUNTED = ("enrolled", "unchanged", "refused", "joined", "left")


@pytest.fixture
def town(database) -> Iterator[Town]:
    with town_in(database, people=PEOPLE) as made:
        yield made


def test_a_file_is_checked_and_nothing_is_enrolled_before_somebody_says_so(town) -> None:
    rows = [person(0), person(1, "赵改名"), person(7), ["无号", "", ""]]
    upload_id = send(town, roster_xlsx(rows))
    assert stands(upload_id) == ("reading", None)
    before = one("SELECT count(*) FROM member"), one("SELECT max(id) FROM event")
    assert do_errands() == 0
    state, report = stands(upload_id)
    assert state == "checked"
    assert (report.rows_in, report.enrolled, report.unchanged, report.refused) == (4, 3, 0, 1)
    assert (report.joined, report.left, report.renamed) == (1, 1, 1)
    assert [each.name for each in report.joined_people] == [make_name(7)]
    assert report.left_people == [make_name(2)]
    assert [each.name for each in report.renamed_people] == ["赵改名"]
    assert [(x.line, x.reason) for x in report.faults] == [(5, "CertnoMissing")]
    assert report.reasons == {"CertnoMissing": 1}
    assert (report.unit_fen, report.worker_fen, report.union_fen) == (7500, 7500, 7500)
    assert report.pay_by == "2024-01-01"
    assert before == (one("SELECT count(*) FROM member"), one("SELECT max(id) FROM event"))
    assert rosters() == 0


def test_what_waits_of_a_unit_that_goes_into_another_is_put_away(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    assert do_errands() == 0
    other = officer("other")
    with transaction() as session:
        unit, union = session.execute(text("SELECT id, union_id FROM unit ORDER BY id")).first()
        known = {"uscc": make_uscc(77), "name": "另一个单位", "union_id": union}
        into = add_unit(session, **known, unit_percent=50, by=other)
        asked = ask_merge(session, unit, into, today(), by=town.by)
    with transaction() as session:
        approve(session, asked.request_id, by=other)
    assert stands(upload_id)[0] == "discarded"
    with pytest.raises(UploadNotChecked):
        confirm(upload_id)


def test_every_row_is_counted_once_and_who_is_refused_has_not_left(town) -> None:
    unreadable = [make_name(2), make_id(2), "no account"]
    rows = [person(0), person(1), person(1), unreadable, person(7), ["无号", "", ""], ["合计 6"]]
    upload_id = send(town, roster_xlsx(rows))
    do_errands()
    confirm(upload_id)
    do_errands()
    mended = send(town, roster_xlsx([person(0), person(2)]), key="mended")
    do_errands()
    confirm(mended)
    do_errands()
    for number, told in ((upload_id, (6, 3, 0, 3, 1, 0)), (mended, (2, 1, 1, 0, 0, 0))):
        report = stands(number)[1]
        counts = (report.enrolled, report.unchanged, report.refused)
        assert (report.rows_in, *counts, report.joined, report.left) == told
        assert report.rows_in == sum(counts)
        roster_id = one("SELECT roster_id FROM roster_upload WHERE id = :id", id=number)
        event = "SELECT facts FROM event WHERE act = 'roster.imported' AND about = :id"
        with transaction() as session:
            facts = session.execute(text(event), {"id": roster_id}).scalar_one()
        assert (*(facts[x] for x in COUNTED),) == told[1:]


def test_what_was_confirmed_is_enrolled_once(town) -> None:
    upload_id = send(town, roster_xlsx([person(0), person(7)]))
    do_errands()
    confirm(upload_id)
    confirm(upload_id)
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=ENROL_ROSTER) == 1
    assert do_errands() == 0
    state, report = stands(upload_id)
    assert (state, report.enrolled, report.checked) == ("enrolled", 2, {})
    assert rosters() == 1
    confirm(upload_id)  # once more, later
    assert do_errand(ENROL_ROSTER, upload_id)
    assert (do_errands(), rosters()) == (0, 1)
    roster_id = one("SELECT roster_id FROM roster_upload WHERE id = :id", id=upload_id)
    assert one("SELECT heads FROM roster WHERE id = :id", id=roster_id) == 2


def test_what_is_written_is_the_doing_of_who_confirmed_it(town) -> None:
    second = officer("second")
    upload_id = send(town, roster_xlsx([person(0, "赵改名"), person(7)]))
    do_errands()
    before = one("SELECT max(id) FROM event")
    confirm(upload_id, by=second)
    confirm(upload_id)  # the first word counts
    do_errands()
    assert stands(upload_id)[0] == "enrolled"
    for table, which in (
        ("roster", "benefit_year = 2024"),
        ("member_name", "name IN ('赵改名', :new)"),
        ("bank_account", "member_id = (SELECT member_id FROM member_name WHERE name = :new)"),
    ):
        written = f"SELECT min(recorded_by), count(*) FROM {table} WHERE {which}"
        with transaction() as session:
            by, count = session.execute(text(written), {"new": make_name(7)}).one()
        assert (by, count) == (second, 2 if table == "member_name" else 1)
    about = "SELECT by FROM event WHERE act = 'roster.imported' AND id > :before"
    assert one(about, before=before) == second


def test_an_account_that_may_not_does_not_confirm(town) -> None:
    district, gone = officer("district", "北区总工会"), officer("gone")
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    with transaction() as session:
        disable(session, "gone", by=town.by)
    for by in (district, gone):
        with pytest.raises(ConfirmerMayNot):
            confirm(upload_id, by=by)
    assert stands(upload_id)[0] == "checked"


def test_what_was_discarded_is_never_enrolled(town) -> None:
    second = officer("second")
    upload_id = send(town, roster_xlsx([person(7)]))
    with pytest.raises(UploadNotChecked):
        discard(upload_id)
    do_errands()
    discard(upload_id, by=second)
    discard(upload_id)  # the first word counts
    assert one("SELECT discarded_by FROM roster_upload WHERE id = :id", id=upload_id) == second
    with pytest.raises(UploadNotChecked):
        confirm(upload_id)
    assert do_errands() == 0
    assert (stands(upload_id)[0], rosters()) == ("discarded", 0)


def test_what_was_confirmed_is_not_discarded(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    confirm(upload_id)
    for state in ("enrolling", "enrolled"):
        assert stands(upload_id)[0] == state
        with pytest.raises(UploadDecided):
            discard(upload_id)
        do_errands()
    assert rosters() == 1


def test_an_account_that_may_not_does_not_discard(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    with pytest.raises(ConfirmerMayNot):
        discard(upload_id, by=officer("district", "北区总工会"))
    assert stands(upload_id)[0] == "checked"


@pytest.mark.parametrize(
    "since",
    [
        "UPDATE account SET disabled_at = now() WHERE id = :id",
        "UPDATE account SET role = 'auditor' WHERE id = :id",
        "UPDATE account SET union_id = (SELECT max(id) FROM union_node) WHERE id = :id",
    ],
)
def test_an_account_that_was_taken_away_or_moved_since_enrols_nobody(town, since) -> None:
    officer("district", "北区总工会")
    second = officer("second")
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    confirm(upload_id, by=second)
    with transaction() as session:
        session.execute(text(since), {"id": second})
    assert do_errands() == 0
    state, report = stands(upload_id)
    assert (state, report.file_fault.reason) == ("refused", "ConfirmerMayNot")
    assert rosters() == 0


@pytest.mark.parametrize("city_sends", [False, True])
def test_who_sent_and_who_confirmed_change_what_both_may(town, city_sends) -> None:
    """A district's officer has an account taken that is another union's by neither way."""
    north = officer("north", "北区总工会")
    with transaction() as session:
        union_id = session.get_one(Account, north).union_id
        known = {"name": "北区单位", "union_id": union_id, "unit_percent": 50, "by": town.by}
        unit_id = add_unit(session, uscc=make_uscc(2), **known)
    rows = [[make_name(0), make_id(0), make_account(55)], person(9)]
    sender, confirmer = (town.by, north) if city_sends else (north, town.by)
    upload_id = send(town, roster_xlsx(rows), by=sender, unit_id=unit_id)
    do_errands()
    confirm(upload_id, by=confirmer)
    do_errands()
    state, report = stands(upload_id)
    assert (state, report.account_changed) == ("enrolled", 0)
    assert one("SELECT count(*) FROM bank_account WHERE tail = :t", t=make_account(55)[-4:]) == 0
    # What the narrower one says anew is the narrower one's word.
    recorded = "SELECT recorded_by FROM bank_account WHERE tail = :tail"
    assert one(recorded, tail=make_account(9)[-4:]) == north


def test_money_that_came_before_begins_covers_at_once(town) -> None:
    with transaction() as session:
        receive(
            session,
            unit_id=one("SELECT min(id) FROM unit"),
            year=NEXT_YEAR,
            amount_fen=5000,
            received_on=date(2023, 12, 20),
            reference="预缴",
            by=town.by,
        )
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    confirm(upload_id)
    do_errands()
    assert stands(upload_id)[1].covered == 1
    assert one("SELECT count(*) FROM cover WHERE benefit_year = :year", year=NEXT_YEAR) == 1


def test_31_the_same_file_again_changes_nothing(town) -> None:
    content = roster_xlsx([person(0), person(7)])
    first = send(town, content)
    do_errands()
    confirm(first)
    do_errands()
    again = send(town, content, key="another form")
    assert again != first
    do_errands()
    _, report = stands(again)
    assert (report.enrolled, report.unchanged, report.changes) == (0, 2, False)
    assert stands(again)[0] == "nothing"
    with pytest.raises(UploadNotChecked):
        confirm(again)


def test_what_changed_between_check_and_enrolment_is_said(town) -> None:
    late, early = (send(town, roster_xlsx([person(0), person(7)]), key=key) for key in "ab")
    do_errands()
    for upload_id in (early, late):
        confirm(upload_id)
        do_errands()
    _, report = stands(late)
    assert (report.enrolled, report.unchanged) == (0, 2)
    assert report.checked["enrolled"] == 2
    assert stands(early)[1].checked == {}


def test_an_account_that_the_enrolment_turns_back_is_said(town) -> None:
    """Checked as no change; by the time it is enrolled the account on record is another."""
    slow = send(town, roster_xlsx([person(0), person(7)]), key="slow")
    do_errands()
    assert stands(slow)[1].account_changed == 0
    first = date(2023, 1, 1)
    days = {"year": 2023, "starts_on": first, "confirmed_on": first}
    other = [make_name(0), make_id(0), make_account(55)]
    quick = send(town, roster_xlsx([other]), key="quick", **days)
    for upload_id in (quick, slow):
        do_errands()
        confirm(upload_id)
        do_errands()
    assert stands(quick)[1].checked == {}
    _, report = stands(slow)
    assert (report.account_changed, report.checked["account_changed"]) == (1, 0)
    [note] = [each for each in report.notes if each.reason == "NotAsChecked"]
    assert note.facts == {"renamed": 0, "account_changed": 0, "kept": 0}
    for lang in ("zh", "en"):
        assert "%" not in word(note.reason, lang, **note.facts)


def test_an_account_taken_away_while_the_enrolment_waits_for_its_turn_enrols_nobody(
    town,
) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    second = officer("second")
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    confirm(upload_id, by=second)

    def enrolment() -> None:
        with app.app_context():
            do_errand(ENROL_ROSTER, upload_id)

    waits = """
    SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted
    """
    with ThreadPoolExecutor(1) as pool:
        with aside() as turn:
            one_at_a_time(turn, COVERS)
            waiting = pool.submit(enrolment)
            while not (one(waits) or waiting.done()):
                pass
            with transaction() as session:
                disable(session, "second", by=town.by)
        waiting.result()
    state, report = stands(upload_id)
    assert (state, report.file_fault.reason) == ("refused", "ConfirmerMayNot")
    assert rosters() == 0


def test_a_form_sent_twice_is_one_upload(town) -> None:
    content = roster_csv([person(7)])
    assert send(town, content) == send(town, content)
    assert one("SELECT count(*) FROM stored_file") == 1
    with pytest.raises(FormUsedAgain):
        send(town, roster_csv([person(8)]))
    with pytest.raises(FormUsedAgain):
        send(town, content, confirmed_on=date(2024, 2, 1))


def test_one_account_has_so_many_files_read_at_once_and_no_more(town) -> None:
    content = roster_csv([person(7)])
    sent = [send(town, content, key=f"form {n}") for n in range(MOST_READ_AT_ONCE)]
    with pytest.raises(UploadsBeingRead):
        send(town, content, key="one more")
    assert send(town, content, key="form 0") == sent[0]  # a form sent twice is no further file
    other = officer("other")
    assert send(town, content, key="one more", by=other)
    assert do_errand(CHECK_ROSTER, sent[0])
    assert send(town, content, key="one more")


def test_one_account_has_so_many_files_kept_in_a_day_and_no_more(town) -> None:
    other = officer("other")
    many = text(
        "INSERT INTO stored_file (name, media_type, size, sha256, recorded_by, recorded_at)"
        " SELECT 'a.csv', '', 0, '', :by, now() - make_interval(hours => :hours)"
        " FROM generate_series(1, :count)"
    )
    with transaction() as session:
        for hours, count in ((25, 50), (23, MOST_FILES_A_DAY - 1)):
            session.execute(many, {"by": town.by, "hours": hours, "count": count})
    assert send(town, roster_csv([person(7)]))
    with pytest.raises(FilesOfTheDay):
        send(town, roster_csv([person(7)]), key="one more")
    assert send(town, roster_csv([person(7)]), by=other)


def test_a_file_that_is_no_roster_is_refused_in_words(town) -> None:
    upload_id = send(town, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert do_errands() == 0
    state, report = stands(upload_id)
    assert (state, report.file_fault.reason) == ("refused", "WorkbookOld")
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=CHECK_ROSTER) == 0


def test_refused_rows_come_back_marked_and_can_be_sent_again(town) -> None:
    wrong = make_id(8)[:17] + ("0" if make_id(8)[17] != "0" else "1")
    upload_id = send(town, roster_xlsx([person(7), [make_name(8), wrong, ""], person(9)]))
    do_errands()
    with transaction() as session:
        ids = session.execute(
            text("SELECT marked_file_id, refused_file_id FROM roster_upload WHERE id = :id"),
            {"id": upload_id},
        ).one()
        marked, refused = (b"".join(read(session, kept(session, each))) for each in ids)
    assert "校验码" in str(read_book(marked).sheets[0].rows[2])
    alone = read_roster(read_book(refused), date(2024, 1, 1))
    assert (alone.total, len(alone.faults)) == (1, 1)


def test_an_upload_that_always_fails_is_given_up_in_words(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    with transaction() as session:  # what the check stands on is not there
        session.execute(text("UPDATE stored_part SET sealed = 'garbage'"))
    for _ in range(MOST_TRIES):
        assert not do_errand(CHECK_ROSTER, upload_id)
        assert stands(upload_id)[0] == "reading"
        with transaction() as session:
            session.execute(text("UPDATE job SET due_at = transaction_timestamp()"))
    assert not do_errand(CHECK_ROSTER, upload_id)
    state, report = stands(upload_id)
    assert (state, report.file_fault.reason) == ("refused", "UploadGivenUp")
    assert one("SELECT count(*) FROM job WHERE kind = :kind", kind=CHECK_ROSTER) == 0


def test_a_piece_that_fails_waits_and_holds_up_no_other(town) -> None:
    bad, good = (send(town, roster_xlsx([person(7)]), key=key) for key in "ab")
    with transaction() as session:
        session.execute(
            text(
                "UPDATE stored_part SET sealed = 'garbage' WHERE file_id ="
                " (SELECT file_id FROM roster_upload WHERE id = :id)"
            ),
            {"id": bad},
        )
    assert do_errands() == 1
    assert stands(good)[0] == "checked"
    assert one("SELECT count(*) FROM job WHERE due_at > now() AND trouble IS NOT NULL") == 1
    assert errands.due_errands() == []


def test_work_that_nobody_promised_is_promised_again(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    with transaction() as session:
        session.execute(text("DELETE FROM job"))
    assert (do_errands(), stands(upload_id)[0]) == (0, "reading")
    with transaction() as session:
        promise_forgotten_uploads(session)
    assert (do_errands(), stands(upload_id)[0]) == (0, "checked")


def test_a_file_that_is_gone_cannot_be_enrolled(town) -> None:
    upload_id = send(town, roster_xlsx([person(7)]))
    do_errands()
    confirm(upload_id)
    with transaction() as session:
        let_go(session, one("SELECT file_id FROM roster_upload WHERE id = :id", id=upload_id))
    do_errands()
    state, report = stands(upload_id)
    assert (state, report.file_fault.reason) == ("refused", "UploadFileGone")
    assert rosters() == 0


def test_what_is_kept_of_a_file_can_be_read_by_nobody_without_the_keys(town) -> None:
    upload_id = send(town, roster_xlsx([person(7), ["无号", "", ""]]))
    do_errands()
    stored = one(
        "SELECT count(*) FROM roster_upload WHERE id = :id AND position(CAST(:name AS bytea)"
        " IN report) > 0",
        id=upload_id,
        name=make_name(7).encode(),
    )
    assert stored == 0
