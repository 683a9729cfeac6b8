"""Joiners, leavers, and what a roster says against last year and today."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.enrolment.changes import read_changes, reason_of, take_changes
from app.enrolment.enrol import Asked
from app.enrolment.leave import Leaver, leave
from app.files.workbook import read_book
from tests.db.changing import Changing
from tests.db.office import person
from tests.factories import csv_bytes, make_account, make_id, make_name, xlsx_bytes

START = date(2023, 1, 1)
HEAD = ["姓名", "身份证号", "增减", "日期", "原因", "银行账号"]


@pytest.fixture
def office(session: Session) -> Changing:
    return Changing(session)


def asked(office: Changing, starts_on: date, unit: int = 1) -> Asked:
    registered = office.unit(unit)
    return Asked(registered, starts_on.year, starts_on, starts_on, 50, "changes")


def test_leavers_keep_their_cover_and_joiners_wait_for_money(office: Changing) -> None:
    office.covered([1, 2], START)
    leavers = [Leaver(2, make_id(1), date(2023, 5, 31), "resigned")]
    wish = asked(office, date(2023, 6, 1))
    changed = take_changes(office.session, wish, [person(3, 3)], leavers, by=office.by)
    assert changed.enrolled
    assert (changed.enrolled.enrolled, changed.left.new, changed.faults) == ([3], [2], [])
    assert office.terms(1) == ["2023-01-01 2023-12-31"], "it stands to its end"
    assert office.terms(3) == []
    office.receive("50", date(2023, 6, 9), year=2023)
    assert office.terms(3) == ["2023-06-10 2023-12-31"]
    before = office.counts()
    again = take_changes(office.session, wish, [person(3, 3)], leavers, by=office.by)
    assert again.enrolled
    assert (again.enrolled.unchanged, again.left.known) == ([3], [2])
    assert office.counts() == before


def test_only_who_is_on_the_units_roster_can_leave_it(office: Changing) -> None:
    office.covered([1], START)
    office.covered([2], START, unit=2)
    day = date(2023, 5, 31)
    rows = [Leaver(line, make_id(seed), day, "other") for line, seed in ((2, 1), (3, 2), (4, 9))]
    answer = leave(office.session, office.unit(1).id, rows, by=office.by)
    assert answer.new == [2]
    assert [(x.line, x.reason) for x in answer.faults] == [
        (3, "LeaverUnknown"),
        (4, "LeaverUnknown"),
    ]
    far = [Leaver(2, make_id(2), date(today().year + 3, 1, 1), "other")]
    refused = leave(office.session, office.unit(2).id, far, by=office.by)
    assert [x.reason for x in refused.faults] == ["DayTooFarAhead"]


def test_the_difference_tells_who_moved_died_retired_and_left(office: Changing) -> None:
    office.covered([1, 2, 3, 4], START)
    office.covered([5], START, unit=2)
    office.fates((1, "died", date(2023, 3, 1)), (2, "retired", date(2023, 3, 1)))
    office.fates((5, "retired", date(2023, 4, 1)))
    rows = [Leaver(2, make_id(3), date(2023, 5, 31), "resigned")]
    leave(office.session, office.unit(1).id, rows, by=office.by)
    answer = office.enrol([4, 5, 6], date(2024, 1, 1), confirmed_on=date(2023, 12, 1))
    assert (answer.joined, answer.left) == (2, 3)
    assert answer.gone == ({office.member(1)}, {office.member(2)}, {office.member(3)})
    assert answer.moved == {3: "单位2"}
    assert [(x.line, x.reason) for x in answer.notes] == [(3, "PersonRetired")]


def test_of_another_union_s_unit_the_name_is_not_told(office: Changing) -> None:
    office.covered([5], START, unit=2)
    union = office.session.scalar(
        text(
            "INSERT INTO union_node (name, parent_id)"
            " SELECT '区总工会', min(id) FROM union_node RETURNING id"
        )
    )
    clerk = text("UPDATE account SET union_id = :union WHERE id = :by")
    office.session.execute(clerk, {"union": union, "by": office.by})
    office.session.expire_all()
    answer = office.enrol([5, 6], date(2024, 1, 1), unit=1, confirmed_on=date(2023, 12, 1))
    assert answer.moved == {2: ""}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_of_changes_is_read_by_its_headings(kind: str) -> None:
    rows = [
        ["单位人员增减表"],
        HEAD,
        [make_name(1), make_id(1), "增", "", "", make_account(1)],
        [make_name(2), make_id(2), "减员", "2023-05-31", "调往其他单位", ""],
        [make_name(3), make_id(3), "减", "", "辞职", ""],
        [make_name(4), make_id(4), "变", "2023-05-31", "", ""],
        ["", make_id(5), "增", "", "", ""],
        [make_name(1), make_id(1), "减", "2023-05-31", "", ""],
        [make_name(6), make_id(6), "调入", "", "", ""],
        [make_name(7), make_id(7), "调出", "2023-05-31", "", ""],
    ]
    changes = read_changes(read_book((csv_bytes if kind == "csv" else xlsx_bytes)(rows)), today())
    assert [(x.line, x.bank_account) for x in changes.joiners] == [
        (3, make_account(1)),
        (9, None),
    ]
    assert [(x.line, x.on_day, x.why) for x in changes.leavers] == [
        (4, date(2023, 5, 31), "moved"),
        (10, date(2023, 5, 31), "moved"),
    ]
    assert {x.line: x.reason for x in changes.listed.faults} == {
        5: "DayMissing",
        6: "ChangeUnknown",
        7: "NameMissing",
        8: "CertnoTwice",
    }


def test_reasons_are_told_by_the_units_words() -> None:
    said = ("调出", "合同到期", "解除合同", "退休", "病故", "", "其他")
    assert [reason_of(x) for x in said] == [
        *("moved", "resigned", "dismissed", "retired", "died", "other", "other")
    ]
