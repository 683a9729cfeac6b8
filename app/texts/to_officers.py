"""What an officer reads of an explanation where the sentence of `app.texts.steps` says "you".

The same names, the same figures; the rest of the explanation is the member's, word for word.
"""

from typing import Final

from app.texts import Words

TO_OFFICERS: Final[dict[str, Words]] = {
    "cover": Words(
        "%(day_name)s %(day)s，在该职工 %(starts_on)s 至 %(ends_on)s 的保障期内。",
        "The %(day_name)s, %(day)s, lies in the member's cover from %(starts_on)s to %(ends_on)s.",
    ),
    "borne": Words(
        "再看职工本人在范围内负担多少：%(sum)s = %(borne)s。",
        "Then, what the member bears inside the scope: %(sum)s = %(borne)s.",
    ),
    "base_borne": Words(
        "两者中较小的是职工本人负担的部分，补助基数是 %(base)s。",
        "The smaller of the two is what the member bears: the base is %(base)s.",
    ),
    "base_zero": Words(
        "没有留下需要职工负担的部分，补助基数是 %(base)s。",
        "Nothing is left for the member to bear: the base is %(base)s.",
    ),
    "does_not_add_up": Words(
        "注意：按方案重新计算的结果与记录的金额不一致。发放之前请用 huzhu replay 核对该年度。",
        "Note: computing it again by the scheme gives another amount than the one recorded. "
        "Check the year with huzhu replay before anything is paid.",
    ),
    "care_not_paid": Words(
        "该职工的这一期保障（《%(scheme)s 年度方案》）不包括%(care)s。",
        "This cover of the member (%(scheme)s scheme) does not include %(care)s.",
    ),
    "no_cover": Words(
        "%(day_name)s %(day)s 不在该职工的任何一期保障内。",
        "The %(day_name)s, %(day)s, lies in none of the member's covers.",
    ),
    "do_refunded": Words(
        "不用办理：医院重新结算后，新的结算单到达时会自动计算。",
        "Nothing is to be done: if the hospital settles again, the new bill is computed when it "
        "arrives.",
    ),
    "do_held_injury": Words(
        "请向职工了解受伤经过：是否在工作中，是否应由他人负责，记下职工的说明，再由两名经办人员审定。",
        "Ask the member how it happened, whether at work, and whether somebody else is liable; "
        "write it down. Then two officers decide.",
    ),
    "do_held": Words(
        "由两名经办人员审定，审定之前不会发放。需要材料时请联系职工。",
        "Two officers decide; nothing is paid before. Ask the member where papers are needed.",
    ),
    "do_not_in_scheme": Words(
        "如果医疗类别写错了，请职工找医院或医保局更正；更正后的结算单会自动重新计算。",
        "If the kind of care is wrong, the member asks the hospital or the insurance bureau to "
        "correct it; the corrected bill is computed again by itself.",
    ),
    "do_unknown_med_type": Words(
        "请向医保局核对这个代码；更正后的结算单会自动重新计算。",
        "Ask the insurance bureau about this code; a corrected bill is computed again by itself.",
    ),
    "do_no_cover": Words(
        "请核对单位的花名册和缴费。包含这一天的保障生效后，会自动重新计算。",
        "Check the unit's roster and its payment. Once a cover begins that holds this day, the "
        "bill is computed again by itself.",
    ),
    "do_waiting": Words(
        "续保没有等待期。如果职工以前参加过保障，请核对单位确认花名册的日期。",
        "A renewal does not wait. If the member was covered before, check the day on which the "
        "unit confirmed its roster.",
    ),
    "do_date_missing": Words(
        "请医保局补充日期；补充后的结算单会自动重新计算。",
        "Ask the insurance bureau for the date; the bill is computed again by itself once it has "
        "come.",
    ),
    "do_declined": Words(
        "如果职工不同意，可以由两名经办人员重新审定。",
        "If the member does not agree, two officers can decide again.",
    ),
}
