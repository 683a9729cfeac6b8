"""Words for batches to the bank and for the bank's answers."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    # A batch
    "OnePerson": Words(
        "编制、批准和第三人确认须由不同的人办理。",
        "Who prepares, who approves and who confirms as the third are different people.",
    ),
    "NothingToPay": Words(
        "%(year)d 年度现在没有可发放的申请（%(left_out)d 件另有原因，未列入）。",
        "Nothing of %(year)d can be paid now (%(left_out)d claims wait for something else).",
    ),
    "NoSuchBatch": Words(
        "没有发放批次 %(batch)s，什么也没有写入。",
        "There is no payment batch %(batch)s. Nothing was written.",
    ),
    "BatchNotTheSame": Words(
        "批次 %(batch)s 重新生成的文件与当时的不同（SHA-256 不符），未输出。",
        "The file of %(batch)s made again is not the one that was made (SHA-256). Not written.",
    ),
    "NameNotWritable": Words(
        "申请 %(claim)d（第 %(line_no)d 笔）的户名有“%(character)s”字，%(encoding)s 编码写不下。"
        "请改用 UTF-8 或 GB18030 导出。",
        "Claim %(claim)d (line %(line_no)d): %(encoding)s has no “%(character)s” of the name."
        " Export in UTF-8 or GB18030.",
    ),
    "LineNotWritable": Words(
        "申请 %(claim)d（第 %(line_no)d 笔）的 %(field)s 不能写入银行文件，请先更正。",
        "Claim %(claim)d (line %(line_no)d): the bank cannot take its %(field)s. Correct it first.",
    ),
    "OutFileExists": Words(
        "文件 %(out)s 已存在。请换一个文件名。", "The file %(out)s exists. Name another."
    ),
    # Why a claim is not in a batch
    "being_computed": Words(
        "有新的结算数据，正在重新计算。", "Newer figures of the bill are being computed."
    ),
    "answer_awaited": Words("银行尚未答复上一笔。", "The bank has not answered the last payment."),
    "answer_contradicted": Words(
        "银行对上一笔的答复前后矛盾，须人工核对。",
        "The bank's answers to the last payment contradict each other. A person must look.",
    ),
    "nothing_due": Words("已无应付金额。", "Nothing is due any more."),
    "own_claim": Words(
        "编制人或批准人本人的申请，须由他人办理。",
        "The claim is the preparer's or the approver's own. Others must send it.",
    ),
    "card_unconfirmed": Words(
        "职工尚未确认收款卡，请提醒其登录后确认。",
        "The member has not confirmed the card yet. Remind them to sign in and do so.",
    ),
    "no_name": Words("没有登记姓名，请用花名册补上。", "No name is known. Add it with a roster."),
    "no_bank_account": Words(
        "没有银行账号，请向职工索取。", "No bank account is known. Ask the member for one."
    ),
    "account_elsewhere": Words(
        "账号不是本单位的工会或其上级工会录入的：请由其重新报送该单位的花名册，并填写账号。",
        "The account was not entered by the unit's union or one above it: have these send the"
        " unit's roster again, with the account.",
    ),
    "card_unchanged": Words(
        "上一笔被银行退回，账号未更换，请向职工索取新卡。",
        "The bank returned the last payment and the account is the same. Ask for another card.",
    ),
    # Why a line of the bank's answer moved nothing
    "unknown_line": Words("批次中没有序号 %(line_no)d。", "The batch has no line %(line_no)d."),
    "older_answer": Words(
        "序号 %(line_no)d：早于已登记的答复，以后者为准。",
        "Line %(line_no)d: older than the answer already recorded, which stands.",
    ),
    "amount_differs": Words(
        "序号 %(line_no)d：金额与发放的不同，已留存，待人工核对。",
        "Line %(line_no)d: the amount is not the one sent. Kept for a person to look at.",
    ),
    "account_differs": Words(
        "序号 %(line_no)d：账号尾号与发放的不同，已留存，待人工核对。",
        "Line %(line_no)d: the account is not the one sent to. Kept for a person to look at.",
    ),
    "booked_before_sent": Words(
        "序号 %(line_no)d：入账日期早于制单日期，已留存，待人工核对。",
        "Line %(line_no)d: booked before the batch was made. Kept for a person to look at.",
    ),
    "booked_in_future": Words(
        "序号 %(line_no)d：入账日期在将来，已留存，待人工核对。",
        "Line %(line_no)d: booked on a day to come. Kept for a person to look at.",
    ),
    "other_day": Words(
        "序号 %(line_no)d：结果相同而入账日期不同，已留存，以先前的为准。",
        "Line %(line_no)d: the same result on another day. Kept; the first stands.",
    ),
    "paid_then_failed": Words(
        "序号 %(line_no)d：先前为成功，现为失败，已留存，待人工核对。",
        "Line %(line_no)d: paid before, failed now. Kept for a person to look at.",
    ),
    "failed_then_paid": Words(
        "序号 %(line_no)d：先前为失败，现为成功，已留存；核对前不再发放。",
        "Line %(line_no)d: failed before, paid now. Kept; nothing more is sent until a person"
        " has looked.",
    ),
}
