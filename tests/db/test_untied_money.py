"""A line was tied to what was typed, and is not it: two officers undo that, and the books stay."""

from datetime import date

import pytest
from sqlalchemy import select, text

from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineResolved, TypedBefore, state_of
from app.banking.resolve import resolve_to_union, resolve_to_unit
from app.banking.undo import UndoOnePerson, propose_undo, undo_match
from app.books.bank_balance import reconciliation
from app.books.explained import explained
from app.ledger.reverse import NotReversible
from app.online.take_back import reverse, take_back_typed
from app.recoveries.confirm_line import FromMember, FromOthers, confirm_line
from app.recoveries.liable import receive_recovery
from app.unions.models import Union
from tests.db.held_year import held_year
from tests.db.money_year import DAY
from tests.db.owing import come_in, pay_back
from tests.db.suspense import in_suspense, said_by_two
from tests.db.test_rights import refused
from tests.db.test_tied_money import (  # noqa: F401 - fixtures
    ON,
    PAID,
    TURNED,
    fund,
    holds,
    owed,
    teller,
)
from tests.faults.forge import Bundle
from tests.faults.test_tamper import put, where


def tied_wrongly(teller):  # noqa: F811
    """100.00 of the second unit, typed for the first; and beside it for the second, by mistake."""
    office = teller.office
    wrong = office.receive("100.00", DAY, unit=2, year=2024, ref="S1").receipt_id
    also = office.receive("100.00", DAY, unit=3, year=2024, ref="S1").receipt_id
    teller.take((DAY, "100.00", "某公司", ""))
    line = teller.line(1)
    office.session.flush()
    resolve_to_unit(
        office.session, line, unit_id=office.unit(2).id, year=2024, by=office.by, on=TURNED
    )
    return line, wrong, also


def test_the_line_waits_again_and_what_was_typed_is_taken_back(teller, tmp_path):  # noqa: F811
    session, office, other = teller.session, teller.office, teller.second()
    line, wrong, also = tied_wrongly(teller)
    two_people = {"proposed_by": office.by, "by": other}
    with pytest.raises(NotReversible), session.begin_nested():
        take_back_typed(session, wrong, why="记错", **two_people)
    with pytest.raises(UndoOnePerson), session.begin_nested():
        undo_match(session, line, proposed_by=office.by, by=office.by)
    propose_undo(session, line, by=office.by)
    assert office.balance("2103", 2023) == 0
    confirm_line(session, line, by=other)
    assert state_of(session, line)[1] == "suspense"
    assert office.balance("2103", 2023) == -10_000
    holds(session, tmp_path, 2023, 2024)
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    take_back_typed(session, wrong, why="记错", **two_people)
    with pytest.raises(TypedBefore), session.begin_nested():
        resolve_to_unit(session, line, unit_id=office.unit(1).id, year=2024, by=office.by)
    take_back_typed(session, also, why="记错", **two_people)
    done = resolve_to_unit(session, line, unit_id=office.unit(1).id, year=2024, by=office.by)
    assert not done.again
    assert (office.balance("1001", 2023), office.balance("1001", 2024)) == (10_000, 0)
    assert office.balance("2103", 2023) == 0
    holds(session, tmp_path, 2023, 2024)


def test_it_is_tied_again_and_named_by_one_line_at_a_time(teller, tmp_path):  # noqa: F811
    session, office, other = teller.session, teller.office, teller.second()
    line, typed, _ = tied_wrongly(teller)
    unit = office.unit(2).id
    forged = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, receipt_id, resolved_by)"
        " VALUES (:line, :seq, 'typed', :on, :receipt, :by)"
    )
    undone = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 2, 'undone', :on, :one, :by)"
    )
    said = {"line": line, "on": TURNED, "receipt": typed, "by": office.by}
    alone = said | {"one": other}
    session.execute(text("SAVEPOINT a"))
    session.execute(text(undone), alone)
    session.execute(text(forged), said | {"seq": 3})
    session.execute(text("ROLLBACK TO a"))
    assert refused(session, undone, "23514", **(said | {"one": office.by})) in {
        "line_resolution_two_people_check",
        "line_resolution_fits",
    }
    undo_match(session, line, proposed_by=office.by, by=other, on=TURNED)
    again = resolve_to_unit(session, line, unit_id=unit, year=2024, by=office.by, on=TURNED)
    assert (again.receipt_id, again.again) == (typed, True)
    with pytest.raises(LineResolved), session.begin_nested():
        resolve_to_unit(session, line, unit_id=unit, year=2024, by=office.by)
    # What stands on a line is named by no other, whoever writes.
    teller.take((DAY, "100.00", "某公司", ""))
    second = {"line": teller.line(2), "seq": 1, "on": TURNED, "receipt": typed, "by": other}
    assert session.scalar(text("SELECT count(*) FROM line_said WHERE act = 'typed'")) == 1
    assert refused(session, forged, "23505", **second) == "line_names_once"
    holds(session, tmp_path, 2023, 2024)


def test_a_union_s_money_is_untied_and_taken_back(teller, tmp_path):  # noqa: F811
    session, office, other = teller.session, teller.office, teller.second()
    union = session.scalars(select(Union.id)).one()
    office.receive("40.00", DAY, year=2024, ref="S1")
    office.receive_subsidy("40.00", DAY, year=2024, ref="S1")
    teller.take((DAY, "40.00", "某人", ""))
    line = teller.line(1)
    resolve_to_union(session, line, union_id=union, year=2024, by=office.by)
    [entry] = session.scalars(text("SELECT id FROM entry WHERE memo = 'subsidy received'")).all()
    people = {"reversed_by": office.by, "approved_by": other}
    with pytest.raises(NotReversible), session.begin_nested():
        reverse(session, entry, why="记错", **people)
    undo_match(session, line, proposed_by=office.by, by=other)
    reverse(session, entry, why="记错", **people)
    again = resolve_to_unit(session, line, unit_id=office.unit(1).id, year=2024, by=office.by)
    assert again.again
    holds(session, tmp_path, 2023, 2024)


@pytest.mark.parametrize("of", ["others", "member"])
def test_what_was_paid_back_is_untied_and_tied_again(fund, of):  # noqa: F811
    session, (owing, recovery) = fund.session, owed(fund)
    if of == "others":
        come_in(fund, recovery, 5_000, "S1")
        what = FromOthers(recovery)
    else:
        pay_back(fund, owing, 5_000, "S1")
        what = FromMember(owing)
    line = in_suspense(session, fund.preparer, ON, 5_000)
    said_by_two(session, line, what, fund.preparer, fund.approver)
    undo_match(session, line, proposed_by=fund.preparer, by=fund.approver, on=ON)
    bank = "SELECT sum(amount_fen) FROM posting WHERE account = '1001' AND amount_fen = ANY(:fen)"
    assert session.scalar(text(bank), {"fen": [5_000, -5_000]}) == 10_000
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert (explained(session).faults, reconciliation(session, ON).off_fen) == ([], 0)
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    said_by_two(session, line, what, fund.preparer, fund.approver)
    assert state_of(session, line)[1] == "typed"
    assert session.scalar(text(bank), {"fen": [5_000, -5_000]}) == 5_000
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert (explained(session).faults, reconciliation(session, ON).off_fen) == ([], 0)


def test_bundles_show_it_and_a_hidden_one_is_found(session, tmp_path):
    held = held_year(session)
    other = session.scalar(text("SELECT id FROM account WHERE login = 'third'"))
    [recovery] = session.scalars(text("SELECT id FROM recovery")).all()
    serial = session.scalar(text("SELECT max(id) + 1 FROM statement_line"))
    came = {"received_on": PAID, "reference": f"S{serial}", "by": held.clerk}
    receive_recovery(session, recovery, 2_000, **came)
    line = in_suspense(session, held.clerk, PAID, 2_000)
    said_by_two(session, line, FromOthers(recovery), held.clerk, other)
    undo_match(session, line, proposed_by=held.clerk, by=other, on=date(2022, 4, 1))
    assert explained(session).faults == []
    for year in (2021, 2022):
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        found = verify.examine(str(path))
        assert found["ok"], found["fault"].says("en")
        bundle = Bundle(path)
        said = bundle.table("line_resolution")
        put(said, where(said, act="undone"), "act", "not_ours")
        bundle.put("line_resolution", said)
        assert not verify.examine(str(bundle.repair().zipped(tmp_path / "forged.zip")))["ok"]
