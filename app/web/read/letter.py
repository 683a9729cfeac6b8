"""What the letter about a claim's result says, read from the stored result."""

from datetime import date
from typing import Final

from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import CHINA
from app.objections.object_to import DECIDED
from app.objections.policy import times_on
from app.papers.letter import Cap, Letter, Step
from app.schemes.publish import published_schemes
from app.texts.explained import Bill, Clause
from app.texts.steps import CARES
from app.web.read.person import person
from app.web.read.told import ClaimSeen, Told, told
from app.web.words import REFUSALS

LANG: Final = "zh"
"""Papers are in Chinese, as all the fund's papers are."""
_BILL: Final = (
    ("政策范围内费用", "inscp_scp_amt"),
    ("基本医疗保险统筹基金支付", "hifp_pay"),
    ("职工大额医疗费用补助基金支付", "hifob_pay"),
    ("居民大病保险支付", "hifmi_pay"),
    ("个人负担总额", "psn_part_amt"),
    ("其中：全自费", "fulamt_ownpay_amt"),
    ("其中：超限价自费", "overlmt_selfpay"),
    ("其中：先行自付", "preselfpay_amt"),
)
_ALWAYS: Final = frozenset({"inscp_scp_amt", "hifp_pay", "psn_part_amt"})
_HOLDER: Final = text(
    "SELECT holder FROM fund_account_now ORDER BY ends_on IS NOT NULL, id LIMIT 1"
)


def has_letter(claim: ClaimSeen, results: list[Told]) -> bool:
    """Whether its result stands. Of a claim that was taken back or given back there is no letter:
    it is filed again."""
    if claim.state not in DECIDED or claim.being_undone or not results:
        return False
    return not (results[0].answer.refusal or "").startswith("undone_")


def letter_of(session: Session, claim: ClaimSeen) -> Letter | None:
    """The letter about the result that stands; None where there is none, or none yet."""
    if claim.state not in DECIDED:
        return None
    results = told(session, claim.member_id, claim.id, LANG)
    if not has_letter(claim, results):
        return None
    live = results[0]
    who = person(session, claim.member_id)
    decided_on = live.at.astimezone(CHINA).date()
    answer = live.answer
    return Letter(
        number=f"JD{claim.id}-{live.seq}",
        name=who.name,
        masked_id=who.masked_id,
        unit=who.unit,
        hospital=claim.hospital,
        days=days_of(claim.bill),
        numbers=_numbers(claim),
        bill=_bill(claim),
        base_fen=answer.base_fen,
        gross_fen=answer.gross_fen,
        payable_fen=answer.payable_fen,
        refusal=_refusal(answer.refusal),
        cap=_cap(session, live),
        steps=[Step(each.text, [_rule(x) for x in each.clauses]) for each in live.sentences],
        earlier=len(results) - 1,
        by_people=answer.decided is not None,
        by_hand=claim.by_hand,
        object_by=times_on(decided_on).object_by(decided_on),
        decided_on=decided_on,
        holder=holder(session),
    )


def holder(session: Session) -> str:
    """In whose name the fund's account is: who signs its papers."""
    return session.scalar(_HOLDER) or ""


def _refusal(refusal: str | None) -> str:
    """In the paper's language, whatever the reader's is."""
    with force_locale(LANG):
        return str(REFUSALS[refusal]) if refusal else ""


def days_of(bill: Bill) -> list[tuple[str, date]]:
    days = [
        ("入院日期", bill.begndate),
        ("出院日期", bill.enddate),
        ("结算日期", bill.setl_time.date()),
    ]
    return [(label, day) for label, day in days if day is not None]


def _numbers(claim: ClaimSeen) -> list[tuple[str, str]]:
    """As the claim's page says them: what was filed by hand has a number of the fund's own."""
    if not claim.by_hand:
        return [("结算单编号", claim.setl_id)]
    stated = [("结算单编号", claim.stated_setl_id)] if claim.stated_setl_id else []
    return [("基金编的号", claim.setl_id), *stated]


def _bill(claim: ClaimSeen) -> list[tuple[str, int]]:
    figures = [("医疗费总额", claim.total_fen)] if claim.total_fen else []
    for label, name in _BILL:
        fen = getattr(claim.bill, name)
        if fen or (name in _ALWAYS and fen is not None):
            figures.append((label, fen))
    return figures


def _cap(session: Session, live: Told) -> Cap | None:
    answer = live.answer
    scheme = {each.id: each for each in published_schemes(session)}.get(live.scheme_id or "")
    benefit = scheme.benefit(answer.care) if scheme and answer.care else None
    if benefit is None or answer.benefit_year is None or answer.base_fen is None:
        return None
    care = CARES[answer.care or ""].zh
    return Cap(answer.benefit_year, care, benefit.cap_fen, answer.room_fen, answer.payable_fen)


def _rule(clause: Clause) -> str:
    of = f"{clause.scheme}年方案 " if clause.scheme else ""
    care = f"{clause.care} " if clause.care else ""
    assumed = "（未公布）" if clause.assumption else ""
    return f"{of}{care}{clause.title}：{clause.says}。来源：{clause.where}{assumed}"
