"""The sheet of a payment batch (发放批次单): what goes to the bank, and who is behind it. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from app.papers.frame import Paper
from app.papers.words import in_words
from app.texts.amounts import money

_ACTS: Final = ("批准", "第三人确认")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A batch as it was frozen; `approved_by` in the order in which they approved."""

    number: str
    year: int
    sent_on: date
    lines: int
    total_fen: int
    file_sha256: str
    prepared_by: str
    approved_by: tuple[str, ...]


def batch_paper(sheet: Sheet) -> bytes:
    """The sheet as a PDF; of the day of its batch. Raises GlyphMissing."""
    paper = Paper("补助金发放批次单", sheet.sent_on)
    paper.heading("补助金发放批次单", f"批次号 {sheet.number}")
    paper.facts(
        [
            ("保障年度", str(sheet.year)),
            ("制作日期", sheet.sent_on.isoformat()),
            ("笔数", f"{sheet.lines:,}"),
            ("合计金额", money(sheet.total_fen)),
            ("大写", f"人民币{in_words(sheet.total_fen)}"),
        ]
    )
    paper.part("交银行的文件")
    paper.note(f"SHA-256  {sheet.file_sha256}")
    paper.note(
        "上传银行前请核对文件的 SHA-256、笔数和合计金额，须与本单一致。不一致的文件不得发放。"
    )
    paper.part("签字")
    # A third confirms large sums: `approved_by` has one name or two.
    people = [("制单", sheet.prepared_by), *zip(_ACTS, sheet.approved_by, strict=False)]
    paper.facts(people)
    paper.ln(8)
    paper.text("    ".join(f"{act}签字：____________" for act, _ in people))
    paper.text("送交日期：____________")
    return paper.document()
