"""`huzhu settlements import|feeds|feed`: the bureau's bills."""

from __future__ import annotations

import csv
import io
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

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
from app.feeds.account import CLASSES

if TYPE_CHECKING:
    from app.feeds.account import Accounted
    from app.feeds.import_file import Imported

_COUNTS: Final = ("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused")
_PIPE: Final = "-"


@group()
def settlements() -> None:
    """Settlements of basic insurance (医保结算单)."""


@command(
    "import",
    help="Take settlements from a CSV (plain, gzip or zip), a directory of them, or - for a pipe.",
)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@by_option
def import_file(lang: str, file: Path, by: str | None) -> Told:
    from app import bell
    from app.db import transaction
    from app.feeds.import_file import files_under, opened
    from app.feeds.import_file import import_file as take

    piped = str(file) == _PIPE
    paths: list[Path | None] = [None] if piped else [*files_under(file)]
    done: list[Imported] = []
    with office() as settings:
        with transaction() as session:
            actor = acting(session, settings, by)
        rate = Rate(lang)
        for path in paths:
            name = path.name if path else _PIPE
            with opened(path) as content:
                for one in take(transaction, content, name=name, by=actor, watch=rate):
                    done.append(one)
                    if one.run_id:
                        bell.ring(settings.broker_url, bell.DRAIN_RUN, one.run_id)
    return _told(done, lang)


class Rate:
    """Progress on a terminal: rows so far, and how many a second."""

    _PAUSE_S = 1.0

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._rows = 0
        self._begun = self._said = time.monotonic()
        self._shows = sys.stderr.isatty()

    def __call__(self, imported: Imported, part: Any) -> None:
        self._rows += part.rows_in
        now = time.monotonic()
        if not self._shows or now - self._said < self._PAUSE_S:
            return
        self._said = now
        rate = self._rows / max(now - self._begun, 0.001)
        form = (
            "{name}: {rows:,} rows, {rate:,.0f} a second"
            if self._lang == "en"
            else "{name}：{rows:,} 行，每秒 {rate:,.0f} 行"
        )
        name = imported.found.name or _PIPE
        click.echo(form.format(name=name, rows=self._rows, rate=rate), err=True)


def _told(done: list[Imported], lang: str) -> Told:
    if len(done) == 1 and done[0].fault and not done[0].feed_id:
        raise done[0].fault
    listed = [x for one in done for x in one.listed]
    refused = [one for one in done if one.fault]
    facts: dict[str, Any] = {x: sum(getattr(one, x) for one in done) for x in _COUNTS}
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
    return Told(facts, lines, exit_code, fault_lines(listed, lang))


def _feed_facts(one: Imported) -> dict[str, Any]:
    facts: dict[str, Any] = {"feed": one.feed_id or None, "name": one.found.name}
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
    name = one.found.name or ("the file" if lang == "en" else "文件")
    line = one.fault.facts.get("line")
    if line is None:
        return f"{name}: {said}" if lang == "en" else f"{name}：{said}"
    return f"{name}, line {line}: {said}" if lang == "en" else f"{name} 第 {line} 行：{said}"


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
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
    if facts["sums_differ"]:
        lines.append(differ % len(facts["sums_differ"]))
    return lines


@command("feeds", help="The latest files of settlements and how far they were taken.")
def feeds(lang: str) -> Told:
    from app.db import transaction
    from app.feeds.account import feeds as latest

    with office(), transaction() as session:
        found = latest(session)
    states = _STATES[lang]
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
    return Told(facts, [f"{x.id}  {x.name}  {x.rows_in:,}  {states[x.state]}" for x in found])


@command("feed", help="What became of every row of a feed; one class of them as a CSV.")
@click.argument("number", type=click.IntRange(1))
@click.option("--class", "name", type=click.Choice(CLASSES), help="Which rows to list.")
@click.option("--csv", "out", type=click.Path(path_type=Path), help="Where to write them.")
def feed(lang: str, number: int, name: str | None, out: Path | None) -> Told:
    from app.db import transaction
    from app.feeds.account import accounted, rows_of_class

    if (name is None) != (out is None):
        raise click.UsageError("--class and --csv go together.")
    with office(), transaction() as session:
        found = accounted(session, number)
        written = 0
        if name and out:
            written = _write(out, rows_of_class(session, number, name), lang)
    words = _CLASSES[lang]
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
    lines = [_sum_line(found, lang), *(f"{words[x]}  {y:,}" for x, y in found.classes.items() if y)]
    if out:
        lines.append(f"{written:,} → {out}")
    return Told(facts, lines, LISTED if found.off else DONE)


def _sum_line(found: Accounted, lang: str) -> str:
    state = _STATES[lang][found.state]
    if lang == "en":
        return f"Feed {found.id} ({found.name}), {state}: {found.rows_in:,} rows."
    return f"第 {found.id} 批（{found.name}），{state}：共 {found.rows_in:,} 行。"


def _write(out: Path, rows: Any, lang: str) -> int:
    from app.files.disk import whole_file

    written = 0
    with whole_file(out) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(["line", "setl_id", "claim", "why"])
        for row in rows:
            # A number of the bureau's that a spreadsheet would take for a formula stays text.
            writer.writerow([row.line, _inert(row.setl_id), row.claim_id, _inert(row.why)])
            written += 1
        text.flush()
        text.detach()
    return written


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


_STATES: Final = {
    "zh": {"open": "未取完", "whole": "已取完", "stopped": "中途停止"},
    "en": {"open": "not at its end", "whole": "whole", "stopped": "stopped"},
}
_CLASSES: Final = {
    "zh": {
        "matched": "可补助",
        "no_cover": "不在保障期内",
        "not_payable": "不予补助",
        "held": "待人工处理",
        "waiting": "待理算",
        "no_member": "非参保人",
        "duplicate": "重复",
        "changed": "变更",
        "refund": "退费",
        "faulty": "有误",
    },
    "en": {
        "matched": "matched and granted",
        "no_cover": "no cover",
        "not_payable": "not payable",
        "held": "held for a person",
        "waiting": "to be determined",
        "no_member": "of no member",
        "duplicate": "duplicate",
        "changed": "changed",
        "refund": "refunds",
        "faulty": "faulty",
    },
}

settlements.add_command(import_file)
settlements.add_command(feeds)
settlements.add_command(feed)
