"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Notices to units and members (通知).": "给单位和职工的通知。",
    "The notices, newest first; no names, no phones.": "所有通知，最新的在前；不含姓名和手机号。",
    "Only those that stand so.": "只列出处于这一状态的。",
    "Find what is due to be told, and send what waits.": "找出应通知的，并发送待发的通知。",
    "Let notices that failed or lack an address be tried again.": (
        "重发发送失败或缺少手机号的通知。"
    ),
    "The benefit year (年度).": "年度。",
    "How a benefit year stands: window, units, money, permissions, notices.": (
        "一个年度的情况：参保期、单位、缴费、补参保、通知。"
    ),
}
