"""A roster may bring phones: told by the heading, kept sealed, nobody refused for one."""

from datetime import date
from hashlib import sha256

import pytest

from app.enrolment.enrol import Asked, enrol
from app.files.workbook import read_book
from app.notices.address import member_phones
from app.roster.phones import phones_in
from app.roster.sheet import read_roster
from tests.db.office import Office
from tests.db.typed import member_of
from tests.factories import csv_bytes, make_id, make_name

HEADINGS = ["姓名", "身份证号", "手机号码"]
GOOD = ["13900000001", " 139-0000-0002", "+8613900000003", "１３９０００００００４"]
BAD = ["12900000001", "1390000000", "139000000011", "x", "=1+1"]


def sheet(phones: list[str], heading: str = "手机号码"):
    rows = [[make_name(n), make_id(n), phone] for n, phone in enumerate(phones)]
    content = csv_bytes([[*HEADINGS[:2], heading], *rows])
    return read_roster(read_book(content), date(2025, 1, 1))


def test_phones_are_read_and_what_is_none_is_noted():
    found = phones_in(sheet([*GOOD, *BAD, ""]))
    assert list(found.by_line.values()) == [f"1390000000{n}" for n in range(1, 5)]
    assert [note.reason for note in found.notes] == ["PhoneUnreadable"] * len(BAD)
    read = sheet(BAD)
    assert (len(read.rows), read.faults) == (len(BAD), [])
    assert [x.reason for x in read.notes] == []


@pytest.mark.parametrize("heading", ["备注", "地址"])
def test_a_file_without_such_a_column_has_none(heading):
    assert phones_in(sheet(GOOD, heading)).by_line == {}


def test_they_are_written_once_and_anew_when_they_change(session):
    office = Office(session)
    answers = []
    for phones in (GOOD[:2], GOOD[:2], [GOOD[0], "13900000009"]):
        read = sheet(phones)
        digest = sha256(repr(phones).encode()).hexdigest()
        day = date(2025, 1, 1)
        given = phones_in(read).by_line
        asked = Asked(office.unit(), 2025, day, day, 50, digest, phones=given)
        answers.append(enrol(session, asked, read.rows, by=office.by))
    assert [len(each.phones) for each in answers] == [2, 0, 1]
    assert [each.changes for each in answers] == [True, False, True]
    who = member_of(session, 1)
    assert member_phones(session, [who]) == {who: "13900000009"}
