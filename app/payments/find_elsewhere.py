"""Whose word an account is: one that another union has given is no place for a cover's money."""

from collections.abc import Mapping, Sequence
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.arrays import number_array
from app.db import array, fetched
from app.payments.lines import Payee
from app.payments.standing import ClaimKey, Standing


def accounts_elsewhere(
    session: Session, claims: Sequence[Standing], people: Mapping[int, Payee]
) -> set[ClaimKey]:
    """The claims whose account was given by a union that is not that of the cover nor above it.

    Anybody's number can be written into a roster, with any account: only who answers for the cover
    says where its money goes, now or when the account was given: a unit may since have gone into
    another, or changed districts. The account asked about is the one that would be paid to.
    Who enrols alone is seen by nobody: that account is for covers which that enrolment's own money
    began, and for no others.
    """
    doubtful = _doubtful(session, people)
    known = [
        (claim.member_id, claim.claim_id, doubtful[claim.member_id])
        for claim in claims
        if claim.member_id in doubtful
    ]
    if not known:
        return set()
    members, of_claims, seqs = zip(*known, strict=True)
    asked = {"members": array(members), "claims": array(of_claims), "seqs": array(seqs)}
    return {(row[0], row[1]) for row in fetched(session, _ELSEWHERE, asked)}


def _doubtful(session: Session, people: Mapping[int, Payee]) -> dict[int, int]:
    """Of whom it must be asked whose covers their account is for: its number by member.

    Not where the member has confirmed it, nor where who recorded it answers for every union, nor,
    where nobody did, of who never enrolled alone: in a batch that is hardly anybody.
    """
    asked = [x for x in people.values() if x.account_seq is not None and not x.confirmed]
    recorders = {x.account_by for x in asked if x.account_by is not None}
    nobodys = number_array([x.member_id for x in asked if x.account_by is None])
    words = {"recorders": array(recorders), "members": nobodys}
    found = fetched(session, _FOR_ALL_OR_ALONE, words) if asked else ()
    ours = {who for recorder, who in found if recorder}
    alone = {who for recorder, who in found if not recorder}
    return {
        x.member_id: x.account_seq
        for x in asked
        if x.account_seq is not None
        and (x.member_id in alone if x.account_by is None else x.account_by not in ours)
    }


_FOR_ALL_OR_ALONE: Final[LiteralString] = """
WITH RECURSIVE below (top_id, id) AS (
    SELECT union_id, union_id FROM account WHERE id = ANY(%(recorders)s::bigint[])
    UNION
    SELECT b.top_id, n.id FROM below b JOIN union_node n ON n.parent_id = b.id
)
SELECT true, a.id FROM account a
WHERE a.id = ANY(%(recorders)s::bigint[])
      AND (SELECT count(*) FROM below b WHERE b.top_id = a.union_id)
          = (SELECT count(*) FROM union_node)
UNION ALL
SELECT false, l.member_id FROM roster r JOIN roster_line l ON l.roster_id = r.id
WHERE r.own_money AND l.member_id = ANY(%(members)s::bigint[])
"""

# What the member gave or confirmed is nobody's elsewhere; nor is what came with the cover itself,
# of somebody who enrolled alone.
_ELSEWHERE: Final[LiteralString] = """
WITH RECURSIVE answers (union_id, above_id) AS (
    SELECT id, id FROM union_node
    UNION
    SELECT x.union_id, n.parent_id FROM answers x
    JOIN union_node n ON n.id = x.above_id WHERE n.parent_id IS NOT NULL
), others AS MATERIALIZED (
    SELECT w.member_id, w.claim_id, r.unit_id, b.recorded_at, a.union_id
    FROM unnest(%(members)s::bigint[], %(claims)s::bigint[], %(seqs)s::int[])
        AS w(member_id, claim_id, account_seq)
    JOIN bank_account b ON b.member_id = w.member_id AND b.seq = w.account_seq
        AND NOT EXISTS (SELECT FROM card_confirmed k
                        WHERE k.member_id = b.member_id AND k.account_seq = b.seq)
    LEFT JOIN account a ON a.id = b.recorded_by
    JOIN LATERAL (
        SELECT d.cover_id FROM determination d
        WHERE d.member_id = w.member_id AND d.claim_id = w.claim_id
        ORDER BY d.seq DESC LIMIT 1
    ) live ON true
    JOIN cover c ON c.member_id = w.member_id AND c.id = live.cover_id
    JOIN roster r ON r.id = c.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE CASE WHEN a.id IS NULL THEN NOT r.own_money AND EXISTS (
        SELECT FROM roster_line s JOIN roster o ON o.id = s.roster_id AND o.own_money
        WHERE s.member_id = b.member_id)
    ELSE a.member_id IS DISTINCT FROM b.member_id AND NOT EXISTS (
        SELECT FROM answers x
        WHERE x.union_id = coalesce(u.union_id, g.union_id) AND x.above_id = a.union_id) END
)
SELECT o.member_id, o.claim_id FROM others o
WHERE NOT EXISTS (
    SELECT FROM (
        SELECT y.union_id FROM unit_change y
        WHERE y.unit_id = o.unit_id AND y.recorded_at <= o.recorded_at AND NOT EXISTS (
            SELECT FROM unit_change z
            WHERE z.unit_id = y.unit_id AND z.seq = y.seq + 1 AND z.recorded_at < o.recorded_at)
        UNION ALL
        SELECT n.union_id FROM unit n
        WHERE n.id = o.unit_id AND NOT EXISTS (
            SELECT FROM unit_change z
            WHERE z.unit_id = n.id AND z.recorded_at < o.recorded_at)
    ) was JOIN answers x ON x.union_id = was.union_id AND x.above_id = o.union_id)
"""
