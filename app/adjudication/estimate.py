"""What a sheet would get if it were determined now. Nothing is locked and nothing is written.

The kernel's own answer, with the room of this moment: another bill that is granted first, or papers
that say something else, change it. So whoever shows it says that it is an estimate.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.adjudication import as_columns
from app.adjudication.answers import Answer, answers_of
from app.adjudication.bills import Bill, CoverInForce
from app.adjudication.due import covers_in_force
from app.adjudication.models import Entitlement
from app.benefits.care import package_med_types
from app.benefits.kernel import determine
from app.benefits.tariffs import in_force
from app.claims.sheet import Sheet
from app.clock import today
from app.cover.periods import file_by
from app.schemes.publish import published_schemes


@dataclass(frozen=True, slots=True)
class Estimate:
    """The answer, and the cover it falls under, if any. `file_by`: the last day to file, missed."""

    answer: Answer
    cover: CoverInForce | None
    file_by: date | None


def estimate(session: Session, member_id: int, sheet: Sheet) -> Estimate:
    """What the kernel says of a member's sheet as things stand."""
    bill = _bill(member_id, sheet)
    covers = covers_in_force(session, member_id)
    rules = in_force(published_schemes(session))
    alone = as_columns.stay_numbers([bill], [])  # a typed sheet names no stay
    found = determine(
        as_columns.bills_of([bill], alone, package_med_types()),
        as_columns.covers_of(covers),
        rules,
        as_columns.granted_of(_used(session, member_id), [], alone),
    )
    [answer] = answers_of([bill], {}, covers, rules.schemes, found, ())
    cover = next((x for x in covers if x.cover_id == answer.cover_id), None)
    return Estimate(answer, cover, _missed(answer, cover, sheet))


def _missed(answer: Answer, cover: CoverInForce | None, sheet: Sheet) -> date | None:
    if cover is None or answer.scheme is None:
        return None
    last = file_by(answer.scheme, cover.ends_on, sheet.setl_time.date())
    return last if today() > last else None


def _bill(member_id: int, sheet: Sheet) -> Bill:
    return Bill(
        member_id=member_id,
        claim_id=0,
        setl_id="",
        version=1,
        setl_time=sheet.setl_time,
        med_type=sheet.med_type,
        mdtrt_id="",
        begndate=sheet.begndate,
        enddate=sheet.enddate,
        refunded=False,
        undone_at=sheet.setl_time,
        inscp_scp_amt=sheet.inscp_scp_amt,
        hifp_pay=sheet.hifp_pay,
        hifob_pay=sheet.hifob_pay,
        hifmi_pay=sheet.hifmi_pay,
        act_pay_dedc=sheet.act_pay_dedc,
        psn_part_amt=sheet.psn_part_amt,
        fulamt_ownpay_amt=sheet.fulamt_ownpay_amt,
        overlmt_selfpay=sheet.overlmt_selfpay,
        preselfpay_amt=sheet.preselfpay_amt,
        decided=None,
    )


def _used(session: Session, member_id: int) -> list[tuple[int, str, int, int]]:
    asked = select(
        Entitlement.member_id, Entitlement.care, Entitlement.benefit_year, Entitlement.used_fen
    ).where(Entitlement.member_id == member_id)
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(asked)]
