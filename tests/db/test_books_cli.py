"""`huzhu books`: files that equal the ledger, and two officers on the command line."""

import io
import json
import os
from datetime import date

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli import huzhu as program
from tests.db.two_officers import PASSWORD, Officers

DAYS = ("--from", "2022-01-01", "--to", "2023-12-31")


@pytest.fixture
def fund(database):
    with Session(database.engine) as session:
        made = Officers(session)
        made.entry = made.subsidy(date(2022, 5, 2), 12_345)
        made.subsidy(date(2023, 5, 2), 5)
        session.commit()
        yield made


@pytest.fixture
def huzhu(database, fund, monkeypatch):
    """Run a command with --json; its exit code and its one object. `secret` comes by a pipe."""
    for name in [x for x in os.environ if x.startswith("HUZHU")]:
        monkeypatch.delenv(name)
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)

    def run(*arguments, secret=None):
        given, reader = list(arguments), None
        if secret is not None:
            reader, writer = os.pipe()
            os.write(writer, f"{secret}\n".encode())
            os.close(writer)
            given += ["--approve-password-fd", str(reader)]
        done = CliRunner().invoke(program, ["books", *given, "--json", "--lang", "en"])
        if reader is not None:
            os.close(reader)
        assert done.stdout, done.exception
        return done.exit_code, json.loads(done.stdout)

    return run


def test_vouchers_in_a_file_and_checked(huzhu, tmp_path):
    for kind in ("xlsx", "csv"):
        out = tmp_path / f"v.{kind}"
        code, told = huzhu("vouchers", "--from", "2022-01-01", "--to", "2023-12-31", "--out", out)
        assert (code, told["vouchers"], told["total"]) == (0, 2, "123.50")
    rows = [*load_workbook(io.BytesIO((tmp_path / "v.xlsx").read_bytes())).worksheets[0].values]
    assert rows[-1][6:8] == (123.5, 123.5)
    assert huzhu("vouchers", *DAYS, "--out", out)[1]["error"] == "OutFileExists"
    code, told = huzhu("vouchers", *DAYS, "--out", tmp_path / "v.pdf")
    assert (code, told["error"]) == (2, "BooksFileKind")
    assert huzhu("check", *DAYS) == (0, {"ok": True, "exit": 0, "holds": True, "differences": []})
    code, told = huzhu("vouchers", "--from", "2021-01-01", "--to", "2023-12-31")
    assert (code, told["error"]) == (2, "ProfileNotInForce")
    assert huzhu("vouchers", *DAYS, "--profile", "x")[1]["error"] == "NoSuchProfile"


def test_sheets_on_the_terminal(huzhu):
    code, told = huzhu("trial-balance", *DAYS)
    assert code == 0
    assert [(x["account"], x["closing_debit"]) for x in told["lines"]] == [
        ("1001", "123.50"),
        ("1101", ""),
    ]
    lines = huzhu("day-book", *DAYS)[1]["lines"]
    assert [x["balance"] for x in lines] == ["0.00", "123.45", "123.50"]
    assert huzhu("sheet", "1101", *DAYS, "--year", "2022")[1]["lines"][-1]["balance"] == "-123.45"
    assert huzhu("sheet", "9", *DAYS)[1]["error"] == "NoSuchLedgerAccount"
    assert huzhu("income", "2022", "--per", "union")[0] == 0
    assert huzhu("day-book", "--from", "2023-01-01", "--to", "2022-01-01")[1]["error"] == (
        "DaysWrongWay"
    )


def test_two_officers_close_and_reverse(huzhu, fund, database):
    by = ("--by", "one", "--approve", "two")
    assert huzhu("close", "2022", *by, secret="wrong")[0] == 2
    code, told = huzhu("close", "2022", *by, secret=PASSWORD)
    assert (code, told["period"], told["last_on"], told["entries"]) == (0, "2022", "2022-12-31", 0)
    assert told["still_open"]["waiting_fen"] == {"1101": -12_345}
    assert huzhu("close", "2022", *by, secret=PASSWORD)[1]["error"] == "PeriodClosed"
    own = ("--by", "one", "--approve", "again")
    assert huzhu("close", "2023", *own, secret=PASSWORD)[1]["error"] == "BooksOnePerson"
    entry = str(fund.entry)
    code, told = huzhu("reverse", entry, "--why", "重复", *by, secret=PASSWORD)
    assert (code, told["entry"]) == (0, fund.entry)
    with Session(database.engine) as session:
        assert session.scalar(text("SELECT why FROM entry_reversal")) == "重复"
        sums = text("SELECT sum(amount_fen) FROM posting WHERE account = '1001'")
        assert session.scalar(sums) == 5
