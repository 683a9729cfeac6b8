"""Held claims in the browser: the member says who is liable, two officers decide."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import transaction
from app.dispatch import drain_all
from tests.db.office import bill, bills_csv
from tests.factories import make_uscc
from tests.web.browser import Browser, words
from tests.web.forms import forms_of
from tests.web.fund import QIAN, Fund


@pytest.fixture(scope="module")
def injury(web: Flask, fund: Fund) -> str:
    """Qian's injury of 2021, held; the address of its page for officers."""
    with web.app_context():
        with transaction() as session:
            from app.claims.settlement import read_settlements
            from app.claims.submit import take_feed

            row = bill("I900", QIAN, "2021-10-20", "1000.00", med_type="22")
            found = read_settlements(bills_csv(row))
            by = session.scalar(text("SELECT id FROM account WHERE login = 'officer1'"))
            take_feed(session, found, file_sha256="0" * 64, by=by or 0)
        assert drain_all().in_trouble == 0
        with transaction() as session:
            member, claim = session.execute(
                text("SELECT member_id, id FROM claim WHERE setl_id = 'I900'")
            ).one()
    return f"/office/members/{member}/claims/{claim}"


def form(browser: Browser, page: str, path: str, **fields: str):
    data = {"csrf_token": browser.token(page), **fields}
    return browser.client.post(path, data=data)


def proposal(browser: Browser, page: str) -> str:
    found = re.search(r'action="([^"]+/proposals/[0-9]+)"', browser.get(page).text)
    assert found
    return found[1]


def decided_too_early(browser: Browser, injury: str, **pay: str) -> None:
    """Refused on the page where the statement is written down, with what was chosen."""
    early = form(browser, injury, f"{injury}/decide", **pay)
    assert early.status_code == 409
    assert 'role="alert"' in early.text
    assert f'action="{injury}/state"' in early.text
    assert 'value="pay_as:inpatient" required checked' in early.text


def taken_back(one: Browser, two: Browser, money: str) -> str:
    """What was typed of a claim's money, taken back by two; what its page says then."""
    entry = re.search(r"entry=([0-9]+)#reverse", one.get(money).text)
    assert entry
    assert "登记有误" in one.read(money)
    why = {"entry": entry[1], "why": "看错了行"}
    assert form(one, "/books/", "/books/reverse", **why).status_code == 302
    [asked] = re.findall(r'action="(/books/asked/[0-9]+/approve)"', two.get("/books/").text)
    assert form(two, "/books/", asked).status_code == 302
    assert f"entry={entry[1]}#" not in one.get(money).text
    return one.read(money)


def come_twice(one: Browser, two: Browser, money: str, come: dict[str, str]) -> None:
    """Money of a recovery: typed, taken back by two, typed anew."""
    assert form(one, money, money, amount="100", **come).status_code == 302
    assert form(one, money, money, amount="100", **come).status_code == 409
    assert "到账 ¥100.00" in one.read(money)
    assert "登记有误的到账，已撤销 ¥100.00" in taken_back(one, two, money)
    assert form(one, money, money, amount="100", **come).status_code == 302


def sent_too_late(one: Browser, two: Browser, money: str, come: dict[str, str]) -> None:
    """What was typed of one debtor comes back into the form of that one, or into none."""
    asked = {"act": "open", "liable": "employer", "reference": "协议", "on": "2022-01-05"}
    assert form(one, money, money, amount="50", **asked).status_code == 302
    assert form(two, money, proposal(two, money)).status_code == 302
    first, second = (x for _, x in recovered(one.get(money).text))
    late = {**come, "recovery": second, "reference": "late for the second"}
    for there in (True, False):
        old = {"csrf_token": one.token(money), "amount": "12.34", **late}
        one.sign_in("officer1")
        assert one.client.post(money, data=old).status_code == 303
        page = one.get(money).text
        assert ("12.34", second) in recovered(page) or not there
        assert ("12.34", first) not in recovered(page)
        assert "late for the second" in page
        if there:  # all of it has come
            whole = {**late, "reference": "W", "amount": "50"}
            assert form(one, money, money, **whole).status_code == 302


def recovered(page: str) -> list[tuple[str, str]]:
    """Of each form for money that has come: the amount that stands in it, and of which recovery."""
    found = [{x.name: x.value for x in each.fields} for each in forms_of(page)]
    return [(x["amount"], x["recovery"]) for x in found if x.get("act") == "receive"]


def test_an_injury_from_statement_to_recovery(web: Flask, injury: str) -> None:
    qian, one = Browser(web).sign_in("qian"), Browser(web).sign_in("officer1")
    two, north = Browser(web).sign_in("officer2"), Browser(web).sign_in("zhao")
    mine = f"/my/claims/{injury.rpartition('/')[2]}"
    assert "这次受伤由谁负责" in qian.read(mine)
    assert form(north, "/my/", f"{mine}/state", says="nobody").status_code == 404
    assert form(qian, mine, f"{mine}/state", says="x").status_code == 400
    pay = {"said": "pay_as:inpatient"}
    decided_too_early(one, injury, **pay)
    assert form(qian, mine, f"{mine}/state", says="traffic").status_code == 302
    assert form(one, injury, f"{injury}/decide", said="x").status_code == 400
    assert form(one, injury, f"{injury}/decide", said="refuse:x").status_code == 400
    assert form(one, injury, f"{injury}/decide", **pay).status_code == 302
    assert "这是您的提议，须由他人批准" in one.read(injury)
    assert "· 按住院审定 ·" in two.read("/office/recoveries"), "what is proposed, not by whom only"
    path = proposal(two, injury)
    assert form(one, injury, path).status_code == 409
    assert form(two, injury, path).status_code == 302
    assert form(two, injury, path).status_code == 404
    with web.app_context():
        assert drain_all().in_trouble == 0
    assert "由两名经办人员审定，按“住院”计算" in qian.read(mine)
    money = f"{injury}/money"
    asked = {"act": "open", "liable": "third_party", "reference": "调解书", "on": "2022-01-05"}
    for typed, code, why in (("99999", 409, "不超过补助金额"), ("x", 400, "金额请写作 1234.50")):
        again = form(one, money, money, amount=typed, **asked)
        assert again.status_code == code
        assert why in words(again.text), "the reason, beside the form"
        assert again.text.count('<details class="card-like" open>') == 1, "which stays open"
        assert f'value="{typed}"' in again.text, "with what was typed"
        assert 'value="2022-01-05"' in again.text
    assert form(one, money, money, amount="1", **{**asked, "on": "x"}).status_code == 400
    assert form(one, money, money, amount="￥300", **asked).status_code == 302
    assert "向责任方追偿（提议）：第三方" in two.read(money), "from whom, before anybody approves"
    assert form(two, money, proposal(two, money)).location == money, "back to the money"
    assert "商定 ¥300.00" in one.read(money)
    number = re.search(r'name="recovery" value="([0-9]+)"', one.get(money).text)
    assert number
    come = {"act": "receive", "recovery": number[1], "reference": "B-1", "on": "2022-01-06"}
    come_twice(one, two, money, come)
    lost = {"act": "give_up", "recovery": number[1], "why": "lost", "on": "2022-01-06"}
    assert form(one, money, money, amount="200.00", **lost).status_code == 302
    assert "放弃追偿：收不回来，核销" in two.read("/office/recoveries")
    dropped = form(two, money, proposal(two, money), drop="y")
    assert dropped.status_code == 302
    assert "¥200.00" in one.read("/office/recoveries")
    for act in ("repay", "write_off"):
        more = {"act": act, "reference": "x", "on": "2022-01-06", "amount": "1"}
        assert form(one, money, money, **more).status_code == 409
    assert form(one, money, money, act="x", amount="1", on="2022-01-06").status_code == 400
    assert form(one, money, money, **{**come, "recovery": "999"}, amount="1").status_code == 404
    sent_too_late(one, two, money, come)


def could_be_set_off(browser: Browser) -> list[list[str]]:
    """The rows of the ready page: claim, its amount, the claim that owes, what it owes, where."""
    page = browser.get("/office/payments/ready/2021").text
    _, _, after = page.partition("<h2>可先抵扣")
    table = after.partition("</table>")[0].partition("<tbody>")[2]
    rows = table.split("<tr>")[1:]
    return [[*words(row).split(), *re.findall(r'href="([^"]*)"', row)] for row in rows]


def test_a_set_off_stands_where_the_debt_is(web: Flask, fund: Fund) -> None:
    """Qian's bill was refunded after it was paid; a later benefit pays some of it back."""
    with web.app_context(), transaction() as session:
        fund.session = session
        fund.take(bills_csv(bill("S950", QIAN, "2021-11-20", "1000.00")))
        asked = text("SELECT member_id, id FROM claim WHERE setl_id IN ('S011', 'S950') ORDER BY 2")
        (member, owing), (_, using) = session.execute(asked).all()
    one, two = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    debt, pays = (
        f"/office/members/{member}/claims/{owing}",
        f"/office/members/{member}/claims/{using}",
    )
    offered = {claim: tuple(rest) for claim, *rest in could_be_set_off(one)}
    assert offered[str(using)] == ("¥500.00", str(owing), "¥617.29", f"{debt}/money")
    typed = {"act": "set_off", "using": str(using), "amount": "200", "on": "2022-01-06"}
    assert form(one, f"{debt}/money", f"{debt}/money", **typed).status_code == 302
    said = f"用申请 {using} 的补助金抵扣申请 {owing} 的应退款"
    assert said in one.read(f"{debt}/money"), "whoever looks at the debt sees what waits"
    assert said in two.read(pays)
    done = form(two, f"{debt}/money", proposal(two, f"{debt}/money"))
    assert done.location == f"{debt}/money"
    assert f"用申请 {using} 的补助金抵扣 ¥200.00" in two.read(f"{debt}/money")
    assert f"¥200.00 抵扣了申请 {owing} 的应退款" in two.read(pays), "what is left of a benefit"
    offered = {claim: tuple(rest) for claim, *rest in could_be_set_off(two)}
    assert offered[str(using)] == ("¥300.00", str(owing), "¥417.29", f"{debt}/money")


def test_a_repayment_that_was_entered_wrongly_is_taken_back(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        asked = text("SELECT member_id, id FROM claim WHERE setl_id = 'S011'")
        member, owing = session.execute(asked).one()
    one, two = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    money = f"/office/members/{member}/claims/{owing}/money"
    paid = {"act": "repay", "reference": "R-9", "amount": "10", "on": "2022-01-07"}
    assert form(one, money, money, **paid).status_code == 302
    assert "登记有误的职工退回，已撤销 ¥10.00" in taken_back(one, two, money)
    assert form(one, money, money, **paid).status_code == 302, "it can be typed anew"


def test_what_is_out_of_reach_is_not_there(web: Flask, fund: Fund, injury: str) -> None:
    north = Browser(web).sign_in("north")
    theirs = "/office/members/1/claims/1"
    assert north.get(f"{theirs}/money").status_code == 404
    for act in ("state", "decide", "money", "proposals/1"):
        assert form(north, "/office/", f"{theirs}/{act}").status_code == 404
    assert "赵安" not in words(north.get("/office/recoveries").text)


def test_who_waits_is_waived_with_a_reason(web: Flask, fund: Fund) -> None:
    """A first cover of 2021 waits 30 days."""
    with web.app_context(), transaction() as session:
        fund.session = session
        fund._enrol(make_uscc(4), 2021, [77], "2021-05-01", paid="50.00")
        row = bill("W900", 77, "2021-05-20", "1000.00")
        fund.take(bills_csv(row))
        asked = text("SELECT member_id, id FROM claim WHERE setl_id = 'W900'")
        member, claim = session.execute(asked).one()
    one, two = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    page = f"/office/members/{member}/claims/{claim}"
    assert "不适用等待期：经办差错" in one.read(page)
    for said, code in (("waive_waiting", 409), ("waive_waiting:late", 400), ("refuse:late", 409)):
        assert form(one, page, f"{page}/decide", said=said).status_code == code, said
    said = "waive_waiting:office_error"
    assert form(one, page, f"{page}/decide", said=said).status_code == 302
    assert form(one, page, proposal(two, page)).status_code == 409
    assert form(two, page, proposal(two, page)).status_code == 302
    with web.app_context():
        assert drain_all().in_trouble == 0
    seen = one.read(page)
    assert "本次不适用等待期" in seen
    assert "¥500.00" in seen
