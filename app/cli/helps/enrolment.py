"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    # member
    "Members (职工).": "职工。",
    "Take a list of who died and who retired (.xlsx or CSV).": (
        "导入去世、退休人员名单（.xlsx 或 CSV）。"
    ),
    "The file's columns: name (姓名), ID number (身份证号), died or retired (类别),"
    " on which day (日期).": (
        "文件须有的列（按列名识别）：姓名、身份证号、类别（填“去世”或“退休”）、日期。"
    ),
    "The file's columns: name (姓名), ID number (身份证号); may have:"
    " bank account (银行账号), phone (手机号), birth date (出生日期),"
    " occupation (职业), platform (平台).": (
        "文件须有的列（按列名识别）：姓名、身份证号；可有：银行账号、手机号、出生日期、职业、平台。"
    ),
    "Take a wrong word of death or retirement back; two officers do it.": (
        "撤销有误的去世或退休登记，由两人办理。"
    ),
    "The person's ID number.": "本人身份证号。",
    # roster change, withdraw
    "Take a unit's joiners and leavers in the course of a year.": (
        "导入单位年中增减员名单（.xlsx 或 CSV）。"
    ),
    "The file's columns: name (姓名), ID number (身份证号), joined or left (增减). Of who"
    " joined the bank account (银行账号), if known; of who left the last day of work (日期)"
    " and why (原因).": (
        "文件须有的列（按列名识别）：姓名、身份证号、增减（填“增”或“减”）；新增人员可填银行账号，"
        "减少人员填日期（最后工作日）和原因。"
    ),
    "When joiners' covers are asked to start; today.": "新增人员申请起保日，默认今天。",
    "Take a roster back that no money has filled.": "撤回尚无缴费的花名册。",
    # contributions decide, use-credit
    "Decide about money that came too late to begin a roster's covers.": (
        "决定到账太迟、保障未能开始的款项如何处理。"
    ),
    "It is the unit's again.": "退回单位账上。",
    "It fills next year's rosters.": "转入下一年度的花名册。",
    "The day it is booked; default: today.": "记账日期，默认今天。",
    "Fill a unit's rosters with what is the unit's again.": "用单位账上的应退款缴费。",
    "The benefit year of the credit.": "应退款所属的保障年度。",
    "Yuan; default: what the rosters lack, or all there is.": (
        "金额（元）；默认为花名册所缺，或全部余额。"
    ),
    "The one roster that this money is for.": "这笔款只用于这一份花名册。",
    # gig
    "Gig workers (新就业形态劳动者).": "新就业形态劳动者。",
    "Let gig workers enrol themselves with a union's own unit.": (
        "开放工会自己的单位，供灵活就业人员自行参保。"
    ),
    "Who has enrolled alone and has not paid yet, by reference.": (
        "自行参保而尚未缴费的人，按缴费编号。"
    ),
}
