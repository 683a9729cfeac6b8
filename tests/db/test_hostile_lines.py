"""Two banks give one number, or a typed one is used again: no money twice, and no file held up."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.banking.import_statement import Imported, import_statement
from app.banking.lines import TypedBefore
from app.banking.resolve import resolve_to_union, resolve_to_unit
from app.books.bank_balance import reconciliation
from app.contributions.receive import OnStatement
from app.contributions.reference import notice_reference
from app.contributions.subsidise import subsidy_due
from app.errors import Refusal
from app.ledger.models import JournalEntry
from app.ledger.reverse import NotReversible
from app.online.take_back import reverse
from tests.db.money_year import DAY, Teller
from tests.db.office import Office, keys
from tests.db.statements import Line, account, plain, yuan
from tests.db.test_hostile_money import until_it_waits

OTHER_BANK = "6222000000000000025"
UNION = "市总工会"


@pytest.fixture
def teller(session):
    keys()
    made = Teller(Office(session))
    account(made.office, code="other", number=OTHER_BANK)
    made.office.covered([0, 1, 2], date(2024, 1, 1))
    return made


def of_other_bank(teller: Teller, *lines: Line) -> Imported:
    """Its numbers begin at S1, too."""
    data = plain(lines, number=OTHER_BANK)
    return import_statement(teller.session, data, account="other", by=teller.office.by)


def test_typed_money_is_one_banks_line_only(teller):
    reference = notice_reference(teller.office.unit(1).id, 2024)
    teller.office.receive("7.00", DAY, year=2024, ref="S1")
    line = (DAY, "7.00", "单位1", reference)
    assert teller.take(line).counts == {"receipt": 1}
    assert of_other_bank(teller, line).counts == {"suspense": 1}


def test_a_unions_reference_used_before_holds_up_no_statement(teller):
    due = yuan(subsidy_due(teller.session)[2024] - 900)
    teller.office.receive_subsidy("9.00", DAY, year=2024, ref="S1")
    taken = teller.take((DAY, due, UNION, "补助"), (DAY, "3.00", "", "结息"))
    assert taken.counts == {"suspense": 1, "interest": 1}


def test_typed_money_of_a_union_is_one_banks_line_only(teller):
    half = subsidy_due(teller.session)[2024] // 2
    for bank in (teller.take, lambda x: of_other_bank(teller, x)):
        teller.office.receive_subsidy(yuan(half), DAY, year=2024, ref="S1")
        taken = bank((DAY, yuan(subsidy_due(teller.session)[2024]), UNION, "补助"))
    assert taken.counts == {"suspense": 1}


def test_typed_money_of_a_union_is_brought_or_taken_back(database):
    """The statement that shows it comes while two officers find that it never came."""
    with Session(database.engine) as session, session.begin():
        keys()
        teller = Teller(Office(session))
        by, other = teller.office.by, teller.second()
        teller.office.covered([0, 1, 2, 3], date(2024, 1, 1))
        half = subsidy_due(session)[2024] // 2
        teller.office.receive_subsidy(yuan(half), DAY, year=2024, ref="S1")
        entry = session.scalars(
            select(JournalEntry.id).where(JournalEntry.memo == "subsidy received")
        ).one()
    ended = []

    def take_back():
        try:
            with Session(database.engine) as session, session.begin():
                reverse(session, entry, why="错", reversed_by=by, approved_by=other)
        except Refusal as refused:
            ended.append(refused)

    with Session(database.engine) as session, session.begin():
        data = plain([(DAY, yuan(half), UNION, "补助")])
        taken = import_statement(session, data, account="main", by=by)
        beside = Thread(target=take_back)
        beside.start()
        until_it_waits(session, beside)
    beside.join()
    assert taken.counts == {"subsidy": 1}
    assert [type(x) for x in ended] == [NotReversible]
    with Session(database.engine) as session:
        assert reconciliation(session, date(2024, 12, 31)).off_fen == 0


@pytest.mark.parametrize("typed_first", [True, False])
def test_typed_money_and_a_line_that_somebody_resolves_are_one(teller, typed_first):
    """The unit wrote no reference: no rule knows the line, but people know the bank's number."""
    session, office = teller.session, teller.office
    one, two = office.unit(1), office.unit(2)
    line = (DAY, "7.00", "某公司", "货款")
    resolve = {"unit_id": one.id, "year": 2024, "by": office.by}
    if typed_first:
        office.receive("7.00", DAY, year=2024, ref="S1")
        office.receive_subsidy("7.00", DAY, year=2024, ref="S1")  # which of the two is it?
        teller.take(line)
        for unit, year in ((one.id, 2025), (two.id, 2024)):
            with pytest.raises(TypedBefore):
                resolve_to_unit(session, teller.line(1), unit_id=unit, year=year, by=office.by)
        assert resolve_to_unit(session, teller.line(1), **resolve).again
    else:
        teller.take(line)
        for unit in (1, 2):
            for ref in ("S1", "20231220 S1"):
                with pytest.raises(OnStatement):
                    office.receive("7.00", DAY, unit=unit, year=2024, ref=ref)
        resolve_to_unit(session, teller.line(1), **resolve)
        assert office.receive("7.00", DAY, year=2024, ref="S1").again
    # What only has the same number is other money.
    assert not office.receive("8.00", DAY, unit=2, year=2024, ref="S1").again
    receipts = "SELECT count(*) FROM receipt WHERE amount_fen = 700"
    assert session.scalar(text(receipts)) == 1


def test_a_unions_typed_money_and_a_line_that_somebody_resolves_are_one(teller):
    session, office = teller.session, teller.office
    union = session.get_one(Account, office.by).union_id
    office.receive_subsidy("7.00", DAY, year=2024, ref="S1")
    office.receive("7.00", DAY, year=2024, ref="S1")
    teller.take((DAY, "7.00", "某人", ""), (DAY, "9.00", "某人", ""))
    with pytest.raises(TypedBefore):
        resolve_to_union(session, teller.line(1), union_id=union, year=2025, by=office.by)
    resolve_to_union(session, teller.line(1), union_id=union, year=2024, by=office.by)
    with pytest.raises(OnStatement):
        office.receive_subsidy("9.00", DAY, year=2024, ref="S2")
    resolve_to_union(session, teller.line(2), union_id=union, year=2024, by=office.by)
