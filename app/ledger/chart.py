"""The chart of accounts."""

from enum import StrEnum
from typing import Final


class Account(StrEnum):
    """An account's number. Assets and expenses are debit (positive) by nature."""

    BANK = "1001"
    ONLINE_CLEARING = "1002"
    UNION_SUBSIDY_DUE = "1101"
    TO_RECOVER = "1201"
    TO_RECOVER_FROM_OTHERS = "1202"
    BETWEEN_YEARS = "1901"
    BENEFITS_PAYABLE = "2001"
    BENEFITS_SENT = "2002"
    MONEY_HELD = "2101"
    CREDITED_BACK = "2102"
    SUSPENSE = "2103"
    FUND_BALANCE = "3001"
    UNIT_PART = "4001"
    WORKER_PART = "4002"
    UNION_PART = "4003"
    INTEREST = "4101"
    RECOVERED = "4102"
    INPATIENT = "5001"
    CHRONIC = "5002"
    BANK_FEES = "5101"
    WRITTEN_OFF = "5102"


NAMES: Final[dict[Account, tuple[str, str]]] = {
    Account.BANK: ("银行存款", "Bank"),
    Account.ONLINE_CLEARING: ("在途线上缴费", "Online payments on their way"),
    Account.UNION_SUBSIDY_DUE: ("应收工会补助", "Union subsidy due"),
    Account.TO_RECOVER: ("应收追回款", "To recover from members"),
    Account.TO_RECOVER_FROM_OTHERS: ("应收第三方追偿款", "To recover from others liable"),
    Account.BETWEEN_YEARS: ("年度间往来", "Between benefit years"),
    Account.BENEFITS_PAYABLE: ("应付补助金", "Benefits payable"),
    Account.BENEFITS_SENT: ("在途补助金", "Benefits sent to the bank"),
    Account.MONEY_HELD: ("预收互助金", "Contributions held until complete"),
    Account.CREDITED_BACK: ("应退互助金", "Credited back to units"),
    Account.SUSPENSE: ("待查款项", "Money received, not yet matched"),
    Account.FUND_BALANCE: ("互助金结余", "Fund balance"),
    Account.UNIT_PART: ("互助金收入-单位", "Contributions, units' part"),
    Account.WORKER_PART: ("互助金收入-职工", "Contributions, workers' part"),
    Account.UNION_PART: ("互助金收入-工会", "Contributions, unions' part"),
    Account.INTEREST: ("利息收入", "Interest"),
    Account.RECOVERED: ("追偿收入", "Recovered from others liable"),
    Account.INPATIENT: ("补助金支出-住院", "Benefits, inpatient"),
    Account.CHRONIC: ("补助金支出-门诊慢性病", "Benefits, chronic outpatient"),
    Account.BANK_FEES: ("银行手续费", "Bank fees"),
    Account.WRITTEN_OFF: ("核销的应收款", "Receivables written off"),
}

BENEFITS: Final = {"inpatient": Account.INPATIENT, "chronic": Account.CHRONIC}
"""The expense account of each care."""
