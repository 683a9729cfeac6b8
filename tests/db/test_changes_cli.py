"""Deaths, joiners, leavers, late money and credit as an officer types them."""

import json

import pytest

from app.boot import furnish, start
from app.cli import main
from app.db import db
from tests.db.test_readme import pipe
from tests.factories import csv_bytes, make_id, make_name, make_uscc, roster_csv


@pytest.fixture
def typed(database, tmp_path, monkeypatch, capsys):
    """An empty fund, and how commands are typed in it: exit code and answer."""
    made = start(database.settings)
    passwords = {each.login: each.password for each in furnish(made)}
    with made.app_context():
        db.engine.dispose()
    for name, value in (database.environ | {"HUZHU_EMBEDDED": "1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, dict]:
        if "--approve" in words:
            words += ("--approve-password-fd", str(pipe(passwords["officer2"])))
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_year_of_changes_can_be_typed(typed, tmp_path) -> None:
    unit = ("--unit", make_uscc(1))
    typed("unit", "add", "--uscc", make_uscc(1), "--name", "第一机械厂")
    (tmp_path / "roster.csv").write_bytes(roster_csv([[make_name(n), make_id(n)] for n in (1, 2)]))
    enrol = ("roster", "import", "roster.csv", *unit, "--confirmed-on", "2022-12-01")
    _, told = typed(*enrol, "--year", "2023")
    assert (told["enrolled"], told["moved"], told["elsewhere"]) == (2, 0, 0)
    code, _ = typed("roster", "withdraw", str(told["roster"]))
    assert code == 0
    _, told = typed(*enrol, "--year", "2023")
    money = ("contributions", "receive", *unit, "--amount", "100", "--on", "2023-12-31")
    code, late = typed(*money, "--year", "2023", "--ref", "A")
    assert (code, late["undecided"]) == (1, 2)
    code, decided = typed("contributions", "decide", str(told["roster"]), "--credit")
    assert (code, decided["amount"]) == (0, "100.00")
    code, again = typed("contributions", "decide", str(told["roster"]), "--carry")
    assert (code, again["error"]) == (2, "NothingUndecided")
    _, told = typed(*enrol[:-2], "--year", "2024", "--confirmed-on", "2023-12-01")
    use = ("contributions", "use-credit", *unit, "--from", "2023", "--year", "2024")
    code, used = typed(*use, "--on", "2023-12-31")
    assert (code, used["covers_begun"], used["left"]) == (0, 2, "0.00")
    assert typed("contributions", "decide", "1")[1]["error"] == "CreditOrCarry"

    head = ["姓名", "身份证号", "增减", "日期"]
    rows = [[make_name(3), make_id(3), "增", ""], [make_name(1), make_id(1), "减", "2024-05-31"]]
    (tmp_path / "changes.csv").write_bytes(csv_bytes([head, *rows]))
    changes = ("roster", "change", "changes.csv", *unit, "--starts-on", "2024-06-01")
    code, told = typed(*changes, "--confirmed-on", "2024-06-01")
    assert (code, told["joined"], told["left"], told["due"]) == (0, 1, 1, "50.00")

    rows = [["改了名", make_id(1), "增", ""]]
    (tmp_path / "again.csv").write_bytes(csv_bytes([head, *rows]))
    again = ("roster", "change", "again.csv", *changes[3:], "--confirmed-on", "2024-06-01")
    code, told = typed(*again)
    assert (code, told["unchanged"], told["changed"], told["notes"]) == (0, 1, 1, [])

    head = ["姓名", "身份证号", "去世/退休", "日期"]
    rows = [
        [make_name(2), make_id(2), "去世", "2024-04-01"],
        [make_name(9), make_id(9), "退休", "2024-04-01"],
    ]
    (tmp_path / "fates.csv").write_bytes(csv_bytes([head, *rows]))
    fates = ("member", "import-fates", "fates.csv")
    _, trial = typed(*fates, "--dry-run")
    code, told = typed(*fates)
    assert trial["new"] == told["new"] == 1
    assert (code, told["strangers"], told["covers_ended"]) == (1, 1, 1)
    rows = [[make_name(2), make_id(2), "增", ""]]
    (tmp_path / "again.csv").write_bytes(csv_bytes([["姓名", "身份证号", "增减", "日期"], *rows]))
    _, noted = typed(*again)
    assert [(x["line"], x["reason"]) for x in noted["notes"]] == [(2, "DiedSince")]
    code, told = typed(
        "member", "alive", "--certno", make_id(2), "--by", "officer1", "--approve", "officer2"
    )
    assert (code, told["covers"]) == (0, 1)
