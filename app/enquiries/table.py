"""Figures of enquiries as tables: what page, workbook and command show alike. Pure."""

from collections.abc import Sequence
from typing import Final

from app.books.table import Cell, Column, Said, Table
from app.enquiries.policy import policy
from app.enquiries.weekly import By, Figures

TITLES: Final[dict[By, Said]] = {
    "week": ("咨询周报", "Enquiries by week"),
    "category": ("咨询按类别", "Enquiries by category"),
    "union": ("咨询按工会", "Enquiries by union"),
}
_HEADS: Final[dict[By, Said]] = {
    "week": ("周（星期一）", "Week (its Monday)"),
    "category": ("类别", "Category"),
    "union": ("工会", "Union"),
}
_COUNTS: Final = (
    Column(("咨询", "Asked"), "count"),
    Column(("已答复", "Answered"), "count"),
    Column(("逾期", "Late"), "count"),
    Column(("答复天数（中位数）", "Days to the answer (median)"), "count", 18),
    Column(("评价人次", "Rated"), "count"),
    Column(("平均分", "Mean rating"), "text"),
)
ABOUT: Final[Said] = (
    "逾期指首次答复晚于期限，或期限已过仍未答复。",
    "Late: first answered after its day, or not yet and the day is over.",
)


def mean(rating: int | None) -> str:
    """Hundredths as people read them: 4.25."""
    return "" if rating is None else f"{rating // 100}.{rating % 100:02d}"


def table(by: By, found: Sequence[Figures], days: Said, lang: str) -> Table:
    """One table; `days`: which days, in both languages."""
    rows = [_row(by, each, lang) for each in found]
    total = (
        sum(x.asked for x in found),
        sum(x.answered for x in found),
        sum(x.late for x in found),
    )
    sums: tuple[Cell, ...] = (("合计", "Total")[lang == "en"], *total, None, None, None)
    columns = (Column(_HEADS[by], "text", 24), *_COUNTS)
    return Table(TITLES[by], (days, ABOUT), columns, rows, sums if rows else None)


def _row(by: By, each: Figures, lang: str) -> tuple[Cell, ...]:
    key = policy().called(each.key, lang) if by == "category" else each.key
    counts = (each.asked, each.answered, each.late, each.median_days, each.rated)
    return (key, *counts, mean(each.rating))
