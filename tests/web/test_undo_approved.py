"""An approved filing whose figures are wrong: two take it back, and the member files anew."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.claims.lifecycle import OFFICERS_REASONS
from app.db import transaction
from app.dispatch import drain_all
from app.payments.batch import prepare_batch
from app.payments.returns import take_return
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, file_with_consent, member_of
from tests.factories import return_file
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, Fund
from tests.web.steps import Walk
from tests.web.test_held import form, proposal
from tests.web.test_queries import MOST, counting

REMARK = "统筹支付漏填一位数"
WRONG = "数字有误怎么办"


def approved(web: Flask, fund: Fund, day: str, scope: str) -> int:
    """Qian's own filing of a day, approved by all stages; its claim."""
    with web.app_context():
        with transaction() as session:
            sheet = a_stay(day, scope)
            made = file_with_consent(session, sheet, member_of(session, QIAN), fund.qian, day)
        assert drain_all().in_trouble == 0
        with transaction() as session:
            confirm(session, made.claim_id, by=fund.second)
    return made.claim_id


@pytest.fixture(scope="module")
def paid(web: Flask, fund: Fund) -> int:
    """One of 5,000.00 that the bank has paid."""
    claim = approved(web, fund, "2021-11-20", "5000.00")
    with web.app_context(), transaction() as session:
        pair = {"prepared_by": fund.officer, "approved_by": fund.second}
        batch = prepare_batch(session, 2021, made_on=date(2021, 12, 1), **pair)
        asked = text("SELECT line, amount_fen FROM payment WHERE batch_id = :batch ORDER BY line")
        lines = session.execute(asked, {"batch": batch.id}).all()
        answer = [(line, f"{fen / 100:.2f}", "成功", "2021-12-02") for line, fen in lines]
        take_return(session, return_file(batch.number, answer), by=fund.officer)
    return claim


def page_of(web: Flask, claim: int) -> str:
    with web.app_context(), transaction() as session:
        asked = text("SELECT member_id FROM claim WHERE id = :claim")
        return f"/office/members/{session.scalar(asked, {'claim': claim})}/claims/{claim}"


def drained(web: Flask) -> None:
    with web.app_context():
        assert drain_all().in_trouble == 0


def test_from_a_wrong_figure_to_the_right_one(web: Flask, fund: Fund, paid: int) -> None:
    page = page_of(web, paid)
    one, two = Browser(web).sign_in("officer1"), Browser(web).sign_in("operator")
    for browser in (one, two):  # an operator may propose
        found = browser.get(page).text
        assert [*re.findall(r'value="undo:(\w+)" required', found)] == [*OFFICERS_REASONS]
        assert WRONG in found
    asked = {"said": "undo:figures", "remark": "  "}
    short = form(one, page, f"{page}/decide", **asked)
    assert short.status_code == 409
    assert '<details class="card-like" id="wrong-figure" open>' in short.text
    assert 'value="undo:figures" required checked' in short.text
    assert "请写明哪里有误" in words(short.text)
    for said in ("undo:taken_back", "undo:x"):
        assert form(one, page, f"{page}/decide", said=said, remark=REMARK).status_code == 400
    assert form(one, page, f"{page}/decide", said="undo", remark=REMARK).status_code == 409
    asked["remark"] = REMARK
    assert form(one, page, f"{page}/decide", **asked).status_code == 302
    assert form(two, page, f"{page}/decide", **asked).status_code == 409, "proposed already"
    assert "已有人提议撤销审批" in one.read(page)
    waits(web, one, page)
    path = proposal(one, page)
    assert form(one, page, path).status_code == 409, "who proposes never approves"
    assert form(two, page, path).status_code == 403, "an operator approves nothing"
    second = Browser(web).sign_in("officer2")
    assert form(second, page, path).location == page
    assert form(second, page, path).status_code == 404, "in a second tab"
    drained(web)
    said = second.read(page)
    assert "撤销审批，经办一提议，经办二批准：金额或日期与材料不一致" in said, said
    assert WRONG not in said
    assert "职工就这件申请应退 ¥2,500.00" in said
    the_member_reads_it(web, paid)
    filed_anew(web, paid)


def waits(web: Flask, one: Browser, page: str) -> None:
    """What waits stands with the claim, in the list and on the start page of who can approve."""
    two = Browser(web).sign_in("officer2")
    for place in (page, "/office/recoveries"):
        assert "撤销审批：金额或日期与材料不一致" in two.read(place), place
    assert REMARK in two.read(page)
    assert "1 项补助申请的提议待另一人批准" in two.read("/office/")
    assert "提议待另一人批准" not in one.read("/office/")
    with counting(web) as sent:
        two.get(page)
        sent.clear()
        two.get(page)
        assert 1 < len(sent) <= MOST, len(sent)


def the_member_reads_it(web: Flask, claim: int) -> None:
    """What happened, what is owed, and what to do next; in both languages."""
    qian = Browser(web).sign_in("qian")
    said = qian.read(f"/my/claims/{claim}")
    assert "两名经办人员撤销审批" in said
    assert "已经发给您的 ¥2,500.00 暂列为应退款" in said
    assert "重新申报" in said
    english = qian.choose("en").read(f"/my/claims/{claim}")
    assert "two officers took the approval back" in english
    assert "You have got ¥2,500.00 for it, which you owe back for now" in english
    with counting(web) as sent:
        qian.get(f"/my/claims/{claim}")
        sent.clear()
        qian.get(f"/my/claims/{claim}")
        assert 1 < len(sent) <= MOST, len(sent)
    qian.choose("zh")


def filed_anew(web: Flask, claim: int) -> None:
    """The member's next steps begin with what was typed, and the old claim says nothing more."""
    walk = Walk(Browser(web).sign_in("qian"))
    assert walk.begin(again=str(claim)).status_code == 302
    walk.send("papers")
    assert 'value="5000.00"' in walk.page("figures")


def test_what_was_not_paid_owes_nothing_and_a_dropped_proposal_does_nothing(
    web: Flask, fund: Fund
) -> None:
    claim = approved(web, fund, "2021-11-21", "600.00")
    page = page_of(web, claim)
    one, two = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    asked = {"said": "undo:papers", "remark": REMARK}
    assert form(one, page, f"{page}/decide", **asked).status_code == 302
    assert form(two, page, proposal(two, page), drop="y").status_code == 302
    assert "待发放" in two.read(page)
    assert form(one, page, f"{page}/decide", **asked).status_code == 302
    assert form(two, page, proposal(two, page)).status_code == 302
    drained(web)
    said = Browser(web).sign_in("qian").read(f"/my/claims/{claim}")
    assert "您不用退还任何款项" in said
    assert "应退款" not in said
    assert "提议撤销审批" not in one.read(page)


def test_at_the_bank_and_of_ones_own_it_cannot_be_proposed(web: Flask, fund: Fund) -> None:
    claim = approved(web, fund, "2021-11-22", "700.00")
    page = page_of(web, claim)
    with web.app_context(), transaction() as session:
        pair = {"prepared_by": fund.officer, "approved_by": fund.second}
        prepare_batch(session, 2021, made_on=date(2021, 12, 3), **pair)
    one = Browser(web).sign_in("officer1")
    assert "款项已送银行，等银行回盘之后才能提议" in one.read(page)
    assert 'value="undo:' not in one.get(page).text
    asked = {"said": "undo:figures", "remark": REMARK}
    refused = form(one, page, f"{page}/decide", **asked)
    assert refused.status_code == 409
    assert "款项已送银行，尚无结果" in words(refused.text)
