"""Two people decide a claim that the rules hold for a person.

What they decide is an input of the bill (`app.claims.decided`), written in the order of the grants;
the claim is then determined again by the kernel. A bureau's bill that is the same as one filed by
hand becomes that one's next version, and its own claim pays nothing: so nothing is paid twice, and
the difference of the two figures is paid or recovered.

In the same way two people undo a filing that had been approved (`app.claims.undo_approved`).
"""

from typing import Any, Final, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.benefits.care import CareClass, package_med_types
from app.claims.alike import alike
from app.claims.bills import FEEDS, PATIENCE_S, new_run, promise_claims
from app.claims.confirm import BeingComputed, FilerConfirms
from app.claims.decided import PAY_AS, REASONS_OF, Because, What
from app.claims.decision_models import HeldDecision, Proposal
from app.claims.filed import filing_of
from app.claims.injuries import INJURY
from app.claims.join import join_known
from app.claims.lifecycle import State, Why
from app.claims.propose import DECIDE, member_of_claim, preparer_for, propose, to_approve
from app.claims.undo import write_undone
from app.claims.undo_approved import check_approved, not_asked_before, said_of_it
from app.db import numbers, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record

_OPEN: Final = frozenset({State.HELD, State.REVIEW})
_AGAIN: Final = _OPEN | {State.CLOSED, State.PAYABLE, State.PAID, State.CARD_WANTED}
"""Where a claim that was decided before can be decided otherwise."""


class NotDecidable(Refusal):
    """The claim does not wait for a person, or this cannot be decided of it."""


class ProposalOvertaken(Refusal):
    """The claim was computed again, or the member said something else, since it was proposed."""


class StatementMissing(Refusal):
    """An injury is paid only when the member has said whether others are liable."""


class NotTheSameBill(Refusal):
    """That claim is not a filing of the same member that still waits for the bureau's row."""


class Held(NamedTuple):
    """Where the claim stands that is decided."""

    member_id: int
    setl_id: str
    state: str
    seq: int
    care: str | None
    refusal: str | None
    med_type: str
    care_class: CareClass
    covered_when_admitted: bool
    decided: int
    stated: bool


def propose_decision(
    session: Session,
    claim_id: int,
    what: What,
    *,
    by: int,
    reason: Because | None = None,
    same_as: int | None = None,
    remark: str = "",
) -> int:
    """Propose how a held claim is decided, or to undo an approved one; the proposal's number.

    `remark`: what the second officer is to look at, of a filing to be undone. Who filed that may
    propose so: whoever typed a figure wrong mostly sees it first.
    Raises NoSuchClaim, OwnClaim, FilerConfirms, NotDecidable, BeingComputed, StatementMissing,
    NotTheSameBill, as `app.accounts.change.preparer` and as `app.claims.undo_approved`.
    """
    member_id = member_of_claim(session, claim_id)
    preparer_for(session, member_id, claim_id, by)
    said = reason.value if reason and isinstance(reason, REASONS_OF.get(what, ())) else ""
    undoes = what is What.UNDO
    _check(session, claim_id, what, said, same_as, None if undoes else by)
    other = same_as if what is What.SAME_BILL else None
    how = {"what": what.value, "reason": said, "other_claim_id": other}
    if undoes:
        how["reference"] = said_of_it(remark)
        not_asked_before(session, member_id or 0, claim_id, how | {"prepared_by": by})
    return propose(session, member_id or 0, claim_id, DECIDE, by, **how)


def approve_decision(session: Session, proposal_id: int, *, by: int) -> int:
    """Decide as was proposed; the run that determines the claim again.

    Raises as `propose_decision`, and NoSuchProposal, ProposalClosed, SameOfficer, TurnTaken,
    ProposalOvertaken.
    """
    officer(session, by)
    # A feed may be about to bring another version of it.
    one_at_a_time(session, FEEDS, patience_s=PATIENCE_S)
    asked = to_approve(session, proposal_id, DECIDE, by=by)
    what = What(asked.what)
    held = _check(session, asked.claim_id, what, asked.reason, asked.other_claim_id, by)
    if session.scalar(_OVERTAKEN, {"proposal": asked.id}):
        raise ProposalOvertaken(claim=asked.claim_id)
    run_id = new_run(session, "decision", file_sha256=None, by=by)
    claims = [(asked.member_id, asked.claim_id)]
    if asked.other_claim_id is not None:
        filing = filing_of(session, asked.member_id, asked.other_claim_id)
        own = filing.setl_id if filing else ""
        join_known(session, asked.member_id, held.setl_id, own, run_id)
        claims.append((asked.member_id, asked.other_claim_id))
    _write(session, asked, held, run_id, by)
    if what is What.UNDO:
        whose = (asked.member_id, asked.claim_id, held.setl_id)
        write_undone(session, whose, Why(asked.reason), run_id, by)
    promise_claims(session, run_id, claims)
    return run_id


def decide(
    session: Session,
    claim_id: int,
    what: What,
    *,
    by: int,
    approved_by: int,
    **how: Any,
) -> int:
    """Propose and approve at once, where both officers are there; the run to determine."""
    proposal = propose_decision(session, claim_id, what, by=by, **how)
    return approve_decision(session, proposal, by=approved_by)


def _check(
    session: Session, claim_id: int, what: What, reason: str, same_as: int | None, by: int | None
) -> Held:
    """Hold the claim's row, and refuse what cannot be decided of it, or not `by` who filed it."""
    member_id = member_of_claim(session, claim_id)
    asked = {"member": member_id, "claim": claim_id}
    session.execute(_LOCK, {"member": member_id, "claims": sorted({claim_id, same_as or claim_id})})
    row = session.execute(_HELD, asked).one_or_none()
    if row is None:
        raise NotDecidable(claim=claim_id)
    kind = package_med_types().class_of(row.med_type, row.settled_on)
    held = Held(care_class=kind, **{x: getattr(row, x) for x in Held._fields if x != "care_class"})
    if by is not None and session.scalar(_FILER, asked | {"by": by}):
        raise FilerConfirms
    if row.overtaken:
        raise BeingComputed(claim=claim_id)
    if what is What.UNDO:
        check_approved(session, held.member_id, claim_id, State(held.state), reason)
        return held
    states = _AGAIN if held.decided or what is What.WAIVE_WAITING else _OPEN
    if State(held.state) not in states or not _fits(held, what, reason):
        raise NotDecidable(claim=claim_id)
    if what in PAY_AS and held.med_type == INJURY and not held.stated:
        raise StatementMissing(claim=claim_id)
    if what is What.SAME_BILL:
        _check_same(session, held, claim_id, same_as)
    return held


def _fits(held: Held, what: What, reason: str) -> bool:
    """Whether a decision says something new of a bill that it can be said of."""
    if held.refusal == "refunded":
        return False
    if what in PAY_AS:
        open_kind = held.care_class in {CareClass.HELD, CareClass.UNKNOWN}
        return open_kind and held.care != PAY_AS[what]
    if what is What.WAIVE_WAITING:
        # Of care that the rules know by themselves: a decision replaces the one before it.
        by_rules = held.care_class in {CareClass.INPATIENT, CareClass.CHRONIC}
        return by_rules and held.refusal == "waiting" and bool(reason)
    if what is What.BY_ADMISSION:
        return (
            held.care_class is CareClass.INPATIENT
            and held.refusal == "no_cover"
            and held.covered_when_admitted
        )
    return held.refusal != "declined" and (bool(reason) or what is What.SAME_BILL)


def _check_same(session: Session, held: Held, claim_id: int, same_as: int | None) -> None:
    filing = filing_of(session, held.member_id, same_as) if same_as else None
    waits = filing is not None and filing.by_hand and filing.undone_why is None
    doubles = {x.claim_id for x in alike(session, held.member_id, claim_id)}
    own = filing_of(session, held.member_id, claim_id)
    if not waits or own is not None or same_as not in doubles:
        raise NotTheSameBill(claim=claim_id, other=same_as or 0)


def _write(session: Session, asked: Proposal, held: Held, run_id: int, by: int) -> None:
    [decision_no] = numbers(session, "grant_number", 1)
    decided = insert(HeldDecision).values(
        member_id=asked.member_id,
        claim_id=asked.claim_id,
        seq=held.decided + 1,
        decision_no=decision_no,
        what=asked.what,
        reason=asked.reason,
        same_claim_id=asked.other_claim_id,
        run_id=run_id,
        proposal_id=asked.id,
        prepared_by=asked.prepared_by,
        approved_by=by,
    )
    session.execute(decided)
    record(
        session,
        "claim.decided",
        by=by,
        about=decision_no,
        claim=asked.claim_id,
        what=asked.what,
        reason=asked.reason,
        prepared_by=asked.prepared_by,
    )


# Two people look at the same figures, and at the same word on an injury.
_OVERTAKEN: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM determination d WHERE d.member_id = p.member_id AND d.claim_id = p.claim_id
               AND d.recorded_at > p.recorded_at)
    OR EXISTS (
        SELECT FROM injury_statement i WHERE i.member_id = p.member_id AND i.claim_id = p.claim_id
               AND i.recorded_at > p.recorded_at)
    FROM proposal p WHERE p.id = :proposal
    """
)
_LOCK: Final = text(
    """
    SELECT FROM claim_queue
    WHERE member_id = :member AND claim_id = ANY(CAST(:claims AS bigint[]))
    ORDER BY member_id, claim_id FOR UPDATE
    """
)
_HELD: Final = text(
    """
    SELECT q.member_id, c.setl_id, q.state, q.seq, d.care, d.refusal, s.med_type,
           s.setl_time::date AS settled_on,
           EXISTS (SELECT FROM cover_term t
                   WHERE t.member_id = q.member_id AND t.term @> s.begndate)
               AS covered_when_admitted,
           (SELECT count(*) FROM held_decision h
            WHERE h.member_id = q.member_id AND h.claim_id = q.claim_id) AS decided,
           EXISTS (SELECT FROM injury_statement i
                   WHERE i.member_id = q.member_id AND i.claim_id = q.claim_id) AS stated,
           s.version > d.version
           OR d.refusal IS DISTINCT FROM 'refunded'
              AND EXISTS (SELECT FROM refund WHERE undone_setl_id = c.setl_id)
           OR EXISTS (SELECT FROM held_decision h WHERE h.member_id = q.member_id
                      AND h.claim_id = q.claim_id AND h.decision_no > d.grant_no) AS overtaken
    FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    CROSS JOIN LATERAL (
        SELECT * FROM determination x WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id
        ORDER BY x.seq DESC LIMIT 1
    ) d
    CROSS JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s
    WHERE q.member_id = :member AND q.claim_id = :claim
    """
)
_FILER: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM claim c
        JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
        JOIN account filer ON filer.id = f.filed_by
        JOIN account now ON now.id = :by
        WHERE c.member_id = :member AND c.id = :claim
              AND (filer.id = now.id OR filer.member_id = now.member_id))
    """
)
