"""`huzhu bundle` and `huzhu verify`: years in one file, and whether it holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.accounts.models import Role
from app.cli.frame import DONE, LISTED, Told, acting, command, office
from app.cli.going import Going
from app.cli.outfile import refuse_existing
from app.files.disk import check_there, content_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.audit.make import Made
    from app.outside import Tsa


@command("bundle", help="Write the audit bundle of benefit years, or of a calendar year.")
@click.argument("years", metavar="[YEAR]...", nargs=-1, type=click.IntRange(1900, 9999))
@click.option(
    "--booked",
    type=click.IntRange(1900, 9999),
    metavar="YEAR",
    help="The calendar year that accounts close by, and all benefit years it has entries of.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; must not exist.",
)
@click.option("--unsigned", is_flag=True, help="Everything up to now, without a checkpoint.")
@click.option("--by", metavar="ACCOUNT", help="The officer or auditor who acts.")
def bundle(
    lang: str,
    years: tuple[int, ...],
    booked: int | None,
    out: Path,
    unsigned: bool,
    by: str | None,
) -> Told:
    from app.audit.gather import snapshot
    from app.audit.make import make_booked, make_bundle, record_making
    from app.db import transaction
    from app.servers import reads

    if bool(years) == (booked is not None):
        raise click.UsageError(
            "Name benefit years, or one calendar year with --booked."
            if lang == "en"
            else "请给出保障年度，或用 --booked 给出公历年，二者取其一。"
        )
    refuse_existing(out)
    with office() as settings:
        with transaction() as session:
            account = acting(session, settings, by, Role.AUDITOR)
        going = Going("bundle", lang)
        with snapshot(reads(), scratch=True) as seen:
            made = (
                make_bundle(seen, years, out, going, signed=not unsigned, reports=True)
                if booked is None
                else make_booked(seen, booked, out, going, signed=not unsigned, reports=True)
            )
        with transaction() as session:
            record_making(session, made, by=account)
            more = _write_beside(session, out, made, settings.tsa)
    facts = {
        "years": list(made.years),
        "booked": made.booked,
        "file": str(out),
        "sha256": made.sha256,
        "bytes": made.size,
        "made_from_event": made.made_from_event,
        "rows": made.rows,
        "checkpoint": made.checkpoint,
        "beside": more,
    }
    proven = _proven(made)[lang == "en"]
    said = (
        f"{out}: benefit year {', '.join(map(str, made.years))}, rows: {made.rows},"
        f" up to event {made.made_from_event}; {proven}."
        if lang == "en"
        else f"{out}：保障年度 {'、'.join(map(str, made.years))}，{made.rows} 行，"
        f"截至事件 {made.made_from_event}，{proven}。"
    )
    return Told(facts, [said, f"SHA-256 {made.sha256}"])


@command("verify", help="Check an audit bundle, with this program's verifier.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="FINGERPRINT",
    help="Fingerprint of the key that must have signed it.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="CHECKPOINT",
    help="A checkpoint that you kept: its file.",
)
def verify(lang: str, file: Path, keys: tuple[str, ...], since: Path | None) -> Told:
    from app.audit import verify as verifier

    check_there(file)
    english = lang == "en"
    for key in keys:
        if not verifier.fingerprint_of(key):
            raise click.UsageError(verifier.NO_FINGERPRINT[english].format(key))
    earlier = content_of(since).decode("utf-8-sig", "replace") if since else None
    if earlier is not None and not verifier.is_checkpoint(earlier):
        raise click.UsageError(verifier.NO_CHECKPOINT[english].format(since))
    result = verifier.examine(str(file), Going("verify", lang), keys, earlier)
    facts: dict[str, Any] = verifier.as_json(result, lang)
    del facts["ok"]  # the frame says it
    return Told(facts, [verifier.report(result, lang)], DONE if result["ok"] else LISTED)


def _proven(made: "Made") -> tuple[str, str]:
    if made.lacks is not None:
        return (
            f"未签名：最近的检查点里还没有 {made.lacks} 年度的记录",
            f"unsigned, for the last checkpoint has nothing of {made.lacks} yet",
        )
    if made.checkpoint is None:
        return "未签名", "unsigned"
    return f"按检查点 {made.checkpoint}", f"as of checkpoint {made.checkpoint}"


def _write_beside(session: "Session", out: Path, made: "Made", tsa: "Tsa | None") -> list[str]:
    """What lies beside the bundle, in the same folder; the names."""
    from app.audit.beside import beside

    found = dict(beside(session, out.name, made.sha256, made.checkpoint, tsa))
    for name, content in found.items():
        out.with_name(name).write_bytes(content)
    return list(found)
