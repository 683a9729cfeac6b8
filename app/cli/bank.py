"""`huzhu bank …`: the fund's accounts, their statements, and what is left of those."""

from pathlib import Path
from typing import Any

import click

from app.cli.bank_lines import approve_refunds, file_again, refund, resolve, undo, withdraw
from app.cli.frame import (
    DONE,
    LISTED,
    Told,
    acting,
    by_option,
    command,
    fault_facts,
    fault_lines,
    office,
)
from app.cli.fund_accounts import correct, end
from app.cli.line_proposals import confirm, drop, propose
from app.cli.spoken import group
from app.money import yuan
from app.texts.amounts import in_yuan
from app.texts.counted import counted


@group()
def bank() -> None:
    """The fund's bank accounts and statements (对账单)."""


@command("add", help="Register an account that the fund holds.")
@click.option("--code", required=True, help="What it is called here.")
@click.option("--holder", required=True, help="Its holder, as the bank writes it.")
@click.option("--bank", "at_bank", required=True, help="The bank and branch.")
@click.option("--number", required=True, help="The account's number.")
@click.option("--statement-format", default="plain", show_default=True, help="Its statements.")
@click.option("--payment-format", default="plain", show_default=True, help="Its payment files.")
@by_option
def add(
    lang: str,
    code: str,
    holder: str,
    at_bank: str,
    number: str,
    statement_format: str,
    payment_format: str,
    by: str | None,
) -> Told:
    from app.banking.add_account import add_fund_account
    from app.db import transaction

    with office() as settings, transaction() as session:
        account_id = add_fund_account(
            session,
            code=code,
            holder=holder,
            bank=at_bank,
            number=number,
            statement_format_name=statement_format,
            payment_format=payment_format,
            by=acting(session, settings, by),
        )
    said = f"Registered account {code}." if lang == "en" else f"已登记账户 {code}。"
    return Told({"account": account_id, "code": code}, [said])


@command("list", help="The fund's accounts.")
def list_accounts(lang: str) -> Told:
    from app.banking.add_account import fund_accounts
    from app.db import transaction

    with office(), transaction() as session:
        found = [
            {
                "code": x.code,
                "bank": x.bank,
                "number": x.number,
                "format": x.statement_format,
                "ends_on": x.ends_on.isoformat() if x.ends_on else None,
            }
            for x in fund_accounts(session)
        ]
    none = "No accounts yet." if lang == "en" else "还没有账户。"
    ends = "until" if lang == "en" else "停用于"
    lines = [
        f"{x['code']}  {x['bank']}  {x['number']}  {x['format']}"
        + (f"  {ends} {x['ends_on']}" if x["ends_on"] else "")
        for x in found
    ]
    return Told({"accounts": found}, lines or [none])


@command("import", help="Take a bank's statement; the same again changes nothing.")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--account", required=True, help="The account's code.")
@by_option
def import_file(lang: str, file: Path, account: str, by: str | None) -> Told:
    from app import bell
    from app.banking.import_statement import import_statement
    from app.db import transaction
    from app.errands import do_kind
    from app.files.disk import content_of
    from app.jobs import FILL_ROSTERS

    data = content_of(file)
    with office() as settings:
        with transaction() as session:
            done = import_statement(
                session, data, account=account, by=acting(session, settings, by)
            )
        if not done.again:
            do_kind(FILL_ROSTERS)
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    left = done.counts.get("suspense", 0) + done.counts.get("unexplained", 0)
    facts: dict[str, Any] = {
        "statement": done.statement_id,
        "again": done.again,
        "lines": done.lines,
        "known": done.known,
        "in": yuan(done.in_fen),
        "out": yuan(done.out_fen),
        "taken_as": done.counts,
        "left": left,
        "rows": fault_facts(list(done.faults), lang),
    }
    listed = fault_lines(list(done.faults), lang, _HEADINGS)
    return Told(facts, _sentences(facts, lang), LISTED if left or listed else DONE, listed)


_HEADINGS = {
    "amount": ("金额", "amount"),
    "serial": ("流水号", "bank's number"),
    "payer_name": ("对方户名", "other party"),
    "payer_account": ("对方账号", "other party's account"),
    "remark": ("摘要", "remark"),
}


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    en = lang == "en"
    if facts["again"]:
        return ["Nothing new: all lines are known." if en else "没有新的明细：均已导入过。"]
    told = (
        "{lines} new {lines|line|lines} ({known} known): {in} in, {out} out."
        if en
        else "新明细 {lines} 笔（已有 {known} 笔）：收 {in} 元，付 {out} 元。"
    )
    left = "{left} {left|waits|wait} for an officer." if en else "{left} 笔待处理。"
    return [counted(told, **facts), *([counted(left, **facts)] if facts["left"] else [])]


@command("open", help="Lines that wait for an officer, each with suggestions.")
def open_lines(lang: str) -> Told:
    from app.banking.open_lines import open_lines as found
    from app.db import transaction
    from app.roster.now import unit_now
    from app.texts import word

    with office(), transaction() as session:
        waiting = found(session)
        units = {
            s.named.unit_id: unit_now(session, s.named.unit_id)
            for x in waiting
            for s in x.suggested
        }
    facts = [
        {
            "line": x.id,
            "on": x.booked_on.isoformat(),
            "amount": yuan(x.amount_fen),
            "state": x.state,
            "why": word(x.why, lang),
            "suggested": [
                *(
                    {
                        "unit": units[s.named.unit_id].uscc,
                        "year": s.named.year,
                        "name": units[s.named.unit_id].name,
                        "why": word(s.why, lang),
                    }
                    for s in x.suggested
                ),
                *({s.act: s.number, "why": word(s.why, lang)} for s in x.may_pay),
            ],
        }
        for x in waiting
    ]
    none = "No line waits." if lang == "en" else "没有待处理的明细。"
    said = _waiting(facts, [in_yuan(x.amount_fen) for x in waiting])
    return Told({"lines": facts}, said or [none], LISTED if facts else DONE)


def _waiting(facts: list[dict[str, Any]], amounts: list[str]) -> list[str]:
    """A sentence a line, and below it what it may be, as `bank resolve` takes it."""
    said = []
    for line, amount in zip(facts, amounts, strict=True):
        said.append(f"{line['line']}  {line['on']}  {amount}  {line['why']}")
        for each in line["suggested"]:
            of = {name: value for name, value in each.items() if name not in {"why", "name"}}
            option = " ".join(f"--{_OPTION.get(x, x)} {value}" for x, value in of.items())
            said.append(f"    {option}  {each['why']}  {each.get('name', '')}".rstrip())
    return said


_OPTION = {"taken_back": "takes-back"}


@command("check", help="Has every line one explanation, as the books have it? Exit 1: not.")
def check(lang: str) -> Told:
    from app.banking.open_lines import lines_waiting
    from app.books.explained import explained
    from app.db import transaction
    from app.texts import word

    with office(), transaction() as session:
        lines, faults = explained(session)
        waiting = lines_waiting(session)
    rows = [{"fault": x.why, "of": x.what, "off": yuan(x.off_fen)} for x in faults]
    said = {
        ("en", True): f"Lines: {lines}. The books say the same of each.",
        ("zh", True): f"全部 {lines} 笔明细与账簿相符。",
        ("en", False): f"Lines: {lines}. Not all are as the books have them.",
        ("zh", False): f"{lines} 笔明细中有与账簿不符的。",
    }
    waits = {
        ("en", True): f"Waiting for an officer: {waiting}, see `huzhu bank open`.",
        ("zh", True): f"其中 {waiting} 笔待处理，见 `huzhu bank open`。",
        ("en", False): "Each has its explanation.",
        ("zh", False): "每笔都有去向。",
    }
    listed = [f"{x.what}  {word(x.why, lang)}  {in_yuan(x.off_fen)}" for x in faults]
    facts = {"holds": not faults, "lines": lines, "waiting": waiting, "faults": rows}
    sentences = [said[lang, not faults]]
    if waiting or not faults:
        sentences.append(waits[lang, waiting > 0])
    return Told(facts, sentences, LISTED if faults or waiting else DONE, listed)


bank.add_command(add)
bank.add_command(list_accounts)
bank.add_command(import_file)
for each in (
    *(check, open_lines, resolve, undo, propose, confirm, drop),
    *(end, correct, refund, approve_refunds, file_again, withdraw),
):
    bank.add_command(each)
