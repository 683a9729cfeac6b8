"""Lists about units and about the fund's bank lines: rosters, units, what is to be explained."""

from typing import Final

from app.banking.said import LAST_WORD
from app.contributions.received import RECEIVED
from app.lists.listing import Asks, Column, Filter, Form, Listing, Sees, Sort

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
