"""Words for units, enrolment, money, feeds and who acts."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "UsccWrong": Words(
        "统一社会信用代码 %(uscc)s 有误，请与证照核对（18 位，含校验位）。",
        "%(uscc)s is not a social credit code; compare it with the certificate (18 characters).",
    ),
    "UnitKnown": Words("该单位已登记。", "This unit is registered already."),
    "NoSuchUnit": Words(
        "没有代码为 %(uscc)s 的单位。请核对代码，或先登记这个单位。",
        "No unit has the code %(uscc)s. Check the code, or register the unit first.",
    ),
    "UnitNameFormula": Words(
        "单位名称不能以 = + - @ 开头，请填写登记的名称。",
        "A unit's name does not begin with = + - @; write it as it is registered.",
    ),
    "UnitNameMissing": Words(
        "请填写单位名称，最多 %(longest)s 个字。",
        "Give the unit's name, at most %(longest)s characters.",
    ),
    "PercentWrong": Words(
        "单位承担比例须在 0 到 100 之间，现为 %(percent)s。",
        "The unit's share lies between 0 and 100 percent, not %(percent)s.",
    ),
    "SchemeAltered": Words(
        "已发布的方案 %(scheme)s 与其摘要不符，数据库可能被改动。请停止使用并报告审计。",
        "The published scheme %(scheme)s does not match its digest; the database may have been"
        " altered. Stop and tell the auditor.",
    ),
    "PublishedOtherwise": Words(
        "方案 %(scheme)s 已按另一内容发布，已发布的方案不能修改。",
        "Scheme %(scheme)s stands published with other content, and is never edited.",
    ),
    "NoSuchScheme": Words(
        "%(year)s 年没有生效的方案。用 huzhu scheme list 查看。",
        "No scheme is in force in %(year)s. See huzhu scheme list.",
    ),
    "NoScheme": Words(
        "%(starts_on)s 没有生效的方案，请检查保障起始日。",
        "No scheme is in force on %(starts_on)s; check the day covers start.",
    ),
    "StartOutsideYear": Words(
        "保障起始日 %(starts_on)s 不在 %(year)s 年度内。",
        "Covers that start on %(starts_on)s do not belong to the benefit year %(year)s.",
    ),
    "ConfirmedAhead": Words(
        "单位确认日 %(confirmed_on)s 晚于今天（%(today)s），请填写单位实际确认花名册的日期。",
        "%(confirmed_on)s has not come yet (today is %(today)s); give the day on which the unit did"
        " confirm the roster.",
    ),
    "ConfirmedLongBefore": Words(
        "单位确认日 %(confirmed_on)s 过早：%(year)s 年度的花名册最早于 %(first)s 确认。",
        "%(confirmed_on)s is too early: a roster of %(year)s is confirmed on %(first)s at the"
        " earliest.",
    ),
    "ConfirmedNotToday": Words(
        "单位确认日只能是今天（%(today)s），不能填 %(confirmed_on)s。"
        "如单位更早已确认，请联系所属工会办理。",
        "The unit confirms today (%(today)s), not on %(confirmed_on)s. Where it had confirmed"
        " before, ask your union.",
    ),
    "YearIsOver": Words(
        "%(year)s 年度已结束，单位不能再报送该年度的花名册。如有疑问，请联系所属工会。",
        "The benefit year %(year)s is over, and a unit sends no roster for it any more. Ask your"
        " union if in doubt.",
    ),
    "AlreadyCovered": Words(
        "此人在 %(starts_on)s 至 %(ends_on)s 已有保障，不能重复参保，这一行不收费。",
        "This person is covered from %(starts_on)s to %(ends_on)s and cannot be covered twice; the"
        " row is not charged.",
    ),
    "CoveredElsewhere": Words(
        "此人在这段时间已由其他工会的单位参保，不能重复参保，这一行不收费。如有疑问，请联系市总工会。",
        "This person is covered in this time through another union's unit and cannot be covered"
        " twice; the row is not charged. Ask the city federation if in doubt.",
    ),
    "KeptAsItWas": Words(
        "姓名或银行账号与已登记的不同，没有更改：此人由其他工会的单位登记，或在那里的保障、申请尚未了结。"
        "如新的正确，请由本人或您向市总工会申请更改。",
        "The name or bank account differs from what is known and was not changed: another union's"
        " unit enrolled this person, or a cover or claim there is not over. If the new one is"
        " right, ask the city federation to change it; the member can ask too.",
    ),
    "OwnCardKept": Words(
        "银行账号与职工本人确认的不同，没有更改：补助金仍转入本人确认的银行卡。要换卡，由职工本人登录后更改。",
        "The bank account differs from the card that the member has confirmed and was not changed:"
        " benefits go to the confirmed card. The member can sign in and give another.",
    ),
    "OnOtherRoster": Words(
        "此人已在另一单位本年度的花名册上，那里尚未缴清。先缴清的单位算数，另一单位为此人缴的款退回其账上。",
        "On another unit's roster of this year already, not paid in full yet. The first that is"
        " paid counts; the other's money is credited back.",
    ),
    "OnRosterOf": Words(
        "此人已在“%(unit)s”本年度的花名册上，那里尚未缴清。先缴清的单位算数，另一单位为此人缴的款退回其账上。",
        "On this year's roster of %(unit)s already, not paid in full yet. The first that is paid"
        " counts; the other's money is credited back.",
    ),
    "CoveredTwice": Words(
        "有人的保障期会重叠，没有写入。请重试；若仍出现，请核对其他单位的花名册。",
        "Somebody would be covered twice on one day; nothing was written. Try again, and if it"
        " stays so, compare the other units' rosters.",
    ),
    "ReferenceUsed": Words(
        "流水号 %(reference)s 已入账，但金额或日期不同。请核对；没有写入。",
        "Money with the reference %(reference)s was received already, with another amount or day."
        " Nothing was written.",
    ),
    "OnStatement": Words(
        "对账单上已有这笔款（流水号 %(reference)s，同日同额）：请在对账单的待处理款项中认领。"
        "没有写入。",
        "The statement has this money (reference %(reference)s, same day and amount): say there"
        " whose it is. Nothing was written.",
    ),
    "TypedBefore": Words(
        "流水号 %(reference)s 的这笔款（同日同额）已按其他用途登记过，不能再算一次。登记无误的，"
        "请按登记的单位或工会及年度（追偿、退还的按其编号）认领，两者即并为一笔；登记有误的，"
        "请两人先撤销登记。没有写入。",
        "The money with the reference %(reference)s, of this day and amount, was typed in before as"
        " something else: it does not count twice. If that is right, say that the line is for the"
        " same unit or union and year (recovery, claim): the two become one. If it is wrong, two"
        " officers take it back first. Nothing was written.",
    ),
    "ReferenceMissing": Words("请填写银行流水号。", "Give the bank's reference."),
    "ReceivedAhead": Words(
        "到账日 %(received_on)s 晚于今天（%(today)s），请填写银行实际入账的日期。没有写入。",
        "%(received_on)s has not come yet (today is %(today)s); give the day on which the bank"
        " booked the money. Nothing was written.",
    ),
    "AmountNotPositive": Words("金额须大于 0。", "The amount must be more than 0."),
    "AmountWrong": Words(
        "“%(amount)s”不是金额，请写成 1234.50。",
        "“%(amount)s” is not an amount; write it like 1234.50.",
    ),
    "NoSuchOfficer": Words(
        "没有可办理此事的在用账号“%(login)s”。",
        "There is no active account “%(login)s” that may do this.",
    ),
    "ByMissing": Words("请用 --by 账号 说明由谁办理。", "Say who acts, with --by ACCOUNT."),
    "SetlIdIsRefund": Words(
        "此结算号是一笔退费的编号，不能又作结算单。",
        "This number is a refund's; it cannot be a bill's too.",
    ),
    "SetlIdOfAnother": Words(
        "此结算号以前属于另一人，请向医保局核实。",
        "This bill was another person's before; ask the bureau.",
    ),
    "OlderState": Words(
        "这是医保局以前送来的内容，之后已更正过；以较新的为准，无需处理。",
        "The bureau sent the bill like this before and has corrected it since: the newer state"
        " stands.",
    ),
    "RefundOfAnother": Words(
        "退费记录的身份证号与被退结算单的不同：已按结算单号作废，请核对。",
        "The ID on this refund is not that of the bill it names: the bill is undone, have a look.",
    ),
    "RefundOfUnknown": Words(
        "退费所指的结算单从未收到。若以后收到，将按已退费处理。",
        "The bill this refund undoes has not been received. Should it come, it counts as refunded.",
    ),
    "NoSuchMove": Words(
        "申请的状态已经改变，这一步不能再办。请刷新页面，看它到了哪一步。",
        "The claim stands elsewhere by now: this step is not open. Load the page again.",
    ),
    "Unbalanced": Words(
        "凭证借贷不平，没有写入。请报告系统维护人员。",
        "A journal entry does not balance; nothing was written. Tell your system's maintainers.",
    ),
}
