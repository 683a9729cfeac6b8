"""Twenty-four questions, with only the zip and an empty machine: the answers are the database's."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import ask, verify
from app.audit.make import make_bundle
from app.secrets import vault
from tests.conftest import Database
from tests.db.fund_year import keys

YEAR = 2021
Rows = list[tuple[Any, ...]]

# What the bundle holds of the claims: those that have a determination in the year, all of members
# one of whose claims moved between years, and those of the calendar year that found no cover.
_CHOSEN = """
WITH dated AS (
    SELECT DISTINCT member_id, claim_id, benefit_year FROM determination
    WHERE benefit_year IS NOT NULL
), chosen AS (
    SELECT member_id, claim_id FROM dated WHERE benefit_year = 2021
    UNION SELECT c.member_id, c.id FROM claim c WHERE c.member_id IN (
        SELECT a.member_id FROM dated a JOIN dated b USING (member_id, claim_id)
        WHERE a.benefit_year = 2021 AND b.benefit_year <> 2021)
    UNION SELECT c.member_id, c.id FROM claim c JOIN settlement s USING (member_id, setl_id)
    WHERE NOT EXISTS (SELECT FROM dated d WHERE d.claim_id = c.id)
          AND extract(year FROM coalesce(s.enddate, s.setl_time::date)) = 2021
), live AS (
    SELECT d.* FROM determination d JOIN chosen USING (member_id, claim_id)
    WHERE d.seq = (SELECT max(n.seq) FROM determination n WHERE n.claim_id = d.claim_id)
), sent AS (SELECT p.* FROM payment p JOIN chosen USING (member_id, claim_id))
"""
_BOOKED = "posting p JOIN entry e ON e.id = p.entry_id AND e.benefit_year = 2021"
WANTED = {
    1: """SELECT count(DISTINCT r.unit_id), count(*), count(r.campaign_id)
        FROM cover c JOIN roster r ON r.id = c.roster_id WHERE c.benefit_year = 2021""",
    2: """SELECT * FROM (
        SELECT 'units', count(*), sum(amount_fen)::bigint FROM receipt
        WHERE benefit_year = 2021 AND from_year IS NULL
        UNION ALL SELECT 'unions', count(*), sum(amount_fen)::bigint FROM subsidy
        WHERE benefit_year = 2021) x ORDER BY 1""",
    3: f"""SELECT p.account, -sum(p.amount_fen)::bigint FROM {_BOOKED}
        WHERE p.account LIKE '400_' AND e.memo <> 'year closed' GROUP BY 1 ORDER BY 1""",
    4: """SELECT care, count(*), count(DISTINCT member_id), sum(payable_fen)::bigint FROM live
        WHERE benefit_year = 2021 AND payable_fen > 0 GROUP BY 1 ORDER BY 1""",
    5: """SELECT coalesce(refusal, CASE payable_fen WHEN 0 THEN 'nothing left' ELSE 'granted' END)
        COLLATE "C", count(*), sum(payable_fen)::bigint
        FROM live GROUP BY 1 ORDER BY 1""",
    6: """SELECT b.id, b.made_on::text, b.lines, b.total_fen, b.file_sha256,
        count(*) FILTER (WHERE o.outcome = 'paid'), count(*) FILTER (WHERE o.outcome = 'failed'),
        count(*) FILTER (WHERE o.outcome IS NULL)
        FROM payment_batch b JOIN sent p ON p.batch_id = b.id
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt) GROUP BY 1 ORDER BY 1""",
    8: """SELECT claim_id, member_id, care, gross_fen, least(room_fen, gross_fen), payable_fen
        FROM live WHERE benefit_year = 2021 AND refusal IS NULL AND room_fen < gross_fen
        ORDER BY 1""",
    9: """SELECT count(*), count(*) FILTER (WHERE d < 0), min(d) FILTER (WHERE d >= 0),
        max(d) FILTER (WHERE d >= 0), count(*) FILTER (WHERE d BETWEEN 0 AND 14) FROM (
        SELECT o.booked_on - (c.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS d
        FROM sent p JOIN payment_outcome o USING (member_id, grant_no, attempt)
        JOIN claim c ON c.id = p.claim_id WHERE o.outcome = 'paid') x""",
    10: """SELECT count(DISTINCT member_id), sum(amount_fen)::bigint FROM sent
        JOIN bank_account a USING (member_id) WHERE a.seq = sent.account_seq
        GROUP BY a.account_index HAVING count(DISTINCT member_id) > 1""",
    11: """SELECT count(DISTINCT s.setl_id) FROM settlement s
        JOIN claim c USING (member_id, setl_id)
        JOIN chosen x ON x.member_id = c.member_id AND x.claim_id = c.id
        WHERE s.invono <> '' GROUP BY s.invono HAVING count(DISTINCT s.setl_id) > 1""",
    13: f"""SELECT 0, sum(greatest(amount_fen, 0))::bigint, sum(greatest(-amount_fen, 0))::bigint,
        sum(amount_fen)::bigint FROM {_BOOKED} AND p.account = '1001'""",
    14: f"""SELECT count(DISTINCT entry_id), sum(greatest(amount_fen, 0))::bigint, 0
        FROM {_BOOKED}""",
    15: """SELECT s.account, sum(debit_fen)::bigint, sum(credit_fen)::bigint,
        sum(debit_fen - credit_fen)::bigint
        FROM entry_sum s JOIN entry e ON e.id = s.entry_id AND e.benefit_year = 2021
        GROUP BY 1 ORDER BY 1""",
    16: f"""SELECT account, count(*), sum(fen)::bigint FROM (
        SELECT p.account, p.claim_id, sum(p.amount_fen) AS fen FROM {_BOOKED}
        AND p.account IN ('1201', '2001', '2002') GROUP BY 1, 2) x
        WHERE fen <> 0 GROUP BY 1 ORDER BY 1""",
    19: """SELECT b.approved_by, count(*), sum(b.total_fen)::bigint FROM payment_batch b
        WHERE b.benefit_year = 2021 OR b.id IN (SELECT batch_id FROM sent) GROUP BY 1""",
    21: """SELECT coalesce(k.way, 'filed before it was asked for'), k.text_version, count(*),
        count(*) FILTER (WHERE u.why = 'taken_back') FROM filed_claim f
        JOIN claim c USING (member_id, setl_id)
        JOIN chosen x ON x.member_id = c.member_id AND x.claim_id = c.id
        LEFT JOIN claim_consent k ON k.member_id = c.member_id AND k.claim_id = c.id
        LEFT JOIN undone_filing u ON u.setl_id = f.setl_id GROUP BY 1, 2 ORDER BY 1, 2""",
    24: """SELECT s.setl_id, p.claim_id, p.id, p.batch_id, o.outcome, o.booked_on::text,
        e.id, e.memo, g.account, g.amount_fen, NULL
        FROM sent p LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        JOIN determination d USING (member_id, grant_no)
        JOIN settlement s ON s.setl_id = d.setl_id AND s.version = d.version
        JOIN posting g ON g.claim_id = p.claim_id
        JOIN entry e ON e.id = g.entry_id AND e.benefit_year = 2021
        WHERE p.id = (SELECT max(id) FROM sent) ORDER BY e.id, g.line""",
    20: """SELECT id, benefit_year, weight, title FROM audit_finding f WHERE NOT EXISTS (
        SELECT FROM audit_finding_step s WHERE s.finding_id = f.id AND s.step = 'closed')
        ORDER BY 1""",
}
_NAMES = ("name_zh", "name_en")


@pytest.fixture(scope="module")
def fund(lived_database: Database) -> Iterator[Session]:
    keys()
    with lived_database.engine.connect() as connection, Session(connection) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def unpacked(fund: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    make_bundle(fund, YEAR, folder / "2021.zip")
    with zipfile.ZipFile(folder / "2021.zip") as bundle:
        bundle.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture(scope="module")
def answers(unpacked: Path) -> dict[int, list[dict[str, Any]]]:
    """By the bundle's own program, from the unpacked files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ask, "HERE", str(unpacked))
        assert ask.years() == [YEAR]
        made = ask.loaded(YEAR)
        found = {}
        for number, words, asks in ask.questions():
            assert all(words)
            names, rows = ask.answered(made, asks, YEAR)
            found[number] = [dict(zip(names, row, strict=True)) for row in rows]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "ask.py", "13", "--lang", "zh"],
        cwd=unpacked,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.startswith("13. 银行存款")
    assert ",".join(map(str, found[13][0].values())) in done.stdout
    assert verify.examine(str(unpacked))["fault"] is None
    return found


def test_there_are_four_beside_twenty_and_each_is_answered(
    answers: dict[int, list[dict[str, Any]]],
) -> None:
    assert list(answers) == list(range(1, 25))
    assert {number for number, rows in answers.items() if not rows} <= {12, 17, 22, 23}


def test_the_answers_are_the_databases(
    fund: Session, answers: dict[int, list[dict[str, Any]]]
) -> None:
    for number, asks in WANTED.items():
        wanted: Rows = [tuple(row) for row in fund.execute(text(_CHOSEN + asks))]
        found = [
            tuple(value for name, value in row.items() if name not in _NAMES)
            for row in answers[number]
        ]
        if number == 8:
            wanted = [(n, vault().pseudonym("member", x), *more) for n, x, *more in wanted]
        if number == 19:
            wanted = sorted((vault().pseudonym("staff", x), *more) for x, *more in wanted)
        if number in (10, 11):  # the pseudonym of the card, of the invoice
            found = [row[1:] for row in found]
        assert found == wanted, number


def test_the_largest_payment_is_followed_to_its_bill(
    fund: Session, answers: dict[int, list[dict[str, Any]]]
) -> None:
    [row] = answers[7]
    asks = """SELECT s.setl_id, d.base_fen, d.payable_fen, p.amount_fen, b.id, b.prepared_by
        FROM payment p JOIN determination d USING (member_id, grant_no)
        JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id
             AND s.version = d.version JOIN payment_batch b ON b.id = p.batch_id
        WHERE p.id = :payment"""
    found = fund.execute(text(asks), {"payment": row["payment_id"]}).one()
    assert row["prepared_by"] == vault().pseudonym("staff", found[-1])
    names = ("setl_id", "base_fen", "payable_fen", "amount_fen", "batch_id")
    assert tuple(row[name] for name in names) == tuple(found[:-1])
    most = text(
        "SELECT max(amount_fen) FROM payment p JOIN payment_batch b ON b.id = p.batch_id"
        " WHERE b.benefit_year = 2021"
    )
    assert row["amount_fen"] == fund.execute(most).scalar_one()


def test_an_act_for_oneself_would_be_answered(
    fund: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bundle(fund, YEAR, tmp_path / "2021.zip")
    with zipfile.ZipFile(tmp_path / "2021.zip") as bundle:
        bundle.extractall(tmp_path / "unpacked")
    monkeypatch.setattr(ask, "HERE", str(tmp_path / "unpacked"))
    made = ask.loaded(YEAR)
    asks = next(asks for number, _, asks in ask.questions() if number == 12)
    assert ask.answered(made, asks, YEAR)[1] == []
    batch, preparer = made.execute("SELECT batch_id, prepared_by FROM payment_batch").fetchone()
    payment, member = made.execute(
        "SELECT payment_id, member FROM payment WHERE batch_id = ?", (batch,)
    ).fetchone()
    claim, by, own = made.execute("SELECT claim_id, by, member FROM review").fetchone()
    made.execute("UPDATE payment_batch SET third_by = prepared_by WHERE batch_id = ?", (batch,))
    assert ask.answered(made, asks, YEAR)[1] == [("batch", batch)]
    made.execute("UPDATE staff SET member = ? WHERE staff = ?", (member, preparer))
    assert ("payment", payment) in ask.answered(made, asks, YEAR)[1]
    made.execute("UPDATE staff SET member = ? WHERE staff = ?", (own, by))
    assert ("review", claim) in ask.answered(made, asks, YEAR)[1]


def test_missing_numbers_are_those_of_other_years(
    fund: Session, answers: dict[int, list[dict[str, Any]]]
) -> None:
    numbers = set(fund.scalars(text("SELECT id FROM entry WHERE benefit_year <> 2021")))
    of_year = set(fund.scalars(text("SELECT id FROM entry WHERE benefit_year = 2021")))
    missing = set(range(1, max(numbers | of_year) + 1)) - of_year
    said = [set(range(row["first"], row["last"] + 1)) for row in answers[18]]
    assert set().union(*said) == missing
    assert [row["elsewhere"] for row in answers[18]] == [len(some & numbers) for some in said]
    assert sum(row["unused"] for row in answers[18]) == len(missing - numbers)


def test_what_cannot_be_asked_is_said_in_a_sentence(unpacked: Path) -> None:
    for asked, says in (
        (["25"], "There are questions 1 to 24."),
        (["0", "--lang", "zh"], "只有第 1 至 24 问。"),
        (["SELECT a FROM nowhere"], "SQLite: no such table: nowhere"),
        (["SELECT 1; SELECT 2"], "SQLite: You can only execute one statement at a time."),
    ):
        ways = [sys.executable, "-I", "-S", str(unpacked / "ask.py"), *asked]
        done = subprocess.run(ways, capture_output=True, check=False, text=True, env={})
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{says}\n")


def test_the_heading_says_how_many_there_are(unpacked: Path) -> None:
    heading = "## 二十四个问题 · Twenty-four questions\n"
    assert heading in (unpacked / "README.md").read_text(encoding="utf-8")
