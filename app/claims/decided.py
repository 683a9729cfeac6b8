"""What two people can decide of a held claim, and what that makes of its bill. Pure.

A decision is an input of the computation, not its answer: the bill is treated as the care decided,
and the kernel does the rest. Cover, base and cap stay the rules' own; so does the waiting time,
unless two people waive it for a bill, with a reason. That an approved filing is undone changes
nothing of its bill by itself: the refund row written with it does (`app.claims.undo`).
"""

from enum import StrEnum
from typing import Final

from app.benefits.care import CareClass
from app.claims.lifecycle import Why


class What(StrEnum):
    """What is decided."""

    PAY_INPATIENT = "pay_as:inpatient"
    PAY_CHRONIC = "pay_as:chronic"
    BY_ADMISSION = "by_admission"
    REFUSE = "refuse"
    SAME_BILL = "same_bill"
    WAIVE_WAITING = "waive_waiting"
    UNDO = "undo"


class Reason(StrEnum):
    """Why a claim is refused by people; the member reads it."""

    WORK = "work"
    OTHERS_LIABLE = "others_liable"
    ABROAD = "abroad"
    NOT_PUBLISHED = "not_published"
    INVOICE = "invoice"
    LATE = "late"
    PAPERS = "papers"
    NO_COVER = "no_cover"


class Waived(StrEnum):
    """Why the waiting time is waived: reasons that are not the member's own."""

    UNIT_LATE = "unit_late"
    OFFICE_ERROR = "office_error"
    OTHER_FUND = "other_fund"
    HARDSHIP = "hardship"


class Undone(StrEnum):
    """Why an approved filing is taken back: what one sent back before it is approved has, too."""

    FIGURES = Why.FIGURES
    PAPERS = Why.PAPERS
    SAME_BILL = Why.SAME_BILL
    NOT_OWN = Why.NOT_OWN
    INVOICE = Why.INVOICE


class Says(StrEnum):
    """What a member says of an injury: nobody is liable, or who is."""

    NOBODY = "nobody"
    EMPLOYER = "employer"
    TRAFFIC = "traffic"
    PERSON = "person"
    PRODUCT = "product"
    OTHER = "other"


PAY_AS: Final = {What.PAY_INPATIENT: "inpatient", What.PAY_CHRONIC: "chronic"}

TREATED_AS: Final = {
    What.PAY_INPATIENT.value: CareClass.INPATIENT,
    What.PAY_CHRONIC.value: CareClass.CHRONIC,
    What.REFUSE.value: CareClass.DECLINED,
    What.SAME_BILL.value: CareClass.DECLINED,
}
"""The care that a decided bill counts as."""

Because = Reason | Waived | Undone
REASONS_OF: Final[dict[What, type[Reason] | type[Waived] | type[Undone]]] = {
    What.REFUSE: Reason,
    What.WAIVE_WAITING: Waived,
    What.UNDO: Undone,
}
"""What is decided with a reason, and the reasons there are."""

WAIVED: Final = What.WAIVE_WAITING.value
"""Decided so, the bill's cover does not wait for it."""

BY_ADMISSION: Final = What.BY_ADMISSION.value
"""Decided so, a stay falls on the day of its admission instead of that of its discharge."""
