"""An auditor opens a claim for a purpose; every look is on record and listed."""

import pytest
from flask import Flask

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import db, transaction
from app.evidence.models import Event
from tests.pictures import pdf
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, Fund
from tests.web.test_claim_papers import MINE, send

LIST = "/audit/claims/"
PURPOSE = "2021 年度审计抽样第 3 笔"


@pytest.fixture(scope="module")
def opened(web: Flask, fund: Fund) -> str:
    """The address of claim 1, opened by the auditor."""
    assert send(Browser(web).sign_in("zhao"), MINE, pdf(2)).status_code == 302
    auditor = Browser(web).sign_in("auditor")
    answer = auditor.post(LIST, number="1", purpose=f"  {PURPOSE} ")
    assert answer.status_code == 302
    return answer.location


def events(web: Flask, act: str) -> list[Event]:
    with web.app_context():
        return db.session().query(Event).where(Event.act == act).order_by(Event.id).all()


def test_the_claim_is_shown_down_to_its_papers(opened: str, auditor: Browser) -> None:
    page = auditor.get(opened).text
    said = words(page)
    assert PURPOSE in said
    assert "急性阑尾炎" in said
    assert "¥31,000.00" in said
    for no in (1, 2):
        assert f"{opened}/papers/{no}/small" in page
    assert "添加照片或材料" not in said


def test_every_look_is_on_record(web: Flask, opened: str, auditor: Browser) -> None:
    assert auditor.get(f"{opened}/papers/2").content_type == "image/jpeg"
    assert auditor.get(f"{opened}/papers/2/small").status_code == 200
    assert auditor.get(f"{opened}/papers/3").status_code == 404
    number = int(opened.rsplit("/", 1)[-1])
    assert [(x.about, x.facts["claim"]) for x in events(web, "claim.opened")] == [(number, 1)]
    assert [(x.about, x.facts["no"]) for x in events(web, "paper.opened")] == [(number, 2)]
    assert "抽样" not in str([x.facts for x in events(web, "claim.opened")])
    listed = words(auditor.get(LIST).text)
    assert f"1 审计 {PURPOSE} 2" in listed


@pytest.mark.parametrize(
    ("number", "purpose", "code"),
    [("1", "", 400), ("1", "  x ", 400), ("999999", PURPOSE, 404), ("-1", PURPOSE, 404)],
)
def test_without_a_purpose_or_a_claim_nothing_opens(
    web: Flask, opened: str, auditor: Browser, number: str, purpose: str, code: int
) -> None:
    before = len(events(web, "claim.opened"))
    answer = auditor.post(LIST, number=number, purpose=purpose)
    assert answer.status_code == code
    assert f'value="{number}"' in answer.text
    assert len(events(web, "claim.opened")) == before


def test_an_opening_is_its_auditors_own(web: Flask, fund: Fund, opened: str) -> None:
    with web.app_context(), transaction() as session:
        here = {"union_id": fund.district_id}
        add_account(session, "audit2", "区审计", Role.AUDITOR, PASSWORD, by=fund.officer, **here)
    other = Browser(web).sign_in("audit2")
    assert other.get(opened).status_code == 404
    assert other.get(f"{opened}/papers/1").status_code == 404
    assert other.post(LIST, number="1", purpose=PURPOSE).status_code == 404  # out of reach
    assert PURPOSE not in other.get(LIST).text
    for login in ("officer1", "zhao"):
        assert Browser(web).sign_in(login).get(opened).status_code == 403
