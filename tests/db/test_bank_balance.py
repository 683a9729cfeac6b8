"""The bank reconciliation of a fund: every difference between books and bank has its name."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.banking.import_statement import import_statement
from app.banking.models import StatementLine
from app.banking.resolve import resolve_to_fee
from app.books.bank_balance import NoStatement, reconciliation
from app.books.paper import paper
from app.books.summaries import PAPERS
from app.books.table import grouped
from app.books.told_bank import reconciliation_table
from app.books.workbook import workbook
from app.contributions.subsidise import receive_subsidy
from app.db import fetched
from app.ledger.chart import Account as Books
from app.ledger.close import close
from app.online.order import order_for_unit
from app.online.provider import Paid
from app.online.settle import settle_online
from app.online.take import take_paid
from app.payments.resolve import approve_resolution, propose_resolution
from app.recoveries.liable import Liable, approve_recovery, propose_recovery, receive_recovery
from app.unions.models import Union
from tests.db.money_year import money_year
from tests.db.office import Office
from tests.db.payables import YEAR, Payables, answer, sent_claim
from tests.db.statements import account, plain, take

FIRST, LAST = date(2023, 12, 20), date(2023, 12, 31)


@pytest.fixture
def office(session):
    made = Office(session)
    account(made)
    return made


def named(items) -> list[tuple[int, str]]:
    return [(item.amount_fen, item.about) for item in items]


def test_without_a_statement_there_is_nothing_to_reconcile(office):
    with pytest.raises(NoStatement):
        reconciliation(office.session, LAST)
    take(office, (FIRST, "1.00", "甲", ""))
    with pytest.raises(NoStatement):
        reconciliation(office.session, date(2023, 12, 19))
    assert reconciliation(office.session, date(2024, 1, 31)).off_fen == 0


def test_what_is_on_its_way_is_named_on_its_side(office):
    take(
        office,
        (FIRST, "12.34", "", "结息"),
        (FIRST, "-5.00", "", "手续费"),
        (FIRST, "-7.00", "某公司", "货款"),
        (FIRST, "30.00", "某人", ""),
        opening="1000.00",
    )
    office.receive("250.00", date(2023, 12, 31), ref="缴费单")
    office.receive_subsidy("40.00", date(2024, 1, 1), ref="下月")
    found = reconciliation(office.session, LAST)
    assert (found.book_fen, found.bank_fen) == (1_234 - 500 + 3_000 + 25_000, 103_034)
    assert named(found.book_only) == [(25_000, "缴费单")]
    assert [fen for fen, _ in named(found.bank_only)] == [-700, 100_000]
    assert found.off_fen == 0
    line = office.session.scalars(
        select(StatementLine.id).where(StatementLine.amount_fen == -700)
    ).one()
    named_so = ("other", "乙", Role.OFFICER, "battery horse correct")
    other = add_account(office.session, *named_so, by=None)
    resolve_to_fee(office.session, line, proposed_by=other, by=office.by)
    found = reconciliation(office.session, LAST)
    assert named(found.bank_only) == [(100_000, "main")]
    assert found.off_fen == 0


def test_the_statement_on_paper_is_the_same(office):
    take(office, (FIRST, "12.34", "", "结息"), (FIRST, "-7.00", "某公司", "货款"))
    office.receive("250.00", LAST, ref="缴费单")
    table = reconciliation_table(reconciliation(office.session, LAST), "zh")
    pages = PdfReader(io.BytesIO(paper(table, "zh"))).pages
    flat = "".join("".join(page.extract_text().split()) for page in pages)
    for row in (*table.rows, table.sums):
        assert grouped(row[-1], "money") in flat
    rows = [*load_workbook(io.BytesIO(workbook([table], "zh"))).worksheets[0].values]
    amounts = [round(row[-1] * 100) for row in rows[5:]]
    assert amounts == [row[-1] for row in (*table.rows, table.sums)]


def test_what_came_after_the_closing_is_known_to_the_bank_alone(office):
    take(office, (date(2023, 11, 29), "10.00", "甲", ""))
    other = Account(
        login="other",
        name="乙",
        role="officer",
        password_hash="-",
        union_id=office.session.scalars(select(Union.id).order_by(Union.id)).first(),
    )
    office.session.add(other)
    office.session.flush()
    close(office.session, "2023-11", closed_by=office.by, approved_by=other.id)
    take(
        office,
        (date(2023, 11, 29), "10.00", "甲", ""),
        (date(2023, 11, 30), "20.00", "乙", ""),
    )
    found = reconciliation(office.session, date(2023, 11, 30))
    assert (found.book_fen, found.bank_fen) == (1_000, 3_000)
    assert [item.amount_fen for item in found.bank_only] == [2_000]
    assert found.off_fen == 0
    found = reconciliation(office.session, date(2023, 12, 1))
    assert (found.book_fen, found.bank_fen, found.bank_only) == (3_000, 3_000, ())


def test_a_batch_is_compared_whole(session: Session):
    fund = Payables(session)
    _, _, batch = sent_claim(fund)
    office = Office(session)
    account(office)
    number = batch.number
    paid = f"{batch.total_fen // 100}.{batch.total_fen % 100:02d}"
    take(office, (date(YEAR, 3, 2), f"-{paid}", "代发", number), opening="9000.00")
    found = reconciliation(session, date(YEAR, 3, 31))
    assert (-batch.total_fen, number) in named(found.bank_only)
    assert found.off_fen == 0
    answer(fund, batch, (1, paid, "成功", f"{YEAR}-03-02", ""))
    found = reconciliation(session, date(YEAR, 3, 31))
    assert named(found.bank_only) == [(900_000, "main")]
    assert (found.book_only, found.off_fen) == ((), 0)


OTHER = "6222000000000000025"


def test_each_account_has_its_own_and_together_they_are_all(session: Session):
    """Two banks: what moved each of them, what was typed, a batch, a line nobody explains."""
    fund = Payables(session)
    _, _, batch = sent_claim(fund)
    office = Office(session)
    account(office)
    account(office, code="other", number=OTHER)
    day, last = date(YEAR, 3, 2), date(YEAR, 3, 31)
    paid = f"{batch.total_fen // 100}.{batch.total_fen % 100:02d}"
    take(office, (day, "12.34", "", "结息"), (day, "-7.00", "某公司", ""), opening="100.00")
    some = [(day, "30.00", "某人", ""), (day, f"-{paid}", "代发", batch.number)]
    some.append((day, "-5.00", "", "手续费"))
    data = plain(some, "9000.00", number=OTHER)
    import_statement(session, data, account="other", by=office.by)
    office.receive_subsidy("40.00", day, year=YEAR, ref="手工")
    before = reconciliation(session, last, "other")
    assert (named(before.bank_only), before.off_fen) == (
        [(900_000, "other"), (-batch.total_fen, batch.number)],
        0,
    )
    answer(fund, batch, (1, paid, "成功", f"{YEAR}-03-02", ""))
    main, other = (reconciliation(session, last, code) for code in ("main", "other"))
    together = reconciliation(session, last)
    assert (main.book_fen, main.bank_fen) == (1_234 + 4_000, 10_000 + 1_234 - 700)
    assert named(main.book_only) == [(4_000, "手工")]
    assert [fen for fen, _ in named(main.bank_only)] == [-700, 10_000]
    assert other.book_fen == 3_000 - batch.total_fen - 500
    assert (other.book_only, named(other.bank_only)) == ((), [(900_000, "other")])
    assert (main.account, other.account, together.account) == ("main", "other", "main、other")
    for each in (main, other, together):
        assert each.off_fen == 0
    assert together.book_fen == main.book_fen + other.book_fen
    assert together.bank_fen == main.bank_fen + other.bank_fen
    with pytest.raises(NoStatement):
        reconciliation(session, last, "third")


def test_a_subsidy_that_was_typed_is_not_at_the_bank(office):
    take(office, (FIRST, "1.00", "甲", ""))
    receive_subsidy(
        office.session,
        union_id=office.session.scalars(select(Union.id).order_by(Union.id)).first() or 0,
        year=2023,
        amount_fen=700,
        received_on=LAST,
        reference="S",
        by=office.by,
    )
    found = reconciliation(office.session, LAST)
    assert named(found.book_only) == [(700, "S")]
    assert found.off_fen == 0


def test_what_two_people_found_of_a_payment_is_the_batchs(session: Session):
    fund = Payables(session)
    _, _, batch = sent_claim(fund)
    office = Office(session)
    account(office)
    paid = f"{batch.total_fen // 100}.{batch.total_fen % 100:02d}"
    day = date(YEAR, 3, 2)
    take(office, (day, f"-{paid}", "代发", batch.number), opening="9000.00")
    answer(fund, batch, (1, paid, "处理中", "", ""))
    propose_resolution(session, batch.number, 1, "paid", day, "流水", by=fund.preparer)
    approve_resolution(session, batch.number, 1, by=fund.approver)
    found = reconciliation(session, date(YEAR, 3, 31))
    assert named(found.bank_only) == [(900_000, "main")]
    assert (found.book_only, found.off_fen) == ((), 0)


@pytest.mark.parametrize("to", [Books.BANK, Books.SUSPENSE])
def test_what_was_paid_online_is_named_until_a_statement_has_it(office, to):
    take(office, (FIRST, "1.00", "甲", ""), (FIRST, "49.40", "支付公司", "结算"))
    unit = office.unit()
    office.enrol([1], date(2024, 1, 1), confirmed_on=FIRST)
    asked = order_for_unit(office.session, unit.id, 2024, 5_000, by=office.by, provider="wechat")
    at = datetime(2023, 12, 19, 12, tzinfo=UTC)
    take_paid(office.session, "wechat", Paid("42001", asked.out_trade_no, 5_000, at))
    settle_online(
        office.session,
        provider="wechat",
        reference="P-1",
        booked_on=FIRST,
        net_fen=4_940,
        fee_fen=60,
        transactions=["42001"],
        by=office.by,
        account=to,
    )
    found = reconciliation(office.session, LAST)
    assert named(found.book_only) == ([(4_940, "P-1")] if to is Books.BANK else [])
    assert found.off_fen == 0


def test_what_came_back_and_was_typed_is_not_at_the_bank(session: Session):
    fund = Payables(session)
    claim = fund.claim(fund.member(), 10_000)
    office = Office(session)
    account(office)
    take(office, (date(2024, 4, 1), "1.00", "甲", ""))
    made = propose_recovery(
        *(session, claim, Liable.EMPLOYER, 5_000),
        reference="协议",
        booked_on=date(2024, 4, 1),
        by=fund.preparer,
    )
    number = approve_recovery(session, made, by=fund.approver)
    got = {"received_on": date(2024, 4, 1), "reference": "R-1", "by": fund.third}
    receive_recovery(session, number, 2_000, **got)
    found = reconciliation(session, date(2024, 4, 30))
    assert named(found.book_only) == [(2_000, "R-1")]
    assert found.off_fen == 0


@pytest.mark.parametrize("memo", PAPERS)
def test_every_memos_papers_can_be_asked_for(session: Session, memo: str):
    assert fetched(session, PAPERS[memo], {"ids": "{0}"}) == []


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2024, 1, 5), date(2024, 1, 31)])
def test_a_year_of_everything_comes_out_by_account(session: Session, day: date):
    """Refunds, what bounced, what was resolved and undone: of the one account and together."""
    money_year(session)
    one, together = reconciliation(session, day, "main"), reconciliation(session, day)
    assert (one.off_fen, one.book_fen) == (0, together.book_fen)
