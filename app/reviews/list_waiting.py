"""The queue of reviews: what waits, those due first, by filters; never counted through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.reviews.policy import policy_on
from app.reviews.stages import STAGES, Stage
from app.unions.tree import Reach


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters. `mine`: only what this account may act on now, and nobody else has open.

    `papers`: those that wait for the member's papers, and no others; they are left out elsewhere.
    `after`: the day and claim the list goes on after.
    """

    stage: Stage | None = None
    late: bool = False
    papers: bool = False
    over_fen: int = 0
    mine: int | None = None
    after: tuple[date, int] | None = None


class Waits(NamedTuple):
    """A claim of the list. `came_at`: when papers came that nobody has looked at since."""

    member_id: int
    claim_id: int
    stage: Stage
    since_on: date
    amount_fen: int
    papers_by: date | None
    came_at: datetime | None

    @property
    def due_on(self) -> date:
        """The last day on which its stage is done in time."""
        return policy_on(self.since_on).due_on(self.stage, self.since_on)


def waiting(session: Session, asked: Asked, *, reach: Reach, most: int) -> list[Waits]:
    """At most so many claims that wait, those that came first before others.

    `reach`: of members whom these unions look after; None: of all.
    """
    query, facts = _query(asked, reach)
    begins = "" if reach is None else _HERE
    rows = session.execute(text(f"{begins} {query} LIMIT :most"), facts | {"most": most})
    return [
        Waits(member, claim, Stage(stage), since, fen, papers, came)
        for member, claim, stage, since, fen, papers, came in rows
    ]


COUNTED: Final = 200
"""Nobody reads whether it is more."""


# Of all stages alike, so that what counts one is planned once.
_COUNTS: Final = """
    SELECT s.stage, (SELECT count(*) FROM ({query} LIMIT :most) counted)
    FROM unnest(CAST(:stages AS text[])) s(stage)
"""


def counts(session: Session, *, reach: Reach) -> dict[Stage, int]:
    """How many wait at each stage and not for papers; COUNTED and one where it is more."""
    query, facts = _query(Asked(stage=STAGES[0]), reach)
    query = query.replace(_IN_ORDER, "").replace(":stage", "s.stage")
    del facts["stage"]
    asked = {**facts, "stages": [stage.value for stage in STAGES], "most": COUNTED + 1}
    begins = "" if reach is None else _HERE
    rows = session.execute(text(f"{begins} {_COUNTS.format(query=query)}"), asked)
    return {Stage(stage): number for stage, number in rows}


def _query(asked: Asked, reach: Reach) -> tuple[str, dict[str, Any]]:
    """The query without its LIMIT: what is cheap to ask first, and the rest of each as it comes."""
    wheres, facts = _cheap(asked)
    dear = []
    if asked.mine is not None:
        dear.append(_MINE)
        facts["by"] = asked.mine
    if reach is not None:
        dear.append(_REACHED)
        facts["unions"] = reach
    parts = {"cheap": " AND ".join(wheres), "dear": " AND ".join(dear) or "true"}
    return _LIST.format(**parts, in_order=_IN_ORDER), facts


def _cheap(asked: Asked) -> tuple[list[str], dict[str, Any]]:
    wheres = ["x.papers_by IS NOT NULL" if asked.papers else "x.papers_by IS NULL"]
    facts: dict[str, Any] = {}
    if asked.stage:
        wheres.append("x.stage = :stage")
        facts["stage"] = asked.stage.value
    if asked.late:
        days = _late_days()
        wheres.append("x.since_on < :late" if asked.stage else _LATE)
        facts |= {"late": days[f"late_{asked.stage}"]} if asked.stage else days
    if asked.over_fen:
        wheres.append("x.amount_fen >= :over")
        facts["over"] = asked.over_fen
    if asked.after:
        wheres.append("(x.since_on, x.claim_id) > (:day, :claim)")
        facts |= {"day": asked.after[0], "claim": asked.after[1]}
    return wheres, facts


def _late_days() -> Mapping[str, date]:
    """By stage, the day before which a claim must have come to be late."""
    day = today()
    policy = policy_on(day)
    return {f"late_{stage.value}": policy.late_before(stage, day) for stage in STAGES}


_LATE: Final = (
    "("
    + " OR ".join(
        f"(x.stage = '{stage.value}' AND x.since_on < :late_{stage.value})" for stage in STAGES
    )
    + ")"
)
# As `app.reviews.stages.barred` has it, for a list.
_MINE: Final = """NOT EXISTS (
        SELECT FROM account me WHERE me.id = :by AND (
            me.member_id = w.member_id
            OR (w.stage <> 'accept' AND (
                me.role <> 'officer' OR entered_claim(w.member_id, w.claim_id, me.id)))
            OR (w.stage IN ('second', 'approve')
                AND brought_papers(w.member_id, w.claim_id, me.id))
            OR EXISTS (
                SELECT FROM review r JOIN account a ON a.id = r.by
                WHERE r.member_id = w.member_id AND r.claim_id = w.claim_id
                      AND r.version = w.version AND r.outcome = 'on'
                      AND replace(r.stage, 'accept', 'first') <> replace(w.stage, 'accept', 'first')
                      AND (a.id = me.id OR a.member_id = me.member_id))))
    AND NOT EXISTS (
        SELECT FROM review_hold h WHERE h.member_id = w.member_id AND h.claim_id = w.claim_id
        AND h.account_id <> :by AND h.until > clock_timestamp())"""
# The unions' rosters are gathered once; a line that a split has put at another unit counts there. A
# subquery that gives one value is never made a join of, which would read all covers there are.
_HERE: Final = """WITH here AS MATERIALIZED (
        SELECT r.id FROM roster r
        LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
        WHERE coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[]))
    ), moved AS MATERIALIZED (
        SELECT DISTINCT member_id, roster_id FROM line_move
    )"""
_REACHED: Final = """(
        SELECT true FROM cover v
        JOIN cover_term t
            ON t.member_id = v.member_id AND t.cover_id = v.id AND NOT isempty(t.term)
        WHERE v.member_id = w.member_id AND CASE
            WHEN (v.member_id, v.roster_id) IN (SELECT member_id, roster_id FROM moved) THEN (
                SELECT u.union_id = ANY(CAST(:unions AS bigint[]))
                FROM roster r JOIN unit_now u ON u.id = unit_of_line(v.member_id, r.id, r.unit_id)
                WHERE r.id = v.roster_id)
            ELSE v.roster_id IN (SELECT id FROM here) END
        LIMIT 1) IS TRUE"""
# OFFSET 0: whatever is dear is asked only of what is shown. The planner would ask it of all that
# wait, to sort the few that it takes to be left.
_IN_ORDER: Final = " ORDER BY x.since_on, x.claim_id OFFSET 0"
_LIST: Final = """
    SELECT w.member_id, w.claim_id, w.stage, w.since_on, w.amount_fen, w.papers_by, (
        SELECT a.recorded_at FROM review_answer a
        WHERE a.member_id = w.member_id AND a.claim_id = w.claim_id AND a.seq = (
            SELECT max(r.seq) FROM review r
            WHERE r.member_id = w.member_id AND r.claim_id = w.claim_id))
    FROM (SELECT x.* FROM review_queue x WHERE {cheap}{in_order}) w WHERE {dear}
"""
