"""`huzhu scheme open|draft|edit|publish|discard`: next year's rules, written by some, published by
another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.rules import told
from app.cli.scheme_typed import FileOrFigures, scheme_in, setting
from app.cli.second import by_signed, signed
from app.texts.year import changed as changed_words
from app.texts.year import sourced

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.benefits.scheme import Scheme
    from app.schemes.draft import Draft

_YEAR: Final = click.IntRange(2000, 2100)
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_DRAFT: Final = click.argument("number", metavar="DRAFT", type=click.IntRange(1, 2**63 - 1))
_SAYS: Final = {
    "zh": ("草稿 %d：方案 %s（由 %s 开启），第 %d 稿", "与方案 %s 相同。", "已公布", "已作废"),
    "en": (
        "Draft %d: scheme %s (opened from %s), version %d",
        "As scheme %s.",
        "published",
        "gone",
    ),
}


@command("open", help="Open a year's scheme as a draft, from the one in force in another year.")
@click.argument("year", type=_YEAR)
@click.option("--from", "from_year", required=True, type=_YEAR, help="The year to copy from.")
@click.option("--starts-on", type=_DAY, help="The first day covers start; default: 1 January.")
@by_option
def open_year(
    lang: str, year: int, from_year: int, starts_on: datetime | None, by: str | None
) -> Told:
    from app.db import transaction
    from app.schemes.draft import open_next

    day = starts_on.date() if starts_on else None
    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        made = open_next(session, year, from_year=from_year, starts_on=day, by=who)
        return _told(session, made, lang)


@command("draft", help="A draft, and what it changes. Without a number: the open drafts.")
@click.argument("number", metavar="DRAFT", required=False, type=click.IntRange(1, 2**63 - 1))
@click.option("--out", type=click.Path(path_type=Path), help="Write it as TOML, to be edited.")
def show_draft(lang: str, number: int | None, out: Path | None) -> Told:
    from app.db import transaction
    from app.files.disk import write_whole
    from app.schemes.draft import draft, drafts

    with office(), transaction() as session:
        if number is None:
            return _listed(drafts(session), lang)
        found = draft(session, number)
        if out:
            write_whole(out, found.toml.encode())
        answer = _told(session, found, lang)
        answer.lines += told(found.scheme, lang)
        return answer


@command("edit", help="Change a draft: some figures with --set, or the whole by a TOML file.")
@_DRAFT
@click.argument("file", required=False, type=click.Path(path_type=Path, readable=False))
@click.option("--set", "settings_", multiple=True, metavar="NAME=VALUE", help="Set one figure.")
@click.option("--says", help="What the source says of the figures set.")
@click.option("--where", help="Where it says so; without it: an assumption.")
@by_option
def edit_draft(
    lang: str,
    number: int,
    file: Path | None,
    settings_: tuple[str, ...],
    says: str | None,
    where: str | None,
    by: str | None,
) -> Told:
    from app.db import transaction
    from app.schemes.draft import edit, held, set_figures

    if bool(file) == bool(settings_):
        raise FileOrFigures
    whole = scheme_in(file) if file else None
    changes = dict(setting(each) for each in settings_)
    with office() as settings, transaction() as session:
        who = acting(session, settings, by)
        if whole:
            made = edit(session, number, whole, by=who)
        else:
            sources = _sources(held(session, number).scheme, changes, says, where)
            made = set_figures(session, number, changes, sources=sources, by=who)
        return _told(session, made, lang)


@command("publish", help="Publish a draft for ever. By another officer than all who wrote on it.")
@_DRAFT
@by_signed("The officer who publishes.")
@click.option("--digest", help="The draft must be this text; default: what stands now.")
def publish(lang: str, number: int, login: str, digest: str | None, descriptor: int | None) -> Told:
    from app.db import transaction
    from app.schemes.draft import draft
    from app.schemes.publish_draft import publish_draft

    with office():
        with transaction() as session:
            standing = draft(session, number)
        looked_at = digest or standing.digest
        asked = _doubted(standing.scheme, lang)
        for line in asked:
            click.echo(line, err=True)  # before the password is asked for
        who = signed(login, descriptor, lang)
        with transaction() as session:
            made = publish_draft(session, number, digest=looked_at, by=who)
    said = "Scheme %s is published." if lang == "en" else "方案 %s 已公布。"
    facts = {"scheme": made.id, "digest": made.digest(), "draft": number, "doubts": asked}
    return Told(facts, [said % made.id, *told(made, lang)])


@command("discard", help="Put a draft away.")
@_DRAFT
@by_option
def discard_draft(lang: str, number: int, by: str | None) -> Told:
    from app.db import transaction
    from app.schemes.draft import discard

    with office() as settings, transaction() as session:
        discard(session, number, by=acting(session, settings, by))
    said = f"Draft {number} is put away." if lang == "en" else f"草稿 {number} 已作废。"
    return Told({"draft": number, "state": "discarded"}, [said])


def _told(session: Session, found: Draft, lang: str) -> Told:
    from app.schemes.difference import differences
    from app.schemes.publish import published_schemes

    title, same, published, gone = _SAYS[lang]
    before = next(x for x in published_schemes(session) if x.id == found.from_scheme_id)
    changes = differences(before, found.scheme)
    line = title % (found.id, found.scheme.id, before.id, found.version)
    state = {"published": published, "discarded": gone}.get(found.state)
    lines = [f"{line} [{state}]" if state else line]
    for each in changes:
        source = each.source
        behind = (
            sourced(source.says, source.where, lang, assumption=source.assumption) if source else ""
        )
        lines.append(f"  {changed_words(each.name, each.before, each.after, lang)}{behind}")
    lines += [] if changes else [same % before.id]
    asked = _doubted(found.scheme, lang)
    facts = {"changed": [each.name for each in changes], "doubts": asked}
    return Told(_facts(found) | facts, lines + asked)


def _doubted(scheme: Scheme, lang: str) -> list[str]:
    from app.benefits.doubts import doubts
    from app.texts.scheme_words import doubted

    return [doubted(each.key, each.facts, lang) for each in doubts(scheme)]


def _listed(found: list[Draft], lang: str) -> Told:
    title, *_ = _SAYS[lang]
    lines = [title % (x.id, x.scheme.id, x.from_scheme_id, x.version) for x in found]
    nothing = "No draft is open." if lang == "en" else "没有待公布的草稿。"
    return Told({"drafts": [_facts(x) for x in found]}, lines or [nothing])


def _facts(found: Draft) -> dict[str, Any]:
    return {
        "draft": found.id,
        "scheme": found.scheme.id,
        "from": found.from_scheme_id,
        "state": found.state,
        "version": found.version,
        "digest": found.digest,
    }


def _sources(
    scheme: Scheme, changes: dict[str, object], says: str | None, where: str | None
) -> dict[str, Any] | None:
    from app.benefits.scheme import Source
    from app.benefits.scheme_edit import ASSUMED, figure_of

    if not (says or where):
        return None
    source = Source((), says or ASSUMED.says, where or ASSUMED.where, assumption=where is None)
    return {figure_of(name, scheme): source for name in changes}
