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

PARTS: Final = {
    # Members one of whose claims has determinations in this benefit year and in another.
    "turned": """
        SELECT DISTINCT d.member_id FROM determination d
        JOIN determination o ON o.member_id = d.member_id AND o.claim_id = d.claim_id
        WHERE d.benefit_year = %(year)s AND o.benefit_year <> %(year)s""",
    "undated": """
        SELECT c.member_id, c.id, c.setl_id FROM claim c
        WHERE NOT EXISTS (SELECT FROM determination d WHERE d.member_id = c.member_id
                          AND d.claim_id = c.id AND d.benefit_year IS NOT NULL)""",
    "chosen": """
        SELECT member_id, claim_id FROM determination WHERE benefit_year = %(year)s
        UNION
        SELECT c.member_id, c.id FROM claim c JOIN turned USING (member_id)
        UNION
        SELECT u.member_id, u.id FROM undated u CROSS JOIN LATERAL (
            SELECT coalesce(s.enddate, s.setl_time::date) AS day FROM settlement s
            WHERE s.member_id = u.member_id AND s.setl_id = u.setl_id
            ORDER BY s.version DESC LIMIT 1) newest
        WHERE extract(year FROM newest.day) = %(year)s""",
    "claims": """
        SELECT c.member_id, c.id, c.setl_id, c.run_id, c.recorded_at FROM claim c
        JOIN chosen ON chosen.member_id = c.member_id AND chosen.claim_id = c.id""",
    "held": """
        SELECT member_id, id FROM cover WHERE benefit_year = %(year)s
        UNION
        SELECT c.member_id, c.id FROM cover c
        WHERE c.member_id IN (SELECT member_id FROM chosen)
        UNION
        SELECT p.member_id, p.id FROM cover c
        JOIN roster r ON r.id = c.roster_id
        JOIN roster_line l ON l.member_id = c.member_id AND l.roster_id = c.roster_id
        JOIN cover p ON p.member_id = c.member_id AND p.id < c.id AND p.ends_on >= CASE
            WHEN c.scheme_id = ANY(%(waiting)s) THEN least(l.starts_on, r.confirmed_on - %(gap)s)
            ELSE l.starts_on END - 1
        WHERE c.benefit_year = %(year)s
        UNION
        SELECT p.member_id, p.id FROM roster r
        JOIN roster_line l ON l.roster_id = r.id AND l.starts_on > r.starts_on
        JOIN cover p ON p.member_id = l.member_id AND p.ends_on = l.starts_on - 1
        WHERE r.benefit_year = %(year)s""",
    # And the paid covers that ended gifts among them; a death is nobody's cover.
    "covers": """
        SELECT member_id, id FROM held
        UNION
        SELECT x.member_id, x.because_cover_id FROM cover_change x
        JOIN held ON held.member_id = x.member_id AND held.id = x.cover_id
        WHERE x.because_cover_id IS NOT NULL""",
    "lines": """
        SELECT l.* FROM roster_line l
        WHERE l.roster_id IN (SELECT id FROM roster WHERE benefit_year = %(year)s)
        OR (l.member_id, l.roster_id) IN (
            SELECT c.member_id, c.roster_id FROM covers JOIN cover c USING (member_id, id))""",
    "rosters": """
        SELECT * FROM roster WHERE benefit_year = %(year)s
        OR id IN (SELECT c.roster_id FROM covers JOIN cover c USING (member_id, id))""",
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
KEPT_PARTS: Final = {
    # Where the parts before them are kept as tables, a claim's years stand beside it.
    "chosen": """
        SELECT chosen.*, k_years, k_since FROM chosen
        LEFT JOIN claim_years ON k_claim = claim_id""",
    "claims": """
        SELECT c.member_id, c.id, c.setl_id, c.run_id, c.recorded_at, k_years, k_since,
               row_number() OVER (ORDER BY c.setl_id COLLATE "C") AS k_place FROM claim c
        JOIN chosen ON chosen.member_id = c.member_id AND chosen.claim_id = c.id""",
    "claim_years": """
        SELECT id AS k_claim, setl_id AS k_setl, k_years, k_since FROM claims""",
    "bills": """
        SELECT s.*, k_years, k_since, k_place FROM settlement s
        JOIN claims c USING (member_id, setl_id)""",
    "answers": """
        SELECT d.*, k_years, k_since FROM determination d
        JOIN chosen ON chosen.member_id = d.member_id AND chosen.claim_id = d.claim_id""",
    "sent": """
        SELECT p.*, k_years, k_since FROM payment p
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
