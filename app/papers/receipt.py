"""The receipt (收据) for money of a unit or of a union. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.papers.frame import Column, Paper
from app.papers.words import in_words
from app.texts.amounts import money


@dataclass(frozen=True, slots=True)
class Filled:
    """A roster that the money went to; `covered` of its `heads` are covered with it."""

    confirmed_on: date
    heads: int
    covered: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Received:
    """All that a receipt says. `code` is the unit's credit code; a union has none."""

    number: str
    payer: str
    code: str | None
    what: str
    year: int
    amount_fen: int
    received_on: date
    reference: str
    from_year: int | None
    """The benefit year whose credit was used: then no bank brought it."""
    filled: Sequence[Filled]
    given_back_fen: int
    """What has been, or is being, given back of it by now."""
    holder: str | None
    made_on: date
    made_by: str

    @property
    def held_fen(self) -> int:
        """What has gone to no roster yet, and not back to the unit."""
        filled_fen = sum(each.amount_fen for each in self.filled)
        return self.amount_fen - filled_fen - self.given_back_fen


_COLUMNS: Final = (
    Column("花名册确认日", 3),
    Column("人数", 2, number=True),
    Column("其中已参保", 2, number=True),
    Column("本次缴入", 3, number=True),
)


def receipt_paper(received: Received) -> bytes:
    """The receipt as a PDF. Raises GlyphMissing."""
    paper = Paper("收据", received.made_on)
    paper.heading("收 据", f"编号 {received.number}")
    pairs = [("今收到", received.payer)]
    if received.code:
        pairs.append(("统一社会信用代码", received.code))
    paper.facts(
        [
            *pairs,
            ("款项", f"{received.year}年度{received.what}"),
            ("金额", money(received.amount_fen)),
            ("大写", f"人民币{in_words(received.amount_fen)}"),
            *_came(received),
        ]
    )
    if received.code:
        _filled(paper, received)
    paper.note("同一编号的收据为同一笔款项，重复打印不重复入账。")
    by = [f"收款单位：{received.holder}"] if received.holder else []
    by += [f"经办：{received.made_by}"] if received.made_by else []
    day = f"开具日期：{received.made_on.isoformat()}"
    paper.signed(*by, day)
    return paper.document()


def _came(received: Received) -> list[tuple[str, str]]:
    day = received.received_on.isoformat()
    if received.from_year is None:
        return [("到账日期", day), ("银行流水号", received.reference)]
    used = f"以{received.from_year}年度应退款抵缴，未另收款"
    return [("抵缴日期", day), ("来源", used), ("抵缴编号", received.reference)]


def _filled(paper: Paper, received: Received) -> None:
    paper.part("款项去向")
    rows = [
        (
            each.confirmed_on.isoformat(),
            f"{each.heads:,}",
            f"{each.covered:,}",
            money(each.amount_fen),
        )
        for each in received.filled
    ]
    if rows:
        heads = sum(each.heads for each in received.filled)
        covered = sum(each.covered for each in received.filled)
        paid = sum(each.amount_fen for each in received.filled)
        paper.rows(_COLUMNS, rows, ("合计", f"{heads:,}", f"{covered:,}", money(paid)))
    if received.given_back_fen:
        paper.text(f"退回本单位：{money(received.given_back_fen)}")
    if received.held_fen:
        paper.text(f"留在本单位账上、尚未用于花名册：{money(received.held_fen)}")
