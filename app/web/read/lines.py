"""One line of a statement, what was said of it, and what it may be, for an officer of the fund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.refund import refund_number
from app.banking.said import LAST_WORD
from app.payments.find_back import MAY_BE_BACK
from app.payments.fitting import MayBeBack
from app.recoveries.standing import EVERY_RECOVERY, RECEIVABLES, Money, Owed
from app.together import Question, together

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
_PROPOSED: Final = f"{_LINES} WHERE d.line_id IS NOT NULL ORDER BY d.recorded_at LIMIT 50"
_WORDS: Final = """
    SELECT r.act, r.on_day, one.name, two.name FROM line_resolution r
    JOIN account two ON two.id = r.resolved_by
    LEFT JOIN account one ON one.id = r.proposed_by
    WHERE r.line_id = :line ORDER BY r.seq
"""
# Batch by batch through the key (OFFSET 0): the planner would read all payments there ever were.
_PAYMENTS: Final = """
    SELECT p.batch_id, p.line, p.name,
           'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0')
    FROM payment_batch b
    CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.batch_id = b.id OFFSET 0) p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE b.made_on BETWEEN CAST(:day AS date) - 180 AND :day AND p.amount_fen = :fen
          AND NOT EXISTS (SELECT FROM line_resolution x
                          WHERE x.payment_resolution_id = coalesce(r.together_id, r.id))
    ORDER BY p.id DESC LIMIT 20
"""
_BACK: Final = """
    WITH first AS (
        SELECT x.payment_resolution_id AS id FROM line_resolution x
        WHERE x.line_id = :line AND cardinality(CAST(:numbers AS bigint[])) = 0
        ORDER BY x.seq DESC LIMIT 1
    ), back AS (
        SELECT r.member_id, r.grant_no, r.attempt FROM payment_resolution r
        JOIN first ON first.id IN (r.id, r.together_id)
        UNION
        SELECT p.member_id, p.grant_no, p.attempt FROM payment p
        WHERE p.id = ANY(CAST(:numbers AS bigint[]))
    )
    SELECT p.batch_id, p.line, p.name,
           'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0'),
           p.amount_fen
    FROM back JOIN payment p USING (member_id, grant_no, attempt)
    JOIN payment_batch b ON b.id = p.batch_id
    ORDER BY b.id, p.line
"""
_REFUND: Final = """
    SELECT u.id, u.payee, p.tail, w.name, u.amount_fen FROM unit_refund u
    JOIN payer_account p ON p.id = u.payer_id LEFT JOIN unit_now w ON w.id = u.unit_id
"""
_WITHDRAWN: Final = f"""{_REFUND} WHERE u.amount_fen = ANY(CAST(:fens AS bigint[]))
          AND EXISTS (SELECT FROM refund_step s WHERE s.refund_id = u.id AND s.step = 'approved')
          AND (SELECT s.step FROM refund_step s WHERE s.refund_id = u.id
               ORDER BY s.seq DESC LIMIT 1) = 'withdrawn'
    ORDER BY u.id DESC LIMIT 200"""  # noqa: S608 - put together from constants
_REFUND_NAMED: Final = text(f"{_REFUND} WHERE u.id = :refund")
_UNPAID: Final = """
    SELECT n.provider, r.received_on, count(*),
           sum(sum(n.amount_fen)) OVER (PARTITION BY n.provider ORDER BY r.received_on)::bigint
    FROM online_notice n LEFT JOIN online_decision d ON d.notice_id = n.id
    JOIN receipt r ON r.id = coalesce(n.receipt_id, d.receipt_id)
    WHERE NOT EXISTS (SELECT FROM online_payout_line l WHERE l.notice_id = n.id)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


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


@dataclass(frozen=True, slots=True)
class MayBe:
    """What money that came may be: what platforms hold, what others or members owe, payments that
    came back (of `sent` exactly this amount)."""

    unpaid: list[Unpaid]
    others: list[Owed]
    members: list[Money]
    back: list[MayBeBack]
    sent: list[Sent]


def line_seen(session: Session, line_id: int) -> LineSeen | None:
    """The line of this number."""
    found = session.execute(_LINE, {"line": line_id}).one_or_none()
    return LineSeen(*found) if found else None


def lines_found(session: Session, said: str, fen: int | None) -> list[LineSeen]:
    """By the bank's number, or its end, or by the amount; the latest first."""
    asked = {"said": said, "fen": fen, "most": _MOST}
    return [LineSeen(*row) for row in session.execute(_FOUND, asked)]


PROPOSED: Final = Question(_PROPOSED, LineSeen)
"""What waits for another officer, the oldest first."""
WITHDRAWN: Final = Question(_WITHDRAWN, lambda *row: (row[-1], RefundNamed(*row[:-1])))
"""Refunds of these amounts that the bank was asked for, and that were withdrawn then."""


def history_of(
    session: Session, line_id: int, payments: Sequence[int] | None
) -> tuple[list[WordSeen], list[Back]]:
    """What officers said of a line, in order; and what rests on it, or `payments`, as proposed."""
    asked = {"line": line_id, "numbers": list(payments or ())}
    found = together(session, asked, words=_SAID, back=_RESTS)
    return found["words"], found["back"]


def may_be(session: Session, line: LineSeen) -> MayBe:
    """What money that came may be."""
    found = together(session, {"fen": line.amount_fen, "day": line.booked_on}, **_MAY_BE)
    return MayBe(
        found["unpaid"],
        _owed_by_others(found["others"], line.amount_fen),
        _owed_by_members(found["members"], line.amount_fen),
        found["back"],
        found["sent"],
    )


def withdrawn(session: Session, fen: int) -> list[RefundNamed]:
    """Refunds of this amount that the bank was asked for, and that were withdrawn then."""
    return [refund for _, refund in WITHDRAWN.all(session, fens=[fen])]


def refund_named(session: Session, refund_id: int) -> RefundNamed:
    """The refund of this number."""
    return RefundNamed(*session.execute(_REFUND_NAMED, {"refund": refund_id}).one()[:-1])


_SAID: Final = Question(_WORDS, WordSeen)
_RESTS: Final = Question(_BACK, Back)
_MAY_BE: Final[dict[str, Question[Any]]] = {
    "unpaid": Question(_UNPAID, Unpaid),
    "others": EVERY_RECOVERY,
    "members": RECEIVABLES,
    "back": MAY_BE_BACK,
    "sent": Question(_PAYMENTS, Sent),
}


def _owed_by_others(found: Sequence[Owed], fen: int) -> list[Owed]:
    """Recoveries of which so much is open; first those of which exactly so much is."""
    open_yet = [x for x in found if x.open_fen >= fen]
    return sorted(open_yet, key=lambda x: x.open_fen != fen)


def _owed_by_members(found: Sequence[Money], fen: int) -> list[Money]:
    """Claims of which a member owes so much, that can be settled at once; first what is exact."""
    owed = [x for x in found if min(x.excess.open_fen, x.owing_year_fen) >= fen]
    return sorted(owed, key=lambda x: x.excess.open_fen != fen)
