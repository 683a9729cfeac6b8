"""`huzhu settlements import`: the bureau's bills."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.cli.feeds import COUNTS, PIPE, feed, feeds, pull
from app.cli.frame import (
    DONE,
    LISTED,
    REFUSED,
    Told,
    acting,
    by_option,
    command,
    fault_facts,
    fault_lines,
    office,
)
from app.cli.spoken import group

if TYPE_CHECKING:
    from app.feeds.import_file import Imported

_SAYS: Final = {
    "zh": {
        "reading": "{name}：先通读一遍，确认文件完整，再收取 …",
        "rate": "{name}：{rows:,} 行，每秒 {rate:,.0f} 行",
        "stopped": "已中断。已收取的行都在；再导入同一文件，从中断处继续。",
    },
    "en": {
        "reading": "{name}: read through first, to know that it is whole …",
        "rate": "{name}: rows: {rows:,}, {rate:,.0f} a second",
        "stopped": "Interrupted. What was taken stays; import the same file again to go on.",
    },
}


@group()
def settlements() -> None:
    """Settlements of basic insurance (医保结算单)."""


@command(
    "import",
    help="Take settlements from a CSV (plain, gzip or zip), a directory of them, or - for a pipe."
    " Columns by the national interface's names, in any order. Needed: setl_id, certno,"
    " med_type, begndate, enddate, setl_time, inscp_scp_amt, hifp_pay, hifob_pay, hifmi_pay."
    " A refund has 1 as refd_setl_flag, the bill it undoes as init_setl_id, and amounts below 0."
    " An empty amount is 0. What cannot be read is listed; the other rows go in.",
)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@by_option
def import_file(lang: str, file: Path, by: str | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.feeds.import_file import files_under, opened
    from app.feeds.import_file import import_file as take

    piped = str(file) == PIPE
    paths: list[Path | None] = [None] if piped else [*files_under(file)]
    done: list[Imported] = []
    with office() as settings:
        with transaction() as session:
            actor = acting(session, settings, by)
        rate = Rate(lang)
        for path in paths:
            name = path.name if path else PIPE
            with opened(path) as content, rate.of(name):
                for one in take(transaction, content, name=name, by=actor, watch=rate):
                    done.append(one)
                    if one.run_id:
                        bell.ring(settings.broker_url, bell.DRAIN_RUN, one.run_id)
    return _told(done, lang)


class Rate:
    """Progress on a terminal: rows so far, and how many a second."""

    _PAUSE_S = 1.0

    def __init__(self, lang: str) -> None:
        self._says = _SAYS[lang]
        self._name = PIPE
        self._rows = 0
        self._begun = self._said = time.monotonic()
        self._shows = sys.stderr.isatty()

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """While this file is read: says that it begins, and what holds where somebody stops it."""
        self._name = name
        if self._shows:
            click.echo(self._says["reading"].format(name=name), err=True)
        try:
            yield
        except KeyboardInterrupt:
            click.echo(self._says["stopped"], err=True)
            raise

    def __call__(self, imported: Imported, part: Any) -> None:
        self._rows += part.rows_in
        now = time.monotonic()
        if not self._shows or now - self._said < self._PAUSE_S:
            return
        self._said = now
        rate = self._rows / max(now - self._begun, 0.001)
        name = imported.found.name or self._name
        click.echo(self._says["rate"].format(name=name, rows=self._rows, rate=rate), err=True)


def _told(done: list[Imported], lang: str) -> Told:
    if len(done) == 1 and done[0].fault and not done[0].feed_id:
        raise done[0].fault
    listed = [x for one in done for x in one.listed]
    refused = [one for one in done if one.fault]
    facts: dict[str, Any] = {x: sum(getattr(one, x) for one in done) for x in COUNTS}
    facts |= {
        "run": done[-1].run_id,
        "promised": sum(one.promised for one in done),
        "listed": fault_facts(listed, lang),
        "sums_differ": [x for one in done for x in one.sums_differ],
        "feeds": [_feed_facts(one) for one in done],
    }
    lines = _sentences(facts, lang)
    lines += [_went_on(one, lang) for one in done if one.before]
    lines += [_stopped(one, lang) for one in refused]
    exit_code = REFUSED if refused else LISTED if listed else DONE
    return Told(facts, lines, exit_code, _listed(done, lang))


def _listed(done: list[Imported], lang: str) -> list[str]:
    """The listed rows; of several files each with its own."""
    if len(done) == 1:
        return fault_lines(done[0].listed, lang)
    form = "%s, %s" if lang == "en" else "%s %s"
    return [form % (one.name, line) for one in done for line in fault_lines(one.listed, lang)]


def _feed_facts(one: Imported) -> dict[str, Any]:
    facts: dict[str, Any] = {"feed": one.feed_id or None, "name": one.name}
    facts |= {"run": one.run_id, "rows_in": one.rows_in, "before_line": one.before}
    if one.fault:
        facts |= {"error": one.fault.name, "line": one.fault.facts.get("line")}
    return facts


def _went_on(one: Imported, lang: str) -> str:
    form = (
        "Feed %d went on behind line %d, where it had been interrupted."
        if lang == "en"
        else "第 %d 批接着上次中断处（第 %d 行之后）继续。"
    )
    return form % (one.feed_id, one.before)


def _stopped(one: Imported, lang: str) -> str:
    from app.texts import say

    assert one.fault is not None  # noqa: S101 - for the type checker
    said = say(one.fault, lang)
    name = one.name if one.name != PIPE else ("the file" if lang == "en" else "文件")
    line = one.fault.facts.get("line")
    if line is None:
        return f"{name}: {said}" if lang == "en" else f"{name}：{said}"
    return f"{name}, line {line}: {said}" if lang == "en" else f"{name} 第 {line} 行：{said}"


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    from app.texts.fates import counts_said

    if lang == "en":
        promised = "Claims to be determined: {promised:,}."
        differ = "Rows whose parts do not make the whole: %d. They are taken; have a look."
    else:
        promised = "{promised:,} 件申请待理算。"
        differ = "%d 行的分项与合计不符，已照收，请核对。"
    lines = [counts_said(facts, lang), promised.format(**facts)]
    if facts["sums_differ"]:
        lines.append(differ % len(facts["sums_differ"]))
    return lines


settlements.add_command(import_file)
settlements.add_command(pull)
settlements.add_command(feeds)
settlements.add_command(feed)
