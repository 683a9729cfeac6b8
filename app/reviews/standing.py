"""Where a claim's review stands: its stage, what was done so far, and who may go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.clock import today
from app.reviews.policy import Policy, policy_on
from app.reviews.stages import Outcome, Stage, Step, Who
from app.together import Question, together


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim that waits. `seq`: its last act's number; `steps`: those about its bill as it is.

    `papers_by`: until when the member has to answer what was asked for; empty where nothing is.
    """

    member_id: int
    claim_id: int
    stage: Stage
    version: int
    typed: bool
    care: str | None
    amount_fen: int
    since_on: date
    papers_by: date | None
    needs: tuple[Stage, ...]
    seq: int
    steps: tuple[Step, ...]
    policy: Policy

    @property
    def due_on(self) -> date:
        """The last day on which this stage is done in time."""
        return self.policy.due_on(self.stage, self.since_on)

    @property
    def seen(self) -> str:
        """What who looks at it has seen: which bill, and after how many acts."""
        return f"{self.version}.{self.seq}"

    @property
    def before(self) -> Stage | None:
        """The stage it can be returned to."""
        place = self.needs.index(self.stage)
        return self.needs[place - 1] if place else None


def standing_of(session: Session, claim_id: int) -> Standing | None:
    """The review of a claim; None where none waits under this number."""
    return standing_among(together(session, {"claim": claim_id}, **STANDING))


def standing_among(found: Mapping[str, list[Any]]) -> Standing | None:
    """The same, of what was asked with `STANDING`."""
    if not found["waits"]:
        return None
    [row] = found["waits"]
    acts = found["acts"]
    of_bill = [act for act in acts if act.version == row.version]
    begun = of_bill[0].recorded_at.date() if of_bill else today()
    policy = policy_on(begun)
    if of_bill:
        needs: Sequence[Stage] = [Stage(name) for name in of_bill[0].needs.split(" ")]
    else:
        needs = policy.stages(row.amount_fen, typed=row.typed)
    return Standing(
        **{**row._asdict(), "stage": Stage(row.stage)},
        needs=tuple(needs),
        seq=acts[-1].seq if acts else 0,
        steps=tuple(Step(Stage(x.stage), Outcome(x.outcome), x.by, x.person) for x in of_bill),
        policy=policy,
    )


def who_of(session: Session, account: Account, member_id: int, claim_id: int) -> Who:
    """Somebody, as the rules of the stages see one."""
    asked = {"member": member_id, "claim": claim_id, "by": account.id}
    [(entered, brought)] = ENTERED.all(session, **asked)
    return Who(account.id, account.member_id, str(account.role), entered, brought)


class Acted(NamedTuple):
    """One act as people read it; `kinds` and `says` of papers asked for, and who answered when."""

    seq: int
    stage: Stage
    outcome: Outcome
    reason: str
    by: str
    at: datetime
    kinds: tuple[str, ...]
    says: str
    answer_by: date | None
    answered_at: datetime | None
    answered_by: str | None


def acts_of(session: Session, member_id: int, claim_id: int) -> list[Acted]:
    """Every act about a claim, the last one first."""
    return ACTS.all(session, member=member_id, claim=claim_id)


def _acted(
    seq: int, stage: str, outcome: str, reason: str, by: str, at: datetime, kinds: str, *rest: Any
) -> Acted:
    return Acted(seq, Stage(stage), Outcome(outcome), reason, by, at, tuple(kinds.split()), *rest)


def acted_on(session: Session, claim_id: int, account_id: int) -> bool:
    """Whether this account has acted on the claim."""
    return bool(session.scalar(_ACTED, {"claim": claim_id, "by": account_id}))


_ACTED: Final = text("SELECT EXISTS (SELECT FROM review WHERE by = :by AND claim_id = :claim)")


class PapersAsked(NamedTuple):
    """What a reviewer asked the member for. `waits`: it stands open.

    `came`: the kinds of what was put on the claim since; empty `by`: nobody has answered.
    """

    kinds: tuple[str, ...]
    says: str
    answer_by: date
    at: datetime
    waits: bool
    came: frozenset[str]
    answered_at: datetime | None
    by: str


def papers_asked(session: Session, member_id: int, claim_id: int) -> list[PapersAsked]:
    """What was asked for about a claim, the last one last: no other than that can wait."""
    rows = session.execute(_ASKED, {"member": member_id, "claim": claim_id})
    return [
        PapersAsked(tuple(kinds.split()), says, until, at, waits, frozenset(came), *rest)
        for kinds, says, until, at, waits, came, *rest in rows
    ]


_ASKED: Final = text(
    """
    SELECT p.kinds, p.says, p.answer_by, r.recorded_at,
           w.papers_by IS NOT NULL AND p.seq = max(p.seq) OVER (), ARRAY(
               SELECT DISTINCT t.kind FROM claim_attachment c
               JOIN attachment t ON t.member_id = c.member_id AND t.id = c.attachment_id
               WHERE c.member_id = p.member_id AND c.claim_id = p.claim_id
                     AND c.recorded_at >= r.recorded_at),
           x.recorded_at, coalesce(a.name, '')
    FROM review_papers p
    JOIN review r ON (r.member_id, r.claim_id, r.seq) = (p.member_id, p.claim_id, p.seq)
    LEFT JOIN review_queue w ON w.member_id = p.member_id AND w.claim_id = p.claim_id
    LEFT JOIN review_answer x ON (x.member_id, x.claim_id, x.seq) = (p.member_id, p.claim_id, p.seq)
    LEFT JOIN account a ON a.id = x.recorded_by
    WHERE p.member_id = :member AND p.claim_id = :claim ORDER BY p.seq LIMIT 50
    """
)


class _Waiting(NamedTuple):
    member_id: int
    claim_id: int
    stage: str
    version: int
    typed: bool
    care: str | None
    amount_fen: int
    since_on: date
    papers_by: date | None


class _Act(NamedTuple):
    seq: int
    version: int
    stage: str
    outcome: str
    needs: str
    by: int
    person: int | None
    recorded_at: datetime


_WAITS: Final = Question(
    """
    SELECT w.member_id, w.claim_id, w.stage, w.version, n.kind = 'hand' AS typed, d.care,
           w.amount_fen, w.since_on, w.papers_by
    FROM review_queue w
    JOIN claim c ON c.member_id = w.member_id AND c.id = w.claim_id
    JOIN settlement s
        ON s.member_id = c.member_id AND s.setl_id = c.setl_id AND s.version = w.version
    JOIN run n ON n.id = s.run_id
    LEFT JOIN LATERAL (
        SELECT x.care FROM determination x
        WHERE x.member_id = w.member_id AND x.claim_id = w.claim_id ORDER BY x.seq DESC LIMIT 1
    ) d ON true
    WHERE w.claim_id = :claim
    """,
    _Waiting,
)
_ACTS_SO_FAR: Final = Question(
    """
    SELECT r.seq, r.version, r.stage, r.outcome, r.needs, r.by, a.member_id AS person, r.recorded_at
    FROM review_queue w
    JOIN review r ON r.member_id = w.member_id AND r.claim_id = w.claim_id
    JOIN account a ON a.id = r.by
    WHERE w.claim_id = :claim ORDER BY r.seq
    """,
    _Act,
)
STANDING: Final[dict[str, Question[Any]]] = {"waits": _WAITS, "acts": _ACTS_SO_FAR}
ACTS: Final = Question(
    """
    SELECT r.seq, r.stage, r.outcome, r.reason, a.name, r.recorded_at, coalesce(p.kinds, ''),
           coalesce(p.says, ''), p.answer_by, x.recorded_at, b.name
    FROM review r
    JOIN account a ON a.id = r.by
    LEFT JOIN review_papers p
        ON p.member_id = r.member_id AND p.claim_id = r.claim_id AND p.seq = r.seq
    LEFT JOIN review_answer x
        ON x.member_id = r.member_id AND x.claim_id = r.claim_id AND x.seq = r.seq
    LEFT JOIN account b ON b.id = x.recorded_by
    WHERE r.member_id = :member AND r.claim_id = :claim ORDER BY r.seq DESC LIMIT 50
    """,
    _acted,
)
ENTERED: Final = Question(
    "SELECT entered_claim(:member, :claim, :by), brought_papers(:member, :claim, :by)",
    lambda *row: row,
)
