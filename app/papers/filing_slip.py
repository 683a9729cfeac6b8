"""The slip (受理回执) for who has filed at the counter: what came, and when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.papers.frame import Paper
from app.texts.amounts import money


@dataclass(frozen=True, slots=True)
class Slip:
    """All that a slip says; `papers`: what was scanned, kind and pages."""

    number: str
    name: str
    masked_id: str
    unit: str
    hospital: str
    days: Sequence[tuple[str, date]]
    setl_id: str
    total_fen: int
    papers: Sequence[tuple[str, int]]
    filed_on: date
    filed_by: str
    holder: str


def slip_paper(slip: Slip) -> bytes:
    """The slip as a PDF, the same whenever it is printed with the same papers."""
    paper = Paper("受理回执", slip.filed_on)
    paper.heading("职工医疗互助补助申请受理回执", f"编号 {slip.number}")
    told = [
        ("申请人", f"{slip.name}（{slip.masked_id}）"),
        ("参保", slip.unit),
        ("医疗机构", slip.hospital or "未注明"),
        *((label, day.isoformat()) for label, day in slip.days),
        ("结算单编号", slip.setl_id),
        ("医疗费总额", money(slip.total_fen) if slip.total_fen else ""),
        ("已收材料", "；".join(f"{kind} {pages} 页" for kind, pages in slip.papers) or "纸质材料"),
    ]
    paper.facts([(label, said) for label, said in told if said])
    paper.text("申请已收到，由其他经办人员核对材料后决定。本回执不表示已经同意补助。")
    paper.text("凭手机号或身份证号登录本系统，可以查看办理进度、补交材料、下载决定书。")
    by = [f"受理单位：{slip.holder}"] if slip.holder else []
    by += [f"经办：{slip.filed_by}"] if slip.filed_by else []
    paper.signed(*by, f"受理日期：{slip.filed_on.isoformat()}")
    return paper.document()
