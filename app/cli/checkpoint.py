"""`huzhu seal`, `huzhu checkpoint key|sign|witness|list|save`: proof that nothing is rewritten.

The key is the audit administrator's: a file sealed by a passphrase, which no server needs.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.accounts.models import Role
from app.cli.frame import Told, acting, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.passwords import asked, from_descriptor
from app.cli.sm2 import sm2
from app.cli.spoken import group
from app.files.disk import FileUnreadable, cause_of

if TYPE_CHECKING:
    from app.audit.seal import Sealed

_BY: Final = click.option(
    "--by", required=True, metavar="ACCOUNT", help="The audit administrator who acts."
)
_PHRASE: Final = click.option(
    "--passphrase-fd",
    "descriptor",
    type=click.IntRange(0),
    metavar="N",
    help="Read the key's passphrase from there instead of asking.",
)
_OUT: Final = click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; must not exist.",
)
_FILE: Final = click.argument("file", type=click.Path(path_type=Path))
_MOST: Final = 1 << 20
_ASKS: Final = {"zh": "密钥口令", "en": "Passphrase of the key"}


@command("seal", help="Seal what was recorded since the last seal. Workers do so daily.")
def seal(lang: str) -> Told:
    with office():
        sealed = _sealed()
    said = {
        "zh": f"封存 {sealed.number}：新增 {sealed.rows} 行，日志共 {sealed.size} 条。",
        "en": f"Seal {sealed.number}: rows added: {sealed.rows}; leaves of the log: {sealed.size}.",
    }
    facts = {
        "seal": sealed.number,
        "until": sealed.until,
        "rows": sealed.rows,
        "leaves": sealed.leaves,
        "size": sealed.size,
    }
    return Told(facts, [said[lang]])


@group()
def checkpoint() -> None:
    """Signed checkpoints of the log that seals every record."""


@command("key", help="Make a key and register it; checkpoints are signed with it from now on.")
@click.option(
    "--to",
    "out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for the key, sealed by a passphrase; must not exist.",
)
@click.option("--name", default="huzhu", help="Whose key it is, without spaces. Default: huzhu.")
@_PHRASE
@_BY
def make_key(lang: str, out: Path, name: str, descriptor: int | None, by: str) -> Told:
    from app.audit.checkpoint import register_key
    from app.db import transaction
    from app.evidence.note import fingerprint, new_key

    refuse_existing(out)
    phrase = _phrase(descriptor, lang, twice=True)
    private, public = new_key(phrase)
    with office() as settings:
        beside = written_beside(out, private)
        try:
            with transaction() as session:
                who = acting(session, settings, by, Role.AUDIT_ADMIN)
                register_key(session, name, public, by=who)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        if not placed(beside, out):
            raise OutFileExists(out=str(out))
    told = fingerprint(public)
    said = {
        "zh": f"{out}：新密钥，指纹 {told}。请把指纹交给审计人员，密钥文件和口令自己保管。",
        "en": f"{out}: a new key, fingerprint {told}. Hand the fingerprint to the auditors; keep"
        " file and passphrase to yourself.",
    }
    return Told({"file": str(out), "name": name, "fingerprint": told}, [said[lang]])


@command("sign", help="Seal, then sign a checkpoint of the log with the key.")
@click.option(
    "--key",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    help="The key's file.",
)
@_PHRASE
@_BY
def sign(lang: str, file: Path, descriptor: int | None, by: str) -> Told:
    from app.audit.checkpoint import sign_checkpoint
    from app.db import transaction
    from app.evidence.note import SigningKey, fingerprint

    key = SigningKey(_read(file), _phrase(descriptor, lang))
    with office() as settings:
        with transaction() as session:
            who = acting(session, settings, by, Role.AUDIT_ADMIN)
        _sealed()
        with transaction() as session:
            note = sign_checkpoint(session, key, by=who)
    said = {
        "zh": f"已签署检查点：日志 {note.size} 条。",
        "en": f"Signed: a checkpoint. Leaves: {note.size}.",
    }
    facts = {
        "size": note.size,
        "root": note.root.hex(),
        "fingerprint": fingerprint(key.public),
        "note": note.text,
    }
    return Told(facts, [said[lang], *note.text.splitlines()])


@command("witness", help="Keep a checkpoint's file that others have signed, too.")
@_FILE
@click.option(
    "--public",
    "key",
    type=click.Path(path_type=Path),
    help="The witness's public key (PEM), by which the line is checked.",
)
@_BY
def witness(lang: str, file: Path, key: Path | None, by: str) -> Told:
    from app.audit.checkpoint import keep_witness
    from app.db import transaction
    from app.evidence.note import read_public

    text = _read(file).decode("utf-8", "replace")
    public = read_public(_read(key)) if key else None
    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDIT_ADMIN)
        note, fresh = keep_witness(session, text, by=who, public=public)
    checked = bool(public)
    said = {
        "zh": f"检查点（{note.size} 条）：新增见证签名 {fresh} 个。",
        "en": f"Checkpoint, leaves: {note.size}, new signatures of witnesses: {fresh}.",
    }
    unchecked = {
        "zh": "没有给出见证人的公钥（--public），签名未经核对。",
        "en": "Whether they hold was not checked: no key of the witness was given (--public).",
    }
    told = {"size": note.size, "signatures": fresh, "checked": checked}
    return Told(told, [said[lang], *([] if checked or not fresh else [unchecked[lang]])])


@command("list", help="List the signed checkpoints, the last one last.")
def list_all(lang: str) -> Told:
    from app.audit.log import checkpoints
    from app.db import transaction
    from app.evidence.note import fingerprint

    with office(), transaction() as session:
        found = checkpoints(session)
    said = f"Checkpoints: {len(found)}." if lang == "en" else f"检查点 {len(found)} 个。"
    lines = [f"{x.note.size}  {_shown(x.at)}  {fingerprint(x.public)}" for x in found]
    facts = [
        {
            "size": x.note.size,
            "root": x.note.root.hex(),
            "signed_at": x.at.isoformat(),
            "fingerprint": fingerprint(x.public),
        }
        for x in found
    ]
    return Told({"checkpoints": facts}, [said, *lines])


@command("save", help="Write the last checkpoint to a file, with its witnesses' signatures.")
@_OUT
def save(lang: str, out: Path) -> Told:
    from app.audit.checkpoint import NothingSigned
    from app.audit.log import checkpoints, witnessed
    from app.db import transaction

    refuse_existing(out)
    with office(), transaction() as session:
        found = checkpoints(session)
        if not found:
            raise NothingSigned
        note = witnessed(session, found[-1])
    if not placed(written_beside(out, note.text.encode()), out):
        raise OutFileExists(out=str(out))
    said = {
        "zh": f"{out}：检查点（{note.size} 条），签名 {len(note.lines)} 个。",
        "en": f"{out}: the checkpoint, leaves: {note.size}, signatures: {len(note.lines)}.",
    }
    return Told({"file": str(out), "size": note.size, "note": note.text}, [said[lang]])


checkpoint.add_command(make_key)
checkpoint.add_command(sign)
checkpoint.add_command(witness)
checkpoint.add_command(sm2)
checkpoint.add_command(list_all)
checkpoint.add_command(save)


def _sealed() -> Sealed:
    from app.audit.seal import begin_seal
    from app.audit.seal import seal as seal_all
    from app.db import transaction

    with transaction() as session:
        until = begin_seal(session)
    with transaction() as session:
        return seal_all(session, until)


def _phrase(descriptor: int | None, lang: str, *, twice: bool = False) -> str:
    if descriptor is not None:
        return from_descriptor(descriptor)
    return asked(_ASKS[lang], lang, twice=twice)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST)
    except OSError as fault:
        raise FileUnreadable(path=str(file), cause=cause_of(fault)) from fault


def _shown(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
