"""What looks like money that was booked before: taken back since, or another bank's number."""

from datetime import date

import pytest
from sqlalchemy import select, text

from app.banking.import_statement import import_statement
from app.banking.lines import TypedBefore
from app.banking.models import StatementLine
from app.banking.resolve import resolve_to_union, resolve_to_unit
from app.contributions.receive import OnStatement
from app.contributions.reference import notice_reference
from app.online.take_back import reverse, take_back_typed
from app.unions.models import Union
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.statements import account, plain

OTHER = "6222000000000000025"


@pytest.fixture
def teller(session):
    keys()
    made = Teller(Office(session))
    made.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    return made


def take_back(teller, other: int) -> None:
    """The entry of the last subsidy, by two."""
    asked = text("SELECT max(id) FROM entry WHERE memo = 'subsidy received'")
    entry = teller.session.scalar(asked)
    two = {"reversed_by": teller.office.by, "approved_by": other}
    reverse(teller.session, entry, why="记错", reversed_on=DAY, **two)


def test_a_typed_subsidy_taken_back_is_booked_when_the_bank_brings_it(teller):
    session, office, other = teller.session, teller.office, teller.second()
    key = f"{DAY:%Y%m%d} S1"
    office.receive_subsidy("9.00", DAY, year=2024, ref=key)
    typed_too = office.receive("9.00", DAY, year=2024, ref=key).receipt_id
    teller.take((DAY, "9.00", "市总工会", "补助"))
    line = session.get_one(StatementLine, teller.line(1))
    assert line.bank_key == key
    union = session.scalars(select(Union.id)).one()
    how = {"union_id": union, "year": 2024, "by": office.by}
    with pytest.raises(TypedBefore), session.begin_nested():
        resolve_to_union(session, line.id, **how | {"year": 2025})
    take_back(teller, other)
    take_back_typed(session, typed_too, why="记错", proposed_by=office.by, by=other)
    with pytest.raises(OnStatement), session.begin_nested():
        office.receive_subsidy("9.00", DAY, year=2024, ref="S1")
    resolve_to_union(session, line.id, **how)
    assert (office.balance("1101", 2024), office.balance("2103", 2023)) == (-900, 0)
    references = session.scalars(text("SELECT reference FROM subsidy ORDER BY id")).all()
    assert references == [key, f"{key}#2"]


def test_typed_taken_back_and_typed_again_is_booked_again(teller):
    office, other = teller.office, teller.second()
    for _ in range(2):
        assert not office.receive_subsidy("9.00", DAY, year=2024, ref="S9").again
        assert office.balance("1101", 2024) == -900
        take_back(teller, other)
    assert office.balance("1101", 2024) == 0
    assert not office.receive_subsidy("9.00", DAY, year=2024, ref="S9").again
    assert office.receive_subsidy("9.00", DAY, year=2024, ref="S9").again


def test_the_same_number_at_two_banks_is_two_payments(teller):
    """One unit, one year, one number of each bank's own: the second is resolved, too."""
    session, office = teller.session, teller.office
    unit = office.unit()
    account(office, code="other", number=OTHER)
    teller.take((DAY, "20.00", "单位1", notice_reference(unit.id, 2024)))
    second = plain([(DAY, "30.00", "单位1", "互助金")], number=OTHER)
    import_statement(session, second, account="other", by=office.by)
    first, line = session.scalars(select(StatementLine).order_by(StatementLine.id)).all()
    assert first.bank_key == line.bank_key
    resolve_to_unit(session, line.id, unit_id=unit.id, year=2024, by=office.by)
    third = plain([(DAY, "30.00", "单位1", "互助金")], number=OTHER)
    assert import_statement(session, third, account="other", by=office.by).again
    found = session.scalars(text("SELECT reference FROM receipt ORDER BY id")).all()
    assert found[1] == f"other:{line.bank_key}"
    assert office.balance("2103", 2023) == 0


def test_two_suspense_lines_of_one_number_are_both_the_units(teller):
    session, office = teller.session, teller.office
    unit = office.unit()
    account(office, code="other", number=OTHER)
    teller.take((DAY, "20.00", "路人", ""))
    same = plain([(DAY, "20.00", "路人", "")], number=OTHER)
    import_statement(session, same, account="other", by=office.by)
    for line in session.scalars(select(StatementLine.id).order_by(StatementLine.id)).all():
        resolve_to_unit(session, line, unit_id=unit.id, year=2024, by=office.by)
    assert office.balance("2101", 2024) == -4_000
