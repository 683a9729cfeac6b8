"""What a benefit year's bundle is drawn from, as SQL: named parts, and the parts each needs."""

from typing import Final

from app.audit.bank_rows import BANK_NEEDS, BANK_PARTS

SINCE_TIME: Final = """to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
SINCE_SEAL: Final = "lpad(width_bucket(since, CAST(%(untils)s AS timestamptz[]))::text, 6, '0')"
"""A moment, or how many of the seals came before it."""
CLAIM_YEARS: Final = """
    SELECT c.id AS k_claim, c.setl_id AS k_setl, k_years, k_since FROM {0} c
    LEFT JOIN (
        SELECT claim_id AS k_id, string_agg(benefit_year::text, '+' ORDER BY benefit_year)
               AS k_years,
               string_agg({1}, '+' ORDER BY benefit_year) AS k_since
        FROM (SELECT d.claim_id, d.benefit_year, min(d.recorded_at) AS since
              FROM determination d JOIN {0} h ON h.member_id = d.member_id AND h.id = d.claim_id
              WHERE d.benefit_year IS NOT NULL GROUP BY 1, 2) dated
        GROUP BY 1) dated ON k_id = c.id"""
"""In which years each of these claims was ever determined, and since when."""

_OF_YEAR: Final = "SELECT member_id, claim_id FROM determination WHERE benefit_year = %(year)s"
_BESIDE: Final = """
        SELECT c.member_id, c.id AS claim_id FROM claim c JOIN turned USING (member_id)
        UNION
        SELECT u.member_id, u.id FROM undated u CROSS JOIN LATERAL (
            SELECT coalesce(s.enddate, s.setl_time::date) AS day FROM settlement s
            WHERE s.member_id = u.member_id AND s.setl_id = u.setl_id
            ORDER BY s.version DESC LIMIT 1) newest
        WHERE extract(year FROM newest.day) = %(year)s"""
"""Claims of the year that were never determined for it."""

HELD: Final = """
        SELECT c.member_id, c.id, c.roster_id FROM cover c WHERE c.benefit_year = %(year)s
        {}
        UNION
        SELECT p.member_id, p.id, p.roster_id FROM cover c
        JOIN roster r ON r.id = c.roster_id
        JOIN roster_line l ON l.member_id = c.member_id AND l.roster_id = c.roster_id
        JOIN cover p ON p.member_id = c.member_id AND p.id < c.id AND p.ends_on >= CASE
            WHEN c.scheme_id = ANY(%(waiting)s) THEN least(l.starts_on, r.confirmed_on - %(gap)s)
            ELSE l.starts_on END - 1
        WHERE c.benefit_year = %(year)s
        UNION
        SELECT p.member_id, p.id, p.roster_id FROM roster r
        JOIN roster_line l ON l.roster_id = r.id AND l.starts_on > r.starts_on
        JOIN cover p ON p.member_id = l.member_id AND p.ends_on = l.starts_on - 1
        WHERE r.benefit_year = %(year)s"""
"""Covers of the year, of members with chosen claims ({}), and those before that decide."""

PARTS: Final = {
    # Claims with more determinations than one: there are few, and an index of them.
    "followed": """
        SELECT DISTINCT member_id, claim_id FROM determination WHERE seq > 1""",
    # Whether they have any in this benefit year, and in another. OFFSET 0: each is looked for by
    # its index, for they are few of very many.
    "followed_in": """
        SELECT f.member_id, f.claim_id, bool_or(d.benefit_year = %(year)s) AS here,
               bool_or(d.benefit_year <> %(year)s) AS elsewhere
        FROM followed f CROSS JOIN LATERAL (
            SELECT d.benefit_year FROM determination d
            WHERE d.member_id = f.member_id AND d.claim_id = f.claim_id OFFSET 0) d
        GROUP BY f.member_id, f.claim_id""",
    # Members one of whose claims has both.
    "turned": """
        SELECT member_id FROM followed_in WHERE here AND elsewhere""",
    "undated": """
        SELECT c.member_id, c.id, c.setl_id FROM claim c
        WHERE NOT EXISTS (SELECT FROM determination d WHERE d.member_id = c.member_id
                          AND d.claim_id = c.id AND d.benefit_year IS NOT NULL)""",
    "chosen": f"""
        {_OF_YEAR}
        UNION {_BESIDE}""",
    "claims": """
        SELECT c.member_id, c.id, c.setl_id, c.run_id, c.recorded_at FROM claim c
        JOIN chosen ON chosen.member_id = c.member_id AND chosen.claim_id = c.id""",
    "held": HELD.format(
        """UNION SELECT c.member_id, c.id, c.roster_id FROM cover c
        WHERE c.member_id IN (SELECT member_id FROM chosen)"""
    ),
    # And the paid covers that ended gifts among them; a death is nobody's cover.
    "covers": """
        SELECT member_id, id, roster_id FROM held
        UNION
        SELECT c.member_id, c.id, c.roster_id FROM cover_change x
        JOIN held ON held.member_id = x.member_id AND held.id = x.cover_id
        JOIN cover c ON c.member_id = x.member_id AND c.id = x.because_cover_id""",
    "lines": """
        SELECT l.* FROM roster_line l
        WHERE l.roster_id IN (SELECT id FROM roster WHERE benefit_year = %(year)s)
        OR (l.member_id, l.roster_id) IN (SELECT member_id, roster_id FROM covers)""",
    "rosters": """
        SELECT * FROM roster WHERE benefit_year = %(year)s
        OR id IN (SELECT roster_id FROM covers)""",
    "claim_years": CLAIM_YEARS.format("claims", SINCE_TIME),
    **BANK_PARTS,
    "filed": """
        SELECT f.* FROM filed_claim f JOIN claims c USING (member_id, setl_id)""",
    "decisions": """
        SELECT h.* FROM held_decision h
        JOIN chosen ON chosen.member_id = h.member_id AND chosen.claim_id = h.claim_id""",
    "bills": """
        SELECT s.* FROM settlement s JOIN claims c USING (member_id, setl_id)""",
    "undone": """
        SELECT r.* FROM refund r JOIN claims c ON c.setl_id = r.undone_setl_id""",
    "answers": """
        SELECT d.* FROM determination d
        JOIN chosen ON chosen.member_id = d.member_id AND chosen.claim_id = d.claim_id""",
    "sent": """
        SELECT p.* FROM payment p
        JOIN chosen ON chosen.member_id = p.member_id AND chosen.claim_id = p.claim_id""",
    "batches": """
        SELECT * FROM payment_batch
        WHERE benefit_year = %(year)s OR id IN (SELECT batch_id FROM sent)""",
    "returns": """
        SELECT * FROM bank_return WHERE batch_id IN (SELECT id FROM batches)""",
}
NEEDS: Final = {
    "followed_in": ("followed",),
    "turned": ("followed_in",),
    "chosen": ("turned", "undated"),
    "claims": ("chosen",),
    "claim_years": ("claims", "chosen"),
    "held": ("chosen",),
    "covers": ("held",),
    "lines": ("covers",),
    "rosters": ("covers",),
    **BANK_NEEDS,
    "filed": ("claims",),
    "bills": ("claims",),
    "decisions": ("chosen",),
    "undone": ("claims",),
    "answers": ("chosen",),
    "sent": ("chosen",),
    "batches": ("sent",),
    "returns": ("batches",),
}
LAST_OF_CHOSEN: Final = """
    SELECT c.member_id, c.claim_id, NULL::text AS k_years, NULL::text AS k_since,
           NULL::bigint AS k_code, max(d.seq) AS k_last
    FROM chosen c LEFT JOIN determination d USING (member_id, claim_id) GROUP BY 1, 2"""
CODED: Final = 10_000
"""A claim that was determined for one year alone has the code of year and seal: so many times the
seals before that, and the year. One of several has its own number, below nothing; of none, 0."""
YEARS_OF_CHOSEN: Final = f"""
    SELECT member_id, claim_id, %(year)s::text AS k_years, lpad(seals::text, 6, '0') AS k_since,
           seals::bigint * {CODED} + %(year)s AS k_code, 1 AS k_last
    FROM (
        SELECT d.member_id, d.claim_id,
               width_bucket(d.recorded_at, CAST(%(untils)s AS timestamptz[])) AS seals
        FROM determination d LEFT JOIN followed f USING (member_id, claim_id)
        WHERE d.benefit_year = %(year)s AND f.claim_id IS NULL) alone
    UNION ALL
    SELECT member_id, claim_id,
           CASE WHEN first_year = last_year THEN first_year::text ELSE years[1] END,
           CASE WHEN first_year = last_year THEN lpad(seals::text, 6, '0') ELSE years[2] END,
           CASE WHEN first_year = last_year THEN seals::bigint * {CODED} + first_year
                WHEN first_year IS NOT NULL THEN -claim_id ELSE 0 END,
           last_seq
    FROM (
        SELECT c.member_id, c.claim_id, max(d.seq) AS last_seq,
               min(d.benefit_year) AS first_year, max(d.benefit_year) AS last_year,
               width_bucket(min(d.recorded_at) FILTER (WHERE d.benefit_year IS NOT NULL),
                            CAST(%(untils)s AS timestamptz[])) AS seals
        FROM (
            SELECT member_id, claim_id FROM followed_in WHERE here
            UNION {_BESIDE}) c
        LEFT JOIN LATERAL (
            SELECT d.seq, d.benefit_year, d.recorded_at FROM determination d
            WHERE d.member_id = c.member_id AND d.claim_id = c.claim_id OFFSET 0) d ON true
        GROUP BY 1, 2
        -- Who is above already came by his member, too.
        HAVING (max(d.seq) = 1 AND min(d.benefit_year) = %(year)s) IS NOT TRUE) told
    CROSS JOIN LATERAL (SELECT CASE WHEN first_year < last_year THEN (
        SELECT ARRAY[string_agg(benefit_year::text, '+' ORDER BY benefit_year),
                     string_agg({SINCE_SEAL}, '+' ORDER BY benefit_year)]
        FROM (SELECT d.benefit_year, min(d.recorded_at) AS since FROM determination d
              WHERE d.member_id = told.member_id AND d.claim_id = told.claim_id
                    AND d.benefit_year IS NOT NULL GROUP BY 1) dated) END AS years) several"""  # noqa: S608 - all said here
"""In which years each chosen claim was ever determined, and since when; and its last
determination. Most have but one."""
KEPT_PARTS: Final = {
    # Where the parts before them are kept as tables, a claim's years stand beside it.
    "claims": """
        SELECT c.member_id, c.id, c.setl_id, c.run_id, c.recorded_at, k_years, k_since,
               k_code, row_number() OVER (ORDER BY c.setl_id COLLATE "C") AS k_place FROM claim c
        JOIN chosen ON chosen.member_id = c.member_id AND chosen.claim_id = c.id""",
    "claim_years": """
        SELECT id AS k_claim, setl_id AS k_setl, k_years, k_since FROM claims""",
    "bills": """
        SELECT s.*, k_code, k_place FROM settlement s
        JOIN claims c USING (member_id, setl_id)""",
    "answers": """
        SELECT d.*, k_code, d.seq = k_last AS k_live FROM determination d
        JOIN chosen ON chosen.member_id = d.member_id AND chosen.claim_id = d.claim_id""",
    "sent": """
        SELECT p.*, k_code FROM payment p
        JOIN chosen ON chosen.member_id = p.member_id AND chosen.claim_id = p.claim_id""",
}
WITH_YEARS: Final = frozenset(
    {"claim", "settlement", "determination", "payment", "payment_outcome", "payment_resolution"}
    | {"claim_consent", "claim_move", "review", "injury_statement"}
    | {"recovery", "recovery_write_off", "write_off"}
)
"""Tables whose rows come with their claim's years then."""
OWN_NUMBERS: Final = {
    ("help_consent", "consent_id"),
    ("payment_batch", "batch_id"),
    ("bank_return", "return_id"),
    ("ledger_close", "close_id"),
    ("bank_statement", "statement_id"),
    ("statement_line", "line_id"),
    ("unit_refund", "refund_id"),
    ("line_resolution", "resolution_id"),
    ("online_payout", "payout_id"),
    ("payment_resolution", "resolution_id"),
    ("audit_sample", "sample_id"),
    ("audit_finding", "finding_id"),
}
"""Columns that are a table's own number under another name."""
