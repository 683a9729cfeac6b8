"""Determine bills one by one: those of which something is odd, and those that come alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication import as_columns, entitlements
from app.adjudication.answers import Answer, answered, answers_of
from app.adjudication.bills import Due
from app.adjudication.entitlements import Key
from app.adjudication.order import determine_in_order
from app.benefits.care import CARES, package_med_types
from app.benefits.columns import NO_CAP, Bills, Flag, Granted
from app.benefits.kernel import Assessed, assess
from app.benefits.tariffs import Schemes


@dataclass(frozen=True, slots=True)
class OddBills:
    """Due bills as the kernel sees them, each by itself: nothing is granted yet."""

    due: Due
    bills: Bills
    stays: dict[str, int]
    assessed: Assessed
    rules: Schemes

    def caps(self) -> dict[Key, int | None]:
        """Every entitlement that the bills or what they give back touch, with its cap."""
        bills, assessed, rules = self.bills, self.assessed, self.rules
        rows = zip(
            bills.member[assessed.open].tolist(),
            assessed.care[assessed.open].tolist(),
            assessed.benefit_year[assessed.open].tolist(),
            rules.cap[assessed.rule[assessed.open]].tolist(),
            strict=True,
        )
        caps: dict[Key, int | None] = {
            (member, CARES[care], year): None if cap == NO_CAP else cap
            for member, care, year, cap in rows
        }
        for bill in self.due.bills:
            live = self.due.live.get(bill.claim_id)
            if live and live.refusal is None and live.care and live.benefit_year:
                caps.setdefault((bill.member_id, live.care, live.benefit_year), None)
        return caps

    def answers(self, session: Session, used: Mapping[Key, int]) -> list[Answer]:
        """The kernel's answers; `used` of every entitlement in `caps`, which are locked."""
        due, rules = self.due, self.rules
        per_stay = self.assessed.open & rules.per_stay[self.assessed.rule]
        granted = _granted(session, due, used, self.stays, per_stay)
        back = as_columns.given_back(due.bills, due.live, self.stays)
        found = determine_in_order(
            self.bills, as_columns.covers_of(due.covers), rules, granted, back
        )
        return answers_of(due.bills, due.live, due.covers, rules.schemes, found, due.doubtful)


def odd_bills(due: Due, rules: Schemes) -> OddBills | None:
    """The due bills, without those whose live determination answers them; None: nothing is left."""
    covers = as_columns.covers_of(due.covers)
    while due.bills:
        stays = as_columns.stay_numbers(due.bills, list(due.live.values()))
        bills = as_columns.bills_of(due.bills, stays, package_med_types())
        assessed = assess(bills, covers, rules)
        said = answered(due.bills, due.live, due.covers, assessed)
        if not said:
            return OddBills(due, bills, stays, assessed, rules)
        due = replace(due, bills=[bill for bill in due.bills if bill.claim_id not in said])
    return None


def _granted(
    session: Session, due: Due, used: Mapping[Key, int], stays: Mapping[str, int], per_stay: Flag
) -> Granted:
    """What stands granted: of stays only those of bills whose bands run `per_stay`."""
    asking = [due.bills[row] for row in np.flatnonzero(per_stay).tolist()]
    members = {bill.member_id for bill in asking if bill.mdtrt_id}
    so_far = []
    if members:
        named = {bill.mdtrt_id for bill in asking}
        so_far = entitlements.stays_so_far(session, members, named)
    rows = [(*key, used_fen) for key, used_fen in used.items()]
    return as_columns.granted_of(rows, so_far, dict(stays))


def moved_fen(answers: Iterable[Answer]) -> Counter[Key]:
    """By how much each entitlement's use changes."""
    moved: Counter[Key] = Counter()
    for answer in answers:
        member_id, before = answer.bill.member_id, answer.before
        if before and before.payable_fen and before.care and before.benefit_year:
            moved[member_id, before.care, before.benefit_year] -= before.payable_fen
        if answer.payable_fen and answer.care and answer.benefit_year:
            moved[member_id, answer.care, answer.benefit_year] += answer.payable_fen
    return moved
