"""`huzhu roster change|withdraw`: who joined and left in the course of a year."""

from __future__ import annotations

import hashlib
from datetime import datetime
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
    note_lines,
    office,
)
from app.files.disk import content_of
from app.money import yuan
from app.texts.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.enrolment.changes import Changed, Changes
    from app.roster.sheet import Note

_DAY = click.DateTime(["%Y-%m-%d"])
_HEADINGS = {
    "name": ("姓名", "name"),
    "certno": ("身份证号", "ID number"),
    "change": ("增减", "joined or left"),
    "day": ("日期", "day"),
    "account": ("银行账号", "bank account"),
}


@command(
    "change",
    help="Take a unit's joiners and leavers in the course of a year.",
    epilog="The file's columns: name (姓名), ID number (身份证号), joined or left (增减). Of who"
    " joined the bank account (银行账号), if known; of who left the last day of work (日期)"
    " and why (原因).",
)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
@click.option("--starts-on", type=_DAY, help="When joiners' covers are asked to start; today.")
@click.option("--confirmed-on", type=_DAY, help="When the unit confirmed it; default: today.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@by_option
def change(lang: str, file: Path, by: str | None, dry_run: bool, **given: Any) -> Told:
    from app import bell
    from app.clock import today
    from app.db import transaction
    from app.enrolment.changes import read_changes, take_changes
    from app.enrolment.enrol import Asked
    from app.files.workbook import read_book
    from app.roster.units import unit_of

    content = content_of(file)
    changes = read_changes(read_book(content), today())
    starts_on, confirmed_on = (_day(given[name]) for name in ("starts_on", "confirmed_on"))
    with office() as settings:
        with transaction() as session:
            unit = unit_of(session, given["uscc"])
            asked = Asked(
                unit=unit,
                year=starts_on.year,
                starts_on=starts_on,
                confirmed_on=confirmed_on,
                unit_percent=unit.unit_percent,
                file_sha256=hashlib.sha256(content).hexdigest(),
                unreadable=len(changes.listed.faults),
            )
            officer = acting(session, settings, by)
            changed = take_changes(session, asked, changes.joiners, changes.leavers, by=officer)
            if dry_run:
                session.rollback()
        if changed.enrolled and changed.enrolled.roster_id and not dry_run:
            bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    return _told(changes, changed, lang, dry_run=dry_run)


def _day(given: datetime | None) -> Any:
    from app.clock import today

    return given.date() if given else today()


def _told(changes: Changes, changed: Changed, lang: str, *, dry_run: bool) -> Told:
    faults = sorted([*changes.listed.faults, *changed.faults], key=lambda fault: fault.line)
    joined = changed.enrolled
    facts: dict[str, Any] = {
        "rows_in": changes.listed.total,
        "joined": len(joined.enrolled) if joined else 0,
        "left": len(changed.left.new),
        "unchanged": len(changed.left.known) + (len(joined.unchanged) if joined else 0),
        "refused": len({fault.line for fault in faults}),
        "roster": joined.roster_id if joined else None,
        "due": yuan(joined.due_fen if joined else 0),
        "changed": len(set(joined.renamed) | set(joined.account_changed)) if joined else 0,
        "notes": _notes(joined.notes if joined else [], lang),
        "dry_run": dry_run,
        "faults": fault_facts(faults, lang),
    }
    said = _SAID[lang]
    lines = [said[0].format(**facts)]
    lines += [said[1].format(**facts)] if facts["joined"] else []
    lines += [said[2]] if facts["left"] else []
    lines += [counted(said[3], **facts)] if facts["changed"] else []
    lines += note_lines(facts["notes"], lang)
    lines += [said[4]] if dry_run else []
    return Told(facts, lines, LISTED if faults else DONE, fault_lines(faults, lang, _HEADINGS))


def _notes(notes: Sequence[Note], lang: str) -> list[dict[str, Any]]:
    from app.texts import word

    return [
        {"line": x.line, "reason": x.reason, "message": word(x.reason, lang, **x.facts)}
        for x in notes
    ]


_SAID = {
    "zh": (
        "{rows_in} 行 = 增 {joined} + 减 {left} + 未变 {unchanged} + 不收 {refused}。",
        "新增人员单位与职工应缴 {due} 元，缴清后保障开始。",
        "减员人员的保障到期满为止。",
        "{changed} 人的姓名或账号与以前不同，已更新。",
        "只是试算，什么都没有写入。",
    ),
    "en": (
        "Rows: {rows_in} = {joined} joined + {left} left + {unchanged} unchanged"  # noqa: ISC004
        " + {refused} refused.",
        "Unit and workers owe {due} for those who joined; their cover starts with the money.",
        "Who left stays covered to the end of the term.",
        "The new name or account of {changed} {changed|person|people} is taken.",
        "A dry run: nothing was written.",
    ),
}


@command("withdraw", help="Take a roster back that no money has filled.")
@click.argument("roster_id", metavar="ROSTER", type=click.IntRange(1))
@by_option
def withdraw(lang: str, roster_id: int, by: str | None) -> Told:
    from app.db import transaction
    from app.enrolment.withdraw import withdraw_roster

    with office() as settings, transaction() as session:
        withdraw_roster(session, roster_id, by=acting(session, settings, by))
    said = {"zh": "已撤回，这份花名册不再应缴。", "en": "Withdrawn: nothing of it is due any more."}
    return Told({"roster": roster_id}, [said[lang]])
