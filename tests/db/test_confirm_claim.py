"""Papers are seen by an officer who is neither the filer nor the member, or nothing is paid."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import AccountDisabled, NotAnOfficer
from app.accounts.models import Role
from app.claims.confirm import (
    BeingComputed,
    DoubleOutOfReach,
    FilerConfirms,
    NoSuchClaim,
    NotInReview,
    OwnClaim,
    PossibleDouble,
)
from app.claims.file import file_claim
from app.payments.batch import NothingToPay, prepare_batch
from app.roster.members import set_accounts
from app.unions.models import Union
from tests.db.districts import NORTH, SOUTH, Districts
from tests.db.office import Office, assert_sound, bill
from tests.db.reviewing import confirm
from tests.db.typed import PASSWORD, PAY_BY_SQL, a_stay, account_of, file_by_hand, member_of
from tests.factories import make_account, make_id

DAY = "2023-05-10"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    members = [member_of(session, seed) for seed in range(3)]
    cards = {member: make_account(n) for n, member in enumerate(members)}
    set_accounts(session, cards, {}, by=None)
    yield office
    assert_sound(session)


@pytest.fixture
def second(office):
    return add_account(office.session, "second", "乙", Role.OFFICER, PASSWORD, by=None)


def filed(office, seed=0, stated="", scope="1000.00"):
    made = file_by_hand(office.session, seed, a_stay(DAY, scope, stated))
    office.drain()
    return made


def pay(office, second):
    return prepare_batch(
        office.session, 2023, prepared_by=office.by, approved_by=second, made_on=date(2024, 1, 2)
    )


def test_what_was_typed_is_not_paid_before_an_officer_has_seen_the_papers(office, second):
    made = filed(office)
    with pytest.raises(NothingToPay):
        pay(office, second)
    confirm(office.session, made.claim_id, by=second)
    assert office.live(made.setl_id).state == "payable"
    assert pay(office, second).total_fen == 50_000
    event = office.session.execute(
        text("SELECT by, about FROM event WHERE act = 'claim.confirmed'")
    ).one()
    assert tuple(event) == (second, made.claim_id)


def test_the_bureaus_row_needs_no_confirmation(office, second):
    filed(office, stated="N1")
    office.determine(bill("N1", 0, DAY, "1000.00"))
    assert pay(office, second).total_fen == 50_000


def test_a_confirmed_claim_stays_confirmed_when_it_is_determined_again(office, second):
    made = filed(office)
    confirm(office.session, made.claim_id, by=second)
    office.determine(bill("X", 0, "2023-06-01", "1.00"))
    assert office.live(made.setl_id).state == "payable"


def test_it_is_confirmed_once(office, second):
    made = filed(office)
    confirm(office.session, made.claim_id, by=second)
    with pytest.raises(NotInReview):
        confirm(office.session, made.claim_id, by=second)


def test_only_what_is_determined_and_waits_can_be_confirmed(office, second):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00"))
    with pytest.raises(NotInReview):
        confirm(office.session, made.claim_id, by=second)
    office.determine(bill("X", 1, DAY, "1000.00"))
    with pytest.raises(NotInReview):
        confirm(office.session, office.live("X").claim_id, by=second)
    with pytest.raises(NoSuchClaim):
        confirm(office.session, 10**12, by=second)


def test_nobody_confirms_the_own_claim(office):
    """Bad input 51."""
    made = filed(office)
    own = add_account(
        office.session, "own", "己", Role.OFFICER, PASSWORD, by=None, certno=make_id(0)
    )
    with pytest.raises(OwnClaim):
        confirm(office.session, made.claim_id, by=own)


def test_who_filed_for_a_member_does_not_confirm_under_whatever_account(office, second):
    session = office.session
    counter = add_account(
        session, "counter", "柜", Role.OFFICER, PASSWORD, by=None, certno=make_id(2)
    )
    made = file_claim(
        session,
        a_stay(DAY, "1000.00"),
        member_id=member_of(session, 0),
        by=counter,
        request_key="k",
    )
    office.drain()
    with pytest.raises(FilerConfirms):
        confirm(session, made.claim_id, by=counter)
    confirm(session, made.claim_id, by=second)


def test_only_officers_who_reach_the_member_confirm(office, second):
    session = office.session
    made = filed(office)
    below = Union(name="区总工会", parent_id=session.scalar(text("SELECT id FROM union_node")))
    session.add(below)
    session.flush()
    move = text("UPDATE account SET union_id = :u WHERE id = :a")
    session.execute(move, {"u": below.id, "a": second})
    session.expire_all()
    with pytest.raises(NoSuchClaim):
        confirm(session, made.claim_id, by=second)
    with pytest.raises(NotAnOfficer):
        confirm(session, made.claim_id, by=account_of(session, 1))
    away = text("UPDATE account SET disabled_at = transaction_timestamp() WHERE id = :a")
    session.execute(away, {"a": second})
    with pytest.raises(AccountDisabled):
        confirm(session, made.claim_id, by=second)


def test_a_possible_double_is_confirmed_only_by_who_names_it(office, second):
    made = filed(office)
    office.determine(bill("N1", 0, DAY, "1000.00"))
    double = office.live("N1").claim_id
    for one, other in ((made.claim_id, double), (double, made.claim_id)):
        with pytest.raises(PossibleDouble) as refused:
            confirm(office.session, one, by=second)
        assert refused.value.facts == {"claim": one, "other": other}
    with pytest.raises(NothingToPay):
        pay(office, second)
    confirm(office.session, double, by=second, although=[made.claim_id])
    assert pay(office, second).total_fen == 50_000
    assert office.live(made.setl_id).state == "review"


def test_a_chronic_bill_is_a_double_by_its_settlement_whatever_other_days_it_has(office, second):
    days = {"med_type": "14", "begndate": "", "enddate": ""}
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", **days))
    office.drain()
    ended = {"med_type": "14", "enddate": "2023-05-08"}
    office.determine(bill("N1", 0, DAY, "1000.00", **ended))
    double = office.live("N1")
    assert double.state == "review"
    with pytest.raises(PossibleDouble) as refused:
        confirm(office.session, double.claim_id, by=second)
    assert refused.value.facts == {"claim": double.claim_id, "other": made.claim_id}


def test_a_double_that_was_paid_before_is_named_too(office, second):
    office.determine(bill("N1", 0, DAY, "1000.00"))
    pay(office, second)
    made = filed(office, stated="N2")
    with pytest.raises(PossibleDouble):
        confirm(office.session, made.claim_id, by=second)


def invoiced(setl_id, seed, day, invoice):
    return bill(setl_id, seed, day, "1000.00", invono=invoice)


def test_39_an_invoice_that_another_member_used_is_held_for_an_officer(office, second):
    """Bad input 39: of bills of the bureau's too, and by whichever file."""
    office.determine(invoiced("N1", 0, DAY, "24117000001"))
    office.determine(invoiced("N2", 1, "2023-07-01", "24117000001"))
    first, later = office.live("N1"), office.live("N2")
    assert (first.state, later.state, later.payable_fen) == ("payable", "review", 50_000)
    assert pay(office, second).total_fen == 50_000
    with pytest.raises(PossibleDouble) as refused:
        confirm(office.session, later.claim_id, by=second)
    assert refused.value.facts == {"claim": later.claim_id, "other": first.claim_id}
    confirm(office.session, later.claim_id, by=second, although=[first.claim_id])
    assert pay(office, second).total_fen == 50_000


def test_39_two_bills_of_one_file_with_one_invoice(office):
    office.determine(invoiced("N1", 0, DAY, "24117000001"), invoiced("N2", 1, DAY, "24117000001"))
    assert sorted(office.live(x).state for x in ("N1", "N2")) == ["payable", "review"]


def test_39_a_filed_claim_with_a_used_invoice_names_the_other_claim(office, second):
    office.determine(invoiced("N1", 0, DAY, "24117000001"))
    stay = a_stay("2023-08-01", "1000.00", invono="24117000001")
    made = file_by_hand(office.session, 1, stay)
    office.drain()
    with pytest.raises(PossibleDouble):
        confirm(office.session, made.claim_id, by=second)


def test_an_invoice_of_a_refunded_bill_and_no_invoice_at_all_hold_nothing(office):
    office.determine(invoiced("N1", 0, DAY, "24117000001"))
    office.determine(bill("R1", 0, DAY, "-1000.00", refd_setl_flag="1", init_setl_id="N1"))
    office.determine(invoiced("N2", 1, DAY, "24117000001"))
    office.determine(invoiced("N3", 0, "2023-09-01", ""), invoiced("N4", 1, "2023-09-01", ""))
    assert [office.live(x).state for x in ("N2", "N3", "N4")] == ["payable"] * 3


def test_while_newer_figures_wait_to_be_computed_nobody_confirms_or_pays(office, second):
    """The papers would be compared with figures that the benefit was not computed from."""
    made = filed(office, stated="N1", scope="100000.00")
    office.feed(bill("N1", 0, DAY, "100.00"))
    with pytest.raises(BeingComputed):
        confirm(office.session, made.claim_id, by=second)
    office.drain()
    assert pay(office, second).total_fen == 5_000


@pytest.mark.parametrize("arrives", ["another amount", "a refund"])
def test_what_a_newer_row_has_overtaken_does_not_leave_for_the_bank(office, second, arrives):
    office.determine(bill("N1", 0, DAY, "1000.00"), bill("N2", 1, DAY, "200.00"))
    if arrives == "a refund":
        office.feed(bill("R1", 0, DAY, "-1000.00", refd_setl_flag="1", init_setl_id="N1"))
    else:
        office.feed(bill("N1", 0, DAY, "10.00"))
    batch = pay(office, second)
    assert (batch.lines, batch.total_fen) == (1, 10_000)
    assert [x.reason for x in batch.left_out] == ["being_computed"]
    office.drain()


def doubles_of(office, made, second):
    with pytest.raises(PossibleDouble) as refused:
        confirm(office.session, made.claim_id, by=second)
    other = refused.value.facts["other"]
    confirm(office.session, made.claim_id, by=second, although=[other])
    return other


def test_a_sheet_whose_number_another_member_has_is_told_to_the_officer(office, second):
    """A shared or stolen sheet: the member is told nothing, the officer everything."""
    office.determine(bill("N1", 1, DAY, "1000.00"))
    made = filed(office, stated="N1", scope="900.00")
    assert doubles_of(office, made, second) == office.live("N1").claim_id


def test_two_members_with_one_number_on_their_sheets(office, second):
    first = filed(office, seed=1, stated="N1")
    made = filed(office, stated="N1", scope="900.00")
    assert doubles_of(office, made, second) == first.claim_id


def test_a_number_that_the_bureau_sent_for_a_stranger_or_refunded_is_told(office, second):
    office.feed(bill("N1", 9, DAY, "1000.00"))
    assert doubles_of(office, filed(office, stated="N1"), second) == 0
    office.feed(bill("R2", 0, DAY, "-700.00", refd_setl_flag="1", init_setl_id="N2"))
    assert doubles_of(office, filed(office, stated="N2", scope="700.00"), second) == 0


def test_a_bill_that_the_bureau_refunded_and_somebody_types_again_is_told(office, second):
    office.determine(bill("N1", 0, DAY, "1000.00"))
    office.determine(bill("R1", 0, DAY, "-1000.00", refd_setl_flag="1", init_setl_id="N1"))
    assert doubles_of(office, filed(office), second) == office.live("N1").claim_id


def test_39_an_invoice_that_a_later_version_brings_is_held(office):
    """Who had it first counts, not whose claim is older."""
    office.determine(invoiced("N1", 0, DAY, "24117000001"), invoiced("N2", 1, DAY, "24117000002"))
    office.determine(invoiced("N1", 0, DAY, "24117000002"))
    assert [office.live(x).state for x in ("N1", "N2")] == ["review", "payable"]


def test_39_an_invoice_is_the_same_however_it_is_written(office):
    office.determine(invoiced("N1", 0, DAY, "ab 24117000001"))
    office.determine(invoiced("N2", 1, DAY, "AB24117000001"))
    assert office.live("N2").state == "review"


def test_a_clerks_filler_is_no_invoice(office):
    for number, filler in enumerate(("0", "-", "12345", "无")):
        office.determine(invoiced(f"A{number}", 0, DAY, filler))
        office.determine(invoiced(f"B{number}", 1, DAY, filler))
        assert office.live(f"B{number}").state == "payable"


def test_a_confirmation_counts_for_the_version_that_was_looked_at(database):
    """In transactions of their own: a confirmation and a bill are ordered by when they came."""
    with in_one(database) as office:
        office.covered(range(3), date(2023, 1, 1))
        second = add_account(office.session, "second", "乙", Role.OFFICER, PASSWORD, by=None)
        office.determine(invoiced("N9", 1, DAY, "24117000009"))
        made = file_by_hand(
            office.session, 0, a_stay("2023-06-01", "50.00", "N1", invono="24117000001")
        )
        office.drain()
    with in_one(database) as office:
        confirm(office.session, made.claim_id, by=second)
    with in_one(database) as office:
        office.determine(bill("N1", 0, "2023-06-01", "9000.00", invono="24117000009"))
        assert office.live(made.setl_id).state == "review"
    with in_one(database) as office:
        confirm(office.session, made.claim_id, by=second, although=[office.live("N9").claim_id])
    with in_one(database) as office:
        office.determine(bill("X", 0, "2023-07-01", "1.00"))
        assert office.live(made.setl_id).state == "payable"


@contextmanager
def in_one(database):
    with Session(database.engine) as session, session.begin():
        yield Office(session)


def test_a_double_of_another_unions_member_is_for_the_city(session):
    """Nobody attests to have compared a claim that they may not open."""
    office = Districts(session)
    for seed, unit in ((0, NORTH), (1, SOUTH)):
        office.enrol([seed], date(2023, 1, 1), unit=unit)
        office.receive("50.00", date(2023, 1, 1), unit=unit)
    office.determine(invoiced("N1", 1, DAY, "24117000001"), invoiced("N2", 0, DAY, "24117000001"))
    held = office.live("N2").claim_id
    with pytest.raises(DoubleOutOfReach):
        confirm(session, held, by=office.officers[NORTH], although=[office.live("N1").claim_id])
    confirm(session, held, by=office.by, although=[office.live("N1").claim_id])


# The same rules once more, where no code of ours stands between.

CONFIRM = """
INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)
SELECT member_id, claim_id, seq + 1, 'confirm', 'payable', :by FROM claim_queue
WHERE claim_id = :claim
"""


def by_sql(office, second, setl_id, statement=PAY_BY_SQL):
    with office.session.begin_nested():
        office.session.execute(
            text(statement), {"one": office.by, "other": second, "setl_id": setl_id}
        )


@pytest.mark.parametrize("who", ["nobody", "the member", "the filer", "the filer's other account"])
def test_by_sql_nothing_typed_is_paid_that_no_other_officer_confirmed(office, second, who):
    session = office.session
    officer = {"role": Role.OFFICER, "password": PASSWORD, "by": None}
    counter = add_account(session, "counter", "柜", certno=make_id(2), **officer)
    own = add_account(session, "own", "己", certno=make_id(0), **officer)
    member = member_of(session, 0)
    # Person 2 files as a clerk at the counter, or (a clerk may be moved) by an old account.
    filer = counter
    if who == "the filer's other account":
        filer = add_account(session, "old", "柜", **officer)
        session.execute(
            text("UPDATE account SET member_id = :m WHERE id = :a"),
            {"m": member_of(session, 2), "a": filer},
        )
    made = file_claim(session, a_stay(DAY, "1000.00"), member_id=member, by=filer, request_key="k")
    office.drain()
    confirming = {"the member": own, "the filer": counter, "the filer's other account": counter}
    if who in confirming:
        with pytest.raises(DBAPIError) as refused, session.begin_nested():
            session.execute(text(CONFIRM), {"by": confirming[who], "claim": made.claim_id})
        assert refused.value.orig.diag.constraint_name == "confirm_was_reviewed"
    with pytest.raises(DBAPIError) as refused:
        by_sql(office, second, made.setl_id)
    assert refused.value.orig.diag.constraint_name == "payment_is_owed"


def test_by_sql_what_another_officer_confirmed_is_paid(office, second):
    """The refusals above are for want of a confirmation, and for nothing else."""
    made = filed(office)
    confirm(office.session, made.claim_id, by=second)
    savepoint = office.session.begin_nested()
    by_sql(office, second, made.setl_id)
    assert office.session.scalar(text("SELECT count(*) FROM payment")) == 1
    savepoint.rollback()  # its books were not written


def test_by_sql_a_filing_has_a_number_of_the_funds_own_and_a_joined_bill_has_not(office):
    made = filed(office)
    row = (
        "INSERT INTO filed_claim (member_id, setl_id, request_key, content, filed_by)"
        " SELECT member_id, 'N9', 'z', content, filed_by FROM filed_claim"
    )
    join = (
        "INSERT INTO joined_settlement (setl_id, member_id, own_setl_id, run_id)"
        " SELECT 'HZ-2024-999999', member_id, setl_id, (SELECT min(id) FROM run) FROM filed_claim"
    )
    for statement, constraint in (
        (row, "filed_claim_own_check"),
        (join, "joined_settlement_own_check"),
    ):
        with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
            office.session.execute(text(statement))
        assert refused.value.orig.diag.constraint_name == constraint
    assert made.claim_id
