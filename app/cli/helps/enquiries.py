"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Enquiries (咨询).": "咨询。",
    "Enquiries asked in these days: answered, late, median days, rating.": (
        "这些天提出的咨询：答复、逾期、天数中位数、评分。"
    ),
    "A workbook to write (.xlsx); must not exist.": "要写的表格文件（.xlsx），不能已存在。",
}
