"""What every command shares: the answer in words or as one JSON object, refusals, exit codes.

Exit 0: all done. 1: done, but rows were refused or something was listed. 2: arguments or a file
refused, nothing written.
"""

import functools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import click
import psycopg
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.cli.spoken import Command, language, usage_error, where_to_look
from app.config import Misconfigured, Settings
from app.db import db
from app.embedded.cluster import DatabaseUnavailable
from app.errors import FileFault, Refusal, RowFault
from app.texts import LANGUAGES, names_line, say
from app.texts.unready import unready_said

SHOWN: Final = 20
DONE, LISTED, REFUSED = 0, 1, 2


class NoSuchOfficer(Refusal):
    """`--by` names nobody who may do this."""


class ByMissing(Refusal):
    """Outside the embedded start every writing command says who acts."""


@dataclass(slots=True)
class Told:
    """A command's answer. `facts` is the JSON object; `lines` are the sentences for a person."""

    facts: dict[str, Any]
    lines: list[str]
    exit_code: int = DONE
    listed: list[str] = field(default_factory=list)


def command(name: str, **settings: Any) -> Callable[[Callable[..., Told]], click.Command]:
    """A command that returns Told; adds --json and --lang, and words refusals."""

    def decorate(body: Callable[..., Told]) -> click.Command:
        @click.command(name, cls=Command, **settings)
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
        @click.option(
            "--lang",
            type=click.Choice(LANGUAGES),
            default=lambda: language(()),
            help="The language of the answer.",
        )
        @functools.wraps(body)
        def run(*, as_json: bool, lang: str, **given: Any) -> None:
            try:
                told = body(lang=lang, **given)
            except Refusal as refused:
                told = refusal(refused, lang)
            except Misconfigured as missing:
                said = unready_said(missing, lang)
                told = Told({"error": "Misconfigured", "message": said}, [said], REFUSED)
            except (DatabaseUnavailable, DBAPIError, psycopg.Error) as trouble:
                told = unavailable(trouble, lang)
            show(told, as_json=as_json)
            click.get_current_context().exit(told.exit_code)

        made: click.Command = run
        return made

    return decorate


def unavailable(trouble: DatabaseUnavailable | DBAPIError | psycopg.Error, lang: str) -> Told:
    """What is told when the database does not do what was asked; its details may name people."""
    if isinstance(trouble, DatabaseUnavailable):
        why = unready_said(trouble, lang)
    else:
        why = str(trouble.orig if isinstance(trouble, DBAPIError) else trouble).split("\n", 1)[0]
    said = (
        f"数据库不可用，没有写入：{why}"
        if lang == "zh"
        else f"Database trouble, nothing written: {why}"
    )
    return Told({"error": "DatabaseUnavailable", "message": said}, [said], REFUSED)


def refusal(refused: Refusal, lang: str) -> Told:
    """What is told of something that was refused."""
    sentence = say(refused, lang)
    line = refused.facts.get("line") if isinstance(refused, FileFault) else None
    if isinstance(line, int) and not names_line(refused.name):
        sentence = f"Line {line}: {sentence}" if lang == "en" else f"第 {line} 行：{sentence}"
    facts = {"error": refused.name, "message": sentence, "facts": _plain(refused.facts)}
    return Told(facts, [sentence], REFUSED)


def show(told: Told, *, as_json: bool) -> None:
    """Print an answer: one JSON object, or sentences (refusals to stderr)."""
    if as_json:
        said = {"ok": told.exit_code == DONE, "exit": told.exit_code, **told.facts}
        click.echo(json.dumps(said, ensure_ascii=False, default=str))
        return
    for line in [*told.lines, *told.listed[:SHOWN]]:
        click.echo(line, err=told.exit_code == REFUSED)
    if len(told.listed) > SHOWN:
        click.echo(f"… (+{len(told.listed) - SHOWN})")


@contextmanager
def office() -> Iterator[Settings]:
    """The database, started for the command's own duration where it is down, as an app context."""
    from app import boot
    from app.embedded.start import ready
    from app.texts.start import sign_ins_said, start_said

    context = click.get_current_context(silent=True)
    lang = str(context.obj or "") if context else ""
    with ready(os.environ, say=lambda x: click.echo(start_said(x, lang), err=True)) as settings:
        if settings.embedded:
            made = [(each.login, each.password) for each in boot.prepare_once(settings)]
            for line in sign_ins_said(made, lang):
                click.echo(line, err=True)
        with boot.start(settings).app_context():
            try:
                yield settings
            finally:
                db.engine.dispose()


def acting(
    session: Session,
    settings: Settings,
    login: str | None,
    *also: Role,
    first: Role = Role.OFFICER,
) -> int:
    """The account that acts: `--by`, or the first officer of an embedded installation.

    `also`: roles that may do it besides officers; `first`: whose first it is instead, where no
    officer may.
    """
    officers = select(Account.id).where(Account.role == first, Account.disabled_at.is_(None))
    if login is None:
        if not settings.embedded:
            raise ByMissing
        found = session.scalar(officers.order_by(Account.id).limit(1))
    else:
        may = select(Account.id).where(
            Account.role.in_([Role.OFFICER, *also]), Account.disabled_at.is_(None)
        )
        found = session.scalar(may.where(Account.login == login.strip().lower()))
    if found is None:
        raise NoSuchOfficer(login=login or "")
    return found


def acting_for(session: Session, settings: Settings, login: str | None, unit_id: int) -> int:
    """As `acting`, for a unit that the account's union reaches. Raises UnitNotReached too."""
    from app.enrolment.reach import check_reaches

    by = acting(session, settings, login)
    check_reaches(session, unit_id, by=by)
    return by


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--by ACCOUNT` for commands that write."""
    return click.option("--by", metavar="ACCOUNT", help="The officer who acts.")(function)


_WHOLE: Final = {"row": ("整行", "the row")}


def fault_lines(
    faults: list[RowFault], lang: str, headings: Mapping[str, tuple[str, str]] | None = None
) -> list[str]:
    """Row faults as sentences, in the order of the file.

    `headings`: what a field is called in the file, in Chinese and English, where not by its name.
    """
    line = "line %d%s%s: %s" if lang == "en" else "第 %d 行%s%s：%s"
    bill, none = (", bill %s, ", ", ") if lang == "en" else ("（结算单 %s）", " ")
    named = {x: y[lang == "en"] for x, y in {**_WHOLE, **(headings or {})}.items()}
    ordered = sorted(faults, key=lambda fault: (fault.line, fault.field))
    bills = [bill % x.facts["setl_id"] if "setl_id" in x.facts else none for x in ordered]
    return [
        line % (x.line, of, named.get(x.field, x.field), say(x, lang))
        for x, of in zip(ordered, bills, strict=True)
    ]


def note_lines(notes: list[dict[str, Any]], lang: str) -> list[str]:
    """Notes on a file as sentences, the first of them; line 0 is the file itself."""
    line = "Note, line {line}: {message}" if lang == "en" else "说明：第 {line} 行 {message}"
    whole = "Note: {message}" if lang == "en" else "说明：{message}"
    return [(line if each["line"] else whole).format(**each) for each in notes[:SHOWN]]


def fault_facts(faults: list[RowFault], lang: str) -> list[dict[str, object]]:
    """Row faults as JSON."""
    return [
        {"line": x.line, "field": x.field, "reason": x.reason, "message": say(x, lang)}
        | ({"setl_id": x.facts["setl_id"]} if "setl_id" in x.facts else {})
        for x in faults
    ]


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | str) else str(value) for name, value in facts.items()
    }


def tell_usage(wrong: click.ClickException, lang: str, *, as_json: bool) -> int:
    """Tell of arguments that cannot be understood."""
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError) and not as_json:
        click.echo(wrong.format_message(), err=True)
        return REFUSED
    said = usage_error(wrong, lang)
    lines = [*where_to_look(wrong, lang), said]
    show(Told({"error": "Usage", "message": said}, lines, REFUSED), as_json=as_json)
    return REFUSED
