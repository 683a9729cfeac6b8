"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Reviews (审核).": "审核：受理、初审、复核、审批。",
    "The stage the claim stands at; refused where it stands at another.": (
        "申请所在的环节；已转到别的环节则不办理。"
    ),
    "The claims that wait, those due first; no names, no IDs.": (
        "待审核的申请，先到期的在前；不含姓名和身份证号。"
    ),
    "Only those at this stage.": "只列这个环节的。",
    "Only those whose day has passed.": "只列已超期的。",
    "Pass a claim on to its next stage; after the last one it may be paid.": (
        "通过本环节，转到下一环节；最后一个环节通过后可以发放。"
    ),
    "Ask the member for papers; the claim waits where it stands.": (
        "请职工补交材料；申请停在本环节等待。"
    ),
    "A paper.": "一种材料。",
    "A line to the member, without personal data.": "给职工的一句说明，不含个人信息。",
    "Say that the papers asked for are here.": "登记补交的材料已收到。",
    "Return a claim to the stage before.": "退回上一环节。",
    "Refuse a filed claim; the member may file the bill again.": (
        "不予补助；职工可以重新申报这张结算单。"
    ),
}
