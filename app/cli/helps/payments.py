"""Help of these commands."""

from typing import Final

HELP: Final[dict[str, str]] = {
    "The line of a statement that shows it, of this day.": "作为依据的对账单明细编号，日期须相同。",
    "The third officer, for large sums.": "第三人，金额较大时需要。",
    "Read the third officer's password from there instead of asking.": (
        "从这个文件描述符读第三人的密码，不再询问。"
    ),
    "The bank's template; `huzhu payments formats` lists them.": (
        "银行模板，用 `payments formats` 列出。"
    ),
    "The fund's account that pays.": "付款账户的代码。",
    "The banks' templates: what a file to the bank can look like.": (
        "银行模板：代发文件的各种格式。"
    ),
    "Draft a batch of all that is payable; another officer approves it.": (
        "编制发放单，列入所有待发放的申请；由另一人批准。"
    ),
    "Approve what was prepared, or confirm it as the third person.": (
        "批准发放单；金额较大的，由第三人再确认。"
    ),
    "Say, by two people, what became of a payment in doubt.": (
        "由两人核定一笔有疑问的款项的结果。"
    ),
    "What it was.": "结果：已到账，或未到账。",
    "The day on the bank's statement.": "银行流水上的日期。",
    "What shows it, such as the bank's reference.": "依据，如银行流水号。",
    "Name, by two people, who is paid in place of a member who died.": (
        "由两人核定已故职工的继承人。"
    ),
    "The member's ID number.": "职工身份证号。",
    "The heir's name.": "继承人姓名。",
    "The heir's ID number.": "继承人身份证号。",
    "The heir's relation to the member.": "继承人与职工的关系。",
    "The heir's bank account.": "继承人银行账号。",
    "Which papers were seen.": "看过的材料。",
    "Do not send what was prepared; it can be prepared again.": "撤回发放单；可重新编制。",
}
