"""Help of the commands for the bureau's settlements."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "Take settlements from a CSV (plain, gzip or zip), a directory of them, or - for a pipe."
    " Columns by the national interface's names, in any order. Needed: setl_id, certno,"
    " med_type, begndate, enddate, setl_time, inscp_scp_amt, hifp_pay, hifob_pay, hifmi_pay."
    " A refund has 1 as refd_setl_flag, the bill it undoes as init_setl_id, and amounts below 0."
    " An empty amount is 0. What cannot be read is listed; the other rows go in.": (
        "导入结算单：CSV（可压缩为 gzip 或 zip）、放着它们的目录，或用 - 从管道读入。"
        "列名用国家医保接口的字段名，顺序不限；必需的有setl_id、certno、med_type、begndate、"
        "enddate、setl_time、inscp_scp_amt、hifp_pay、hifob_pay、hifmi_pay。"
        "退费行的refd_setl_flag为1，init_setl_id为所冲销的结算单，金额为负数。"
        "金额空着按零计。读不懂的行会列出，其余照收。"
    ),
    "The latest files of settlements and how far they were taken.": "最近的结算单及收取进度。",
    "What became of every row of a feed; one class of them as a CSV.": (
        "一批结算单每一行的去向；可把其中一类输出为 CSV。"
    ),
    "Pull days of settlements from the bureau's interface.": "从医保局接口取某一天或几天的结算单。",
    "The day, or the first of some.": "哪一天，或几天中的第一天。",
    "The last day. Default: the same.": "最后一天，默认同一天。",
    "Begin a day again that was interrupted.": "从头再取一个中断过的日子。",
    "Instead: so many people for one year, a unit at a time; begun again it goes on.": (
        "改为载入这么多人的一个年度，逐个单位；中断后再次运行会接着载入。"
    ),
    "Which rows to list.": "输出哪一类。",
    "Where to write them.": "输出到哪个文件。",
}
