"""What was typed as paid back, and was wrong, is taken back by two; what rests on it stays."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineResolved, TypedBefore
from app.banking.undo import undo_match
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.claims.confirm import OwnClaim
from app.clock import today
from app.ledger.close import BooksOnePerson
from app.ledger.reverse import ReversedAlready
from app.recoveries.confirm_line import FromMember, FromOthers
from app.recoveries.liable import AboveOpen, receive_recovery
from app.recoveries.standing import recoveries
from app.recoveries.take_back import PaidBackOnLine, PaidBackSince, reverse
from tests.db.held_year import held_year
from tests.db.owing import ON, come_in, open_fen, pay_back, write_off
from tests.db.payables import tied_fund
from tests.db.suspense import in_suspense, said_by_two
from tests.db.test_rights import refused
from tests.db.test_tied_money import PAID, owed
from tests.faults.forge import Bundle
from tests.faults.test_tamper import put, where


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def entry_of(session, memo, about):
    asked = text("SELECT id FROM entry WHERE memo = :memo AND about = :about")
    return session.scalars(asked, {"memo": memo, "about": about}).one()


def take_back(fund, memo, number, **more):
    people = {"reversed_by": fund.preparer, "approved_by": fund.approver} | more
    entry = entry_of(fund.session, memo, number)
    return reverse(fund.session, entry, why="记错", **people)


def owing_member(fund, claim):
    return fund.session.scalar(text("SELECT member_id FROM claim WHERE id = :id"), {"id": claim})


def account(session, number):
    asked = "SELECT coalesce(sum(amount_fen), 0) FROM posting WHERE account = :number"
    return session.scalar(text(asked), {"number": number})


def sound(session):
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert explained(session).faults == []
    assert differences(session, ON, today()) == []
    assert session.scalar(text("SELECT count(*) FROM bank_statement")) == 0 or (
        reconciliation(session, today()).off_fen == 0
    )
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def test_a_member_owes_again_what_was_typed_wrongly(fund):
    session, (claim, _) = fund.session, owed(fund)
    member = owing_member(fund, claim)
    bank = account(session, "1001")
    number = pay_back(fund, claim, 40_000, "S1")
    assert open_fen(fund, member, claim) == 0
    with pytest.raises(BooksOnePerson), session.begin_nested():
        take_back(fund, "repaid by member", number, approved_by=fund.preparer)
    take_back(fund, "repaid by member", number)
    assert (open_fen(fund, member, claim), account(session, "1001")) == (40_000, bank)
    with pytest.raises(ReversedAlready), session.begin_nested():
        take_back(fund, "repaid by member", number)
    sound(session)
    with pytest.raises(AboveOpen), session.begin_nested():
        pay_back(fund, claim, 40_001, "S1")
    again = pay_back(fund, claim, 10_000, "S1")
    with pytest.raises(IntegrityError, match="repayment_reference_key"), session.begin_nested():
        pay_back(fund, claim, 10_000, "S1")
    write_off(fund, claim, 5_000)
    assert open_fen(fund, member, claim) == 25_000
    take_back(fund, "repaid by member", again)
    assert open_fen(fund, member, claim) == 35_000
    assert account(session, "1001") == bank
    sound(session)


def test_what_was_determined_after_it_stays(fund):
    session, (claim, _) = fund.session, owed(fund)
    number = pay_back(fund, claim, 40_000, "S1")
    fund.correct(owing_member(fund, claim), claim, 30_000)
    with pytest.raises(PaidBackSince), session.begin_nested():
        take_back(fund, "repaid by member", number)
    sound(session)


def test_others_owe_again_what_was_typed_wrongly(fund):
    session, (_, recovery) = fund.session, owed(fund)
    number = come_in(fund, recovery, 5_000, "S1")
    take_back(fund, "recovery received", number)
    [found] = [x for x in recoveries(session) if x.id == recovery]
    assert (found.received_fen, found.open_fen) == (0, 5_000)
    come_in(fund, recovery, 4_000, "S1")
    [found] = [x for x in recoveries(session) if x.id == recovery]
    assert found.open_fen == 1_000
    sound(session)


@pytest.mark.parametrize("of", ["others", "member"])
def test_what_a_line_is_said_to_be_is_untied_first(fund, of):
    session, (claim, recovery) = fund.session, owed(fund)
    if of == "others":
        number, memo = come_in(fund, recovery, 5_000, "S1"), "recovery received"
        right, other = FromOthers(recovery), FromMember(claim)
    else:
        number, memo = pay_back(fund, claim, 5_000, "S1"), "repaid by member"
        right, other = FromMember(claim), FromOthers(recovery)
    line = in_suspense(session, fund.preparer, ON, 5_000)
    said_by_two(session, line, right, fund.preparer, fund.approver)
    with pytest.raises(PaidBackOnLine), session.begin_nested():
        take_back(fund, memo, number)
    undo_match(session, line, proposed_by=fund.preparer, by=fund.approver, on=ON)
    take_back(fund, memo, number)
    sound(session)
    said_by_two(session, line, other, fund.preparer, fund.approver)
    with pytest.raises(LineResolved), session.begin_nested():
        said_by_two(session, line, right, fund.preparer, fund.approver)
    sound(session)


def test_what_was_typed_anew_is_what_the_bank_brings(fund):
    session, (claim, recovery) = fund.session, owed(fund)
    take_back(fund, "repaid by member", pay_back(fund, claim, 5_000, "S1"))
    pay_back(fund, claim, 5_000, "S1")
    line = in_suspense(session, fund.preparer, ON, 5_000)
    with pytest.raises(TypedBefore), session.begin_nested():
        said_by_two(session, line, FromOthers(recovery), fund.preparer, fund.approver)
    said_by_two(session, line, FromMember(claim), fund.preparer, fund.approver)
    sound(session)


def test_nobody_takes_back_of_the_own_claim(fund):
    session, (claim, _) = fund.session, owed(fund)
    number = pay_back(fund, claim, 5_000, "S1")
    own = "UPDATE account SET member_id = :member WHERE id = :id"
    session.execute(text(own), {"member": owing_member(fund, claim), "id": fund.preparer})
    with pytest.raises(OwnClaim), session.begin_nested():
        take_back(fund, "repaid by member", number)


FORGED = (
    "INSERT INTO repayment (id, member_id, claim_id, grant_no, amount_fen, benefit_year,"
    " received_on, reference, recorded_by) SELECT nextval('payment_number'), member_id, claim_id,"
    " grant_no, :fen, benefit_year, received_on, reference || '#0', :by FROM repayment"
)


def test_no_contrary_row_stands_alone(fund):
    session, (claim, _) = fund.session, owed(fund)
    pay_back(fund, claim, 5_000, "S1")
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for fen in (-5_000, -4_999):
        facts = {"fen": fen, "by": fund.approver}
        assert refused(session, FORGED, "23514", **facts) == "typed_is_taken_back"


def test_bundles_show_it(session, tmp_path):
    held = held_year(session)
    other = session.scalar(text("SELECT id FROM account WHERE login = 'third'"))
    [recovery] = session.scalars(text("SELECT id FROM recovery")).all()
    came = {"received_on": PAID, "reference": "S-wrong", "by": held.clerk}
    number = receive_recovery(session, recovery, 2_000, **came)
    entry = entry_of(session, "recovery received", number)
    reverse(session, entry, why="记错", reversed_by=held.clerk, approved_by=other)
    repaid = "SELECT e.id FROM repayment r JOIN entry e ON e.memo = 'repaid by member'"
    typed = session.scalars(text(f"{repaid} AND e.about = r.id AND r.suspense_year IS NULL")).all()
    for entry in typed:
        reverse(session, entry, why="记错", reversed_by=held.clerk, approved_by=other)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for year in (2021, 2022):
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        found = verify.examine(str(path))
        assert found["ok"], found["fault"].says("en")
    bundle = Bundle(tmp_path / "2021.zip")
    others = bundle.table("recovery_receipt")
    put(others, where(others, reference="S-wrong#0"), "amount_fen", "-1900")
    bundle.put("recovery_receipt", others)
    assert not verify.examine(str(bundle.repair().zipped(tmp_path / "forged.zip")))["ok"]
