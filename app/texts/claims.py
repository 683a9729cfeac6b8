"""Words for claims that are filed by hand, and for the officer who sees their papers."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    # A field of the sheet
    "AmountMissing": Words("请照结算单填写这一项金额。", "Copy this amount from the sheet."),
    "SheetNegative": Words("金额不能是负数。", "An amount cannot be negative."),
    "SheetTooLarge": Words(
        "金额超过一亿元，请核对小数点。", "More than 100 million yuan: check the decimal point."
    ),
    "SheetScopeOverTotal": Words(
        "符合范围的金额大于医疗费总额，请核对小数点。",
        "More lies inside the scope than the total: check the decimal point.",
    ),
    "SheetUnprintable": Words(
        "含有看不见的字符，请重新输入。", "It holds characters nobody sees. Type it again."
    ),
    "SheetTextTooLong": Words("最多 %(longest)d 个字。", "At most %(longest)d characters."),
    "SheetHoldsCertno": Words("这里不要填写身份证号。", "Do not write an ID number here."),
    "HospitalMissing": Words("请填写医院名称。", "Give the name of the hospital."),
    "SheetKindWrong": Words("请选择医疗类别。", "Choose the kind of care."),
    "StatedNumberWrong": Words(
        "结算编号只有数字、字母、点、横线和下划线。",
        "The sheet's number has digits, letters, dots and dashes only.",
    ),
    "StatedNumberOwn": Words(
        "这是互助会自己的编号。请填写结算单上的编号，没有就留空。",
        "This is a number of the fund's own. Give the sheet's number, or leave it empty.",
    ),
    "InvoiceNumberWrong": Words(
        "发票号码只有数字和字母，不清楚可留空。",
        "An invoice's number has digits and letters. Leave it empty if you do not know it.",
    ),
    "DiseaseCodeWrong": Words(
        "慢性病代码是字母 M 加 5 位数字，不清楚可留空。",
        "A chronic disease's code is M and 5 digits. Leave it empty if you do not know it.",
    ),
    "DischargedBeforeAdmitted": Words("出院日期早于入院日期。", "Discharged before admitted."),
    "SettledBeforeAdmitted": Words("结算时间早于入院日期。", "Settled before admitted."),
    "DayLongAgo": Words(
        "这个日期太早了，请核对年份。", "This day is too long ago; check the year."
    ),
    "DayToCome": Words("这一天还没有到。", "This day is yet to come."),
    # A filing
    "SheetFaulty": Words(
        "结算单有 %(count)d 处需要改正，尚未提交。",
        "Nothing was filed. Fields of the sheet to be corrected: %(count)d.",
    ),
    "MemberOutOfReach": Words(
        "没有这名职工，或不在您的范围内。", "There is no such member, or not within your reach."
    ),
    "RequestKeyMalformed": Words(
        "提交编号无效（最多 %(longest)d 个字符）。请重新打开表单。",
        "The request's key is not valid (at most %(longest)d characters). Open the form again.",
    ),
    "RequestKeyUsed": Words(
        "这份表单已提交过，内容不同。请重新打开表单再填。",
        "This form was sent before with other content. Open the form again.",
    ),
    "FiledAlready": Words(
        "这张结算单您已经申请过（申请 %(claim)d）。",
        "This bill has been filed before (claim %(claim)d).",
    ),
    "BillKnown": Words(
        "医保局已经传来这张结算单（申请 %(claim)d），不用再填。",
        "The insurance bureau has sent this bill already (claim %(claim)d). No need to file it.",
    ),
    # A row of a feed
    "SetlIdOwn": Words(
        "这是互助会自己的编号，医保局不会使用，请核对。",
        "This number is the fund's own; the bureau never gives it. Have a look.",
    ),
    # An officer's confirmation
    "NoSuchClaim": Words(
        "没有申请 %(claim)d，或不在您的范围内。",
        "There is no claim %(claim)d, or not within your reach.",
    ),
    "OwnClaim": Words(
        "不能办理本人的申请，请由他人办理。", "Nobody decides about the own claim. Others must."
    ),
    "FilerConfirms": Words(
        "填报申请或记录外伤说明的人不能核对这件申请，请由他人办理。",
        "Who filed a claim, or wrote down what was said of the injury, does not confirm it. Others"
        " must.",
    ),
    "NotInReview": Words(
        "申请 %(claim)d 不在待核材料状态。", "Claim %(claim)d does not wait for its papers."
    ),
    "BeingComputed": Words(
        "申请 %(claim)d 有新的数据，正在重新计算，请稍后再看。",
        "Newer figures of claim %(claim)d are being computed. Look again in a moment.",
    ),
    "DoubleOutOfReach": Words(
        "申请 %(claim)d 可能与其他工会职工的申请重复，须由市总工会的经办人员核对。",
        "Claim %(claim)d may be the same bill as one of another union's member. An officer of the"
        " city federation must compare them.",
    ),
    "TurnTaken": Words(
        "正在导入一份大文件，请过一会儿再试，填写的内容没有丢失。",
        "A large file is being taken in. Try again in a moment.",
    ),
    "PossibleDouble": Words(
        "申请 %(claim)d 与申请 %(other)d 的结算编号或发票号相同，或日期和总额相同，"
        "可能是同一张结算单。核对确不相同，再注明申请 %(other)d 办理"
        "（0 表示医保局曾以这个编号传来他人的结算单或退费）。",
        "Claims %(claim)d and %(other)d have the same number, invoice, or day and total, and may"
        " be one bill. Compare them; if they differ, name claim %(other)d and go on (0: the bureau"
        " sent this number for somebody else, or refunded it).",
    ),
    # A filing that is taken or sent back
    "NotUndoable": Words(
        "申请 %(claim)d 不能撤回或退回：它已审批通过（须由两名经办人员撤销审批）、已退回，"
        "或医保局已传来结算单。",
        "Claim %(claim)d can be neither taken nor sent back: it is approved (two officers can take"
        " that back), or undone already, or the insurance bureau has sent its bill.",
    ),
    "NoReason": Words("请选择退回的原因。", "Choose why it is sent back."),
    # An approved filing that two people take back
    "NotApproved": Words(
        "申请 %(claim)d 还没有审批通过：由一名经办人员直接退回即可。",
        "Claim %(claim)d is not approved yet: one officer can send it back.",
    ),
    "BureausRow": Words(
        "医保局已传来申请 %(claim)d 的结算单（编号 %(number)s）：只能由医保局的更正或退费来更改。",
        "The insurance bureau has sent the bill of claim %(claim)d (number %(number)s): only the"
        " bureau's own correction or refund changes it.",
    ),
    "MoneyUnderWay": Words(
        "申请 %(claim)d 的款项已送银行，尚无结果：等银行回盘之后才能撤销审批。",
        "Money of claim %(claim)d is at the bank, which has not answered. The approval can be taken"
        " back once it has.",
    ),
    "AnswersContradict": Words(
        "银行对申请 %(claim)d 的款项答复前后矛盾，是否到账不明：请先由两人认定，再撤销审批。",
        "The bank's answers to the payment of claim %(claim)d contradict each other. Two people"
        " must say whether it arrived before the approval can be taken back.",
    ),
    "UndoProposed": Words(
        "申请 %(claim)d 已有人提议撤销审批（第 %(proposal)d 号提议）：请批准，或先放弃那项提议。",
        "Somebody has proposed to take back the approval of claim %(claim)d (proposal"
        " %(proposal)d): approve that, or drop it first.",
    ),
    "RemarkMissing": Words(
        "请写明哪里有误，供第二名经办人员核对：最多 %(longest)d 个字，不要写身份证号。",
        "Say what is wrong, for the second officer to look at: in at most %(longest)d characters,"
        " without an ID number.",
    ),
}
