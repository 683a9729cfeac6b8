"""A public list (公示) to hang up: what a batch paid, masked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.papers.frame import Column, Paper
from app.texts.amounts import money

COLUMNS = (
    Column("序号", 10, number=True),
    Column("姓名", 14),
    Column("单位", 40),
    Column("医疗类别", 18),
    Column("金额", 18, number=True),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list says; `lines`: number, masked name, unit, care in words, amount in fen."""

    number: str
    from_on: date
    until_on: date
    lines: Sequence[tuple[int, str, str, str, int]]


def public_paper(shown: Shown) -> bytes:
    """The list as a PDF. Raises GlyphMissing."""
    paper = Paper("补助金发放公示", shown.from_on)
    paper.heading("补助金发放公示", f"批次号 {shown.number}")
    paper.text(
        f"公示期 {shown.from_on.isoformat()} 至 {shown.until_on.isoformat()}。"
        "对内容有疑问的，请向工会反映。"
    )
    rows = [(str(no), name, unit, care, money(fen)) for no, name, unit, care, fen in shown.lines]
    total = ("", "合计", f"{len(rows):,} 笔", "", money(sum(x[-1] for x in shown.lines)))
    paper.rows(COLUMNS, rows, total)
    return paper.document()
