"""What claims cost, by roster: kept up to an entry (`keep_spent`), and added up from there on.

A claim's cost belongs to the cover of its last determination in the entry's benefit year that
granted something (`app.books.income`). So a later one can move what was counted before: of a claim
with new lines and a cover or care of its own before, the old lines are taken from where they stood
and put where they stand. A determination that grants has lines in its own transaction, so that no
other claim can have moved. SQL alone, asked in one statement: it sees one moment.
"""

from typing import Final, LiteralString

from app.books.claim_lines import CLAIM_LINES
from app.roster.under import OFTEN, STOOD, moved_on, under_on

_LINES: Final[LiteralString] = """
    e.memo = 'claims determined' AND p.account IN ('2001', '1201') AND p.claim_id IS NOT NULL
"""
_STANDS: Final[LiteralString] = """
    SELECT d.care, c.scheme_id, c.roster_id
    FROM determination d JOIN cover c ON c.member_id = d.member_id AND c.id = d.cover_id
    WHERE d.member_id = {of}.member_id AND d.claim_id = {of}.claim_id
          AND d.benefit_year = {of}.benefit_year AND d.payable_fen > 0 AND d.grant_no <= {upto}
    ORDER BY d.seq DESC LIMIT 1
"""
_BEFORE: Final[LiteralString] = _STANDS.format(of="t", upto="u.last_grant")
_NOW: Final[LiteralString] = _STANDS.format(of="t", upto="%(last_grant)s")
SINCE_KEPT: Final[LiteralString] = f"""
added AS MATERIALIZED (
    SELECT p.member_id, p.claim_id, e.benefit_year,
           extract(year FROM e.booked_on)::integer AS booked_year, sum(p.amount_fen) AS amount_fen
    FROM entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.id > (SELECT last_entry FROM spent_upto) AND e.id <= %(last_entry)s AND {_LINES}
    GROUP BY 1, 2, 3, 4
), moved AS MATERIALIZED (
    SELECT t.member_id, t.claim_id, t.benefit_year, u.last_entry,
           was.care AS was_care, was.scheme_id AS was_scheme, was.roster_id AS was_roster,
           n.care, n.scheme_id, n.roster_id
    FROM (SELECT DISTINCT member_id, claim_id, benefit_year FROM added) t CROSS JOIN spent_upto u
    CROSS JOIN LATERAL ({_BEFORE}) was CROSS JOIN LATERAL ({_NOW}) n
    WHERE EXISTS (SELECT FROM determination f
                  WHERE f.member_id = t.member_id AND f.claim_id = t.claim_id AND f.seq > 1)
          AND (was.care, was.scheme_id, was.roster_id) <> (n.care, n.scheme_id, n.roster_id)
), old AS MATERIALIZED (
    SELECT m.*, extract(year FROM e.booked_on)::integer AS booked_year, p.amount_fen
    FROM moved m
    CROSS JOIN LATERAL (
        SELECT DISTINCT d.run_id FROM determination d
        WHERE d.member_id = m.member_id AND d.claim_id = m.claim_id
    ) r
    JOIN entry e ON e.about = r.run_id AND e.benefit_year = m.benefit_year AND e.id <= m.last_entry
    JOIN posting p ON p.entry_id = e.id AND p.member_id = m.member_id AND p.claim_id = m.claim_id
    WHERE {_LINES}
), since AS MATERIALIZED (
    SELECT x.benefit_year, x.booked_year, x.care, x.scheme_id, x.roster_id,
           sum(x.amount_fen)::bigint AS amount_fen
    FROM (
        SELECT t.benefit_year, t.booked_year, n.care, n.scheme_id, n.roster_id, -t.amount_fen
        FROM added t CROSS JOIN LATERAL ({_NOW}) n
        UNION ALL
        SELECT benefit_year, booked_year, care, scheme_id, roster_id, -amount_fen FROM old
        UNION ALL
        SELECT benefit_year, booked_year, was_care, was_scheme, was_roster, amount_fen FROM old
    ) x (benefit_year, booked_year, care, scheme_id, roster_id, amount_fen)
    GROUP BY 1, 2, 3, 4, 5
)
"""  # noqa: S608 - put together from constants
ALL_THERE_IS: Final = {"last_entry": 2**63 - 1, "last_grant": 2**63 - 1}
# A roster's sum counts for the union under which the roster stood all year long. Where that were
# several, the year's lines of its claims are read themselves, each for that of its day: so it is
# with few. A sum of nothing may be what one union spent and another got back: it is kept, too.
PLACED: Final[LiteralString] = f"""
{STOOD}, {OFTEN}, {SINCE_KEPT}, of_roster AS MATERIALIZED (
    SELECT x.care, x.scheme_id, x.roster_id, x.booked_year, sum(x.amount_fen) AS amount_fen
    FROM (SELECT * FROM spent_sum UNION ALL SELECT * FROM since) x
    WHERE CASE WHEN %(booked)s THEN x.booked_year ELSE x.benefit_year END = %(year)s
          AND (%(roster)s::bigint IS NULL OR x.roster_id = %(roster)s)
    GROUP BY 1, 2, 3, 4
), several AS MATERIALIZED (
    SELECT x.roster_id
    FROM (
        SELECT DISTINCT roster_id, make_date(booked_year, 1, 1) AS first_on,
               make_date(booked_year, 12, 31) AS last_on
        FROM of_roster JOIN often USING (roster_id)
    ) x
    JOIN roster r ON r.id = x.roster_id
    JOIN under w ON w.unit_id = r.unit_id AND w.from_on <= x.last_on AND w.to_on > x.first_on
    GROUP BY x.roster_id, x.last_on
    HAVING count(DISTINCT w.union_id) > 1 OR EXISTS (
        SELECT FROM moves m WHERE m.roster_id = x.roster_id AND m.from_on <= x.last_on)
), placed AS (
    SELECT x.care, x.scheme_id, x.roster_id, r.campaign_id,
           coalesce(w.union_id, g.union_id) AS union_id, x.amount_fen
    FROM of_roster x JOIN roster r ON r.id = x.roster_id
    {under_on("r.unit_id", "make_date(x.booked_year, 12, 31)")}
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE x.roster_id NOT IN (SELECT roster_id FROM several)
    UNION ALL
    SELECT x.care, c.scheme_id, c.roster_id, NULL, w.union_id, x.fen
    FROM (SELECT DISTINCT roster_id FROM several) t
    CROSS JOIN LATERAL (
        SELECT c.*, r.unit_id FROM cover c JOIN roster r ON r.id = c.roster_id
        WHERE c.roster_id = t.roster_id OFFSET 0
    ) c
    CROSS JOIN LATERAL (SELECT l.care, y.* FROM (SELECT) o {CLAIM_LINES} OFFSET 0) x
    {moved_on("c.member_id", "c.roster_id", "x.booked_on")}
    {under_on("coalesce(m.unit_id, c.unit_id)", "x.booked_on")}
)
"""  # noqa: S608 - put together from constants
"""SQL, after WITH: a year's cost by roster and union; asks for `ALL_THERE_IS`, year, booked, and
for one `roster` or all of them (NULL)."""
SPENT: Final[LiteralString] = f"""
WITH {PLACED}
SELECT care, scheme_id, union_id, campaign_id, sum(amount_fen)::bigint
FROM placed GROUP BY 1, 2, 3, 4 HAVING sum(amount_fen) <> 0
"""  # noqa: S608
"""As `app.books.income` asks it of the claims themselves; asks as `PLACED`."""
