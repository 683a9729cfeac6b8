"""The payment notice (缴费通知单) of one unit's benefit year. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.papers.frame import Column, Paper
from app.papers.words import in_words
from app.texts.amounts import money


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money goes."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class Part:
    """One roster: its heads, and what is due by payer, in fen.

    `pay_by` is the last day on which money in full keeps the start that was asked for.
    """

    confirmed_on: date
    starts_on: date
    pay_by: date
    heads: int
    unit_fen: int
    worker_fen: int
    union_fen: int

    @property
    def due_fen(self) -> int:
        return self.unit_fen + self.worker_fen


@dataclass(frozen=True, slots=True)
class Notice:
    """All that a notice says. `received_fen` is of the whole year; `open_by`: of what is unpaid.

    `made_by` is empty where the unit's contact prints it: it is the union's word all the same.
    """

    unit: str
    uscc: str
    union: str
    year: int
    reference: str
    parts: Sequence[Part]
    received_fen: int
    open_by: date | None
    account: Account | None
    made_on: date
    made_by: str

    @property
    def due_fen(self) -> int:
        return sum(part.due_fen for part in self.parts)

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)

    @property
    def over_fen(self) -> int:
        return max(self.received_fen - self.due_fen, 0)


def notice_paper(notice: Notice) -> bytes:
    """The notice as a PDF. Raises GlyphMissing."""
    paper = Paper(f"{notice.year}年度职工医疗互助金缴费通知单", notice.made_on)
    paper.heading(f"{notice.year}年度职工医疗互助金缴费通知单", f"缴费编号 {notice.reference}")
    paper.facts([("参保单位", notice.unit), ("统一社会信用代码", notice.uscc)])
    paper.facts([("所属工会", notice.union)])
    _due(paper, notice)
    _to_pay(paper, notice)
    if notice.missing_fen:
        _how(paper, notice)
    by = f"制单：{notice.made_by}" if notice.made_by else f"出具：{notice.union}"
    paper.signed(by, f"日期：{notice.made_on.isoformat()}")
    return paper.document()


_COLUMNS: Final = (
    Column("花名册确认", 21),
    Column("保障起始日", 19),
    Column("缴费期限", 19),
    Column("人数", 15, number=True),
    Column("单位缴纳", 25, number=True),
    Column("职工缴纳", 25, number=True),
    Column("应缴合计", 25, number=True),
    Column("工会承担", 25, number=True),
)


def _due(paper: Paper, notice: Notice) -> None:
    parts = notice.parts
    paper.part("应缴")
    if not parts:
        paper.text("本年度尚无已确认的花名册，没有应缴款。")
        return
    days = [
        (x.confirmed_on.isoformat(), x.starts_on.isoformat(), x.pay_by.isoformat()) for x in parts
    ]
    sums = [(x.heads, x.unit_fen, x.worker_fen, x.due_fen, x.union_fen) for x in parts]
    rows = [(*day, *_figures(each)) for day, each in zip(days, sums, strict=True)]
    total = [sum(column) for column in zip(*sums, strict=True)]
    paper.rows(_COLUMNS, rows, ("合计", "", "", *_figures(total)))
    paper.note("“工会承担”由工会另行支付，不需本单位缴纳。")


def _figures(sums: Sequence[int]) -> tuple[str, ...]:
    heads, *amounts = sums
    return (f"{heads:,}", *(money(amount) for amount in amounts))


def _to_pay(paper: Paper, notice: Notice) -> None:
    paper.part("尚应缴纳")
    pairs = [("应缴合计", money(notice.due_fen)), ("已收", money(notice.received_fen))]
    if notice.over_fen:
        pairs.append(("多收", f"{money(notice.over_fen)}（留在本单位账上）"))
    pairs.append(("尚应缴纳", money(notice.missing_fen)))
    pairs.append(("大写", f"人民币{in_words(notice.missing_fen)}"))
    paper.facts(pairs)
    if not notice.missing_fen and notice.parts:
        paper.text("本年度应缴款项已收齐，无需缴纳。")


def _how(paper: Paper, notice: Notice) -> None:
    paper.part("缴费办法")
    account = notice.account
    if account:
        paper.facts(
            [("收款户名", account.holder), ("开户银行", account.bank), ("账号", account.number)]
        )
    else:
        paper.text("收款账户尚未登记，缴费前请向所属工会询问。")
    paper.facts([("转账附言", notice.reference)])
    paper.note(
        "请在附言（用途）栏只写上面的缴费编号：系统凭它把款项记到本单位名下。"
        "没有编号的款项要先查找，会耽误保障开始。"
    )
    paper.part("缴费期限")
    if notice.open_by:
        late = "，已过期" if notice.open_by < notice.made_on else ""
        paper.text(f"最早的期限：{notice.open_by.isoformat()}（含当日，以到账为准{late}）。")
    paper.note(
        "在期限内足额到账的，保障从起始日开始；期限后足额到账的，保障从到账次日开始，此前出院或结算的医疗费用不予补助。"
        "到账次日已属下一年度或另一方案的，由经办人员决定。只缴一部分的，保障不开始。款项先抵最早的花名册。"
    )
