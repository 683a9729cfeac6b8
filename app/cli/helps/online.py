"""Help of papers and online payment."""

from typing import Final

HELP: Final = {
    "Write a unit's payment notice: what is due, to which account, by when.": (
        "输出单位的缴费通知单：应缴多少、缴到哪个账户、何时截止。"
    ),
    "Write the payment notices of all units below the officer's union.": (
        "输出经办人员所属工会之下所有单位的缴费通知单。"
    ),
    "Write the receipt for money received, by its number.": "按编号输出一笔收款的收据。",
    "The number is that of a union's money.": "编号是工会补助的编号。",
    "The paper's day. Default: today.": "单据日期。默认为今天。",
    "Write a batch's sheet: its total, its file's SHA-256, who is behind it.": (
        "输出发放批次单：合计、文件的 SHA-256、制单人和批准人。"
    ),
    # online
    "Online payments (线上缴费).": "线上缴费。",
    "The latest online orders, and payments that wait for an officer.": (
        "最近的线上缴费订单，以及待处理的缴款。"
    ),
    "Ask the provider about orders it has not told of. Again changes nothing.": (
        "向支付平台查询没有结果的订单。重复查询没有变化。"
    ),
    "Only this order.": "只查这个订单。",
    "Book a kept payment for a unit, once it is known whose it is.": (
        "查明是哪个单位的缴款后，给该单位入账。"
    ),
    "Book what the provider paid out to the bank, less its fee.": (
        "支付平台结算到银行的款项入账，扣除手续费。"
    ),
    "What the bank booked, in yuan.": "银行到账金额，元。",
    "The provider's fee, in yuan.": "支付平台的手续费，元。",
    "All payments up to this day that are not paid out yet.": "这一日及以前尚未结算的全部缴款。",
    "A payment's number; repeat it.": "一笔缴款的流水号，可重复给出。",
    "Who paid out.": "结算的支付平台。",
}
