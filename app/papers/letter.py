"""The letter that tells a member the result of a claim (补助决定书). Pure.

It is dated with the result, not with the day it is printed: the same result is the same letter,
byte for byte, whenever it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.papers.frame import Column, Paper
from app.papers.words import in_words
from app.texts.amounts import money


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the computation, and the rules behind it."""

    says: str
    rules: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cap:
    """The yearly cap of a care as this result met and left it; no cap: empty."""

    year: int
    care: str
    cap_fen: int | None
    before_fen: int | None
    payable_fen: int

    @property
    def after_fen(self) -> int | None:
        return None if self.before_fen is None else self.before_fen - self.payable_fen


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a letter says. `refusal`: why nothing is paid, in words; empty where it is paid.

    `by_people`: two officers decided the claim; the others a machine computed by the rules.
    """

    number: str
    name: str
    masked_id: str
    unit: str
    hospital: str
    days: Sequence[tuple[str, date]]
    numbers: Sequence[tuple[str, str]]
    bill: Sequence[tuple[str, int]]
    base_fen: int | None
    gross_fen: int | None
    payable_fen: int
    refusal: str
    cap: Cap | None
    steps: Sequence[Step]
    earlier: int
    by_people: bool
    object_by: date
    decided_on: date
    holder: str


_BILL: Final = (Column("医保结算单项目", 5), Column("金额", 3, number=True))
_STEP: Final = 3
"""Lines that a step has at the least with the rule behind it; they stand on one page."""
_RESULT: Final = (Column("计算结果", 5), Column("金额", 3, number=True))


def letter_paper(letter: Letter) -> bytes:
    """The letter as a PDF. Raises GlyphMissing."""
    paper = Paper("职工医疗互助补助决定书", letter.decided_on)
    paper.heading("职工医疗互助补助决定书", f"编号 {letter.number}")
    paper.facts(
        [
            ("职工", f"{letter.name}（{letter.masked_id}）"),
            *([("参保", letter.unit)] if letter.unit else []),
            ("医疗机构", letter.hospital or "未注明"),
            *((label, day.isoformat()) for label, day in letter.days),
            *letter.numbers,
        ]
    )
    paper.part("一、结果")
    if letter.refusal:
        paper.text(f"不予补助：{letter.refusal}。")
    else:
        said = f"补助 {money(letter.payable_fen)}（人民币{in_words(letter.payable_fen)}）。"
        paper.text(said)
    if letter.earlier:
        paper.note(f"此前对同一结算单作出的 {letter.earlier} 次计算结果不再有效，以本决定为准。")
    paper.part("二、结算单")
    paper.rows(_BILL, [(label, money(fen)) for label, fen in letter.bill])
    paper.part("三、计算")
    _results(paper, letter)
    for number, step in enumerate(letter.steps, 1):
        paper.keep_lines(_STEP if step.rules else 1)
        paper.text(f"{number}. {step.says}")
        for rule in step.rules:
            paper.note(f"    依据：{rule}")
    _objection(paper, letter)
    by = [letter.holder] if letter.holder else []
    paper.signed(*by, f"决定日期：{letter.decided_on.isoformat()}")
    return paper.document()


def _results(paper: Paper, letter: Letter) -> None:
    rows = [
        ("补助基数", letter.base_fen),
        ("按比例应补助", letter.gross_fen),
    ]
    cap = letter.cap
    if cap is not None and cap.cap_fen is not None:
        year = f"{cap.year}年度{cap.care}"
        rows += [
            (f"{year}补助上限", cap.cap_fen),
            (f"{year}上限余额（本次之前）", cap.before_fen),
            (f"{year}上限余额（本次之后）", cap.after_fen),
        ]
    known = [(label, money(fen)) for label, fen in rows if fen is not None]
    paper.rows(_RESULT, known, ("实际补助", money(letter.payable_fen)))
    if cap is not None and cap.cap_fen is None and letter.base_fen is not None:
        paper.note(f"{cap.care}没有年度补助上限。")


def _objection(paper: Paper, letter: Letter) -> None:
    paper.part("四、异议")
    paper.text(
        f"对本决定有异议的，可在 {letter.object_by.isoformat()} 前（含当日）登录本系统，"
        "在该申请页面提出申诉，或到所在单位工会、市总工会服务窗口办理。申诉由未经手的人员处理并书面答复，不影响发放。"
    )
    if letter.by_people:
        paper.text("本决定由两名工作人员作出，金额按公布的方案计算。")
        return
    paper.text(
        "本决定由计算机按公布的方案自动计算。依照《个人信息保护法》第二十四条，"
        "您有权要求说明，也有权要求由人工决定。"
    )
