"""Where each figure of a report leads, and what its lines are called. Pure.

A figure leads to a list of its pieces (`app.reports.pieces`), or to a page of the books, the
auditors' or another year's report that says the same (`PAGES`). What is only the sum of the figures
beside it, or a number that somebody set, leads nowhere (`ALONE`).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from app.benefits.care import CARES
from app.books.table import Said
from app.reports.years import Payer
from app.texts.steps import CARES as CARE_NAMES

PAGES: Final = frozenset({"income", "by_union", "report"})


class Open(NamedTuple):
    """A column's figures: `to` pieces, of which they are `measure`, or a page.

    `line`: the pieces' line where it is not the row's own. `of`: only of these rows.
    """

    column: int
    to: str
    measure: str = ""
    line: str = ""
    of: tuple[str, ...] = ()


OPENS: Final[Mapping[str, tuple[Open, ...]]] = {
    "balance": (
        Open(1, "before", "fen", of=("before",)),
        Open(1, "income", of=("income", "expenditure")),
    ),
    "participation": (
        Open(1, "units", "pieces", "all"),
        Open(2, "covers", "counted", "enrolled"),
        Open(3, "covers", "counted", "given"),
    ),
    "payers": tuple(Open(at, "payer", "fen", payer) for at, payer in enumerate(Payer, 1)),
    "outcomes": (Open(1, "outcome", "pieces"), Open(2, "outcome", "fen")),
    "cares": (Open(1, "care", "pieces"), Open(2, "care", "members"), Open(3, "care", "fen")),
    "unions": (
        Open(1, "union_units", "counted"),
        Open(2, "union_covers", "counted"),
        Open(3, "by_union"),
        Open(4, "by_union"),
    ),
    "ages": (
        Open(1, "covered", "members"),
        Open(2, "age", "members"),
        Open(3, "age", "pieces"),
        Open(4, "age", "fen"),
    ),
    "caps": (Open(1, "cap", "pieces"), Open(2, "cap", "fen")),
    "days": (Open(1, "days", "pieces"),),
    "gifts": (
        Open(2, "given", "counted"),
        Open(3, "gift_cost", "fen"),
        Open(4, "gift", "pieces"),
        Open(5, "gift", "fen"),
    ),
    "years": tuple(Open(at, "report") for at in range(1, 5)),
    "month": (
        Open(1, "received", "pieces", "all"),
        Open(2, "decided", "pieces", "all"),
        Open(3, "paid", "pieces", "all"),
        Open(4, "paid", "fen", "all"),
        Open(5, "booked", "fen", "all"),
    ),
    "month_unions": (
        Open(1, "union_received", "pieces"),
        Open(2, "union_decided", "pieces"),
        Open(3, "union_paid", "pieces"),
        Open(4, "union_paid", "fen"),
    ),
}
"""By section."""
ALONE: Final = frozenset({("participation", 4), ("payers", 5), ("gifts", 1), ("years", 5)})
OF_SEVERAL: Final = frozenset({"participation", "payers", "years", "month"})
"""Sections with a row a year, or a month: `2021`, `2021-05`."""

BALANCE: Final[dict[str, Said]] = {
    "before": ("上年结余", "Left from earlier years"),
    "income": ("本年收入", "Income of the year"),
    "expenditure": ("本年支出", "Expenditure of the year"),
}
OUTCOMES: Final[dict[str, Said]] = {
    "granted": ("给予补助", "Granted"),
    "nothing": ("基数为零或额度已用完", "Base nil or cap used up"),
    "no_cover": ("不在保障期内", "Outside cover"),
    "waiting": ("在等待期内", "In the waiting time"),
    "not_paid": ("不属于补助范围的医疗类别", "Kind of care not paid"),
    "care_not_covered": ("赠送保障不含此类医疗", "Care not in the gift"),
    "refunded": ("已退费", "Refunded"),
    "held": ("待人工核实", "Waits for a person"),
    "other": ("其他不予补助", "Not paid for other reasons"),
}
DAYS: Final[dict[str, Said]] = {
    "3": ("3 个工作日以内", "Up to 3 working days"),
    "10": ("4 到 10 个工作日", "4 to 10 working days"),
    "longer": ("10 个工作日以上", "More than 10 working days"),
    "unknown": ("不详", "Not known"),
}
PAYERS: Final[dict[Payer, Said]] = {
    Payer.UNIT: ("单位缴费", "Paid by units"),
    Payer.WORKER: ("职工缴费", "Paid by workers"),
    Payer.UNION: ("工会补助", "Paid by unions"),
    Payer.GIFT: ("工会赠送", "Gifts by the union"),
}
CARE: Final[dict[str, Said]] = {care: (CARE_NAMES[care].zh, CARE_NAMES[care].en) for care in CARES}
AGES: Final = (30, 40, 50, 60)
"""Where an age group begins, by the age reached in the year."""
NO_UNION: Final[Said] = ("未归属工会", "Of no union")


def age(first: int, after: int) -> Said:
    """An age group, and the first age beyond it; 0: none."""
    if not first:
        return f"{after} 岁以下", f"Under {after}"
    if not after:
        return f"{first} 岁及以上", f"{first} and over"
    return f"{first} 到 {after - 1} 岁", f"{first} to {after - 1}"


MONTHLY: Final = ("month", "month_unions", "days")
"""The sections of a month's report; a year's are the others, and the days."""
COVERS: Final[dict[str, Said]] = {
    "enrolled": ("单位参保人次", "Enrolled by units"),
    "given": ("工会赠送", "Given by the union"),
}
TITLES: Final[Mapping[str, Said]] = {
    "before": ("上年结余", "Left from earlier years"),
    "units": ("参保单位", "Units that took part"),
    "covers": ("参保人次", "Covers"),
    "payer": ("缴费来源", "Contributions by payer"),
    "outcome": ("申请结果", "Claims by outcome"),
    "care": ("按医疗类别的补助", "Benefits by care"),
    "union_units": ("各区县的参保单位", "Units by union"),
    "union_covers": ("各区县的参保人次", "Covers by union"),
    "covered": ("按年龄的参保人员", "Covered members by age"),
    "age": ("按年龄的补助", "Benefits by age"),
    "cap": ("达到年度限额", "Caps reached"),
    "days": ("办理时长", "How long it took"),
    "given": ("赠送的名额", "Gifts given, by campaign"),
    "gift_cost": ("工会为赠送承担的费用", "Cost of gifts, by campaign"),
    "gift": ("赠送保障的补助", "Benefits under gifts, by campaign"),
    "received": ("收到申请", "Claims received"),
    "decided": ("办结申请", "Claims decided"),
    "paid": ("发放补助", "Payments"),
    "booked": ("缴费收入", "Contributions booked"),
    "union_received": ("各区县收到申请", "Claims received, by union"),
    "union_decided": ("各区县办结申请", "Claims decided, by union"),
    "union_paid": ("各区县发放补助", "Payments, by union"),
}
"""What lists of pieces are called."""


def lists_of(*, month: bool) -> list[str]:
    """The pieces that a month's, or a year's, report opens to, in its order."""
    sections = MONTHLY if month else [x for x in OPENS if not x.startswith("month")]
    return [*dict.fromkeys(x.to for key in sections for x in OPENS[key] if x.to not in PAGES)]


def lines_known(to: str) -> Mapping[str, Said] | None:
    """The lines of such pieces; None: they are campaigns or unions."""
    if to in {"age", "covered"}:
        firsts = (0, *AGES)
        return {str(x): age(x, after) for x, after in zip(firsts, (*AGES, 0), strict=True)}
    return _LINES.get(to)


_ONE: Final[dict[str, Said]] = {"all": ("全部", "All")}
_LINES: Final[Mapping[str, Mapping[str, Said]]] = {
    "before": {"before": BALANCE["before"]},
    "units": _ONE,
    "covers": COVERS,
    "payer": {str(payer): said for payer, said in PAYERS.items()},
    "outcome": OUTCOMES,
    "care": CARE,
    "cap": CARE,
    "days": DAYS,
    **dict.fromkeys(("received", "decided", "paid", "booked"), _ONE),
}
