"""Units by the command line: one officer asks, another approves; files; both time axes."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.boot import furnish, start
from app.claims.counter import find_member
from app.claims.file import MemberOutOfReach
from app.cli import main
from app.clock import today
from app.db import db
from tests.conftest import Database
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, xlsx_bytes

DISTRICT, PHONE = "北区总工会", "13800001234"
HEADINGS = [
    "统一社会信用代码",
    "单位名称",
    "区县工会",
    "联系人",
    "联系电话",
    "单位承担比例",
    "银行账号",
]


def pipe(secret: str) -> str:
    reader, writer = os.pipe()
    os.write(writer, f"{secret}\n".encode())
    os.close(writer)
    return str(reader)


@pytest.fixture
def typed(database: Database, monkeypatch, capsys):
    made = start(database.settings)
    passwords = {each.login: each.password for each in furnish(made)}
    with made.app_context():
        db.engine.dispose()
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)

    def type_in(*words: str, code: int = 0, signed: str = "") -> dict[str, object]:
        """`signed`: the officer who decides, with the password; or another's word for one."""
        login, _, password = signed.partition(" ")
        if signed:
            words += ("--by", login, "--password-fd", pipe(password or passwords[login]))
        assert main([*words, "--json"]) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    type_in("union", "add", "--name", DISTRICT)
    return type_in


def apply(typed, seed: int, name: str) -> int:
    words = ("--uscc", make_uscc(seed), "--name", name, "--union", DISTRICT)
    who = ("--contact", "王联系", "--phone", PHONE, "--account", "410000000000")
    asked = typed("unit", "apply", *words, *who, "--by", "officer1")
    return asked["request"]


def test_units_register_change_merge_and_part(typed, tmp_path: Path) -> None:
    one, other = apply(typed, 1, "第一厂"), apply(typed, 2, "第二厂")
    assert typed("unit", "approve", str(one), signed="officer1", code=2)["error"] == "SamePerson"
    wrong = typed("unit", "approve", str(one), signed="officer2 guessed-it", code=2)
    assert wrong["error"] == "WrongLogin"
    done = typed("unit", "approve", str(one), signed="officer2")
    assert (done["login"], len(done["password"]) > 15) == (f"{make_uscc(1).lower()}-1", True)
    typed("unit", "approve", str(other), signed="officer2")
    unit = ("--unit", make_uscc(1))
    asked = typed("unit", "change", *unit, "--name", "第一机械厂", "--unit-percent", "70")
    typed("unit", "approve", str(asked["request"]), signed="officer2")
    asked = typed("unit", "contact", *unit, "--contact", "李新", "--phone", PHONE)
    assert typed("unit", "approve", str(asked["request"]), signed="officer2")["login"][-2:] == "-2"
    asked = typed("unit", "change", *unit, "--name", "又一名")
    refuse = ("unit", "refuse", str(asked["request"]), "--reason", "证照未变")
    assert typed(*refuse, signed="officer2 guessed-it", code=2)["error"] == "WrongLogin"
    assert typed("unit", "requests")["requests"][0]["request"] == asked["request"]
    typed(*refuse, signed="officer2")
    asked = typed("unit", "change", *unit, "--name", "又一名")
    typed("unit", "withdraw", str(asked["request"]))
    assert typed("unit", "password", *unit)["login"].endswith("-2")
    _split(typed, tmp_path)
    asked = typed("unit", "merge", *unit, "--into", make_uscc(2))
    assert typed("unit", "requests")["requests"][0]["kind"] == "merge"
    typed("unit", "approve", str(asked["request"]), signed="officer2")
    day = f"{today()}"
    known = typed("unit", "as-of", day)["units"]
    assert [(x["name"], x["unit_percent"], x["into"]) for x in known] == [
        ("第一机械厂", 70, make_uscc(2)),
        ("第二厂", 50, None),
    ]
    assert [x["into"] for x in typed("unit", "list")["units"]] == [make_uscc(2), None]
    assert typed("unit", "as-of", day, "--known", "2020-01-01")["units"] == []
    refused = typed("unit", "merge", *unit, "--into", make_uscc(2), code=2)
    assert refused["error"] == "UnitMerged"
    assert typed("unit", "requests")["requests"] == []
    assert "第二厂" in refused["message"]


def _split(typed, folder: Path) -> None:
    """One of two people goes; a line with nobody's number is listed."""
    year, day = str(today().year), f"{today()}"
    people = [[make_name(n), make_id(n), make_account(n)] for n in (0, 1)]
    roster = folder / "roster.csv"
    roster.write_bytes(csv_bytes([["姓名", "身份证号", "银行账号"], *people]))
    first = f"{year}-01-01"
    unit = ("--unit", make_uscc(1), "--year", year)
    typed("roster", "import", str(roster), *unit, "--starts-on", first, "--confirmed-on", first)
    typed("contributions", "receive", *unit, "--amount", "100.00", "--on", first, "--ref", "A")
    file = folder / "move.csv"
    file.write_bytes(csv_bytes([["身份证号"], [make_id(0)], [make_id(5)], ["没有号"]]))
    two = ("--unit", make_uscc(1), "--to", make_uscc(2), "--from", day)
    asked = typed("unit", "split", str(file), *two, code=1)
    assert (asked["members"], [x["reason"] for x in asked["faults"]]) == (
        1,
        ["NumberNotKnown", "NoNumberInRow"],
    )
    typed("unit", "approve", str(asked["request"]), signed="officer2")


def test_a_file_of_units_accounts_for_every_row_and_twice_changes_nothing(
    typed, tmp_path: Path
) -> None:
    rows = [
        [make_uscc(1), "第一厂", DISTRICT, "王联系", PHONE, "60%", "4100000000001"],
        [make_uscc(2), "第二厂", "", "李联系", 13800001234, 0.6, ""],
        [make_uscc(1), "又一厂", DISTRICT, "王联系", PHONE, "60", ""],
        ["91410599000000001X", "第四厂", DISTRICT, "王联系", PHONE, "60", ""],
        [make_uscc(5), "第五厂", "南区总工会", "王联系", PHONE, "60", ""],
        [make_uscc(6), "第六厂", DISTRICT, "", PHONE, "60", ""],
        [make_uscc(7), "第七厂", DISTRICT, "王联系", "没有", "60", ""],
        [make_uscc(8), "第八厂", DISTRICT, "王联系", PHONE, "六成", ""],
        [make_uscc(9), "第九厂", DISTRICT, "王联系", PHONE, "60", 4100000000001],
        ["", "", "", "", "", "", ""],
    ]
    file = tmp_path / "units.xlsx"
    file.write_bytes(xlsx_bytes([["单位登记表"], HEADINGS, *rows]))
    taken = typed("unit", "import", str(file), "--by", "officer1", code=1)
    assert (taken["rows_in"], taken["asked"], taken["unchanged"], taken["refused"]) == (9, 2, 0, 7)
    assert [(x["line"], x["reason"]) for x in taken["faults"]] == [
        (5, "UsccTwice"),
        (6, "UsccWrong"),
        (7, "UnionNotFound"),
        (8, "ContactMissing"),
        (9, "PhoneWrong"),
        (10, "PercentNotRead"),
        (11, "CellNotText"),
    ]
    again = typed("unit", "import", str(file), "--by", "officer1", code=1)
    assert (again["asked"], again["unchanged"]) == (0, 2)
    digest = taken["file_sha256"]
    same = typed("unit", "approve", digest, signed="officer1", code=1)
    assert (same["approved"], len(same["left"])) == ([], 2)
    assert len(typed("unit", "approve", digest, signed="officer2")["approved"]) == 2
    units = [(x["name"], x["unit_percent"]) for x in typed("unit", "list")["units"]]
    assert units == [("第一厂", 60), ("第二厂", 60)]
    after = typed("unit", "import", str(file), "--by", "officer1", code=1)
    assert (after["asked"], after["unchanged"]) == (0, 2)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([["姓名", "身份证号"]], "UnitHeadingsMissing"),
        ([HEADINGS], "UnitFileEmpty"),
    ],
)
def test_a_file_that_holds_no_units_is_refused_whole(typed, tmp_path: Path, rows, error) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(csv_bytes(rows))
    assert typed("unit", "import", str(file), code=2)["error"] == error


def test_somebody_of_a_units_own_union_files_for_its_members_alone(typed, database, tmp_path):
    named = ("--name", "丙", "--role", "operator", "--password-fd")
    asked = apply(typed, 1, "北厂")
    typed("unit", "approve", str(asked), signed="officer2")
    typed("unit", "add", "--uscc", make_uscc(2), "--name", "无会厂")
    for seed in (1, 2):
        roster = tmp_path / f"{seed}.csv"
        roster.write_bytes(csv_bytes([["姓名", "身份证号"], [make_name(seed), make_id(seed)]]))
        unit = ("--unit", make_uscc(seed), "--year", "2023")
        typed("roster", "import", str(roster), *unit, "--confirmed-on", "2022-12-01")
        typed(
            "contributions", "receive", *unit, "--amount", "50", "--on", "2022-12-20", "--ref", "A"
        )
    who = ("account", "add", "--login", "clerk1", "--unit")
    assert typed(*who, make_uscc(2), *named, pipe("battery horse"), code=2)["error"] == "NoOwnUnion"
    account = typed(*who, make_uscc(1), *named, pipe("battery horse correct"))["account"]
    with Session(database.engine) as session:
        assert find_member(session, make_id(1), by=account)
        with pytest.raises(MemberOutOfReach):
            find_member(session, make_id(2), by=account)


def test_an_officer_types_nothing_of_units_that_another_district_looks_after(typed, tmp_path):
    typed("union", "add", "--name", "南区总工会")
    for login, union in (("north", DISTRICT), ("south", "南区总工会")):
        who = ("--login", login, "--name", login, "--role", "officer", "--union", union)
        typed("account", "add", *who, "--password-fd", pipe("battery horse correct"))
    asked = apply(typed, 1, "北厂")
    typed("unit", "approve", str(asked), signed="officer2")
    roster = tmp_path / "roster.csv"
    roster.write_bytes(csv_bytes([["姓名", "身份证号"], [make_name(1), make_id(1)]]))
    unit, year = ("--unit", make_uscc(1)), ("--year", "2023")
    enrolling = ("roster", "import", str(roster), *unit, *year, "--confirmed-on", "2022-12-01")
    paying = ("--amount", "50.00", "--on", "2022-12-20", "--ref", "A-1")
    for words in (
        enrolling,
        ("contributions", "receive", *unit, *year, *paying),
        ("contributions", "notice", *unit, *year, "--out", str(tmp_path / "n.pdf")),
        ("contributions", "use-credit", *unit, "--from", "2022", *year),
    ):
        assert typed(*words, "--by", "south", code=2)["error"] == "UnitNotReached"
    account = ("--holder", "会", "--bank", "行", "--number", "6222000000000017")
    mine = typed("bank", "add", "--code", "w", *account, "--by", "north", code=2)
    assert mine["error"] == "NotOfFederation"
    assert typed(*enrolling, "--by", "north")["enrolled"] == 1
    typed("contributions", "receive", *unit, *year, *paying, "--by", "north")
    told = json.dumps(typed("books", "income", "2023", "--per", "union"), ensure_ascii=False)
    assert DISTRICT in told
    assert "北厂" not in told
    receipt = ("contributions", "receipt-pdf", "1", "--out", str(tmp_path / "r.pdf"))
    assert typed(*receipt, "--by", "south", code=2)["error"] == "UnitNotReached"
    assert not list(tmp_path.glob("*.pdf"))
