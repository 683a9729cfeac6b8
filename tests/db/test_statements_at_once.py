"""Two officers at once: a line is resolved once, a statement taken once, a refund paid once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.import_statement import import_statement
from app.banking.lines import LineDayWrong, LineOtherWay, LineResolved
from app.banking.refund import RefundOnePerson, RefundStepWrong, approve_refunds
from app.banking.resolve import (
    resolve_not_ours,
    resolve_to_fee,
    resolve_to_refund,
    resolve_to_unit,
)
from app.banking.undo import LineNotMatched, ReceiptBeganCover, UndoOnePerson, undo_match
from app.contributions.reference import notice_reference
from app.errors import Refusal
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.office import Office
from tests.db.statements import account, plain


def at_once(engine, *acts):
    """Each in a session of its own, at the same time; what each was refused with, or None."""

    def do(act):
        try:
            with Session(engine) as session, session.begin():
                act(session)
        except Refusal as refused:
            return refused
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@pytest.fixture
def standing(database):
    """One line in suspense, committed: (engine, officer, unit, line)."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        account(office)
        unit = office.unit(1).id
        data = plain([(DAY, "10.00", "甲", "")])
        import_statement(session, data, account="main", by=office.by)
        line = session.scalars(text("SELECT id FROM statement_line")).one()
        return database.engine, office.by, unit, line


def test_two_officers_resolve_one_line_and_one_wins(standing):
    engine, by, unit, line = standing
    said = at_once(
        engine,
        lambda session: resolve_to_unit(session, line, unit_id=unit, year=2024, by=by),
        lambda session: resolve_not_ours(session, line, by=by),
        lambda session: resolve_to_refund(session, line, payee=PAYEE, by=by),
    )
    assert sorted(type(x).__name__ for x in said) == ["LineResolved", "LineResolved", "NoneType"]
    with Session(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM line_resolution")) == 1


def test_a_statement_sent_twice_at_once_is_taken_once(standing):
    engine, by, _, _ = standing
    data = plain([(DAY, "5.00", "乙", "")], "10.00", first=2)
    take = [lambda session: import_statement(session, data, account="main", by=by)] * 3
    assert [x for x in at_once(engine, *take) if x] == []
    with Session(engine) as session:
        assert session.scalar(text("SELECT sum(amount_fen) FROM statement_line")) == 1_500


@pytest.fixture
def teller(session):
    return Teller(Office(session))


def test_what_cannot_be_said_of_a_line_is_refused(teller):
    office, session = teller.office, teller.session
    teller.take((DAY, "10.00", "甲", ""), (DAY, "-3.00", "乙", ""))
    into, out, other = teller.line(1), teller.line(2), teller.second()
    with pytest.raises(LineOtherWay):
        resolve_to_fee(session, into, proposed_by=other, by=office.by)
    with pytest.raises(LineOtherWay):
        resolve_not_ours(session, out, by=office.by)
    with pytest.raises(LineDayWrong):
        resolve_not_ours(session, into, by=office.by, on=date(2023, 12, 19))
    resolve_to_fee(session, out, proposed_by=other, by=office.by)
    with pytest.raises(LineResolved):
        resolve_to_fee(session, out, proposed_by=other, by=office.by)


def test_a_match_by_which_covers_began_is_not_undone(teller):
    office, session = teller.office, teller.session
    unit, other = office.unit(1).id, teller.second()
    office.enrol([0, 1], date(2024, 1, 1))
    reference = notice_reference(unit, 2024)
    teller.take((DAY, "40.00", "", reference), (DAY, "1.00", "", ""))
    part = teller.line(1)
    with pytest.raises(UndoOnePerson):
        undo_match(session, part, proposed_by=office.by, by=office.by)
    with pytest.raises(LineNotMatched):
        undo_match(session, teller.line(2), proposed_by=office.by, by=other)
    undo_match(session, part, proposed_by=office.by, by=other)
    assert office.balance("2101", 2024) == 0
    # What was undone fills nothing: the same amount again is still not enough.
    teller.take((DAY, "60.00", "", reference))
    assert office.covers(0) == []
    resolve_to_unit(session, part, unit_id=unit, year=2024, by=office.by)
    assert len(office.covers(0)) == 1
    with pytest.raises(ReceiptBeganCover):
        undo_match(session, part, proposed_by=office.by, by=other)


def test_a_refund_takes_two_people_and_goes_out_once(teller):
    office, session = teller.office, teller.session
    other = teller.second()
    teller.take((DAY, "10.00", "甲", ""))
    refund = resolve_to_refund(session, teller.line(1), payee=PAYEE, by=office.by)
    with pytest.raises(RefundOnePerson):
        approve_refunds(session, [refund], by=office.by, on=DAY)
    assert b"6222999900001111" in approve_refunds(session, [refund], by=other, on=DAY)
    with pytest.raises(RefundStepWrong):
        approve_refunds(session, [refund], by=other, on=DAY)
