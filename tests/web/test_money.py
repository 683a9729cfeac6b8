"""Officers and the fund's money: a statement is sent, a line is resolved, a refund is approved."""

import html
import io
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.models import Account
from app.banking.add_account import add_fund_account
from app.clock import today
from app.contributions.receive import receive
from app.db import db, transaction
from app.units.alter import alter
from app.units.asked import Change
from app.units.may import Two
from app.web.read.money import money_waiting
from tests.db.statements import NUMBER, plain, yuan
from tests.web.browser import Browser, words
from tests.web.fund import Fund

PAGE = "/office/money/"
DAY = date(2021, 11, 20)
OTHER, BACK = "6222000000000000025", "6222000000000000033"
NAMES, SUMS, UNIONS = "6222000000000000041", "6222000000000000058", "6222000000000000066"
INTEREST = "6222000000000000074"
TIED = "6222000000000000082"


@pytest.fixture
def money(officer: Browser, web: Flask, fund: Fund) -> Browser:
    """The officer's browser, English, once a statement has come with three lines that wait."""
    with web.app_context(), transaction() as session:
        known = text("SELECT 1 FROM fund_account")
        if not session.scalar(known):
            add_fund_account(
                session,
                code="main",
                holder="市总工会",
                bank="某银行",
                number=NUMBER,
                statement_format_name="plain",
                payment_format="plain",
                by=session.query(Account).filter_by(login="officer1").one().id,
            )
    officer.choose("en")
    lines = [
        (DAY, "70.00", "<script>甲</script>", "=1+1"),
        (DAY, "80.00", "乙公司", "互助金"),
        (DAY, "-6.00", "某公司", ""),
    ]
    send(officer, plain(lines))
    return officer


def send(browser: Browser, data: bytes, account: str = "main") -> str:
    answer = browser.client.post(
        f"{PAGE}statements",
        data={
            "csrf_token": browser.token(PAGE),
            "account": account,
            "file": (io.BytesIO(data), "statement.csv"),
        },
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    return answer.text


def line(web: Flask, amount_fen: int) -> int:
    with web.app_context():
        found = text("SELECT id FROM statement_line WHERE amount_fen = :fen")
        return int(db.session().scalars(found, {"fen": amount_fen}).one())


def test_lines_wait_and_are_shown_inert(money: Browser) -> None:
    page = money.get(PAGE).text
    assert "&lt;script&gt;" in page
    assert "<script>甲" not in page
    assert "There is no reference" in page
    assert "who sent 2 payments" in money.read("/office/")


def test_a_statement_of_another_account_is_refused_in_words(money: Browser) -> None:
    said = send(money, plain([(DAY, "1.00", "", "")], number="6222000000000000018"))
    assert "of another account" in said


def test_a_line_is_said_once_and_a_second_word_is_refused(money: Browser, web: Flask) -> None:
    number = line(web, -600)
    path = f"{PAGE}line/{number}"
    assert money.post(f"{PAGE}lines/{number}", act="fee").status_code == 400, "not by one"
    assert f'action="{path}/propose"' in money.get(PAGE).text
    assert money.post(f"{path}/propose", act="fee").status_code == 302
    shown = money.get(path).text
    assert "an expense of the year" in shown
    assert ">Agree<" not in shown, "who proposed it does not confirm it"
    other = Browser(web).sign_in("officer2")
    [seal] = re.findall(r'name="looked_at" value="([^"]*)"', other.get(path).text)
    assert money.post(f"{path}/confirm", looked_at=seal).status_code == 409
    assert other.post(f"{path}/confirm", looked_at=seal).status_code == 302
    again = money.post(f"{path}/propose", act="fee")
    assert again.status_code == 409
    assert "said already" in again.text


def test_a_refused_word_stands_beside_its_line_with_what_was_typed(
    money: Browser, web: Flask
) -> None:
    number = line(web, 8_000)
    page = money.post(f"{PAGE}lines/{number}", act="unit", uscc="X1", year="2021")
    assert page.status_code == 409
    card = page.text.split(f'id="line-{number}"')[1].split("</section>")[0]
    assert 'role="alert"' in card
    assert "<details open>" in card
    assert 'value="X1"' in card
    assert f'href="#line-{number}"' in page.text, "from the head of the page to the line"


def test_a_refund_wants_another_officer(money: Browser, web: Flask) -> None:
    path = f"{PAGE}lines/{line(web, 7_000)}"
    told = {"act": "refund", "payee": "甲", "payee_account": "6222999900001111"}
    assert money.post(path, **told).status_code == 302
    with web.app_context():
        number = db.session().scalars(text("SELECT max(id) FROM unit_refund")).one()
    refused = money.post(f"{PAGE}refunds/{number}/approve")
    assert (refused.status_code, "Another person" in refused.text) == (409, True)
    assert money.get(f"{PAGE}refunds/{number}/file").status_code == 409
    assert money.get(f"{PAGE}refunds/999/file").status_code == 404


def test_a_payment_out_is_matched_to_the_refund_it_was(money: Browser, web: Flask) -> None:
    told = {"act": "refund", "payee": "甲", "payee_account": "6222999900001111"}
    money.post(f"{PAGE}lines/{line(web, 7_000)}", **told)
    with web.app_context():
        number = db.session().scalars(text("SELECT max(id) FROM unit_refund")).one()
    other = Browser(web).sign_in("officer2").choose("en")
    approved = other.post(f"{PAGE}refunds/{number}/approve")
    shown = other.get(approved.location)
    assert f"Refund TK{number:06d} is approved" in words(shown.text)
    assert "at the bank" in words(shown.text)
    top = shown.text.split('role="status"')[1].split("</p>")[0]
    assert f'href="{PAGE}refunds/{number}/file"' in top
    assert b"6222999900001111" in other.get(f"{PAGE}refunds/{number}/file").data
    rows = [(DAY, "70.00", "<script>甲</script>", "=1+1"), (DAY, "80.00", "乙公司", "互助金")]
    out = [(DAY, "-6.00", "某公司", ""), (DAY, "-70.00", "甲", ""), (DAY, "-71.00", "甲", "")]
    send(money, plain([*rows, *out]))
    named = f"TK{number:06d}"
    for amount_fen, refund, code in ((-7_100, named, 409), (-7_000, "TK999999", 409)):
        path = f"{PAGE}lines/{line(web, amount_fen)}"
        assert money.post(path, act="paid_refund", refund=refund).status_code == code
    offered = f'name="refund" value="{named}"'
    assert money.get(PAGE).text.count(offered) == 1, "of the line of its amount, and of no other"
    path = f"{PAGE}lines/{line(web, -7_000)}"
    assert money.post(path, act="paid_refund", refund=named).status_code == 302
    with web.app_context():
        steps = db.session().scalars(text("SELECT step FROM refund_step ORDER BY seq")).all()
    assert steps == ["approved", "paid"]


def suspense(web: Flask) -> int:
    with web.app_context():
        return money_waiting(db.session()).suspense


def more(web: Flask, code: str, number: str) -> None:
    """Another account of the fund."""
    with web.app_context(), transaction() as session:
        add_fund_account(
            session,
            code=code,
            holder="市总工会",
            bank="某银行",
            number=number,
            statement_format_name="plain",
            payment_format="plain",
            by=session.query(Account).filter_by(login="officer1").one().id,
        )


def test_money_that_came_back_is_found_by_two_to_be_a_benefit(money: Browser, web: Flask) -> None:
    """From the line to the payment, which the bank had paid: proposed with the line, and agreed."""
    more(web, "returns", BACK)
    with web.app_context():
        batch, no, fen, made_on = (
            db.session()
            .execute(
                text(
                    "SELECT p.batch_id, p.line, p.amount_fen, b.made_on FROM payment p"
                    " JOIN payment_batch b ON b.id = p.batch_id"
                    " JOIN payment_outcome o USING (member_id, grant_no, attempt)"
                    " WHERE o.outcome = 'paid' ORDER BY p.id LIMIT 1"
                )
            )
            .one()
        )
    rows = [(made_on, "77.00", "丁", ""), (made_on, yuan(fen), "某银行", "退票")]
    send(money, plain(rows, number=BACK), "returns")
    page = f"/office/payments/batch/{batch}/line/{no}"
    assert page in money.get(f"{PAGE}line/{line(web, fen)}").text
    said = {"says": "failed", "booked_on": "2021-01-01", "evidence": "退票"}
    assert "Line of a statement that shows it" in money.read(page)
    wrong = money.post(f"{page}/propose", **said, line_id=str(line(web, 7_700)))
    assert wrong.status_code == 409
    assert 'value="退票"' in wrong.text, "the form, with what was typed"
    assert money.post(f"{page}/propose", **said, line_id="x").status_code == 400
    before = suspense(web)
    assert money.post(f"{page}/propose", **said, line_id=str(line(web, fen))).status_code == 302
    assert suspense(web) == before - 1, "it waits for another officer, and for nobody else"
    other = Browser(web).sign_in("officer2")
    assert "1 笔发放的结果待另一人批准" in other.read("/office/"), "though the bank is in no doubt"
    assert page in other.get("/office/payments/").text
    card = other.get(PAGE).text.split(f'id="line-{line(web, fen)}"')[1].split("</section>")[0]
    assert page in card, "the line says what waits, and offers nothing else"
    assert "<form" not in card
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', other.get(page).text)
    assert other.post(f"{page}/agree", looked_at=seal).status_code == 302
    assert "A benefit that came back" in money.read(f"{PAGE}line/{line(web, fen)}")
    assert re.search("What two people have said .* 退票 .* 经办一 · 经办二", money.read(page))
    assert "The money came back by this line of the statement:" in money.read(page)


def test_several_that_came_back_as_one_sum_are_said_and_taken_off_again(
    money: Browser, web: Flask
) -> None:
    """Chosen, proposed and agreed of both together; then undone by the two."""
    more(web, "sums", SUMS)
    with web.app_context(), transaction() as session:
        paid = text(
            "SELECT p.batch_id, p.line, p.id, p.amount_fen, b.made_on FROM payment p"
            " JOIN payment_batch b ON b.id = p.batch_id"
            " JOIN payment_outcome o USING (member_id, grant_no, attempt)"
            " WHERE o.outcome = 'paid' AND NOT EXISTS (SELECT FROM payment_resolution r"
            " WHERE r.member_id = p.member_id AND r.grant_no = p.grant_no)"
            " ORDER BY p.id LIMIT 2"
        )
        one, two = session.execute(paid)
    total = one.amount_fen + two.amount_fen
    rows = [(one.made_on, "91.00", "戊", ""), (one.made_on, yuan(total), "某银行", "批量退回")]
    send(money, plain(rows, number=SUMS), "sums")
    page = f"{PAGE}line/{line(web, total)}"
    wrong = money.post(f"{page}/propose", act="returned", payment=str(one.id))
    assert (wrong.status_code, "must be the same" in html.unescape(wrong.text)) == (409, True)
    assert money.post(f"{page}/propose", act="returned", payment="1 x").status_code == 400
    both = f"{one.id} {two.id}"
    assert money.post(f"{page}/propose", act="returned", payment=both).status_code == 302
    other = Browser(web).sign_in("officer2")
    other.choose("en")
    asked = other.read(page)
    assert ("Benefits that came back" in asked, "2 benefits" in asked) == (True, True)
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', other.get(page).text)
    assert other.post(f"{page}/confirm", looked_at=seal).status_code == 302
    at = f"/office/payments/batch/{two.batch_id}/line/{two.line}"
    assert "The money came back by this line of the statement:" in other.read(at)
    assert "can wait again when another officer agrees" in other.read(page)
    assert other.post(f"{page}/propose", act="undone").status_code == 302
    assert "What the bank did not know counts as paid" in money.read(page)
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', money.get(page).text)
    assert money.post(f"{page}/confirm", looked_at=seal).status_code == 302
    assert "The money came back by this line" not in other.read(at)
    with web.app_context():
        says = text(
            "SELECT says, undoes_id IS NULL FROM payment_resolution ORDER BY id DESC LIMIT 4"
        )
        found = [tuple(x) for x in db.session().execute(says)][:4]
    assert found == [("paid", False)] * 2 + [("failed", True)] * 2


def test_each_account_is_reconciled_by_itself(money: Browser, web: Flask) -> None:
    more(web, "second", OTHER)
    send(money, plain([(DAY, "500.00", "丙", "")], number=OTHER), "second")
    page = "/books/bank?on=2021-11-30"
    assert "Account: main" in money.read(page)
    assert "second" in money.read(page)
    second = money.read(f"{page}&account=second")
    assert ("Account: second" in second, "500.00" in second) == (True, True)
    assert "Difference" in second
    assert money.get(f"{page}&account=second&as=xlsx").status_code == 200
    assert "Account: third" not in money.read(f"{page}&account=third")


def test_a_district_has_no_such_money(money: Browser, web: Flask) -> None:
    north = Browser(web).sign_in("north")
    assert north.get(PAGE).status_code == 200
    assert "乙公司" not in north.read(PAGE)
    assert north.post(f"{PAGE}lines/{line(web, 8_000)}", act="not_ours").status_code == 404


def test_a_wrong_match_is_proposed_and_another_agrees(money: Browser, web: Flask) -> None:
    number = line(web, 8_000)
    assert money.post(f"{PAGE}lines/{number}", act="not_ours").status_code == 302
    path = f"{PAGE}line/{number}"
    assert "This match is wrong" in money.read(path)
    answer = money.post(f"{path}/propose", act="undone")
    assert answer.status_code == 302, answer.text
    assert "Proposed by" in money.read(path)
    assert ">Agree<" not in money.get(path).text
    assert "Waits for a second officer" in money.read(PAGE)
    said = "1 bank line waits for a second officer"
    assert said not in money.read("/office/"), "it waits for others"
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', money.get(path).text)
    alone = money.post(f"{path}/confirm", looked_at=seal)
    assert (alone.status_code, "Another person must" in alone.text) == (409, True)
    other = Browser(web).sign_in("officer2")
    assert said in other.choose("en").read("/office/")
    assert other.post(f"{path}/confirm", looked_at="0").status_code == 409
    assert other.post(f"{path}/confirm", looked_at=seal).status_code == 302
    assert "The match was undone" in other.read(path)
    assert "Waits for a second officer" not in other.read(PAGE)


def test_a_line_that_was_tied_wrongly_waits_again_when_two_say_so(
    money: Browser, web: Flask, fund: Fund
) -> None:
    more(web, "tied", TIED)
    typed = {"year": 2021, "amount_fen": 91, "received_on": DAY, "reference": "S1"}
    with web.app_context(), transaction() as session:
        for unit in (1, 2):
            receive(session, unit_id=unit, by=fund.officer, **typed)
    send(money, plain([(DAY, "0.91", "某公司", "")], number=TIED), "tied")
    number = line(web, 91)
    path = f"{PAGE}line/{number}"
    said = money.post(f"{PAGE}lines/{number}", act="unit", unit=1, year=2021)
    assert said.status_code == 302, said.text
    assert "If this is not what was typed" in money.read(path)
    assert money.post(f"{path}/propose", act="undone").status_code == 302
    assert "If this is not what was typed" not in money.read(path), "it waits for another"
    other = Browser(web).sign_in("officer2")
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', other.get(path).text)
    assert other.post(f"{path}/confirm", looked_at=seal).status_code == 302
    assert "The match was undone" in other.choose("en").read(path)
    assert f'id="line-{number}"' in money.get(PAGE).text, "it waits"


def test_a_payer_of_a_units_name_is_offered_as_that_unit(money: Browser, web: Flask) -> None:
    """Also where the unit lacks nothing: nobody types eighteen signs for a name that is known."""
    alone = text("SELECT id, name FROM unit_now WHERE id NOT IN (SELECT unit_id FROM roster)")
    with web.app_context():
        unit_id, name = db.session().execute(alone).first()
    more(web, "names", NAMES)
    send(money, plain([(DAY, "0.77", name, "")], number=NAMES), "names")
    page = money.get(PAGE).text
    assert f"The payer has the name of: {name}" in html.unescape(page)
    path = f"{PAGE}lines/{line(web, 77)}"
    said = {"act": "unit", "unit": unit_id, "year": 2021}
    assert money.post(path, **said).status_code == 302
    assert "The payer has the name of" not in money.get(PAGE).text


def test_a_payout_is_refused_in_words_and_a_line_is_looked_up(money: Browser, web: Flask) -> None:
    path = f"{PAGE}line/{line(web, 8_000)}"
    asked = {"act": "payout", "until": "wechat 2021-11-30", "fee": "0.60"}
    refused = money.post(f"{path}/propose", **asked)
    assert (refused.status_code, "alert-danger" in refused.text) == (409, True)
    assert money.post(f"{path}/propose", act="payout", until="x", fee="1").status_code == 400
    assert money.post(f"{path}/propose", act="recovery", recovery="999").status_code == 409
    nothing = money.post(f"{path}/propose", **asked | {"fee": "six"})
    assert (nothing.status_code, "Enter an amount" in nothing.text) == (400, True)
    assert "乙公司" in money.read(f"{PAGE}line/?said=80.00")
    assert "乙公司" in money.read(f"{PAGE}line/?said=S2")
    assert "No line has" in money.read(f"{PAGE}line/?said=S9")
    assert Browser(web).sign_in("north").get(path).status_code == 404


def test_an_approved_refunds_file_comes_again_and_two_withdraw_it(
    money: Browser, web: Flask
) -> None:
    told = {"act": "refund", "payee": "乙", "payee_account": "6222999900001111"}
    answer = money.client.post(
        f"{PAGE}lines/{line(web, 8_000)}",
        data={"csrf_token": money.token(PAGE), **told},
        follow_redirects=True,
    )
    assert "waits for another officer" in answer.text
    assert "booked as you said" not in answer.text
    with web.app_context():
        number = db.session().scalars(text("SELECT max(id) FROM unit_refund")).one()
    refund, other = f"{PAGE}refunds/{number}", Browser(web).sign_in("officer2")
    other.post(f"{refund}/approve")
    first = other.get(f"{refund}/file").data
    assert money.get(f"{refund}/file").data == first
    assert money.post(f"{refund}/withdraw").status_code == 302
    assert "wants it back" in money.read(PAGE)
    assert money.post(f"{refund}/withdraw").status_code == 409
    other.post(f"{refund}/withdraw", keep="1")
    assert "wants it back" not in money.read(PAGE)
    money.post(f"{refund}/withdraw")
    assert other.post(f"{refund}/withdraw").status_code == 302
    assert money.get(f"{refund}/file").status_code == 409
    with web.app_context():
        steps = text("SELECT step FROM refund_step WHERE refund_id = :n ORDER BY seq")
        assert db.session().scalars(steps, {"n": number}).all() == ["approved", "withdrawn"]
    # The bank pays it all the same: the line that shows it offers it, and two say so.
    rows = [(DAY, "70.00", "<script>甲</script>", "=1+1"), (DAY, "80.00", "乙公司", "互助金")]
    with web.app_context():
        known = text(
            "SELECT amount_fen, remark FROM statement_line l JOIN fund_account a"
            " ON a.id = l.account_id WHERE a.code = 'main' ORDER BY l.id OFFSET 2"
        )
        rows += [(DAY, yuan(x.amount_fen), "某公司", x.remark) for x in db.session().execute(known)]
    send(money, plain([*rows, (DAY, "-80.00", "乙", "")]))
    page = f"{PAGE}line/{line(web, -8_000)}"
    assert page in money.get(PAGE).text
    assert "A refund that was withdrawn, and paid all the same" in money.read(page)
    assert money.post(f"{page}/propose", act="refund", refund=str(number)).status_code == 302
    assert f"TK{number:06d}" in other.read(page)
    [seal] = re.findall(r'name="looked_at" value="([0-9a-f]+)"', other.get(page).text)
    assert other.post(f"{page}/confirm", looked_at=seal).status_code == 302
    with web.app_context():
        assert db.session().scalars(steps, {"n": number}).all()[-1] == "paid"
    assert money.get(f"{refund}/file").status_code == 409


def test_money_can_be_any_unions_subsidy(money: Browser, web: Flask, fund: Fund) -> None:
    more(web, "unions", UNIONS)
    send(money, plain([(DAY, "55.00", "某工会", "补助")], number=UNIONS), "unions")
    path, said = f"{PAGE}lines/{line(web, 5_500)}", {"act": "union", "year": "2021"}
    assert money.post(path, union="999", **said).status_code == 404
    assert money.post(path, union=str(fund.district_id), **said).status_code == 302
    with web.app_context():
        paid = text("SELECT union_id, amount_fen FROM subsidy ORDER BY id DESC LIMIT 1")
        assert db.session().execute(paid).one() == (fund.district_id, 5_500)


def test_interest_in_words_of_its_own_is_said_by_two(money: Browser, web: Flask) -> None:
    more(web, "interest", INTEREST)
    send(money, plain([(DAY, "0.93", "某银行", "季度收益")], number=INTEREST), "interest")
    path = f"{PAGE}line/{line(web, 93)}"
    assert "income of the year" in money.get(path).text
    assert money.post(f"{path}/propose", act="interest").status_code == 302
    asked = re.findall(r'name="looked_at" value="(\w+)"', money.get(path).text)[0]
    assert money.post(f"{path}/confirm", looked_at=asked).status_code == 409
    other = Browser(web).sign_in("officer2")
    assert other.post(f"{path}/confirm", looked_at=asked).status_code == 302
    page = money.get(path).text
    assert "This match is wrong" in page
    assert '<span class="label label-quiet">Interest</span>' in page
    with web.app_context():
        booked = text(
            "SELECT sum(p.amount_fen) FROM posting p JOIN entry e ON e.id = p.entry_id"
            " WHERE p.account = '4101' AND e.memo = 'interest resolved'"
        )
        assert db.session().scalar(booked) == -93


def test_who_approves_is_told_of_an_account_that_is_not_the_units(
    money: Browser, web: Flask, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        unit = session.execute(
            text("SELECT id, uscc FROM unit_now WHERE id = :id"), {"id": fund.kindergarten}
        ).one()
        two = Two(fund.officer, fund.second)
        alter(session, unit.id, Change(today(), account="410000000000"), two)
        paid = {"unit_id": unit.id, "year": 2021, "amount_fen": 300, "received_on": DAY}
        receive(session, reference="ZZ-9", by=fund.officer, **paid)
    told = {"source": "over", "year": "2021", "payee": "北区幼儿园", "uscc": unit.uscc}
    for amount, account in (("1.00", "6222999900001111"), ("2.00", "410000000000")):
        sent = money.post(f"{PAGE}refunds", amount=amount, payee_account=account, **told)
        assert sent.status_code == 302
    page = Browser(web).sign_in("officer2").read(PAGE)
    assert page.count("不是单位登记的账户：收款账号尾号 1111，登记的尾号 0000") == 1
    assert "收款账号尾号 0000" not in page
