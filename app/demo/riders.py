"""The union that gig workers enrol with alone, its first few people, and what they have filed.

The city's plan ends years ago; these are of the year at hand, so that something small and clean
waits for approval. They are nobody new: colleagues of the plan who ride for a platform now.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from app.accounts.models import Account
from app.clock import today
from app.contributions.receive import receive
from app.demo.accounts import OPERATOR, fourth_officer, third_officer
from app.demo.filing import colleagues, file_sheet, numbers_of
from app.demo.live import Office, catch_up
from app.demo.reviewing import review_through
from app.enrolment.enrol import Asked, enrol
from app.enrolment.self_enrol import open_gig_unit
from app.reviews.stages import Stage
from app.roster.person import RosterRow
from app.roster.units import Registered, add_unit

UNITS: Final = 1
COVERS: Final = 4
"""Besides what the plan counts."""
_AFTER: Final = 5
"""The colleagues before these file claims of their own."""
_CODE: Final = "81410599009999998"
_NAME: Final = "市新就业形态劳动者工会联合会"
_LONG_AGO: Final = timedelta(days=90)
"""So that whoever is new has waited, and nothing is past the day to file by."""
_AMOUNTS: Final = {
    "medfee_sumamt": "4200.00",
    "fulamt_ownpay_amt": "200.00",
    "preselfpay_amt": "100.00",
    "inscp_scp_amt": "3900.00",
    "act_pay_dedc": "900.00",
    "hifp_pay": "2100.00",
    "psn_part_amt": "2100.00",
    "psn_cash_pay": "2100.00",
}


def take_riders(session: Session, office: Office) -> None:
    """The operator enters a small claim of each; only an officer's approval is missing."""
    year = (today() - _LONG_AGO).year
    people = colleagues(office, _AFTER, COVERS)
    _enrolled(session, office, year, people)
    catch_up(session)
    operator = session.execute(select(Account.id).where(Account.login == OPERATOR)).scalar_one()
    # The first officer is left to approve them.
    desks = (office.officers[1], third_officer(session), fourth_officer(session))
    last = min(today() - timedelta(days=20), date(year, 12, 15))
    for number, member_id in enumerate(numbers_of(session, office, people)):
        texts = _sheet(last - timedelta(days=number), number)
        how = {"by": operator, "key": f"demo-rider-{number}"}
        filed = file_sheet(session, texts, member_id, day=today(), **how)  # type: ignore[arg-type]
        review_through(session, filed.claim_id, desks, until=Stage.APPROVE)


def _enrolled(session: Session, office: Office, year: int, people: list[int]) -> None:
    """The union's own unit is open to everybody, and these are on its roster and have paid."""
    one, known = office.officers[0], office.city.people
    code = _CODE + uscc.calc_check_digit(_CODE)
    unit_id = add_unit(session, uscc=code, name=_NAME, union_id=office.top, unit_percent=0, by=one)
    open_gig_unit(session, unit_id, by=one)
    rows = [
        RosterRow(line, known.names[x], known.certnos[x], known.card(x))
        for line, x in enumerate(people, 2)
    ]
    before = date(year - 1, 12, 15)
    unit = Registered(unit_id, code, _NAME, 0)
    asked = Asked(unit, year, date(year, 1, 1), before, 0, "0" * 64, entered_on=before)
    enrolled = enrol(session, asked, rows, by=one)
    receive(
        session,
        unit_id=unit_id,
        year=year,
        amount_fen=enrolled.due_fen,
        received_on=before,
        reference=f"GIG-{before:%Y%m%d}",
        by=one,
    )


def _sheet(ends_on: date, number: int) -> dict[str, str]:
    return {
        "stated_setl_id": f"410500S{ends_on:%Y%m%d}{number:06d}",
        "med_type": "21",
        "fixmedins_name": "市人民医院",
        "begndate": (ends_on - timedelta(days=6)).isoformat(),
        "enddate": ends_on.isoformat(),
        "setl_time": ends_on.isoformat(),
        "invono": f"{ends_on:%Y%m%d}{9000 + number}",
        **_AMOUNTS,
    }
