"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "List a claim's papers; the opening is kept with its purpose.": (
        "列出一件申请的材料；查阅及其目的会留下记录。"
    ),
    "Save one paper of a claim; the look is kept with its purpose.": (
        "输出申请的一页材料；查阅及其目的会留下记录。"
    ),
    "What the claim is opened for; others read it afterwards.": "查阅目的，事后供他人核查。",
    "Write the log of the whole fund to a CSV file, the last event first.": (
        "把全部操作日志输出为 CSV 文件，最新的在前。"
    ),
    "Only of this benefit year.": "只输出这一年度的。",
}
