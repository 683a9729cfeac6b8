"""Bills that may be one, so that a person looks before both are paid.

Typed bills: of one member, the same day and total, and one of them typed by hand. A sheet without
the bureau's number cannot be joined to the bureau's row. Where both stand, the one that came second
is not paid before a person has looked: paid twice would be somebody else's money, and joined by its
figures a second, real bill would be swallowed. The hospital is not compared, because people write
its name as they like. The day agrees if either does, of discharge or of settlement: a chronic bill
goes by its settlement, and has no other day on some papers. What the bureau has refunded is shown
beside a typed bill too; the sheet in somebody's hand does not say it.

Invoices: one pays once. A bill whose invoice number another bill had first, of whatever member, is
held for a person (domain: held for a person, never refused by machine). Numbers without six digits
are some clerk's filler and say nothing.

Numbers: a sheet's number that the bureau or another member used is told to the officer, never to
the member who typed it (`app.claims.file`).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.together import Question, together

# Settlement `s`: the day it is known by and its total, which some exports leave out.
_DAY: Final = "coalesce(s.enddate, s.setl_time::date)"
_SETTLED: Final = "s.setl_time::date"
_TOTAL: Final = """CASE WHEN s.medfee_sumamt <> 0 THEN s.medfee_sumamt ELSE
    s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_scp_amt END"""
_NEWEST: Final = """CROSS JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s"""

_UNSEEN: Final = """NOT EXISTS (SELECT FROM claim_move m WHERE m.member_id = c.member_id
          AND m.claim_id = c.id AND m.act = 'confirm' AND m.recorded_at >= s.recorded_at)"""
"""No officer has confirmed claim `c` since its bill is as it is now (`s`)."""

TYPED: Final = f"""
    SELECT c.member_id, c.id AS claim_id, {_DAY} AS day, {_SETTLED} AS settled,
           {_TOTAL} AS total_fen
    FROM filed_claim f
    JOIN claim c ON c.member_id = f.member_id AND c.setl_id = f.setl_id
    {_NEWEST}
    JOIN run r ON r.id = s.run_id AND r.kind = 'hand'
    WHERE f.member_id = ANY(%(members)s::bigint[])
          AND NOT EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = c.setl_id)
"""  # noqa: S608 - put together from constants
"""Claims whose newest figures are what a person typed, of `members` (a psycopg parameter)."""

ANY_TYPED: Final = "SELECT FROM filed_claim WHERE member_id = ANY(%(members)s::bigint[]) LIMIT 1"
"""Whether any of `members` ever filed a claim: hardly one in a thousand has."""

DOUBTFUL: Final = f"""
WITH typed AS MATERIALIZED ({TYPED})
SELECT c.id
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim c ON c.member_id = due.member_id AND c.id = due.claim_id
{_NEWEST}
WHERE c.member_id IN (SELECT member_id FROM typed)
      AND EXISTS (SELECT FROM typed t WHERE t.member_id = c.member_id AND (
          t.claim_id = c.id
          OR t.claim_id < c.id AND t.total_fen = {_TOTAL}
             AND (t.day = {_DAY} OR t.settled = {_SETTLED})))
      AND {_UNSEEN}
"""  # noqa: S608
"""Which of the due claims an officer must confirm first: those typed, and possible doubles of one
that was typed before. The same two parameters as the bills'."""

_STANDS: Final = """NOT EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = k.setl_id)
          AND NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = k.setl_id)"""
"""Claim `k` was not undone, and is not a bill that was found to be another claim's."""
_NEWEST_OF_ALL: Final = """NOT EXISTS (
          SELECT FROM settlement newer WHERE newer.member_id = o.member_id
          AND newer.setl_id = o.setl_id AND newer.version > o.version)"""
"""Settlement `o` of claim `k` is its bill as it stands."""


def _invoice(bill: str) -> str:
    """SQL: a bill's invoice number however it is written; the index is by just this."""
    return f"upper(replace({bill}.invono, ' ', ''))"


def _had_first(bill: str, claim: str) -> str:
    """SQL: when this invoice came with this claim: the run of its first version with it."""
    return f"""((SELECT min(x.run_id) FROM settlement x WHERE x.member_id = {bill}.member_id
          AND x.setl_id = {bill}.setl_id AND {_invoice("x")} = {_invoice("s")}), {claim}.id)"""  # noqa: S608


# A look by the invoice's index for each bill, then by the claim's (a bill has one): the planner
# takes one bill in two hundred to have any given invoice, and would read every claim there is for
# each bill due. OFFSET and LIMIT leave it no other way.
INVOICE_USED: Final = f"""
SELECT c.id
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim c ON c.member_id = due.member_id AND c.id = due.claim_id
{_NEWEST}
CROSS JOIN LATERAL (
    SELECT FROM (
        SELECT x.member_id, x.setl_id, x.version FROM settlement x
        WHERE {_invoice("x")} = {_invoice("s")} AND x.invono ~ '[0-9]{{6}}'
              AND x.setl_id <> s.setl_id OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        SELECT x.id, x.setl_id FROM claim x
        WHERE x.member_id = o.member_id AND x.setl_id = o.setl_id LIMIT 1
    ) k
    WHERE {_STANDS} AND {_NEWEST_OF_ALL}
          AND {_had_first("o", "k")} < {_had_first("s", "c")} LIMIT 1
) used
WHERE s.invono ~ '[0-9]{{6}}' AND {_UNSEEN}
"""  # noqa: S608
"""Which of the due claims have an invoice that another had first. The bills' parameters."""

SHARED: Final = f"""(s.invono ~ '[0-9]{{{{6}}}}' AND EXISTS (
            SELECT FROM settlement x WHERE {_invoice("x")} = {_invoice("s")}
            AND x.invono ~ '[0-9]{{{{6}}}}' AND x.setl_id <> s.setl_id OFFSET 0))"""
"""SQL, for `psycopg.sql`: another bill has the invoice of `s`; `INVOICE_USED` tells which first.
OFFSET keeps it one look by the index."""

_MOST: Final = 20
"""Doubles that one claim's review names: more than one is rare, and a page has an end."""


class _Other(NamedTuple):
    id: int
    member_id: int
    refunded: bool


class _Bill(NamedTuple):
    id: int
    day: date
    settled: date
    total_fen: int
    typed: bool
    refunded: bool


_SAME_INVOICE: Final = Question(
    f"""
    SELECT k.id, k.member_id, NOT ({_STANDS}) AS refunded FROM claim c
    {_NEWEST}
    JOIN settlement o ON {_invoice("o")} = {_invoice("s")} AND o.invono ~ '[0-9]{{6}}'
    JOIN claim k ON k.member_id = o.member_id AND k.setl_id = o.setl_id
    WHERE c.member_id = :member AND c.id = :claim AND k.id <> c.id AND {_NEWEST_OF_ALL}
          AND NOT EXISTS (SELECT FROM undone_filing u WHERE u.setl_id = k.setl_id
                          AND u.member_id = k.member_id)
    ORDER BY k.id LIMIT {_MOST}
    """,  # noqa: S608
    _Other,
)
# Of a filing that stands: who else has the number on its sheet. Claim 0: nobody's claim.
_SAME_NUMBER: Final = Question(
    f"""
    WITH f AS (
        SELECT f.* FROM filed_claim f JOIN claim c USING (member_id, setl_id)
        WHERE c.member_id = :member AND c.id = :claim AND f.stated_setl_id IS NOT NULL
    )
    SELECT k.id, k.member_id, false AS refunded FROM f
    CROSS JOIN LATERAL (
        SELECT x.member_id, x.setl_id FROM settlement_key x WHERE x.setl_id = f.stated_setl_id
        UNION ALL
        SELECT j.member_id, j.own_setl_id FROM joined_settlement j
        WHERE j.setl_id = f.stated_setl_id
        UNION ALL
        SELECT o.member_id, o.setl_id FROM filed_claim o
        WHERE o.stated_setl_id = f.stated_setl_id AND NOT EXISTS (
            SELECT FROM undone_filing u WHERE u.member_id = o.member_id AND u.setl_id = o.setl_id)
    ) other
    JOIN claim k ON k.member_id = other.member_id AND k.setl_id = other.setl_id
    WHERE k.id <> :claim
    UNION
    SELECT 0, f.member_id, true FROM f JOIN refund r ON r.undone_setl_id = f.stated_setl_id
    UNION
    SELECT 0, f.member_id, false FROM f JOIN unmatched_settlement x ON x.setl_id = f.stated_setl_id
    WHERE NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = x.setl_id)
    ORDER BY 1 LIMIT {_MOST}
    """,  # noqa: S608
    _Other,
)
_ALIKE: Final = Question(
    f"""
    SELECT c.id, {_DAY} AS day, {_SETTLED} AS settled, {_TOTAL} AS total_fen,
           r.kind = 'hand' AS typed,
           EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = c.setl_id) AS refunded
    FROM claim c
    {_NEWEST}
    JOIN run r ON r.id = s.run_id
    WHERE c.member_id = :member AND NOT EXISTS (
        SELECT FROM undone_filing u WHERE u.member_id = c.member_id AND u.setl_id = c.setl_id)
          AND NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = c.setl_id)
    ORDER BY c.id
    """,  # noqa: S608
    _Bill,
)
ALIKE: Final[dict[str, Question[Any]]] = {
    "same_number": _SAME_NUMBER,
    "same_invoice": _SAME_INVOICE,
    "bills": _ALIKE,
}
"""What `alike` asks, for who asks more at once; `alike_among` tells it."""


class Because(StrEnum):
    """Why two claims may be one bill; the strongest first."""

    NUMBER = "number"
    INVOICE = "invoice"
    LOOKS = "looks"


class Double(NamedTuple):
    """A claim that may be the same bill; `refunded`: the bureau has undone it.

    `claim_id` 0, only by number: no claim has it, but the bureau sent it for somebody else, or
    `refunded` it.
    """

    claim_id: int
    member_id: int
    because: Because
    refunded: bool


def alike(session: Session, member_id: int, claim_id: int) -> list[Double]:
    """The other claims that may be the same bill as this one, oldest first."""
    found = together(session, {"member": member_id, "claim": claim_id}, **ALIKE)
    return alike_among(found, member_id, claim_id)


def alike_among(answered: Mapping[str, list[Any]], member_id: int, claim_id: int) -> list[Double]:
    """The same, of what was asked with `ALIKE`."""
    found: dict[tuple[int, bool], Double] = {}
    for because, name in ((Because.NUMBER, "same_number"), (Because.INVOICE, "same_invoice")):
        for row in answered[name]:
            same = Double(row.id, row.member_id, because, row.refunded)
            found.setdefault((row.id, not row.id and row.refunded), same)
    rows = answered["bills"]
    mine = next((row for row in rows if row.id == claim_id), None)
    for row in rows:
        if (
            mine
            and row.id != claim_id
            and row.total_fen == mine.total_fen
            and (row.day == mine.day or row.settled == mine.settled)
            and (row.typed or mine.typed)
        ):
            same = Double(row.id, member_id, Because.LOOKS, row.refunded)
            found.setdefault((row.id, False), same)
    return sorted(found.values())[:_MOST]


def of_the_bureau(
    session: Session, member_id: int, day: date, settled: date, total_fen: int
) -> int | None:
    """The member's claim that the bureau sent with either day and this total, and stands."""
    for row in _ALIKE.all(session, member=member_id):
        agrees = row.day == day or row.settled == settled
        if not (row.typed or row.refunded) and agrees and row.total_fen == total_fen:
            return row.id
    return None
