"""`huzhu payments export|import-return|rewrite`: money out, and the bank's answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from app.banking.payfile import Encoding
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
from app.cli.passwords import asked, from_descriptor
from app.cli.spoken import group
from app.errors import Refusal
from app.files.disk import content_of
from app.money import yuan
from app.texts import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.payments.batch import Batch, NothingToPay
    from app.payments.returns import Returned
    from app.payments.take import LeftOut

DAY = click.DateTime(["%Y-%m-%d"])
_PATH = click.Path(path_type=Path)
_ENCODINGS = get_args(Encoding)
_TERMINAL = "terminal"


@group()
def payments() -> None:
    """Payments to members (发放)."""


@command("export", help="Send all that is payable to the bank. Two officers, one file.")
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--out", required=True, type=_PATH, help="The file for the bank; must not exist.")
@click.option("--approve", required=True, metavar="ACCOUNT", help="The second officer.")
@click.option(
    "--approve-password-fd",
    "descriptor",
    type=click.IntRange(0),
    metavar="N",
    help="Read the second officer's password from there instead of asking.",
)
@click.option(
    "--encoding",
    type=click.Choice(_ENCODINGS),
    default="utf-8-sig",
    show_default=True,
    help="How the file is written.",
)
@click.option("--on", "on", type=DAY, help="The day the batch is made. Default: today.")
@by_option
def export(
    lang: str,
    year: int,
    out: Path,
    approve: str,
    descriptor: int | None,
    encoding: Encoding,
    on: datetime | None,
    by: str | None,
) -> Told:
    from app.clock import today
    from app.db import transaction
    from app.payments.batch import NothingToPay, prepare_batch

    refuse_existing(out)
    with office() as settings:
        with transaction() as session:
            preparer = acting(session, settings, by)
        approver = _approver(approve, descriptor, lang)
        beside = None
        try:
            with transaction() as session:
                batch = prepare_batch(
                    session,
                    year,
                    prepared_by=preparer,
                    approved_by=approver,
                    made_on=on.date() if on else today(),
                    encoding=encoding,
                )
                # On the disk before the commit: a full disk must not leave a batch without a file.
                beside = written_beside(out, batch.file)
        except NothingToPay as nothing:
            return _told_nothing(nothing, lang)
        except BaseException:
            if beside:
                beside.unlink(missing_ok=True)
            raise
        return _told_batch(batch, out, lang, placed=placed(beside, out))


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


def _approver(login: str, descriptor: int | None, lang: str) -> int:
    """The second officer, who gives a password: a wrong one counts as a try to sign in."""
    from app.accounts.check import authenticate
    from app.db import transaction

    if descriptor is not None:
        password = from_descriptor(descriptor)
    else:
        password = asked(f"Password of {login}" if lang == "en" else f"{login} 的密码", lang)
    with transaction() as session:
        found = authenticate(session, login, password, _TERMINAL)
        if not isinstance(found, Refusal):
            return found.id
    raise found  # after the commit, so that the try is counted


def _told_batch(batch: Batch, out: Path, lang: str, *, placed: bool) -> Told:
    facts = {
        "batch": batch.number,
        "lines": batch.lines,
        "total": yuan(batch.total_fen),
        "sha256": batch.sha256,
        "out": str(out) if placed else None,
        "left_out": _left_out_facts(batch.left_out, lang),
    }
    en, zh = (
        "Batch {batch}: {lines} payments, {total} yuan.",
        "批次 {batch}：{lines} 笔，共 {total} 元。",
    )
    lines = [(en if lang == "en" else zh).format(**facts), _where(batch, out, lang, placed=placed)]
    code = DONE if placed and not batch.left_out else LISTED
    return Told(facts, lines, code, _left_out_lines(batch.left_out, lang))


def _where(batch: Batch, out: Path, lang: str, *, placed: bool) -> str:
    if placed:
        return f"For the bank: {out}" if lang == "en" else f"交银行的文件：{out}"
    again = f"huzhu payments rewrite {batch.number} --out …"
    if lang == "en":
        return f"The batch stands, but {out} could not be put in place. Make it again: {again}"
    return f"批次已登记，但文件 {out} 未能放好。请重新输出：{again}"


def _told_nothing(nothing: NothingToPay, lang: str) -> Told:
    facts = {"batch": None, "lines": 0, "left_out": _left_out_facts(nothing.left_out, lang)}
    code = LISTED if nothing.left_out else DONE
    return Told(facts, [say(nothing, lang)], code, _left_out_lines(nothing.left_out, lang))


def _left_out_facts(left_out: Sequence[LeftOut], lang: str) -> list[dict[str, object]]:
    # Without the name: what a program reads ends in logs.
    return [
        {"claim": x.claim_id, "reason": x.reason, "message": word(x.reason, lang)} for x in left_out
    ]


def _left_out_lines(left_out: Sequence[LeftOut], lang: str) -> list[str]:
    line = "Left out: claim %d, %s. %s" if lang == "en" else "未列入：申请 %d，%s。%s"
    return [line % (x.claim_id, x.name, word(x.reason, lang)) for x in left_out]


def _counts(returned: Returned) -> dict[str, object]:
    return {
        "batch": returned.batch,
        "lines": returned.lines,
        "paid": returned.paid,
        "failed": returned.failed,
        "unchanged": returned.unchanged,
        "held": returned.held,
        "refused": returned.refused,
        "paid_total": yuan(returned.paid_fen),
        "failed_total": yuan(returned.failed_fen),
    }


def _sentence(returned: Returned, lang: str) -> str:
    if lang == "en":
        said = (
            "Batch {batch}: {lines} lines = {paid} paid ({paid_total}) + {failed} failed"
            " ({failed_total}) + {unchanged} unchanged + {held} held + {refused} refused."
        )
    else:
        said = (
            "批次 {batch}：共 {lines} 行 = 成功 {paid}（{paid_total} 元）+ 失败 {failed}"
            "（{failed_total} 元）+ 未变 {unchanged} + 留存待查 {held} + 不收 {refused}。"
        )
    return said.format(**_counts(returned))


for each in (export, import_return, rewrite, sheet):
    payments.add_command(each)
