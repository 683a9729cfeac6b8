"""Who died, who retired: lists of them, what death ends, and a wrong word taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.adjudication.rebuild import rebuild
from app.adjudication.replay import recompute
from app.clock import today
from app.cover.as_of import covered_on
from app.enrolment.fates import (
    FateNeedsTwoPeople,
    FateNotDoubted,
    NoSuchFate,
    doubt_fate,
    read_fates,
    take_fate_back,
)
from app.files.workbook import read_book
from app.roster.fates import deceased
from tests.db.changing import Changing
from tests.db.office import assert_sound, bill
from tests.factories import csv_bytes, make_id, make_name, xlsx_bytes

START = date(2023, 1, 1)
DAY = date(2023, 5, 10)
HEAD = ["姓名", "身份证号", "去世/退休", "日期"]


@pytest.fixture
def office(session: Session) -> Changing:
    return Changing(session)


def test_every_row_is_accounted_for_and_the_same_list_again_changes_nothing(
    office: Changing,
) -> None:
    office.covered([1, 2, 3], START)
    said = [(1, "died", DAY), (2, "retired", DAY), (9, "died", DAY)]
    told = office.fates(*said)
    assert (told.new, told.known, told.strangers, told.faults) == ([2, 3], [], [4], [])
    assert (told.died, told.covers_ended, told.rows_in) == (1, 1, 3)
    assert office.terms(1) == ["2023-01-01 2023-05-10"]
    assert office.terms(2) == ["2023-01-01 2023-12-31"], "retirement changes no cover"
    before = office.counts()
    again = office.fates(*said)
    assert (again.new, again.known, again.strangers) == ([], [2, 3], [4])
    assert office.counts() == before
    assert deceased(office.session, [office.member(1), office.member(2)]) == {office.member(1): DAY}
    assert rebuild(office.session).differed["cover_term"] == 0


def test_other_names_and_other_days_are_refused(office: Changing) -> None:
    office.covered([1, 2], START)
    office.died(1, DAY)
    told = office.fates((1, "died", DAY + timedelta(1)), (1, "retired", DAY + timedelta(1)))
    assert [x.reason for x in told.faults] == ["DiedOnOtherDay", "RetiredAfterDeath"]
    assert office.fates((1, "retired", date(2020, 1, 1))).known == [2]
    office.session.execute(
        text("INSERT INTO member_name (member_id, seq, name) VALUES (:m, 2, '某某')"),
        {"m": office.member(2)},
    )
    assert [x.reason for x in office.died(2, DAY).faults] == ["FateNameDiffers"]
    assert office.fates((2, "died", DAY), names=False).new == [2]


def test_nobody_dead_is_enrolled_or_given_a_place(office: Changing) -> None:
    office.covered([1], START)
    office.died(1, DAY)
    enrolled = office.enrol([1, 2], date(2024, 1, 1))
    assert [(x.line, x.reason) for x in enrolled.faults] == [(2, "PersonDied")]
    office.open()
    given = office.give([1], date(2024, 1, 1))
    assert [x.reason for x in given.faults] == ["PersonDied"]


def test_of_a_cover_that_has_not_begun_nothing_is_left(office: Changing) -> None:
    office.covered([1], START)
    office.covered([1], date(2024, 1, 1))
    office.died(1, DAY)
    assert office.terms(1) == ["2023-01-01 2023-05-10"]
    assert office.why() == [("died", DAY), ("died", date(2023, 12, 31))]
    # As known before and after, on both axes.
    for day, held in ((DAY, 1), (DAY + timedelta(1), 0), (date(2024, 2, 1), 0)):
        assert len(list(covered_on(office.session, day, today()))) == held


def test_who_died_before_the_money_came_is_credited(office: Changing) -> None:
    first = office.enrol([1, 2, 3], date(2024, 1, 1))
    office.session.execute(text("DELETE FROM job"))
    office.fates((1, "died", date(2023, 12, 24)), (2, "died", date(2024, 3, 1)))
    office.receive("150", date(2023, 12, 30), year=2024)
    assert office.outcomes(first.roster_id) == ["credited", "covered", "covered"]
    assert office.terms(1) == []
    assert office.terms(2) == ["2024-01-01 2024-03-01"]
    assert office.terms(3) == ["2024-01-01 2024-12-31"]
    assert office.balance("2102", 2024) == -5_000


def test_bills_until_the_day_stay_and_later_ones_are_taken_back(office: Changing) -> None:
    office.covered([1], START)
    office.determine(
        bill("A", 1, "2023-05-10", "1000.00"),
        bill("B", 1, "2023-05-11", "2000.00"),
        bill("C", 1, "2023-05-12", "0.00"),
    )
    assert office.payable("A", "B") == [50_000, 100_000]
    office.died(1, DAY)
    assert_sound(office.session)
    office.look_again()
    assert office.drain() >= 1
    assert office.payable("A", "B") == [50_000, 0]
    assert office.live("B").refusal == "no_cover"
    assert office.live("A").seq == 1
    assert_sound(office.session)
    assert recompute(office.session, 2023) == []
    assert office.look_again() is None, "nothing more comes of looking again"
    office.alive(1)
    assert office.terms(1) == ["2023-01-01 2023-12-31"]
    office.look_again()
    office.drain()
    assert office.payable("A", "B") == [50_000, 100_000]
    assert_sound(office.session)
    assert recompute(office.session, 2023) == []


@pytest.mark.parametrize("ends_on", [date(2024, 2, 29), date(2024, 2, 28)])
def test_a_cover_never_runs_longer_than_it_did(office: Changing, ends_on: date) -> None:
    """Ended and restored again and again, a leap day among the days."""
    office.covered([1], date(2022, 3, 1))
    office.open()
    office.give([1], date(2023, 3, 1))
    whole = ["2022-03-01 2023-02-28", "2023-03-01 2024-02-29 gift"]
    assert office.terms(1) == whole
    for _ in range(2):
        office.died(1, ends_on)
        assert office.terms(1)[1] == f"2023-03-01 {ends_on} gift"
        office.alive(1)
        assert office.terms(1) == whole
    with pytest.raises(NoSuchFate):
        take_fate_back(office.session, office.member(1), by=office.second)
    assert rebuild(office.session).differed["cover_term"] == 0


def test_a_gift_that_was_cut_stands_again_only_to_where_it_was_cut(office: Changing) -> None:
    office.open()
    office.give([1], date(2023, 6, 1))
    office.covered([1], date(2023, 9, 1))
    office.died(1, date(2023, 7, 1))
    assert office.terms(1) == ["2023-06-01 2023-07-01 gift"]
    office.alive(1)
    assert office.terms(1) == ["2023-06-01 2023-08-31 gift", "2023-09-01 2023-12-31"]
    assert [why for why, _ in office.why()] == ["gift_ended", "died", "died", "alive", "alive"]


def test_two_people_take_a_word_back_also_by_sql(office: Changing) -> None:
    office.covered([1], START)
    office.died(1, DAY)
    member, second = office.member(1), office.second
    with pytest.raises(FateNotDoubted):
        take_fate_back(office.session, member, by=second)
    doubt_fate(office.session, member, by=office.by)
    doubt_fate(office.session, member, by=office.by)
    with pytest.raises(FateNeedsTwoPeople):
        take_fate_back(office.session, member, by=office.by)
    person = {"m": office.member(1), "one": office.by, "two": second}
    add = text(
        "INSERT INTO member_fate (member_id, seq, fate, on_day, file_sha256, recorded_by)"
        " VALUES (:m, :seq, 'alive', '2023-05-10', '', :by)"
    )
    for by, seq in ((office.by, 2), (second, 3)):
        with pytest.raises(IntegrityError, match="two_people"), office.session.begin_nested():
            office.session.execute(add, {"m": member, "seq": seq, "by": by})
    # One person's two accounts are one person.
    one_person = text("UPDATE account SET member_id = :m WHERE id IN (:one, :two)")
    office.session.execute(one_person, person)
    with pytest.raises(FateNeedsTwoPeople):
        take_fate_back(office.session, member, by=second)
    with pytest.raises(IntegrityError, match="two_people"), office.session.begin_nested():
        office.session.execute(add, {"m": member, "seq": 2, "by": second})


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_read_by_its_headings(office: Changing, kind: str) -> None:
    rows = [
        ["去世和退休人员名单"],
        ["序号", "去世/退休", "公民身份号码", "姓名", "日期", "备注"],
        [1, "去世", make_id(1), make_name(1), "2023年5月10日", ""],
        [2, "退休", make_id(2), make_name(2), "2023-05-11", ""],
        [3, "病故", make_id(3)[:-1] + "Y", make_name(3), "2023-05-11", ""],
        [4, "搬家", make_id(4), make_name(4), "2023-05-11", ""],
        [5, "去世", make_id(5), make_name(5), "2023-02-29", ""],
        [6, "去世", make_id(6), make_name(6), "", ""],
        [7, "去世", make_id(7), make_name(7), str(today() + timedelta(1)), ""],
        [8, "去世", make_id(8), make_name(8), "1950-01-01", ""],
        ["合计", "", "", "", "", ""],
    ]
    content = (csv_bytes if kind == "csv" else xlsx_bytes)(rows)
    listed, found = read_fates(read_book(content), today())
    assert [(x.line, x.fate, x.on_day) for x in found] == [
        (3, "died", DAY),
        (4, "retired", date(2023, 5, 11)),
    ]
    assert {x.line: x.reason for x in listed.faults} == {
        5: "CertnoCharacters",
        6: "FateUnknown",
        7: "DayUnreadable",
        8: "DayMissing",
        9: "FateAhead",
        10: "DayBeforeBirth",
    }
    assert listed.total == 8
