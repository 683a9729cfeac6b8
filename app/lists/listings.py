"""The lists there are, beside that of claims: payments, rosters, recoveries, members, suspense,
units."""

from typing import Final

from app.banking.said import LAST_WORD
from app.contributions.received import RECEIVED
from app.lists.listing import Asks, Column, Filter, Form, Listing, Sees, Sort

_NAME: Final = """
    LEFT JOIN LATERAL (
        SELECT y.name FROM member_name y WHERE y.member_id = c.member_id
        ORDER BY y.seq DESC LIMIT 1
    ) named ON true
"""
_STATE: Final = """coalesce(r.says, o.outcome,
    CASE WHEN k.return_id IS NOT NULL THEN 'unknown' ELSE 'sent' END)"""
PAYMENTS: Final = Listing(
    name="payments",
    sees=Sees.MEMBERS,
    source="""payment c
        JOIN payment_batch b ON b.id = c.batch_id
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        LEFT JOIN payment_unknown k USING (member_id, grant_no, attempt)""",
    key="c.id",
    columns=(
        Column("member", "c.name"),
        Column(
            "batch",
            # As app.payments.send.batch_number writes it.
            "'P' || b.benefit_year || '-'"
            " || lpad(b.id::text, greatest(4, length(b.id::text)), '0')",
        ),
        Column("line", "c.line", Form.COUNT),
        Column("year", "b.benefit_year", Form.KEY),
        Column("made_on", "b.made_on", Form.DAY),
        Column("amount", "c.amount_fen", Form.MONEY),
        Column("state", _STATE, Form.WORD),
        Column("booked_on", "coalesce(r.booked_on, o.booked_on)", Form.DAY),
        Column("reason", "coalesce(nullif(o.reason, ''), k.reason, '')"),
        Column("member_id", "c.member_id", Form.KEY),
        Column("claim_id", "c.claim_id", Form.KEY),
    ),
    sorts=(Sort("newest", "c.id", newest_first=True), Sort("oldest", "c.id")),
    filters=(
        Filter("year", Asks.YEAR, "b.benefit_year = :year"),
        Filter("state", Asks.CHOICE, f"{_STATE} = :state", ("sent", "paid", "failed", "unknown")),
        Filter("first", Asks.DAY, "b.made_on >= :first"),
        Filter("last", Asks.DAY, "b.made_on <= :last"),
        Filter("least", Asks.AMOUNT, "c.amount_fen >= :least"),
        Filter("most", Asks.AMOUNT, "c.amount_fen <= :most"),
    ),
    people=True,
)
_FILLED: Final = """coalesce((SELECT sum(s.amount_fen) FROM receipt_share s
    WHERE s.roster_id = r.id AND NOT EXISTS (
        SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)), 0)::bigint"""
_ROSTER_STATE: Final = """CASE
    WHEN EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id) THEN 'withdrawn'
    WHEN EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id) THEN 'began'
    ELSE 'waits' END"""
_OF_UNIT: Final = "u.name ILIKE :named OR u.uscc LIKE :coded"
ROSTERS: Final = Listing(
    name="rosters",
    sees=Sees.UNITS,
    source="roster r JOIN unit_now u ON u.id = r.unit_id",
    key="r.id",
    columns=(
        Column("unit", "u.name"),
        Column("year", "r.benefit_year", Form.COUNT),
        Column("starts_on", "r.starts_on", Form.DAY),
        Column("confirmed_on", "r.confirmed_on", Form.DAY),
        Column("heads", "r.heads", Form.COUNT),
        Column("due", "r.heads * (r.unit_due_fen + r.worker_due_fen)", Form.MONEY),
        Column("filled", _FILLED, Form.MONEY),
        Column("state", _ROSTER_STATE, Form.WORD),
        Column("by", "coalesce(a.name, '')"),
        Column("unit_id", "u.id", Form.KEY),
    ),
    sorts=(Sort("newest", "r.id", newest_first=True), Sort("oldest", "r.id")),
    filters=(
        Filter("q", Asks.WORDS, _OF_UNIT),
        Filter("year", Asks.YEAR, "r.benefit_year = :year"),
        Filter("state", Asks.CHOICE, f"{_ROSTER_STATE} = :state", ("waits", "began", "withdrawn")),
        Filter("first", Asks.DAY, "r.confirmed_on >= :first"),
        Filter("last", Asks.DAY, "r.confirmed_on <= :last"),
    ),
    joins="LEFT JOIN account a ON a.id = r.recorded_by",
)
_CAME: Final = """coalesce((SELECT sum(x.amount_fen) FROM recovery_receipt x
    WHERE x.recovery_id = c.id), 0)::bigint"""
_GIVEN_UP: Final = """coalesce((SELECT sum(x.amount_fen) FROM recovery_write_off x
    WHERE x.recovery_id = c.id), 0)::bigint"""
_LEFT: Final = f"(c.amount_fen - {_CAME} - {_GIVEN_UP})"
RECOVERIES: Final = Listing(
    name="recoveries",
    sees=Sees.MEMBERS,
    source="recovery c",
    key="c.id",
    columns=(
        Column("member", "coalesce(named.name, '')"),
        Column("liable", "c.liable", Form.WORD),
        Column("year", "c.benefit_year", Form.COUNT),
        Column("booked_on", "c.booked_on", Form.DAY),
        Column("reference", "c.reference"),
        Column("amount", "c.amount_fen", Form.MONEY),
        Column("came", _CAME, Form.MONEY),
        Column("given_up", _GIVEN_UP, Form.MONEY),
        Column("left", _LEFT, Form.MONEY),
        Column("member_id", "c.member_id", Form.KEY),
        Column("claim_id", "c.claim_id", Form.KEY),
    ),
    sorts=(Sort("oldest", "c.id"), Sort("newest", "c.id", newest_first=True)),
    filters=(
        Filter(
            "state",
            Asks.CHOICE,
            f"({_LEFT} > 0) = (CAST(:state AS text) = 'open')",
            ("open", "settled"),
        ),
        Filter("liable", Asks.CHOICE, "c.liable = :liable", ("employer", "third_party")),
        Filter("year", Asks.YEAR, "c.benefit_year = :year"),
        Filter("first", Asks.DAY, "c.booked_on >= :first"),
        Filter("last", Asks.DAY, "c.booked_on <= :last"),
        Filter("least", Asks.AMOUNT, "c.amount_fen >= :least"),
        Filter("most", Asks.AMOUNT, "c.amount_fen <= :most"),
    ),
    joins=_NAME,
    people=True,
)
MEMBERS: Final = Listing(
    name="members",
    sees=Sees.MEMBERS,
    source="searchable_name c",
    key="c.member_id",
    where="""NOT EXISTS (SELECT FROM searchable_name y
        WHERE y.member_id = c.member_id AND y.seq = c.seq + 1)""",
    columns=(
        Column("name", "c.name"),
        Column("certno", "c.member_id", Form.MASKED),
        Column("unit", "coalesce(last.name, '')"),
        Column("from", "last.starts_on", Form.DAY),
        Column("until", "last.ends_on", Form.DAY),
        Column("member_id", "c.member_id", Form.KEY),
    ),
    sorts=(
        Sort("name", 'c.sort_key COLLATE "C"'),
        Sort("newest", "c.member_id", newest_first=True),
        Sort("oldest", "c.member_id"),
    ),
    filters=(
        Filter(
            "year",
            Asks.YEAR,
            """EXISTS (SELECT FROM cover v WHERE v.member_id = c.member_id
                AND date_part('year', v.starts_on) = :year)""",
        ),
        Filter(
            "capped",
            Asks.YEAR,
            """EXISTS (SELECT FROM entitlement x WHERE x.member_id = c.member_id
                AND x.benefit_year = :capped AND x.used_fen >= x.cap_fen)""",
        ),
    ),
    joins="""
        LEFT JOIN LATERAL (
            SELECT coalesce(u.name, g.name) AS name, lower(t.term) AS starts_on,
                   upper(t.term) - 1 AS ends_on
            FROM cover v
            JOIN cover_term t
                ON t.member_id = v.member_id AND t.cover_id = v.id AND NOT isempty(t.term)
            JOIN roster r ON r.id = v.roster_id
            LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
            LEFT JOIN campaign g ON g.id = r.campaign_id
            WHERE v.member_id = c.member_id
                  AND (:whole OR coalesce(u.union_id, g.union_id)
                       = ANY(CAST(:unions AS bigint[])))
            ORDER BY v.starts_on DESC LIMIT 1
        ) last ON true""",
    people=True,
)
SUSPENSE: Final = Listing(
    name="suspense",
    sees=Sees.FUND,
    source=f"""(
        SELECT l.* FROM statement_line l
        WHERE l.taken_as IN ('suspense', 'unexplained')
              AND NOT EXISTS (SELECT FROM line_resolution y WHERE y.line_id = l.id)
        UNION ALL
        SELECT l.* FROM statement_line l {LAST_WORD}
        WHERE l.id IN (SELECT y.line_id FROM line_resolution y WHERE y.act = 'undone')
              AND said.act = 'undone') l""",  # noqa: S608 - put together from constants
    key="l.id",
    columns=(
        Column("payer", "l.payer_name"),
        Column("booked_on", "l.booked_on", Form.DAY),
        Column("amount", "l.amount_fen", Form.MONEY),
        Column("kind", "CASE WHEN l.amount_fen > 0 THEN 'in' ELSE 'out' END", Form.WORD),
        Column("remark", "l.remark"),
        Column("days", "CAST(:today AS date) - l.booked_on", Form.COUNT),
        Column("line_id", "l.id", Form.KEY),
    ),
    sorts=(
        Sort("oldest", "l.booked_on"),
        Sort("newest", "l.booked_on", newest_first=True),
        Sort("largest", "abs(l.amount_fen)", newest_first=True),
    ),
    filters=(
        Filter("kind", Asks.CHOICE, "(l.amount_fen > 0) = (:kind = 'in')", ("in", "out")),
        Filter("first", Asks.DAY, "l.booked_on >= :first"),
        Filter("last", Asks.DAY, "l.booked_on <= :last"),
        Filter("least", Asks.AMOUNT, "abs(l.amount_fen) >= :least"),
        Filter("most", Asks.AMOUNT, "abs(l.amount_fen) <= :most"),
    ),
)
_DUE: Final = """coalesce((
    SELECT sum(r.heads * (r.unit_due_fen + r.worker_due_fen)) FILTER (WHERE NOT r.own_money)
    FROM roster r JOIN unit_now s ON s.id = r.unit_id
    WHERE s.stands_id = u.id AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn)
), 0)::bigint"""
_RECEIVED: Final = f"""coalesce((
    SELECT sum(x.amount_fen) FROM {RECEIVED} x JOIN unit_now s ON s.id = x.unit_id
    WHERE s.stands_id = u.id AND NOT x.own_money
), 0)::bigint"""  # noqa: S608
UNITS: Final = Listing(
    name="units",
    sees=Sees.UNITS,
    source="unit_now u",
    key="u.id",
    where="u.stands_id = u.id",
    columns=(
        Column("unit", "u.name"),
        Column("uscc", "u.uscc"),
        Column("union", "CASE n.kind WHEN 'unit' THEN p.name ELSE n.name END"),
        Column("percent", "u.unit_percent", Form.COUNT),
        Column("due", _DUE, Form.MONEY),
        Column("received", _RECEIVED, Form.MONEY),
        Column("unit_id", "u.id", Form.KEY),
    ),
    sorts=(
        Sort("oldest", "u.id"),
        Sort("newest", "u.id", newest_first=True),
        Sort("code", 'u.uscc COLLATE "C"'),
    ),
    filters=(
        Filter("q", Asks.WORDS, _OF_UNIT),
        Filter(
            "enrolled",
            Asks.YEAR,
            """EXISTS (SELECT FROM roster r WHERE r.unit_id = u.id AND r.benefit_year = :enrolled
                AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn))""",
        ),
    ),
    joins="""JOIN union_node n ON n.id = u.union_id
        LEFT JOIN union_node p ON p.id = n.parent_id""",
)
LISTINGS: Final = {
    each.name: each for each in (PAYMENTS, ROSTERS, RECOVERIES, MEMBERS, SUSPENSE, UNITS)
}
