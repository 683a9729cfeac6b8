"""The queue of reviews: what waits, those due first, by filters; never counted through."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.reviews.by_deadline import Place, parts
from app.reviews.policy import due_on, rules
from app.reviews.stages import STAGES, Stage
from app.unions.tree import Reach


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters. `mine`: only what this account may act on now, and nobody else has open.

    `papers`: those that wait for the member's papers, and no others, the first that shall be here
    first; they are left out elsewhere. `late`: whose day has passed. `after`: the place the list
    goes on after.
    """

    stage: Stage | None = None
    late: bool = False
    papers: bool = False
    over_fen: int = 0
    mine: int | None = None
    after: Place | None = None


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
        return due_on(self.stage, self.since_on)

    @property
    def place(self) -> Place:
        """Where it stands in the list: by the stage's day, or by the member's."""
        return Place(self.papers_by or self.due_on, self.since_on, self.claim_id)


def waiting(session: Session, asked: Asked, *, reach: Reach, most: int) -> list[Waits]:
    """At most so many claims that wait, those due first before others, and then those that came
    first.

    `reach`: of members whom these unions look after; None: of all.
    """
    query, facts = _for_papers(asked) if asked.papers else _of_stages(asked)
    begins, dear, more = _dear(asked, reach)
    facts |= {**more, "over": asked.over_fen, "most": most}
    rows = session.execute(text(f"{begins} {query.format(dear=dear)}"), facts)
    found = [
        Waits(member, claim, Stage(stage), since, fen, papers, came)
        for member, claim, stage, since, fen, papers, came in rows
    ]
    return sorted(found, key=lambda each: each.place)[:most]


COUNTED: Final = 200
"""Nobody reads whether it is more."""


def counts(session: Session, *, reach: Reach) -> dict[Stage, int]:
    """How many wait at each stage and not for papers; COUNTED and one where it is more."""
    begins, dear, facts = _dear(Asked(), reach)
    facts |= {"stages": [stage.value for stage in STAGES], "most": COUNTED + 1}
    rows = session.execute(text(f"{begins} {_COUNTS.format(dear=dear)}"), facts)
    return {Stage(stage): number for stage, number in rows}


def _of_stages(asked: Asked) -> tuple[str, dict[str, Any]]:
    stages = (asked.stage,) if asked.stage else STAGES
    until = today() if asked.late else None
    found = [*parts(stages, rules(), behind=asked.after, due_before=until)]
    return _OF_STAGES, {
        "stages": [part.stage.value for part in found],
        "days": [part.after[0] for part in found],
        "claims": [part.after[1] for part in found],
        "before": [part.before for part in found],
    }


def _for_papers(asked: Asked) -> tuple[str, dict[str, Any]]:
    due, since, claim = asked.after or Place(date.min, date.min, 0)
    return _FOR_PAPERS, {
        "stages": [stage.value for stage in STAGES if asked.stage in {None, stage}],
        "due": due,
        "day": since,
        "claim": claim,
        "before": today() if asked.late else date.max,
    }


def _dear(asked: Asked, reach: Reach) -> tuple[str, str, dict[str, Any]]:
    """What is asked last, of what the rest leaves: what it begins with, itself, and its facts."""
    begins, dear, facts = "", "true", dict[str, Any]()
    if asked.mine is not None:
        dear, facts["by"] = _MINE, asked.mine
    if reach is not None:
        # Whose it is costs a sixth of whose turn it is, and leaves less.
        begins, dear, facts["unions"] = _HERE, f"CASE WHEN {_REACHED} THEN {dear} END", reach
    return begins, dear, facts


# As `app.reviews.stages.barred` has it, for a list. A subquery that gives one value is never made a
# join of: above a join the planner would sort all that wait, to show the first.
_MINE: Final = """(
        SELECT true FROM account me WHERE me.id = :by AND (
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
                      AND (a.id = me.id OR a.member_id = me.member_id)))
        LIMIT 1) IS NOT TRUE
    AND (
        SELECT true FROM review_hold h WHERE h.member_id = w.member_id AND h.claim_id = w.claim_id
        AND h.account_id <> :by AND h.until > clock_timestamp()
        LIMIT 1) IS NOT TRUE"""
# The unions' rosters are gathered once; a line that a split has put at another unit counts there.
# As a join it would read all covers there are.
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
_SHOWN: Final = """
    SELECT w.member_id, w.claim_id, w.stage, w.since_on, w.amount_fen, w.papers_by, (
        SELECT a.recorded_at FROM review_answer a
        WHERE a.member_id = w.member_id AND a.claim_id = w.claim_id AND a.seq = (
            SELECT max(r.seq) FROM review r
            WHERE r.member_id = w.member_id AND r.claim_id = w.claim_id))
"""
# OFFSET 0: whatever is dear is asked only of what is shown. The planner would ask it of all that
# wait, to sort the few that it takes to be left. What is shown is among the first of each part.
_OF_STAGES: Final = f"""{_SHOWN}
    FROM unnest(CAST(:stages AS text[]), CAST(:days AS date[]), CAST(:claims AS bigint[]),
                CAST(:before AS date[])) s(stage, day, claim, before)
    CROSS JOIN LATERAL (
        SELECT w.* FROM (
            SELECT x.* FROM review_queue x
            WHERE x.papers_by IS NULL AND x.stage = s.stage
                  AND (x.since_on, x.claim_id) > (s.day, s.claim) AND x.since_on < s.before
                  AND x.amount_fen >= :over
            ORDER BY x.since_on, x.claim_id OFFSET 0
        ) w WHERE {{dear}} LIMIT :most
    ) w
"""  # noqa: S608 - put together from constants
_FOR_PAPERS: Final = f"""{_SHOWN}
    FROM (
        SELECT x.* FROM review_queue x
        WHERE x.papers_by < :before AND x.stage = ANY(CAST(:stages AS text[]))
              AND (x.papers_by, x.since_on, x.claim_id) > (:due, :day, :claim)
              AND x.amount_fen >= :over
        ORDER BY x.papers_by, x.since_on, x.claim_id OFFSET 0
    ) w WHERE {{dear}} LIMIT :most
"""  # noqa: S608
# Of all stages alike, so that what counts one is planned once.
_COUNTS: Final = """
    SELECT s.stage, (
        SELECT count(*) FROM (
            SELECT FROM review_queue w
            WHERE w.papers_by IS NULL AND w.stage = s.stage AND {dear} LIMIT :most
        ) counted)
    FROM unnest(CAST(:stages AS text[])) s(stage)
"""
