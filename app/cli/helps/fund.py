"""Help of the fund's first commands."""

from typing import Final

HELP: Final = {
    "Show this message and exit.": "显示本说明。",
    "Print one JSON object.": "以一个 JSON 对象输出。",
    "The language of the answer.": "用哪种语言回答。",
    "The officer who acts.": "经办人员。",
    "The officer or auditor who acts.": "经办人员或审计人员。",
    "Benefit year.": "保障年度。",
    "The medical mutual-aid fund, from roster to proof. Exit 0 done, 1 rows listed, 2 refused.": (
        "职工医疗互助保障，从花名册到审计。退出码 0 完成，1 有列出的行，2 未受理。"
    ),
    # account
    "Accounts of officers, members and auditors.": "经办人员、职工、审计人员的账号。",
    "Make an account. Without --password-fd the password is asked for.": (
        "开账号。不给 --password-fd 时会询问密码。"
    ),
    "Sign-in name.": "登录名。",
    "The person's name.": "姓名。",
    "What the person may do.": "角色：经办、承办、职工、审计、管理员。",
    "Which member this is, by ID number; members must say.": "本人身份证号；职工必须填写。",
    "Read it from there.": "从这个文件描述符读密码。",
    "Take an account away; it is out with its next request.": "停用账号。立即生效。",
    "All accounts.": "所有账号。",
    "Give an account its right and scope; 'none' takes the right away.": (
        "给账号授权并指定管辖范围；none 表示撤销权限。"
    ),
    "Let an account set its second step of signing in anew.": "让账号重新设置第二步验证。",
    "What was changed of accounts and rights, and by whom; the newest first.": (
        "账号和权限的变更记录，最新的在前。"
    ),
    "How many changes.": "显示多少条。",
    "Set a new password; the account's sessions end.": "更换密码。原有登录随即失效。",
    # balance, bundle, verify
    "The trial balance of a benefit year, or of what was booked in a year.": (
        "试算平衡：按保障年度，或按入账年份。"
    ),
    "By booking day (calendar year).": "按入账日期（自然年）。",
    "Write the audit bundle of benefit years, or of a calendar year.": (
        "输出一个或几个保障年度、或一个公历年的审计资料包。"
    ),
    "The calendar year that accounts close by, and all benefit years it has entries of.": (
        "按公历年（会计年度），含该年有记账的各保障年度。"
    ),
    "The file to write; must not exist.": "要写的文件，不能已存在。",
    "Check an audit bundle, with this program's verifier.": "核对审计资料包。",
    # cover
    "Covers (参保记录).": "参保记录。",
    "Who was covered on a day, on whose money, as it was known on a day.": (
        "某日有保障的人、由谁缴费，按另一日所知。"
    ),
    "As known at the end of this day. Default: now.": "按这一日日终所知。默认为现在。",
    "A CSV file with every cover, ID numbers masked; must not exist.": (
        "每人一行的 CSV 文件，身份证号已遮盖；不能已存在。"
    ),
    # claims
    "Claims (补助申请).": "补助申请。",
    "A claim that looks like the same bill and is not.": "看上去相同、经核对不同的申请。",
    "The claims that stand in one state, oldest first; no names, no IDs.": (
        "处于某一状态的申请，最早的在前；不含姓名和身份证号。"
    ),
    "Where the claims stand.": "申请的状态。",
    "At most so many.": "最多列出多少件。",
    "A filed claim is not paid: its papers do not bear it, or miss.": (
        "退回申请，不予补助：材料不符，或者不全。"
    ),
    # contributions
    "Contributions (互助金).": "互助金。",
    "Book money received from a unit; covers begin by the rule.": (
        "登记单位缴来的款；保障按规则开始。"
    ),
    "Take typed money back that was entered wrongly. Two officers.": (
        "撤销登记有误的手工收款，须两人办理。"
    ),
    "The unit's social credit code.": "单位的统一社会信用代码。",
    "Yuan, like 1234.50.": "金额（元），如 1234.50。",
    "The day the bank booked it.": "银行入账日期。",
    "The bank's reference; the same again changes nothing.": "银行流水号；重复登记没有变化。",
    "Book money from the officer's union: its part of contributions, gifts.": (
        "登记经办人员所属工会的款：工会补助、赠送保障。"
    ),
    "Yuan, like 25000.00.": "金额（元），如 25000.00。",
    # demo
    "The demonstration city (演示城市).": "演示城市。",
    "Play a whole year of an office on an empty fund, and check it.": (
        "在空的基金上演示经办机构的一整年，并核对结果。"
    ),
    "Which year.": "演示哪一年（种子）。",
    "Fill an empty fund with a made-up city. Whole or not at all.": (
        "在空的基金中载入虚构的城市。要么全部载入，要么都不载入。"
    ),
    "small: 40 units, three years; full: the fund's published size, five years.": (
        "small：40 个单位、三年；full：公布的规模、五年。"
    ),
    # determine, drain, rebuild, replay
    "Compute what settlements are paid under covers, by the schemes of this program.": (
        "按本程序的方案，计算结算单在保障下应补助多少。"
    ),
    "CSV: who is covered, from when to when.": "CSV：谁、从哪天到哪天有保障。",
    "CSV: the bureau's settlements.": "CSV：医保结算单。",
    "CSV to write: a determination a row.": "要写的 CSV：每行一个理算结果。",
    "Do all due work now, by the code the workers run.": "立即办理所有到期的工作。",
    "Remake everything mutable from the facts, and say what differed.": (
        "由记录重建所有可变的数据，并列出不符之处。"
    ),
    "Recompute every determination of a benefit year from what is stored.": (
        "按保存的数据重算一个保障年度的所有理算结果。"
    ),
    "Of every year there is.": "所有年度。",
    "Also list what a full recomputation would change.": "同时列出全部按序重算会变的申请。",
    # gift
    "Gift campaigns (赠送保障活动).": "赠送保障活动。",
    "Give covers to the people of a roster (.xlsx or CSV).": (
        "向花名册（.xlsx 或 CSV）上的人赠送保障。"
    ),
    "The campaign's name.": "活动名称。",
    "When the covers start.": "保障从哪天开始。",
    "When the list was confirmed; default: today.": "名单确认日期；默认今天。",
    "Where to write the copy with the reasons.": "标注原因的副本写到哪里。",
    "Say what would happen and write nothing.": "只试算，不写入。",
    "All campaigns, with the places given.": "所有活动及已赠送的名额。",
    "Open a campaign: so many covers that the union gives.": "开启活动：工会赠送若干份保障。",
    "How many covers.": "多少份保障。",
    "How long each runs, 1 to 12.": "每份多少个月，1 到 12。",
    "The first day covers may start.": "最早的起保日期。",
    "The last day covers may start.": "最晚的起保日期。",
    "What it pays: inpatient, chronic; may stand twice.": (
        "补助哪些：inpatient 住院、chronic 门诊慢性病；可写两次。"
    ),
    "Who pays, by name: the officer's own union, or one below.": (
        "由哪个工会出资（名称）；默认本工会，也可为所属工会。"
    ),
    "What the union pays a cover, in yuan; default: the whole contribution.": (
        "工会每份承担多少元；默认全部互助金。"
    ),
    # payments
    "Payments to members (发放).": "发放。",
    "Send all that is payable to the bank. Two officers, one file.": (
        "把应发放的交银行。两位经办人员，一个文件。"
    ),
    "The file for the bank; must not exist.": "交银行的文件，不能已存在。",
    "The second officer.": "批准的第二位经办人员。",
    "Read the second officer's password from there instead of asking.": (
        "从这个文件描述符读第二位经办人员的密码，不再询问。"
    ),
    "How the file is written.": "文件编码。",
    "The day the batch is made. Default: today.": "制单日期；默认今天。",
    "Take the bank's answer. The same file again changes nothing.": (
        "导入银行的回盘文件。重复导入没有变化。"
    ),
    "Make a batch's file again, to the byte, where it was lost.": (
        "重新输出丢失的批次文件，逐字节相同。"
    ),
    # roster
    "Rosters (花名册).": "花名册。",
    "Enrol the people of a roster (.xlsx or CSV).": "为花名册（.xlsx 或 CSV）上的人参保。",
    "When covers start; default: the year's first day.": "保障从哪天开始；默认当年第一天。",
    "When the unit confirmed it; default: today.": "单位确认日期；默认今天。",
    "The unit's share this time.": "这一次的单位承担比例。",
    "Where to write a copy of the refused rows alone.": "只含不收的行的副本写到哪里。",
    "Write an empty roster to fill in (.xlsx).": "输出空白花名册模板（.xlsx）。",
    # scheme
    "The yearly schemes (年度互助保障方案).": "年度互助保障方案。",
    "The published schemes.": "已公布的方案。",
    "The scheme for covers that start in YEAR, every figure with its source.": (
        "在 YEAR 年起保适用的方案，每个数字都有出处。"
    ),
    # settlements
    "Settlements of basic insurance (医保结算单).": "医保结算单。",
    # unit
    "Employers' units (参保单位).": "参保单位。",
    "Register a unit.": "登记单位。",
    "Unified social credit code (GB 32100).": "统一社会信用代码（GB 32100）。",
    "The unit's name.": "单位名称。",
    "What part of the unit-and-worker contribution the unit pays.": (
        "单位和职工应缴部分中，单位承担的百分比。"
    ),
    "All units.": "所有单位。",
}
