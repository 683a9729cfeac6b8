"""`huzhu audit sample` and `look`: who acts where nobody is named, and the files they write."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.cli import main
from app.secrets import Keys, set_keys
from app.texts import LANGUAGES
from tests.conftest import Database
from tests.db.fund_year import fund_year

PASSWORD = "correct horse battery"


@pytest.fixture
def fund(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    use = database.settings
    set_keys(Keys(use.encryption_key, use.index_key, use.pseudonym_key))
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    with Session(database.engine) as session, session.begin():
        fund_year(session)
        add_account(session, "auditor", "审计", Role.AUDITOR, PASSWORD, by=None)
    with Session(database.engine) as session:
        yield session


def drawn(session: Session) -> list[str]:
    """The seeds, but for the one that the fund's year has."""
    session.rollback()
    asked = text("SELECT seed FROM audit_sample WHERE seed <> '2022-03' ORDER BY id")
    return list(session.scalars(asked))


def test_the_first_auditor_draws_and_looks_where_nobody_is_named(
    fund: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = ("audit", "sample", "2021", "--method", "simple", "--size", "2", "--seed")
    out = tmp_path / "sample.csv"
    assert main([*sample, "one", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    listed = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [int(row[1]) for row in listed[1:]] == told["payments"]
    assert main([*sample, "two", "--out", str(tmp_path / "SAMPLE.XLSX")]) == 0
    assert load_workbook(tmp_path / "SAMPLE.XLSX").worksheets[0].max_row > 2
    looked = tmp_path / "look.xlsx"
    assert main(["audit", "look", "2021", "--out", str(looked)]) == 0
    assert len(load_workbook(looked).sheetnames) == 10
    one = tmp_path / "speed.csv"
    assert main(["audit", "look", "2021", "--only", "speed", "--out", str(one)]) == 0
    assert one.exists()
    capsys.readouterr()
    assert main([*sample, "three", "--by", "clerk", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "NotTheFundsAuditor"
    assert drawn(fund) == ["one", "two"]


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (
            ["--size", "2", "--tolerable", "1000"],
            "SizeSaidTwice",
            ("请只填一项", "not both"),
        ),
        (
            ["--method", "simple", "--size", "2", "--tolerable", "1000"],
            "TolerableByMoneyOnly",
            ("只有货币单元抽样", "Only a sample by monetary units"),
        ),
        (
            ["--method", "strata", "--tolerable", "1000"],
            "TolerableByMoneyOnly",
            ("只有货币单元抽样", "Only a sample by monetary units"),
        ),
    ],
)
def test_of_a_size_and_what_it_is_worked_out_of_none_is_left_unused(
    fund: Session,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    error: str,
    said: tuple[str, str],
) -> None:
    for lang, expected in zip(LANGUAGES, said, strict=True):
        assert main(["audit", "sample", "2021", *words, "--json", "--lang", lang]) == 2
        told = json.loads(capsys.readouterr().out)
        assert (told["error"], expected in told["message"]) == (error, True)
    assert drawn(fund) == []
    assert main(["audit", "sample", "2021", "--tolerable", "100000", "--seed", "worked-out"]) == 0
    assert drawn(fund) == ["worked-out"]


def test_nothing_is_drawn_where_its_file_cannot_be_written(
    fund: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = ("audit", "sample", "2021", "--method", "simple", "--size", "2", "--json", "--out")
    for out, error in (
        (tmp_path / "sample.pdf", "BooksFileKind"),
        (tmp_path / "no such folder" / "sample.csv", "FileUnwritable"),
    ):
        assert main([*sample, str(out)]) == 2
        assert json.loads(capsys.readouterr().out)["error"] == error
    assert drawn(fund) == []
    assert main(["audit", "look", "2021", "--lang", "zh", "--out", str(tmp_path / "x.csv")]) == 2
    assert "--only" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (
            ["look", "1999"],
            "NothingToLookAt",
            ("年度：2019, 2021。", "some: 2019, 2021."),
        ),
        (["look", "1999", "--only", "speed"], "NothingToLookAt", ("1999", "1999")),
        (["look", "2021", "--only", "fraud"], "NoSuchQuestion", ("shared_card", "shared_card")),
    ],
)
def test_a_year_or_a_question_that_is_not_there_is_refused(
    fund: Session,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    error: str,
    said: tuple[str, str],
) -> None:
    for lang, expected in zip(LANGUAGES, said, strict=True):
        assert main(["audit", *words, "--json", "--lang", lang]) == 2
        told = json.loads(capsys.readouterr().out)
        assert told["error"] == error
        assert expected in told["message"]


def test_what_an_auditor_names_and_nobody_has_is_said_by_its_name(
    fund: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with fund.begin():
        for role in (Role.AUDIT_ADMIN, Role.SECURITY_ADMIN):
            add_account(fund, role.value, role.value, role, PASSWORD, by=None)
    why = ("--why", "person_asks")
    out, bundle = str(tmp_path / "out"), str(tmp_path / "none.zip")
    for words, error, expected in (
        (["auditor-key", "give", "9", "--by", "security_admin"], "NoSuchKey", "9"),
        (["identify", bundle, "--out", out, "--by", "auditor"], "FileUnreadable", "none.zip"),
        (["checkpoint", "save", "--out", out], "NothingSigned", "checkpoint sign"),
        (["bundle", "--booked", "1999", "--out", out], "NothingBookedInYear", "公历年 1999"),
        (["erase", "approve", "9"], "NoSuchErasure", "9"),
        (["erase", "ask", "person", "--member", "999", *why], "NobodyToErase", "999"),
    ):
        assert main([*words, "--json", "--lang", "zh"]) == 2
        told = json.loads(capsys.readouterr().out)
        assert told["error"] == error
        assert expected in told["message"]
    log = str(tmp_path / "log.csv")
    assert main(["log", "--year", "1999", "--out", log, "--lang", "en"]) == 0
    assert "headings alone" in capsys.readouterr().out
