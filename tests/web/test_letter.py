"""The letter about a result: its figures are the stored ones and the ledger's, and it stays."""

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import transaction
from app.dispatch import drain_all
from app.reviews.act import go_on
from app.reviews.stages import STAGES
from tests.db.typed import a_stay, file_with_consent, member_of
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, QIAN, Fund

OPEN = """
SELECT CAST(coalesce(-sum(amount_fen), 0) AS bigint) FROM posting
WHERE claim_id = :claim AND account IN ('2001', '2002', '1201')
"""
PAID = """
SELECT CAST(coalesce(sum(p.amount_fen), 0) AS bigint) FROM payment p
JOIN payment_outcome o USING (member_id, grant_no, attempt)
WHERE p.claim_id = :claim AND o.outcome = 'paid'
"""
MONEY = r"¥([0-9,]+\.[0-9]{2})"


def read(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def fen_after(said: str, label: str) -> int:
    found = re.search(label + MONEY, said)
    assert found, (label, said)
    return int(found[1].replace(",", "").replace(".", ""))


@pytest.fixture(scope="module")
def claims(web: Flask, fund: Fund) -> dict[str, int]:
    with web.app_context(), transaction() as session:
        return {
            setl: number for number, setl in session.execute(text("SELECT id, setl_id FROM claim"))
        }


@pytest.mark.parametrize(
    ("setl_id", "login"),
    [(f"S00{n}", "zhao") for n in (1, 3, 4, 5, 6)]
    + [("S101", "zhao"), ("S102", "zhao"), ("S012", "qian")],
)
def test_its_figures_are_those_stored_and_the_ledgers(
    web: Flask, fund: Fund, claims: dict[str, int], setl_id: str, login: str
) -> None:
    answer = Browser(web).sign_in(login).get(f"/my/claims/{claims[setl_id]}/letter.pdf")
    assert answer.status_code == 200
    said = read(answer.data)
    with web.app_context(), transaction() as session:
        live = session.execute(
            text("SELECT * FROM determination WHERE claim_id = :claim ORDER BY seq DESC LIMIT 1"),
            {"claim": claims[setl_id]},
        ).one()
        asked = {"claim": claims[setl_id]}
        # What is owed of it, at the bank, or to come back, as the books have it; and what was paid.
        open_fen = session.scalar(text(OPEN), asked)
        paid_fen = session.scalar(text(PAID), asked)
    assert fen_after(said, "补助基数") == live.base_fen
    assert fen_after(said, "按比例应补助") == live.gross_fen
    assert fen_after(said, "实际补助") == live.payable_fen
    assert fen_after(said, "实际补助") == open_fen + paid_fen
    if live.room_fen is not None:
        before = fen_after(said, "上限余额（本次之前）")
        assert (before, fen_after(said, "上限余额（本次之后）")) == (
            live.room_fen,
            live.room_fen - live.payable_fen,
        )
    assert "来源：" in said
    assert "第二十四条" in said


def test_it_is_the_same_bytes_whoever_prints_it(
    web: Flask, fund: Fund, claims: dict[str, int]
) -> None:
    number = claims["S001"]
    with web.app_context(), transaction() as session:
        member = session.scalar(text("SELECT member_id FROM claim WHERE id = :id"), {"id": number})
    mine = Browser(web).sign_in("zhao").choose("en").get(f"/my/claims/{number}/letter.pdf")
    office = f"/office/members/{member}/claims/{number}/letter.pdf"
    theirs = Browser(web).sign_in("officer1").get(office)
    assert mine.data == theirs.data
    assert mine.headers["Content-Disposition"] == f"inline; filename=JD{number}-1.pdf"
    assert Browser(web).sign_in("north").get(office).status_code == 404
    assert Browser(web).sign_in("qian").get(f"/my/claims/{number}/letter.pdf").status_code == 404


def test_a_refusal_says_why_and_what_can_be_done(
    web: Flask, fund: Fund, claims: dict[str, int]
) -> None:
    zhao = Browser(web).sign_in("zhao").choose("en")
    said = read(zhao.get(f"/my/claims/{claims['S008']}/letter.pdf").data)
    assert "不予补助：不在补助范围" in said
    assert "提出申诉" in said
    # Nothing is decided yet of what waits for a person.
    assert zhao.get(f"/my/claims/{claims['S007']}/letter.pdf").status_code == 404


@pytest.mark.parametrize(("stated", "day"), [("", "2021-05-03"), ("410500S77", "2021-05-04")])
def test_a_number_of_the_funds_own_is_not_called_the_sheets(
    web: Flask, fund: Fund, stated: str, day: str
) -> None:
    with web.app_context():
        with transaction() as session:
            logins = [f"{x}{day}" for x in ("first", "second", "third")]
            staff = (Role.OFFICER, PASSWORD)
            one, two, three = (add_account(session, x, x, *staff, by=None) for x in logins)
            stay, qian = a_stay(day, "100.00", stated), member_of(session, QIAN)
            claim = file_with_consent(session, stay, qian, fund.officer, day).claim_id
        drain_all()
        with transaction() as session:
            for stage, by in zip(STAGES, (one, one, two, three), strict=True):
                go_on(session, claim, stage, by=by)
    said = read(Browser(web).sign_in("qian").get(f"/my/claims/{claim}/letter.pdf").data)
    assert re.search(r"基金编的号HZ-\d{4}-\d{6}", said), said
    assert "结算单编号HZ" not in said
    assert ("结算单编号" in said) == bool(stated)
    assert stated in said
