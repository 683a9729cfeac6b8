"""What of a bundle's tables is sealed, and how its rows fall into chunks, as SQL.

A row is sealed once, in the seal of the time it was recorded, among the rows of its table that
belong to the same benefit years (`years`):

- `"2023"`, `"2023+2024"`: a bundle of any of these years has every such row, so that none can be
  left out. Rows about claims: the years their claim had been determined in when they were sealed.
- `"*"`: every bundle has them.
- `"-"`: a bundle has those that its other rows name, each proved by itself: units, campaigns, runs
  and heirs, who helps whom, and claims that no year has determined yet. Words of death every bundle
  has whole (`verify.SHOWN_WHOLE`), and of helping what the log tells of its members: what counts
  because it is not there, such as that nobody had died, could be left out otherwise.

Not sealed: `member`, which says nothing but that somebody is named elsewhere, and `staff`, whose
right and person are what the log of accounts says by then. Of `determination`, `live` is left out:
it changes with the next one, and follows from `seq`.
"""

from typing import Final, NamedTuple

NOT_SEALED: Final = ("member", "staff")
RECORDED: Final = "recorded_at"

ALL, OTHERS = "*", "-"


class Kept(NamedTuple):
    """`years`: SQL of the years, or ALL; `claim`: the columns that find the row's claim.

    `rows`: what stands behind FROM for the sealer, where not the table; `joins`: what `years`,
    `claim` and `recorded` need besides. Their columns have names of their own, for USING.
    """

    years: str = ""
    claim: str = ""
    joins: str = ""
    recorded: str = "t.recorded_at"
    rows: str = ""
    member: str = "t.member_id"


def _joined(table: str, ours: str, key: str = "id", year: str = "benefit_year") -> str:
    return (
        f"LEFT JOIN (SELECT {key} AS kept_id, {year} AS kept_year, recorded_at AS kept_at"  # noqa: S608
        f" FROM {table}) kept ON kept.kept_id = t.{ours}"
    )


def _later(table: str, recorded: str = "t.recorded_at") -> str:
    """When rows were recorded, or when their table began to be sealed, whichever came later."""
    return (
        f"greatest({recorded}, (SELECT w.until FROM seal_widening w"  # noqa: S608
        f" WHERE w.table_name = '{table}'))"
    )


_BY_ID: Final = "k_claim = t.claim_id"
_BY_BILL: Final = "k_setl = t.setl_id"
_OWN_YEAR: Final = Kept("t.benefit_year::text")
_OF_ROSTER: Final = Kept("kept_year::text", joins=_joined("roster", "roster_id"))
_OF_BATCH: Final = Kept("kept_year::text", joins=_joined("payment_batch", "batch_id"))
_OF_ENTRY: Final = Kept("kept_year::text", joins=_joined("entry", "entry_id"))
_OF_REFUND: Final = Kept("kept_year::text", joins=_joined("unit_refund", "refund_id"))
_OF_CLAIM: Final = Kept(claim=_BY_ID)
_BY_PAYMENT: Final = Kept(
    claim="k_claim = kept_claim",
    joins="""LEFT JOIN (
        SELECT member_id AS kept_member, grant_no AS kept_grant, attempt AS kept_attempt,
               claim_id AS kept_claim FROM payment) kept
        ON kept_member = t.member_id AND kept_grant = t.grant_no AND kept_attempt = t.attempt""",
)
_DAYS_OF: Final = "extract(year FROM {0}first_day) || '+' || extract(year FROM {0}last_day)"
_PAYOUT: Final = """LEFT JOIN (
    SELECT id AS kept_id, recorded_at AS kept_at,
           concat_ws('+', extract(year FROM booked_on), (
               SELECT string_agg(y.benefit_year::text, '+') FROM online_payout_year y
               WHERE y.payout_id = p.id)) AS kept_year
    FROM online_payout p) kept ON kept_id = t.{0}"""
_OTHERS: Final = Kept()

KEPT: Final[dict[str, Kept]] = {
    "unit": _OTHERS,
    "scheme": Kept(ALL),
    "scheme_version": Kept(
        ALL,
        recorded="greatest(t.recorded_at, s.recorded_at)",
        rows="scheme_version t JOIN scheme s ON s.draft_id = t.draft_id",
    ),
    "member_fate": Kept(
        rows="""member_fate t WHERE t.fate <> 'retired'
            AND NOT EXISTS (SELECT FROM member_fate o WHERE o.member_id = t.member_id
                            AND o.seq = t.seq - 1 AND o.fate = 'retired' AND t.fate = 'alive')"""
    ),
    "campaign": _OTHERS,
    "roster": _OWN_YEAR,
    "roster_line": _OF_ROSTER._replace(recorded="kept_at"),
    "gift_place": _OF_ROSTER,
    "cover": _OWN_YEAR,
    "cover_change": Kept(
        "kept_year::text",
        joins="""LEFT JOIN (SELECT member_id AS kept_member, id AS kept_id,
                                   benefit_year AS kept_year FROM cover) kept
            ON kept_member = t.member_id AND kept_id = t.cover_id""",
    ),
    "enrolment_outcome": _OF_ROSTER,
    "late_credit": _OF_ROSTER,
    "bank_statement": Kept(_DAYS_OF.format("t.")),
    "statement_line": Kept(
        "kept_year", joins=_joined("bank_statement", "statement_id", year=_DAYS_OF.format(""))
    ),
    "receipt": Kept("concat_ws('+', t.benefit_year, t.from_year)"),
    "receipt_undone": Kept("kept_year::text", joins=_joined("receipt", "receipt_id")),
    "subsidy": _OWN_YEAR,
    "unit_refund": _OWN_YEAR,
    "refund_share": _OF_REFUND._replace(recorded="kept_at"),
    "refund_step": _OF_REFUND,
    # From where a line names another on, only in bundles of years that both lines are of.
    "line_resolution": Kept(
        "kept_year",
        joins=f"""LEFT JOIN (
            SELECT b.id AS kept_id, {_DAYS_OF.format("m.")} AS kept_days,
                   b.booked_on AS kept_on FROM statement_line b
            JOIN bank_statement m ON m.id = b.statement_id) kept ON kept_id = t.line_id
            CROSS JOIN LATERAL (
                SELECT min(extract(year FROM o.booked_on)) AS kept_first,
                       max(extract(year FROM o.booked_on)) AS kept_last
                FROM line_resolution b JOIN statement_line o ON o.id = b.other_line_id
                WHERE b.line_id = t.line_id AND b.seq <= t.seq) kept_others
            CROSS JOIN LATERAL (SELECT CASE WHEN kept_first IS NULL THEN kept_days
                ELSE concat_ws('+', extract(year FROM kept_on),
                               CASE WHEN kept_first = kept_last THEN kept_first END)
                END AS kept_year) kept_years""",  # noqa: S608 - all said here
    ),
    "unit_merge": Kept(ALL),
    "unit_merge_money": _OWN_YEAR._replace(
        recorded="kept_at", joins=_joined("unit_merge", "unit_id", "unit_id", "NULL")
    ),
    "receipt_share": Kept("kept_year::text", joins=_joined("receipt", "receipt_id")),
    "online_payment": Kept(
        "kept_year::text",
        joins=_joined("receipt", "receipt_id"),
        recorded="kept_at",
        rows="""(SELECT n.provider, n.transaction_id, n.amount_fen,
                        coalesce(n.receipt_id, d.receipt_id) AS receipt_id
                 FROM online_notice n LEFT JOIN online_decision d ON d.notice_id = n.id) t""",
    ),
    "online_payout": Kept("kept_year", joins=_PAYOUT.format("id")),
    "online_payout_year": Kept("kept_year", joins=_PAYOUT.format("payout_id"), recorded="kept_at"),
    "run": _OTHERS,
    "claim": Kept(claim="k_claim = t.id"),
    "help_consent": _OTHERS,
    "help_ended": _OTHERS,
    "filed_claim": Kept(claim=_BY_BILL),
    "consent_rule": Kept(ALL),
    "claim_consent": _OF_CLAIM._replace(recorded=_later("claim_consent")),
    "undone_filing": Kept(claim=_BY_BILL),
    "injury_statement": _OF_CLAIM,
    "held_decision": _OF_CLAIM,
    "joined_settlement": Kept(claim="k_setl = t.own_setl_id"),
    "settlement": Kept(claim=_BY_BILL),
    "refund": Kept(
        claim="k_setl = t.undone_setl_id",
        member="(SELECT x.member_id FROM settlement_key x WHERE x.setl_id = t.undone_setl_id)",
    ),
    "determination": _OF_CLAIM,
    "review": _OF_CLAIM,
    "heir": _OTHERS,
    "payment_batch": _OWN_YEAR,
    "payment": Kept(
        claim=_BY_ID,
        joins=_joined("payment_batch", "batch_id"),
        recorded="kept_at",
        rows="""payment t
            LEFT JOIN bank_account a ON a.member_id = t.member_id AND a.seq = t.account_seq
            LEFT JOIN heir h ON h.id = t.heir_id""",
    ),
    "bank_return": _OF_BATCH,
    "payment_outcome": _BY_PAYMENT,
    "payment_resolution": _BY_PAYMENT,
    "return_held": Kept(
        "kept_year::text",
        joins="""LEFT JOIN (SELECT n.id AS kept_id, b.benefit_year AS kept_year
                            FROM bank_return n JOIN payment_batch b ON b.id = n.batch_id) kept
            ON kept_id = t.return_id""",
    ),
    "recovery": _OF_CLAIM,
    "recovery_receipt": Kept(
        "t.suspense_year::text",
        claim="k_claim = kept_claim",
        joins="""LEFT JOIN (SELECT id AS kept_id, claim_id AS kept_claim FROM recovery) kept
            ON kept_id = t.recovery_id""",
        rows="recovery_receipt t JOIN recovery r ON r.id = t.recovery_id",
        member="r.member_id",
    ),
    "recovery_write_off": _OF_CLAIM,
    "repayment": Kept("t.suspense_year::text", claim=_BY_ID),
    "write_off": _OF_CLAIM,
    "set_off": _OF_CLAIM,
    "claim_move": _OF_CLAIM,
    "ledger_close": Kept(ALL),
    "closed_balance": _OWN_YEAR._replace(
        recorded="kept_at", joins=_joined("ledger_close", "close_id", year="NULL")
    ),
    "entry": _OWN_YEAR,
    # Of the entry that it is read with: to find that once more for each line cost a tenth of it.
    "posting": Kept(
        "e.benefit_year::text",
        recorded="e.recorded_at",
        rows="posting t JOIN entry e ON e.id = t.entry_id",
    ),
    "entry_reversal": _OF_ENTRY,
    "audit_sample": _OWN_YEAR._replace(recorded=_later("audit_sample")),
    "audit_sample_item": Kept(
        "kept_year::text",
        joins=_joined("audit_sample", "sample_id"),
        recorded=_later("audit_sample", "kept_at"),
    ),
    "audit_finding": Kept(ALL, recorded=_later("audit_finding")),
    "audit_finding_step": Kept(ALL, recorded=_later("audit_finding_step")),
    "event": Kept("coalesce(nullif(array_to_string(t.benefit_years, '+'), ''), '*')"),
}

BEYOND: Final = {
    "recovery_receipt": "recovery",
    "repayment": "repayment",
    "set_off": "set_off",
}
"""Tables of which a bundle has rows about claims that it has not, and where their members stand."""
TIMED: Final = (
    *("account", "account_change", "unit", "unit_merge", "scheme", "scheme_version"),
    *("member_fate", "campaign", "roster", "gift_place", "cover", "cover_change"),
    *("enrolment_outcome", "late_credit", "bank_statement", "statement_line", "receipt"),
    *("receipt_undone", "subsidy", "unit_refund", "refund_step", "line_resolution"),
    *("receipt_share", "online_notice", "online_decision", "online_payout", "run", "claim"),
    *("help_consent", "help_ended", "filed_claim", "consent_rule", "claim_consent"),
    *("undone_filing", "injury_statement"),
    *("held_decision", "joined_settlement", "settlement", "refund", "determination", "review"),
    *("heir", "payment_batch", "bank_account", "bank_return", "payment_outcome"),
    *("payment_resolution", "return_held", "recovery", "recovery_receipt", "recovery_write_off"),
    *("repayment", "write_off", "set_off", "claim_move", "ledger_close", "entry"),
    *("entry_reversal", "event", "audit_sample", "audit_finding", "audit_finding_step"),
)
"""Tables that bundles are drawn from and that say when each row was recorded."""
HELD: Final = {
    "roster_line": ("roster", "roster_id", "id"),
    "refund_share": ("unit_refund", "refund_id", "id"),
    "unit_merge_money": ("unit_merge", "unit_id", "unit_id"),
    "online_payout_year": ("online_payout", "payout_id", "id"),
    "payment": ("payment_batch", "batch_id", "id"),
    "closed_balance": ("ledger_close", "close_id", "id"),
    "audit_sample_item": ("audit_sample", "sample_id", "id"),
}
"""And those whose rows are made with a row of another: (table, our column, its key)."""
WITHIN: Final = {"posting": "entry"}
"""Of these, too, and each is read only beside that other."""
WIDENED: Final = {
    x: _later(x, RECORDED)
    for x in ("audit_sample", "audit_finding", "audit_finding_step", "claim_consent")
}
"""Tables that had rows before they began to be sealed; these rows are in the next seal."""
