"""An operator prepares and enters, and approves nothing: by no act, and by no other way."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import (
    AccountDisabled,
    MayNotPrepare,
    NotAnOfficer,
    disable,
    officer,
    preparer,
)
from app.accounts.models import Account, Role
from app.accounts.prepares import PREPARERS, PREPARES
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.import_statement import import_statement
from app.claims.file import MemberOutOfReach, check_reach
from app.enrolment.reach import ConfirmerMayNot, SenderMayNot, check_confirmer, check_sender
from app.payments.batch import prepare_batch
from app.payments.order import approve_order, prepare_order
from app.payments.returns import take_return
from app.payments.take import OnePerson
from app.units.appoint import give_password
from app.units.may import MayNotAsk, check_asks
from app.web.acts import SENTENCES
from tests.db.fund_year import fund_year
from tests.db.office import Office, bill, keys
from tests.db.payables import MADE_ON, PAID_ON, YEAR, Payables
from tests.db.test_rights import refused
from tests.factories import return_file
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, put, where

PASSWORD = "a good long password"
ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.NONE)


@pytest.fixture
def office(session: Session) -> Office:
    made = Office(session)
    made.covered(range(3), date(2023, 1, 1))
    made.determine(bill("A", 0, "2023-05-10", "5000.00"))
    return made


@pytest.fixture
def operator(session: Session) -> int:
    keys()
    return account(session, Role.OPERATOR)


def account(session: Session, role: Role) -> int:
    return add_account(session, f"staff.{role.value}", role.value, role, PASSWORD, by=None)


def test_the_database_takes_of_an_operator_what_prepares_and_nothing_else(
    session: Session, operator: int
) -> None:
    """Each act that anybody records, tried as an operator."""
    event = "INSERT INTO event (act, by, facts, benefit_years) VALUES (:act, :by, '{}', '{}')"
    for act in SENTENCES.keys() - PREPARES:
        assert refused(session, event, "23514", act=act, by=operator) == "event_of_role", act
    for act in PREPARES:
        session.execute(text(event), {"act": act, "by": operator})


def test_what_prepares_is_told_of_in_words() -> None:
    """Or is no act that anybody records; some are told by the pages' own words."""
    assert {each for each in PREPARES if each not in SENTENCES} <= {
        *("contribution.received", "subsidy.received", "cover.granted", "payments.returned"),
        *("refund.paid", "refund.bounced", "payments.exported"),
    }


@pytest.mark.parametrize("role", ADMINS)
def test_an_administrator_leaves_no_event_of_claims_or_money(
    session: Session, operator: int, role: Role
) -> None:
    who = account(session, role)
    event = "INSERT INTO event (act, by, facts, benefit_years) VALUES (:act, :by, '{}', '{}')"
    for act in sorted(SENTENCES):
        if not act.startswith("account."):
            facts = {"act": act, "by": who}
            assert refused(session, event, "23514", **facts) == "event_of_role"
    with pytest.raises(MayNotPrepare):
        preparer(session, who)
    with pytest.raises(NotAnOfficer):
        officer(session, who)
    with pytest.raises(MemberOutOfReach):
        check_reach(session, 1, session.get_one(Account, who))


def test_who_prepares(office: Office, operator: int) -> None:
    assert {Role.OFFICER, Role.OPERATOR} == PREPARERS
    assert preparer(office.session, operator).id == operator
    assert preparer(office.session, office.by).id == office.by
    with pytest.raises(NotAnOfficer):
        officer(office.session, operator)
    disable(office.session, "staff.operator", by=office.by)
    with pytest.raises(AccountDisabled):
        preparer(office.session, operator)


def test_an_operator_sends_a_roster_and_does_not_enrol_it(office: Office, operator: int) -> None:
    unit = office.session.scalar(text("SELECT id FROM unit LIMIT 1"))
    check_sender(office.session, unit, by=operator)
    with pytest.raises(ConfirmerMayNot):
        check_confirmer(office.session, unit, by=operator)
    with pytest.raises(SenderMayNot):
        check_sender(office.session, unit, by=account(office.session, Role.AUDITOR))


def test_an_operator_asks_for_units_and_gives_no_password(office: Office, operator: int) -> None:
    top = office.session.get_one(Account, operator).union_id
    check_asks(office.session, top, by=operator)
    with pytest.raises(MayNotAsk):
        check_asks(office.session, top, by=account(office.session, Role.AUDIT_ADMIN))
    unit = office.session.scalar(text("SELECT id FROM unit LIMIT 1"))
    with pytest.raises(NotAnOfficer):
        give_password(office.session, unit, by=operator)


def test_a_payment_an_operator_prepared_is_approved_by_an_officer(session: Session) -> None:
    fund = Payables(session)
    fund.claim(fund.member(), 50_00)
    one, other = (
        add_account(session, login, "承办", Role.OPERATOR, PASSWORD, by=None)
        for login in ("operator1", "operator2")
    )
    made = prepare_order(session, YEAR, by=one, made_on=MADE_ON)
    with pytest.raises(OnePerson):
        approve_order(session, made.id, by=one, sha256=made.sha256)
    with pytest.raises(NotAnOfficer):
        approve_order(session, made.id, by=other, sha256=made.sha256)
    batch = approve_order(session, made.id, by=fund.approver, sha256=made.sha256)
    assert batch
    lines = return_file(batch.number, [(1, "50.00", "成功", PAID_ON, "")])
    assert take_return(session, lines, by=other).paid == 1
    with pytest.raises(NotAnOfficer):
        prepare_batch(session, YEAR, prepared_by=fund.preparer, approved_by=one, made_on=MADE_ON)


def test_the_database_takes_no_batch_that_an_operator_approved(
    office: Office, operator: int
) -> None:
    """Whoever prepared it; that an operator prepared what an officer approved is not refused."""
    row = (
        "INSERT INTO payment_batch (id, benefit_year, made_on, lines, total_fen, file_sha256,"
        " prepared_by, approved_by, template, total_over_fen, line_over_fen)"
        " VALUES (9, 2023, '2023-06-01', 1, 1, 'x', :one, :other, 'plain', 9, 9)"
    )
    other = account(office.session, Role.OFFICER)
    named = "payment_batch_two_people_check"
    for one, two in ((other, operator), (operator, account(office.session, Role.AUDITOR))):
        assert refused(office.session, row, "23514", one=one, other=two) == named
    office.session.execute(text(row), {"one": operator, "other": other})


def test_a_statement_is_imported_by_who_prepares(office: Office) -> None:
    with pytest.raises(MayNotPrepare):
        import_statement(
            office.session, b"", account="main", by=account(office.session, Role.AUDITOR)
        )


def test_the_bundle_believes_what_an_operator_prepared_and_nothing_an_operator_approved(
    session: Session, tmp_path: Path
) -> None:
    fund_year(session, by_operator=True)
    make_bundle(session, 2021, tmp_path / "2021.zip")
    assert verify.examine(str(tmp_path / "2021.zip"))["fault"] is None
    bundle = Bundle(tmp_path / "2021.zip")
    batches, staff, events = map(bundle.table, ("payment_batch", "staff", "event"))
    approver = cell(batches, 1, "approved_by")
    assert cell(staff, where(staff, staff=cell(batches, 1, "prepared_by")), "role") == "operator"
    put(staff, where(staff, staff=approver), "role", "operator")
    added = where(events, act="account.added", about=approver)
    told = cell(events, added, "facts").replace("officer", "operator")
    put(events, added, "facts", told)
    bundle.put("staff", staff)
    bundle.put("event", events)
    fault = verify.examine(str(bundle.repair().zipped(tmp_path / "forged.zip")))["fault"]
    assert fault.check == "no_officer"
