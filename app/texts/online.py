"""Words of papers and of online payment."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "GlyphMissing": Words(
        "字体中没有这些字符，不能打印：%(characters)s。请核对名称。",
        "The font has no picture of these characters, so nothing was printed: %(characters)s."
        " Check the name.",
    ),
    "NoSuchReceipt": Words("没有编号为 %(number)s 的收款。", "No money has the number %(number)s."),
    "NoUnits": Words(
        "%(year)s 年度没有已报花名册的单位。", "No unit here has a roster of %(year)s."
    ),
    "NoticesUnderWay": Words(
        "您的 %(year)s 年度通知单正在生成，请等它完成。",
        "Your notices of %(year)s are being made; wait until they are there.",
    ),
    "NoticeNotGenuine": Words("不是支付平台的通知。", "Not a notice of the payment provider."),
    "ProviderUnreachable": Words(
        "支付平台没有可信的答复，请稍后再试。",
        "The payment provider gives no answer that can be believed. Try again later.",
    ),
    "ProviderRefused": Words(
        "支付平台没有受理（%(code)s）。", "The payment provider refused (%(code)s)."
    ),
    "NotOffered": Words(
        "没有设置支付平台，不提供线上缴费。",
        "No payment provider is set up; nothing is paid online.",
    ),
    "PayerMayNot": Words(
        "只有负责该单位的经办人员和该单位现任联系人可以为它线上缴费。没有下单。",
        "Only the unit's contact of today and the officers who look after it pay for it online."
        " Nothing was ordered.",
    ),
    "NothingMissing": Words(
        "%(year)s 年度应缴款项已收齐，无需缴纳。", "All that is due for %(year)s was received."
    ),
    "OnlineAmountWrong": Words(
        "线上缴费金额须大于 0，且不超过尚缺的款项和单笔上限。没有下单。",
        "Online, more than nothing is paid and no more than is missing, up to a million yuan."
        " Nothing was ordered.",
    ),
    "NoSuchOnlineOrder": Words("没有这个线上缴费订单。", "There is no such online order."),
    "OrderPaid": Words("这个订单已缴清。", "This order was paid already."),
    "OrderOver": Words(
        "这个订单已关闭或已过时，请重新下单。",
        "This order is closed or its time has run out; ask anew.",
    ),
    "PaymentContradicts": Words(
        "流水号 %(transaction)s 以前已记录，内容不同。没有写入。",
        "The transaction %(transaction)s is known already, with other contents. Nothing was"
        " written.",
    ),
    "NoSuchOnlinePayment": Words(
        "没有这笔待处理的缴款，或者已处理。", "No such payment waits, or it was taken already."
    ),
    "PayoutSumWrong": Words(
        "缴款合计减手续费与银行到账金额不符。没有写入。",
        "The payments less the fee are not what the bank booked. Nothing was written.",
    ),
    "PaymentsNotThere": Words(
        "没有选缴款，或有 %(count)s 笔尚未入账、或已结算过。没有写入。",
        "No payment was chosen, or %(count)s of them were not received or were paid out already."
        " Nothing was written.",
    ),
    "PayoutKnown": Words(
        "流水号 %(reference)s 的结算已入账，但金额或日期不同。没有写入。",
        "A payout with the reference %(reference)s was booked already, with another amount or day."
        " Nothing was written.",
    ),
}
