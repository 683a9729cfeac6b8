"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    # member
    "Members (职工).": "职工。",
    "Take a list of who died and who retired (.xlsx or CSV).": (
        "导入去世、退休人员名单（.xlsx 或 CSV）。"
    ),
    "Take a wrong word of death or retirement back; two officers do it.": (
        "撤销有误的去世或退休登记，由两人办理。"
    ),
    "The person's ID number.": "本人身份证号。",
}
