"""Lists about people: claims, payments, recoveries, members."""

from typing import Final

from app.benefits.care import CARES
from app.claims.filed import REFUSED_AS
from app.claims.lifecycle import State
from app.lists.listing import Asks, Column, Filter, Form, Listing, Sees, Sort

_NAME: Final = """
    LEFT JOIN LATERAL (
        SELECT y.name FROM member_name y WHERE y.member_id = c.member_id
        ORDER BY y.seq DESC LIMIT 1
    ) named ON true
"""
_PAID: Final = """coalesce((
    SELECT sum(x.amount_fen) FROM payment x
    JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE x.member_id = c.member_id AND x.claim_id = c.claim_id
          AND coalesce(r.says, o.outcome) = 'paid'), 0)::bigint"""
_RESULT: Final = f"""(
    SELECT CASE WHEN x.why IS NULL THEN d.care
                WHEN x.why IN ('undone_taken_back', 'declined_same_bill') THEN x.why
                ELSE regexp_replace(x.why, '^(undone|declined)_.*', '\\1') END
    FROM (SELECT {REFUSED_AS} AS why) x)"""  # noqa: S608 - put together from constants
_SETTLED: Final = """
    JOIN claim k ON k.member_id = c.member_id AND k.id = c.claim_id
    CROSS JOIN LATERAL (
        SELECT x.fixmedins_name, coalesce(x.enddate, x.setl_time::date) AS treated_on
        FROM settlement x WHERE x.member_id = k.member_id AND x.setl_id = k.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s
"""
_DETERMINED: Final = """
    LEFT JOIN LATERAL (
        SELECT * FROM determination x
        WHERE x.member_id = c.member_id AND x.claim_id = c.claim_id
        ORDER BY x.seq DESC LIMIT 1
    ) d ON true
"""
# Nearly all have a benefit year: the bill's own day is looked up for the others alone.
_YEAR: Final = """coalesce(d.benefit_year, (
    SELECT date_part('year', coalesce(x.enddate, x.setl_time::date))
    FROM claim y JOIN settlement x ON x.member_id = y.member_id AND x.setl_id = y.setl_id
    WHERE y.member_id = c.member_id AND y.id = c.claim_id
    ORDER BY x.version DESC LIMIT 1)) = :year"""
CLAIMS: Final = Listing(
    name="claims",
    sees=Sees.MEMBERS,
    parts=tuple(State),
    source="claim_queue c",
    where="c.state = :part",
    key="c.claim_id",
    carried="c.member_id, c.claim_id",
    beside=(_SETTLED, _DETERMINED),
    columns=(
        Column("member", "coalesce(named.name, '')"),
        Column("certno", "c.member_id", Form.MASKED),
        Column("hospital", "s.fixmedins_name"),
        Column("treated_on", "s.treated_on", Form.DAY),
        Column("result", _RESULT, Form.WORD),
        Column("payable", "d.payable_fen", Form.MONEY),
        Column("arrived", _PAID, Form.MONEY),
        Column("member_id", "c.member_id", Form.KEY),
        Column("claim_id", "c.claim_id", Form.KEY),
    ),
    sorts=(Sort("oldest", "c.claim_id"), Sort("newest", "c.claim_id", newest_first=True)),
    filters=(
        Filter("year", Asks.YEAR, _YEAR, beside=(_DETERMINED,)),
        Filter("care", Asks.CHOICE, "d.care = :care", CARES, beside=(_DETERMINED,)),
        Filter("first", Asks.DAY, "s.treated_on >= :first", beside=(_SETTLED,)),
        Filter("last", Asks.DAY, "s.treated_on <= :last", beside=(_SETTLED,)),
        Filter("least", Asks.AMOUNT, "d.payable_fen >= :least", beside=(_DETERMINED,)),
        Filter("most", Asks.AMOUNT, "d.payable_fen <= :most", beside=(_DETERMINED,)),
    ),
    joins=f"""{_NAME}
        LEFT JOIN undone_filing u ON u.member_id = k.member_id AND u.setl_id = k.setl_id""",
)
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
