"""`huzhu settlements pull|feeds|feed`: from the bureau's interface; what came of each row."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
from app.clock import CHINA
from app.errors import Refusal
from app.feeds.account import CLASSES

if TYPE_CHECKING:
    from app.feeds.account import Accounted, RowTold
    from app.feeds.pull import Pulled

PIPE: Final = "-"
"""The name of a feed that came by a pipe."""
_PIPED: Final = {"zh": "管道输入", "en": "from a pipe"}
_ROWS: Final = {"zh": "%s 行", "en": "%s rows"}
_NONE: Final = {
    "zh": "还没有收到结算单。用 huzhu settlements import FILE 导入。",
    "en": "No settlements have come yet. huzhu settlements import FILE takes them.",
}
_WENT_ON: Final = {
    "zh": "{day}：接着上次中断的那一页取完；上面是这次收取的行。",
    "en": "{day} went on with the page where it had been interrupted; these are the rows since.",
}
_NOT_OVER: Final = {
    "zh": "{day} 还没有过完：过后请再取一次（设好接口的后台会自动再取），已收取的不会重复。",
    "en": "{day} is not over: pull it again when it is (workers with the interface do so by"
    " themselves); what was taken does not come in twice.",
}
_DAY: Final = click.DateTime(["%Y-%m-%d"])
COUNTS: Final = ("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused")


class ClassAndFile(Refusal):
    """Of --class and --csv only one was given."""


@command("feeds", help="The latest files of settlements and how far they were taken.")
def feeds(lang: str) -> Told:
    from app.db import transaction
    from app.feeds.account import feeds as latest
    from app.texts.fates import class_said

    with office(), transaction() as session:
        found = latest(session)
    facts = {
        "feeds": [
            {
                "feed": x.id,
                "source": x.source,
                "name": x.name,
                "state": x.state,
                "rows_in": x.rows_in,
            }
            for x in found
        ]
    }
    lines = [
        f"{x.id}  {x.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {_called(x.name, lang)}"
        f"  {_ROWS[lang] % f'{x.rows_in:,}'}  {class_said(x.state, lang)}"
        for x in found
    ]
    return Told(facts, lines or [_NONE[lang]])


@command("feed", help="What became of every row of a feed; one class of them as a CSV.")
@click.argument("number", type=click.IntRange(1))
@click.option("--class", "name", type=click.Choice(CLASSES), help="Which rows to list.")
@click.option("--csv", "out", type=click.Path(path_type=Path), help="Where to write them.")
def feed(lang: str, number: int, name: str | None, out: Path | None) -> Told:
    from app.db import transaction
    from app.feeds.account import accounted, rows_of_class
    from app.texts.fates import class_said

    if (name is None) != (out is None):
        raise ClassAndFile
    with office(), transaction() as session:
        found = accounted(session, number)
        written = 0
        if name and out:
            written = _write(out, name, rows_of_class(session, number, name), lang)
    facts = {
        "feed": found.id,
        "state": found.state,
        "run": found.run_id,
        "rows_in": found.rows_in,
        "classes": found.classes,
        "off": found.off,
        "sums_differ": found.sums_differ,
        "written": written,
    }
    lines = [_sum_line(found, lang)]
    lines += [f"{class_said(x, lang)}  {y:,}" for x, y in found.classes.items() if y]
    if out:
        lines.append(f"{written:,} → {out}")
    return Told(facts, lines, LISTED if found.off else DONE)


def _sum_line(found: Accounted, lang: str) -> str:
    from app.texts.fates import class_said

    state = class_said(found.state, lang)
    name = _called(found.name, lang)
    if lang == "en":
        return f"Feed {found.id} ({name}), {state.lower()}: rows {found.rows_in:,}."
    return f"第 {found.id} 批（{name}），{state}：共 {found.rows_in:,} 行。"


def _called(name: str, lang: str) -> str:
    """A feed's name for people."""
    return _PIPED[lang] if name == PIPE else name


def _write(out: Path, fate: str, rows: Iterable[RowTold], lang: str) -> int:
    """The rows with their reasons: `why` for programs, `said` for people."""
    from app.files.disk import whole_file
    from app.lists.tables_out import Count, csv_of
    from app.texts.fates import why_said

    written = 0

    def cells() -> Iterator[list[Any]]:
        nonlocal written
        for written, row in enumerate(rows, 1):  # noqa: B007 - told when all are written
            claim = Count(row.claim_id) if row.claim_id else None
            said = why_said(fate, row.why, lang)
            yield [Count(row.line), row.setl_id, claim, row.why, said]

    with whole_file(out) as file:
        for line in csv_of(["line", "setl_id", "claim", "why", "said"], cells()):
            file.write(line)
    return written


@command("pull", help="Pull days of settlements from the bureau's interface.")
@click.option("--day", "day", required=True, type=_DAY, help="The day, or the first of some.")
@click.option("--to", "to", type=_DAY, help="The last day. Default: the same.")
@click.option("--anew", is_flag=True, help="Begin a day again that was interrupted.")
@by_option
def pull(lang: str, day: datetime, to: datetime | None, anew: bool, by: str | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.feeds.pull import days_of, pull_day
    from app.feeds.pulling import interface_of

    days = days_of(day.date(), to.date() if to else day.date())
    done = []
    with office() as settings:
        interface = interface_of(settings.bureau, Waiting(lang))
        with transaction() as session:
            actor = acting(session, settings, by or interface.bureau.by)
        for each in days:
            pulled = pull_day(
                transaction, interface, each, by=actor, anew=anew, watch=PulledLine(lang)
            )
            done.append(pulled)
            if pulled.run_id:
                bell.ring(settings.broker_url, bell.DRAIN_RUN, pulled.run_id)
    return told_of_days(done, lang)


def told_of_days(done: list[Pulled], lang: str) -> Told:
    """What became of the rows of all days together, and what is to be said of each day."""
    from app.feeds.pull import is_over
    from app.texts.fates import counts_said

    facts: dict[str, Any] = {x: sum(getattr(one, x) for one in done) for x in COUNTS}
    facts["days"] = [
        {
            "day": x.day,
            "feed": x.feed_id,
            "run": x.run_id,
            "pages": x.pages,
            "listed": fault_facts(x.listed, lang),
        }
        for x in done
    ]
    lines = [counts_said(facts, lang)]
    lines += [_WENT_ON[lang].format(day=x.day) for x in done if x.went_on]
    lines += [_NOT_OVER[lang].format(day=x.day) for x in done if not is_over(x.day)]
    form = "%s, %s" if lang == "en" else "%s %s"
    listed = [form % (x.day, line) for x in done for line in fault_lines(x.listed, lang)]
    return Told(facts, lines, LISTED if listed else DONE, listed)


class Waiting:
    """Waits between two tries, and says so on a terminal: the tries take half a minute."""

    def __init__(self, lang: str) -> None:
        self._form = (
            "The bureau's interface did not give the page; trying again in {seconds} s …"
            if lang == "en"
            else "医保局接口没有给出这一页，{seconds} 秒后再试 …"
        )

    def __call__(self, seconds: int) -> None:
        if sys.stderr.isatty():
            click.echo(self._form.format(seconds=seconds), err=True)
        time.sleep(seconds)


class PulledLine:
    """Each page of a day on a terminal as it is taken."""

    def __init__(self, lang: str) -> None:
        self._begun = time.monotonic()
        self._form = (
            "{day}: page {pages}, rows: {rows:,}, {speed:,.0f} a second"
            if lang == "en"
            else "{day}：第 {pages} 页，{rows:,} 行，每秒 {speed:,.0f} 行"
        )

    def __call__(self, pulled: Pulled) -> None:
        if sys.stderr.isatty():
            took = max(time.monotonic() - self._begun, 1e-3)
            told = {"day": pulled.day, "pages": pulled.pages, "rows": pulled.rows_in}
            click.echo(self._form.format(**told, speed=pulled.rows_in / took), err=True)
