"""Vouchers and sheets of a fund that has seen everything: each number equals the ledger's."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import text

from app.books.derive import derived, differences
from app.books.income import UNASSIGNED, income, income_by
from app.books.profile import ProfileNotInForce, profiles
from app.books.sheets import account_sheet, balances
from app.books.table import Table, as_csv
from app.books.told import (
    balance_table,
    income_table,
    sheet_table,
    vouchers_table,
)
from app.books.workbook import workbook
from app.ledger.balance import both_balances, trial_balance
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post

FIRST, LAST = date(2019, 1, 1), date(2022, 12, 31)
LEDGER = """
SELECT p.account, sum(p.amount_fen)::bigint FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE e.booked_on BETWEEN :first AND :last GROUP BY 1
"""


@pytest.fixture
def fund(lived):
    return lived


def ledger(session, first: date, last: date) -> dict[str, int]:
    return dict(session.execute(text(LEDGER), {"first": first, "last": last}).all())


def read_back(table: Table, lang: str = "zh") -> list[tuple[object, ...]]:
    """The rows that the workbook has: amounts as fen again, and no formula anywhere."""
    sheet = load_workbook(io.BytesIO(workbook([table], lang))).worksheets[0]
    head = len(table.about) + 2
    assert [cell.value for cell in sheet[head]] == [x.name[lang == "en"] for x in table.columns]
    assert sheet.freeze_panes == f"A{head + 1}"
    rows = []
    for row in sheet.iter_rows(min_row=head + 1):
        cells: list[object] = []
        for cell, column in zip(row, table.columns, strict=True):
            assert cell.data_type != "f"
            value = cell.value
            if column.kind == "money" and value is not None:
                assert cell.number_format == "#,##0.00"
                value = round(value * 100)
            elif column.kind == "day" and value is not None:
                value = value.date()
            cells.append(None if value == "" else value)
        rows.append(tuple(cells))
    return rows


def expected(table: Table) -> list[tuple[object, ...]]:
    every = [*table.rows, *([table.sums] if table.sums else [])]
    return [tuple(None if x == "" else x for x in row) for row in every]


PROFILES = [
    ("gonghui-2009", FIRST, date(2021, 12, 31)),
    ("gonghui-2021", date(2022, 1, 1), LAST),
    ("minjian-2004", FIRST, LAST),
]


@pytest.mark.parametrize(("name", "first", "last"), PROFILES)
def test_vouchers_add_up_to_the_books_and_read_back(fund, name, first, last):
    profile, found = derived(fund, first, last, name)
    assert differences(fund, first, last, name) == []
    told: dict[str, int] = defaultdict(int)
    for voucher in found:
        assert voucher.total_fen == sum(x.credit_fen for x in voucher.lines)
        for line in voucher.lines:
            told[line.number] += line.debit_fen - line.credit_fen
    wanted: dict[str, int] = defaultdict(int)
    books = ledger(fund, first, last)
    for number, fen in books.items():
        wanted[profile.accounts[Account(number)].number] += fen
    if profile.vouchers_for is not None:  # cash: what is held for others is what money moved
        money = sum(books.get(x, 0) for x in ("1001", "1002"))
        wanted = {"102": money, "231" if "2009" in name else "221": -money}
    assert {k: v for k, v in told.items() if v} == {k: v for k, v in wanted.items() if v}
    numbers: dict[date, list[int]] = defaultdict(list)
    for voucher in found:
        numbers[voucher.month].append(voucher.no)
    assert all(x == list(range(1, len(x) + 1)) for x in numbers.values())
    table = vouchers_table(profile, found, first, last)
    assert read_back(table) == expected(table)
    rows = list(csv.reader(io.StringIO(as_csv(table, "zh").decode("utf-8-sig"))))
    assert len(rows) == len(table.rows) + 2


def test_cash_vouchers_say_who_and_what_for(fund):
    _, found = derived(fund, FIRST, date(2021, 12, 31))
    first = found[0]
    assert (first.number, first.booked_on, first.total_fen) == ("记-1", date(2019, 10, 30), 18_000)
    assert first.in_words == "壹佰捌拾元整"
    assert [(x.number, x.sub, x.debit_fen, x.credit_fen) for x in first.lines] == [
        ("102", (), 18_000, 0),
        ("231", ("医疗互助2019年度", "互助金", '单位1, "有限"公司'), 0, 18_000),
    ]
    assert first.papers.entered_by == "甲"
    paid = next(x for x in found if x.summary.startswith("发放补助金"))
    assert (paid.papers.entered_by, paid.papers.approved_by, paid.papers.attachments) == (
        *("乙", "乙"),
        2,
    )
    late = [x.summary for x in found if "补记" in x.summary]
    assert late == [
        "收工会补助 2021年度（补记2020-12-30）",
    ]


def test_a_profile_is_asked_only_for_days_it_holds(fund):
    with pytest.raises(ProfileNotInForce):
        derived(fund, date(2021, 12, 1), date(2022, 1, 31))
    assert {x.id for x in profiles().values()} == {name for name, *_ in PROFILES}


def test_every_sheet_is_the_ledgers_and_reads_back(fund):
    for account in Account:
        sheet = account_sheet(fund, account, date(2020, 6, 1), LAST)
        before = ledger(fund, FIRST, date(2020, 5, 31)).get(account.value, 0)
        assert sheet.opening_fen == before
        assert sheet.closing_fen == ledger(fund, FIRST, LAST).get(account.value, 0)
        table = sheet_table(sheet, "zh")
        assert read_back(table) == expected(table)
    parts = [
        account_sheet(fund, Account.BANK, FIRST, LAST, benefit_year=year) for year in (2019, 2021)
    ]
    others = account_sheet(fund, Account.BANK, FIRST, LAST).closing_fen
    rest = account_sheet(fund, Account.BANK, FIRST, LAST, benefit_year=2022).closing_fen
    assert sum(x.closing_fen for x in parts) + rest == others


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_trial_balance_closes_and_reads_back(fund, lang):
    found = balances(fund, date(2021, 1, 1), date(2021, 12, 31))
    table = balance_table(found, date(2021, 1, 1), date(2021, 12, 31), lang)
    assert read_back(table, lang) == expected(table)
    assert table.sums is not None
    opening, opening_credit, debit, credit, closing, closing_credit = table.sums[2:]
    assert (opening, debit, closing) == (opening_credit, credit, closing_credit)
    ends = ledger(fund, FIRST, date(2021, 12, 31))
    assert {x.account.value: x.closing_fen for x in found if x.closing_fen} == {
        account: fen for account, fen in ends.items() if fen
    }


@pytest.mark.parametrize("by", ["benefit_year", "booked_on"])
@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_income_in_parts_is_the_whole_and_the_whole_is_the_ledgers(fund, year, by):
    whole = income(fund, year, by)
    day = "extract(year FROM e.booked_on)" if by == "booked_on" else "e.benefit_year"
    query = (
        "SELECT -coalesce(sum(p.amount_fen), 0) FROM posting p JOIN entry e ON e.id = p.entry_id"
        f" WHERE {day} = :year AND p.account ~ '^[45]' AND e.memo <> 'year closed'"
    )
    assert whole.result_fen == fund.scalar(text(query), {"year": year})
    for split in ("scheme", "union", "campaign"):
        parts = income_by(fund, year, split, by)
        for account in Account:
            assert sum(x.fen.get(account, 0) for x in parts) == whole.fen.get(account, 0)
        if split != "campaign":
            assert UNASSIGNED not in {x.key for x in parts}
        table = income_table(parts, year, by, "zh", ("", ""))
        assert read_back(table) == expected(table)


def test_what_a_campaign_costs(fund):
    parts = {x.name: x for x in income_by(fund, 2021, "campaign") if x.key}
    assert parts
    for part in parts.values():
        assert part.fen[Account.UNION_PART] > 0
    assert any(part.expense_fen for part in parts.values())


MONEY = [Account.BANK, Account.ONLINE_CLEARING, Account.SUSPENSE, Account.BETWEEN_YEARS]
ACCOUNTS = [*MONEY, Account.MONEY_HELD, Account.UNIT_PART, Account.BENEFITS_SENT, Account.INTEREST]
ENTRY = st.tuples(
    st.integers(0, 90),
    st.lists(
        st.tuples(st.sampled_from(ACCOUNTS), st.integers(-(10**11), 10**11).filter(bool)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(ACCOUNTS),
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(journal=st.lists(ENTRY, min_size=1, max_size=8), later=ENTRY)
def test_vouchers_of_any_journal_add_up_and_keep_their_numbers(session, journal, later):
    with session.begin_nested() as undone:
        for each in journal:
            book(session, *each)
        first, last = date(2023, 1, 1), date(2023, 12, 31)
        before = derived(session, first, last)[1]
        assert differences(session, first, last) == []
        assert differences(session, first, last, "minjian-2004") == []
        assert derived(session, first, last)[1] == before
        book(session, *later)
        after = derived(session, first, last)[1]
        told = {(x.month, x.no): x for x in after}
        assert [told[x.month, x.no] for x in before] == before
        assert len(after) - len(before) in (0, 1)
        undone.rollback()


def book(session, days: int, lines: list[tuple[Account, int]], other: Account) -> None:
    off_fen = sum(fen for _, fen in lines)
    postings = [Posting(account, fen) for account, fen in lines]
    if off_fen:
        postings.append(Posting(other, -off_fen))
    if len(postings) > 1:
        day = date(2023, 2, 1) + timedelta(days)
        post(session, Entry(2023, day, "x", tuple(postings)))


def test_a_day_book_names_the_unit_whose_money_it_is(fund):
    asked = """
        SELECT e.id, min(u.name) FROM entry e JOIN posting p ON p.entry_id = e.id
        JOIN unit_now u ON u.id = p.unit_id
        WHERE e.id IN (SELECT entry_id FROM posting WHERE account = '1001')
        GROUP BY 1 HAVING count(DISTINCT p.unit_id) = 1
    """
    of_one = dict(fund.execute(text(asked)).all())
    assert of_one
    lines = account_sheet(fund, Account.BANK, FIRST, date(2030, 1, 1)).lines
    assert {x.entry_id: x.unit for x in lines if x.unit} == of_one
    assert any(not x.unit for x in lines), "a union's money is of no unit"


def test_what_is_added_up_of_entries_is_what_their_lines_say(fund) -> None:
    said = """
        SELECT entry_id, account, coalesce(unit_id, 0), count(*),
               coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
               coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
        FROM posting GROUP BY 1, 2, 3
    """
    # An entry's lines may come in two statements: what is added up is added to.
    bank = (Posting(Account.BANK, 5), Posting(Account.BANK, -5))
    [number] = post(fund, Entry(2022, LAST, "in two parts", bank))
    again = "INSERT INTO posting (entry_id, line, account, amount_fen) VALUES "
    fund.execute(text(f"{again} (:id, 3, '1001', 7), (:id, 4, '1001', -7)"), {"id": number})
    kept = fund.execute(text("SELECT * FROM entry_sum WHERE entry_id = :id"), {"id": number}).all()
    assert kept == [(number, "1001", 0, 4, 12, 12)]
    added = "sum(lines), sum(debit_fen), sum(credit_fen) FROM entry_sum GROUP BY 1, 2, 3"
    kept = fund.execute(text(f"SELECT entry_id, account, unit_id, {added}")).all()
    assert sorted(kept) == sorted(fund.execute(text(said)).all())
    for year in (2019, 2021, 2022):
        alone = trial_balance(fund, year), trial_balance(fund, year, "booked_on")
        assert both_balances(fund, year) == alone


def test_a_units_lines_of_one_entry_stand_together(fund) -> None:
    """They are read as they stand, where those of nobody's unit are added up with the lines."""
    unit = fund.scalar(text("SELECT min(id) FROM unit"))
    held = (Posting(Account.MONEY_HELD, -fen, unit_id=unit) for fen in (5, 7))
    [number] = post(fund, Entry(2022, LAST, "in two lines", (Posting(Account.BANK, 12), *held)))
    sheet = account_sheet(fund, Account.MONEY_HELD, LAST, LAST, unit_id=unit)
    [line] = [x for x in sheet.lines if x.entry_id == number]
    assert (line.debit_fen, line.credit_fen) == (0, 12)
