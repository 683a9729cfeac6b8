"""`huzhu demo load|year`: a made-up city to look at and measure; a year played from nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, ClassVar

import click

from app.cli.frame import DONE, LISTED, Told, command, office
from app.cli.spoken import group
from app.money import yuan

if TYPE_CHECKING:
    from app.demo.load import Loaded, Progress
    from app.demo.load_many import ManyProgress
    from app.demo.played.play import Told as ActTold


@group()
def demo() -> None:
    """The demonstration city (演示城市)."""


@command("load", help="Fill an empty fund with a made-up city. Whole or not at all.")
@click.option(
    "--scale",
    type=click.Choice(["small", "full"]),
    default="small",
    show_default=True,
    help="small: 40 units, three years; full: the fund's published size, five years.",
)
@click.option(
    "--people",
    type=click.IntRange(100, 10_000_000),
    help="Instead: so many people for one year, a unit at a time; begun again it goes on.",
)
def load(lang: str, scale: str, people: int | None) -> Told:
    from app.db import transaction
    from app.demo.checkpoint import seal_city
    from app.demo.load import load as load_city

    if people is not None:
        return _load_many(lang, people)

    with office() as settings:
        begun = time.monotonic()
        with transaction() as session:
            loaded = load_city(session, settings, scale, Line(lang))
        seal_city(transaction)
    facts = _facts(loaded, round(time.monotonic() - begun))
    return Told(facts, _sentences(facts, lang), DONE if loaded.as_planned else LISTED)


def _load_many(lang: str, people: int) -> Told:
    from app.db import transaction
    from app.demo.load_many import load_many

    begun = time.monotonic()
    with office() as settings:
        loaded = load_many(transaction, settings, people, Steps(lang))
    facts = {
        "enrolled_now": loaded.enrolled,
        "taken_now": loaded.taken,
        "people": loaded.people,
        "units": loaded.units,
        "rows_in": loaded.rows_in,
        "determined": loaded.determined,
        "payable_total": yuan(loaded.payable_fen),
        "seconds": round(time.monotonic() - begun),
    }
    form = (
        "Loaded: {people} people of {units} units, {rows_in} settlements. Just now, in {seconds}"
        " s: {enrolled_now} people, {taken_now} settlements, {determined} claims determined,"
        " {payable_total} yuan."
        if lang == "en"
        else "已载入：{units} 个单位 {people} 人，结算单 {rows_in} 行。"
        "其中这一次用时 {seconds} 秒：{enrolled_now} 人，结算单 {taken_now} 行，"
        "理算 {determined} 件，共 {payable_total} 元。"
    )
    return Told(facts, [form.format(**facts)])


class Steps:
    """Progress on stderr, step by step: how much, how fast."""

    _PAUSE_S = 2.0
    _WORDS: ClassVar = {
        "enrol": ("people enrolled", "人已参保"),
        "import": ("settlements taken", "行结算单已收取"),
        "drain": ("claims determined", "件已理算"),
    }

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._said = self._begun = self._at = time.monotonic()
        self._step = ""

    def __call__(self, now: ManyProgress) -> None:
        at = time.monotonic()
        if now.step != self._step:
            # A step began when the one before ended: its first part has been worked at since.
            self._step, self._begun = now.step, self._at
        self._at = at
        if at - self._said < self._PAUSE_S and now.done < now.all:
            return
        self._said = at
        rate = now.now / max(at - self._begun, 0.001)
        en, zh = self._WORDS[now.step]
        line = (
            f"{now.done:,} of {now.all:,} {en}, {rate:,.0f} a second"
            if self._lang == "en"
            else f"{now.all:,} 中的 {now.done:,} {zh}，每秒 {rate:,.0f}"
        )
        click.echo(line, err=True)
        sys.stderr.flush()


class Line:
    """Progress on stderr: what day the city has come to, how fast, how long still."""

    _PAUSE_S = 2.0

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._said = time.monotonic()
        self._begun: tuple[float, int] | None = None

    def __call__(self, now: Progress) -> None:
        at = time.monotonic()
        # What was drawn up before the first step says nothing about the rate.
        began, before = self._begun = self._begun or (at, now.done)
        if min(at - self._said, at - began) < self._PAUSE_S:
            return
        self._said = at
        rate = max(now.done - before, 1) / (at - began)
        left_s = (now.all - now.done) / rate
        line = (
            f"{now.day}: {now.done:,} of {now.all:,} steps,"
            f" {rate:,.0f} a second, {left_s:,.0f} s left"
            if self._lang == "en"
            else f"{now.day}：{now.all:,} 步中的第 {now.done:,} 步，"
            f"每秒 {rate:,.0f} 步，约剩 {left_s:,.0f} 秒"
        )
        click.echo(line, err=True)
        sys.stderr.flush()


def _facts(loaded: Loaded, seconds: int) -> dict[str, Any]:
    stored = loaded.stored
    return {
        "scale": loaded.scale,
        "units": stored.units,
        "members": stored.members,
        "covers": stored.covers,
        "gifts": stored.gifts,
        "claims": stored.claims,
        "states": stored.states,
        "paid": stored.paid,
        "paid_total": yuan(stored.paid_fen),
        "planned": {
            "units": loaded.planned_units,
            "covers": loaded.planned_covers,
            "paid": loaded.planned_paid,
        },
        "as_planned": loaded.as_planned,
        "seconds": seconds,
    }


_SAID = {
    "zh": (
        (
            "演示城市已载入，用时 {seconds} 秒：{units} 个单位，{members} 人，{covers} 人次参保"
            "（其中赠送 {gifts}），{claims} 件申请。"
        ),
        "已发放 {paid} 人次，{paid_total} 元。",
        "与计划一致：{covers} 人次参保、{paid} 人次发放。",
        "与计划不符：计划参保 {planned[covers]} 人次、发放 {planned[paid]} 人次。",
    ),
    "en": (
        (
            "Loaded in {seconds} s: {units} units, {members} people, {covers} covers"
            " ({gifts} of them gifts), {claims} claims."
        ),
        "{paid} claims are paid, {paid_total} yuan.",
        "As planned: {covers} covers, {paid} claims paid.",
        "Not as planned: {planned[covers]} covers and {planned[paid]} claims paid were planned.",
    ),
}


def _sentences(facts: dict[str, Any], lang: str) -> list[str]:
    loaded, paid, agrees, differs = _SAID[lang]
    return [x.format(**facts) for x in (loaded, paid, agrees if facts["as_planned"] else differs)]


@command("year", help="Play a whole year of an office on an empty fund, and check it.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which year.")
def year(lang: str, seed: int) -> Told:
    from app.db import aside, transaction
    from app.demo.played.play import play

    with office() as settings:
        begun = time.monotonic()
        _, found = play(transaction, aside, settings, seed, Act(lang))
    holds = all(check.holds for check in found)
    facts = {
        "seed": seed,
        "checks": [{"check": x.en, "holds": x.holds, "found": x.found} for x in found],
        "holds": holds,
        "seconds": round(time.monotonic() - begun),
    }
    zh = lang == "zh"
    marks = ("✓", "✗")
    said = [f"{marks[not x.holds]} {x.zh if zh else x.en}  {x.found}" for x in found]
    seconds = facts["seconds"]
    said.append(f"用时 {seconds} 秒。" if zh else f"It took {seconds} s.")
    return Told(facts, said, DONE if holds else LISTED)


class Act:
    """Each act on stderr as it is done."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, told: ActTold) -> None:
        said = told.said
        line = said.en if self._lang == "en" else said.zh
        click.echo(f"{told.done:2}/{told.all} {said.day} {line}", err=True)
        sys.stderr.flush()


demo.add_command(load)
demo.add_command(year)
