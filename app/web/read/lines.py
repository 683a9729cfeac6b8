"""One line of a statement, what was said of it, and what it may be, for an officer of the fund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.refund import refund_number
from app.banking.said import LAST_WORD
from app.online.settle import unsettled
from app.recoveries.standing import Money, Owed, receivables, recoveries

_MOST: Final = 50
_LINES: Final = f"""
    SELECT l.id, l.booked_on, l.amount_fen, l.payer_name, coalesce(p.tail, ''), l.remark, l.why,
           coalesce(said.act, l.taken_as), a.code, l.bank_key, w.name
    FROM statement_line l
    JOIN fund_account a ON a.id = l.account_id
    LEFT JOIN payer_account p ON p.id = l.payer_id
    {LAST_WORD}
    LEFT JOIN line_proposal d ON d.line_id = l.id
    LEFT JOIN account w ON w.id = d.proposed_by
"""  # noqa: S608 - put together from constants
_LINE: Final = text(f"{_LINES} WHERE l.id = :line")
_FOUND: Final = text(
    f"""{_LINES} WHERE l.id IN (
        SELECT id FROM statement_line WHERE right(bank_key, length(:said)) = :said
        UNION SELECT id FROM statement_line WHERE abs(amount_fen) = CAST(:fen AS bigint)
        UNION SELECT line_id FROM receipt WHERE reference = :said)
    ORDER BY l.booked_on DESC, l.id DESC LIMIT :most"""  # noqa: S608 - put together from constants
)
_PROPOSED: Final = text(f"{_LINES} WHERE d.line_id IS NOT NULL ORDER BY d.recorded_at LIMIT :most")
_WORDS: Final = text(
    """
    SELECT r.act, r.on_day, one.name, two.name FROM line_resolution r
    JOIN account two ON two.id = r.resolved_by
    LEFT JOIN account one ON one.id = r.proposed_by
    WHERE r.line_id = :line ORDER BY r.seq
    """
)
_PAYMENTS: Final = text(
    """
    SELECT p.batch_id, p.line, p.name,
           'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0')
    FROM payment_batch b JOIN payment p ON p.batch_id = b.id
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE b.made_on BETWEEN CAST(:day AS date) - 180 AND :day AND p.amount_fen = :fen
          AND NOT EXISTS (SELECT FROM line_resolution x
                          WHERE x.payment_resolution_id = coalesce(r.together_id, r.id))
    ORDER BY p.id DESC LIMIT 20
    """
)
_NAMED: Final = text(
    """
    SELECT p.batch_id, p.line, p.name,
           'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0'),
           p.amount_fen
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.id = ANY(:numbers) OR (p.member_id, p.grant_no, p.attempt) IN (
        SELECT member_id, grant_no, attempt FROM payment_resolution
        WHERE id = CAST(:first AS bigint) OR together_id = CAST(:first AS bigint))
    ORDER BY b.id, p.line
    """
)
_REFUND: Final = """
    SELECT u.id, u.payee, p.tail, w.name FROM unit_refund u
    JOIN payer_account p ON p.id = u.payer_id LEFT JOIN unit_now w ON w.id = u.unit_id
"""
_WITHDRAWN: Final = text(
    f"""{_REFUND} WHERE u.amount_fen = :fen
          AND EXISTS (SELECT FROM refund_step s WHERE s.refund_id = u.id AND s.step = 'approved')
          AND (SELECT s.step FROM refund_step s WHERE s.refund_id = u.id
               ORDER BY s.seq DESC LIMIT 1) = 'withdrawn'
    ORDER BY u.id DESC LIMIT :most"""  # noqa: S608 - put together from constants
)
_REFUND_NAMED: Final = text(f"{_REFUND} WHERE u.id = :refund")
_RESTS_ON: Final = text(
    """
    SELECT x.payment_resolution_id FROM line_resolution x
    WHERE x.line_id = :line ORDER BY x.seq DESC LIMIT 1
    """
)
_WAITING: Final = text("SELECT provider FROM online_notice GROUP BY provider ORDER BY provider")


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One line and how it stands; `proposed_by`: whose proposal waits, if one does."""

    id: int
    booked_on: date
    amount_fen: int
    payer_name: str
    payer_tail: str
    remark: str
    why: str
    state: str
    account: str
    bank_key: str
    proposed_by: str | None


@dataclass(frozen=True, slots=True)
class WordSeen:
    """What was said of it, by whom."""

    act: str
    on: date
    proposed_by: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment of the same amount, that this money may be."""

    batch_id: int
    line: int
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Back(Sent):
    """A payment that a line brought back, alone or with others, or is said to have."""

    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundNamed:
    """A refund, to whom, and of which unit's money, if of a unit's."""

    id: int
    payee: str
    tail: str
    unit: str | None

    @property
    def number(self) -> str:
        return refund_number(self.id)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What a platform holds by day: `upto_fen` is all of it up to that day."""

    provider: str
    day: date
    count: int
    upto_fen: int


def line_seen(session: Session, line_id: int) -> LineSeen | None:
    """The line of this number."""
    found = session.execute(_LINE, {"line": line_id}).one_or_none()
    return LineSeen(*found) if found else None


def lines_found(session: Session, said: str, fen: int | None) -> list[LineSeen]:
    """By the bank's number, or its end, or by the amount; the latest first."""
    asked = {"said": said, "fen": fen, "most": _MOST}
    return [LineSeen(*row) for row in session.execute(_FOUND, asked)]


def lines_proposed(session: Session) -> list[LineSeen]:
    """What waits for another officer, the oldest first."""
    return [LineSeen(*row) for row in session.execute(_PROPOSED, {"most": _MOST})]


def words_of(session: Session, line_id: int) -> list[WordSeen]:
    """What officers said of a line, in order."""
    return [WordSeen(*row) for row in session.execute(_WORDS, {"line": line_id})]


def payments_of(session: Session, fen: int, before: date) -> list[Sent]:
    """Payments of this amount that left before, and no line brought back; the latest first."""
    return [Sent(*row) for row in session.execute(_PAYMENTS, {"fen": fen, "day": before})]


def brought_back(
    session: Session, line_id: int, payments: Sequence[int] | None = None
) -> list[Back]:
    """What rests on a line now; or `payments`, as somebody proposes."""
    first = None if payments else session.scalar(_RESTS_ON, {"line": line_id})
    asked = {"numbers": list(payments or ()), "first": first}
    return [Back(*row) for row in session.execute(_NAMED, asked)]


def withdrawn(session: Session, fen: int) -> list[RefundNamed]:
    """Refunds of this amount that the bank was asked for, and that were withdrawn then."""
    asked = {"fen": fen, "most": _MOST}
    return [RefundNamed(*row) for row in session.execute(_WITHDRAWN, asked)]


def refund_named(session: Session, refund_id: int) -> RefundNamed:
    """The refund of this number."""
    return RefundNamed(*session.execute(_REFUND_NAMED, {"refund": refund_id}).one())


def unpaid(session: Session) -> list[Unpaid]:
    """What the platforms hold and have not paid out, by day."""
    found = []
    for provider in session.scalars(_WAITING):
        upto_fen = 0
        for day, some in groupby(
            sorted(unsettled(session, provider), key=lambda x: x.paid_on), key=lambda x: x.paid_on
        ):
            fens = [x.amount_fen for x in some]
            upto_fen += sum(fens)
            found.append(Unpaid(provider, day, len(fens), upto_fen))
    return found


def owed_by_others(session: Session, fen: int) -> Sequence[Owed]:
    """Recoveries of which so much is open; first those of which exactly so much is."""
    open_yet = [x for x in recoveries(session) if x.open_fen >= fen]
    return sorted(open_yet, key=lambda x: x.open_fen != fen)


def owed_by_members(session: Session, fen: int) -> Sequence[Money]:
    """Claims of which a member owes so much, that can be settled at once; first what is exact."""
    owed = [x for x in receivables(session) if min(x.excess.open_fen, x.owing_year_fen) >= fen]
    return sorted(owed, key=lambda x: x.excess.open_fen != fen)
