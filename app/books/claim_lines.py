"""SQL of what each claim of a cover cost in a year, line by line as it was booked.

A claim stands with the cover of its last determination in that benefit year that granted something
(`app.books.income`), and what it cost is in the entries of its determinations. Of a claim
determined once that is one line, known beforehand, of the entry of its bill's day; of one that was
determined again the lines themselves are read. No list of the ledger's lines by claim is kept: a
drain writes a million of them.
"""

from typing import Final, LiteralString

_ENTRIES: Final[LiteralString] = """
    SELECT e.id, e.booked_on FROM entry e
    WHERE e.memo = 'claims determined' AND e.about = g.run_id AND e.recorded_at = g.recorded_at
          AND e.benefit_year = c.benefit_year
          AND CASE WHEN %(booked)s THEN extract(year FROM e.booked_on) ELSE e.benefit_year END
              = %(year)s
"""
# A transaction may have several entries of a day; all of them are booked on one.
CLAIM_LINES: Final[LiteralString] = f"""
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (d.claim_id) d.claim_id, d.cover_id, d.care FROM determination d
    WHERE d.member_id = c.member_id AND d.benefit_year = c.benefit_year AND d.payable_fen > 0
    ORDER BY d.claim_id, d.seq DESC
) l
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM determination f WHERE f.member_id = c.member_id
                   AND f.claim_id = l.claim_id AND f.seq > 1) AS again OFFSET 0
) a
CROSS JOIN LATERAL (
    SELECT e.booked_on, g.payable_fen
    FROM determination g
    JOIN settlement s ON s.member_id = g.member_id AND s.setl_id = g.setl_id
                      AND s.version = g.version
    CROSS JOIN LATERAL (
        {_ENTRIES} AND coalesce(e.document_on, e.booked_on) = s.setl_time::date LIMIT 1
    ) e
    WHERE NOT a.again AND l.cover_id = c.id
          AND g.member_id = c.member_id AND g.claim_id = l.claim_id
    UNION ALL
    SELECT e.booked_on, -p.amount_fen
    FROM (
        SELECT DISTINCT d.run_id, d.recorded_at FROM determination d
        WHERE a.again AND l.cover_id = c.id
              AND d.member_id = c.member_id AND d.claim_id = l.claim_id
    ) g
    CROSS JOIN LATERAL ({_ENTRIES} OFFSET 0) e
    JOIN posting p ON p.entry_id = e.id
    WHERE p.member_id = c.member_id AND p.claim_id = l.claim_id
          AND p.account IN ('2001', '1201')
) y (booked_on, fen)
"""  # noqa: S608 - put together from constants
"""Of a cover `c`: the claims `l` that stand with it, and of each `y`; asks for `year`, `booked`."""
