"""Money typed, taken back and typed again has a number behind its name: it is the same money."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineResolved, TypedBefore
from app.banking.models import StatementLine
from app.banking.resolve import resolve_to_refund, resolve_to_union, resolve_to_unit
from app.books.bank_balance import reconciliation
from app.contributions.receive import OnStatement
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.ledger.reverse import NotReversible
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.take import take_paid
from app.online.take_back import reverse
from app.recoveries.confirm_line import Interest, propose_line
from app.unions.models import Union
from tests.db.money_year import DAY, PAYEE, Teller
from tests.db.office import Office, keys

STRANGER = (DAY, "30.00", "路人", "")
KEY = f"{DAY:%Y%m%d} S1"


@pytest.fixture
def teller(session):
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    made = Teller(Office(session))
    made.office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    made.second()
    return made


def typed(teller, ref="S1", *, of="unit"):
    office = teller.office
    receive = office.receive if of == "unit" else office.receive_subsidy
    return receive("30.00", DAY, year=2024, ref=ref)


def take_back(teller):
    """The last entry, by two."""
    session, one = teller.session, teller.office.by
    asked = "SELECT max(id) FROM entry WHERE memo IN ('money received', 'subsidy received')"
    other = session.scalar(text("SELECT id FROM account WHERE login = 'second90'"))
    entry = session.scalar(text(asked))
    reverse(session, entry, why="记错", reversed_on=DAY, reversed_by=one, approved_by=other)


def resolve(teller, of="unit"):
    """The first line is the unit's, or the union's."""
    session, how = teller.session, {"year": 2024, "by": teller.office.by}
    with session.begin_nested():
        if of == "unit":
            unit = teller.office.unit().id
            return resolve_to_unit(session, teller.line(1), unit_id=unit, **how)
        union = session.scalars(select(Union.id)).one()
        return resolve_to_union(session, teller.line(1), union_id=union, **how)


def references(teller, of="unit"):
    table = "receipt" if of == "unit" else "subsidy"
    return teller.session.scalars(text(f"SELECT reference FROM {table} ORDER BY id")).all()


def newest(teller, of):
    table = "receipt" if of == "unit" else "subsidy"
    return teller.session.scalar(text(f"SELECT max(id) FROM {table}"))


@pytest.mark.parametrize("of", ["unit", "union"])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("ref", ["S1", KEY])
def test_a_line_is_not_said_to_be_what_was_typed_again(teller, of, times, ref):
    for _ in range(times):
        typed(teller, ref, of=of)
        take_back(teller)
    other = "union" if of == "unit" else "unit"
    typed(teller, ref, of=other)  # so that the line waits: which of the two is it?
    typed(teller, ref, of=of)
    assert references(teller, of)[-1] == f"{ref}#{times + 1}"
    before = references(teller), references(teller, "union")
    teller.take(STRANGER)
    session, how = teller.session, {"year": 2024, "by": teller.office.by}
    with pytest.raises(TypedBefore), session.begin_nested():
        resolve_to_unit(session, teller.line(1), unit_id=teller.office.unit(2).id, **how)
    resolve(teller, of)
    assert (references(teller), references(teller, "union")) == before
    tied = "SELECT coalesce(receipt_id, subsidy_id) FROM line_resolution WHERE act = 'typed'"
    assert session.scalar(text(tied)) == newest(teller, of)
    with pytest.raises(NotReversible):
        take_back(teller)


@pytest.mark.parametrize("of", ["unit", "union"])
@pytest.mark.parametrize(("unit", "year"), [(2, 2024), (1, 2025)])
def test_its_line_waits_where_it_names_anothers_notice(teller, of, unit, year):
    """Who typed it, or who paid it, was wrong: nobody's money is anybody's by itself."""
    typed(teller, "S1", of=of)
    elsewhere = notice_reference(teller.office.unit(unit).id, year)
    teller.take((*STRANGER[:3], elsewhere))
    line = teller.session.get_one(StatementLine, teller.line(1))
    assert (line.taken_as, line.why) == ("suspense", "SuspenseTypedOtherwise")
    before = references(teller), references(teller, "union")
    resolve(teller, of)
    assert (references(teller), references(teller, "union")) == before
    assert teller.office.balance("2103", 2023) == 0
    assert reconciliation(teller.session, DAY).off_fen == 0


@pytest.mark.parametrize("of", ["unit", "union"])
@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("ref", ["S1", KEY])
def test_its_line_is_what_was_typed_whatever_it_says(teller, of, times, ref):
    """Nothing is counted twice."""
    for _ in range(times):
        typed(teller, ref, of=of)
        take_back(teller)
    typed(teller, ref, of=of)
    before = [teller.office.balance(code, 2024) for code in ("1001", "1101", "2101")]
    teller.take((*STRANGER[:3], "往来款"))
    line = teller.session.get_one(StatementLine, teller.line(1))
    told = (line.taken_as, line.why, line.receipt_id or line.subsidy_id)
    assert told == ("receipt" if of == "unit" else "subsidy", "MatchByHand", newest(teller, of))
    assert [teller.office.balance(x, 2024) for x in ("1001", "1101", "2101")] == before
    assert teller.office.balance("2103", 2023) == 0
    assert reconciliation(teller.session, DAY).off_fen == 0
    with pytest.raises(LineResolved):
        resolve(teller, of)
    with pytest.raises(NotReversible):
        take_back(teller)


def test_what_only_looks_like_it_is_not(teller):
    """Another day, another amount, a number of the bank's own behind it."""
    office = teller.office
    typed(teller, "S1#2")
    office.receive("31.00", DAY, year=2024, ref="S1")
    office.receive("30.00", DAY - timedelta(days=1), year=2025, ref="S1")
    teller.take(STRANGER)
    assert teller.session.scalar(text("SELECT taken_as FROM statement_line")) == "suspense"


@pytest.mark.parametrize("of", ["unit", "union"])
@pytest.mark.parametrize("again", ["S1", "S1#2", KEY])
def test_what_a_statement_has_meanwhile_is_not_typed_again(teller, of, again):
    first = KEY if again == KEY else "S1"
    typed(teller, first, of=of)
    take_back(teller)
    teller.take(STRANGER)
    with pytest.raises(OnStatement), teller.session.begin_nested():
        typed(teller, again, of=of)
    resolve(teller, of)


@pytest.mark.parametrize("of", ["unit", "union"])
def test_a_number_shown_is_the_name(teller, of):
    """Who types the reference as a page shows it means the same money."""
    for _ in range(2):
        typed(teller, of=of)
        take_back(teller)
    typed(teller, "S1#2", of=of)
    assert references(teller, of) == ["S1", "S1#2", "S1#3"]
    assert typed(teller, "S1#3", of=of).again
    assert typed(teller, "S1", of=of).again


@pytest.mark.parametrize("of", ["unit", "union"])
def test_a_bank_may_write_such_a_number_itself(teller, of):
    """Nothing was taken back: "S1#2" is other money than "S1"."""
    typed(teller, "S1#2", of=of)
    assert not typed(teller, "S1#2#3", of=of).again
    teller.take(STRANGER)
    resolve(teller, of)
    assert "S1#2" in references(teller, of)


def test_such_a_number_is_taken_back_and_typed_again_too(teller):
    typed(teller, "S1#2")
    take_back(teller)
    typed(teller, "S1#2")
    assert references(teller) == ["S1#2", "S1#2#2"]
    assert typed(teller, "S1#2").again


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_units_money_typed_by_day_and_number_is_the_lines(teller, taken_back):
    """A statement finds by its key, too, what was typed."""
    unit = teller.office.unit().id
    typed(teller, KEY)
    if taken_back:
        take_back(teller)
        typed(teller, KEY)
    teller.take((DAY, "30.00", "单位1", notice_reference(unit, 2024)))
    assert standing(teller.session, unit, 2024).received_fen == 3_000
    assert references(teller) == [KEY, f"{KEY}#2"][: 1 + taken_back]


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_unions_money_typed_by_day_and_number_is_the_lines(teller, taken_back):
    """Three covers: 75.00 are the union's; 30.00 are typed, 15.00 came, 30.00 are due."""
    office = teller.office
    office.covered([5, 6, 7], date(2024, 1, 1), unit=2)
    typed(teller, KEY, of="union")
    if taken_back:
        take_back(teller)
        typed(teller, KEY, of="union")
    office.receive_subsidy("15.00", DAY, year=2024)
    assert office.balance("1101", 2024) == 3_000
    teller.take((DAY, "30.00", "市总工会", "补助"))
    assert teller.session.scalar(text("SELECT taken_as FROM statement_line")) == "subsidy"
    assert office.balance("1101", 2024) == 3_000


def as_interest(session, line, *, by):
    propose_line(session, line, Interest(), by=by)


def as_refund(session, line, *, by):
    resolve_to_refund(session, line, payee=PAYEE, by=by)


@pytest.mark.parametrize("says", [as_interest, as_refund])
def test_nor_is_its_line_anything_else(teller, says):
    typed(teller)
    take_back(teller)
    typed(teller)
    typed(teller, of="union")
    teller.take(STRANGER)
    asked = (teller.session, teller.line(1))
    with pytest.raises(TypedBefore):
        says(*asked, by=teller.office.by)


def test_a_providers_number_that_was_typed_and_taken_back_verifies(teller, tmp_path):
    """The receipt of a payment online then has a number behind the transaction."""
    session, office = teller.session, teller.office
    typed(teller, "42001")
    take_back(teller)
    asked = order_for_unit(session, office.unit().id, 2024, 3_000, by=office.by, provider="wechat")
    at = datetime(2023, 12, 20, 4, tzinfo=UTC)
    take_paid(session, "wechat", Paid("42001", asked.out_trade_no, 3_000, at))
    assert references(teller) == ["42001", "42001#2"]
    path = tmp_path / "2024.zip"
    make_bundle(session, 2024, path)
    found = verify.examine(str(path))
    assert found["ok"], found["fault"].says("en")
