"""Pages say what is owed of money that never arrived: the member's, officers', the ready page."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import transaction
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.recoveries.owing import repay
from tests.factories import make_account, make_id, make_name, return_file
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund, bill, feed

WHO = 2
OTHER = make_account(77)


@pytest.fixture(scope="module")
def claim(web: Flask, fund: Fund) -> tuple[int, int]:
    """A member's claim of 1,234.56: paid, undone by the hospital, paid back, and never arrived."""
    with web.app_context(), transaction() as session:
        fund.session = session
        asked = {"certno": make_id(WHO), "by": fund.officer}
        add_account(session, "rider", make_name(WHO), Role.MEMBER, PASSWORD, **asked)
        fund.take(feed(bill("S900", WHO, "2021-05-05", "2469.12")))
        wanted = text("SELECT member_id, id FROM claim WHERE setl_id = 'S900'")
        member, number = session.execute(wanted).one()
        who = {"prepared_by": fund.officer, "approved_by": fund.second}
        batch = prepare_batch(session, 2021, **who, made_on=date(2021, 11, 1))
        [line] = [x.line for x in sent_lines(session, batch.id) if x.claim_id == number]
        for outcome, day in (("成功", "2021-11-02"), ("失败", "2021-12-08")):
            answer = return_file(batch.number, [(line, "1234.56", outcome, day)])
            take_return(session, answer, by=fund.officer)
            if outcome == "成功":
                undone = {"refd_setl_flag": "1", "init_setl_id": "S900"}
                fund.take(feed(bill("R900", WHO, "2021-05-06", "-2469.12", **undone)))
                how = {"received_on": date(2021, 12, 1), "reference": "S1", "by": fund.officer}
                repay(session, number, 1_234_56, **how)
        said = (batch.number, line, "failed", date(2021, 12, 9), "银行更正")
        propose_resolution(session, *said, by=fund.officer)
        approve_resolution(session, batch.number, line, by=fund.second)
        return member, number


def test_it_is_said_to_whom_it_is_owed(web: Flask, claim: tuple[int, int]) -> None:
    member, number = claim
    mine, office = Browser(web).sign_in("rider"), Browser(web).sign_in("officer1")
    page = f"/office/members/{member}/claims/{number}"
    assert "已退回或被抵扣 ¥1,234.56，应付还职工" in office.read(page)
    assert "¥1,234.56 属于从未到您账上的款项" in mine.read(f"/my/claims/{number}")
    mine.choose("en")
    office.choose("en")
    said = office.read(page)
    assert "¥1,234.56 was paid back, or set off, of money that never reached the member" in said
    assert "of money that never reached you" in mine.read(f"/my/claims/{number}")
    # The member is asked for another card, and the batch waits for it.
    assert "Your next step: another bank card" in mine.read("/my/")
    assert 'href="/my/card/"' in mine.get(f"/my/claims/{number}").text
    assert mine.post("/my/card/", account=OTHER).location == "/my/"
    assert "the next payment goes there" in mine.read(f"/my/claims/{number}")


def test_the_next_batch_has_it(web: Flask, fund: Fund, claim: tuple[int, int]) -> None:
    _, number = claim
    mine = Browser(web).sign_in("rider").choose("en")
    assert mine.post("/my/card/", account=make_account(78)).location == "/my/"
    office = Browser(web).sign_in("officer1").choose("en")
    assert "¥1,234.56" in office.read("/office/payments/ready/2021")
    with web.app_context(), transaction() as session:
        who = {"prepared_by": fund.officer, "approved_by": fund.second}
        batch = prepare_batch(session, 2021, **who, made_on=date(2021, 12, 20))
        paid = {x.claim_id: (x.line, x.amount_fen) for x in sent_lines(session, batch.id)}
        line, fen = paid[number]
        assert fen == 1_234_56
        answer = return_file(batch.number, [(line, "1234.56", "成功", "2021-12-21")])
        take_return(session, answer, by=fund.officer)
    assert "never reached you" not in mine.read(f"/my/claims/{number}")
