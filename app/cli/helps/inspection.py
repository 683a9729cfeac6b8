"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "The auditor's samples, questions and findings (审计).": "审计的样本、疑点和发现。",
    "Draw a sample of a year's payments, and keep how it was drawn.": (
        "抽取一个年度发放的样本，并保存抽样方法。"
    ),
    "Simple, by strata of amounts, or by monetary units.": "简单随机、按金额分层，或货币单元抽样。",
    "How many to draw.": "抽几笔。",
    "Bounds of the strata in yuan, rising, with spaces between.": (
        "分层界限，单位元，由低到高，中间空格。"
    ),
    "Tolerable misstatement in yuan: the size is worked out.": "可容忍错报（元），由此计算样本数。",
    "Expected misstatement in yuan.": "预计错报（元）。",
    "Risk in percent.": "风险，百分数。",
    "Letters, digits, dashes; without it chance makes one.": (
        "种子：字母、数字、短横线；不填则随机产生。"
    ),
    "Write it to this file as well, .csv or .xlsx; must not exist.": (
        "同时写入这个文件（.csv 或 .xlsx），文件不能已存在。"
    ),
    "The auditor who acts.": "操作的审计人员。",
    "Ask a year all questions that point at what deserves a look.": "查看一个年度的疑点。",
    "One question, by its name.": "只查一项，写它的名称。",
    "List findings, the last first.": "列出审计发现，最近的在前。",
    "Also those that are closed.": "包括已关闭的。",
    "The report of a benefit year (2024) or of a month (2024-05).": (
        "保障年度（2024）或月份（2024-05）的报告。"
    ),
    "Write it to this file, .pdf or .xlsx; must not exist.": (
        "写入这个文件（.pdf 或 .xlsx），文件不能已存在。"
    ),
}
