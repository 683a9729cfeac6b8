"""The bank reconciliation statement as a table. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.books.reconcile import Item, Reconciliation, incoming, outgoing, total_fen
from app.books.table import Cell, Column, Said, Table

_KINDS: Final[dict[str, Said]] = {
    "opening": ("%s 期初", "%s, opening balance"),
    "entry": ("分录 %s", "Entry %s"),
}
_ADJUSTED: Final[Said] = ("调节后的余额", "Balance after adjustment")
_DAY: Final = Column(("日期", "Day"), "day", 11)
_YUAN: Final[Said] = ("单位：元", "In yuan")


def reconciliation_table(found: Reconciliation, lang: str) -> Table:
    """The bank reconciliation statement: the books' side, then the bank's."""
    english = lang == "en"
    rows: list[Sequence[Cell]] = []
    for side in _sides_of(found):
        rows.append((None, side.name[english], "", side.balance_fen))
        for heading, some in ((side.more, incoming(side.items)), (side.less, outgoing(side.items))):
            rows.append((None, heading[english], "", abs(total_fen(some))))
            rows += [_item(item, english) for item in some]
        rows.append((None, _ADJUSTED[english], "", side.adjusted_fen))
    columns = (
        _DAY,
        Column(("项目", "Item"), width=34),
        Column(("说明", "About"), width=34),
        Column(("金额", "Amount"), "money", 18),
    )
    as_of = (f"截至 {found.as_of:%Y-%m-%d}", f"As of {found.as_of:%Y-%m-%d}")
    account = (f"账户：{found.account}", f"Account: {found.account}")
    title = ("银行存款余额调节表", "Bank reconciliation statement")
    off = ("差额（应为零）", "Difference (must be nothing)")
    sums = (None, off[english], None, found.off_fen)
    return Table(title, (account, as_of, _YUAN), columns, rows, sums)


class _Side(NamedTuple):
    """One half of the statement: a balance, and what the other side knows of."""

    name: Said
    balance_fen: int
    items: Sequence[Item]
    more: Said
    less: Said
    adjusted_fen: int


def _sides_of(found: Reconciliation) -> tuple[_Side, _Side]:
    books = _Side(
        ("单位银行存款日记账余额", "Balance of the books"),
        found.book_fen,
        found.bank_only,
        ("加：银行已收、单位未收", "Add: received by the bank, not booked"),
        ("减：银行已付、单位未付", "Less: paid by the bank, not booked"),
        found.adjusted_book_fen,
    )
    bank = _Side(
        ("银行对账单余额", "Balance of the bank's statement"),
        found.bank_fen,
        found.book_only,
        ("加：单位已收、银行未收", "Add: booked as received, not at the bank"),
        ("减：单位已付、银行未付", "Less: booked as paid, not at the bank"),
        found.adjusted_bank_fen,
    )
    return books, bank


def _item(item: Item, english: bool) -> Sequence[Cell]:
    said = _KINDS[item.kind][english] % item.about if item.kind else item.about
    return item.day, "", said, abs(item.amount_fen)
