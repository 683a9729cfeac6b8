"""`huzhu settlements import`: the bureau's bills."""

import hashlib
from pathlib import Path

import click

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
from app.cli.spoken import group

_COUNTS = ("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused")


@group()
def settlements() -> None:
    """Settlements of basic insurance (医保结算单)."""


@command("import", help="Take a CSV of the national interface's fields; claims are made of it.")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@by_option
def import_file(lang: str, file: Path, by: str | None) -> Told:
    from app import bell
    from app.claims.settlement import read_settlements
    from app.claims.submit import take_feed
    from app.db import transaction
    from app.files.disk import content_of

    content = content_of(file)
    read = read_settlements(content)
    with office() as settings:
        with transaction() as session:
            taken = take_feed(
                session,
                read,
                file_sha256=hashlib.sha256(content).hexdigest(),
                by=acting(session, settings, by),
            )
        if taken.run_id:
            bell.ring(settings.broker_url, bell.DRAIN_RUN, taken.run_id)
    facts = {name: getattr(taken, name) for name in _COUNTS} | {
        "run": taken.run_id,
        "promised": taken.promised,
        "listed": fault_facts(taken.listed, lang),
        "sums_differ": taken.sums_differ,
    }
    exit_code = LISTED if taken.listed else DONE
    return Told(facts, _sentences(facts, lang), exit_code, fault_lines(taken.listed, lang))


def _sentences(facts: dict[str, object], lang: str) -> list[str]:
    if lang == "en":
        lines = [
            "Rows: {rows_in} = {new} new + {changed} changed + {unchanged} unchanged"
            " + {refunds} refunds + {unmatched} of no member + {refused} refused.".format(**facts),
            "{promised} claims are to be determined.".format(**facts),
        ]
        differ = "In %d rows the parts do not make the whole; they are taken, have a look."
    else:
        lines = [
            "共 {rows_in} 行 = 新增 {new} + 变更 {changed} + 未变 {unchanged} + 退费 {refunds}"
            " + 非参保人 {unmatched} + 不收 {refused}。".format(**facts),
            "{promised} 件申请待理算。".format(**facts),
        ]
        differ = "%d 行的分项与合计不符，已照收，请核对。"
    lines_differing = facts["sums_differ"]
    if isinstance(lines_differing, list) and lines_differing:
        lines.append(differ % len(lines_differing))
    return lines


settlements.add_command(import_file)
