"""A benefit year by the command line alone, as an officer types it, embedded database and all.

The published case in both variants: seven stays, 770,900 in total, 259,900 borne after insurance;
once as a base of 259,900 and once as 200,000 with 59,900 outside the scope. Each gets 100,000.00.
"""

import csv
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.embedded import server
from tests.factories import (
    csv_bytes,
    make_account,
    make_id,
    make_name,
    make_uscc,
    return_file,
    roster_xlsx,
)
from tests.workers.commands import Person, of_its_own, typed_at_once

USCC = make_uscc(7)
STAYS = (
    ("2023-01-09", "2023-01-20"),
    ("2023-02-03", "2023-02-28"),
    ("2023-03-11", "2023-03-30"),
    ("2023-05-02", "2023-05-19"),
    ("2023-06-06", "2023-06-30"),
    ("2023-08-14", "2023-09-01"),
    ("2023-11-20", "2023-12-31"),
)
BORNE = (30_000, 45_000, 25_000, 40_000, 39_900, 50_000, 30_000)
BY_INSURANCE = (60_000, 90_000, 51_000, 80_000, 70_000, 100_000, 60_000)
OUTSIDE = (10_000, 9_900, 5_000, 10_000, 5_000, 15_000, 5_000)
FIELDS = (
    *("setl_id", "certno", "psn_name", "med_type", "mdtrt_id", "begndate", "enddate", "setl_time"),
    *("medfee_sumamt", "fulamt_ownpay_amt", "inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay"),
    *("fund_pay_sumamt", "psn_part_amt"),
)


def stays(person: int, *, outside: bool) -> list[list[object]]:
    rows: list[list[object]] = []
    for number, (borne, paid, own) in enumerate(zip(BORNE, BY_INSURANCE, OUTSIDE, strict=True)):
        begins, ends = STAYS[number]
        own_fen = own if outside else 0
        amounts = (borne + paid, own_fen, borne + paid - own_fen, paid, 0, 0, paid, borne)
        who = (f"P{person}{number:03d}", make_id(person), make_name(person), "21")
        rows.append([*who, f"V{person}{number}", begins, ends, f"{ends} 11:30:00", *amounts])
    return rows


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="huzhu-test-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


def test_the_published_cases_are_the_published_figures() -> None:
    assert sum(BORNE) == 259_900
    assert sum(BORNE) + sum(BY_INSURANCE) == 770_900
    assert sum(OUTSIDE) == 59_900


def test_a_year_from_roster_to_proof(place: Path) -> None:
    officer = Person(of_its_own(place / "data"))
    passwords = first_start(officer)
    assert not server.is_up(place / "data"), "the database outlived the command"
    with ExitStack() as up:
        # From here on as while `run` is up: commands share the database.
        up.enter_context(server.database(place / "data"))
        enrol(officer, place)
        settle(officer, place)
        pay(officer, place, passwords)
        keep_books(officer)
        prove(officer, place)
        both_languages(place / "data")
        refused(officer, place)
    assert not server.is_up(place / "data"), "the database outlived its users"


def first_start(officer: Person) -> dict[str, str]:
    """On a machine where nothing is: the first command makes the database and the accounts."""
    said = officer.types("unit", "add", "--uscc", USCC, "--name", "第一机械厂", "--json")
    assert said.told["uscc"] == USCC
    made = dict(
        re.findall(r"(?:sign in as|登录名) (\w+)(?: with the password |，密码 )(\S+)", said.err)
    )
    assert set(made) == {"officer1", "officer2", "auditor"}
    again = officer.asks("unit", "add", "--uscc", USCC, "--name", "第一机械厂", expect=2)
    assert again["error"] == "UnitKnown"
    return made


def enrol(officer: Person, place: Path) -> None:
    template = officer.asks("roster", "template", place / "template.xlsx")
    assert Path(template["out"]).stat().st_size > 1_000
    people = [[make_name(n), make_id(n), make_account(n)] for n in (1, 2)]
    wrong = make_id(3)[:-1] + ("1" if make_id(3)[-1] != "1" else "2")
    roster = place / "roster.xlsx"
    roster.write_bytes(roster_xlsx([*people, [make_name(3), wrong, ""]]))
    asked = ("roster", "import", roster, "--unit", USCC, "--year", 2023)
    asked += ("--confirmed-on", "2022-12-01")
    told = officer.asks(*asked, "--dry-run", expect=1)
    assert (told["enrolled"], told["marked"]) == (2, None)
    told = officer.asks(*asked, expect=1)
    counts = {name: told[name] for name in ("rows_in", "enrolled", "unchanged", "refused")}
    assert counts == {"rows_in": 3, "enrolled": 2, "unchanged": 0, "refused": 1}
    assert (told["due"], told["faults"][0]["line"]) == ("100.00", 4)
    assert Path(told["marked"]).read_bytes()[:2] == b"PK"
    told = officer.asks(*asked, expect=1)
    assert (told["enrolled"], told["unchanged"]) == (0, 2)

    money = ("contributions", "receive", "--unit", USCC, "--year", 2023, "--on", "2022-12-20")
    told = officer.asks(*money, "--amount", "40", "--ref", "流水1")
    assert (told["covers_begun"], told["missing"]) == (0, "60.00")
    told = officer.asks(*money, "--amount", "60.00", "--ref", "流水2")
    assert (told["covers_begun"], told["missing"]) == (2, "0.00")
    told = officer.asks(*money, "--amount", "60.00", "--ref", "流水2")
    assert (told["again"], told["covers_begun"]) == (True, 0)


def settle(officer: Person, place: Path) -> None:
    feed = place / "feed.csv"
    rows = [*stays(1, outside=False), *stays(2, outside=True)]
    stranger = ["X1", make_id(9), make_name(9), "21", "VX", *STAYS[0], STAYS[0][1], *([1] * 8)]
    feed.write_bytes(csv_bytes([FIELDS, *rows, stranger], encoding="gb18030"))
    told = officer.asks("settlements", "import", feed)
    assert (told["rows_in"], told["new"], told["unmatched"], told["promised"]) == (15, 14, 1, 14)
    told = officer.asks("settlements", "import", feed)
    assert (told["new"], told["unchanged"], told["promised"]) == (0, 15, 0)
    told = officer.asks("drain")
    assert (told["members"], told["determined"], told["payable"]) == (2, 14, "200000.00")
    assert officer.asks("drain")["determined"] == 0


def pay(officer: Person, place: Path, passwords: dict[str, str]) -> None:
    out = place / "bank.csv"
    asked = ("payments", "export", "--year", 2023, "--out", out, "--on", "2024-01-05")
    asked += ("--by", "officer1", "--approve-password-fd", "{fd}")
    alone = officer.asks(*asked, "--approve", "officer1", secret=passwords["officer1"], expect=2)
    assert alone["error"] == "OnePerson"
    wrong = officer.asks(*asked, "--approve", "officer2", secret="a wrong password", expect=2)
    assert wrong["error"] == "WrongLogin"
    told = officer.asks(*asked, "--approve", "officer2", secret=passwords["officer2"])
    assert told["total"] == "200000.00"
    lines = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    paid = [line for line in lines if line and line[0].isdigit()]
    assert len(paid) == told["lines"]
    answer = place / "answer.csv"
    said = [(line[0], line[3], "成功", "2024-01-08") for line in paid]
    answer.write_bytes(return_file(told["batch"], said))
    told = officer.asks("payments", "import-return", answer)
    assert (told["paid"], told["paid_total"]) == (len(paid), "200000.00")
    told = officer.asks("payments", "import-return", answer)
    assert (told["paid"], told["unchanged"]) == (0, len(paid))


def keep_books(officer: Person) -> None:
    told = officer.asks("balance", 2023)
    assert told["closes"] is True
    balances = {line["account"]: line["balance"] for line in told["lines"]}
    # Bank: 100.00 came in, 200,000.00 went out.
    assert balances["1001"] == "-199900.00"
    assert balances["5001"] == "200000.00"
    assert {balances.get("2001", "0.00"), balances.get("2002", "0.00")} == {"0.00"}
    for year in (2022, 2023, 2024):
        assert officer.asks("balance", year, "--booked")["closes"] is True
    told = officer.asks("replay", 2023, "--in-order")
    assert (told["determinations"], told["payable"]) == (14, "200000.00")
    assert (told["differences"], told["would_change"]) == ([], [])


def prove(officer: Person, place: Path) -> None:
    bundles = [place / name for name in ("one.zip", "two.zip")]
    for bundle in bundles:
        told = officer.asks("bundle", 2023, "--out", bundle)
    one, two = (bundle.read_bytes() for bundle in bundles)
    assert one == two
    with zipfile.ZipFile(bundles[0]) as opened:
        legible = b"".join(map(opened.read, opened.namelist()))
    assert b"payment" in legible
    for secret in (make_id(1), make_account(1), make_name(1)):
        assert secret.encode() not in legible
    assert officer.asks("verify", bundles[0])["exit"] == 0
    bundles[1].write_bytes(one[: len(one) // 2])
    officer.asks("verify", bundles[1], expect=1)
    told = officer.asks("rebuild")
    assert sum(told["differed"].values()) == 0
    assert (told["rows"]["claim_queue"], told["promised"]) == (14, 0)
    third = place / "three.zip"
    officer.asks("bundle", 2023, "--out", third)
    assert third.read_bytes() == one


def both_languages(data_dir: Path) -> None:
    """Commands that read, in Chinese and in English: two texts, each in its own script."""
    typed = [
        ["balance", "2023"],
        ["replay", "2023"],
        ["drain"],
        ["scheme", "list"],
        ["roster", "template", str(data_dir / "t.xlsx")],
        ["settlements", "import", "missing.csv"],
    ]
    chinese, english = (typed_at_once(of_its_own(data_dir, lang), typed) for lang in ("zh", "en"))
    for zh, en in zip(chinese, english, strict=True):
        assert (zh.code, en.code) == ((2, 2) if "missing.csv" in zh.words else (0, 0)), (zh, en)
        assert re.search(r"[\u4e00-\u9fff]", zh.out + zh.err), zh
        assert re.search(r"[a-z]{3}", en.out + en.err), en
        assert zh.out + zh.err != en.out + en.err
    zh, en = chinese[-1], english[-1]
    assert not re.search(r"[\u4e00-\u9fff]", en.err)
    assert (zh.out, en.out) == ("", "")


def refused(officer: Person, place: Path) -> None:
    """Errors are one object too, and nothing is written."""
    wrong = (
        (("drain", "--fast"), "Usage"),
        (("draw",), "Usage"),
        (("settlements", "import", place / "none.csv"), "FileUnreadable"),
        (("roster", "import", place, "--unit", USCC, "--year", 2023), "FileUnreadable"),
        (("balance", "twenty"), "Usage"),
        (("unit", "add", "--uscc", "123", "--name", "x"), "UsccWrong"),
        (("unit", "add", "--uscc", make_uscc(8), "--name", "x", "--by", "me"), "NoSuchOfficer"),
        (("verify", place / "none.zip"), "FileUnreadable"),
    )
    typed = [[*map(str, words), "--json"] for words, _ in wrong]
    for said, (_, error) in zip(typed_at_once(officer.environ, typed), wrong, strict=True):
        told = said.told
        assert (said.code, told["error"]) == (2, error), said
        assert told["message"].strip(), told
    assert len(officer.asks("unit", "list")["units"]) == 1
