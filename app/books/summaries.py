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
    "payments resolved": ("补助金发放结果核定", "Outcome of a payment settled by two people"),
    "online settled": ("线上缴费到账", "Online payments paid out"),
    "statement received": ("收互助金（对账单）", "Contributions on a statement"),
    "statement suspense": ("收待查款项", "Money received, not yet matched"),
    "statement interest": ("银行结息", "Interest"),
    "statement fees": ("银行手续费", "Bank fees"),
    "fee resolved": ("银行手续费", "Bank fee"),
    "interest resolved": ("待查款项认定为银行结息", "Interest, out of suspense"),
    "fee undone": ("撤销手续费认定", "No bank fee"),
    "not taken back": ("撤销退回认定，转回待查款项", "Not taken back: in suspense again"),
    "interest undone": ("撤销结息认定，转回待查款项", "No interest: back into suspense"),
    "taken back": ("银行收回误入款", "Taken back by the bank"),
    "typed before": ("待查款项此前已登记，冲回重复的收款", "Typed before: counted once"),
    "typed undone": ("撤销与登记款项的对应，转回待查款项", "Not what was typed: in suspense again"),
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


def _one(table: LiteralString, by: LiteralString, key: LiteralString = "id") -> LiteralString:
    return f"""
        SELECT t.{key}, entered.name, '', 1 FROM {table} t
        JOIN account entered ON entered.id = t.{by} WHERE t.{key} = ANY(%(ids)s::bigint[])"""  # noqa: S608


def _two(
    table: LiteralString, by: LiteralString, and_by: LiteralString, key: LiteralString = "id"
) -> LiteralString:
    return f"""
        SELECT t.{key}, entered.name, approved.name, 1 FROM {table} t
        JOIN account entered ON entered.id = t.{by}
        JOIN account approved ON approved.id = t.{and_by}
        WHERE t.{key} = ANY(%(ids)s::bigint[])"""  # noqa: S608


def _by_line(table: LiteralString, column: LiteralString) -> LiteralString:
    """Where a bank line is behind it, who proposed that and who confirmed; else who entered it."""
    return f"""
        SELECT t.id, coalesce(proposed.name, entered.name), coalesce(confirmed.name, ''), 1
        FROM {table} t JOIN account entered ON entered.id = t.recorded_by
        LEFT JOIN line_said x ON x.{column} = t.id
        LEFT JOIN account proposed ON proposed.id = x.proposed_by
        LEFT JOIN account confirmed ON confirmed.id = x.resolved_by
        WHERE t.id = ANY(%(ids)s::bigint[])"""  # noqa: S608


_STATEMENT: Final = _one("bank_statement", "recorded_by")
_SAID: Final[LiteralString] = """
        SELECT t.id, coalesce(proposed.name, said.name),
               CASE WHEN t.proposed_by IS NULL THEN '' ELSE said.name END, 1
        FROM line_resolution t JOIN account said ON said.id = t.resolved_by
        LEFT JOIN account proposed ON proposed.id = t.proposed_by
        WHERE t.id = ANY(%(ids)s::bigint[])"""
_REFUND: Final[LiteralString] = """
        SELECT t.id, entered.name, coalesce(approved.name, ''), 2 FROM unit_refund t
        JOIN account entered ON entered.id = t.proposed_by
        LEFT JOIN LATERAL (SELECT a.name FROM refund_step s JOIN account a ON a.id = s.recorded_by
                           WHERE s.refund_id = t.id AND s.step = 'approved'
                           ORDER BY s.seq DESC LIMIT 1) approved ON true
        WHERE t.id = ANY(%(ids)s::bigint[])"""
_RUN: Final[LiteralString] = """
        SELECT t.id, coalesce(entered.name, ''), '', 1 FROM run t
        LEFT JOIN account entered ON entered.id = t.recorded_by
        WHERE t.id = ANY(%(ids)s::bigint[])"""
PAPERS: Final[dict[str, LiteralString]] = {
    # The bank's slip; of money paid online, the provider's word: nobody entered it.
    "money received": """
        SELECT t.id, coalesce(entered.name, CASE n.provider WHEN 'wechat' THEN '微信支付'
                                                            WHEN 'simulated' THEN '模拟缴费'
                                                            ELSE n.provider END, ''), '', 1
        FROM receipt t LEFT JOIN account entered ON entered.id = t.recorded_by
        LEFT JOIN online_notice n ON n.receipt_id = t.id
        WHERE t.id = ANY(%(ids)s::bigint[])""",
    "subsidy received": _one("subsidy", "recorded_by"),
    # The bank's statement.
    **dict.fromkeys(
        ("statement received", "statement suspense", "statement interest", "statement fees"),
        _STATEMENT,
    ),
    # What the officer said of a line of it.
    **dict.fromkeys(
        ("fee resolved", "interest resolved", "taken back", "typed before", "out of suspense"),
        _SAID,
    ),
    **dict.fromkeys(
        ("into suspense", "interest undone", "fee undone", "not taken back", "typed undone"),
        _two("line_resolution", "proposed_by", "resolved_by"),
    ),
    "receipt undone": _two("receipt_undone", "proposed_by", "undone_by", "receipt_id"),
    # The proposal and the bank's file.
    **dict.fromkeys(("refund paid", "refund bounced"), _REFUND),
    "credit used": _one("receipt", "recorded_by"),
    "late money credited": _one("late_credit", "recorded_by", "roster_id"),
    "units merged": _two("unit_merge", "recorded_by", "approved_by", "unit_id"),
    # The list the bank pays by.
    "payments.exported": _two("payment_batch", "prepared_by", "approved_by"),
    # That list and the bank's answer.
    **dict.fromkeys(
        ("payments paid", "payments failed"),
        """
        SELECT t.id, entered.name, approved.name, 2 FROM bank_return t
        JOIN payment_batch b ON b.id = t.batch_id
        JOIN account entered ON entered.id = t.recorded_by
        JOIN account approved ON approved.id = b.approved_by WHERE t.id = ANY(%(ids)s::bigint[])""",
    ),
    # The evidence that two people found.
    "payments resolved": _two("payment_resolution", "decided_by", "approved_by"),
    # The provider's account of what it paid out.
    "online settled": _by_line("online_payout", "payout_id"),
    # The roster; of somebody who enrolled alone nobody recorded one.
    "roster full": """
        SELECT t.id, coalesce(entered.name, ''), '', 1 FROM roster t
        LEFT JOIN account entered ON entered.id = t.recorded_by
        WHERE t.id = ANY(%(ids)s::bigint[])""",
    # The bureau's file, or the officer's list.
    "claims determined": _RUN,
    # The agreement with who is liable; the judgment; the bank's slip.
    "recovery opened": _two("recovery", "prepared_by", "approved_by"),
    "recovery received": _by_line("recovery_receipt", "recovery_receipt_id"),
    "recovery given up": _two("recovery_write_off", "prepared_by", "approved_by"),
    "repaid by member": _by_line("repayment", "repayment_id"),
    "receivable written off": _two("write_off", "prepared_by", "approved_by"),
    "benefit set off": _two("set_off", "prepared_by", "approved_by"),
    # The reason that two people gave.
    "reversed": _two("entry_reversal", "reversed_by", "approved_by", "entry_id"),
    "year closed": _two("ledger_close", "closed_by", "approved_by"),
}
"""By memo: of the facts an entry is about, who entered, who approved, how many papers."""
