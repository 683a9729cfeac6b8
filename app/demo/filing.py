"""Claims that people file themselves, near the end: some at every stage of review, one approved."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.attachments.keep import keep_attachment
from app.attachments.kinds import Kind
from app.claims.file import Filed, SheetFaulty, file_claim
from app.claims.papers import attach
from app.claims.sheet import read_sheet
from app.demo.accounts import MEMBER, fourth_officer, third_officer
from app.demo.drawn import drawn
from app.demo.live import Office, drain_fully
from app.demo.reviewing import review_through
from app.demo.scale import Scale
from app.filing.send import write_consent
from app.reviews.stages import Stage
from app.roster.members import certno_index, members_by_index

_AMOUNTS: Final = {
    "medfee_sumamt": "18600.00",
    "fulamt_ownpay_amt": "1200.00",
    "preselfpay_amt": "900.00",
    "inscp_scp_amt": "16500.00",
    "act_pay_dedc": "900.00",
    "hifp_pay": "11800.00",
    "psn_part_amt": "6800.00",
    "psn_cash_pay": "6800.00",
}


_ON_THE_SHEET: Final = {
    "stated_setl_id": "结算编号",
    "fixmedins_name": "医疗机构",
    "begndate": "入院日期",
    "enddate": "出院日期",
    "medfee_sumamt": "医疗费总额",
    "fulamt_ownpay_amt": "全自费金额",
    "preselfpay_amt": "先行自付金额",
    "inscp_scp_amt": "符合政策范围金额",
    "act_pay_dedc": "起付线",
    "hifp_pay": "基本医保统筹基金支付",
    "psn_part_amt": "个人负担金额",
}
_STAND: Final = (Stage.GRANTED, Stage.APPROVE, Stage.SECOND, Stage.FIRST, Stage.ACCEPT)
"""Where the colleagues' claims stand at the end."""


def file_by_hand(session: Session, office: Office) -> None:
    """The demonstration's member files a stay out of area; an officer files for a colleague."""
    member = session.execute(select(Account).where(Account.login == MEMBER)).scalar_one()
    one, other = office.officers
    mine = _file(session, office, member.member_id or 0, by=member.id, days_ago=70)
    _photos(session, mine.claim_id, sheet_texts(office.city.scale, 70), member)
    others = (other, third_officer(session), fourth_officer(session))
    known = numbers_of(session, office, colleagues(office, 0, len(_STAND)))
    for number, (colleague, until) in enumerate(zip(known, _STAND, strict=False)):
        filed = _file(session, office, colleague, by=one, days_ago=95 + number)
        review_through(session, filed.claim_id, others, until=until)


def sheet_texts(scale: Scale, days_ago: int) -> dict[str, str]:
    """What stands on the paper: a stay that ended so long before the last feed."""
    ends_on = scale.last_feed - timedelta(days=days_ago)
    return {
        "stated_setl_id": f"410100S{ends_on:%Y%m%d}{days_ago:06d}",
        "med_type": "25",
        "fixmedins_name": "省人民医院",
        "begndate": (ends_on - timedelta(days=11)).isoformat(),
        "enddate": ends_on.isoformat(),
        "setl_time": ends_on.isoformat(),
        "invono": f"{ends_on:%Y%m%d}{days_ago:04d}",
        **_AMOUNTS,
    }


def _file(session: Session, office: Office, member_id: int, *, by: int, days_ago: int) -> Filed:
    scale = office.city.scale
    texts, key = sheet_texts(scale, days_ago), f"demo-{days_ago}"
    return file_sheet(session, texts, member_id, by=by, key=key, day=_day_after(scale.last_feed))


def file_sheet(
    session: Session, texts: Mapping[str, str], member_id: int, *, by: int, key: str, day: date
) -> Filed:
    """File what is typed from a sheet on a day, and determine it."""
    sheet, faults = read_sheet(texts, day)
    if sheet is None:
        raise SheetFaulty(faults)
    filed = file_claim(session, sheet, member_id=member_id, by=by, request_key=key)
    write_consent(session, member_id, filed.claim_id, "zh", by)
    drain_fully(session, filed.run_id)
    return filed


def _photos(session: Session, claim_id: int, texts: dict[str, str], member: Account) -> None:
    """The settlement sheet and the invoice of a filing, as its member took them."""
    of_stay = [(label, texts[name]) for name, label in _ON_THE_SHEET.items()]
    invoice = [("发票号码", texts["invono"]), ("合计", texts["medfee_sumamt"])]
    whose = member.member_id or 0
    ids: list[int] = []
    for kind, paper in (
        (Kind.SETTLEMENT_SHEET, drawn("基本医疗保险结算单", of_stay)),
        (Kind.INVOICE, drawn("医疗住院收费票据", invoice)),
    ):
        kept = keep_attachment(session, paper, member_id=whose, kind=kind, by=member.id)
        ids.extend(kept.ids)
    attach(session, whose, claim_id, ids, by=member.id)


def colleagues(office: Office, first: int, count: int) -> list[int]:
    """Colleagues of those the accounts stand for, on the same roster, as the plan numbers them."""
    known = office.city.protagonists
    mine = [x for x in office.city.rosters if known[1] in x.people][-1]
    return [int(x) for x in mine.people.tolist() if x not in known][first : first + count]


def numbers_of(session: Session, office: Office, people: Sequence[int]) -> list[int]:
    """These people's numbers as members."""
    found = [certno_index(office.city.people.certnos[person]) for person in people]
    numbers = members_by_index(session, found)
    return [numbers[index] for index in found]


def _day_after(day: date) -> date:
    return day + timedelta(days=1)
