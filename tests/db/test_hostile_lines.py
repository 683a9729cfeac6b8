"""Two banks give one number, or a typed one is used again: no money twice, and no file held up."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.banking.import_statement import Imported, import_statement
from app.books.bank_balance import reconciliation
from app.contributions.reference import notice_reference
from app.contributions.subsidise import subsidy_due
from app.errors import Refusal
from app.ledger.models import JournalEntry
from app.ledger.reverse import NotReversible, reverse
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
