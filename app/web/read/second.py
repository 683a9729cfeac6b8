"""What waits for a second officer, or for one who looks: beside claims, money and orders."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.propose import CLOSED
from app.ledger.ask import asked
from app.web.read.heirs import deceased
from app.web.read.scope import MEMBER, UNIT, Scope

# Few are open at a time: each is asked whose it is.
_OPEN: Final = f"""(
    SELECT p.id, p.member_id, p.claim_id, p.prepared_by, p.act, p.what, p.reason,
           p.other_claim_id, p.amount_fen
    FROM proposal p
    JOIN claim_queue c ON (c.member_id, c.claim_id) = (p.member_id, p.claim_id)
    WHERE NOT {CLOSED} OFFSET 0)"""  # noqa: S608 - put together from constants
_COUNTS: Final = text(
    f"""
    SELECT (SELECT count(*) FROM notice_delivery d JOIN notice n ON n.id = d.notice_id
            LEFT JOIN unit u ON u.id = n.unit_id WHERE d.state = 'failed' AND {UNIT}),
           (SELECT count(*) FROM {_OPEN} c WHERE {MEMBER}),
           (SELECT count(*) FROM scheme_draft WHERE :whole AND state = 'open'),
           (SELECT count(*) FROM online_notice o WHERE :whole AND o.receipt_id IS NULL
            AND NOT EXISTS (SELECT FROM online_decision x WHERE x.notice_id = o.id)),
           (SELECT count(*) FROM public_list l WHERE :whole AND l.until_on >= (
                transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date
            AND NOT EXISTS (SELECT FROM public_list_approval a WHERE a.list_id = l.id)
            AND NOT EXISTS (SELECT FROM public_list_end e WHERE e.list_id = l.id))
    """  # noqa: S608 - put together from constants
)
_PROPOSALS: Final = text(
    f"""
    SELECT c.id, c.member_id, c.claim_id, w.name AS by, c.act, c.what, c.reason,
           c.other_claim_id, c.amount_fen
    FROM {_OPEN} c
    JOIN account w ON w.id = c.prepared_by
    WHERE {MEMBER} ORDER BY c.id LIMIT 200
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Second:
    """Counts: `notices` that failed, `proposals` about claims, `drafts` of schemes, `online`
    payments that fit no order, public `lists` to approve, `books` to close or reverse, `heirs` to
    be named or approved."""

    notices: int
    proposals: int
    drafts: int
    online: int
    lists: int
    books: int = 0
    heirs: int = 0


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal about a claim that waits, who made it and what it is."""

    id: int
    member_id: int
    claim_id: int
    by: str
    act: str
    what: str | None
    reason: str | None
    other_claim_id: int | None
    amount_fen: int | None


def second(session: Session, scope: Scope) -> Second:
    """What waits in the scope; what is of no unit waits for the city federation's officers."""
    found = session.execute(_COUNTS, scope.asked).one()
    if not scope.whole:
        return Second(*found)
    heirs = sum(1 for each in deceased(session) if each.proposed or (each.claims and not each.heir))
    return replace(Second(*found), books=len(asked(session)), heirs=heirs)


def proposals_waiting(session: Session, scope: Scope) -> list[Proposed]:
    """Open proposals about claims in the scope, the oldest first."""
    return [Proposed(*row) for row in session.execute(_PROPOSALS, scope.asked)]
