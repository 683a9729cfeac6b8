"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Unions (工会): the city federation's, its counties' and districts'.": (
        "工会：市总工会和各区县工会。"
    ),
    "Add a county's or district's union.": "新增一个区县工会。",
    "The union's name.": "工会名称。",
    "The union above it, by name. Default: the officer's own.": (
        "上级工会的名称；默认为经办人员所在的工会。"
    ),
    "All unions but units' own.": "列出工会（单位自己的工会除外）。",
    "This unit's own union, instead of --union: who files for its members.": (
        "本单位工会（代替 --union）：为本单位职工代办申请的人。"
    ),
    "The union the person belongs to, by name. Default: the city's.": (
        "所属工会的名称；默认为市总工会。"
    ),
    "The file's columns: social credit code (统一社会信用代码), name (单位名称),"
    " contact person (联系人), phone (联系电话); may have: district union (所属工会),"
    " the unit's share in percent (单位承担比例), bank account (银行账号), bank (开户行).": (
        "文件须有的列（按列名识别）：统一社会信用代码、单位名称、联系人、联系电话；可有：所属工会、"
        "单位承担比例、银行账号、开户行。"
    ),
    "The file (.xlsx or CSV) has the ID numbers in a column (身份证号).": (
        "文件（.xlsx 或 CSV）须有一列身份证号。"
    ),
    "Ask that a unit be registered; another officer approves.": (
        "为单位申请登记，由另一位经办人员批准。"
    ),
    "The union of its county or district, by name.": "所属区县工会的名称。",
    "The contact person's name.": "联系人姓名。",
    "The contact person's phone.": "联系人电话。",
    "The unit's own bank account, for refunds.": "单位自己的银行账号，退费用。",
    "The bank of that account.": "开户行。",
    "Ask that a unit's name, union, share or bank account change.": (
        "申请变更单位名称、所属工会、承担比例或银行账号。"
    ),
    "From this day on. Default: today.": "从这一天起；默认为今天。",
    "The new name.": "新名称。",
    "The union of its new county or district, by name.": "新的区县工会的名称。",
    "The unit's new share.": "单位新的承担比例。",
    "Ask that a person act for a unit; the old contact's account ends.": (
        "申请指定单位联系人；批准后原联系人的账号停用。"
    ),
    "Ask that a unit go into another, with its people and money.": (
        "申请把一个单位并入另一个，职工和资金随之转入。"
    ),
    "The unit that it goes into.": "并入哪个单位。",
    "Ask that people of a unit, by a file of ID numbers, go to another.": (
        "申请把文件中所列身份证号的职工转到另一个单位。"
    ),
    "The unit that they go to.": "转到哪个单位。",
    "The officer who approves.": "批准的经办人员，须输入本人密码。",
    "The officer who refuses.": "不批准的经办人员，须输入本人密码。",
    "What waits for another officer's word, by number.": "列出待批准的申请及编号。",
    "Approve what another asked for; a number, or a file's SHA-256.": (
        "批准他人的申请：写编号，或文件的 SHA-256（整份批准）。"
    ),
    "Refuse what was asked for, with a reason.": "不批准申请，并写明原因。",
    "Why; who asked reads it.": "原因，申请人会看到。",
    "Take back what one has asked for.": "撤回自己的申请。",
    "Give a unit's contact a first password, shown once.": "给单位联系人一个首次密码，只显示一次。",
    "What units were on a day, as it was known on a day.": "某一天各单位的情况，按某一天所知。",
    "Ask that the units of a file be registered (.xlsx or CSV).": (
        "按文件（.xlsx 或 CSV）成批申请登记单位。"
    ),
}
