"""`huzhu identify`, `huzhu auditor-key add|give|take`: editions with names, for some."""

import contextlib
from pathlib import Path
from typing import Final

import click

from app.accounts.models import Role
from app.cli.frame import Told, acting, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing
from app.cli.spoken import group
from app.files.disk import FileUnwritable, check_readable

_BY_AUDITOR: Final = click.option(
    "--by", required=True, metavar="ACCOUNT", help="The auditor who acts."
)
_BY_SECURITY: Final = click.option(
    "--by", required=True, metavar="ACCOUNT", help="The security administrator who acts."
)


@command("identify", help="Encrypt a bundle and the names behind it to the auditor's key.")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; must not exist.",
)
@_BY_AUDITOR
def identify(lang: str, bundle: Path, out: Path, by: str) -> Told:
    from app.audit.identify_order import save_edition
    from app.db import transaction

    refuse_existing(out)
    check_readable(bundle)
    beside = out.with_name(f".{out.name}.part")
    try:
        with office() as settings, transaction() as session:
            who = acting(session, settings, by, Role.AUDITOR)
            digest = save_edition(session, bundle, beside, by=who)
        if not placed(beside, out):
            raise OutFileExists(out=str(out))
    except FileUnwritable as refused:
        raise FileUnwritable(path=str(out), cause=refused.facts["cause"]) from refused
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
    said = {
        "zh": f"{out}：带姓名的资料包，只有该审计人员的密钥能打开。",
        "en": f"{out}: the identified edition; only the auditor's key opens it.",
    }
    return Told({"file": str(out), "sha256": digest}, [said[lang], f"SHA-256 {digest}"])


@group()
def auditor_key() -> None:
    """Keys that identified editions are encrypted to."""


@command("add", help="Give the auditor's own public key (age1…).")
@click.argument("recipient")
@_BY_AUDITOR
def add(lang: str, recipient: str, by: str) -> Told:
    from app.audit.auditor_key import add_auditor_key, fingerprint_of
    from app.db import transaction

    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDITOR)
        key_id = add_auditor_key(session, recipient, by=who)
    shown = fingerprint_of(recipient.strip())
    said = {"zh": f"公钥 {key_id}，指纹 {shown}。", "en": f"Key {key_id}, fingerprint {shown}."}
    return Told({"key": key_id, "fingerprint": shown}, [said[lang]])


@command("give", help="Give the right to a key, by another person than its auditor.")
@click.argument("key", type=click.IntRange(1))
@_BY_SECURITY
def give(lang: str, key: int, by: str) -> Told:
    return _say(lang, key, by, given=True)


@command("take", help="Take the right from a key.")
@click.argument("key", type=click.IntRange(1))
@_BY_SECURITY
def take(lang: str, key: int, by: str) -> Told:
    return _say(lang, key, by, given=False)


def _say(lang: str, key: int, by: str, *, given: bool) -> Told:
    from app.audit.auditor_key import give_auditor_key
    from app.db import transaction

    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.SECURITY_ADMIN)
        give_auditor_key(session, key, given=given, by=who)
    words = {"zh": ("已收回。", "已授权。"), "en": ("The right is taken.", "The right is given.")}
    return Told({"key": key, "given": given}, [words[lang][given]])


auditor_key.add_command(add)
auditor_key.add_command(give)
auditor_key.add_command(take)
