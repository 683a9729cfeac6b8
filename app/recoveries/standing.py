"""What is open: receivables of members by claim, and what others still owe."""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.excess import Excess, excess
from app.together import Question, together


class Money(NamedTuple):
    """Where one claim's money stands (`claim_money` in the schema), with its year and state.

    `paid_fen` is what reached the member and stayed there. `owing_year` is the benefit year in
    which the books hold the most of its receivable: what settles it is booked there. `back_fen` is
    what is owed to the member because it was paid back, or set off, of money that never arrived:
    it is no benefit (`owed_back` in the schema).
    """

    member_id: int
    claim_id: int
    state: str
    seq: int
    grant_no: int
    payable_fen: int
    paid_fen: int
    waiting_fen: int
    written_fen: int
    overtaken: bool
    benefit_year: int | None
    owing_year: int | None
    owing_year_fen: int
    back_fen: int = 0

    @property
    def due_fen(self) -> int:
        """What is to be paid of it, benefit and what was paid back."""
        return max(0, self.payable_fen - self.paid_fen - self.waiting_fen)

    @property
    def excess(self) -> Excess:
        return excess(self.payable_fen, self.paid_fen, self.written_fen)

    @property
    def owed_fen(self) -> int:
        """What the member is to get of a claim that grants nothing: what was paid back, or set off,
        of money that never arrived."""
        return 0 if self.payable_fen else max(0, -self.paid_fen)

    @property
    def free_fen(self) -> int:
        """What of its benefit could be used now."""
        if self.waiting_fen or self.overtaken or self.state not in {"payable", "card_wanted"}:
            return 0
        return max(0, self.due_fen - self.back_fen)


class OwedBack(NamedTuple):
    """What of a claim's money was paid back of money that never arrived."""

    claim_id: int
    back_fen: int


class Owed(NamedTuple):
    """An open recovery."""

    id: int
    member_id: int
    claim_id: int
    liable: str
    amount_fen: int
    received_fen: int
    given_up_fen: int
    granted_fen: int
    benefit_year: int
    booked_on: date
    reference: str

    @property
    def open_fen(self) -> int:
        return self.amount_fen - self.received_fen - self.given_up_fen

    @property
    def above_fen(self) -> int:
        """What of it is not the fund's any more, because the grant fell."""
        return min(self.open_fen, max(0, self.amount_fen - self.given_up_fen - self.granted_fen))


def money_of(session: Session, member_id: int, claim_id: int) -> Money | None:
    """Where a determined claim's money stands now."""
    return MONEY.first(session, member=member_id, claim=claim_id)


def receivables(session: Session) -> list[Money]:
    """Every claim that a member owes something of, in key order; the first thousand."""
    return [money for money in RECEIVABLES.all(session) if money.excess.open_fen]


def receivables_of(
    session: Session, claims: Collection[tuple[int, int]]
) -> tuple[list[Money], dict[int, int]]:
    """What the members of these claims (member, claim) owe, by claim, in key order.

    And by number each of these claims whose member owes, with what of its money is owed back: paid
    back of money that never arrived, it is no benefit.
    """
    if not claims:
        return [], {}
    members, numbers = zip(*claims, strict=True)
    facts = {"members": [*members], "claims": [*numbers]}
    found = together(session, facts, owed=_OWED_BY, back=_BACK_OF)
    return [money for money in found["owed"] if money.excess.open_fen], dict(found["back"])


def usable(session: Session, member_id: int, claim_id: int) -> list[Money]:
    """The member's other claims whose benefit could be used for what this one owes."""
    found = session.execute(_USABLE, {"member": member_id, "claim": claim_id})
    return [money for money in (Money(*row) for row in found) if money.free_fen]


def recoveries(session: Session, claim_id: int | None = None) -> list[Owed]:
    """Recoveries, of one claim or all; the oldest first."""
    if claim_id is None:
        return EVERY_RECOVERY.all(session)
    return RECOVERIES.all(session, claim=claim_id)


_OF_ONE: Final = (
    """SELECT CAST(:member AS bigint) AS member_id, CAST(:claim AS bigint) AS claim_id"""
)
_MONEY: Final = """
    WITH w AS MATERIALIZED (
        {of}
    ), booked AS (
        -- Postings are found by their account: all of it is read once, however many are asked for.
        SELECT DISTINCT ON (member_id, claim_id) member_id, claim_id, e.benefit_year,
               sum(l.amount_fen) AS fen
        FROM w JOIN posting l USING (member_id, claim_id) JOIN entry e ON e.id = l.entry_id
        WHERE l.account = '1201'
        GROUP BY member_id, claim_id, e.benefit_year HAVING sum(l.amount_fen) > 0
        ORDER BY member_id, claim_id, fen DESC, e.benefit_year
    )
    SELECT q.member_id, q.claim_id, q.state, q.seq, m.grant_no, m.payable_fen, m.paid_fen,
           m.waiting_fen, m.written_fen, m.overtaken, d.benefit_year, booked.benefit_year,
           coalesce(booked.fen, 0)::bigint,
           CASE WHEN m.paid_fen < m.payable_fen THEN owed_back(q.member_id, q.claim_id) ELSE 0 END
    FROM w JOIN claim_queue q USING (member_id, claim_id)
    CROSS JOIN LATERAL claim_money(q.member_id, q.claim_id) m
    JOIN determination d ON d.member_id = q.member_id AND d.grant_no = m.grant_no
    LEFT JOIN booked ON booked.member_id = q.member_id AND booked.claim_id = q.claim_id
    ORDER BY q.member_id, q.claim_id
"""
MONEY: Final = Question(_MONEY.format(of=_OF_ONE), Money)
"""`money_of`, for who asks more at once."""
_PAYABLE: Final = """SELECT member_id, claim_id FROM claim_queue
        WHERE member_id = :member AND claim_id <> :claim AND state IN ('payable', 'card_wanted')"""
_OWING: Final = """SELECT member_id, claim_id FROM posting
        WHERE account = '1201' GROUP BY member_id, claim_id HAVING sum(amount_fen) > 0
        ORDER BY member_id, claim_id LIMIT 1000"""
_OWE: Final = """SELECT member_id, claim_id FROM posting
        WHERE account = '1201' AND member_id = ANY(CAST(:members AS bigint[]))
        GROUP BY member_id, claim_id HAVING sum(amount_fen) > 0"""
_OWED_BY: Final = Question(_MONEY.format(of=_OWE), Money)
_BACK: Final = """
    SELECT claim_id, owed_back(member_id, claim_id)
    FROM unnest(CAST(:members AS bigint[]), CAST(:claims AS bigint[])) w (member_id, claim_id)
    WHERE member_id IN (SELECT member_id FROM ({owe}) o)
"""
_BACK_OF: Final = Question(_BACK.format(owe=_OWE), OwedBack)
RECEIVABLES: Final = Question(_MONEY.format(of=_OWING), Money)
"""Claims of which a member owes something, or owed it and has settled it since."""
_USABLE: Final = text(_MONEY.format(of=_PAYABLE))
_RECOVERIES: Final = """
    SELECT r.id, r.member_id, r.claim_id, r.liable, r.amount_fen,
           coalesce((SELECT sum(amount_fen) FROM recovery_receipt WHERE recovery_id = r.id),
                    0)::bigint,
           coalesce((SELECT sum(amount_fen) FROM recovery_write_off WHERE recovery_id = r.id),
                    0)::bigint,
           m.payable_fen, r.benefit_year, r.booked_on, r.reference
    FROM recovery r CROSS JOIN LATERAL claim_money(r.member_id, r.claim_id) m
    WHERE {where} ORDER BY r.id
"""
RECOVERIES: Final = Question(_RECOVERIES.format(where="r.claim_id = :claim"), Owed)
EVERY_RECOVERY: Final = Question(_RECOVERIES.format(where="true"), Owed)
