"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Open a year's scheme as a draft, from the one in force in another year.": (
        "由另一年适用的方案开启一个年度的方案草稿。"
    ),
    "The year to copy from.": "由哪一年的方案开启。",
    "The first day covers start; default: 1 January.": "保障最早从哪天开始；默认 1 月 1 日。",
    "A draft, and what it changes. Without a number: the open drafts.": (
        "查看草稿及其改动。不给编号时列出所有草稿。"
    ),
    "Write it as TOML, to be edited.": "写成 TOML 文件，供修改。",
    "Change a draft: some figures with --set, or the whole by a TOML file.": (
        "修改草稿：用 --set 改几项，或用 TOML 文件整体替换。"
    ),
    "Set one figure.": "改一项，如 waiting_days=30。",
    "What the source says of the figures set.": "依据里是怎么写的。",
    "Where it says so; without it: an assumption.": "依据是什么文件；不写则记为本系统约定。",
    "Publish a draft for ever. By another officer than all who wrote on it.": (
        "公布草稿，公布后不能再改。须由没有起草、修改过它的另一位经办人员公布。"
    ),
    "The officer who publishes.": "公布的经办人员。",
    "The draft must be this text; default: what stands now.": (
        "草稿的摘要，不符则不公布；默认为现在的内容。"
    ),
    "Read that officer's password from there instead of asking.": (
        "从这个文件描述符读其密码，不再询问。"
    ),
    "Put a draft away.": "作废草稿。",
    "Let a unit enrol new people after the enrolment window.": "准许单位在参保期之后补参保。",
    "The last day it may.": "准许到哪一天。",
    "Why it is permitted.": "准许的原因。",
}
