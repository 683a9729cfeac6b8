"""The bank reconciliation statement: both sides come to the same, or the difference is told."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.books.paper import GlyphMissing, paper
from app.books.reconcile import Item, Reconciliation
from app.books.table import Column, Table, as_csv
from app.books.told_bank import reconciliation_table

DAY = date(2024, 5, 31)
FEN = st.integers(-(10**12), 10**12).filter(bool)


def item(fen: int, about: str = "x") -> Item:
    return Item(DAY, fen, about)


@given(common=st.lists(FEN), book=st.lists(FEN), bank=st.lists(FEN), lost=st.integers(-5, 5))
def test_adjusted_balances_differ_by_what_nobody_explains(common, book, bank, lost):
    found = Reconciliation(
        "b",
        DAY,
        sum(common) + sum(book) + lost,
        sum(common) + sum(bank),
        tuple(map(item, book)),
        tuple(map(item, bank)),
    )
    assert found.off_fen == lost
    table = reconciliation_table(found, "zh")
    amounts = [row[3] for row in table.rows if row[0] is None]
    book_fen, more, less, adjusted, bank_fen, bank_more, bank_less, bank_adjusted = amounts
    assert book_fen + more - less == adjusted
    assert bank_fen + bank_more - bank_less == bank_adjusted
    assert table.sums[-1] == adjusted - bank_adjusted == lost


KNOWN = Reconciliation(
    "基本户 6222…0001",
    DAY,
    1_000_000,
    1_090_000,
    (item(50_000, "缴费单 17"), item(-120_000, "退款 3")),
    (item(30_000, "来款不明"), item(-10_000, "手续费")),
)


def test_the_statement_is_printed():
    table = reconciliation_table(KNOWN, "zh")
    data = paper(table, "zh")
    assert data == paper(table, "zh")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    flat = "".join(text.split())
    for said in ("银行存款余额调节表", "缴费单17", "10,000.00", "10,900.00", "10,200.00"):
        assert said in flat
    assert flat.count("10,200.00") == 2
    assert flat.endswith("制表：复核：日期：")


def test_a_missing_character_is_an_error():
    table = Table(("表", "t"), (), (Column(("名", "n")),), (("\U0001f600",),))
    with pytest.raises(GlyphMissing, match="1F600"):
        paper(table, "zh")


def test_a_text_is_no_formula_in_csv():
    table = Table(
        ("表", "t"), (), (Column(("名", "n")), Column(("元", "y"), "money")), (("=1+1", -5),)
    )
    assert as_csv(table, "zh").decode("utf-8-sig") == "名,元\r\n'=1+1,-0.05\r\n"
