"""Which rows make up a benefit year's bundle, as SQL. Columns stand in the order of the tables.

Everything that text depends on is said here (`to_char`, UTC, code points): neither the session's
time zone nor its date style nor the database's locale changes a byte. People and papers come as
their numbers here and are masked on the way out (`mask`).
"""

from collections.abc import Collection, Iterable
from typing import Final

from app.audit.bank_rows import BANK_FROM
from app.audit.finding_rows import FINDING_FROM
from app.audit.parts import NEEDS, OWN_NUMBERS

NOT_YET: Final = (
    *("bundle.made", "bundle.read", "bundle.verified", "bundle.identified"),
    *("claim.opened", "paper.opened"),
)
"""Acts that no unsigned bundle holds: to look at things changes none."""

_OF_CHOSEN: Final = "JOIN chosen ON chosen.member_id = t.member_id AND chosen.claim_id = t.claim_id"
TIME: Final = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
_MOMENT: Final = """'YYYY-MM-DD"T"HH24:MI:SS'"""

_PAID_OUT: Final = """(extract(year FROM t.booked_on) = %(year)s OR EXISTS (
    SELECT FROM online_payout_year y WHERE y.payout_id = t.id AND y.benefit_year = %(year)s))"""

# Per table: the parts it needs, what stands behind FROM, its order, and its own columns' names
# where they differ from the table's.
FROM: Final[dict[str, tuple[tuple[str, ...], str, str]]] = {
    "scheme": ((), "scheme t", 't.id COLLATE "C"'),
    "scheme_version": (
        (),
        "scheme_version t JOIN scheme s ON s.draft_id = t.draft_id",
        's.id COLLATE "C", t.version',
    ),
    "unit": (
        ("rosters",),
        """unit t WHERE t.id IN (SELECT unit_id FROM rosters UNION
            SELECT unit_id FROM receipt WHERE %(year)s IN (benefit_year, from_year) UNION
            SELECT unit_id FROM unit_refund WHERE benefit_year = %(year)s UNION
            SELECT unit_id FROM unit_merge UNION SELECT into_id FROM unit_merge)""",
        "t.id",
    ),
    "member": (
        ("claims", "lines"),
        """(SELECT member_id FROM claims UNION SELECT member_id FROM lines UNION
            SELECT member_id FROM member_fate WHERE fate <> 'retired' UNION
            SELECT member_id FROM account WHERE id = ANY(%(staff)s) AND member_id IS NOT NULL) t""",
        "t.member_id",
    ),
    "staff": ((), "account t WHERE t.role <> 'member' OR t.id = ANY(%(staff)s)", "t.id"),
    # All of them: which of a year's members nobody said had died, shows only so.
    "member_fate": (
        (),
        """member_fate t WHERE t.fate <> 'retired'
            AND NOT EXISTS (SELECT FROM member_fate o WHERE o.member_id = t.member_id
                            AND o.seq = t.seq - 1 AND o.fate = 'retired' AND t.fate = 'alive')""",
        "t.seq",
    ),
    "campaign": (
        ("rosters",),
        "campaign t WHERE t.id IN (SELECT campaign_id FROM rosters)",
        "t.id",
    ),
    "roster": (("rosters",), "rosters t", "t.id"),
    "roster_line": (("lines",), "lines t", "t.roster_id"),
    "gift_place": (
        ("lines",),
        "gift_place t JOIN lines USING (member_id, roster_id)",
        "t.campaign_id, t.place",
    ),
    "cover": (("covers",), "cover t JOIN covers USING (member_id, id)", "t.id"),
    "cover_change": (
        ("covers",),
        "cover_change t JOIN covers c ON c.member_id = t.member_id AND c.id = t.cover_id",
        "t.cover_id, t.seq",
    ),
    "enrolment_outcome": (
        ("lines",),
        "enrolment_outcome t JOIN lines USING (member_id, roster_id)",
        "t.roster_id",
    ),
    **BANK_FROM,
    "late_credit": (
        ("rosters",),
        "late_credit t JOIN rosters r ON r.id = t.roster_id",
        "t.roster_id",
    ),
    "receipt": ((), "receipt t WHERE %(year)s IN (t.benefit_year, t.from_year)", "t.id"),
    "unit_merge": ((), "unit_merge t", "t.unit_id"),
    "unit_merge_money": ((), "unit_merge_money t WHERE t.benefit_year = %(year)s", "t.unit_id"),
    "subsidy": ((), "subsidy t WHERE t.benefit_year = %(year)s", "t.id"),
    "receipt_share": (
        (),
        "receipt_share t JOIN receipt r ON r.id = t.receipt_id AND r.benefit_year = %(year)s",
        "t.receipt_id, t.roster_id",
    ),
    "online_payment": (
        (),
        """(SELECT n.provider, n.transaction_id, n.amount_fen,
                   coalesce(n.receipt_id, d.receipt_id) AS receipt_id
            FROM online_notice n LEFT JOIN online_decision d ON d.notice_id = n.id) t
            JOIN receipt r ON r.id = t.receipt_id AND r.benefit_year = %(year)s""",
        "t.receipt_id",
    ),
    "online_payout": ((), f"online_payout t WHERE {_PAID_OUT}", "t.id"),
    "online_payout_year": (
        (),
        f"""online_payout_year t WHERE t.payout_id IN (
            SELECT t.id FROM online_payout t WHERE {_PAID_OUT})""",  # noqa: S608 - said above
        "t.payout_id, t.benefit_year",
    ),
    "run": ((), "run t WHERE t.id = ANY(%(runs)s)", "t.id"),
    "claim": (("claims",), "claims t", "t.id"),
    "filed_claim": (("filed",), "filed t", 't.setl_id COLLATE "C"'),
    "consent_rule": ((), "consent_rule t", 't.rule COLLATE "C"'),
    "claim_consent": (("chosen",), f"claim_consent t {_OF_CHOSEN}", "t.claim_id"),
    "undone_filing": (
        ("filed",),
        "undone_filing t JOIN filed f ON f.member_id = t.member_id AND f.setl_id = t.setl_id",
        't.setl_id COLLATE "C"',
    ),
    "help_consent": (
        ("claims",),
        "help_consent t WHERE t.member_id IN (SELECT member_id FROM claims)",
        "t.id",
    ),
    "help_ended": (
        ("claims",),
        """help_ended t JOIN help_consent c ON c.id = t.consent_id
            AND c.member_id IN (SELECT member_id FROM claims)""",
        "t.consent_id",
    ),
    "injury_statement": (("chosen",), f"injury_statement t {_OF_CHOSEN}", "t.claim_id, t.seq"),
    "held_decision": (("decisions",), "decisions t", "t.decision_no"),
    "joined_settlement": (
        ("filed",),
        """joined_settlement t JOIN filed f
            ON f.member_id = t.member_id AND f.setl_id = t.own_setl_id""",
        't.setl_id COLLATE "C"',
    ),
    "settlement": (("bills",), "bills t", 't.setl_id COLLATE "C", t.version'),
    "refund": (("undone",), "undone t", 't.setl_id COLLATE "C", t.undone_setl_id COLLATE "C"'),
    "determination": (("answers",), "answers t", "t.grant_no"),
    "review": (("chosen",), f"review t {_OF_CHOSEN}", "t.claim_id, t.seq"),
    "heir": (("sent",), "heir t WHERE t.id IN (SELECT heir_id FROM sent)", "t.id"),
    "payment_batch": (("batches",), "batches t", "t.id"),
    "payment": (
        ("sent",),
        """sent t LEFT JOIN bank_account a ON a.member_id = t.member_id AND a.seq = t.account_seq
            LEFT JOIN heir h ON h.id = t.heir_id""",
        "t.id",
    ),
    "bank_return": (("returns",), "returns t", "t.id"),
    "payment_outcome": (
        ("sent",),
        "payment_outcome t JOIN sent USING (member_id, grant_no, attempt)",
        "t.grant_no, t.attempt",
    ),
    "payment_resolution": (
        ("sent",),
        "payment_resolution t JOIN sent USING (member_id, grant_no, attempt)",
        "t.id",
    ),
    "return_held": (
        ("returns",),
        "return_held t JOIN returns r ON r.id = t.return_id",
        "t.return_id, t.file_line",
    ),
    "recovery": (("chosen",), f"recovery t {_OF_CHOSEN}", "t.id"),
    "recovery_receipt": (
        ("chosen",),
        """recovery_receipt t JOIN recovery r ON r.id = t.recovery_id
            WHERE t.suspense_year = %(year)s
            OR (r.member_id, r.claim_id) IN (SELECT member_id, claim_id FROM chosen)""",
        "t.id",
    ),
    "recovery_write_off": (("chosen",), f"recovery_write_off t {_OF_CHOSEN}", "t.id"),
    "repayment": (
        ("chosen",),
        """repayment t WHERE t.suspense_year = %(year)s
            OR (t.member_id, t.claim_id) IN (SELECT member_id, claim_id FROM chosen)""",
        "t.id",
    ),
    "write_off": (("chosen",), f"write_off t {_OF_CHOSEN}", "t.id"),
    "set_off": (
        ("chosen",),
        """set_off t WHERE (t.member_id, t.claim_id) IN (SELECT member_id, claim_id FROM chosen)
            OR (t.member_id, t.owing_claim_id) IN (SELECT member_id, claim_id FROM chosen)""",
        "t.id",
    ),
    "claim_move": (
        ("chosen",),
        "claim_move t JOIN chosen USING (member_id, claim_id)",
        "t.claim_id, t.seq",
    ),
    "ledger_close": ((), "ledger_close t", "t.id"),
    "closed_balance": (
        (),
        "closed_balance t WHERE t.benefit_year = %(year)s",
        't.close_id, t.account COLLATE "C"',
    ),
    "entry": ((), "entry t WHERE t.benefit_year = %(year)s", "t.id"),
    "posting": (
        (),
        "posting t JOIN entry e ON e.id = t.entry_id AND e.benefit_year = %(year)s",
        "t.entry_id, t.line",
    ),
    "entry_reversal": (
        (),
        "entry_reversal t JOIN entry e ON e.id = t.entry_id AND e.benefit_year = %(year)s",
        "t.entry_id",
    ),
    **FINDING_FROM,
    "event": (
        (),
        """event t WHERE (%(year)s = ANY(t.benefit_years) OR t.benefit_years = '{}')
            AND t.act <> ALL(%(not_yet)s)""",
        "t.id",
    ),
}
OF_RUNS: Final = ("claim", "settlement", "refund", "determination", "held_decision")
"""Tables whose runs are in the bundle: asked for anew these took as long as all their rows."""
_NAMED: Final = {
    "member": "t.member_id",
    "by": "t.recorded_by",
    "visit": "t.mdtrt_id",
    "invoice": "t.invono",
    "card": "encode(coalesce(a.account_index, h.account_index), 'hex')",
    "cares": "array_to_string(t.cares, ' ')",
    "benefit_years": "array_to_string(t.benefit_years, ' ')",
    "live": "t.seq = max(t.seq) OVER (PARTITION BY t.member_id, t.claim_id)",
    "staff": "t.id",
    # The one right it ever had: what was done with it was done as that.
    ("staff", "role"): """coalesce((
        SELECT c.after FROM account_change c WHERE c.account_id = t.id AND c.what = 'role'
               AND c.after <> 'none' ORDER BY c.id DESC LIMIT 1), t.role)""",
    ("receipt_undone", "by"): "t.undone_by",
    ("line_resolution", "by"): "t.resolved_by",
    ("scheme", "by"): "t.published_by",
    ("scheme_version", "scheme_id"): "s.id",
    ("claim_move", "by"): "t.by",
    ("review", "by"): "t.by",
    ("filed_claim", "by"): "t.filed_by",
    "helper": "t.helper_id",
    ("claim_consent", "by"): "t.given_by",
    ("help_consent", "by"): "t.granted_by",
    ("help_ended", "by"): "t.ended_by",
    ("event", "by"): "t.by",
    ("audit_sample", "by"): "t.drawn_by",
    ("audit_finding", "by"): "t.found_by",
    ("audit_finding_step", "by"): "t.by",
    "bounds_fen": "array_to_string(t.bounds_fen, ' ')",
    ("receipt", "by"): "t.recorded_by",
    ("recovery_receipt", "benefit_year"): "r.benefit_year",
}


def with_needed(parts: Iterable[str], ready: Collection[str] = ()) -> set[str]:
    """These parts and those they are made from; not what is `ready` as a table."""
    wanted = {part for part in parts if part not in ready}
    for part in tuple(wanted):
        wanted |= with_needed(NEEDS.get(part, ()), ready)
    return wanted


def source(table: str, name: str) -> str:
    """What a column of the bundle is in the database."""
    # A table's own number is its `id` in the database.
    own = name == f"{table}_id" or (table, name) in OWN_NUMBERS
    return _NAMED.get((table, name)) or _NAMED.get(name) or ("t.id" if own else f"t.{name}")


def column(table: str, name: str, kind: str) -> str:
    """A column as text."""
    return of_kind(source(table, name), kind)


def of_kind(found: str, kind: str) -> str:
    """What is found in the database as text."""
    if kind == "day":
        return f"to_char({found}, 'YYYY-MM-DD')"
    if kind == "moment":
        return f"to_char({found}, {_MOMENT})"
    if kind == "time":
        return f"to_char({found} AT TIME ZONE 'UTC', {TIME})"
    if kind == "bool":
        return f"CASE WHEN {found} THEN 'true' ELSE 'false' END"
    return f"({found})::text"
