"""`huzhu bank propose|confirm` as officers type it: the second person proves who that is."""

import json
import os

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.refund import approve_refunds
from app.banking.resolve import resolve_not_ours, resolve_to_refund
from app.cli import huzhu as program
from app.secrets import Keys, set_keys
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.office import Office

SECRET = "battery horse correct"


@pytest.fixture
def line(database, monkeypatch) -> str:
    """A line that is said to be not the fund's, a refund sent; two officers, committed."""
    for name in [x for x in os.environ if x.startswith("HUZHU")]:
        monkeypatch.delenv(name)
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    with Session(database.engine) as session, session.begin():
        settings = database.settings
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        teller = Teller(Office(session))
        teller.office.unit()
        teller.take((DAY, "33.00", "路人", ""), (DAY, "44.00", "路人", ""))
        resolve_not_ours(session, teller.line(1), by=teller.office.by)
        other = teller.second()
        refund = resolve_to_refund(session, teller.line(2), payee=PAYEE, by=teller.office.by)
        approve_refunds(session, [refund], by=other, on=DAY)
        teller.take((DAY, "-44.00", "路人", "没有写编号"))
        return str(teller.line(1))


def huzhu(
    *given: str, secret: str | None = None, of: str = "bank"
) -> tuple[int, dict[str, object]]:
    reader, more = None, []
    if secret is not None:
        reader, writer = os.pipe()
        os.write(writer, f"{secret}\n".encode())
        os.close(writer)
        more = ["--approve-password-fd", str(reader)]
    done = CliRunner().invoke(program, [of, *given, *more, "--json", "--lang", "en"])
    if reader is not None:
        os.close(reader)
    return done.exit_code, json.loads(done.stdout or "{}")


def test_nobody_confirms_in_anothers_name(database, line):
    one = first(database)
    assert huzhu("propose", line, "--undo", "--by", one)[0] == 0
    assert huzhu("confirm", line, "--by", "second90")[0] == 2
    second = ("confirm", line, "--approve", "second90")
    assert huzhu(*second, secret="not the password")[1]["error"] == "WrongLogin"
    with Session(database.engine) as session:
        acts = text("SELECT act FROM line_resolution WHERE line_id = :line ORDER BY seq")
        assert session.scalars(acts, {"line": line}).all() == ["not_ours"]
        assert huzhu(*second, secret=SECRET)[0] == 0
        session.rollback()
        assert session.scalars(acts, {"line": line}).all() == ["not_ours", "undone"]


def test_interest_is_said_by_two(database, line):
    one = first(database)
    assert huzhu("propose", line, "--interest", "--by", one)[1]["error"] == "LineResolved"
    assert huzhu("propose", line, "--undo", "--by", one)[0] == 0
    second = ("confirm", line, "--approve", "second90")
    assert huzhu(*second, secret=SECRET)[0] == 0
    two_ways = huzhu("propose", line, "--interest", "--undo", "--by", one)
    assert two_ways[1]["error"] == "LineProposedWrong"
    assert huzhu("propose", line, "--interest", "--by", one)[0] == 0
    assert huzhu(*second, secret=SECRET)[0] == 0
    with Session(database.engine) as session:
        booked = text("SELECT sum(amount_fen) FROM posting WHERE account = '4101'")
        assert session.scalar(booked) == -3_300


def test_a_unions_money_is_said_by_its_name(database, line):
    one = first(database)
    assert huzhu("propose", line, "--undo", "--by", one)[0] == 0
    assert huzhu("confirm", line, "--approve", "second90", secret=SECRET)[0] == 0
    said = ("resolve", line, "--year", "2023", "--by", one, "--union")
    assert huzhu(*said, "没有的工会")[1]["error"] == "DistrictUnknown"
    assert huzhu(*said, "市总工会")[0] == 0


def test_nobody_takes_a_refund_back_in_anothers_name(database, line):
    one = first(database)
    assert huzhu("withdraw-refund", "1", "--by", one)[1]["withdrawn"] is False
    assert huzhu("withdraw-refund", "1", "--by", "second90")[1]["error"] == "SecondUnsigned"
    again = huzhu("withdraw-refund", "1", "--approve", one, secret="correct horse battery")
    assert again[0] == 2
    done = huzhu("withdraw-refund", "1", "--approve", "second90", secret=SECRET)
    assert done[1]["withdrawn"] is True


def test_a_refund_that_the_bank_did_not_number_is_said_by_its_number(database, line):
    who, paid = ("--by", first(database)), str(int(line) + 2)
    waiting = {str(x["line"]): x["suggested"] for x in huzhu("open")[1]["lines"]}
    assert waiting == {line: [], paid: [{"refund": "TK000001", "why": "the amount fits"}]}
    code, told = huzhu("check")
    assert (code, told["holds"], told["waiting"]) == (1, True, 2)
    assert huzhu("resolve", paid, "--refund", "TK000009", *who)[1]["error"] == "NoSuchRefund"
    assert huzhu("resolve", paid, "--refund", "一号", *who)[1]["error"] == "NoSuchRefund"
    assert huzhu("resolve", paid, "--refund", "TK000001", *who)[0] == 0
    assert huzhu("resolve", paid, "--refund", "TK000001", *who)[1]["error"] == "LineResolved"
    assert huzhu("check")[1]["waiting"] == 1


def test_typed_money_is_taken_back_by_two(database, line):
    one, of = ("--by", first(database)), "contributions"
    with Session(database.engine) as session:
        uscc = session.scalar(text("SELECT uscc FROM unit ORDER BY id LIMIT 1"))
    money = ("receive", "--unit", uscc, "--year", "2023", "--amount", "8", "--on", "2023-12-20")
    booked = huzhu(*money, "--ref", "S7", *one, of=of)[1]
    back = ("take-back", str(booked["receipt"]), "--why", "金额记错", "--approve")
    same = huzhu(*back, first(database), *one, secret="correct horse battery", of=of)
    assert same[0] == 2
    done = huzhu(*back, "second90", *one, secret=SECRET, of=of)
    assert (done[0], done[1]["receipt"]) == (0, booked["receipt"])
    again = huzhu(*back, "second90", *one, secret=SECRET, of=of)
    assert again[1]["error"] == "ReversedAlready"
    nothing = ("take-back", "999", *back[2:], "second90", *one)
    assert huzhu(*nothing, secret=SECRET, of=of)[1]["error"] == "NoSuchReceipt"


def first(database) -> str:
    with Session(database.engine) as session:
        return str(session.scalar(text("SELECT login FROM account ORDER BY id LIMIT 1")))


def test_an_account_is_put_right_and_ended_by_two(database, line):
    one = first(database)
    new = (
        "--code",
        "new",
        "--holder",
        "市总工会",
        "--bank",
        "某银行",
        "--number",
        "41002222333344",
    )
    assert huzhu("add", *new, "--by", one)[0] == 0
    two = ("--by", one, "--approve", "second90")
    assert huzhu("correct", "new", "--number", "41009999333344", *two)[0] == 2
    assert huzhu("correct", "new", "--number", "41009999333344", *two, secret=SECRET)[0] == 0
    assert huzhu("correct", "main", "--number", "41008888333344", *two, secret=SECRET)[0] == 2
    assert huzhu("end", "new", "--on", "2024-01-31", *two, secret=SECRET)[0] == 0
    listed = {x["code"]: x for x in huzhu("list")[1]["accounts"]}
    assert (listed["new"]["number"], listed["new"]["ends_on"]) == ("41009999333344", "2024-01-31")
    assert listed["main"]["ends_on"] is None


def test_a_fee_that_was_none_is_undone_by_two(database, line):
    one = first(database)
    with Session(database.engine) as session, session.begin():
        asked = text("SELECT id FROM statement_line WHERE amount_fen < 0")
        left = str(session.scalar(asked))
    assert huzhu("propose", left, "--bank-fee", "--by", one)[0] == 0
    assert huzhu("confirm", left, "--approve", one, secret="correct horse battery")[0] == 2
    assert huzhu("confirm", left, "--approve", "second90", secret=SECRET)[0] == 0
    two = ("--by", one, "--approve", "second90")
    assert huzhu("check")[1]["waiting"] == 1, "what is not ours"
    assert huzhu("undo", left, *two, secret=SECRET)[0] == 0
    assert huzhu("undo", left, *two, secret=SECRET)[0] == 2
    assert huzhu("check")[1]["waiting"] == 2
