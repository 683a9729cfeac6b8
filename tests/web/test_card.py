"""The member's word about the bank card, and what the start page asks for."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, insert, text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.models import Role
from app.claims.lifecycle import State
from app.claims.pace import FEWEST, keep_pace, usual_days
from app.db import db, transaction
from app.money import yuan
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.policy import limits_on
from app.payments.returns import take_return
from app.payments.take import sorted_out
from app.roster.card import CardChanged, NotOwnCard, card_of, confirm_card, give_card
from app.roster.models import CardConfirmed
from tests.factories import make_account, make_id, make_name, return_file
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund, bill, feed

OTHER, THIRD = make_account(77), make_account(78)
WHO = 2
"""Somebody covered in 2021 with a card of the roster, an account, and a bill nobody filed."""


def member_of(session, account_id: int) -> int:
    return session.scalar(text("SELECT member_id FROM account WHERE id = :id"), {"id": account_id})


@pytest.fixture(scope="module")
def rider(web: Flask, fund: Fund) -> int:
    """The member's number; signs in as "rider"."""
    with web.app_context(), transaction() as session:
        fund.session = session
        asked = {"certno": make_id(WHO), "by": fund.officer}
        account = add_account(session, "rider", make_name(WHO), Role.MEMBER, PASSWORD, **asked)
        fund.rider = account
        fund.take(feed(bill("S900", WHO, "2021-05-05", "2469.12")))
        return session.scalar(text("SELECT member_id FROM account WHERE id = :id"), {"id": account})


def test_a_bill_nobody_filed_is_shown_with_its_sum_and_the_card(
    web: Flask, fund: Fund, rider: int
) -> None:
    browser = Browser(web).sign_in("rider").choose("en")
    page = browser.read("/my/")
    assert "We have found a bill of yours: ¥1,234.56 will be paid" in page
    assert f"It goes to the card ending in {make_account(WHO)[-4:]}. Is this your card?" in page
    assert make_account(WHO) not in browser.get("/my/").text


def test_payment_does_not_wait_for_the_word_unless_the_policy_says_so(
    web: Flask, fund: Fund, rider: int
) -> None:
    with web.app_context(), transaction() as session:
        sent, _ = sorted_out(session, 2021, set(), hold=False)
        assert rider in {payee.member_id for _, payee in sent}
        strict = replace(limits_on(date(2021, 1, 1)), card_confirmed=True)
        sent, left = sorted_out(session, 2021, set(), hold=False, policy=strict)
        assert rider not in {payee.member_id for _, payee in sent}
        assert "card_unconfirmed" in {each.reason for each in left}


def test_it_is_confirmed_in_one_tap_and_twice_is_once(web: Flask, fund: Fund, rider: int) -> None:
    browser = Browser(web).sign_in("rider").choose("en")
    assert browser.post("/my/card/confirm", seq="2").location == "/my/"  # not the one shown
    with web.app_context(), transaction() as session:
        assert not card_of(session, rider).confirmed
    for _ in range(2):
        assert browser.post("/my/card/confirm", seq="1").location == "/my/"
    with web.app_context(), transaction() as session:
        assert card_of(session, rider).confirmed
        events = "SELECT count(*) FROM event WHERE act = 'card.confirmed' AND about = :member"
        assert session.scalar(text(events), {"member": rider}) == 1
    page = browser.read("/my/")
    assert "Is this your card?" not in page
    assert "Your bank card: ending in" in page


@pytest.mark.parametrize("seq", ["", "-1", "x", "9" * 10, "1\0", "१"])
def test_no_other_number_of_a_card_is_taken(web: Flask, fund: Fund, rider: int, seq: str) -> None:
    browser = Browser(web).sign_in("rider")
    assert browser.post("/my/card/confirm", seq=seq).status_code == 400


@pytest.mark.parametrize(
    "typed", ["", "1234567", "6" * 33, "=1+1", "1E18", "card", "x" * 61, "{{7*7}}", "6221 99a"]
)
def test_what_is_no_card_is_said_beside_the_field(
    web: Flask, fund: Fund, rider: int, typed: str
) -> None:
    answer = Browser(web).sign_in("rider").post("/my/card/", account=typed)
    assert answer.status_code == 400
    assert "invalid-feedback" in answer.text
    assert "49" not in answer.text.partition("invalid-feedback")[2][:40]


def test_a_number_with_a_wrong_digit_is_taken_when_it_was_looked_at_again(
    web: Flask, fund: Fund, rider: int
) -> None:
    browser = Browser(web).sign_in("rider")
    wrong, other = (f"{OTHER[:-1]}{(int(OTHER[-1]) + by) % 10}" for by in (1, 2))
    asked = browser.post("/my/card/", account=f" {wrong}")
    assert asked.status_code == 200
    assert "和一般卡号的规则不符" in asked.text
    assert f'value=" {wrong}"' in asked.text, "what was typed stays"
    # Another wrong number is asked about anew.
    assert browser.post("/my/card/", account=other, compared=wrong[-4:]).status_code == 200
    with web.app_context(), transaction() as session:
        assert card_of(session, rider).tail == make_account(WHO)[-4:]
        assert not session.execute(text("SELECT FROM event WHERE act = 'card.given'")).all()
    zhao = Browser(web).sign_in("zhao")
    assert zhao.post("/my/card/", account=wrong, compared=wrong[-4:]).location == "/my/"


def test_another_card_is_given_told_to_the_phone_and_paid_to(
    web: Flask, fund: Fund, rider: int
) -> None:
    browser = Browser(web).sign_in("rider")
    spaced = " ".join(OTHER[at : at + 4] for at in range(0, len(OTHER), 4))
    for _ in range(2):
        assert browser.post("/my/card/", account=spaced, member_id="1").location == "/my/"
    with web.app_context(), transaction() as session:
        card = card_of(session, rider)
        assert (card.seq, card.tail, card.confirmed) == (2, OTHER[-4:], True)
        told = "SELECT count(*) FROM notice WHERE kind = 'card_changed' AND member_id = :member"
        assert session.scalar(text(told), {"member": rider}) == 1
        sent, _ = sorted_out(session, 2021, set(), hold=False)
        [payee] = {payee for _, payee in sent if payee.member_id == rider}
        assert (payee.account_seq, payee.confirmed) == (2, True)
        kept = session.scalars(
            text("SELECT t::text FROM event t UNION SELECT n::text FROM notice n")
        )
        assert not any(OTHER in row for row in kept)


def test_only_the_member_says_so(web: Flask, fund: Fund, rider: int) -> None:
    with web.app_context(), transaction() as session:
        for by in (fund.officer, fund.zhao, fund.auditor):
            with pytest.raises(NotOwnCard):
                give_card(session, rider, THIRD, by=by)
            with pytest.raises(NotOwnCard):
                confirm_card(session, rider, 2, by=by)
        with pytest.raises(CardChanged):
            confirm_card(session, rider, 1, by=fund.rider)
        other = {"member_id": member_of(session, fund.qian), "account_seq": 1}
        forged = insert(CardConfirmed).values(**other, recorded_by=fund.rider)
        with pytest.raises(IntegrityError, match="card_confirmed_own"), session.begin_nested():
            session.execute(forged)


def test_how_long_a_step_takes_is_said_where_enough_have_ended(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        assert keep_pace(session)
        assert usual_days(session, State.PAYABLE) is None  # too few
        assert FEWEST > 5
        session.execute(text("DELETE FROM claim_pace"))
        session.execute(
            text("INSERT INTO claim_pace (state, days, counted) VALUES ('payable', 3, 20)")
        )
        assert not keep_pace(session)  # once a day
    browser = Browser(web).sign_in("rider").choose("en")
    number = re.search(r"/my/claims/(\d+)", browser.get("/my/").text)[1]
    assert "This step usually takes about 3 days." in browser.read(f"/my/claims/{number}")


def test_a_bounced_payment_asks_for_another_card_until_one_is_given(
    web: Flask, fund: Fund, rider: int
) -> None:
    with web.app_context(), transaction() as session:
        who = {"prepared_by": fund.officer, "approved_by": fund.second}
        batch = prepare_batch(session, 2021, **who, made_on=date(2021, 11, 1))
        lines = sent_lines(session, batch.id)
        answers = [(x.line, yuan(x.amount_fen), "失败", "2021-11-02", "户名不符") for x in lines]
        take_return(session, return_file(batch.number, answers), by=fund.officer)
        [claim] = [x.claim_id for x in lines if x.payee.member_id == rider]
    browser = Browser(web).sign_in("rider").choose("en")
    assert "Your next step: another bank card" in browser.read("/my/")
    assert 'href="/my/card/"' in browser.get(f"/my/claims/{claim}").text
    assert "The bank could not pay to it." in browser.read("/my/card/")
    assert browser.post("/my/card/", account=THIRD).location == "/my/"
    assert "Your next step" not in browser.read("/my/")
    page = browser.read(f"/my/claims/{claim}")
    assert "You have given another card: the next payment goes there." in page


@pytest.mark.parametrize("path", ["/my/", "/my/card/", "/my/claims/1", "/my/claims/1/objection"])
def test_no_page_asks_the_database_more_than_ten_times(web: Flask, fund: Fund, path: str) -> None:
    zhao, ran = Browser(web).sign_in("zhao"), []
    with web.app_context():
        engine = db.engine

    def note(conn, cursor, statement, *rest) -> None:
        ran.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert zhao.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 2 < len(ran) <= 10, (len(ran), [each.strip()[:80] for each in ran])
