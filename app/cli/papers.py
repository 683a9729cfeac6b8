"""`huzhu contributions notice|notices|receipt-pdf`, `huzhu payments sheet`: papers as PDF."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from app.cli.frame import DONE, LISTED, Told, acting, acting_for, by_option, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.money import yuan
from app.texts.counted import counted

_PATH: Final = click.Path(path_type=Path)
_OUT: Final = click.option(
    "--out", required=True, type=_PATH, help="The file to write; must not exist."
)
_ON: Final = click.option(
    "--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The paper's day. Default: today."
)
_YEAR: Final = click.option(
    "--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year."
)
_SAID: Final = {
    "zh": "已输出 {out}：{what}。",
    "en": "Wrote {out}: {what}.",
}


def _put(out: Path, data: bytes) -> None:
    if not placed(written_beside(out, data), out):
        raise OutFileExists(out=str(out))


@command("notice", help="Write a unit's payment notice: what is due, to which account, by when.")
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@_YEAR
@_OUT
@_ON
@by_option
def notice(lang: str, uscc: str, year: int, out: Path, on: datetime | None, by: str | None) -> Told:
    from app.banking.papers import notice_of
    from app.clock import today
    from app.db import transaction
    from app.papers.notice import notice_paper
    from app.roster.units import unit_of

    refuse_existing(out)
    day = on.date() if on else today()
    with office() as settings, transaction() as session:
        unit_id = unit_of(session, uscc).id
        officer = acting_for(session, settings, by, unit_id)
        made = notice_of(session, unit_id, year, made_on=day, by=officer)
        _put(out, notice_paper(made))
    facts: dict[str, object] = {
        "out": str(out),
        "reference": made.reference,
        "due": yuan(made.due_fen),
        "received": yuan(made.received_fen),
        "missing": yuan(made.missing_fen),
    }
    what = {
        "zh": "缴费编号 {reference}，尚应缴纳 {missing} 元",
        "en": "reference {reference}, {missing} yuan to pay",
    }[lang].format(**facts)
    return Told(facts, [_SAID[lang].format(out=out, what=what)])


@command("notices", help="Write the payment notices of all units below the officer's union.")
@_YEAR
@_OUT
@_ON
@by_option
def notices(lang: str, year: int, out: Path, on: datetime | None, by: str | None) -> Told:
    from app.accounts.models import Account
    from app.banking.notice_order import write_notices
    from app.clock import today
    from app.db import transaction
    from app.files.scratch import scratch

    refuse_existing(out)
    units = 0

    def watch(_done: int, of: int) -> None:
        nonlocal units
        units = of

    with office() as settings, transaction() as session, scratch("huzhu-notices") as folder:
        officer = acting(session, settings, by)
        left_out = write_notices(
            session,
            folder / "notices.zip",
            year,
            union_id=session.get_one(Account, officer).union_id,
            made_on=on.date() if on else today(),
            by=officer,
            watch=watch,
        )
        _put(out, (folder / "notices.zip").read_bytes())
    facts = {"out": str(out), "notices": units - left_out, "left_out": left_out}
    said = {
        "zh": "{notices} 份通知单，{left_out} 份未能生成",
        "en": "{notices} {notices|notice|notices}, {left_out} could not be made",
    }
    what = counted(said[lang], **facts)
    return Told(facts, [_SAID[lang].format(out=out, what=what)], LISTED if left_out else DONE)


@command("receipt-pdf", help="Write the receipt for money received, by its number.")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@click.option("--subsidy", "of_union", is_flag=True, help="The number is that of a union's money.")
@_OUT
@_ON
@by_option
def receipt_pdf(
    lang: str, number: int, of_union: bool, out: Path, on: datetime | None, by: str | None
) -> Told:
    from app.banking.papers import receipt_of
    from app.clock import today
    from app.contributions.models import Receipt
    from app.db import transaction
    from app.papers.receipt import receipt_paper

    refuse_existing(out)
    day = on.date() if on else today()
    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        if not of_union and (receipt := session.get(Receipt, number)):
            acting_for(session, settings, by, receipt.unit_id)
        made = receipt_of(session, number, made_on=day, by=officer, of_union=of_union)
        _put(out, receipt_paper(made))
    facts = {"out": str(out), "number": made.number, "amount": yuan(made.amount_fen)}
    what = {"zh": "收据 {number}，{amount} 元", "en": "receipt {number}, {amount} yuan"}[lang]
    return Told(facts, [_SAID[lang].format(out=out, what=what.format(**facts))])


@command("sheet", help="Write a batch's sheet: its total, its file's SHA-256, who is behind it.")
@click.argument("batch")
@_OUT
@by_option
def sheet(lang: str, batch: str, out: Path, by: str | None) -> Told:
    from app.db import transaction
    from app.papers.batch_sheet import batch_paper
    from app.payments.sheet import sheet_of

    refuse_existing(out)
    with office() as settings, transaction() as session:
        acting(session, settings, by)
        made = sheet_of(session, batch)
        _put(out, batch_paper(made))
    facts = {
        "out": str(out),
        "batch": made.number,
        "lines": made.lines,
        "total": yuan(made.total_fen),
        "sha256": made.file_sha256,
    }
    what = {
        "zh": "批次 {batch}，{lines} 笔，{total} 元",
        "en": "{batch}, {lines} {lines|payment|payments}, {total}",
    }
    return Told(facts, [_SAID[lang].format(out=out, what=counted(what[lang], **facts))])
