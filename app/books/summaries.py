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
    "payments resolved": ("查明发放结果", "Outcome of a payment found out"),
    "online settled": ("线上缴费到账", "Online payments paid out"),
    "statement received": ("收互助金（对账单）", "Contributions on a statement"),
    "statement suspense": ("收待查款项", "Money received, not yet matched"),
    "statement interest": ("银行结息", "Interest"),
    "statement fees": ("银行手续费", "Bank fees"),
    "fee resolved": ("银行手续费", "Bank fee"),
    "taken back": ("银行收回误入款", "Taken back by the bank"),
    "out of suspense": ("待查款项查明转出", "Out of suspense"),
    "into suspense": ("转回待查款项", "Back into suspense"),
    "receipt undone": ("撤销收款登记", "Receipt undone"),
    "refund paid": ("退款", "Refund paid"),
    "refund bounced": ("退款被退回", "Refund bounced"),
    "credit used": ("应退款抵缴互助金", "Credit used"),
    "late money credited": ("迟到缴款转应退", "Late money credited back"),
    "units merged": ("单位合并转户", "Units merged"),
    "recovery opened": ("确认应收追偿款", "Recovery opened"),
    "recovery received": ("收到追偿款", "Recovered from others liable"),
    "recovery given up": ("放弃追偿", "Recovery given up"),
    "repaid by member": ("收回多付的补助金", "Repaid by a member"),
    "receivable written off": ("核销应收款", "Receivable written off"),
    "benefit set off": ("补助金抵扣应追回款", "Benefit set off"),
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
