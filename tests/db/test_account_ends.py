"""An account of the fund ends after a day, or is put right before it is used: by two officers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.banking.add_account import (
    FundAccountEnded,
    FundAccountKnown,
    FundAccountWrong,
    NoSuchFundAccount,
    Said,
    add_fund_account,
    fund_account,
    fund_accounts,
)
from app.banking.end_account import (
    FundAccountOnePerson,
    FundAccountUsed,
    NoFundAccountDraft,
    Wanted,
    account_drafts,
    change_account,
    confirm_change,
    drop_change,
    propose_change,
)
from app.banking.import_statement import import_statement
from app.banking.papers import fund_account as pays_to
from app.clock import today
from app.payments.batch import account_coded
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.statements import NUMBER, account, plain
from tests.db.test_rights import refused

OTHER = "6222000000000000025"
MEANT = Said("市总工会互助保障", "某银行城北支行", OTHER, "plain", "plain")
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def teller(session):
    keys()
    return Teller(Office(session))


@pytest.fixture
def two(teller):
    return {"proposed_by": teller.office.by, "by": teller.second()}


def test_no_statement_comes_after_its_end(teller, two):
    session = teller.session
    teller.take((DAY, "9.00", "路人", ""))
    with pytest.raises(FundAccountUsed), session.begin_nested():
        change_account(session, "main", Wanted(DAY - timedelta(days=1)), **two)
    change_account(session, "main", Wanted(DAY), **two)
    teller.take((DAY, "1.00", "路人", ""))
    with pytest.raises(FundAccountEnded), session.begin_nested():
        teller.take((DAY, "2.00", "路人", ""), (NEXT, "3.00", "路人", ""))
    assert session.scalar(text("SELECT count(*) FROM statement_line")) == 2
    with pytest.raises(FundAccountEnded):
        change_account(session, "main", Wanted(NEXT), **two)
    for on, ended in ((DAY, False), (NEXT, True)):
        if ended:
            with pytest.raises(FundAccountEnded):
                account_coded(session, "main", on)
        else:
            assert account_coded(session, "main", on)
    [kept] = fund_accounts(session)
    assert (kept.code, kept.ends_on) == ("main", DAY)


def test_units_pay_to_what_has_not_ended(teller, two):
    session = teller.session
    account(teller.office, code="other", number=OTHER)
    assert pays_to(session).number == NUMBER
    change_account(session, "main", Wanted(today() - timedelta(days=1)), **two)
    assert pays_to(session).number == OTHER
    change_account(session, "other", Wanted(today()), **two)
    assert pays_to(session).number == OTHER


def test_what_was_typed_wrongly_is_put_right_while_it_is_unused(teller, two):
    session = teller.session
    wrong = fund_account(session, "main").id
    with pytest.raises(FundAccountWrong):
        change_account(session, "main", Wanted(meant=MEANT._replace(number="12")), **two)
    now = change_account(session, "main", Wanted(meant=MEANT), **two)
    assert fund_account(session, "main").id == now != wrong
    assert [(x.code, x.number, x.ends_on) for x in fund_accounts(session)] == [
        ("main", OTHER, None)
    ]
    kept = session.scalars(text("SELECT number FROM fund_account ORDER BY id")).all()
    assert kept == [NUMBER, OTHER], "what was recorded stays"
    with pytest.raises(FundAccountKnown):
        account(teller.office, code="second", number=OTHER)
    account(teller.office, code="second", number=NUMBER)  # whose number it really was
    import_statement(
        session, plain([(DAY, "9.00", "路人", "")], number=OTHER), account="main", by=two["by"]
    )
    with pytest.raises(FundAccountUsed):
        change_account(session, "main", Wanted(meant=MEANT), **two)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_two_people_and_the_very_same_wish(teller, two):
    session, one, other = teller.session, *two.values()
    with pytest.raises(FundAccountOnePerson):
        change_account(session, "main", Wanted(DAY), proposed_by=one, by=one)
    propose_change(session, "main", Wanted(meant=MEANT), by=one)
    propose_change(session, "main", Wanted(DAY), by=one)
    [draft] = account_drafts(session).values()
    assert (draft.wanted, draft.proposed_by) == (Wanted(DAY), one)
    with pytest.raises(FundAccountOnePerson):
        confirm_change(session, "main", by=one, looked_at=draft.seal)
    propose_change(session, "main", Wanted(NEXT), by=one)
    with pytest.raises(NoFundAccountDraft):
        confirm_change(session, "main", by=other, looked_at=draft.seal)
    drop_change(session, "main", by=other)
    with pytest.raises(NoFundAccountDraft):
        drop_change(session, "main", by=other)
    propose_change(session, "main", Wanted(NEXT), by=one)
    [draft] = account_drafts(session).values()
    confirm_change(session, "main", by=other, looked_at=draft.seal)
    assert account_drafts(session) == {}
    acts = session.scalars(text("SELECT act FROM event WHERE act LIKE 'bank.%' ORDER BY id")).all()
    assert acts == ["bank.added", "bank.ended"]
    with pytest.raises(NoSuchFundAccount):
        propose_change(session, "none", Wanted(NEXT), by=one)


def test_the_database_says_so_too(teller, two):
    session, (one, other) = teller.session, two.values()
    teller.take((DAY, "9.00", "路人", ""))
    ends = (
        "INSERT INTO fund_account_end (account_id, ends_on, proposed_by, approved_by)"
        " SELECT id, :on, :one, :other FROM fund_account"
    )
    facts = {"on": DAY, "one": one, "other": other}
    alone = facts | {"other": one}
    assert refused(session, ends, "23514", **alone) == "fund_account_end_two_people_check"
    early = facts | {"on": date(2023, 1, 1)}
    assert refused(session, ends, "23514", **early) == "fund_account_end_fits"
    member = add_account(session, "auditor", "丙", Role.AUDITOR, "correct horse battery", by=None)
    nobody = facts | {"other": member}
    assert refused(session, ends, "23514", **nobody) == "fund_account_end_fits"
    session.execute(text(ends), facts)
    later = (
        "INSERT INTO bank_statement (account_id, previous_id, file_sha256, first_day, last_day,"
        " opening_fen, closing_fen, lines, recorded_by)"
        " SELECT account_id, id, 'x', :on, :on, closing_fen, closing_fen, 1, :one"
        " FROM bank_statement"
    )
    after = {"on": NEXT, "one": one}
    assert refused(session, later, "23514", **after) == "fund_account_not_ended"
    twice = (
        "INSERT INTO fund_account (code, holder, bank, number, statement_format, payment_format,"
        " recorded_by) SELECT 'again', holder, bank, number, 'plain', 'plain', :one"
        " FROM fund_account"
    )
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert refused(session, twice, "23514", one=one) == "fund_account_is_one"
    with pytest.raises(FundAccountKnown):
        add_fund_account(
            session,
            code="again",
            holder="x",
            bank="x",
            number=NUMBER,
            by=one,
            statement_format_name="plain",
            payment_format="plain",
        )
