"""Words for programs' tokens, and what a program's maker reads of the interface."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "TokenWrong": Words(
        "没有有效的接口令牌。请在请求头写明 Authorization: Bearer 令牌；令牌可能已到期、"
        "已撤销，或经办人员尚未同意。",
        "There is no token that counts. Send the header Authorization: Bearer TOKEN; it may have"
        " ended or been revoked, or its officer has not agreed yet.",
    ),
    "TokenInAddress": Words(
        "令牌不得写在网址里：网址会被记录。请撤销这个令牌，另开一个，写在请求头里。",
        "A token must not stand in an address: addresses are kept. Revoke this one, make another"
        " and send it in the header.",
    ),
    "TokenTooOften": Words(
        "请求太频繁：每个令牌每分钟最多 %(most)d 次。请一分钟后再试。",
        "Too many requests: at most %(most)d a minute for a token. Try again in a minute.",
    ),
    "ScopeMissing": Words(
        "这个令牌没有“%(scope)s”权限。", "This token may not do this: it lacks “%(scope)s”."
    ),
    "MayNotMakeToken": Words(
        "不能开这个令牌：职工和单位经办人为自己开；给医保部门的由安全管理员开，须指定一位市总工会经办人员。",
        "This token cannot be made: members and units' contacts make their own; one for a bureau"
        " is made by the security administrator and names an officer of the city federation.",
    ),
    "TokenUnnamed": Words(
        "请写明令牌给哪个系统用，最多 %(longest)d 个字。",
        "Say what uses the token, in at most %(longest)d characters.",
    ),
    "TokenScopes": Words(
        "请至少勾选一项权限。", "Choose at least one thing that the token may do."
    ),
    "TokenDays": Words(
        "令牌的有效期为 1 至 %(most)d 天。", "A token is good for 1 to %(most)d days."
    ),
    "TooManyTokens": Words(
        "同时有效的令牌最多 %(most)d 个。请先撤销不用的。",
        "At most %(most)d tokens count at once. Revoke those that nobody uses.",
    ),
    "NoSuchToken": Words("没有这个令牌。", "There is no such token."),
    "NotFound": Words(
        "没有这项内容，或者不在这个令牌的范围内。",
        "There is no such thing, or it is not for this token.",
    ),
    "NotAsDescribed": Words(
        "请求与接口说明不符。", "The request is not as the description of the interface says."
    ),
    "FieldNotAsDescribed": Words(
        "“%(field)s”缺少、多余或格式不对。",
        "“%(field)s” is missing, unknown or not of the kind that is described.",
    ),
    "KeyUsedAgain": Words(
        "这个 Idempotency-Key 已用于内容不同的请求。内容有变，请换一个新的键。",
        "This Idempotency-Key came before with other content. Give other content a key of its own.",
    ),
    "MethodWrong": Words(
        "这个地址不接受这种请求方法。", "This address does not take this kind of request."
    ),
    "BodyTooLarge": Words("发送的内容太大。", "What was sent is too large."),
    "BodyOfOtherKind": Words(
        "请求内容的类型（Content-Type）不对。", "The body's kind (Content-Type) is not taken here."
    ),
    "BrokeDown": Words(
        "系统出错，没有改动任何内容。请稍后再试；再次出现时请告知编号 %(number)s。",
        "Something went wrong on our side. Nothing was changed. Try again later; if it happens"
        " again, tell us the number %(number)s.",
    ),
    "ApiTitle": Words("huzhu 互助：数据接口", "huzhu: the interface for programs"),
    "ApiAbout": Words(
        "供单位人事系统、医保部门和职工本人的程序使用。每次请求须带请求头"
        " `Authorization: Bearer TOKEN`（`TOKEN` 换成令牌）；"
        "令牌在网页“我的账号”下的“接口令牌”页开，"
        "不得写进网址，`Cookie` 也不认。"
        "金额有两种：以 `_fen` 结尾的是整数分，同名不带 `_fen` 的是元（文本）。日期按 `ISO 8601`。"
        "办不成的事按 `RFC 9457` 回答，说明文字随 `Accept-Language`（`zh` 或 `en`）。",
        "For units' HR systems, bureaus and members' own programs. Every request sends the header"
        " `Authorization: Bearer TOKEN`. Tokens are made on the page “Tokens for programs” under"
        " “My account”; none is taken from an address, and no cookie is. Amounts come twice: names"
        " ending in `_fen` are whole fen, the same name without it is yuan, as text. Days are"
        " ISO 8601. What cannot be done is answered as RFC 9457 says, worded by `Accept-Language`"
        " (`zh` or `en`).",
    ),
    "ApiServer": Words("本系统", "This system"),
    "ApiProblem": Words("办不成，原因见内容", "It cannot be done; the answer says why"),
    "ApiDone": Words("办成", "Done"),
    "ApiScope": Words("所需权限", "Needs the scope"),
    "ApiSends": Words("发送", "Sends"),
    "ApiGets": Words("返回", "Gets"),
    "ApiFile": Words("文件", "a file"),
    "ApiFields": Words("各类内容的字段", "The fields of each kind"),
    "ApiRequired": Words("必填", "required"),
    "ApiOtherLanguage": Words("English", "中文"),
    "ApiWhole": Words("`OpenAPI` 说明（JSON）", "The OpenAPI document (JSON)"),
    "ApiToStart": Words("返回首页", "To the start page"),
    "ApiTag_member": Words("职工", "Members"),
    "ApiTag_unit": Words("单位", "Units"),
    "ApiTag_bureau": Words("医保部门", "Bureaus"),
    "FeedFileGone": Words(
        "文件已过保存期，请重新发送。",
        "The file was kept for some days and is gone. Send it again.",
    ),
    "FeedTokenRevoked": Words(
        "报送所用的令牌已撤销，文件未处理。请用有效的令牌重新发送。",
        "The token it was sent with was revoked; nothing of the file was taken. Send it again with"
        " a token that counts.",
    ),
    "FeedGivenUp": Words(
        "多次尝试后仍未能办理（编号 %(number)d），没有写入任何内容。请联系系统管理员。",
        "Taking it failed again and again (number %(number)d); nothing of it was written. Tell the"
        " system's administrator.",
    ),
    "FeedsOfTheDay": Words(
        "一天最多收 %(most)d 个文件。请明天再发。",
        "At most %(most)d files a day. Send the next one tomorrow.",
    ),
    "ApiTag_claims": Words("职工的补助申请", "Members' claims"),
    "Api_member.cover": Words(
        "我的保障：起止、谁交的费、等待期、各项限额的余额",
        "My cover: from, to, who paid, waiting, what is left of each cap",
    ),
    "Api_claims.listed": Words(
        "我的补助申请，分页（`after` 填上一页的 `following`）",
        "My claims, page by page (`after`: the `following` of the page before)",
    ),
    "Api_claims.show": Words(
        "一件申请：计算步骤、进度、发放", "One claim: its computation, its way, its payments"
    ),
    "Api_claims.consent": Words(
        "提交申请前须征得同意的文字和版本", "The text to be agreed to when a claim is filed"
    ),
    "Api_claims.file": Words(
        "提交补助申请（同一 `Idempotency-Key` 只办一次）",
        "File a claim (the same `Idempotency-Key` files once)",
    ),
    "Api_unit.show": Words(
        "本单位：各年度应缴、到账、欠缴", "The unit: what is due, received and missing, by year"
    ),
    "Api_unit.notice": Words("缴费通知书（PDF）", "The payment notice (PDF)"),
    "Api_unit.send": Words(
        "上传花名册（同一 `Idempotency-Key` 只收一次；`confirmed_on` 只能是今天，可不填；"
        "已结束的年度不收）",
        "Send a roster (the same `Idempotency-Key` is one file; `confirmed_on` is today or left"
        " out; none for a year that is over)",
    ),
    "Api_unit.sent": Words("上传过的花名册，分页", "Rosters sent, page by page"),
    "Api_unit.roster": Words(
        "一份花名册：核对结果、与上年的差异、应缴",
        "One roster: what was found, the difference to last year, what is due",
    ),
    "Api_unit.confirm": Words("确认参保", "Confirm a roster that was checked"),
    "Api_unit.discard": Words("放弃这份花名册", "Discard a roster that was checked"),
    "Api_unit.change": Words(
        "报送人员增减，由经办人员确认", "Hand in joiners and leavers; an officer confirms them"
    ),
    "Api_unit.changes": Words("一份人员增减的办理结果", "What became of joiners and leavers"),
    "Api_bureau.send": Words(
        "报送医保结算文件（CSV），由系统随后办理", "Send a settlement file (CSV); it is taken soon"
    ),
    "Api_bureau.report": Words("一个结算文件的办理结果", "What became of a settlement file"),
}
"""Names that begin with `Api_` are an operation's: its endpoint follows."""
FIELDS_SAID: Final[dict[str, Words]] = {
    "stated_setl_id": Words("结算单上的结算编号", "the number on the sheet"),
    "med_type": Words(
        "医疗类别：21 普通住院，14 门诊慢性病，25 异地住院，24 急诊转住院，28 日间手术，22 外伤",
        "21 a stay in hospital, 14 chronic illness as an outpatient, 25 a stay in another city, "
        "24 emergency care that became a stay, 28 day surgery, 22 an injury",
    ),
    "fixmedins_name": Words("医院", "hospital"),
    "begndate": Words("入院日期", "day of admission"),
    "enddate": Words("出院日期", "day of discharge"),
    "setl_time": Words("结算时间", "time of settlement"),
    "dise_codg": Words("病种代码", "illness code"),
    "invono": Words("发票号码", "number of the invoice"),
    "medfee_sumamt": Words("医疗费总额", "total of the bill"),
    "fulamt_ownpay_amt": Words("全自费", "wholly own cost"),
    "overlmt_selfpay": Words("超限价自费", "over the price limit"),
    "preselfpay_amt": Words("先行自付", "own share first"),
    "inscp_scp_amt": Words("医保范围内费用", "inside the scope of basic insurance"),
    "act_pay_dedc": Words("起付线", "deductible"),
    "hifp_pay": Words("基本医保统筹基金支付", "paid by the basic fund"),
    "cvlserv_pay": Words("公务员医疗补助支付", "paid by the civil servants' subsidy"),
    "hifes_pay": Words("企业补充医疗保险支付", "paid by the enterprise's supplement"),
    "hifmi_pay": Words("大病保险支付", "paid by major-illness insurance"),
    "hifob_pay": Words("职工大额医疗支付", "paid by the large-sum fund"),
    "maf_pay": Words("医疗救助支付", "paid by medical aid"),
    "oth_pay": Words("其他支付", "paid by others"),
    "psn_part_amt": Words("个人负担总金额", "borne by the person, in all"),
    "acct_pay": Words("其中：个人账户", "of it, from the own account"),
    "psn_cash_pay": Words("其中：现金", "of it, in cash"),
    "acct_mulaid_pay": Words("其中：亲属账户", "of it, from a relative's account"),
    "consent": Words(
        "职工同意的文字的版本，取自 `/api/v1/my/claims/consent`",
        "the version of the text that the member agrees to, from `/api/v1/my/claims/consent`",
    ),
    "injury": Words(
        "有没有单位或别人应当负责，外伤必填",
        "whether somebody else is liable; needed for an injury",
    ),
}
"""What a settlement sheet's fields are; amounts are sent under these names with `_fen` behind."""
