"""`huzhu payments export|import-return|rewrite`: money out, and the bank's answers."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from app.cli.files import FileUnwritable, content_of
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
from app.cli.passwords import asked, from_descriptor
from app.errors import Refusal
from app.money import yuan
from app.texts import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.banking.payfile import Encoding
    from app.payments.batch import Batch
    from app.payments.returns import Returned
    from app.payments.take import LeftOut

DAY = click.DateTime(["%Y-%m-%d"])
_PATH = click.Path(path_type=Path)
_ENCODINGS = ("utf-8-sig", "gb18030", "gbk")
_TERMINAL = "terminal"


class OutFileExists(Refusal):
    """Nothing is written over: a file to the bank may have been sent already."""


@click.group()
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
@click.option("--encoding", type=click.Choice(_ENCODINGS), default="utf-8-sig", show_default=True)
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

    _refuse_existing(out)
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
                beside = _written_beside(out, batch.file)
        except NothingToPay as nothing:
            return _told_nothing(nothing, lang)
        except BaseException:
            if beside:
                beside.unlink(missing_ok=True)
            raise
        return _told_batch(batch, out, lang, placed=_placed(beside, out))


@command("rewrite", help="Make a batch's file again, to the byte, where it was lost.")
@click.argument("batch")
@click.option("--out", required=True, type=_PATH, help="The file for the bank; must not exist.")
@by_option
def rewrite(lang: str, batch: str, out: Path, by: str | None) -> Told:
    from app.db import transaction
    from app.payments.batch import rebuilt_file

    _refuse_existing(out)
    with office() as settings, transaction() as session:
        data = rebuilt_file(session, batch, by=acting(session, settings, by))
        beside = _written_beside(out, data)
        if not _placed(beside, out):
            raise OutFileExists(out=str(out))
    said = {
        "en": f"Made {out} again: the same bytes. The bank must get batch {batch} only once.",
        "zh": f"已重新输出 {out},与原文件逐字节相同。同一批次 {batch} 只能交银行一次。",
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
        password = asked(f"Password of {login}" if lang == "en" else f"{login} 的密码")
    with transaction() as session:
        found = authenticate(session, login, password, _TERMINAL)
        if not isinstance(found, Refusal):
            return found.id
    raise found  # after the commit, so that the try is counted


def _refuse_existing(out: Path) -> None:
    if os.path.lexists(out):
        raise OutFileExists(out=str(out))


def _written_beside(out: Path, data: bytes) -> Path:
    """The bytes, safe on the disk under another name, readable for their owner only."""
    beside = None
    try:
        handle, name = tempfile.mkstemp(dir=out.resolve().parent, prefix=f".{out.name}.")
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        if beside:
            beside.unlink(missing_ok=True)
        raise FileUnwritable(path=str(out), why=fault.strerror or "") from fault
    return beside


def _placed(beside: Path, out: Path) -> bool:
    """Give the file its name, and never another file's; False where that name is taken now."""
    try:
        os.link(beside, out)
        beside.unlink()
    except FileExistsError:
        beside.unlink()
        return False
    except OSError:  # a disk without hard links
        beside.rename(out)
    with contextlib.suppress(OSError):  # not every system opens directories
        directory = os.open(out.resolve().parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    return True
