"""`huzhu member import-fates|alive`: who died, who retired, and a wrong word taken back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from app.cli.second import second_person, signed
from app.cli.spoken import group
from app.files.disk import content_of

if TYPE_CHECKING:
    from app.enrolment.fates import FatesTold

HEADINGS = {
    "name": ("姓名", "name"),
    "certno": ("身份证号", "ID number"),
    "fate": ("去世/退休", "died or retired"),
    "day": ("日期", "day"),
}


@group()
def member() -> None:
    """Members (职工)."""


@command(
    "import-fates",
    help="Take a list of who died and who retired (.xlsx or CSV).",
    epilog="The file's columns: name (姓名), ID number (身份证号), died or retired (类别),"
    " on which day (日期).",
)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@by_option
def import_file(lang: str, file: Path, by: str | None, dry_run: bool) -> Told:
    from app import bell
    from app.clock import today
    from app.db import transaction
    from app.enrolment.fates import import_fates, read_fates
    from app.files.workbook import read_book

    content = content_of(file)
    listed, rows = read_fates(read_book(content), today())
    with office() as settings:
        with transaction() as session:
            told = import_fates(
                session,
                rows,
                faults=listed.faults,
                file_sha256=hashlib.sha256(content).hexdigest(),
                by=acting(session, settings, by),
            )
            if dry_run:
                session.rollback()
        if told.event_id and not dry_run:
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    facts = _facts(told, lang) | {"dry_run": dry_run}
    code = LISTED if told.faults or told.strangers else DONE
    return Told(facts, _sentences(facts, lang), code, fault_lines(told.faults, lang, HEADINGS))


def _facts(told: FatesTold, lang: str) -> dict[str, Any]:
    return {
        "rows_in": told.rows_in,
        "new": len(told.new),
        "known": len(told.known),
        "strangers": len(told.strangers),
        "stranger_lines": told.strangers,
        "refused": len({x.line for x in told.faults}),
        "died": told.died,
        "covers_ended": told.covers_ended,
        "faults": fault_facts(told.faults, lang),
    }


_SAID = {
    "zh": (
        "{rows_in} 行 = 新登记 {new} + 已登记 {known} + 非本会职工 {strangers} + 不收 {refused}。",
        "新登记去世 {died} 人，{covers_ended} 份保障到去世当日为止。",
        "只是试算，什么都没有写入。",
    ),
    "en": (
        (
            "Rows: {rows_in} = {new} new + {known} known + {strangers} nobody of ours"
            " + {refused} refused."
        ),
        "Died: {died}. Covers that end on that day: {covers_ended}.",
        "A dry run: nothing was written.",
    ),
}


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    rows, died, dry = (line.format(**facts) for line in _SAID[lang])
    return [rows, *([died] if facts["died"] else []), *([dry] if facts["dry_run"] else [])]


@command("alive", help="Take a wrong word of death or retirement back; two officers do it.")
@click.option("--certno", required=True, help="The person's ID number.")
@second_person
@by_option
def alive(lang: str, certno: str, approve: str, descriptor: int | None, by: str | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.enrolment.fates import NoSuchFate, doubt_fate, take_fate_back
    from app.roster.identity import normalise_certno
    from app.roster.members import certno_index, members_by_index

    with office() as settings:
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            index = certno_index(normalise_certno(certno)[0])
            member_id = members_by_index(session, [index]).get(index)
            if member_id is None:
                raise NoSuchFate
            doubt_fate(session, member_id, by=acting(session, settings, by))
            changes = take_fate_back(session, member_id, by=second)
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    said = {
        "zh": f"已撤销登记，{len(changes)} 份保障恢复原来的期限。",
        "en": f"Taken back. Covers that stand again as before: {len(changes)}.",
    }
    return Told({"member": member_id, "covers": len(changes)}, [said[lang]])


member.add_command(import_file)
member.add_command(alive)
