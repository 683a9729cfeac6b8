"""The sentences of an explanation: one a step of the computation, and one a refusal.

A key is the step's name in `app.texts.explain`; `do_…` says what the person can do.
"""

from typing import Final

from app.texts import Words
from app.texts.declined import DECLINED

CARES: Final = {
    "inpatient": Words("住院", "inpatient care"),
    "chronic": Words("门诊慢性病", "chronic outpatient care"),
}

FIELDS: Final = {
    "inscp_scp_amt": Words("医保范围内费用", "costs inside the insurance's scope"),
    "hifp_pay": Words("基本医保支付", "paid by basic insurance"),
    "hifob_pay": Words("职工大额医疗支付", "paid by large-sum insurance"),
    "hifmi_pay": Words("大病保险支付", "paid by major-illness insurance"),
    "psn_part_amt": Words("个人负担", "borne by the person"),
    "fulamt_ownpay_amt": Words("全自费", "wholly own"),
    "overlmt_selfpay": Words("超限价自费", "over the price limit"),
    "preselfpay_amt": Words("先行自付", "own share first"),
}

DAYS: Final = {
    "admitted_on": Words("入院日期", "day of admission"),
    "discharged_on": Words("出院日期", "day of discharge"),
    "settled_on": Words("结算日期", "day of settlement"),
}

FIGURES: Final = {
    "covers_starting": Words("适用哪一年的方案", "which scheme applies"),
    "waiting_days": Words("等待期", "waiting time"),
    "renewal_gap_days": Words("续保", "renewal"),
    "term_months": Words("保障期限", "term of cover"),
    "deducts": Words("补助基数", "base"),
    "exclude_deductible": Words("起付线", "deductible"),
    "bands": Words("补助比例", "share paid"),
    "cap_fen": Words("年度最高补助金", "yearly cap"),
    "per_stay": Words("同一次住院合并计算", "one stay, one sum"),
    "falls_on": Words("结算单归入哪一期保障", "which cover a bill falls under"),
    "waits_by": Words("等待期看哪一天", "the day that waiting goes by"),
}

GENERAL: Final = {
    "borne": Words("补助基数：个人实际负担", "base: what the person really bears"),
    "smaller": Words("补助基数取两者中较小的", "base: the smaller of the two"),
    "benefit_year": Words("年度额度按保障开始的年份计", "a year's cap goes by the cover's start"),
    "refunds": Words("退费结算", "refunded bills"),
    "med_types": Words("医疗类别表", "table of kinds of care"),
}
"""Rules that hold for every scheme."""

WORDS: Final[dict[str, Words]] = {
    **DECLINED,
    "care": Words(
        "这张结算单的医疗类别代码是 %(med_type)s，按“%(care)s”计算。",
        "The bill's kind of care has the code %(med_type)s: it counts as %(care)s.",
    ),
    "cover": Words(
        "%(day_name)s %(day)s，在您 %(starts_on)s 至 %(ends_on)s 的保障期内。",
        "The %(day_name)s, %(day)s, lies in your cover from %(starts_on)s to %(ends_on)s.",
    ),
    "scheme": Words(
        "保障从 %(starts_on)s 开始，所以适用《%(scheme)s 年度方案》。",
        "The cover starts on %(starts_on)s, so the %(scheme)s scheme applies.",
    ),
    "no_waiting": Words(
        "这一期保障没有等待期。",
        "This cover has no waiting time.",
    ),
    "waited": Words(
        "等待期的最后一天是 %(last_waiting_day)s；%(day_name)s %(day)s 在它之后。",
        "The last waiting day is %(last_waiting_day)s; the %(day_name)s, %(day)s, is after it.",
    ),
    "formula": Words(
        "先看医保报销后剩下多少：%(sum)s = %(formula)s。",
        "First, what insurance left: %(sum)s = %(formula)s.",
    ),
    "borne": Words(
        "再看您本人在范围内负担多少：%(sum)s = %(borne)s。",
        "Then, what you bear inside the scope: %(sum)s = %(borne)s.",
    ),
    "borne_unknown": Words(
        "结算单没有写个人负担金额，所以只看医保报销后剩下的部分。",
        "The bill does not say what the person bears, so only what insurance left counts.",
    ),
    "deductible": Words(
        "本方案不补助起付线，再减去 %(deductible)s。",
        "This scheme does not pay the deductible: %(deductible)s is taken off.",
    ),
    "base_formula": Words(
        "两者中较小的是医保报销后剩下的部分，补助基数是 %(base)s。",
        "The smaller of the two is what insurance left: the base is %(base)s.",
    ),
    "base_borne": Words(
        "两者中较小的是您本人负担的部分，补助基数是 %(base)s。",
        "The smaller of the two is what you bear: the base is %(base)s.",
    ),
    "base_equal": Words(
        "两者相等，补助基数是 %(base)s。",
        "The two are equal: the base is %(base)s.",
    ),
    "base_only": Words(
        "补助基数是 %(base)s。",
        "The base is %(base)s.",
    ),
    "base_zero": Words(
        "没有留下需要您负担的部分，补助基数是 %(base)s。",
        "Nothing is left for you to bear: the base is %(base)s.",
    ),
    "gross": Words(
        "按比例计算：%(parts)s。",
        "By the shares: %(parts)s.",
    ),
    "stay_first": Words(
        "同一次住院的结算单合在一起算比例；此前没有计入过，从零算起。",
        "The bills of one stay count together; none counted before, so the bands start at zero.",
    ),
    "stay_alone": Words(
        "结算单没有就诊编号，单独计算比例。",
        "The bill names no stay, so the bands run over this bill alone.",
    ),
    "stay_sum": Words(
        "同一次住院的结算单合在一起算比例：此前已计入基数 %(before)s，加上这一张 %(base)s，"
        "合计 %(after)s。",
        "The bills of one stay count together: %(before)s before, %(base)s now, %(after)s in all.",
    ),
    "stay_after": Words(
        "合计的补助：%(parts)s。",
        "Of all of it: %(parts)s.",
    ),
    "stay_before": Words(
        "此前部分的补助：%(parts)s。",
        "Of what was before: %(parts)s.",
    ),
    "stay_gross": Words(
        "这一张的补助是两者之差：%(gross_after)s − %(gross_before)s = %(gross)s。",
        "This bill's part is the difference: %(gross_after)s − %(gross_before)s = %(gross)s.",
    ),
    "room": Words(
        "%(year)s 年度%(care)s最多补助 %(cap)s，此前已补助 %(used)s，还可补助 %(room)s。",
        "In %(year)s at most %(cap)s is paid for %(care)s; %(used)s was granted before, so "
        "%(room)s is left.",
    ),
    "no_cap": Words(
        "本方案的%(care)s补助没有年度最高限额。",
        "This scheme has no yearly cap for %(care)s.",
    ),
    "payable": Words(
        "因此这张结算单补助 %(payable)s。",
        "So %(payable)s is paid for this bill.",
    ),
    "payable_room": Words(
        "算出的 %(gross)s 超过还可补助的 %(room)s，因此这张结算单补助 %(payable)s。",
        "The %(gross)s is more than the %(room)s left, so %(payable)s is paid for this bill.",
    ),
    "payable_exhausted": Words(
        "年度额度已经用完，因此这张结算单补助 %(payable)s。",
        "The year's cap is used up, so %(payable)s is paid for this bill.",
    ),
    "does_not_add_up": Words(
        "注意：按方案重新计算的结果与记录的金额不一致。请以工作人员核实后的答复为准。",
        "Note: computing it again by the scheme gives another amount than the one recorded. "
        "An officer has to check this.",
    ),
    "refunded": Words(
        "医保局已经撤销（退费）这张结算单，因此不予补助。",
        "The insurance bureau has undone (refunded) this bill, so nothing is paid for it.",
    ),
    "do_refunded": Words(
        "如果医院重新结算，新的结算单到达后会自动计算，您不用再申请。",
        "If the hospital settles again, the new bill is computed when it arrives; "
        "you need not apply.",
    ),
    "undone_taken_back": Words(
        "这件申请已经撤回，因此不予补助，占用的额度已经恢复。",
        "This filing was taken back, so nothing is paid for it. The room it held is free again.",
    ),
    "undone_figures": Words(
        "经办人员核对材料时发现金额或日期与材料不一致，已退回这件申请。",
        "An officer compared the papers, and figures or days were not those on them. "
        "The filing was sent back.",
    ),
    "undone_papers": Words(
        "材料不全或看不清，经办人员已退回这件申请。",
        "Papers were missing or could not be read. An officer sent the filing back.",
    ),
    "undone_same_bill": Words(
        "这张结算单已经在另一件申请中，经办人员已退回这件申请。",
        "The same bill is another claim already. An officer sent this filing back.",
    ),
    "undone_not_own": Words(
        "材料不是本人的，经办人员已退回这件申请。",
        "The papers are not this member's. An officer sent the filing back.",
    ),
    "undone_invoice": Words(
        "发票已用于另一件申请，经办人员已退回这件申请。",
        "The invoice was used for another claim. An officer sent the filing back.",
    ),
    "do_undone": Words(
        "这张结算单可以按正确的金额重新申报。如果医保局传来结算单，会自动计算。",
        "The bill can be filed again with the right figures. If the insurance bureau sends it, "
        "it is computed by itself.",
    ),
    "held_injury": Words(
        "医疗类别代码是 %(med_type)s（外伤）。要先由工作人员确认是否属于工伤，或应由第三方负责。",
        "The kind of care has the code %(med_type)s (injury). A person first has to see whether an "
        "employer or a third party is liable.",
    ),
    "do_held_injury": Words(
        "请告诉工会：受伤的经过，是否在工作中，是否有他人应负责任。说明后会继续办理。",
        "Please tell your union how it happened, whether at work, and whether somebody else is "
        "liable. The claim then goes on.",
    ),
    "held": Words(
        "医疗类别代码是 %(med_type)s，不在已公布的自动补助范围内，由工作人员决定。",
        "The kind of care has the code %(med_type)s. It is not in the published care: a person "
        "decides.",
    ),
    "do_held": Words(
        "您不用做什么；需要材料时，工作人员会联系您。",
        "You need not do anything; you will be told if papers are needed.",
    ),
    "not_paid": Words(
        "医疗类别代码是 %(med_type)s。基金补助住院和门诊慢性病，不补助这一类。",
        "The kind of care has the code %(med_type)s. The fund pays for inpatient and chronic "
        "outpatient care, not for this kind.",
    ),
    "before_schemes": Words(
        "保障从 %(starts_on)s 开始，早于第一份方案，没有可以适用的方案。",
        "The cover starts on %(starts_on)s, before the first scheme: none applies.",
    ),
    "care_not_paid": Words(
        "您的这一期保障（《%(scheme)s 年度方案》）不包括%(care)s。",
        "This cover of yours (%(scheme)s scheme) does not include %(care)s.",
    ),
    "do_not_in_scheme": Words(
        "如果您认为医疗类别写错了，请医院或医保局更正；更正后的结算单会自动重新计算。",
        "If you think the kind of care is wrong, ask the hospital or the insurance bureau to "
        "correct it; the corrected bill is computed again by itself.",
    ),
    "unknown_med_type": Words(
        "医疗类别代码是 %(med_type)s，不在类别表里，由工作人员确认。",
        "The kind of care has the code %(med_type)s, which is not in the table: a person looks "
        "at it.",
    ),
    "do_unknown_med_type": Words(
        "您不用做什么；确认后会继续办理。",
        "You need not do anything; the claim goes on once that is done.",
    ),
    "no_cover": Words(
        "%(day_name)s %(day)s 不在您的任何一期保障内。",
        "The %(day_name)s, %(day)s, lies in none of your covers.",
    ),
    "do_no_cover": Words(
        "如果您的单位已经为您参保，请单位工会核对名单和缴费。保障生效后会自动重新计算。",
        "If your unit has enrolled you, ask its union to check the roster and the payment. "
        "Once cover begins the bill is computed again by itself.",
    ),
    "waiting": Words(
        "首次参保的等待期到 %(last_waiting_day)s 为止；%(day_name)s %(day)s 还在等待期内，"
        "因此不予补助。",
        "A first cover waits until %(last_waiting_day)s; the %(day_name)s, %(day)s, lies in the "
        "waiting time, so nothing is paid.",
    ),
    "do_waiting": Words(
        "如果您以前参加过保障、这次是续保，请单位工会核对；续保没有等待期。",
        "If you were covered before and this is a renewal, ask your unit's union to check: "
        "a renewal does not wait.",
    ),
    "date_missing": Words(
        "结算单缺少计算需要的日期，由工作人员核实。",
        "The bill lacks a date that the rules need: a person looks at it.",
    ),
    "do_date_missing": Words(
        "您不用做什么；医保局补充日期后会自动重新计算。",
        "You need not do anything; once the insurance bureau sends the date the bill is "
        "computed again by itself.",
    ),
    "rounded": Words(
        "%(sum)s，四舍五入到分为 %(rounded)s",
        "%(sum)s, rounded half up to the fen %(rounded)s",
    ),
    "in_all": Words("%(parts)s；合计 %(sum)s", "%(parts)s; together %(sum)s"),
}
