"""Words of statements, matching, notices, refunds."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    # Refunds that go elsewhere than is known
    "refund_other": Words(
        "不是单位登记的账户：收款账号尾号 %(tail)s，登记的尾号 %(known)s",
        "Not the unit's registered account: this one ends in %(tail)s, that one in %(known)s",
    ),
    "refund_unknown": Words(
        "单位没有登记账户，收款账号（尾号 %(tail)s）无从核对",
        "The unit has no registered account to hold this one against (ending in %(tail)s)",
    ),
    "refund_not_back": Words(
        "不是来款账户：收款账号尾号 %(tail)s，来款账号尾号 %(known)s",
        "Not the account it came from: this one ends in %(tail)s, that one in %(known)s",
    ),
    # The fund's accounts
    "FundAccountKnown": Words(
        "已有这个代号或账号的账户。", "An account with this code or number is there already."
    ),
    "FundAccountWrong": Words(
        "账户的 %(field)s 不对：请填写，不超过 100 个字；账号为 8 至 34 位。",
        "The account's %(field)s is wrong: fill it in, at most 100 characters; "
        "a number has 8 to 34.",
    ),
    "FundAccountEnded": Words(
        "账户“%(code)s”已停用（最后一天：%(ends_on)s），不能再用于此后的日期。没有写入。",
        "Account “%(code)s” has ended (last day: %(ends_on)s) and is not used after that."
        " Nothing was written.",
    ),
    "FundAccountUsed": Words(
        "该账户到 %(last_on)s 为止有对账单或发放批次：只能从那天或以后停用，不能更正。没有写入。",
        "Statements or batches are of this account up to %(last_on)s: it can end on that day or"
        " later, and is not put right. Nothing was written.",
    ),
    "FundAccountOnePerson": Words(
        "停用或更正账户须由另一名经办人员同意。",
        "Another officer must agree to end an account or to put it right.",
    ),
    "NoFundAccountDraft": Words(
        "账户“%(code)s”没有待同意的申请，或申请已有变动：请重新查看。",
        "Nothing of account “%(code)s” waits for another officer, or it was changed meanwhile:"
        " look again.",
    ),
    "NoSuchFundAccount": Words(
        "没有代号为“%(code)s”的账户。用 huzhu bank list 查看。",
        "No account of the fund is called “%(code)s”. See huzhu bank list.",
    ),
    "NoSuchStatementFormat": Words(
        "没有名为“%(format)s”的对账单格式。可用：%(known)s。",
        "No statement format is called “%(format)s”. There are: %(known)s.",
    ),
    # A whole file
    "StatementEmpty": Words(
        "对账单里没有收付记录。", "The statement has no line that moves money."
    ),
    "StatementOtherAccount": Words(
        "这是另一个账户的对账单，整个文件未导入。",
        "This statement is of another account. Nothing was imported.",
    ),
    "StatementAccountMissing": Words(
        "对账单没有写明账号，整个文件未导入。",
        "The statement does not say of which account it is. Nothing was imported.",
    ),
    "StatementOpeningMissing": Words(
        "对账单既无期初余额，也无逐笔余额，无法核对，整个文件未导入。",
        "The statement has neither an opening balance nor balances by the line, so nothing can be"
        " proven. Nothing was imported.",
    ),
    "StatementBalanceBroken": Words(
        "第 %(line)d 行：余额应为 %(wanted_yuan)s 元，写的是 %(found_yuan)s 元，整个文件未导入。",
        "Line %(line)d: the balance should be %(wanted_yuan)s yuan but is %(found_yuan)s yuan."
        " Nothing was imported.",
    ),
    "StatementSumWrong": Words(
        "期末余额写的是 %(wanted_yuan)s 元，期初加各笔为 %(found_yuan)s 元，整个文件未导入。",
        "The closing balance says %(wanted_yuan)s yuan, opening and lines make %(found_yuan)s"
        " yuan. Nothing was imported.",
    ),
    "StatementTotalWrong": Words(
        "合计笔数写的是 %(wanted)d，实有 %(found)d 行，整个文件未导入。",
        "Lines by the total: %(wanted)d; there are %(found)d. Nothing was imported.",
    ),
    "StatementDebitWrong": Words(
        "付款合计写的是 %(wanted_yuan)s 元，各行合计为 %(found_yuan)s 元，整个文件未导入。",
        "The total paid out says %(wanted_yuan)s yuan, the lines make %(found_yuan)s yuan."
        " Nothing was imported.",
    ),
    "StatementCreditWrong": Words(
        "收款合计写的是 %(wanted_yuan)s 元，各行合计为 %(found_yuan)s 元，整个文件未导入。",
        "The total received says %(wanted_yuan)s yuan, the lines make %(found_yuan)s yuan."
        " Nothing was imported.",
    ),
    "StatementDaysUnordered": Words(
        "第 %(line)d 行的日期早于上一行，整个文件未导入。",
        "Line %(line)d is booked before the one above it. Nothing was imported.",
    ),
    "StatementAhead": Words(
        "第 %(line)d 行的日期 %(day)s 还没有到，整个文件未导入。",
        "Line %(line)d is booked on %(day)s, which has not come. Nothing was imported.",
    ),
    "StatementSerialTwice": Words(
        "第 %(line)d 行：同一天的流水号出现两次，或与以前导入的内容不同，整个文件未导入。",
        "Line %(line)d: the bank's number stands twice on its day, or was on another line before."
        " Nothing was imported.",
    ),
    "StatementHeadingsMissing": Words(
        "找不到表头（格式 %(format)s 需要：%(wanted)s）。",
        "The headings are not there (format %(format)s wants: %(wanted)s).",
    ),
    "StatementUnreadable": Words(
        "第 %(line)d 行的 %(field)s 无法读取，余额不能核对，整个文件未导入。",
        "Line %(line)d: %(field)s cannot be read, so the balances prove nothing."
        " Nothing was imported.",
    ),
    "StatementGoesOn": Words(
        "第 %(line)d 行又是一笔明细，而明细表在它之前已经结束：请删去中间的行。没有导入。",
        "Line %(line)d is one more, below the table's end: take out what is between. Nothing was"
        " imported.",
    ),
    "StatementNotSwift": Words("不是一份完整的 MT940 对账单。", "It is no whole MT940 statement."),
    "StatementTakenMeanwhile": Words(
        "刚刚有人导入了这个账户的对账单，请再试一次。",
        "Somebody took a statement of this account just now. Try again.",
    ),
    # One line
    "StatementNoMoney": Words("金额为 0，未采用。", "The amount is 0; the line was left out."),
    "StatementTextComputed": Words(
        "这里是公式，只采用了文件里保存的显示结果（没有保存的当作空白），款项照常入账。",
        "It is a formula: what it showed when the file was saved was taken (nothing, where that"
        " was not saved); the money was booked.",
    ),
    "StatementTextOdd": Words(
        "文字像公式、过长或有控制字符，已去掉这些字符，款项照常入账。",
        "The text looks like a formula, is too long or has control characters; those were taken"
        " out, the money was booked.",
    ),
    # Why a line was taken as what it is
    "MatchReference": Words("附言里有缴费通知的编号。", "The payment notice's reference is in it."),
    "MatchAlone": Words(
        "附言里有本人自行参保的缴费编号。",
        "The reference of somebody who enrolled alone is in it.",
    ),
    "MatchNameAmount": Words(
        "付款人是该单位，金额正好是所欠金额。",
        "The payer is the unit, and the amount is exactly what is missing.",
    ),
    "MatchByHand": Words(
        "此前已按同一流水号手工登记。", "It was booked by hand before, with the same reference."
    ),
    "MatchUnion": Words(
        "付款人是工会，金额正好是应收补助。",
        "The payer is a union, and the amount is exactly the subsidy due.",
    ),
    "MatchInterest": Words("银行付的利息。", "Interest, by the bank's word."),
    "MatchBounced": Words("退出的款项被退回。", "A refund came back."),
    "MatchRefund": Words("附言里有退款编号，金额相符。", "A refund's number, and its amount."),
    "MatchBatch": Words(
        "附言里有发放批次号，金额相符。", "A payment batch's number, and its total."
    ),
    "MatchBatchTotal": Words(
        "金额正好是一个发放批次的总额。", "The amount is exactly one payment batch's total."
    ),
    "MatchFee": Words("银行手续费。", "The bank's fee, by its word."),
    "Unexplained": Words("不知道这笔付款是什么。", "Nothing says what this payment was."),
    "SuspenseUnknown": Words(
        "没有缴费编号，也没有付款人。", "There is neither a reference nor a payer."
    ),
    "SuspenseNoReference": Words(
        "没有缴费编号；付款人和金额也对不上。",
        "There is no reference, and payer and amount fit nothing that is missing.",
    ),
    "SuspenseReferenceWrong": Words(
        "缴费编号写错了（校验位不符）。", "The reference is wrong (its check digits do not fit)."
    ),
    "SuspenseReferenceTwo": Words("有两个缴费编号。", "There are two references."),
    "SuspenseAloneTooMuch": Words(
        "附言里有本人自行参保的缴费编号，但金额多于所缺。",
        "It names somebody who enrolled alone, and is more than is missing.",
    ),
    "SuspenseTypedOtherwise": Words(
        "这笔款已按同一流水号手工登记，附言里却是别的单位或年度的编号。登记错了先撤回；"
        "没错就认领为所登记的。",
        "It was typed by hand with the same number, and names another unit's or year's reference."
        " Take back what was typed wrongly; or say that the line is what was typed.",
    ),
    "SuspenseReferenceUsed": Words(
        "同一流水号此前登记过，金额或日期不同。",
        "Money with this bank reference was booked before, with another amount or day.",
    ),
    "SuspenseUnitUnknown": Words(
        "缴费编号里的单位不存在。", "The reference names a unit that does not exist."
    ),
    "SuspenseAmbiguous": Words(
        "付款人和金额同时符合几个单位或年度。", "Payer and amount fit several units or years."
    ),
    "SuggestReference": Words("缴费编号", "reference"),
    "SuggestNameAmount": Words("付款人和金额相符", "payer and amount fit"),
    "SuggestName": Words("付款人相符", "the payer fits"),
    "SuggestAmount": Words("金额相符", "the amount fits"),
    "SuggestNumber": Words("附言里有编号", "it names the number"),
    "SuggestPayeeAmount": Words("收款人和金额相符", "payee and amount fit"),
    # Said by an officer
    "NoSuchLine": Words("没有第 %(line)d 号对账单明细。", "There is no statement line %(line)d."),
    "NoLineProposal": Words(
        "没有待确认的提议，或提议已经改过、已处理。请重新打开页面。",
        "Nothing waits to be confirmed here, or it was changed or decided. Open the page again.",
    ),
    "LineOnePerson": Words(
        "提出人不能确认自己的提议，请由他人确认。",
        "Who proposed it does not confirm it. Another person must.",
    ),
    "LineResolved": Words(
        "这笔款项已有结论，不能再次处理。", "It has been said already what this line is."
    ),
    "LineDayWrong": Words(
        "处理日期 %(on)s 早于入账日，或还没有到。",
        "The day %(on)s is before the bank's, or has not come.",
    ),
    "LineOtherWay": Words(
        "这笔款项的方向或金额与所选不符。",
        "The line goes the other way, or has another amount than what was chosen.",
    ),
    "ReceiptBeganCover": Words(
        "这笔钱已使参保生效或已安排退款，不能撤销。请以退款和重新缴费更正。",
        "Covers began by this money, or it is being refunded; it cannot be undone. Put it right by"
        " a refund and a new payment.",
    ),
    "ReceiptUnitMerged": Words(
        "单位已并入其他单位，款项已随之转户，不能撤销。请以退款和重新缴费更正。",
        "The unit has gone into another, and its money with it; it cannot be undone. Put it right"
        " by a refund and a new payment.",
    ),
    "LineProposedWrong": Words(
        "每笔只说一种去向；平台结算款要同时写明 --payout-until 和 --fee。没有写入。",
        "Say one thing of the line, and --fee with --payout-until. Nothing was written.",
    ),
    "CreditOrCarry": Words(
        "请写明 --credit（退回单位）或 --carry（转入下一年度）。没有写入。",
        "Say --credit or --carry. Nothing was written.",
    ),
    "SecondUnsigned": Words(
        "已有一名经办人员提出；请另一人用 --approve 加账号，并输入密码。没有写入。",
        "One officer wants it already: name the other with --approve, who gives the password."
        " Nothing was written.",
    ),
    "LineSaidWrong": Words(
        "每笔只说一种去向；单位缴费、工会补助还须写明 --year。没有写入。",
        "Say one thing of the line, and --year with --unit or --union. Nothing was written.",
    ),
    "NobodyAlone": Words(
        "没有这个自行参保的缴费编号，或该参保已撤回。",
        "Nobody who enrolled alone has this reference, or the enrolment was withdrawn.",
    ),
    "AloneTooMuch": Words(
        "这笔款多于该参保所缺的金额，请退回付款人。没有写入。",
        "This is more than the enrolment misses: give it back to its payer. Nothing was written.",
    ),
    "LineNotMatched": Words(
        "这笔款项没有可撤销的结论。", "Nothing was said of this line that could be undone."
    ),
    "UndoOnePerson": Words(
        "撤销须由两个不同的人办理。", "Undoing takes two officers, two different people."
    ),
    # Refunds
    "RefundTooMuch": Words(
        "最多可退 %(most_yuan)s 元，申请退 %(asked_yuan)s 元。",
        "At most %(most_yuan)s yuan can go back, %(asked_yuan)s yuan were asked for.",
    ),
    "RefundPayeeMissing": Words(
        "请填写收款人和账号。", "Say to whom and to what account it goes back."
    ),
    "NoSuchRefund": Words("没有第 %(refund)d 号退款。", "There is no refund %(refund)d."),
    "RefundStepWrong": Words(
        "退款 %(refund)s 的状态已经改变，这一步不能再办。请刷新页面，看它到了哪一步。",
        "Refund %(refund)s stands elsewhere by now: this step is not open. Load the page again.",
    ),
    "RefundPaid": Words(
        "退款 %(refund)s 所在文件银行已全部付清，不再提供该文件。",
        "The bank has paid all of the file that %(refund)s stands in: it is not given again.",
    ),
    "RefundNotWithdrawn": Words(
        "退款 %(refund)s 不是撤回后银行仍付款的情形。没有写入。",
        "Refund %(refund)s was not withdrawn after the bank was asked to pay it."
        " Nothing was written.",
    ),
    "RefundMoneyUsed": Words(
        "退款 %(refund)s 撤回后，这笔钱已另作他用。请先撤销那项用途。没有写入。",
        "The money of refund %(refund)s has been used since it was withdrawn. Take that back first."
        " Nothing was written.",
    ),
    "RefundOnePerson": Words(
        "退款的批准和撤回须由另一人办理，提出人自己不能办。",
        "Who proposed a refund, or wants it back, is not who agrees. Another person must.",
    ),
}
