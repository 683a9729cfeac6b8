"""`huzhu gift open|list|import`: covers that a union gives."""

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
    note_lines,
    office,
)
from app.cli.gifts_used import used, used_facts
from app.cli.roster import DAY, HEADINGS
from app.cli.spoken import group
from app.cli.typed import AmountWrong
from app.errors import RowFault
from app.files.disk import content_of, write_whole
from app.money import NotAnAmount, fen, yuan
from app.texts import word
from app.texts.counted import counted
from app.texts.steps import CARES

if TYPE_CHECKING:
    from app.config import Settings
    from app.enrolment.gift_enrol import Given
    from app.enrolment.gift_open import Gift
    from app.roster.person import RosterRow
    from app.roster.sheet import RosterSheet

_PATH = click.Path(path_type=Path, readable=False)


@group()
def gift() -> None:
    """Gift campaigns (赠送保障活动)."""


@command("open", help="Open a campaign: so many covers that the union gives.")
@click.option("--name", required=True, help="The campaign's name.")
@click.option("--quota", required=True, type=int, help="How many covers.")
@click.option("--months", required=True, type=int, help="How long each runs, 1 to 12.")
@click.option("--opens-on", required=True, type=DAY, help="The first day covers may start.")
@click.option("--closes-on", required=True, type=DAY, help="The last day covers may start.")
@click.option(
    "--care",
    "cares",
    multiple=True,
    default=["inpatient"],
    show_default=True,
    help="What it pays: inpatient, chronic; may stand twice.",
)
@click.option(
    "--each", help="What the union pays a cover, in yuan; default: the whole contribution."
)
@click.option("--union", "payer", help="Who pays, by name: the officer's own union, or one below.")
@by_option
def open_campaign(
    lang: str, by: str | None, months: int, each: str | None, payer: str | None, **asked: Any
) -> Told:
    from app.accounts.models import Account
    from app.db import transaction
    from app.enrolment.gift_open import open_gift
    from app.unions.open import district_named

    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        own = session.get_one(Account, officer).union_id
        opened = open_gift(
            session,
            name=asked["name"],
            union_id=district_named(session, payer) if payer else own,
            quota=asked["quota"],
            term_months=months,
            opens_on=asked["opens_on"].date(),
            closes_on=asked["closes_on"].date(),
            cares=asked["cares"],
            each_fen=None if each is None else _fen(each),
            by=officer,
        )
    said = "Opened: " if lang == "en" else "已开启："
    return Told(_campaign(opened), [said + _line(opened, lang)])


@command("list", help="All campaigns, with the places given.")
def list_campaigns(lang: str) -> Told:
    from app.db import transaction
    from app.enrolment.gift_open import gifts
    from app.enrolment.gift_use import gift_use

    with office(), transaction() as session:
        found, use = gifts(session), gift_use(session)
    none = "No campaigns yet." if lang == "en" else "还没有赠送活动。"
    facts = {"campaigns": [_campaign(x) | used_facts(use[x.id]) for x in found]}
    return Told(facts, [f"{_line(x, lang)} {used(use[x.id], lang)}" for x in found] or [none])


@command(
    "import",
    help="Give covers to the people of a roster (.xlsx or CSV).",
    epilog="The file's columns: name (姓名), ID number (身份证号); may have:"
    " bank account (银行账号), phone (手机号), birth date (出生日期),"
    " occupation (职业), platform (平台).",
)
@click.argument("file", type=_PATH)
@click.option("--campaign", required=True, help="The campaign's name.")
@click.option("--starts-on", required=True, type=DAY, help="When the covers start.")
@click.option("--confirmed-on", type=DAY, help="When the list was confirmed; default: today.")
@click.option("--marked", type=_PATH, help="Where to write the copy with the reasons.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@by_option
def import_file(
    lang: str, file: Path, by: str | None, marked: Path | None, dry_run: bool, **asked: Any
) -> Told:
    from app.clock import today
    from app.files.workbook import read_book
    from app.roster.returned import copy_for
    from app.roster.sheet import read_roster

    content = content_of(file)
    book = read_book(content)
    sheet = read_roster(book, today())
    with office() as settings:
        asked |= {"unreadable": len(sheet.faults), "gig": sheet.gig}
        given = _give(settings, sheet.rows, content, by, dry_run=dry_run, asked=asked)
    faults = sorted([*sheet.faults, *given.faults], key=lambda fault: fault.line)
    facts = _facts(sheet, given, faults, lang) | {"dry_run": dry_run, "marked": None}
    if faults and not dry_run:
        out = marked or file.with_name(f"{file.stem}-marked.{book.kind}")
        write_whole(out, copy_for(content, book, sheet, faults, lang, name=out.name))
        facts["marked"] = str(out)
    exit_code = LISTED if faults else DONE
    return Told(facts, _sentences(facts, lang), exit_code, fault_lines(faults, lang, HEADINGS))


def _give(
    settings: Settings,
    rows: list[RosterRow],
    content: bytes,
    by: str | None,
    *,
    dry_run: bool,
    asked: dict[str, Any],
) -> Given:
    from app import bell
    from app.clock import today
    from app.db import transaction
    from app.enrolment.gift_enrol import GiftAsked, give
    from app.enrolment.gift_open import gift_of

    confirmed = asked["confirmed_on"]
    with transaction() as session:
        wish = GiftAsked(
            gift=gift_of(session, asked["campaign"]),
            starts_on=asked["starts_on"].date(),
            confirmed_on=confirmed.date() if confirmed else today(),
            file_sha256=hashlib.sha256(content).hexdigest(),
            unreadable=asked["unreadable"],
            gig=asked["gig"],
        )
        given = give(session, wish, rows, by=acting(session, settings, by))
        if dry_run:
            session.rollback()
    if given.roster_id and not dry_run:
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    return given


def _fen(amount: str) -> int:
    try:
        return fen(amount)
    except NotAnAmount:
        raise AmountWrong(amount=amount) from None


def _campaign(found: Gift) -> dict[str, Any]:
    return {
        "campaign": found.name,
        "quota": found.quota,
        "given": found.given,
        "left": found.left,
        "months": found.term_months,
        "cares": list(found.cares),
        "each": yuan(found.each_fen),
        "opens_on": str(found.opens_on),
        "closes_on": str(found.closes_on),
    }


def _line(found: Gift, lang: str) -> str:
    english = lang == "en"
    cares = [CARES[care].en if english else CARES[care].zh for care in found.cares]
    facts = _campaign(found) | {"cares": (", " if english else "、").join(cares)}
    said = (
        "{campaign}: {given} of {quota} {quota|cover|covers} given, {months}"
        " {months|month|months} each, {cares}, the union"
        " pays {each} a cover; they start from {opens_on} to {closes_on}."
        if english
        else "{campaign}：共 {quota} 个名额，已赠送 {given} 个，保障 {months} 个月，{cares}，"
        "工会每人承担 {each} 元；{opens_on} 至 {closes_on} 起保。"
    )
    return counted(said, **facts)


def _facts(sheet: RosterSheet, given: Given, faults: list[RowFault], lang: str) -> dict[str, Any]:
    return {
        "rows_in": sheet.total,
        "enrolled": len(given.enrolled),
        "unchanged": len(given.unchanged),
        "refused": len({fault.line for fault in faults}),
        "changed": len({*given.told.renamed, *given.told.account_changed}),
        "left": given.left,
        "scheme": given.scheme_id,
        "roster": given.roster_id,
        "union_due": yuan(given.union_due_fen),
        "faults": fault_facts(faults, lang),
        "notes": [
            {"line": x.line, "reason": x.reason, "message": word(x.reason, lang, **x.facts)}
            for x in [*sheet.notes, *given.notes]
        ],
    }


_SAID = {
    "zh": (
        "{rows_in} 行 = 获赠 {enrolled} + 未变 {unchanged} + 不收 {refused}。",
        "剩余名额 {left} 个。",
        "方案 {scheme}，工会应承担 {union_due} 元。",
        "{changed} 人的姓名或账号与以前不同，已更新。",
        "标注了原因的副本：{marked}",
        "只是试算，什么都没有写入。",
    ),
    "en": (
        "Rows: {rows_in} = {enrolled} given + {unchanged} unchanged + {refused} refused.",
        "Places left: {left}.",
        "Scheme {scheme}; the union owes {union_due}.",
        "The new name or account of {changed} {changed|person|people} is taken.",
        "The copy with the reasons: {marked}",
        "A dry run: nothing was written.",
    ),
}


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    rows, left, owed, changed, marked, dry = _SAID[lang]
    lines = [rows.format(**facts), left.format(**facts)]
    if facts["enrolled"]:
        lines.append(owed.format(**facts))
    if facts["changed"]:
        lines.append(counted(changed, **facts))
    lines += note_lines(facts["notes"], lang)
    if facts["marked"]:
        lines.append(marked.format(**facts))
    if facts["dry_run"]:
        lines.append(dry)
    return lines


gift.add_command(open_campaign)
gift.add_command(list_campaigns)
gift.add_command(import_file)
