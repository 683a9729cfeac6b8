"""`huzhu roster template|import|change|withdraw`: who is enrolled."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.frame import (
    DONE,
    LISTED,
    Told,
    acting_for,
    by_option,
    command,
    fault_facts,
    fault_lines,
    note_lines,
    office,
)
from app.cli.late import permit
from app.cli.outfile import refuse_existing
from app.cli.roster_changes import change, withdraw
from app.cli.spoken import group
from app.errors import RowFault
from app.files.disk import content_of, write_whole
from app.money import yuan
from app.texts import word
from app.texts.counted import counted

if TYPE_CHECKING:
    from app.config import Settings
    from app.enrolment.enrol import Enrolled
    from app.roster.person import RosterRow
    from app.roster.sheet import RosterSheet

DAY = click.DateTime(["%Y-%m-%d"])
_PATH = click.Path(path_type=Path, readable=False)


@group()
def roster() -> None:
    """Rosters (花名册)."""


@command("template", help="Write an empty roster to fill in (.xlsx).")
@click.argument("out", type=_PATH)
def template(lang: str, out: Path) -> Told:
    from app.roster.template import roster_template

    empty = roster_template()
    if not (out.is_file() and content_of(out) == empty):
        refuse_existing(out)  # somebody may have filled it in
        write_whole(out, empty)
    said = f"Written to {out}." if lang == "en" else f"模板已写入 {out}。"
    return Told({"out": str(out)}, [said])


@command(
    "import",
    help="Enrol the people of a roster (.xlsx or CSV).",
    epilog="The file's columns: name (姓名), ID number (身份证号); may have:"
    " bank account (银行账号), phone (手机号), birth date (出生日期),"
    " occupation (职业), platform (平台).",
)
@click.argument("file", type=_PATH)
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--starts-on", type=DAY, help="When covers start; default: the year's first day.")
@click.option("--confirmed-on", type=DAY, help="When the unit confirmed it; default: today.")
@click.option("--unit-percent", type=click.IntRange(0, 100), help="The unit's share this time.")
@click.option("--marked", type=_PATH, help="Where to write the copy with the reasons.")
@click.option("--refused", type=_PATH, help="Where to write a copy of the refused rows alone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@by_option
def import_file(
    lang: str,
    file: Path,
    by: str | None,
    marked: Path | None,
    refused: Path | None,
    dry_run: bool,
    **asked: Any,
) -> Told:
    from app.clock import today
    from app.files.workbook import read_book
    from app.roster.phones import phones_in
    from app.roster.returned import copy_for
    from app.roster.sheet import read_roster

    content = content_of(file)
    book = read_book(content)
    sheet = read_roster(book, today())
    with office() as settings:
        phones = phones_in(sheet)
        asked |= {
            "gig": sheet.gig,
            "phones": phones.by_line,
            "unreadable": len(sheet.faults),
            "refused_certnos": sheet.refused_certnos,
        }
        enrolled = _enrol(settings, sheet.rows, content, by, dry_run=dry_run, asked=asked)
    sheet.notes.extend(phones.notes)
    faults = sorted([*sheet.faults, *enrolled.faults], key=lambda fault: fault.line)
    facts = _facts(sheet, enrolled, faults, lang) | {"dry_run": dry_run, "marked": None}
    if faults and not dry_run:
        out = marked or file.with_name(f"{file.stem}-marked.{book.kind}")
        write_whole(out, copy_for(content, book, sheet, faults, lang, name=out.name))
        facts["marked"] = str(out)
        if refused:
            alone = copy_for(
                content, book, sheet, faults, lang, only_refused=True, name=refused.name
            )
            write_whole(refused, alone)
    exit_code = LISTED if faults else DONE
    listed = fault_lines(faults, lang, HEADINGS)
    return Told(facts, _sentences(facts, lang), exit_code, listed)


def _enrol(
    settings: Settings,
    rows: list[RosterRow],
    content: bytes,
    by: str | None,
    *,
    dry_run: bool,
    asked: dict[str, Any],
) -> Enrolled:
    from app import bell
    from app.clock import today
    from app.cover.place import first_day
    from app.db import transaction
    from app.enrolment.enrol import Asked, enrol
    from app.roster.now import percent_on
    from app.roster.units import unit_of
    from app.schemes.publish import published_schemes

    with transaction() as session:
        unit = unit_of(session, asked["uscc"])
        given, confirmed, percent = (
            asked[name] for name in ("starts_on", "confirmed_on", "unit_percent")
        )
        year, confirmed_on = asked["year"], confirmed.date() if confirmed else today()
        if percent is None:
            percent = percent_on(session, unit.id, confirmed_on)
        wish = Asked(
            unit=unit,
            year=year,
            starts_on=given.date() if given else first_day(published_schemes(session), year),
            confirmed_on=confirmed_on,
            unit_percent=percent,
            file_sha256=hashlib.sha256(content).hexdigest(),
            unreadable=asked["unreadable"],
            refused_certnos=asked["refused_certnos"],
            gig=asked["gig"],
            phones=asked["phones"],
        )
        enrolled = enrol(session, wish, rows, by=acting_for(session, settings, by, unit.id))
        if dry_run:
            session.rollback()
    if enrolled.roster_id and not dry_run:
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    return enrolled


def _facts(
    sheet: RosterSheet, enrolled: Enrolled, faults: list[RowFault], lang: str
) -> dict[str, Any]:
    return {
        "rows_in": sheet.total,
        "enrolled": len(enrolled.enrolled),
        "unchanged": len(enrolled.unchanged),
        "refused": len({fault.line for fault in faults}),
        "joined": enrolled.joined,
        "left": enrolled.left,
        "moved": len(enrolled.moved),
        "moved_from": {str(line): unit or None for line, unit in enrolled.moved.items()},
        "died": len(enrolled.gone.died),
        "retired": len(enrolled.gone.retired),
        "gone_before": len(enrolled.gone.left),
        "elsewhere": sum(x.reason in COVERED for x in faults),
        "changed": len(set(enrolled.renamed) | set(enrolled.account_changed)),
        "starts_later": {
            str(line): str(day) if day else None for line, day in enrolled.starts_later.items()
        },
        "scheme": enrolled.scheme_id,
        "roster": enrolled.roster_id,
        "due": yuan(enrolled.due_fen),
        "covers_begun": sum(len(begun.covers) for begun in enrolled.begun),
        "faults": fault_facts(faults, lang),
        "notes": [
            {"line": x.line, "reason": x.reason, "message": word(x.reason, lang, **x.facts)}
            for x in [*sheet.notes, *enrolled.notes]
        ],
    }


COVERED = frozenset({"AlreadyCovered", "CoveredElsewhere"})
HEADINGS = {
    "name": ("姓名", "name"),
    "certno": ("身份证号", "ID number"),
    "account": ("银行账号", "bank account"),
    "birth": ("出生日期", "birth date"),
}

_SAID = {
    "zh": (
        "{rows_in} 行 = 新参保 {enrolled} + 未变 {unchanged} + 不收 {refused}。",
        "与上年花名册相比：加入 {joined} 人，离开 {left} 人。",
        "加入的人中有 {moved} 人来自其他单位。",
        "离开的人中：去世 {died} 人，退休 {retired} 人，已办减员 {gone_before} 人。",
        "{elsewhere} 人已有保障，不重复参保，也不收费。",
        "方案 {scheme}，单位与职工应缴 {due} 元。",
        "只是试算，什么都没有写入。",
        "标注了原因的副本：{marked}",
        "{n} 人另有保障在前，新保障从其结束次日开始。",
        "其中 {n} 人因在别处有保障而晚于所申请的日期，具体日期不显示。",
        "{changed} 人的姓名或账号与以前不同，已更新。",
    ),
    "en": (
        "Rows: {rows_in} = {enrolled} enrolled + {unchanged} unchanged + {refused} refused.",
        "Against last year: {joined} joined, {left} left.",
        "Of those who joined, from another unit: {moved}.",
        "Of those who left: {died} died, {retired} retired, {gone_before} known to have left.",
        "Covered already: {elsewhere}; not enrolled twice, and not charged.",
        "Scheme {scheme}; unit and workers owe {due}.",
        "A dry run: nothing was written.",
        "The copy with the reasons: {marked}",
        "Covered at that start: {n}; the new cover begins the day after the old one ends.",
        "{n} of them later than asked because of a cover elsewhere; its days are not shown.",
        "The new name or account of {changed} {changed|person|people} is taken.",
    ),
}


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    rows, difference, moved, gone, elsewhere, owed, dry, marked, later, hidden, changed = _SAID[
        lang
    ]
    lines = [rows.format(**facts), difference.format(**facts)]
    if facts["moved"]:
        lines.append(moved.format(**facts))
    if facts["died"] or facts["retired"] or facts["gone_before"]:
        lines.append(gone.format(**facts))
    if facts["elsewhere"]:
        lines.append(elsewhere.format(**facts))
    if facts["enrolled"]:
        lines.append(owed.format(**facts))
    if facts["changed"]:
        lines.append(counted(changed, **facts))
    if facts["starts_later"]:
        lines.append(later.format(n=len(facts["starts_later"])))
    if undated := sum(day is None for day in facts["starts_later"].values()):
        lines.append(hidden.format(n=undated))
    lines += note_lines(facts["notes"], lang)
    if facts["marked"]:
        lines.append(marked.format(**facts))
    if facts["dry_run"]:
        lines.append(dry)
    return lines


roster.add_command(template)
roster.add_command(import_file)
roster.add_command(change)
roster.add_command(withdraw)
roster.add_command(permit)
