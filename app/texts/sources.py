"""The source sentences of the schemes that came with the program, in both languages.

A scheme cites its sources in the words of whoever wrote it. What stands here is shown in the
reader's language; what does not (a year opened later) is shown as it was written.
"""

from typing import Final

from app.texts import Words

_PAIRS: Final = (
    ("90 yuan a head, of which unit and worker together 60", "每人每年90元，其中单位和职工共60元"),
    ("75 yuan a head, of which unit and worker together 50", "每人每年75元，其中单位和职工共50元"),
    ("30 days of waiting at the first enrolment", "首次参保等待期30天"),
    (
        "30 % of 0 to 1,000 yuan, 50 % above 1,000",
        "0至1000元部分补助30%，1000元以上部分补助50%",
    ),
    (
        "inpatient … 50 % is paid, at most 100,000 yuan a person a year",
        "住院 … 补助比例为50%，每人年度累计最高补助金10万元",
    ),
    (
        "chronic outpatient care: 20 %, at most 3,000 yuan a member a year",
        "门诊慢性病补助比例为20%，每人年度最高3000元",
    ),
    (
        "the fund began in October 2019 (published); the exact days",
        "基金于2019年10月开始（已公布）；具体日期为约定",
    ),
    (
        "a cover runs 12 months; from 29 February to 28 February",
        "保障期为12个月；从2月29日起的，到次年2月28日止",
    ),
    ("no cap is published for 2019: none", "2019年没有公布最高限额：不设限额"),
    ("the bands run over the whole stay", "分段比例按整次住院计算"),
    (
        "the base is what basic insurance and major-illness insurance left",
        "补助基数是基本医保和大病保险报销后剩余的部分",
    ),
    ("the base is what basic insurance left", "补助基数是基本医保报销后剩余的部分"),
    (
        (
            "the union pays the rest of the contribution; the neighbouring Nanyang says so for the "
            "same 90 yuan: one third"
        ),
        "其余由工会补助；邻市南阳同样的90元也是工会承担三分之一",
    ),
    (
        (
            "confirmed at most 90 days after the last day of the previous cover: a renewal; "
            "counted to the confirmation, so that late money does not punish a member"
        ),
        "上一期保障结束后90天内确认名单的算续保；按确认日计算，不因缴费晚而影响职工",
    ),
    (
        "a cover keeps its start if unit's and worker's part is fully received by then",
        "单位和职工应缴部分到期前全部到账的，保障按原定日期开始",
    ),
    (
        "90 days after the later of cover end and settlement; later goes to a person",
        "保障结束和结算两者中较晚的一天起90天内；超过的由工作人员处理",
    ),
    ("the deductible stays in the base, unlike in Nanyang", "起付线计入补助基数（与南阳不同）"),
    (
        "a stay falls under the cover that holds its discharge, and waits by its admission",
        "住院按出院日期归入保障期，等待期看入院日期",
    ),
    ("the calendar year", "按自然年度"),
    (
        "what was not said to change stayed as in 2019: 30 days at the first enrolment",
        "没有说明变更的沿用2019年：首次参保等待期30天",
    ),
    ("each bill stands by itself", "每张结算单单独计算"),
    (
        "a chronic bill falls under the cover that holds its settlement, and waits by it",
        "门诊慢性病按结算日期归入保障期，等待期也看结算日期",
    ),
    ("the waiting time is abolished", "取消等待期"),
    ("what was not said to change stayed as in 2021", "没有说明变更的沿用2021年"),
    ("a cover runs with the calendar year", "保障期为自然年度"),
    (
        "from 2023 on, after 2024 too, until another scheme starts",
        "自2023年起，2024年以后继续适用，直到新方案开始",
    ),
    ("what was not said to change stayed as in 2022: none", "没有说明变更的沿用2022年：没有等待期"),
    ("borne by the member himself", "职工本人负担的部分"),
    (
        "the base is the smaller of what insurance left and what the member bears, never below 0",
        "补助基数取医保报销后剩下的和本人负担的两者中较小的，不小于 0",
    ),
    (
        "a benefit year is the calendar year in which the cover starts",
        "补助年度是保障开始之日所在的自然年度",
    ),
    (
        "a settlement that the bureau undoes pays nothing, and what was granted is reversed",
        "医保局撤销的结算单不予补助，已计算的予以冲回",
    ),
    (
        (
            "inpatient and chronic outpatient care are paid; injury and special diseases wait for "
            "a person; other kinds are not paid"
        ),
        "补助住院和门诊慢性病；外伤和特殊病由工作人员处理；其他类别不补助",
    ),
    ("assumption of this system", "本系统约定"),
    ("set when this year was opened", "开启本年度时确定"),
    ("opened from the scheme before it", "由上一方案开启"),
    ("the national interface's code table", "国家医保接口代码表"),
    ("the fund's report on its first five years", "基金五年工作报告"),
    *(
        (
            f"the fund's report on its first five years, {year} scheme",
            f"基金五年工作报告，{year}年方案",
        )
        for year in (2019, 2021, 2022, 2023)
    ),
)

_NARROW: Final = str.maketrans("，；：（）", ",;:()")

SOURCES: Final = {
    text: Words(zh, en) for en, zh in _PAIRS for text in (en, zh, zh.translate(_NARROW))
}
"""By either language's sentence, its Chinese commas wide or narrow: schemes are typed both ways."""


def said(source: str, lang: str) -> str:
    """A source's sentence in `lang`, or as it was written."""
    words = SOURCES.get(source)
    if words is None:
        return source
    return words.en if lang == "en" else words.zh
