"""What is a unit's again, how much of it there is, and using it for a roster.

Credit stands on 2102 in the benefit year whose money it was; the books say how much. Used, it
becomes a receipt that no bank sent (`from_year`), which fills rosters as money does. Between
benefit years it goes through 1901, so that each year balances. Whoever uses or gives it back takes
the turn of the covers; what a refund asks back is no credit from the proposal on: nothing is used
twice. Units that stand as one have one credit, and it stands on the one they stand as.
"""

from datetime import date
from typing import Final, LiteralString

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.contributions.fill import fill
from app.contributions.models import LateCredit
from app.contributions.receive import COVERS, NoSuchRoster, Received, check_money
from app.contributions.standing import standing
from app.db import fetched, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.roster.now import standing_as_one, unit_now
from app.together import Question

_CREDIT: Final = f"""
SELECT benefit_year, sum(fen)::bigint FROM (
    SELECT e.benefit_year, -p.amount_fen AS fen
    FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE p.account = '{Account.CREDITED_BACK.value}'
          AND p.unit_id = ANY(CAST(:units AS bigint[]))
    UNION ALL
    SELECT u.benefit_year, -u.amount_fen FROM unit_refund u
    WHERE u.source = 'credited' AND u.unit_id = ANY(CAST(:units AS bigint[]))
          AND coalesce((SELECT step FROM refund_step s WHERE s.refund_id = u.id
                        ORDER BY seq DESC LIMIT 1), 'proposed') NOT IN ('withdrawn', 'paid')
) moved GROUP BY 1 HAVING sum(fen) > 0 ORDER BY 1
"""  # noqa: S608 - put together from constants
CREDIT: Final = Question(_CREDIT, lambda year, fen: (int(year), int(fen)))
"""`credit_of`, by the units that stand as one."""
_ADD: LiteralString = """
INSERT INTO receipt (unit_id, benefit_year, amount_fen, received_on, reference, roster_id,
                     from_year, recorded_by)
SELECT %(unit)s, %(year)s, %(fen)s, %(on)s,
       'CREDIT-' || %(from_year)s::text || '-' || (count(*) + 1)::text, %(roster)s,
       %(from_year)s, %(by)s
FROM receipt c
WHERE c.unit_id = %(unit)s AND c.benefit_year = %(year)s AND c.from_year = %(from_year)s
RETURNING id
"""
_LATE: LiteralString = """
SELECT r.unit_id, r.benefit_year, r.unit_due_fen + r.worker_due_fen, count(*), max(o.full_on),
       EXISTS (SELECT FROM late_credit l WHERE l.roster_id = r.id)
FROM roster r JOIN enrolment_outcome o ON o.roster_id = r.id AND o.outcome = 'undecided'
WHERE r.id = %(roster)s GROUP BY r.id
"""


class NotSoMuchCredit(Refusal):
    """The unit has less credit of that benefit year."""


class NothingToFill(Refusal):
    """No roster of the unit waits for money in that benefit year."""


class NothingUndecided(Refusal):
    """No money of this roster waits for a decision."""


class CreditUsedBefore(Refusal):
    """Credit is not used before it was there, nor for an earlier benefit year."""


def credit_of(session: Session, unit_id: int) -> dict[int, int]:
    """What is the unit's again, in fen, by the benefit year whose money it was.

    With that of all that stand as one with it; without what refunds ask to give back.
    """
    return dict(CREDIT.all(session, units=standing_as_one(session, unit_id)))


def use_credit(
    session: Session,
    *,
    unit_id: int,
    from_year: int,
    year: int,
    on: date,
    by: int,
    amount_fen: int | None = None,
) -> Received:
    """Fill the unit's rosters of `year`, oldest first, with its credit of `from_year`.

    Without an amount: what they lack, or all there is. Raises NothingToFill, NotSoMuchCredit,
    CreditUsedBefore and as `check_money` and `officer`.
    """
    officer(session, by)
    one_at_a_time(session, COVERS)
    unit_id = unit_now(session, unit_id).stands_id
    missing_fen = standing(session, unit_id, year).missing_fen
    if not missing_fen:
        raise NothingToFill(year=year)
    left_fen = credit_of(session, unit_id).get(from_year, 0)
    wanted_fen = min(missing_fen, left_fen) if amount_fen is None else amount_fen
    return _use(session, unit_id, from_year, year, wanted_fen, on, by)


def credit_late(session: Session, roster_id: int, *, on: date, by: int, carry: bool = False) -> int:
    """Decide about money that came too late to begin a roster's covers; how much it is, in fen.

    It is the unit's again. `carry`: and goes to the next benefit year at once, to fill its rosters.
    Said twice it is decided once. Raises NoSuchRoster, NothingUndecided and as `use_credit`.
    """
    officer(session, by)
    one_at_a_time(session, COVERS)
    found = fetched(session, _LATE, {"roster": roster_id})
    if not found:
        raise NothingUndecided
    ((unit_id, year, each_fen, heads, full_on, decided),) = found
    amount_fen = int(each_fen * heads)
    if unit_id is None or decided:
        raise NoSuchRoster if unit_id is None else NothingUndecided
    # What was held for it went along where its unit has gone into another.
    unit_id = unit_now(session, unit_id).stands_id
    check_money(amount_fen, on, "-")
    if on < full_on:
        raise CreditUsedBefore(on=on.isoformat(), since=full_on.isoformat())
    decision = {"roster_id": roster_id, "decided_on": on, "recorded_by": by}
    session.execute(insert(LateCredit).values(decision))
    # What was held for a unit that has gone into another is held for that one.
    unit_id = unit_now(session, unit_id).stands_id
    again = (
        Posting(Account.MONEY_HELD, amount_fen, unit_id=unit_id),
        Posting(Account.CREDITED_BACK, -amount_fen, unit_id=unit_id),
    )
    post(session, Entry(year, on, "late money credited", again, roster_id))
    record(session, "late.credited", by=by, about=roster_id, years=[year], amount_fen=amount_fen)
    if carry:
        _use(session, unit_id, year, year + 1, amount_fen, on, by)
    return amount_fen


def _use(
    session: Session, unit_id: int, from_year: int, year: int, amount_fen: int, on: date, by: int
) -> Received:
    check_money(amount_fen, on, "-")
    left_fen = credit_of(session, unit_id).get(from_year, 0)
    if amount_fen > left_fen:
        raise NotSoMuchCredit(left_fen=left_fen, year=from_year)
    if year < from_year:
        raise CreditUsedBefore(on=str(year), since=str(from_year))
    unit_id = unit_now(session, unit_id).stands_id
    facts = {"unit": unit_id, "year": year, "from_year": from_year, "fen": amount_fen}
    ((receipt_id,),) = fetched(session, _ADD, facts | {"on": on, "roster": None, "by": by})
    post(session, *_entries(unit_id, from_year, year, amount_fen, on, receipt_id))
    record(
        session,
        "credit.used",
        by=by,
        about=receipt_id,
        years=[from_year, year],
        amount_fen=amount_fen,
        from_year=from_year,
        benefit_year=year,
    )
    return Received(receipt_id, again=False, begun=fill(session, unit_id, year, by=by))


def _entries(
    unit_id: int, from_year: int, year: int, amount_fen: int, on: date, receipt_id: int
) -> list[Entry]:
    used = Posting(Account.CREDITED_BACK, amount_fen, unit_id=unit_id)
    held = Posting(Account.MONEY_HELD, -amount_fen, unit_id=unit_id)
    if year == from_year:
        return [Entry(year, on, "credit used", (used, held), receipt_id)]
    gone, come = (Posting(Account.BETWEEN_YEARS, x) for x in (-amount_fen, amount_fen))
    return [
        Entry(from_year, on, "credit used", (used, gone), receipt_id),
        Entry(year, on, "credit used", (come, held), receipt_id),
    ]
