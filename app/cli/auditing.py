"""`huzhu claims papers|paper`, `huzhu log`: what an auditor looks at, also from the terminal."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from app.accounts.models import Role
from app.cli.frame import Told, acting, command, office
from app.cli.ledgers import DAY
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside

_PURPOSE: Final = click.option(
    "--purpose", required=True, help="What the claim is opened for; others read it afterwards."
)
_BY: Final = click.option("--by", metavar="ACCOUNT", help="The officer or auditor who acts.")
_OUT: Final = click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; must not exist.",
)


@command("papers", help="List a claim's papers; the opening is kept with its purpose.")
@click.argument("claim", type=click.IntRange(1))
@_PURPOSE
@_BY
def list_papers(lang: str, claim: int, purpose: str, by: str | None) -> Told:
    from app.audit.open_claim import open_claim, opening_of
    from app.claims.papers import papers_of
    from app.db import transaction

    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDITOR)
        opened = open_claim(session, claim, purpose=purpose, by=who)
        opening = opening_of(session, opened, by=who)
        found = papers_of(session, opening.member_id, claim) if opening else []
    facts = {
        "claim": claim,
        "opening": opened,
        "papers": [
            {
                "no": x.no,
                "kind": x.kind.value,
                "page": x.page,
                "width": x.width,
                "height": x.height,
                "bytes": x.size,
                "sha256": x.sha256,
                "by": x.by,
                "at": x.at.isoformat(),
            }
            for x in found
        ],
    }
    said = f"Papers: {len(found)}." if lang == "en" else f"材料 {len(found)} 页。"
    lines = [f"{x.no}  {x.kind.value}  {x.page}  {x.sha256}" for x in found]
    return Told(facts, [said, *lines])


@command("paper", help="Save one paper of a claim; the look is kept with its purpose.")
@click.argument("claim", type=click.IntRange(1))
@click.argument("no", type=click.IntRange(1, 9_999))
@_PURPOSE
@_OUT
@_BY
def save_paper(lang: str, claim: int, no: int, purpose: str, out: Path, by: str | None) -> Told:
    from app.attachments.faults import NoSuchPaper
    from app.audit.open_claim import open_claim, open_paper, opening_of
    from app.db import transaction

    refuse_existing(out)
    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDITOR)
        opened = open_claim(session, claim, purpose=purpose, by=who)
        opening = opening_of(session, opened, by=who)
        jpeg = open_paper(session, opening, no, by=who) if opening else None
        if jpeg is None:
            raise NoSuchPaper
    # Nothing lies on the disk before the look is on record.
    if not placed(written_beside(out, jpeg), out):
        raise OutFileExists(out=str(out))
    facts = {"claim": claim, "no": no, "opening": opened, "out": str(out), "bytes": len(jpeg)}
    said = f"Wrote {out}." if lang == "en" else f"已输出 {out}。"
    return Told(facts, [said])


@command("log", help="Write the log of the whole fund to a CSV file, the last event first.")
@_OUT
@click.option("--year", type=click.IntRange(1900, 9999), help="Only of this benefit year.")
@click.option("--from", "first", type=DAY, help="The first day.")
@click.option("--to", "last", type=DAY, help="The last day.")
@_BY
def log(
    lang: str,
    out: Path,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
) -> Told:
    from app.audit.read_log import log_lines
    from app.db import transaction

    refuse_existing(out)
    days = {"first": first.date() if first else None, "last": last.date() if last else None}
    with office() as settings, transaction() as session:
        who = acting(session, settings, by, Role.AUDITOR)
        data = b"".join(log_lines(session, year=year, **days, by=who))
    if not placed(written_beside(out, data), out):
        raise OutFileExists(out=str(out))
    events = data.count(b"\r\n") - 1
    said = f"Wrote {out}, events: {events}." if lang == "en" else f"已输出 {out}：{events} 条日志。"
    return Told({"out": str(out), "events": events}, [said])
