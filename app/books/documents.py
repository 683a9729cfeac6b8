"""What an entry stands on: the receipt, statement, roster, run, list or word that it books.

A sheet's line leads to its entry, the entry to its document and to the papers behind that, so that
an amount can be followed down to the bank's line or the hospital's bill.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.banking.refund import refund_number
from app.db import fetched


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `kind` is a word of `KINDS`. What a document does not have is empty.

    `line_id`: the bank's line behind it. `of`: the unit, union, campaign or company it is of.
    """

    kind: str
    id: int
    number: str
    day: date | None
    amount_fen: int | None
    of: str
    sha256: str
    why: str
    line_id: int | None


def _of_line(column: LiteralString) -> LiteralString:
    """The bank's line that two officers said this of."""
    return f"(SELECT max(x.line_id) FROM line_said x WHERE x.{column} = t.id)"  # noqa: S608


_RECEIPT: Final[LiteralString] = """
    SELECT t.reference, t.received_on, t.amount_fen, u.name, '', '', coalesce(
        t.line_id, (SELECT l.id FROM statement_line l WHERE l.receipt_id = t.id),
        (SELECT x.line_id FROM line_said x WHERE x.receipt_id = t.id))
    FROM receipt t JOIN unit_now u ON u.id = t.unit_id WHERE t.id = %(about)s"""
_STATEMENT: Final[LiteralString] = """
    SELECT a.code, t.last_day, t.closing_fen - t.opening_fen, a.bank, t.file_sha256, '', NULL
    FROM bank_statement t JOIN fund_account a ON a.id = t.account_id WHERE t.id = %(about)s"""
_WORD: Final[LiteralString] = """
    SELECT l.bank_key, t.on_day, l.amount_fen, '', '', t.act, l.id
    FROM line_resolution t JOIN statement_line l ON l.id = t.line_id WHERE t.id = %(about)s"""
_REFUND: Final[LiteralString] = """
    SELECT '', t.recorded_at::date, t.amount_fen, coalesce(u.name, ''), '', '', coalesce(
        (SELECT max(l.id) FROM statement_line l WHERE l.refund_id = t.id),
        (SELECT max(x.line_id) FROM line_resolution x WHERE x.refund_id = t.id), t.line_id)
    FROM unit_refund t LEFT JOIN unit_now u ON u.id = t.unit_id WHERE t.id = %(about)s"""
_BATCH: Final[LiteralString] = """
    SELECT 'P' || t.benefit_year || '-' || lpad(t.id::text, greatest(4, length(t.id::text)), '0'),
           t.made_on, t.total_fen, '', t.file_sha256, '', coalesce(
        (SELECT max(l.id) FROM statement_line l WHERE l.batch_id = t.id),
        (SELECT max(x.line_id) FROM line_resolution x WHERE x.batch_id = t.id))
    FROM payment_batch t WHERE t.id = %(about)s"""
_RETURN: Final[LiteralString] = """
    SELECT 'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0'),
           t.recorded_at::date, NULL::bigint, '', t.file_sha256, '', coalesce(
        (SELECT max(l.id) FROM statement_line l WHERE l.batch_id = b.id),
        (SELECT max(x.line_id) FROM line_resolution x WHERE x.batch_id = b.id))
    FROM bank_return t JOIN payment_batch b ON b.id = t.batch_id WHERE t.id = %(about)s"""
_ROSTER: Final[LiteralString] = """
    SELECT t.id::text, t.starts_on,
           t.heads::bigint * (t.unit_due_fen + t.worker_due_fen + t.union_due_fen),
           coalesce(u.name, g.name, ''), coalesce(t.file_sha256, ''), '', NULL
    FROM roster t LEFT JOIN unit_now u ON u.id = t.unit_id
    LEFT JOIN campaign g ON g.id = t.campaign_id WHERE t.id = %(about)s"""
_REVERSAL: Final[LiteralString] = """
    SELECT t.entry_id::text, t.reversed_on, NULL::bigint, '', '', t.why, NULL
    FROM entry_reversal t WHERE t.entry_id = %(about)s"""

KINDS: Final[dict[str, tuple[str, LiteralString]]] = {
    "money received": ("receipt", _RECEIPT),
    "credit used": ("receipt", _RECEIPT),
    "receipt undone": ("receipt", _RECEIPT),
    "subsidy received": (
        "subsidy",
        """
        SELECT t.reference, t.received_on, t.amount_fen, n.name, '', '', coalesce(
            (SELECT max(l.id) FROM statement_line l WHERE l.subsidy_id = t.id),
            (SELECT max(x.line_id) FROM line_said x WHERE x.subsidy_id = t.id))
        FROM subsidy t JOIN union_node n ON n.id = t.union_id WHERE t.id = %(about)s""",
    ),
    **dict.fromkeys(
        ("statement received", "statement suspense", "statement interest", "statement fees"),
        ("statement", _STATEMENT),
    ),
    **dict.fromkeys(
        (
            *("fee resolved", "fee undone", "interest resolved", "interest undone"),
            *("taken back", "not taken back", "typed before", "typed undone"),
            *("out of suspense", "into suspense"),
        ),
        ("word", _WORD),
    ),
    **dict.fromkeys(("refund paid", "refund bounced"), ("refund", _REFUND)),
    "late money credited": ("roster", _ROSTER),
    "roster full": ("roster", _ROSTER),
    "units merged": (
        "merger",
        """
        SELECT '', t.on_day, NULL::bigint, a.name || ' → ' || b.name, '', '', NULL
        FROM unit_merge t JOIN unit a ON a.id = t.unit_id JOIN unit b ON b.id = t.into_id
        WHERE t.unit_id = %(about)s""",
    ),
    "payments.exported": ("batch", _BATCH),
    **dict.fromkeys(("payments paid", "payments failed"), ("return", _RETURN)),
    "payments resolved": (
        "resolution",
        """
        SELECT p.id::text, t.booked_on, p.amount_fen, '', '', t.evidence, t.line_id
        FROM payment_resolution t JOIN payment p USING (member_id, grant_no, attempt)
        WHERE t.id = %(about)s""",
    ),
    "online settled": (
        "payout",
        f"""
        SELECT t.reference, t.booked_on, t.net_fen, t.provider, '', '', {_of_line("payout_id")}
        FROM online_payout t WHERE t.id = %(about)s""",  # noqa: S608
    ),
    "claims determined": (
        "run",
        """
        SELECT t.id::text, t.recorded_at::date, NULL::bigint, '', coalesce(t.file_sha256, ''),
               t.kind, NULL FROM run t WHERE t.id = %(about)s""",
    ),
    "recovery opened": (
        "recovery",
        """
        SELECT t.reference, t.booked_on, t.amount_fen, t.liable, '', '', NULL
        FROM recovery t WHERE t.id = %(about)s""",
    ),
    "recovery received": (
        "recovered",
        f"""
        SELECT t.reference, t.received_on, t.amount_fen, r.liable, '', '',
               {_of_line("recovery_receipt_id")}
        FROM recovery_receipt t JOIN recovery r ON r.id = t.recovery_id WHERE t.id = %(about)s""",  # noqa: S608
    ),
    "recovery given up": (
        "given_up",
        """
        SELECT '', t.booked_on, t.amount_fen, '', '', t.why, NULL
        FROM recovery_write_off t WHERE t.id = %(about)s""",
    ),
    "repaid by member": (
        "repayment",
        f"""
        SELECT t.reference, t.received_on, t.amount_fen, '', '', '', {_of_line("repayment_id")}
        FROM repayment t WHERE t.id = %(about)s""",  # noqa: S608
    ),
    "receivable written off": (
        "given_up",
        """
        SELECT '', t.booked_on, t.amount_fen, '', '', '', NULL
        FROM write_off t WHERE t.id = %(about)s""",
    ),
    "benefit set off": (
        "set_off",
        """
        SELECT '', t.booked_on, t.amount_fen, '', '', '', NULL
        FROM set_off t WHERE t.id = %(about)s""",
    ),
    "year closed": (
        "closing",
        """
        SELECT t.period, t.last_on, NULL::bigint, '', t.digest, '', NULL
        FROM ledger_close t WHERE t.id = %(about)s""",
    ),
    "reversed": ("reversal", _REVERSAL),
}
"""By memo: the kind of document, and what it says (columns: number, day, fen, of, SHA-256, why,
bank's line)."""


def document_of(session: Session, memo: str, about: int | None) -> Document | None:
    """The document that entries of this memo about this fact stand on, if it is known."""
    if about is None or memo not in KINDS:
        return None
    kind, query = KINDS[memo]
    rows = fetched(session, query, {"about": about})
    if not rows:
        return None
    number, day, amount_fen, of, sha256, why, line_id = rows[0]
    if kind == "refund":
        number = refund_number(about)
    return Document(kind, about, number, day, amount_fen, of, sha256, why, line_id)
