"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    # claims file
    "File settlement sheets for members, from a CSV table: a line a sheet.": (
        "代职工申请：从 CSV 表格读取结算单，每行一张。"
    ),
}
