"""Words of payment batches and templates."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    # Templates
    "NoSuchFormat": Words("没有银行模板“%(format)s”。", "There is no bank template “%(format)s”."),
    "EncodingNotOfFormat": Words(
        "银行模板“%(format)s”不用 %(encoding)s 编码。",
        "The bank template “%(format)s” does not come in %(encoding)s.",
    ),
    "ReturnNotWorkbook": Words(
        "这家银行的回盘是 Excel 工作簿（.xlsx）。", "This bank's answer is a workbook (.xlsx)."
    ),
    "ReturnRecordLength": Words(
        "第 %(line)d 行的长度与定长格式不符，整个文件未导入。",
        "Line %(line)d is not as long as the fixed format says. Nothing was imported.",
    ),
    "BatchOfOtherFormat": Words(
        "批次 %(batch)s 是按银行模板“%(format)s”发出的，回盘须是同一格式。",
        "Batch %(batch)s was sent in the format “%(format)s”; its answer comes in the same.",
    ),
    "failed_after_unknown": Words(
        "序号 %(line_no)d：银行先前说未定，现说失败，已留存；两人核对前不再发放。",
        "Line %(line_no)d: unknown before, failed now. Kept; nothing is sent again until two people"
        " have decided.",
    ),
    # Prepare, approve, confirm
    "NotOfFederation": Words(
        "全市资金由市总工会的经办人员办理。",
        "Only officers of the city federation move the fund's money.",
    ),
    "BatchAhead": Words(
        "制单日期 %(day)s 还没有到。", "The day of the batch, %(day)s, has not come yet."
    ),
    "ThirdPersonNeeded": Words(
        "本批共 %(total)s 元，最大一笔 %(largest)s 元：超过 %(total_over)s 元的批次、"
        "超过 %(line_over)s 元的单笔，须由第三人确认。",
        "%(total)s yuan in all, the largest payment %(largest)s: a batch over %(total_over)s or a"
        " payment over %(line_over)s needs a third person.",
    ),
    "NoSuchOrder": Words("没有这张发放单。", "There is no such payment order."),
    "OrderNotOpen": Words(
        "发放单 %(number)s 已不在这一步，请刷新页面查看。",
        "Payment order %(number)s is past this step. Look at it again.",
    ),
    "OrderChanged": Words(
        "编制之后有 %(changed)d 笔变了，没有批准。请撤回后重新编制。",
        "Payments that changed after it was prepared: %(changed)d. Nothing was approved: withdraw"
        " it and prepare it again.",
    ),
    "OrderFileOther": Words(
        "批准的不是这份文件（SHA-256 不符），没有批准。",
        "This is not the file that was prepared (SHA-256). Nothing was approved.",
    ),
    "OrderWaits": Words(
        "这个年度已有一张发放单在等人批准，请先办完或撤回。",
        "A payment order of this year waits for approval. Finish or withdraw it first.",
    ),
    # What two people found out
    "NoSuchPayment": Words(
        "批次 %(batch)s 没有序号 %(line)d。", "Batch %(batch)s has no line %(line)d."
    ),
    "NothingToResolve": Words(
        "这笔款项没有待核定的：银行的答复明确，或已由两人核定。",
        "There is nothing to decide: the bank's word is plain, or two people have decided.",
    ),
    "ClaimAtBank": Words(
        "这件申请另有一笔还在银行，请等它的答复。",
        "Another payment of this claim is with the bank. Wait for its answer.",
    ),
    "NotProposed": Words(
        "还没有人提出这笔款项的结果，或已处理。", "Nobody has proposed it, or it was dealt with."
    ),
    "EvidenceWanted": Words(
        "请写明依据，如银行流水号（不超过 200 字）。",
        "Say what shows it, such as the bank's reference (at most 200 characters).",
    ),
    "ResolvedBeforeSent": Words(
        "日期早于批次制单日 %(made_on)s，请核对。",
        "That day is before the batch was made, on %(made_on)s.",
    ),
    "LineShowsNothing": Words(
        "这笔对账单明细不能证明：它须是本批次的付款，或与这笔发放金额、日期相同、尚待处理的退回款。",
        "That line of a statement shows nothing of it: it must be of this batch, or have brought"
        " back this very amount on that day and wait still.",
    ),
    "SumNotTheLines": Words(
        "选中的发放合计 %(found_yuan)s 元，这笔款是 %(wanted_yuan)s 元，须一分不差。没有写入。",
        "The payments come to %(found_yuan)s yuan, the line to %(wanted_yuan)s: they must be the"
        " same. Nothing was written.",
    ),
    "BackOfTwoYears": Words(
        "选中的发放分属不同的保障年度，一笔款只能是同一年度的退回。没有写入。",
        "The payments are of different benefit years: one line brings back those of one year."
        " Nothing was written.",
    ),
    "NoPaymentsNamed": Words(
        "请选择退回的是哪些发放。没有写入。", "Say which payments came back. Nothing was written."
    ),
    "ResolvedInFuture": Words("日期还没有到。", "That day has not come."),
    # Heirs
    "deceased": Words(
        "职工已故，尚未核定继承人。", "The member has died and no heir has been named yet."
    ),
    "NotDeceased": Words("这名职工没有去世的记录。", "No list says that this member has died."),
    "HeirUnfit": Words("继承人：%(why)s", "The heir: %(why)s"),
    "HeirPapersWanted": Words(
        "请写明与职工的关系和看过的材料（各不超过 200 字）。",
        "Say the relation and which papers were seen (at most 200 characters each).",
    ),
    "HeirNotProposed": Words(
        "还没有人提出继承人，或已处理。", "Nobody has proposed an heir, or it was dealt with."
    ),
    "HeirIsOfficer": Words(
        "继承人本人、职工本人不能是提出人或批准人。",
        "Who is the heir, or is recorded as the member, neither proposes nor approves.",
    ),
    # What changed of a line since it was prepared
    "amount_changed": Words("金额变了。", "The amount has changed."),
    "account_changed": Words("收款账号变了。", "The account has changed."),
    "name_changed": Words("户名变了。", "The name has changed."),
    "computed_again": Words("重新理算过。", "It was computed again."),
    "not_waiting": Words("已不在待发放之列。", "It no longer waits to be paid."),
}
