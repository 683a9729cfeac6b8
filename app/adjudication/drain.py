"""Determine what is due in one run, and record it. Twice equals once."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication import as_columns, book, entitlements
from app.adjudication.answers import Answer, answered, answers_of
from app.adjudication.due import Due, take_due
from app.adjudication.entitlements import Key
from app.adjudication.order import determine_in_order
from app.adjudication.write import write_answers
from app.benefits.care import CARES, package_med_types
from app.benefits.columns import NO_CAP, Bills, Flag, Granted
from app.benefits.kernel import Assessed, assess
from app.benefits.tariffs import Schemes, in_force
from app.db import side_by_side
from app.evidence.append import record
from app.jobs import DRAINS, forget
from app.ledger.post import hold_books, post
from app.schemes.publish import published_schemes

MEMBERS_AT_ONCE = 4_000
"""How many members one transaction takes: enough that the batch's own cost does not show."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one drain did."""

    members: int
    determined: int
    payable_fen: int


def drain(session: Session, run_id: int, members: int = MEMBERS_AT_ONCE) -> Drained | None:
    """Determine the due bills of at most `members` members; None where no work is free."""
    hold_books(session)
    side_by_side(session, DRAINS)
    due = take_due(session, run_id, members)
    if due is None:
        return None
    answers = _determined(session, due)
    write_answers(session, run_id, answers)
    post(session, *book.entries(answers, run_id))
    forget(session, due.job_ids)
    if answers:
        _record(session, run_id, answers)
    return Drained(len(due.job_ids), len(answers), sum(x.payable_fen for x in answers))


def _determined(session: Session, due: Due) -> list[Answer]:
    """The kernel's answers to the due bills, with the entitlements locked and written."""
    rules = in_force(published_schemes(session))
    covers = as_columns.covers_of(due.covers)
    stays = as_columns.stay_numbers(due.bills, list(due.live.values()))
    bills = as_columns.bills_of(due.bills, stays, package_med_types())
    assessed = assess(bills, covers, rules)
    said = answered(due.bills, due.live, due.covers, assessed)
    if said:
        left = [bill for bill in due.bills if bill.claim_id not in said]
        return _determined(session, replace(due, bills=left)) if left else []
    caps = _entitlements(bills, assessed, rules, due)
    used = entitlements.lock(session, caps)
    per_stay = assessed.open & rules.per_stay[assessed.rule]
    granted = _granted(session, due, used, stays, per_stay)
    back = as_columns.given_back(due.bills, due.live, stays)
    found = determine_in_order(bills, covers, rules, granted, back)
    answers = answers_of(due.bills, due.live, due.covers, rules.schemes, found, due.doubtful)
    entitlements.write(session, _used_now(used, answers))
    return answers


def _entitlements(
    bills: Bills, assessed: Assessed, rules: Schemes, due: Due
) -> dict[Key, int | None]:
    """Every entitlement that the bills or what they give back touch, with its cap."""
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
    for bill in due.bills:
        live = due.live.get(bill.claim_id)
        if live and live.refusal is None and live.care and live.benefit_year:
            caps.setdefault((bill.member_id, live.care, live.benefit_year), None)
    return caps


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


def _used_now(used: Mapping[Key, int], answers: Iterable[Answer]) -> dict[Key, int]:
    """What is used of each entitlement that changed."""
    moved: Counter[Key] = Counter()
    for answer in answers:
        member_id, before = answer.bill.member_id, answer.before
        if before and before.payable_fen and before.care and before.benefit_year:
            moved[member_id, before.care, before.benefit_year] -= before.payable_fen
        if answer.payable_fen and answer.care and answer.benefit_year:
            moved[member_id, answer.care, answer.benefit_year] += answer.payable_fen
    return {key: used[key] + by_fen for key, by_fen in moved.items() if by_fen}


def _record(session: Session, run_id: int, answers: Sequence[Answer]) -> None:
    """One event a drain, with a digest of what it decided."""
    digest = hashlib.sha256()
    for x in answers:
        digest.update(f"{x.bill.member_id},{x.bill.claim_id},{x.seq},{x.payable_fen}\n".encode())
    record(
        session,
        "claims.determined",
        by=None,
        about=run_id,
        years={x.benefit_year for x in answers if x.benefit_year},
        claims=len(answers),
        refused=sum(x.refusal is not None for x in answers),
        payable_fen=sum(x.payable_fen for x in answers),
        sha256=digest.hexdigest(),
    )
