"""Money out as officers of the city federation see it: what is ready, batches, their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.payments.send import batch_number
from app.together import Question, together
from app.web.paging import Asked, Page

LARGEST: Final = 10


@dataclass(frozen=True, slots=True)
class Ready:
    """Claims of a year that wait for money; not yet told whether each can be paid.

    By state, as every list and the start page count them: `claims` are payable, `cards` wait for
    another card. `order_id`: what is prepared of this year and waits for approval.
    """

    year: int
    claims: int
    cards: int
    order_id: int | None

    @property
    def order(self) -> str | None:
        """The number of what waits for approval."""
        return batch_number(self.year, self.order_id) if self.order_id else None


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A batch, or an order that is none yet (`state` prepared, approved, withdrawn).

    `state` of a batch is sent, or answered where nothing of it is open. `prepared_is`: the member
    who prepared it, if a member did.
    """

    id: int
    benefit_year: int
    made_on: date
    template: str
    lines: int
    total_fen: int
    file_sha256: str
    wants_third: bool
    state: str
    prepared_by: int
    approved_by: int | None
    prepared: str
    approved: str | None
    third: str | None
    at: datetime
    paid: int
    failed: int
    unknown: int
    account: str | None
    prepared_is: int | None

    @property
    def number(self) -> str:
        return batch_number(self.benefit_year, self.id)

    @property
    def open(self) -> int:
        """Payments the bank has not answered, the unknown ones with them."""
        return self.lines - self.paid - self.failed

    @property
    def is_order(self) -> bool:
        return self.state in ("prepared", "approved", "withdrawn")


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One payment of a batch or an order. `kind`: first, again (after a failure), difference."""

    line: int
    member_id: int
    claim_id: int
    name: str
    amount_fen: int
    kind: str
    unseen_by_bureau: bool


def ready(session: Session) -> list[Ready]:
    """Which years have claims that wait for money, the latest first."""
    return [Ready(*row) for row in session.execute(_READY)]


def differences(session: Session, claims: Sequence[tuple[int, int]]) -> int:
    """Of how many of these claims (member, number) some money has arrived before."""
    members, numbers = ([key[place] for key in claims] for place in (0, 1))
    asked = {"members": members, "claims": numbers}
    return int(session.execute(_DIFFERENCES, asked).scalar_one())


def batches(session: Session, asked: Asked) -> Page[BatchSeen]:
    """Batches and orders, the latest first."""
    wanted = {"before": asked.after or 2**62, "size": asked.size + 1, "id": None}
    rows = [BatchSeen(*row) for row in session.execute(_BATCHES, wanted)]
    following = rows[asked.size - 1].id if len(rows) > asked.size else None
    return Page(rows[: asked.size], following)


def batch_seen(session: Session, batch_id: int) -> BatchSeen | None:
    """One of them."""
    wanted = {"before": 2**62, "size": 1, "id": batch_id}
    row = session.execute(_BATCHES, wanted).one_or_none()
    return BatchSeen(*row) if row else None


@dataclass(frozen=True, slots=True)
class LinesSeen:
    """What to look at of an order's lines, the largest of each: of all, of differences to what was
    paid before, and of bills that a person typed and the bureau has not sent yet.

    `kinds`: how many are paid for the first time, again after a failure, or for a difference.
    """

    kinds: dict[str, int]
    largest: list[LineSeen]
    corrections: list[LineSeen]
    without_bureau: list[LineSeen]


def lines_seen(session: Session, batch: BatchSeen) -> LinesSeen:
    """Its lines, told once."""
    found = together(
        session,
        _of(batch),
        _KIND,
        kinds=_KINDS,
        largest=_some("true"),
        corrections=_some("kind = 'difference'"),
        without_bureau=_some("unseen"),
    )
    return LinesSeen(dict(found.pop("kinds")), **found)


def kinds(session: Session, batch: BatchSeen) -> dict[str, int]:
    """How many lines are of each kind."""
    return dict(together(session, _of(batch), _KIND, kinds=_KINDS)["kinds"])


def _some(where: str) -> Question[LineSeen]:
    query = f"SELECT * FROM told WHERE {where} ORDER BY amount_fen DESC, line LIMIT {LARGEST}"  # noqa: S608
    return Question(query, LineSeen)


_KINDS: Final = Question(
    "SELECT kind, count(*) FROM told GROUP BY 1", lambda kind, count: (kind, count)
)


def _of(batch: BatchSeen) -> dict[str, object]:
    return {"id": batch.id, "order": batch.is_order}


_READY: Final = text(
    """
    SELECT live.benefit_year, count(*) FILTER (WHERE q.state = 'payable'),
           count(*) FILTER (WHERE q.state = 'card_wanted'),
           (SELECT max(o.id) FROM payment_order o
            WHERE o.benefit_year = live.benefit_year AND o.state IN ('prepared', 'approved'))
    FROM claim_queue q
    CROSS JOIN LATERAL (
        SELECT coalesce(d.benefit_year, owed_year(q.member_id, q.claim_id)) AS benefit_year
        FROM determination d
        WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id ORDER BY d.seq DESC LIMIT 1
    ) live
    WHERE q.state IN ('payable', 'card_wanted') AND live.benefit_year IS NOT NULL
    GROUP BY 1 ORDER BY 1 DESC
    """
)

_DIFFERENCES: Final = text(
    """
    SELECT count(*) FROM unnest(CAST(:members AS bigint[]), CAST(:claims AS bigint[]))
        AS w(member_id, claim_id)
    WHERE EXISTS (
        SELECT FROM payment p JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE p.member_id = w.member_id AND p.claim_id = w.claim_id
              AND coalesce(r.says, o.outcome) = 'paid')
    """
)

_BATCHES: Final = text(
    """
    WITH found AS (
        SELECT o.id, o.benefit_year, o.made_on, o.template, o.lines, o.total_fen, o.file_sha256,
               o.wants_third, o.state, o.prepared_by, o.approved_by, o.third_by, o.recorded_at,
               o.fund_account_id
        FROM payment_order o WHERE o.state <> 'sent'
        UNION ALL
        SELECT b.id, b.benefit_year, b.made_on, b.template, b.lines, b.total_fen, b.file_sha256,
               b.third_by IS NOT NULL, 'sent', b.prepared_by, b.approved_by, b.third_by,
               coalesce(o.recorded_at, b.recorded_at), b.fund_account_id
        FROM payment_batch b LEFT JOIN payment_order o ON o.id = b.id
    ), chosen AS (
        SELECT * FROM found
        WHERE id < :before AND (CAST(:id AS bigint) IS NULL OR id = :id)
        ORDER BY id DESC LIMIT :size
    ), said AS (
        -- The bank's word as the database counts it; then where two people said otherwise, and what
        -- the bank did not know: few of all payments.
        SELECT batch_id, sum(paid)::bigint AS paid, sum(failed)::bigint AS failed,
               sum(unknown)::bigint AS unknown
        FROM (
            SELECT batch_id, paid, failed, 0 AS unknown FROM batch_sum
            WHERE batch_id IN (SELECT id FROM chosen)
            UNION ALL
            SELECT p.batch_id,
                   (r.says = 'paid')::int - coalesce((o.outcome = 'paid')::int, 0),
                   (r.says = 'failed')::int - coalesce((o.outcome = 'failed')::int, 0), 0
            FROM resolution_now r JOIN payment p USING (member_id, grant_no, attempt)
            LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
            WHERE p.batch_id IN (SELECT id FROM chosen)
            UNION ALL
            SELECT p.batch_id, 0, 0, 1
            FROM payment_unknown u JOIN payment p USING (member_id, grant_no, attempt)
            WHERE p.batch_id IN (SELECT id FROM chosen) AND NOT EXISTS (
                SELECT FROM payment_outcome o WHERE o.member_id = p.member_id
                AND o.grant_no = p.grant_no AND o.attempt = p.attempt)
        ) told GROUP BY batch_id
    )
    SELECT s.id, s.benefit_year, s.made_on, s.template, s.lines, s.total_fen, s.file_sha256,
           s.wants_third,
           CASE WHEN s.state = 'sent' AND said.paid + said.failed = s.lines
                THEN 'answered' ELSE s.state END,
           s.prepared_by, s.approved_by, one.name, other.name, third.name, s.recorded_at,
           coalesce(said.paid, 0), coalesce(said.failed, 0), coalesce(said.unknown, 0), f.code,
           one.member_id
    FROM chosen s
    JOIN account one ON one.id = s.prepared_by
    LEFT JOIN account other ON other.id = s.approved_by
    LEFT JOIN account third ON third.id = s.third_by
    LEFT JOIN fund_account f ON f.id = s.fund_account_id
    LEFT JOIN said ON said.batch_id = s.id
    ORDER BY s.id DESC
    """
)

_KIND: Final = """
    WITH lines AS (
        SELECT line, member_id, claim_id, name, amount_fen, CAST(NULL AS bigint) AS payment_id
        FROM payment_order_line WHERE :order AND order_id = :id
        UNION ALL
        SELECT line, member_id, claim_id, name, amount_fen, id
        FROM payment WHERE NOT :order AND batch_id = :id
    ), told AS MATERIALIZED (
        SELECT l.line, l.member_id, l.claim_id, l.name, l.amount_fen,
               CASE WHEN before.paid THEN 'difference' WHEN before.failed THEN 'again'
                    ELSE 'first' END AS kind,
               f.setl_id IS NOT NULL AND j.setl_id IS NULL AS unseen
        FROM lines l
        JOIN claim c ON c.member_id = l.member_id AND c.id = l.claim_id
        LEFT JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
        LEFT JOIN joined_settlement j
            ON j.member_id = c.member_id AND j.own_setl_id = c.setl_id
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(coalesce(r.says, o.outcome) = 'paid'), false) AS paid,
                   coalesce(bool_or(coalesce(r.says, o.outcome) = 'failed'), false) AS failed
            FROM payment p JOIN payment_outcome o USING (member_id, grant_no, attempt)
            LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
            WHERE p.member_id = l.member_id AND p.claim_id = l.claim_id
                  AND (l.payment_id IS NULL OR p.id < l.payment_id)
        ) before
    )"""
