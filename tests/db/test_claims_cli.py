"""`huzhu claims` and `huzhu review` as officers type them."""

import csv
import hashlib
import json
import os
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.attachments.keep import keep_attachment
from app.attachments.kinds import Kind
from app.claims.papers import attach
from app.secrets import Keys, set_keys
from tests import forks
from tests.db.office import Office, bill
from tests.db.typed import PASSWORD, TEXTS, a_stay, file_by_hand
from tests.factories import csv_bytes, make_id
from tests.pictures import photo


@pytest.fixture
def huzhu(database):
    def run(*given: str, of: str = "claims") -> tuple[int, dict[str, object]]:
        done = forks.run(
            of, *given, "--json", "--lang", "en", env={**os.environ, **database.environ}
        )
        assert done.stdout.count("\n") == 1, done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def claims(database):
    """A typed claim and one of the bureau's that is like it, both under review; committed."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        settings = database.settings
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        office.covered([0], date(2023, 1, 1))
        typed = file_by_hand(session, 0, a_stay("2023-05-10", "1000.00"))
        office.determine(bill("N1", 0, "2023-05-10", "1000.00"))
        for login in ("second", "third"):
            add_account(session, login, "乙", Role.OFFICER, PASSWORD, by=None)
        add_account(session, "enters", "丙", Role.OPERATOR, PASSWORD, by=None)
        return typed.claim_id, office.live("N1").claim_id


def test_what_waits_is_listed_and_reviewed(huzhu, claims):
    typed, double = claims
    code, told = huzhu("list")
    assert code == 0
    assert [x["claim"] for x in told["claims"]] == [typed, double]
    assert [(x["granted"], x["due"]) for x in told["claims"]] == [("500.00", "500.00")] * 2
    code, told = huzhu("list", of="review")
    assert [(x["claim"], x["stage"]) for x in told["claims"]] == [
        (typed, "accept"),
        (double, "first"),
    ]

    def go(claim: int, stage: str, by: str, *more: str):
        return huzhu("go", str(claim), "--stage", stage, "--by", by, *more, of="review")

    assert go(typed, "accept", "clerk")[1]["stage"] == "first"
    code, told = go(typed, "first", "clerk")
    assert (code, told["error"], told["facts"]) == (
        2,
        "PossibleDouble",
        {"claim": typed, "other": double},
    )
    looked = ("--although", str(typed))
    assert go(double, "first", "clerk", *looked)[1]["stage"] == "second"
    assert go(double, "second", "clerk", *looked)[1]["error"] == "ReviewedBefore"
    assert go(double, "first", "second", *looked)[1]["error"] == "StageMoved"
    assert go(double, "second", "second", *looked)[1]["stage"] == "approve"
    assert go(double, "approve", "third", *looked)[1]["stage"] == "granted"
    assert [x["claim"] for x in huzhu("list", "--state", "payable")[1]["claims"]] == [double]
    assert go(double, "approve", "third")[1]["error"] == "NotInReview"


def test_papers_are_asked_for_and_a_claim_is_refused(huzhu, claims):
    typed, _ = claims
    at = (str(typed), "--stage", "accept", "--by", "second")
    code, told = huzhu("ask", *at, "--kind", "invoice", "--says", "看不清", of="review")
    assert (code, told["claim"]) == (0, typed)
    assert huzhu("go", *at, of="review")[1]["error"] == "PapersAwaited"
    assert huzhu("answered", str(typed), "--by", "third", of="review")[0] == 0
    assert huzhu("go", *at, of="review")[1]["stage"] == "first"
    at = (str(typed), "--stage", "first", "--by", "second")
    assert huzhu("return", *at, "--why", "papers", of="review")[1]["stage"] == "accept"
    at = (str(typed), "--stage", "accept", "--by", "second")
    assert huzhu("return", *at, "--why", "papers", of="review")[1]["error"] == "NoStageBefore"
    code, told = huzhu("refuse", *at, "--why", "papers", of="review")
    assert (code, told["claim"]) == (0, typed)
    assert typed not in [x["claim"] for x in huzhu("list", of="review")[1]["claims"]]


def test_a_claim_whose_papers_do_not_bear_it_is_sent_back(huzhu, claims):
    typed, double = claims
    code, told = huzhu("send-back", str(typed), "--why", "same_bill", "--by", "second")
    assert (code, told["claim"]) == (0, typed)
    code, told = huzhu("send-back", str(double), "--why", "figures", "--by", "second")
    assert (code, told["error"]) == (2, "NotUndoable")
    # The bureau's own bill is then alike to nothing.
    at = ("--stage", "first", "--by", "second")
    assert huzhu("go", str(double), *at, of="review")[0] == 0
    assert huzhu("send-back", str(typed), "--why", "mood")[0] == 2


def test_a_table_of_sheets_is_filed(huzhu, claims, tmp_path):
    sheets = tmp_path / "sheets.csv"
    row = {"certno": make_id(0), **TEXTS}
    sheets.write_bytes(csv_bytes([list(row), list(row.values())]))
    assert huzhu("file", str(sheets))[1]["error"] == "ConsentUnsigned"
    code, told = huzhu("file", str(sheets), "--signed", "--by", "second")
    assert (code, [x["again"] for x in told["filed"]], told["listed"]) == (0, [False], [])
    code, told = huzhu("file", str(sheets), "--signed", "--by", "second")
    assert (code, [x["again"] for x in told["filed"]]) == (0, [True])
    # Of a unit's union somebody files, who decides nothing.
    own = {**row, "enddate": "2023-05-03", "setl_time": "2023-05-03"}
    sheets.write_bytes(csv_bytes([list(row), list(own.values())]))
    code, told = huzhu("file", str(sheets), "--signed", "--by", "enters")
    assert (code, [x["again"] for x in told["filed"]]) == (0, [False]), told
    sheets.write_bytes(csv_bytes([list(row), [make_id(7), *list(row.values())[1:]]]))
    code, told = huzhu("file", str(sheets), "--signed", "--by", "second")
    assert (code, [x["reason"] for x in told["listed"]]) == (1, ["MemberOutOfReach"])
    # Bad inputs 32 to 35 and 40, a line each; the line between them is filed.
    lines = [
        list({**row, "invono": "", **wrong}.values())
        for wrong in (
            {"hifp_pay": "-1"},
            {"hifp_pay": "1.005"},
            {"hifp_pay": "Inf"},
            {"fixmedins_name": "另一家医院"},
            {"hifp_pay": "1e5"},
            {"enddate": "2023-04-30"},
            {"fixmedins_name": "某\u202e院"},
        )
    ]
    sheets.write_bytes(csv_bytes([[*row, "invono", "approved_fen"], *[[*x, "9"] for x in lines]]))
    code, told = huzhu("file", str(sheets), "--signed", "--by", "second")
    assert (code, [x["line"] for x in told["filed"]]) == (1, [5])
    reasons = ["SheetNegative", "AmountDecimals", "AmountMalformed", "AmountMalformed"]
    reasons += ["DischargedBeforeAdmitted", "SheetUnprintable"]
    assert [(x["line"], x["reason"]) for x in told["listed"]] == list(
        zip((2, 3, 4, 6, 7, 8), reasons, strict=True)
    )
    # 42: which of two is meant, nobody can tell.
    sheets.write_bytes(csv_bytes([[*row, "hifp_pay"], [*row.values(), "9"]]))
    assert huzhu("file", str(sheets), "--signed", "--by", "second")[1]["error"] == "ColumnTwice"
    # An amount with a comma and without quotes, after which each figure would be the next one's.
    cells = list({**row, "fixmedins_name": "第三家医院"}.values())
    at = list(row).index("medfee_sumamt")
    wide, short = [*cells[:at], "3", "000.00", *cells[at + 1 :]], cells[:-2]
    sheets.write_bytes(csv_bytes([list(row), wide, short]))
    code, told = huzhu("file", str(sheets), "--signed", "--by", "second")
    assert (code, told["filed"]) == (1, [])
    assert [(x["line"], x["reason"]) for x in told["listed"]] == [(2, "RowWidth"), (3, "RowWidth")]


def test_papers_are_listed_and_saved_for_a_purpose_and_the_log_is_taken_along(
    huzhu, claims, database, tmp_path
):
    typed, _ = claims
    with Session(database.engine) as session, session.begin():
        add_account(session, "looks", "审计", Role.AUDITOR, PASSWORD, by=None)
        union = session.scalar(text("SELECT max(id) FROM union_node WHERE parent_id IS NOT NULL"))
        by = session.scalar(text("SELECT id FROM account WHERE login = 'second'"))
        member = session.scalar(text("SELECT member_id FROM claim WHERE id = :id"), {"id": typed})
        kept = keep_attachment(session, photo(), member_id=member, kind=Kind.INVOICE, by=by)
        attach(session, member, typed, kept.ids, by=by)
    why, out = ("--purpose", "年度审计抽样"), tmp_path / "1.jpg"
    assert huzhu("papers", str(typed), "--purpose", "x")[1]["error"] == "NoPurpose"
    code, told = huzhu("papers", str(typed), *why, "--by", "looks")
    assert code == 0, told
    assert [(x["no"], x["kind"], x["by"]) for x in told["papers"]] == [(1, "invoice", "乙")]
    saved = ("paper", str(typed), "1", *why, "--out", str(out), "--by", "looks")
    assert huzhu(*saved)[0] == 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() == told["papers"][0]["sha256"]
    assert huzhu(*saved)[1]["error"] == "OutFileExists"
    other = tmp_path / "2.jpg"
    assert huzhu("paper", str(typed), "2", *why, "--out", str(other))[1]["error"] == "NoSuchPaper"
    assert not other.exists()
    with Session(database.engine) as session:
        opened = session.scalars(text("SELECT purpose FROM claim_opening")).all()
        looks = session.scalar(text("SELECT count(*) FROM paper_opening"))
    assert (opened, looks) == ([why[1]] * 2, 1)
    file = tmp_path / "log.csv"
    code, told = huzhu("--out", str(file), of="log")
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert (code, told["events"]) == (0, len(rows))
    assert [(x["act"], x["by"]) for x in rows[:3]] == [
        ("paper.opened", "审计"),
        *[("claim.opened", "审计")] * 2,
    ]
    assert [int(x["event"]) for x in rows] == sorted((int(x["event"]) for x in rows), reverse=True)
    code, told = huzhu("--out", str(tmp_path / "y.csv"), "--year", "1999", of="log")
    assert (code, told["events"]) == (0, 0)
    if union is not None:
        with Session(database.engine) as session, session.begin():
            session.execute(
                text("UPDATE account SET union_id = :u WHERE login = 'looks'"), {"u": union}
            )
        code, told = huzhu("--out", str(tmp_path / "z.csv"), "--by", "looks", of="log")
        assert (code, told["error"]) == (2, "LogOfWhole")
