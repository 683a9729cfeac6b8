"""Findings: an auditor writes them down, officers answer, an auditor asks again or closes."""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import active
from app.accounts.models import Account, Role
from app.claims.confirm import NoSuchClaim
from app.claims.scope import reaches
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.inspection.models import AuditFinding, AuditFindingStep, AuditSample
from app.roster.identity import names_somebody
from app.unions.tree import reach_of_union

Weight = Literal["high", "middle", "low"]
WEIGHTS: Final[tuple[Weight, ...]] = ("high", "middle", "low")
SHORTEST, LONGEST_TITLE, LONGEST = 4, 80, 2_000
_CLAIM: Final = text("SELECT member_id FROM claim WHERE id = :claim")


class FindingTextOdd(Refusal):
    """A finding and an answer say something, within bounds (facts: shortest, longest)."""


class FindingNamesPerson(Refusal):
    """A text holds what looks like an ID number, a card or a telephone number."""


class NoSuchFinding(Refusal):
    """No such finding, or one of other unions."""


class NoSuchSample(Refusal):
    """No such sample of that year (facts: sample, year)."""


class FindingClosed(Refusal):
    """Nothing follows a closing."""


class FindingNotTheirs(Refusal):
    """Officers answer, auditors ask and close, each another person."""


refuses("audit_finding_people", FindingNotTheirs)


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about, where it is about one claim or one sample."""

    claim_id: int | None = None
    sample_id: int | None = None


def raise_finding(
    session: Session,
    year: int,
    union_id: int,
    weight: Weight,
    title: str,
    says: str,
    *,
    by: int,
    about: About = About(),
) -> int:
    """Write a finding down; its number. Raises FindingTextOdd, FindingNamesPerson,
    FindingNotTheirs, NoSuchClaim, NoSuchSample."""
    auditor = active(session.get_one(Account, by, populate_existing=True))
    reach = reach_of_union(session, auditor.union_id)
    if auditor.role != Role.AUDITOR or not (reach is None or union_id in reach):
        raise FindingNotTheirs
    title, says = _said(title, LONGEST_TITLE), _said(says, LONGEST)
    member_id = None
    if about.claim_id is not None:
        member_id = session.scalar(_CLAIM, {"claim": about.claim_id})
        if member_id is None or not reaches(session, auditor.union_id, member_id):
            raise NoSuchClaim(claim=about.claim_id)
    if about.sample_id is not None:
        of_year = session.scalar(
            select(AuditSample.benefit_year).where(AuditSample.id == about.sample_id)
        )
        if of_year != year or reach is not None:
            raise NoSuchSample(sample=about.sample_id, year=year)
    row = {
        "benefit_year": year,
        "union_id": union_id,
        "weight": weight,
        "title": title,
        "says": says,
        "member_id": member_id,
        "claim_id": about.claim_id,
        "sample_id": about.sample_id,
        "found_by": by,
    }
    added = insert(AuditFinding).values(row).returning(AuditFinding.id)
    finding_id: int = session.execute(added).scalar_one()
    record(session, "finding.raised", by=by, about=finding_id, years=[year], weight=weight)
    return finding_id


def answer_finding(session: Session, finding_id: int, says: str, *, by: int) -> None:
    """An officer of the finding's union, or of one above, answers."""
    _step(session, finding_id, "finding.answered", says, by, Role.OFFICER)


def ask_again(session: Session, finding_id: int, says: str, *, by: int) -> None:
    """An auditor is not content yet."""
    _step(session, finding_id, "finding.asked", says, by, Role.AUDITOR)


def close_finding(session: Session, finding_id: int, says: str, *, by: int) -> None:
    """An auditor closes it, and says with what result."""
    _step(session, finding_id, "finding.closed", says, by, Role.AUDITOR)


def _step(
    session: Session,
    finding_id: int,
    act: Literal["finding.answered", "finding.asked", "finding.closed"],
    says: str,
    by: int,
    role: Role,
) -> None:
    """Raises NoSuchFinding, FindingClosed, FindingNotTheirs, FindingTextOdd, FindingNamesPerson."""
    account = active(session.get_one(Account, by, populate_existing=True))
    found = session.get(AuditFinding, finding_id)
    reach = reach_of_union(session, account.union_id)
    if found is None or not (reach is None or found.union_id in reach):
        raise NoSuchFinding(finding=finding_id)
    if account.role != role:
        raise FindingNotTheirs
    says = _said(says, LONGEST)
    one_at_a_time(session, f"finding {finding_id}")
    last = session.execute(
        select(AuditFindingStep.seq, AuditFindingStep.step)
        .where(AuditFindingStep.finding_id == finding_id)
        .order_by(AuditFindingStep.seq.desc())
        .limit(1)
    ).one_or_none()
    if last and last.step == "closed":
        raise FindingClosed(finding=finding_id)
    row = {
        "finding_id": finding_id,
        "seq": last.seq + 1 if last else 1,
        "step": act.partition(".")[2],
        "says": says,
        "by": by,
    }
    session.execute(insert(AuditFindingStep).values(row))
    record(session, act, by=by, about=finding_id, years=[found.benefit_year])


def open_findings(session: Session, year: int) -> int:
    """How many findings of a year nobody has closed."""
    closed = select(AuditFindingStep.finding_id).where(
        AuditFindingStep.finding_id == AuditFinding.id, AuditFindingStep.step == "closed"
    )
    counted = select(func.count()).where(AuditFinding.benefit_year == year, ~closed.exists())
    return session.execute(counted).scalar_one()


def _said(words: str, longest: int) -> str:
    """A text in its lines, without what surrounds it."""
    kept = "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()
    if not SHORTEST <= len(kept) <= longest:
        raise FindingTextOdd(shortest=SHORTEST, longest=longest)
    if names_somebody(kept):
        raise FindingNamesPerson
    return kept
