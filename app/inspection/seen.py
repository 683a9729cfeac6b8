"""Samples and findings as they are shown, on pages, on a terminal and in files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.table import Column, Table
from app.unions.tree import Reach

_SAMPLES: Final = """
    SELECT s.id, s.benefit_year, s.method, s.seed, s.size, s.bounds_fen, s.risk, s.tolerable_fen,
           s.expected_fen, s.counted, s.total_fen, s.digest, a.name, s.recorded_at,
           (SELECT count(*) FROM audit_sample_item i WHERE i.sample_id = s.id)
    FROM audit_sample s JOIN account a ON a.id = s.drawn_by
"""
_OF_YEAR: Final = text(f"{_SAMPLES} WHERE s.benefit_year = :year ORDER BY s.id DESC LIMIT 50")
_ONE: Final = text(f"{_SAMPLES} WHERE s.id = :sample")
_ITEMS: Final = text(
    """
    SELECT i.no, i.payment_id, i.claim_id, i.amount_fen, i.stratum, i.hits, p.batch_id,
           (SELECT max(o.id) FROM claim_opening o
            WHERE o.member_id = i.member_id AND o.claim_id = i.claim_id) IS NOT NULL
    FROM audit_sample_item i JOIN payment p ON p.member_id = i.member_id AND p.id = i.payment_id
    WHERE i.sample_id = :sample ORDER BY i.no
    """
)
_FINDINGS: Final = """
    SELECT f.id, f.benefit_year, f.union_id, u.name, f.weight, f.title, f.says, f.claim_id,
           f.sample_id, a.name, f.recorded_at, l.step, l.recorded_at
    FROM audit_finding f
    JOIN union_node u ON u.id = f.union_id JOIN account a ON a.id = f.found_by
    LEFT JOIN LATERAL (SELECT s.step, s.recorded_at FROM audit_finding_step s
                       WHERE s.finding_id = f.id ORDER BY s.seq DESC LIMIT 1) l ON true
    WHERE (CAST(:unions AS bigint[]) IS NULL OR f.union_id = ANY(:unions))
"""
_LISTED: Final = text(
    f"""{_FINDINGS} AND (CAST(:after AS bigint) IS NULL OR f.id < :after)
        AND (NOT :open OR l.step IS DISTINCT FROM 'closed')
    ORDER BY f.id DESC LIMIT :size"""
)
_FINDING: Final = text(f"{_FINDINGS} AND f.id = :finding")
_STEPS: Final = text(
    """
    SELECT s.seq, s.step, s.says, a.name, s.recorded_at
    FROM audit_finding_step s JOIN account a ON a.id = s.by
    WHERE s.finding_id = :finding ORDER BY s.seq
    """
)


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """One draw, as `AuditSample` has it, and who drew it when.

    `drawn`: how many payments; by money fewer than `size`, where one was hit more than once.
    """

    id: int
    year: int
    method: str
    seed: str
    size: int
    bounds_fen: list[int]
    risk: int | None
    tolerable_fen: int | None
    expected_fen: int | None
    counted: int
    total_fen: int
    digest: str
    by: str
    at: datetime
    drawn: int


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """A payment of a sample; `opened`: an auditor has opened its claim."""

    no: int
    payment_id: int
    claim_id: int
    amount_fen: int
    stratum: int
    hits: int
    batch_id: int
    opened: bool


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """A finding. `step`: the last thing that was said to it, if anything was."""

    id: int
    year: int
    union_id: int
    union: str
    weight: str
    title: str
    says: str
    claim_id: int | None
    sample_id: int | None
    by: str
    at: datetime
    step: str | None
    step_at: datetime | None

    @property
    def state(self) -> str:
        """asked (an officer's turn) | answered (an auditor's turn) | closed."""
        return self.step or "asked"


@dataclass(frozen=True, slots=True)
class StepSeen:
    seq: int
    step: str
    says: str
    by: str
    at: datetime


def samples_of(session: Session, year: int) -> list[SampleSeen]:
    """The last fifty draws of a year."""
    return [SampleSeen(*row) for row in session.execute(_OF_YEAR, {"year": year})]


def sample_seen(session: Session, sample_id: int) -> tuple[SampleSeen, list[ItemSeen]] | None:
    """A sample and its payments."""
    row = session.execute(_ONE, {"sample": sample_id}).one_or_none()
    if row is None:
        return None
    items = session.execute(_ITEMS, {"sample": sample_id})
    return SampleSeen(*row), [ItemSeen(*item) for item in items]


def sample_table(sample: SampleSeen, items: list[ItemSeen]) -> Table:
    """As a file has it, with all it takes to draw it again."""
    about = [
        (f"保障年度 {sample.year}", f"Benefit year {sample.year}"),
        (f"种子 {sample.seed}", f"Seed {sample.seed}"),
        (
            f"总体 {sample.counted} 笔，SHA-256 {sample.digest}",
            f"Drawn from {sample.counted} payments, SHA-256 {sample.digest}",
        ),
    ]
    columns = (
        Column(("序号", "No"), "count", 8),
        Column(("发放编号", "Payment"), "count", 12),
        Column(("申请编号", "Claim"), "count", 12),
        Column(("批次", "Batch"), "count", 10),
        Column(("金额", "Amount"), "money", 14),
        Column(("层", "Stratum"), "count", 8),
        Column(("抽中次数", "Hits"), "count", 10),
    )
    rows = [
        (x.no, x.payment_id, x.claim_id, x.batch_id, x.amount_fen, x.stratum, x.hits) for x in items
    ]
    return Table((f"样本 {sample.id}", f"Sample {sample.id}"), about, columns, rows)


def findings(
    session: Session, reach: Reach, *, after: int | None, size: int, only_open: bool
) -> list[FindingSeen]:
    """So many findings after one, the last first."""
    wanted = {"unions": reach, "after": after, "open": only_open, "size": size}
    return [FindingSeen(*row) for row in session.execute(_LISTED, wanted)]


def finding_seen(
    session: Session, finding_id: int, reach: Reach
) -> tuple[FindingSeen, list[StepSeen]] | None:
    """One finding and what was said to it."""
    row = session.execute(_FINDING, {"finding": finding_id, "unions": reach}).one_or_none()
    if row is None:
        return None
    steps = session.execute(_STEPS, {"finding": finding_id})
    return FindingSeen(*row), [StepSeen(*step) for step in steps]
