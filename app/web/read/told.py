"""One claim, explained: its bill, every determination in sentences, and its payments."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.filed import REFUSED_AS, Filing
from app.claims.lifecycle import State
from app.reviews.standing import PapersAsked
from app.schemes.publish import PUBLISHED
from app.texts.explain import explain
from app.texts.explained import Answer, Bill, Sentence, Term
from app.together import Question, together
from app.web.read.scope import MEMBER, Scope
from app.web.timeline import Attempt, Mark, Stage, marks_of, stages

_BILL: Final = tuple(field.name for field in fields(Bill))
_MOST: Final = 20
"""Determinations of one claim on its page; a bill is corrected once or twice."""

_CLAIM: Final = text(
    f"""
    SELECT c.member_id, c.id, coalesce(q.state, 'filed'), c.setl_id, s.fixmedins_name, s.dise_name,
           s.medfee_sumamt, c.run_id, c.recorded_at, f.setl_id IS NOT NULL,
           coalesce(j.setl_id, f.stated_setl_id),
           s.invono, u.why IS NOT NULL AND NOT EXISTS (
               SELECT FROM determination d WHERE d.member_id = c.member_id AND d.claim_id = c.id
               AND d.refusal = 'refunded'),
           {", ".join(f"s.{name}" for name in _BILL)}
    FROM claim c
    LEFT JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id
    JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s ON true
    LEFT JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    LEFT JOIN joined_settlement j ON j.member_id = f.member_id AND j.own_setl_id = f.setl_id
    LEFT JOIN undone_filing u ON u.member_id = c.member_id AND u.setl_id = c.setl_id
    WHERE c.member_id = :member AND c.id = :claim AND {MEMBER}
    """  # noqa: S608 - put together from constants
)
# What the stay had before: of each other claim, the last determination before this one.
_DETERMINATIONS: Final = f"""
    SELECT d.seq, d.recorded_at, d.scheme_id, t.starts_on,
           coalesce((SELECT x.ends_on FROM cover_change x
                     WHERE x.member_id = t.member_id AND x.cover_id = t.id
                           AND x.change_no < d.grant_no
                     ORDER BY x.seq DESC LIMIT 1), t.ends_on), t.waits_until, t.id,
           d.care, d.benefit_year, d.base_fen, d.gross_fen, d.room_fen, d.payable_fen, {REFUSED_AS},
           coalesce(stay.before_fen, 0)::bigint, (
               SELECT h.what FROM held_decision h WHERE h.member_id = d.member_id
               AND h.claim_id = d.claim_id AND h.decision_no < d.grant_no
               ORDER BY h.seq DESC LIMIT 1), {", ".join(f"s.{name}" for name in _BILL)}
    FROM determination d
    JOIN settlement s USING (member_id, setl_id, version)
    LEFT JOIN undone_filing u ON u.member_id = d.member_id AND u.setl_id = d.setl_id
    LEFT JOIN cover t ON t.member_id = d.member_id AND t.id = d.cover_id
    LEFT JOIN LATERAL (
        SELECT sum(base_fen) AS before_fen FROM (
            SELECT DISTINCT ON (e.claim_id) e.refusal, e.care, e.benefit_year, e.base_fen,
                   o.mdtrt_id
            FROM determination e JOIN settlement o USING (member_id, setl_id, version)
            WHERE e.member_id = d.member_id AND e.grant_no < d.grant_no
                  AND e.claim_id <> d.claim_id
            ORDER BY e.claim_id, e.seq DESC
        ) other
        WHERE other.refusal IS NULL AND other.care = d.care
              AND other.benefit_year = d.benefit_year AND other.mdtrt_id = s.mdtrt_id
    ) stay ON d.refusal IS NULL AND s.mdtrt_id <> ''
    WHERE d.member_id = :member AND d.claim_id = :claim
    ORDER BY d.seq DESC LIMIT {_MOST}
"""  # noqa: S608
_PAYMENTS: Final = """
    SELECT p.amount_fen, b.made_on, coalesce(a.tail, h.tail), coalesce(s.says, o.outcome),
           coalesce(s.booked_on, o.booked_on), o.reason, b.recorded_at,
           coalesce(s.recorded_at, o.recorded_at), u.return_id IS NOT NULL,
           CASE WHEN p.heir_id IS NOT NULL THEN p.name END
    FROM payment p
    JOIN payment_batch b ON b.id = p.batch_id
    LEFT JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
    LEFT JOIN heir h ON h.member_id = p.member_id AND h.id = p.heir_id
    LEFT JOIN payment_unknown u
        ON (u.member_id, u.grant_no, u.attempt) = (p.member_id, p.grant_no, p.attempt)
    LEFT JOIN resolution_now s
        ON (s.member_id, s.grant_no, s.attempt) = (p.member_id, p.grant_no, p.attempt)
    LEFT JOIN payment_outcome o
        ON (o.member_id, o.grant_no, o.attempt) = (p.member_id, p.grant_no, p.attempt)
    WHERE p.member_id = :member AND p.claim_id = :claim
    ORDER BY p.id DESC
"""


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """The claim and its bill as it stands today. `by_hand`: typed from the settlement sheet.

    `setl_id` is then a number of the fund's own, `stated_setl_id` that of the bureau's row which
    was found to be the same bill, else the one on the sheet, if any.
    `being_undone`: taken or sent back, and not yet determined as that.
    """

    bill: Bill
    member_id: int
    id: int
    state: State
    setl_id: str
    hospital: str
    disease: str
    total_fen: int
    run_id: int
    filed_at: datetime
    by_hand: bool
    stated_setl_id: str | None
    invoice: str
    being_undone: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One determination with its sentences."""

    seq: int
    at: datetime
    scheme_id: str | None
    answer: Answer
    sentences: list[Sentence]


@dataclass(frozen=True, slots=True)
class Paid:
    """One attempt to pay; `outcome` is empty while the bank has not answered."""

    amount_fen: int
    made_on: date
    tail: str
    outcome: str | None
    booked_on: date | None
    reason: str | None
    sent_at: datetime
    answered_at: datetime | None
    unknown: bool = False
    heir: str | None = None

    @property
    def attempt(self) -> Attempt:
        return Attempt(
            self.sent_at, self.made_on, self.answered_at, self.booked_on, self.outcome, self.unknown
        )


def claim_seen(
    session: Session, member_id: int, claim_id: int, scope: Scope | None = None
) -> ClaimSeen | None:
    """The claim, or None where there is none in the scope (none given: the member's own)."""
    seen = (scope or Scope([], whole=True)).asked
    row = session.execute(_CLAIM, {**seen, "member": member_id, "claim": claim_id}).one_or_none()
    if row is None:
        return None
    member, claim, state, *rest = tuple(row)[: -len(_BILL)]
    return ClaimSeen(_bill(row), member, claim, State(state), *rest)


def told(
    session: Session, member_id: int, claim_id: int, lang: str, *, to_officer: bool = False
) -> list[Told]:
    """The determinations of a claim, the live one first, each explained to its member."""
    wanted = {"member": member_id, "claim": claim_id}
    answered = together(session, wanted, rows=_DETERMINED, schemes=PUBLISHED)
    schemes = {scheme.id: scheme for scheme in answered["schemes"]}
    found = []
    for row in answered["rows"]:
        seq, at, scheme_id, starts_on, ends_on, waits_until, cover_id, *columns = row[: -len(_BILL)]
        answer = Answer(**dict(zip(_ANSWER, columns, strict=True)))
        term = Term(starts_on=starts_on, ends_on=ends_on, waits_until=waits_until)
        scheme = schemes.get(scheme_id)
        sentences = explain(
            answer, _bill(row), scheme, term if cover_id else None, lang, to_officer=to_officer
        )
        found.append(Told(seq, at, scheme_id, answer, sentences))
    return found


def way(
    claim: ClaimSeen,
    determined: list[Told],
    paid: list[Paid],
    asked: list[PapersAsked],
    filing: Filing | None,
) -> list[Stage]:
    """The claim's way, with every determination and payment that is shown.

    And when two people took its approval back.
    """
    marks = marks_of(
        claim.filed_at,
        by_hand=claim.by_hand,
        determined=[each.at for each in determined],
        payments=[each.attempt for each in paid],
        papers=[(each.at, each.answered_at) for each in asked],
    )
    if filing and filing.undone_at and filing.undone_with:
        marks.append(Mark("approval_gone", filing.undone_at))
    return stages(marks, claim.state, wanted=any(each.waits for each in asked))


def payments(session: Session, member_id: int, claim_id: int) -> list[Paid]:
    """The attempts to pay a claim, the last one first."""
    return PAYMENTS.all(session, member=member_id, claim=claim_id)


PAYMENTS: Final = Question(_PAYMENTS, Paid)


_ANSWER: Final = (
    "care",
    "benefit_year",
    "base_fen",
    "gross_fen",
    "room_fen",
    "payable_fen",
    "refusal",
    "stay_before_fen",
    "decided",
)


_DETERMINED: Final = Question(_DETERMINATIONS, lambda *row: row)


def _bill(row: Sequence[Any]) -> Bill:
    return Bill(**dict(zip(_BILL, row[-len(_BILL) :], strict=True)))
