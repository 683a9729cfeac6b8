"""`huzhu unit apply|change|contact|merge|split|import`: one officer asks, another approves."""

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.cli.contributions import DAY
from app.cli.frame import (
    LISTED,
    Told,
    acting,
    by_option,
    command,
    fault_facts,
    fault_lines,
    office,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.units.ask import Asked

_PATH: Final = click.Path(path_type=Path, readable=False)
UNIT: Final = click.option(
    "--unit", "uscc", required=True, metavar="USCC", help="The unit's social credit code."
)
FROM: Final = click.option("--from", "from_on", type=DAY, help="From this day on. Default: today.")
HEADINGS: Final = {
    "uscc": ("统一社会信用代码", "social credit code"),
    "name": ("单位名称", "unit name"),
    "union": ("区县工会", "district union"),
    "contact": ("联系人", "contact"),
    "phone": ("联系电话", "phone"),
    "percent": ("单位承担比例", "unit's share"),
    "account": ("银行账号", "bank account"),
    "row": ("整行", "the row"),
}


@command("apply", help="Ask that a unit be registered; another officer approves.")
@click.option("--uscc", required=True, help="Unified social credit code (GB 32100).")
@click.option("--name", required=True, help="The unit's name.")
@click.option("--union", required=True, help="The union of its county or district, by name.")
@click.option("--contact", required=True, help="The contact person's name.")
@click.option("--phone", required=True, help="The contact person's phone.")
@click.option("--account", default="", help="The unit's own bank account, for refunds.")
@click.option("--bank", default="", help="The bank of that account.")
@click.option(
    "--unit-percent",
    type=click.IntRange(0, 100),
    default=50,
    show_default=True,
    help="What part of the unit-and-worker contribution the unit pays.",
)
@FROM
@by_option
def apply(lang: str, by: str | None, union: str, from_on: datetime | None, **given: Any) -> Told:
    from app.unions.open import district_named
    from app.units.ask import ask_registration
    from app.units.asked import Registration

    def ask(session: "Session", officer: int) -> "Asked":
        day = from_on.date() if from_on else None
        wanted = Registration(union_id=district_named(session, union), from_on=day, **given)
        return ask_registration(session, wanted, by=officer)

    return _ask(lang, by, ask)


@command("change", help="Ask that a unit's name, union, share or bank account change.")
@UNIT
@FROM
@click.option("--name", help="The new name.")
@click.option("--union", help="The union of its new county or district, by name.")
@click.option("--unit-percent", type=click.IntRange(0, 100), help="The unit's new share.")
@click.option("--account", help="The unit's own bank account, for refunds.")
@click.option("--bank", default="", help="The bank of that account.")
@by_option
def change(
    lang: str,
    uscc: str,
    by: str | None,
    from_on: datetime | None,
    union: str | None,
    **given: Any,
) -> Told:
    from app.roster.units import unit_of
    from app.unions.open import district_named
    from app.units.ask import ask_change
    from app.units.asked import Change

    def ask(session: "Session", officer: int) -> "Asked":
        district = district_named(session, union) if union else None
        wanted = Change(_day(from_on), union_id=district, **given)
        return ask_change(session, unit_of(session, uscc).id, wanted, by=officer)

    return _ask(lang, by, ask)


@command("contact", help="Ask that a person act for a unit; the old contact's account ends.")
@UNIT
@click.option("--contact", required=True, help="The contact person's name.")
@click.option("--phone", required=True, help="The contact person's phone.")
@by_option
def contact(lang: str, uscc: str, contact: str, phone: str, by: str | None) -> Told:
    from app.roster.units import unit_of
    from app.units.ask import ask_contact
    from app.units.asked import Contact

    def ask(session: "Session", officer: int) -> "Asked":
        return ask_contact(session, unit_of(session, uscc).id, Contact(contact, phone), by=officer)

    return _ask(lang, by, ask)


@command("merge", help="Ask that a unit go into another, with its people and money.")
@UNIT
@click.option("--into", required=True, metavar="USCC", help="The unit that it goes into.")
@FROM
@by_option
def merge(lang: str, uscc: str, into: str, from_on: datetime | None, by: str | None) -> Told:
    from app.roster.units import unit_of
    from app.units.ask import ask_merge

    def ask(session: "Session", officer: int) -> "Asked":
        units = (unit_of(session, uscc).id, unit_of(session, into).id)
        return ask_merge(session, *units, _day(from_on), by=officer)

    return _ask(lang, by, ask)


@command(
    "split",
    help="Ask that people of a unit, by a file of ID numbers, go to another.",
    epilog="The file (.xlsx or CSV) has the ID numbers in a column (身份证号).",
)
@click.argument("file", type=_PATH)
@UNIT
@click.option("--to", required=True, metavar="USCC", help="The unit that they go to.")
@FROM
@by_option
def split(
    lang: str, file: Path, uscc: str, to: str, from_on: datetime | None, by: str | None
) -> Told:
    from app.db import transaction
    from app.files.disk import content_of
    from app.files.workbook import read_book
    from app.roster.units import unit_of
    from app.units.ask import ask_split
    from app.units.named import members_named, numbers_in

    numbers = numbers_in(read_book(content_of(file)))
    day = _day(from_on)
    with office() as settings, transaction() as session:
        unit, other = unit_of(session, uscc), unit_of(session, to)
        members, faults = members_named(session, unit.id, numbers, day)
        asked = ask_split(
            session, unit.id, other.id, day, members, by=acting(session, settings, by)
        )
    told = _told(asked, lang)
    told.facts |= {"members": len(members), "faults": fault_facts(faults, lang)}
    told.listed = fault_lines(faults, lang, {"certno": ("身份证号", "ID number")})
    told.exit_code = LISTED if faults else told.exit_code
    return told


@command(
    "import",
    help="Ask that the units of a file be registered (.xlsx or CSV).",
    epilog="The file's columns: social credit code (统一社会信用代码), name (单位名称),"
    " contact person (联系人), phone (联系电话); may have: district union (所属工会),"
    " the unit's share in percent (单位承担比例), bank account (银行账号), bank (开户行).",
)
@click.argument("file", type=_PATH)
@by_option
def import_file(lang: str, file: Path, by: str | None) -> Told:
    from app.db import transaction
    from app.files.disk import content_of
    from app.files.workbook import read_book
    from app.units.sheet import read_units
    from app.units.take_in import take_in

    content = content_of(file)
    sheet = read_units(read_book(content))
    digest = hashlib.sha256(content).hexdigest()
    with office() as settings, transaction() as session:
        taken = take_in(session, sheet, file_sha256=digest, by=acting(session, settings, by))
    asked, unchanged, refused = len(taken.asked), len(taken.unchanged), len(taken.faults)
    said = {
        "en": f"Rows: {taken.total} = {asked} asked for + {unchanged} unchanged"
        f" + {refused} refused.",
        "zh": f"{taken.total} 行 = 已提交 {asked} + 未变 {unchanged} + 不收 {refused}。",
    }
    go = {
        "en": f"Another officer approves them all: huzhu unit approve {digest}",
        "zh": f"由另一位经办人员整份批准：huzhu unit approve {digest}",
    }
    facts = {"rows_in": taken.total, "asked": asked, "unchanged": unchanged, "refused": refused}
    facts |= {"file_sha256": digest, "faults": fault_facts(taken.faults, lang)}  # type: ignore[dict-item]
    lines = [said[lang], *([go[lang]] if asked else [])]
    listed = fault_lines(taken.faults, lang, HEADINGS)
    return Told(facts, lines, LISTED if taken.faults else 0, listed)


def _ask(lang: str, by: str | None, ask: "Callable[[Session, int], Asked]") -> Told:
    from app.db import transaction

    with office() as settings, transaction() as session:
        asked = ask(session, acting(session, settings, by))
    return _told(asked, lang)


def _told(asked: "Asked", lang: str) -> Told:
    said = {
        ("en", False): "Asked for under number {0}; another officer approves it.",
        ("en", True): "Asked for before, under number {0}; nothing changed.",
        ("zh", False): "已提交，编号 {0}，由另一位经办人员批准。",
        ("zh", True): "以前已经提交过，编号 {0}，没有变化。",
    }
    facts = {"request": asked.request_id, "again": asked.again}
    return Told(facts, [said[lang, asked.again].format(asked.request_id)])


def _day(given: datetime | None) -> date:
    from app.clock import today

    return given.date() if given else today()


COMMANDS: Final = (apply, change, contact, merge, split, import_file)
