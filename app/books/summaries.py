"""What kinds of entries are called on vouchers and sheets, and the papers each kind stands on."""

from typing import Final, LiteralString

SUMMARIES: Final[dict[str, tuple[str, str]]] = {
    "money received": ("收互助金", "Contribution received"),
    "subsidy received": ("收工会补助", "Union subsidy received"),
    "roster full": ("互助金足额，保障生效", "Roster paid in full"),
    "claims determined": ("理算补助金", "Claims determined"),
    "payments.exported": ("补助金送银行发放", "Benefits sent to the bank"),
    "payments paid": ("发放补助金", "Benefits paid"),
    "payments failed": ("补助金发放失败", "Payments failed"),
    "year closed": ("年终结转", "Year closed"),
    "reversed": ("红字冲销", "Reversed"),
}
"""By the entry's memo, in Chinese and English; another memo is shown as it is."""


def summaries(lang: str) -> dict[str, str]:
    """The same in one language."""
    return {memo: said[lang == "en"] for memo, said in SUMMARIES.items()}


PAPERS: Final[dict[str, LiteralString]] = {
    # The bank's slip.
    "money received": """
        SELECT t.id, entered.name, '', 1 FROM receipt t
        JOIN account entered ON entered.id = t.recorded_by WHERE t.id = ANY(%(ids)s::bigint[])""",
    "subsidy received": """
        SELECT t.id, entered.name, '', 1 FROM subsidy t
        JOIN account entered ON entered.id = t.recorded_by WHERE t.id = ANY(%(ids)s::bigint[])""",
    # The file to the bank and the bank's answer.
    "payments paid": """
        SELECT t.id, entered.name, approved.name, 2 FROM bank_return t
        JOIN payment_batch b ON b.id = t.batch_id
        JOIN account entered ON entered.id = t.recorded_by
        JOIN account approved ON approved.id = b.approved_by WHERE t.id = ANY(%(ids)s::bigint[])""",
    # The roster.
    "roster full": """
        SELECT t.id, entered.name, '', 1 FROM roster t
        JOIN account entered ON entered.id = t.recorded_by WHERE t.id = ANY(%(ids)s::bigint[])""",
    # The reason that two people gave.
    "reversed": """
        SELECT t.entry_id, entered.name, approved.name, 1 FROM entry_reversal t
        JOIN account entered ON entered.id = t.reversed_by
        JOIN account approved ON approved.id = t.approved_by
        WHERE t.entry_id = ANY(%(ids)s::bigint[])""",
    "year closed": """
        SELECT t.id, entered.name, approved.name, 1 FROM ledger_close t
        JOIN account entered ON entered.id = t.closed_by
        JOIN account approved ON approved.id = t.approved_by WHERE t.id = ANY(%(ids)s::bigint[])""",
}
"""By memo: of the facts an entry is about, who entered, who approved, how many papers."""
