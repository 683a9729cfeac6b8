"""A line that waits, and was typed: an officer ties the two, and the bank counts the money once."""

from datetime import date

import pytest
from sqlalchemy import select, text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineResolved, TypedBefore, state_of
from app.banking.resolve import resolve_to_union, resolve_to_unit
from app.banking.undo import ReceiptBeganCover
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.clock import today
from app.contributions.receive import OnStatement
from app.ledger.reverse import NotReversible
from app.online.take_back import reverse, take_back_typed
from app.recoveries.confirm_line import FromMember, FromOthers, propose_line
from app.recoveries.liable import receive_recovery
from app.unions.models import Union
from tests.db.held_year import held_year
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.owing import come_in, pay_back, recover
from tests.db.payables import answer, send, tied_fund
from tests.db.suspense import in_suspense, said_by_two
from tests.db.test_rights import refused
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, put, where
from tests.following import loose_ends

TURNED = date(2024, 1, 5)
ON = date(2024, 4, 1)
PAID = date(2022, 3, 6)
FORGED = (
    "INSERT INTO line_resolution (line_id, seq, act, on_day, receipt_id, resolved_by)"
    " VALUES (:line, 1, 'typed', :on, :receipt, :by)"
)


@pytest.fixture
def teller(session):
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    made = Teller(Office(session))
    made.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    return made


def holds(session, tmp_path, *years):
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert differences(session, DAY, today()) == []
    assert explained(session).faults == []
    for day in (DAY, TURNED, ON, today()):
        assert reconciliation(session, day).off_fen == 0, day
        assert reconciliation(session, day, "main").off_fen == 0, day
    assert [*loose_ends(session)] == []
    for year in years:
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        found = verify.examine(str(path))
        assert found["ok"], found["fault"].says("en")


def test_covers_that_began_stand_and_the_money_counts_once(teller, tmp_path):
    """Typed for the one unit and, by mistake, for the other: so the line waits."""
    session, office, other = teller.session, teller.office, teller.second()
    one, two = office.unit(1), office.unit(2)
    typed = office.receive("100.00", DAY, year=2024, ref="S1")
    assert typed.begun
    wrong = office.receive("100.00", DAY, unit=2, year=2024, ref="S1").receipt_id
    teller.take((DAY, "100.00", "某公司", ""))
    line = teller.line(1)
    with pytest.raises(TypedBefore), session.begin_nested():
        resolve_to_unit(session, line, unit_id=one.id, year=2025, by=office.by)
    two_people = {"proposed_by": office.by, "by": other}
    with pytest.raises(ReceiptBeganCover), session.begin_nested():
        take_back_typed(session, typed.receipt_id, why="记错", **two_people)
    facts = {"line": line, "on": TURNED, "by": office.by, "receipt": wrong}
    later = facts | {"receipt": office.receive("1.00", DAY, year=2024, ref="S1#2").receipt_id}
    assert refused(session, FORGED, "23514", **later) == "line_resolution_fits"
    done = resolve_to_unit(session, line, unit_id=one.id, year=2024, by=office.by, on=TURNED)
    assert (done.receipt_id, done.again, done.begun) == (typed.receipt_id, True, [])
    assert state_of(session, line)[1] == "typed"
    assert office.balance("2103", 2023) == 0
    with pytest.raises(LineResolved), session.begin_nested():
        resolve_to_unit(session, line, unit_id=two.id, year=2024, by=office.by)
    again = office.receive("100.00", DAY, year=2024, ref="S1")
    assert (again.receipt_id, again.again) == (typed.receipt_id, True)
    take_back_typed(session, wrong, why="记错", **two_people)
    take_back_typed(session, later["receipt"], why="记错", **two_people)
    assert (office.balance("1001", 2023), office.balance("1001", 2024)) == (0, 10_000)
    holds(session, tmp_path, 2023, 2024)


def test_what_was_tied_is_not_taken_back(teller, tmp_path):
    session, office, other = teller.session, teller.office, teller.second()
    union = session.scalars(select(Union.id)).one()
    two_people = {"proposed_by": office.by, "by": other}
    part = office.receive("30.00", DAY, year=2024, ref="S1").receipt_id
    office.receive_subsidy("30.00", DAY, year=2024, ref="S1")
    office.receive("40.00", DAY, year=2024, ref="S2")
    subsidy = office.receive_subsidy("40.00", DAY, year=2024, ref="S2").subsidy_id
    teller.take((DAY, "30.00", "某人", ""), (DAY, "40.00", "某人", ""))
    first, second = teller.line(1), teller.line(2)
    unit = office.unit().id
    resolve_to_unit(session, first, unit_id=unit, year=2024, by=office.by)
    done = resolve_to_union(session, second, union_id=union, year=2024, by=office.by)
    assert done == subsidy
    with pytest.raises(NotReversible), session.begin_nested():
        take_back_typed(session, part, why="记错", **two_people)
    entries = "SELECT id FROM entry WHERE memo = 'subsidy received' ORDER BY id"
    wrong, tied = session.scalars(text(entries)).all()
    people = {"reversed_by": office.by, "approved_by": other}
    with pytest.raises(NotReversible), session.begin_nested():
        reverse(session, tied, why="记错", **people)
    reverse(session, wrong, why="记错", **people)
    undone = (
        "INSERT INTO receipt_undone (receipt_id, on_day, proposed_by, undone_by)"
        " VALUES (:receipt, :on, :one, :other)"
    )
    facts = {"receipt": part, "on": TURNED, "one": office.by, "other": other}
    assert refused(session, undone, "23514", **facts) == "receipt_can_be_undone"
    [left] = session.scalars(text("SELECT id FROM receipt WHERE amount_fen = 4000")).all()
    take_back_typed(session, left, why="记错", **two_people)
    holds(session, tmp_path, 2023, 2024)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def owed(fund):
    """A member who owes 400.00, and a recovery of 50.00."""
    member, other = fund.member(), fund.member()
    owing, granted = fund.claim(member, 50_000), fund.claim(other, 20_000)
    answer(fund, send(fund), (1, "500.00", "成功"), (2, "200.00", "成功"))
    fund.correct(member, owing, 10_000)
    return owing, recover(fund, granted, 5_000)


@pytest.mark.parametrize("key", ["S1", f"{ON:%Y%m%d} S1"])
@pytest.mark.parametrize("of", ["others", "member"])
def test_what_was_paid_back_is_typed_and_then_brought(fund, tmp_path, of, key):
    session, (owing, recovery) = fund.session, owed(fund)
    if of == "others":
        come_in(fund, recovery, 5_000, key)
        right, wrong = FromOthers(recovery), FromMember(owing)
    else:
        pay_back(fund, owing, 5_000, key)
        right, wrong = FromMember(owing), FromOthers(recovery)
    line = in_suspense(session, fund.preparer, ON, 5_000)
    with pytest.raises(TypedBefore), session.begin_nested():
        propose_line(session, line, wrong, by=fund.preparer)
    said_by_two(session, line, right, fund.preparer, fund.approver)
    assert state_of(session, line)[1] == "typed"
    bank = "SELECT sum(amount_fen) FROM posting WHERE account = '1001' AND amount_fen = ANY(:fen)"
    assert session.scalar(text(bank), {"fen": [5_000, -5_000]}) == 5_000
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert explained(session).faults == []
    assert reconciliation(session, ON).off_fen == 0


@pytest.mark.parametrize("key", ["S1", f"{ON:%Y%m%d} S1"])
def test_what_was_brought_is_not_typed_as_paid_back(fund, key):
    session, (owing, recovery) = fund.session, owed(fund)
    line = in_suspense(session, fund.preparer, ON, 5_000)
    with pytest.raises(OnStatement), session.begin_nested():
        come_in(fund, recovery, 5_000, key)
    with pytest.raises(OnStatement), session.begin_nested():
        pay_back(fund, owing, 5_000, key)
    come_in(fund, recovery, 4_000, key)
    said_by_two(session, line, FromMember(owing), fund.preparer, fund.approver)


def test_what_others_paid_back_is_in_the_bundles(session, tmp_path):
    """The benefit year's, which has the recovery, and that of the bank's day."""
    fund = held_year(session)
    other = session.scalar(text("SELECT id FROM account WHERE login = 'third'"))
    [recovery] = session.scalars(text("SELECT id FROM recovery")).all()
    serial = session.scalar(text("SELECT max(id) + 1 FROM statement_line"))
    came = {"received_on": PAID, "reference": f"S{serial}", "by": fund.clerk}
    receive_recovery(session, recovery, 2_000, **came)
    line = in_suspense(session, fund.clerk, PAID, 2_000)
    said_by_two(session, line, FromOthers(recovery), fund.clerk, other)
    assert state_of(session, line)[1] == "typed"
    assert explained(session).faults == []
    for year in (2021, 2022):
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        found = verify.examine(str(path))
        assert found["ok"], found["fault"].says("en")
    bundle = Bundle(tmp_path / "2021.zip")
    said = bundle.table("line_resolution")
    others = bundle.table("recovery_receipt")
    put(
        said,
        where(said, act="typed"),
        "recovery_receipt_id",
        cell(others, 1, "recovery_receipt_id"),
    )
    bundle.put("line_resolution", said)
    assert not verify.examine(str(bundle.repair().zipped(tmp_path / "forged.zip")))["ok"]
