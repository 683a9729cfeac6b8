"""`huzhu checkpoint sm2`: a national signature of a checkpoint, made where the key is."""

from pathlib import Path

import click

from app.accounts.models import Role
from app.cli.frame import Told, acting, command, office
from app.files.disk import content_of


@command("sm2", help="Keep an SM2 signature of the last checkpoint beside it.")
@click.option(
    "--public", type=click.Path(path_type=Path), required=True, help="The SM2 public key."
)
@click.option("--signature", type=click.Path(path_type=Path), required=True, help="Its signature.")
@click.option("--by", required=True, metavar="ACCOUNT", help="The audit administrator who acts.")
def sm2(lang: str, public: Path, signature: Path, by: str) -> Told:
    from app.audit.sm2 import keep_sm2
    from app.db import transaction

    key, signed = content_of(public), content_of(signature)
    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDIT_ADMIN)
        size = keep_sm2(session, key, signed, by=who).note.size
    said = {
        "zh": f"检查点（{size} 条）：已保存 SM2 签名。",
        "en": f"The checkpoint's SM2 signature is kept. Leaves: {size}.",
    }
    return Told({"size": size}, [said[lang]])
