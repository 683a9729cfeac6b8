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
from app.claims.decide import approve_decision, propose_decision
from app.claims.decided import Reason, What
from app.claims.file import MemberOutOfReach, check_reach
from app.claims.propose import drop
from app.clock import today
from app.enrolment.reach import ConfirmerMayNot, SenderMayNot, check_confirmer, check_sender
from app.payments.batch import prepare_batch
from app.payments.heirs import approve_heir, propose_heir
from app.payments.order import approve_order, prepare_order
from app.payments.public import approve_list, propose_list
from app.payments.returns import take_return
from app.payments.take import OnePerson
from app.recoveries.liable import Liable, propose_recovery
from app.unions.models import Union
from app.units.appoint import give_password
from app.units.may import MayNotAsk, check_asks
from app.web.acts import SENTENCES
from tests.db.fund_year import fund_year
from tests.db.office import Office, bill, keys
from tests.db.payables import MADE_ON, PAID_ON, YEAR, Payables, send
from tests.db.test_heirs import HEIR, died
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
        by_whom = "audit_admins_alone" if act.startswith("checkpoint.") else "event_of_role"
        assert refused(session, event, "23514", act=act, by=operator) == by_whom, act
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
        facts = {"act": act, "by": who}
        if act.startswith("checkpoint."):
            if role is not Role.AUDIT_ADMIN:
                assert refused(session, event, "23514", **facts) == "audit_admins_alone"
        elif not act.startswith("account."):
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
    unit = office.session.scalar(text("SELECT min(id) FROM unit"))
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
    unit = office.session.scalar(text("SELECT min(id) FROM unit"))
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


def test_what_an_operator_proposes_of_a_held_claim_an_officer_decides(
    office: Office, operator: int
) -> None:
    session = office.session
    other = add_account(session, "operator2", "承办", Role.OPERATOR, PASSWORD, by=None)
    office.determine(bill("S1", 1, "2023-06-10", "300.00", med_type="140201"))
    claim = office.live("S1").claim_id
    refuses = {"reason": Reason.NOT_PUBLISHED}
    made = propose_decision(session, claim, What.REFUSE, by=operator, **refuses)
    for by in (operator, other):
        with pytest.raises(NotAnOfficer):
            approve_decision(session, made, by=by)
        with pytest.raises(NotAnOfficer):
            drop(session, made, by=by)
    # What books money an operator does not even propose.
    with pytest.raises(NotAnOfficer):
        propose_recovery(
            session,
            claim,
            Liable.THIRD_PARTY,
            100,
            reference="x",
            booked_on=date(2023, 7, 1),
            by=operator,
        )
    of_money = session.scalar(
        text(
            "INSERT INTO proposal (member_id, claim_id, act, prepared_by)"
            " SELECT member_id, id, 'recover', :by FROM claim WHERE setl_id = 'A' RETURNING id"
        ),
        {"by": operator},
    )
    for table, proposal, by, columns, values in (
        (
            *("held_decision", made, other, "seq, decision_no, what, reason, run_id"),
            "1, 999, 'refuse', 'late', (SELECT max(id) FROM run)",
        ),
        (
            *("recovery", of_money, office.by),
            "liable, amount_fen, reference, benefit_year, booked_on",
            "'employer', 1, 'x', 2023, '2023-07-01'",
        ),
    ):
        row = (
            f"INSERT INTO {table} (member_id, claim_id, proposal_id, prepared_by, approved_by,"
            f" {columns}) SELECT p.member_id, p.claim_id, p.id, p.prepared_by, :by, {values}"
            " FROM proposal p WHERE p.id = :proposal"
        )
        facts = {"proposal": proposal, "by": by}
        assert refused(session, row, "23514", **facts) == f"{table}_two_people_check"
    approve_decision(session, made, by=office.by)
    office.drain()
    assert office.live("S1").refusal == "declined"


def test_an_heir_and_a_public_list_that_an_operator_proposed(session: Session) -> None:
    fund = Payables(session)
    member = fund.member()
    claim = fund.claim(member, 50_00)
    one, other = (
        add_account(session, login, "承办", Role.OPERATOR, PASSWORD, by=None)
        for login in ("operator1", "operator2")
    )
    batch = send(fund)
    days = {"from_on": today(), "until_on": today()}
    shown = propose_list(session, batch.id, **days, by=one)
    died(fund, member)
    propose_heir(session, member, by=one, **HEIR)
    for approve, about in ((approve_list, shown), (approve_heir, member)):
        with pytest.raises(OnePerson):
            approve(session, about, by=one)
        with pytest.raises(NotAnOfficer):
            approve(session, about, by=other)
        approve(session, about, by=fund.approver)
    assert fund.state(claim) == "sent"
    by_sql = (
        "INSERT INTO public_list_approval (list_id, proposed_by, approved_by) SELECT :l, :one, :two"
    )
    again = propose_list(session, batch.id, **days, by=one)
    facts = {"l": again, "one": one, "two": other}
    named = "public_list_approval_two_people_check"
    assert refused(session, by_sql, "23514", **facts) == named
    union = Union(name="北区总工会", parent_id=session.get_one(Account, one).union_id)
    session.add(union)
    session.flush()
    facts["two"] = add_account(
        session, "north", "北", Role.OFFICER, "battery horse correct", by=None, union_id=union.id
    )
    assert refused(session, by_sql, "23514", **facts) == named  # a district's officer
    heir = (
        "INSERT INTO heir (member_id, name, relation, certno_cipher, certno_index, account_cipher,"
        " account_index, tail, papers, proposed_by, approved_by) SELECT :m, name, relation,"
        " certno_cipher, certno_index, account_cipher, account_index, tail, papers, :one, :two"
        " FROM heir"
    )
    facts = {"m": member, "one": one, "two": other}
    assert refused(session, heir, "23514", **facts) == "heir_two_people_check"
