"""A year is opened, edited, looked at and published by commands."""

import json
import os

import pytest
from sqlalchemy import text

from app.boot import furnish, start
from app.cli import main
from app.db import db


@pytest.fixture
def passwords(database, monkeypatch):
    made = start(database.settings)
    found = {each.login: each.password for each in furnish(made)}
    with made.app_context():
        db.engine.dispose()
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    return found


def said(capsys, *given: str, code: int = 0) -> dict:
    assert main([*given, "--json"]) == code, capsys.readouterr()
    return json.loads(capsys.readouterr().out)


def pipe(secret: str) -> str:
    reader, writer = os.pipe()
    os.write(writer, f"{secret}\n".encode())
    os.close(writer)
    return str(reader)


def publish(passwords, login: str, *more: str) -> list[str]:
    secret = pipe(passwords[login])
    return ["scheme", "publish", "1", "--by", login, "--password-fd", secret, *more]


def test_a_year_from_draft_to_scheme(passwords, database, tmp_path, capsys):
    opened = said(capsys, "scheme", "open", "2027", "--from", "2026")
    assert (opened["scheme"], opened["changed"]) == ("2027", ["id", "covers_starting"])
    given = ["--set", "contribution.total_fen=8000", "--set", "contribution.union_fen=3000"]
    edited = said(capsys, "scheme", "edit", "1", *given, "--says", "80 元", "--where", "3 号文")
    assert edited["version"] == 2
    assert main(["scheme", "draft", "1", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "互助金：¥75.00 → ¥80.00（依据：3 号文：80 元）" in told
    assert main(["scheme", "draft", "1", "--lang", "en", "--out", str(tmp_path / "d.toml")]) == 0
    assert "union's part: ¥25.00 → ¥30.00" in capsys.readouterr().out
    written = (tmp_path / "d.toml").read_text().replace("percent = 20", "percent = 25")
    (tmp_path / "d.toml").write_text(written)
    whole = said(capsys, "scheme", "edit", "1", str(tmp_path / "d.toml"), "--by", "officer1")
    assert "benefit.chronic.bands" in whole["changed"]
    for login, digest, error in (
        ("officer1", whole["digest"], "WriterPublishes"),
        ("officer2", edited["digest"], "DraftChanged"),
        ("auditor", whole["digest"], "NotAnOfficer"),
    ):
        asked = publish(passwords, login, "--digest", digest)
        assert said(capsys, *asked, code=2)["error"] == error
    made = said(capsys, *publish(passwords, "officer2"))
    assert made["digest"] == whole["digest"]
    assert said(capsys, "scheme", "draft")["drafts"] == []
    terms = [(x["id"], x["to"]) for x in said(capsys, "scheme", "list")["schemes"]]
    assert terms[-2:] == [("2023", "2026-12-31"), ("2027", None)], "an end that follows is told"
    assert said(capsys, "scheme", "show", "2027")["schemes"][0]["id"] == "2027"
    assert said(capsys, "scheme", "discard", "1", code=2)["error"] == "DraftClosed"


SETTINGS = (
    ("waiting_days", "SettingWrong"),
    ("waiting_days=nan", "SchemeFieldWrong"),
    ("waiting_days=1e400", "SchemeFieldWrong"),
    ("benefit.inpatient.bands=[{over_fen=0, percent=nan}]", "PercentOutOfRange"),
    ("benefit.inpatient.bands=[{over_fen=0, percent=1e400}]", "PercentOutOfRange"),
    ("benefit.inpatient.bands=[{over_fen=0, percent=101}]", "PercentOutOfRange"),
    ("benefit.inpatient.bands=[{over_fen=1, percent=10}]", "BandsHaveHole"),
    ("benefit.inpatient.cap_fen=-1", "CapOutOfRange"),
    ("covers_starting.from=2026-99-99", "SchemeFieldWrong"),
    ("covers_starting.from=1999-01-01", "SchemeYearOdd"),
    ("enrolment={from=2026-12-01, to=2026-11-01, mid_year=true}", "WindowReversed"),
    ("id=2023", "SchemeFieldWrong"),
    ('id="2023"', "SchemeIdTaken"),
    ("1=2\n3=4", "SettingWrong"),
)


def test_a_file_is_refused_by_its_line_and_what_is_probably_not_meant_is_asked_about(
    passwords, database, tmp_path, capsys
):
    said(capsys, "scheme", "open", "2027", "--from", "2026")
    file, wrong = tmp_path / "2027.toml", tmp_path / "wrong.toml"
    said(capsys, "scheme", "draft", "1", "--out", str(file))
    written = file.read_text()
    line = written.splitlines().index("waiting_days = 0") + 1
    wrong.write_text(written.replace("waiting_days = 0", 'waiting_days = "0"'))
    told = said(capsys, "scheme", "edit", "1", str(wrong), code=2)
    assert (told["error"], told["facts"]["line"]) == ("SchemeFieldWrong", line)
    assert told["facts"]["field"] == f"wrong.toml:{line} waiting_days"
    odd = ("covers_starting.from=2028-01-01", "benefit.chronic.cap_fen=0")
    told = said(capsys, "scheme", "edit", "1", *(y for x in odd for y in ("--set", x)))
    asked = ["请核对：方案编号为 2027", "请核对：门诊慢性病的年度最高"]
    assert [each[:14] for each in told["doubts"]] == asked
    assert main(publish(passwords, "officer2")) == 0
    before = capsys.readouterr().err
    assert [x for x in asked if x in before] == asked


def test_a_setting_that_cannot_be_is_refused_and_nothing_written(passwords, database, capsys):
    said(capsys, "scheme", "open", "2027", "--from", "2026")
    for setting, error in SETTINGS:
        told = said(capsys, "scheme", "edit", "1", "--set", setting, code=2)
        assert told["error"] == error, setting
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM scheme_version")) == 1
