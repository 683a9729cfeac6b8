"""Determine what is due in one run, and record it. Twice equals once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication import book, entitlements
from app.adjudication.answers import Answer
from app.adjudication.determine_odd import OddBills, moved_fen, odd_bills
from app.adjudication.determine_plain import PlainBills, plain_bills
from app.adjudication.due import take_due
from app.adjudication.entitlements import Used
from app.adjudication.plain import Answered
from app.adjudication.write import write_answers, write_columns
from app.benefits.care import CARES
from app.benefits.columns import Refused, Whole
from app.benefits.tariffs import in_force
from app.claims.gather import MEMBERS_A_ROW
from app.db import side_by_side
from app.evidence.append import record
from app.jobs import DRAINS, forget
from app.ledger.post import hold_books, post, post_columns
from app.schemes.publish import published_schemes

MEMBERS_AT_ONCE: Final = MEMBERS_A_ROW
"""How many members one transaction takes: enough that the batch's own cost does not show."""
PLAIN_FROM: Final = 200
"""So many claims and more are worth columns; fewer are a page's or a day's."""
_NONE: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one drain did."""

    members: int
    determined: int
    payable_fen: int


def drain(
    session: Session, run_id: int, members: int = MEMBERS_AT_ONCE, plain_from: int = PLAIN_FROM
) -> Drained | None:
    """Determine the due bills of at most `members` members; None where no work is free."""
    hold_books(session)
    side_by_side(session, DRAINS)
    taken = take_due(session, run_id, members, plain_from)
    if taken is None:
        return None
    rules = in_force(published_schemes(session))
    plain = plain_bills(taken.plain, rules) if taken.plain else None
    odd = odd_bills(taken.odd, rules) if taken.odd else None
    answers, found = _determined_once(session, plain, odd)
    if found:
        write_columns(session, run_id, found)
        post_columns(session, found.entries(run_id))
    write_answers(session, run_id, answers)
    post(session, *book.entries(answers, run_id))
    forget(session, taken.job_ids)
    return _recorded(session, run_id, taken.members, answers, found)


def _determined_once(
    session: Session, plain: PlainBills | None, odd: OddBills | None
) -> tuple[list[Answer], Answered | None]:
    """The answers; again where a drain beside makes the same entitlement in this moment."""
    while True:
        try:
            with session.begin_nested():
                return _determined(session, plain, odd)
        except entitlements.MadeBeside:
            continue


def _determined(
    session: Session, plain: PlainBills | None, odd: OddBills | None
) -> tuple[list[Answer], Answered | None]:
    """The kernel's answers, with the entitlements of all locked in one order, and written."""
    asked = plain.caps() if plain else (_NONE,) * 4
    used = entitlements.lock(session, entitlements.wanted(*asked, odd.caps() if odd else {}))
    moved = np.zeros(len(used), np.int64)
    found = plain.answers(session, used, moved) if plain else None
    answers = odd.answers(session, used.of(odd.caps())) if odd else []
    _add(moved, used, answers)
    entitlements.write(session, used, moved)
    return answers, found


def _add(moved: Whole, used: Used, answers: Sequence[Answer]) -> None:
    for (member, care, year), by_fen in moved_fen(answers).items():
        key = (np.array([x]) for x in (member, CARES.index(care), year))
        moved[used.places(*key)] += by_fen


def _recorded(
    session: Session,
    run_id: int,
    members: int,
    answers: Sequence[Answer],
    found: Answered | None,
) -> Drained:
    """One event a drain, with a digest of what it decided."""
    years = {x.benefit_year for x in answers if x.benefit_year}
    refused = sum(x.refusal is not None for x in answers)
    determined, payable_fen = len(answers), sum(x.payable_fen for x in answers)
    digest = hashlib.sha256()
    if found:
        digest.update(found.told().encode())
        years |= set(np.unique(found.found.benefit_year).tolist()) - {0}
        refused += int(np.count_nonzero(found.found.refusal != Refused.NO))
        determined += len(found.plain)
        payable_fen += sum(found.found.payable.tolist())
    for x in answers:
        digest.update(f"{x.bill.member_id},{x.bill.claim_id},{x.seq},{x.payable_fen}\n".encode())
    if determined:
        record(
            session,
            "claims.determined",
            by=None,
            about=run_id,
            years=years,
            claims=determined,
            refused=refused,
            payable_fen=payable_fen,
            sha256=digest.hexdigest(),
        )
    return Drained(members, determined, payable_fen)
