"""Rosters nobody would write: whatever is in them, there is an answer, and no row is lost.

Cells, headings, encodings and layouts are drawn at random; workbooks have bytes flipped, parts cut,
tags exchanged. 10,000 of them by hand (HUZHU_LONG=1), a hundred or two in every run.
"""

import io
import os
import random
import zipfile
from collections import Counter
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import FileFault
from app.files.faults import WorkbookBroken, WorkbookTooBig
from app.files.plain import plain_book
from app.files.preflight import open_archive
from app.files.scan import NotPlain
from app.files.workbook import read_book, read_in_child
from app.roster import person
from app.roster.closing import is_closing
from app.roster.columns import find_headings
from app.roster.returned import copy_for
from app.roster.sheet import read_roster
from app.texts import LANGUAGES, say, word
from tests.factories import csv_bytes, formula, make_account, make_id, make_name, xlsx_bytes

LONG = "HUZHU_LONG" in os.environ
TODAY = date(2024, 6, 1)
COUNTS: Counter[str] = Counter()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def often(short: int, long: int) -> settings:
    return settings(max_examples=long if LONG else short, deadline=None, suppress_health_check=SLOW)


CERTNOS = st.one_of(
    st.integers(0, 30).map(make_id),
    st.integers(0, 5).map(lambda n: make_id(n).lower()),
    st.integers(0, 30).map(lambda n: f" {make_id(n)}\u200b"),
    st.integers(0, 30).map(lambda n: make_id(n)[:-1]),
    st.text("0123456789Xx０１ \u202e", max_size=20),
    st.sampled_from(["410503700101123", "000000000000000000", "41059919880230123X", "4.1E+17"]),
)
NAMES = st.one_of(
    st.integers(0, 300).map(make_name),
    st.sampled_from(["合计", "填表人：", "买买提·艾力", "王?", "𠮷田", "姓名", "=1+1", "\ue863"]),
    st.text(max_size=6),
)
ACCOUNTS = st.one_of(
    st.integers(0, 30).map(make_account), st.text("0123456789- ", max_size=34), st.none()
)
# Mostly such as are written as they stand: a control character is written in code, and not plain.
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8), st.text())
ODD = st.one_of(
    st.none(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.text(max_size=30),
    st.text(max_size=5).map(lambda text: formula(f"=A1|{text}")),
)
PEOPLE = st.lists(
    st.one_of(
        st.tuples(NAMES, CERTNOS, ACCOUNTS, ODD),
        st.lists(ODD, max_size=5),
        st.tuples(ODD, CERTNOS, ODD, ODD),
    ),
    max_size=12,
)
FIRST = st.sampled_from(
    [
        ["姓名", "身份证号", "银行卡号", "出生日期"],
        ["*姓 名", "身份证号码\uff08必填\uff09", "工资卡", "备注"],
        ["Name", "ID number", "Account", "Birthday"],
        ["序号", "身份证号", "", "名字"],
        ["姓名", "身份证号", "姓名", "x"],
    ]
)
ABOVE = st.sampled_from([[], [["花名册"]], [[], ["说明"], []], [[None, "x"]] * 3])


def texts_only(rows):
    return [["" if x is None else str(x).partition("|")[0] for x in row] for row in rows]


def taken(data: bytes):
    """Read as a door does, and account for every row of it; the roster, or what was refused."""
    try:
        book = read_book(data)
        roster = read_roster(book, TODAY)
    except FileFault as fault:
        COUNTS[fault.name] += 1
        for lang in LANGUAGES:
            say(fault, lang)
        return None, None
    lines = sorted(x.line for x in [*roster.rows, *roster.faults])
    told = [x.line for x in roster.notes if x.reason == "LineNoPerson"]
    assert len(set(lines)) == len(lines) == roster.total
    headings = find_headings(roster.sheet)
    for line, row in enumerate(roster.sheet.rows, 1):
        filled = any(
            x is not None and str(x).strip() and at not in headings.unread
            for at, x in enumerate(row)
        )
        if line > headings.last_line and filled:
            assert (line in lines) != (line in told)
    assert len({x.certno for x in roster.rows}) == len(roster.rows)
    for fault in roster.faults:
        assert all(say(fault, lang) for lang in LANGUAGES)
    for note in roster.notes:
        assert all(word(note.reason, lang, **note.facts) for lang in LANGUAGES)
    COUNTS["read"] += 1
    COUNTS["rows"] += roster.total
    return book, roster


def one_by_one(roster):
    """The people and faults of a sheet as `person` alone reads them, row after row."""
    headings = find_headings(roster.sheet)
    columns, seen, people, faults = headings.columns, {}, [], []
    merged = {x for m in roster.sheet.merges for x in range(m.first_line, m.last_line + 1)}
    assert not merged

    def cell(row, field):
        column = columns.get(field)
        return None if column is None or column >= len(row) else row[column]

    for line, row in enumerate(roster.sheet.rows, 1):
        given = [x for at, x in enumerate(row) if at not in headings.unread]
        if line <= headings.last_line or not any(x is not None and str(x).strip() for x in given):
            continue
        if is_closing(row, columns):
            continue
        try:
            certno = person.read_certno(cell(row, "certno"), TODAY, str)
            if seen.setdefault(certno, line) != line:
                faults.append((line, "certno", "CertnoTwice", {"first_line": seen[certno]}))
                continue
            person.check_birth(cell(row, "birth"), certno, str)
            name = person.read_name(cell(row, "name"), str)
            account = person.read_account(cell(row, "account"), str)
            people.append(person.RosterRow(line, name, certno, account))
        except person.Refused as refused:
            faults.append((line, refused.field, refused.reason, refused.facts))
    return people, faults


@often(60, 6_000)
@given(ABOVE, FIRST, PEOPLE, st.sampled_from(["xlsx", "utf-8-sig", "gb18030"]))
def test_any_cells_under_any_headings(above, first, people, kind):
    rows = [*above, first, *people]
    if kind == "xlsx":
        data = xlsx_bytes(rows)
    else:
        safe = [[c.encode(kind, "replace").decode(kind) for c in row] for row in texts_only(rows)]
        data = csv_bytes(safe, kind)
    book, roster = taken(data)
    if roster is None:
        return
    people, faults = one_by_one(roster)
    assert roster.rows == people
    assert [(x.line, x.field, x.reason, x.facts) for x in roster.faults] == faults
    copy = copy_for(data, book, roster, roster.faults, "zh")
    _, again = taken(copy)
    assert again.rows == roster.rows
    assert [(x.line, x.reason) for x in again.faults] == [(x.line, x.reason) for x in roster.faults]
    if roster.faults:
        _, alone = taken(copy_for(data, book, roster, roster.faults, "en", only_refused=True))
        assert alone.total == len(roster.faults)


@often(25, 3_000)
@given(st.integers(0, 2**32), st.integers(1, 4), st.sampled_from(["bytes", "parts", "cut"]))
def test_workbooks_with_bytes_exchanged(seed, times, where):
    chance = random.Random(seed)  # noqa: S311
    data = bytearray(_BASE)
    if where == "cut":
        data = data[: chance.randrange(len(data))]
    elif where == "bytes":
        for _ in range(times):
            data[chance.randrange(len(data))] = chance.randrange(256)
    else:
        data = _with_parts_changed(chance, times)
    taken(bytes(data))


def _base() -> bytes:
    rows = [["姓名", "身份证号", "银行卡号"]]
    rows += [[make_name(n), make_id(n), make_account(n)] for n in range(12)]
    rows += [["王&安<", 12, 1.5], [None, "x"]]
    return xlsx_bytes(rows)


_BASE = _base()
_PIECES = (
    b'<row>|</row>|<row r="3">|<v>|</v>|<c>|</c>|<c r="A1">|<f/>| t="s"| t="inlineStr"'
    b'| t="str"|<is><t>x</t></is>|99999999|-1|&#0;|<!-- x -->|<![CDATA[x]]>|&lt;|r="ZZZ9"'
    b'| s="7"|<si/>|\xff|>'
).split(b"|")


def _with_parts_changed(chance: random.Random, times: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_BASE)) as old, zipfile.ZipFile(out, "w") as new:
        names = [x for x in old.namelist() if x.startswith("xl/")]
        picked = chance.choices([*names, *["xl/worksheets/sheet1.xml"] * 8], k=times)
        for name in old.namelist():
            content = bytearray(old.read(name))
            for _ in range(picked.count(name)):
                at = chance.randrange(len(content))
                gone = chance.choice([0, 0, 1, 5, 30])
                content[at : at + gone] = chance.choice(_PIECES)
            new.writestr(name, bytes(content))
    return out.getvalue()


@often(40, 1_500)
@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), TEXTS, TEXTS, st.integers(0, 2**55), st.floats(-1e9, 1e9)),
            max_size=6,
        ),
        min_size=1,
        max_size=8,
    ),
    st.none() | st.integers(0, 2**32),
)
def test_the_quick_reader_reads_what_the_general_reader_reads(rows, seed):
    data = xlsx_bytes(rows)
    if seed is not None:
        data = _with_parts_changed(random.Random(seed), 1)  # noqa: S311
    try:
        with open_archive(data) as archive:
            quick = plain_book(archive, lambda read: None)
    except (NotPlain, FileFault):
        COUNTS["not plain"] += 1
        return
    try:
        general = read_in_child(data)
    except (WorkbookBroken, WorkbookTooBig):
        assert seed is not None
        return
    COUNTS["plain"] += 1
    assert [[list(row) for row in sheet.rows] for sheet in quick.sheets] == [
        [list(row) for row in sheet.rows] for sheet in general.sheets
    ]
    assert (quick.hidden, [x.name for x in quick.sheets], [x.merges for x in quick.sheets]) == (
        general.hidden,
        [x.name for x in general.sheets],
        [x.merges for x in general.sheets],
    )


def test_the_others_tested_something():
    print(dict(COUNTS))
    assert COUNTS["read"] > 50
    assert COUNTS["rows"] > 100
    assert COUNTS["plain"] > 3
    assert len(COUNTS) > 5
