"""Sentences about what people decided: part of an explanation (`app.texts.steps`)."""

from typing import Final

from app.texts import Words

DECLINED: Final[dict[str, Words]] = {
    "decided_as": Words(
        "医疗类别代码是 %(med_type)s，由两名经办人员审定，按“%(care)s”计算。",
        "The kind of care has the code %(med_type)s. Two officers decided that it counts as "
        "%(care)s.",
    ),
    "decided_by_admission": Words(
        "由两名经办人员审定，按入院日期 %(day)s 认定，在 %(starts_on)s 至 %(ends_on)s 的保障期内。",
        "Two officers decided that the day of admission, %(day)s, counts; it lies in the cover "
        "from %(starts_on)s to %(ends_on)s.",
    ),
    "waiting_waived": Words(
        "这份保障的等待期到 %(last_waiting_day)s 为止；由两名经办人员审定，本次不适用等待期。",
        "The cover waits until %(last_waiting_day)s; two officers decided that this claim need "
        "not wait.",
    ),
    "declined": Words(
        "经两名经办人员审定，不予补助。", "Two officers decided that this is not paid."
    ),
    "declined_work": Words(
        "经审定属于工伤，应由用人单位或工伤保险负责，不予补助。",
        "It was decided that this is a work injury: the employer or its insurance is liable, and "
        "nothing is paid.",
    ),
    "declined_others_liable": Words(
        "经审定应由第三方负责，不予补助。",
        "It was decided that a third party is liable: nothing is paid.",
    ),
    "declined_abroad": Words(
        "经审定属于境外就医，不在补助范围内。",
        "It was decided that this is care abroad, which the fund does not pay for.",
    ),
    "declined_not_published": Words(
        "经审定不属于已公布的补助范围，不予补助。",
        "It was decided that this is not in the published care: nothing is paid.",
    ),
    "declined_invoice": Words(
        "经核对，发票已在其他申请中使用，不予补助。",
        "The invoice was used for another claim: nothing is paid.",
    ),
    "declined_late": Words(
        "经审定超过申请期限，不予补助。",
        "It was decided that this was filed too late: nothing is paid.",
    ),
    "declined_papers": Words(
        "经审定材料不足以证明，不予补助。",
        "It was decided that the papers do not bear it: nothing is paid.",
    ),
    "declined_no_cover": Words(
        "经审定不在保障期内，不予补助。",
        "It was decided that this is outside the cover: nothing is paid.",
    ),
    "declined_same_bill": Words(
        "这张结算单与另一件申请是同一张，已并入那件申请，不重复补助。",
        "This bill is the same as another claim's and was joined to it. It is not paid twice.",
    ),
    "do_declined": Words(
        "如果您不同意，可以要求工作人员说明理由并重新审定。",
        "If you do not agree, ask for an explanation and for another decision.",
    ),
}
