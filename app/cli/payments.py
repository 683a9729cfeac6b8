"""`huzhu payments export|import-return|rewrite|formats`: money out, and the bank's answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.banking.formats import PLAIN, formats
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
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.papers import sheet
from app.cli.second import second_person, third_person
from app.cli.spoken import group
from app.files.disk import content_of
from app.money import yuan
from app.texts import say, word
from app.texts.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.payments.batch import NothingToPay
    from app.payments.returns import Returned
    from app.payments.send import Batch
    from app.payments.take import LeftOut

DAY = click.DateTime(["%Y-%m-%d"])
_PATH = click.Path(path_type=Path)
_ENCODINGS = sorted({each for form in formats().values() for each in form.out.encodings})


@group()
def payments() -> None:
    """Payments to members (发放)."""


@command("export", help="Send all that is payable to the bank. Two officers, one file.")
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--out", required=True, type=_PATH, help="The file for the bank; must not exist.")
@second_person
@third_person
@click.option("--encoding", type=click.Choice(_ENCODINGS), help="How the file is written.")
@click.option(
    "--format",
    "template",
    default=PLAIN,
    show_default=True,
    metavar="FORMAT",
    help="The bank's template; `huzhu payments formats` lists them.",
)
@click.option("--from", "account", metavar="CODE", help="The fund's account that pays.")
@click.option("--on", "on", type=DAY, help="The day the batch is made. Default: today.")
@by_option
def export(
    lang: str,
    year: int,
    out: Path,
    approve: str,
    descriptor: int | None,
    third: str | None,
    third_descriptor: int | None,
    encoding: str | None,
    template: str,
    account: str | None,
    on: datetime | None,
    by: str | None,
) -> Told:
    from app.cli.second import signed
    from app.clock import today
    from app.db import transaction
    from app.payments.batch import NothingToPay, prepare_batch

    refuse_existing(out)
    with office() as settings:
        with transaction() as session:
            preparer = acting(session, settings, by)
        approver = signed(approve, descriptor, lang)
        confirmer = signed(third, third_descriptor, lang) if third else None
        beside = None
        try:
            with transaction() as session:
                batch = prepare_batch(
                    session,
                    year,
                    prepared_by=preparer,
                    approved_by=approver,
                    third_by=confirmer,
                    template=template,
                    fund_account=account,
                    made_on=on.date() if on else today(),
                    encoding=encoding,
                )
                # On the disk before the commit: a full disk must not leave a batch without a file.
                beside = written_beside(out, batch.file)
        except NothingToPay as nothing:
            return told_nothing(nothing, lang)
        except BaseException:
            if beside:
                beside.unlink(missing_ok=True)
            raise
        return told_batch(batch, out, lang, placed=placed(beside, out))


@command("rewrite", help="Make a batch's file again, to the byte, where it was lost.")
@click.argument("batch")
@click.option("--out", required=True, type=_PATH, help="The file for the bank; must not exist.")
@by_option
def rewrite(lang: str, batch: str, out: Path, by: str | None) -> Told:
    from app.db import transaction
    from app.payments.batch import rebuilt_file

    refuse_existing(out)
    with office() as settings, transaction() as session:
        data = rebuilt_file(session, batch, by=acting(session, settings, by))
        beside = written_beside(out, data)
        if not placed(beside, out):
            raise OutFileExists(out=str(out))
    said = {
        "en": f"Made {out} again: the same bytes. The bank must get batch {batch} only once.",
        "zh": f"已重新输出 {out}，与原文件逐字节相同。同一批次 {batch} 只能交银行一次。",
    }
    return Told({"batch": batch, "out": str(out), "bytes": len(data)}, [said[lang]])


@command("formats", help="The banks' templates: what a file to the bank can look like.")
def list_formats(lang: str) -> Told:
    found = [
        {
            "format": form.name,
            "title": form.title[lang],
            "kind": form.out.kind,
            "encodings": list(form.out.encodings),
            "answers": form.back.kind,
        }
        for form in formats().values()
    ]
    lines = [f"{x['format']}  {x['title']}  {', '.join(map(str, x['encodings']))}" for x in found]
    return Told({"formats": found}, lines)


@command("import-return", help="Take the bank's answer. The same file again changes nothing.")
@click.argument("file", type=_PATH)
@by_option
def import_return(lang: str, file: Path, by: str | None) -> Told:
    from app.db import transaction
    from app.payments.returns import take_return

    data = content_of(file)
    with office() as settings, transaction() as session:
        returned = take_return(session, data, by=acting(session, settings, by))
    faults = list(returned.listed)
    facts = _counts(returned) | {"listed": fault_facts(faults, lang)}
    code = LISTED if faults else DONE
    return Told(facts, [_sentence(returned, lang)], code, fault_lines(faults, lang))


def told_batch(batch: Batch, out: Path, lang: str, *, placed: bool) -> Told:
    facts = {
        "batch": batch.number,
        "lines": batch.lines,
        "total": yuan(batch.total_fen),
        "sha256": batch.sha256,
        "out": str(out) if placed else None,
        "left_out": left_out_facts(batch.left_out, lang),
    }
    en, zh = (
        "Batch {batch}: {lines} {lines|payment|payments}, {total} yuan.",
        "批次 {batch}：{lines} 笔，共 {total} 元。",
    )
    lines = [counted(en if lang == "en" else zh, **facts), _where(batch, out, lang, placed=placed)]
    code = DONE if placed and not batch.left_out else LISTED
    return Told(facts, lines, code, left_out_lines(batch.left_out, lang))


def _where(batch: Batch, out: Path, lang: str, *, placed: bool) -> str:
    if placed:
        return f"For the bank: {out}" if lang == "en" else f"交银行的文件：{out}"
    again = f"huzhu payments rewrite {batch.number} --out …"
    if lang == "en":
        return f"The batch stands, but {out} could not be put in place. Make it again: {again}"
    return f"批次已登记，但文件 {out} 未能放好。请重新输出：{again}"


def told_nothing(nothing: NothingToPay, lang: str) -> Told:
    facts = {"batch": None, "lines": 0, "left_out": left_out_facts(nothing.left_out, lang)}
    code = LISTED if nothing.left_out else DONE
    return Told(facts, [say(nothing, lang)], code, left_out_lines(nothing.left_out, lang))


def left_out_facts(left_out: Sequence[LeftOut], lang: str) -> list[dict[str, object]]:
    # Without the name: what a program reads ends in logs.
    return [
        {"claim": x.claim_id, "reason": x.reason, "message": word(x.reason, lang)} for x in left_out
    ]


def left_out_lines(left_out: Sequence[LeftOut], lang: str) -> list[str]:
    line = "Left out: claim %d, %s. %s" if lang == "en" else "未列入：申请 %d，%s。%s"
    return [line % (x.claim_id, x.name, word(x.reason, lang)) for x in left_out]


def _counts(returned: Returned) -> dict[str, object]:
    return {
        "batch": returned.batch,
        "lines": returned.lines,
        "paid": returned.paid,
        "failed": returned.failed,
        "unknown": returned.unknown,
        "missing": returned.missing,
        "unchanged": returned.unchanged,
        "held": returned.held,
        "refused": returned.refused,
        "paid_total": yuan(returned.paid_fen),
        "failed_total": yuan(returned.failed_fen),
    }


def _sentence(returned: Returned, lang: str) -> str:
    if lang == "en":
        said = (
            "Batch {batch}: {lines} {lines|line|lines} = {paid} paid ({paid_total})"
            " + {failed} failed ({failed_total}) + {unknown} unknown + {unchanged} unchanged"
            " + {held} held + {refused} refused."
        )
    else:
        said = (
            "批次 {batch}：共 {lines} 行 = 成功 {paid}（{paid_total} 元）+ 失败 {failed}"
            "（{failed_total} 元）+ 银行未定 {unknown} + 未变 {unchanged} + 留存待查 {held}"
            " + 不收 {refused}。"
        )
    return counted(said, **_counts(returned))


for each in (export, import_return, rewrite, list_formats, sheet):
    payments.add_command(each)
