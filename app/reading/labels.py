"""What the lines of a settlement sheet are called, in the words of many places. Pure.

A text is a label only as a whole: "本年统筹累计支付" is not "统筹支付", and what is nearly a
label is none. Names that mean different lines in different places (报销合计, 合计) are left out;
where a name is taken for the wrong line all the same, the sums of the sheet do not agree
(`app.reading.figures`).
"""

import re
import unicodedata
from typing import Final

WORDS: Final = "words"
"""The total in words."""
DAYS_IN: Final = "days_in"
"""How many days the stay was."""

_PAID: Final = "(支付|支出|报销|补助|补偿)?(总额|金额|费用|额)?"
_FUND: Final = "(基金|资金|金)?" + _PAID
_PATTERNS: Final = {
    "fixmedins_name": "(定点|就诊|就医)?(医疗|医药)?(医院|机构)(名称)?",
    "begndate": "(入院|住院)(日期|时间)",
    "enddate": "出院(日期|时间)",
    "setl_time": "(医保|费用)?结算(日期|时间)",
    "medfee_sumamt": "(医疗|住院)?(总费用|费用?总额|费用(合计|总计|总金额)|总金额)(金额)?",
    "fulamt_ownpay_amt": "(全|完全|全额|个人|丙类)?自费(金额|费用|部分)?",
    "overlmt_selfpay": "超(过)?限(价|额)(自费|自付)?(金额|费用)?",
    "preselfpay_amt": "((乙类)?(个人)?先行?(自付|支付)|乙类(自理|自付))(金额|费用|部分)?",
    "inscp_scp_amt": "(符合)?(政策|医保|基本医疗(保险)?)?(目录|支付)?范围内?(医疗)?(金额|费用)",
    "act_pay_dedc": "(实际支付)?起付(线|标准|金额|费用)(金额|自付)?",
    "hifp_pay": "(城镇)?(职工|居民)?(基本)?(医疗|医保)?(保险)?统筹(基金)?(支付|支出|报销)(金?额)?",
    "hifob_pay": "(职工)?大额(医疗)?(费用)?(补助|救助|互助|补充)?(保险)?" + _FUND,
    "hifmi_pay": "(城乡)?(居民)?大病(医疗)?(补充)?(保险)?" + _FUND,
    "cvlserv_pay": "公务员(医疗)?(补助)?" + _FUND,
    "hifes_pay": "企业补充(医疗)?(保险)?" + _FUND,
    "maf_pay": "(民政)?(医疗)?救助" + _FUND,
    "oth_pay": "其[他它](基金|资金)?(支付|支出)(金额)?",
    "psn_part_amt": "个人(负担|承担|支付|自付)(总额|总金额|金额|合计|总计|费用)?",
    "acct_pay": "(个人|本人)?(医保)?账户(支付|支出)(金额)?",
    "psn_cash_pay": "(个人)?现金(支付|支出|自付)(金额)?",
    "acct_mulaid_pay": "(个人)?账户共济(支付|支出)(金额)?|家庭共济(账户)?(支付|支出)(金额)?",
    WORDS: r"(医疗费|总费用|费用)?(合计|总计|总额|总金额|金额)?[(]?(人民币)?大写[)]?",
    DAYS_IN: "(实际)?住院(天数|日数)",
}
_LABELS: Final = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_AT: Final = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS.values()))
_BEFORE: Final = re.compile(r"^(?:元|[(]?[0-9]{1,2}[).、]|其中[:,]?|本次|减[:])+")
"""元 is what an amount before it in the same text ended with."""
_AFTER: Final = re.compile(r"[(]元[)]|[:,;。]+$")


def plain(text: str) -> str:
    """A text without blanks, its signs the usual ones."""
    text = unicodedata.normalize("NFKC", text).replace("帐", "账").replace("圆", "元")
    return re.sub(r"\s+", "", text)


def label_of(text: str) -> str | None:
    """The line that a whole text names, if it names one and no other."""
    told = _AFTER.sub("", _BEFORE.sub("", _AFTER.sub("", text)))
    found = [name for name, pattern in _LABELS.items() if pattern.fullmatch(told)]
    return found[0] if len(found) == 1 else None
