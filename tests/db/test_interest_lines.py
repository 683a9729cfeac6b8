"""Interest that no rule of the statement's format knew: two officers say so, and may be wrong."""

from datetime import date

import pytest
from sqlalchemy import text

from app.banking.lines import LineOtherWay, LineResolved
from app.banking.propose_line import LineOnePerson, proposed
from app.banking.resolve import resolve_to_fee, resolve_to_unit
from app.banking.undo import UndoOnePerson, undo_match
from app.books.bank_balance import reconciliation
from app.books.derive import derived, differences
from app.books.explained import explained
from app.books.income import income
from app.clock import today
from app.ledger.chart import Account
from app.recoveries.confirm_line import Interest, confirm_line, propose_line
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.suspense import said_by_two
from tests.db.test_rights import refused

OTHER_WORDS = (DAY, "2.00", "某银行", "季度收益")


@pytest.fixture
def teller(session):
    keys()
    return Teller(Office(session))


@pytest.fixture
def two(teller):
    return teller.office.by, teller.second()


def test_it_is_booked_as_what_a_rule_knows(teller, two):
    session, office = teller.session, teller.office
    teller.take((DAY, "12.34", "", "结息"), OTHER_WORDS)
    line = teller.line(2)
    propose_line(session, line, Interest(), by=two[0])
    assert office.balance("4101", 2023) == -1_234, "nothing moves before another confirms"
    confirm_line(session, line, by=two[1])
    assert (office.balance("4101", 2023), office.balance("2103", 2023)) == (-1_434, 0)
    assert office.balance("1001", 2023) == 1_434, "the bank had moved with the statement"
    assert proposed(session, line) is None
    _, found = derived(session, DAY, today())
    [taken_out] = [x for x in found if x.summary.startswith("待查款项认定为银行结息")]
    assert [(x.sub[-1], x.debit_fen - x.credit_fen) for x in taken_out.lines] == [
        ("待查款项", 200),
        ("利息", -200),
    ]
    [known] = [x for x in found if x.summary.startswith("银行结息")]
    assert known.lines[-1].sub == taken_out.lines[-1].sub
    assert income(session, 2023).fen[Account.INTEREST] == 1_434
    holds(session)


def test_one_person_is_not_enough(teller, two):
    session, one = teller.session, two[0]
    teller.take(OTHER_WORDS)
    propose_line(session, teller.line(1), Interest(), by=one)
    with pytest.raises(LineOnePerson):
        confirm_line(session, teller.line(1), by=one)
    alone = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, resolved_by)"
        " VALUES (:line, 1, 'interest', '2024-01-05', :one)"
    )
    facts = {"line": teller.line(1), "one": one}
    assert refused(session, alone, "23514", **facts) == "line_resolution_two_people_check"


def test_only_money_that_waits_is_interest(teller, two):
    session, by = teller.session, two[0]
    teller.take((DAY, "-7.00", "某银行", "杂项"), (DAY, "3.00", "某银行", "退费"), OTHER_WORDS)
    out, fee_back, in_ = (teller.line(n) for n in (1, 2, 3))
    with pytest.raises(LineOtherWay):
        propose_line(session, out, Interest(), by=by)
    with pytest.raises(LineOtherWay):
        resolve_to_fee(session, fee_back, proposed_by=two[1], by=by)
    said_by_two(session, in_, Interest(), *two)
    with pytest.raises(LineResolved):
        propose_line(session, in_, Interest(), by=by)
    forged = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 1, 'interest', '2024-01-05', :one, :other)"
    )
    facts = {"line": out, "one": by, "other": two[1]}
    assert refused(session, forged, "23514", **facts) == "line_resolution_fits"


@pytest.mark.parametrize("remark", ["季度收益", "结息"])
def test_it_waits_again_when_two_say_it_was_none(teller, two, remark):
    """As two said, or as a rule took it."""
    session, office = teller.session, teller.office
    office.enrol([0], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    teller.take((DAY, "2.00", "", remark))
    line = teller.line(1)
    if remark != "结息":
        said_by_two(session, line, Interest(), *two)
    with pytest.raises(UndoOnePerson):
        undo_match(session, line, proposed_by=two[0], by=two[0])
    undo_match(session, line, proposed_by=two[0], by=two[1])
    assert (office.balance("4101", 2023), office.balance("2103", 2023)) == (0, -200)
    holds(session)
    resolve_to_unit(session, line, unit_id=office.unit().id, year=2024, by=two[0])
    assert (office.balance("2101", 2024), office.balance("2103", 2023)) == (-200, 0)
    holds(session)


def test_interest_that_is_booked_nowhere_shows(teller, two):
    session = teller.session
    teller.take(OTHER_WORDS)
    said = (
        "INSERT INTO line_resolution (line_id, seq, act, on_day, proposed_by, resolved_by)"
        " VALUES (:line, 1, 'interest', '2024-01-05', :one, :other)"
    )
    session.execute(text(said), {"line": teller.line(1), "one": two[0], "other": two[1]})
    assert [x.why for x in explained(session).faults] == ["LineNamesNothing", "LinesNotSuspense"]


def holds(session):
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    assert explained(session).faults == []
    assert reconciliation(session, today()).off_fen == 0
    assert differences(session, DAY, today()) == []
