"""`huzhu drain|rebuild|replay`: do due work, remake what is mutable, recompute what is recorded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from app.cli.frame import DONE, LISTED, SHOWN, Told, command, office
from app.cli.going import Going
from app.errors import Refusal
from app.money import yuan
from app.texts.counted import counted

if TYPE_CHECKING:
    from app.adjudication.replay import Replayed, WouldChange


class YearOrAll(Refusal):
    """Either one year is named, or all are."""


@command("drain", help="Do all due work now, by the code the workers run.")
def drain(lang: str) -> Told:
    from app.dispatch import drain_all

    going = Going("drain", lang)
    with office():
        done = drain_all(lambda so_far: going(so_far.determined))
    facts = {
        "members": done.members,
        "determined": done.determined,
        "payable": yuan(done.payable_fen),
        "in_trouble": done.in_trouble,
    }
    said = (
        "{determined} {determined|claim|claims} of {members} {members|member|members} determined,"
        " {payable} payable."
        if lang == "en"
        else "已理算 {members} 人的 {determined} 件申请，应付 {payable} 元。"
    )
    trouble = (
        "Members whose work failed and was put off: {in_trouble}; see the log."
        if lang == "en"
        else "{in_trouble} 人的任务出错，已推迟；请查看日志。"
    )
    lines = [counted(said, **facts)] + ([trouble.format(**facts)] if done.in_trouble else [])
    return Told(facts, lines, LISTED if done.in_trouble else DONE)


@command("rebuild", help="Remake everything mutable from the facts, and say what differed.")
def rebuild(lang: str) -> Told:
    from app.adjudication.rebuild import rebuild as remake
    from app.books.keep_spent import remake_spent
    from app.db import transaction
    from app.desks.keep_waiting import remake_waiting
    from app.enquiries.requeue import requeue

    with office(), transaction() as session:
        remade, queue = remake(session), requeue(session)
        spent, waiting = remake_spent(session), remake_waiting(session)
    remade.rows["enquiry_queue"], remade.differed["enquiry_queue"] = queue
    remade.rows["spent_sum"], remade.differed["spent_sum"] = spent
    remade.rows["waiting_year"], remade.differed["waiting_year"] = waiting
    facts = {"rows": remade.rows, "differed": remade.differed, "promised": remade.promised}
    said = (
        f"Rows remade: {sum(remade.rows.values())}; {sum(remade.differed.values())} differed;"
        f" claims promised anew: {remade.promised}."
        if lang == "en"
        else f"重建 {sum(remade.rows.values())} 行，其中 {sum(remade.differed.values())} 行不符；"
        f"重新安排 {remade.promised} 件申请。"
    )
    return Told(facts, [said])


_NOTHING: Final = {
    "zh": "{year} 年度没有理算过任何结算单。",
    "en": "No bill was determined in benefit year {year}.",
}


@command("replay", help="Recompute every determination of a benefit year from what is stored.")
@click.argument("year", type=click.IntRange(1900, 9999), required=False)
@click.option("--all", "every", is_flag=True, help="Of every year there is.")
@click.option("--in-order", is_flag=True, help="Also list what a full recomputation would change.")
def replay(lang: str, year: int | None, every: bool, in_order: bool) -> Told:
    from app.adjudication.replay import recompute
    from app.adjudication.replay import replay as play
    from app.adjudication.years import years_recorded
    from app.audit.gather import snapshot
    from app.servers import reads

    if every == (year is not None):
        raise YearOrAll
    with office(), snapshot(reads()) as session:
        years = [year] if year else years_recorded(session)
        played = {
            each: play(session, each, watch=Going("replay", lang, year=each)) for each in years
        }
        changes = [x for each in years for x in recompute(session, each)] if in_order else []
    told = "claim {}, grant {}" if lang == "en" else "申请 {}，理算 {}"
    found = [difference for each in played.values() for difference in each.differences]
    listed = [
        f"{told.format(x.claim_id, x.grant_no)}: {x.field} {x.stored} ≠ {x.computed}" for x in found
    ]
    facts: dict[str, Any] = {
        "year": year,
        **_replayed_facts(played.values()),
        "differences": [x._asdict() for x in found],
    }
    if every:
        facts["years"] = {each: _replayed_facts([of]) for each, of in played.items()}
    by_year = {f"{each}: ": [of] for each, of in played.items()} if every else {}
    lines = [
        before + counted(_REPLAYED[lang], **_replayed_facts(of))
        for before, of in [*by_year.items(), ("", [*played.values()])]
    ]
    if year and not played[year].determinations:
        lines.append(_NOTHING[lang].format(year=year))
    if in_order:
        facts["would_change"] = [x._asdict() for x in changes]
        lines += _changing(changes, lang)
    return Told(facts, lines, LISTED if found else DONE, listed)


_REPLAYED: Final = {
    "en": "{determinations} {determinations|determination|determinations} recomputed,"
    " {payable} payable: {differ} {differ|difference|differences}.",
    "zh": "重算 {determinations} 件理算结果，应付 {payable} 元：{differ} 处不同。",
}


def _replayed_facts(played: Collection[Replayed]) -> dict[str, Any]:
    return {
        "determinations": sum(x.determinations for x in played),
        "payable": yuan(sum(x.payable_fen for x in played)),
        "differ": sum(len(x.differences) for x in played),
    }


def _changing(changes: Sequence[WouldChange], lang: str) -> list[str]:
    """What a recomputation in order would change, in words."""
    said = (
        f"Claims that a full recomputation in order would change: {len(changes)}."
        if lang == "en"
        else f"若全部按序重算，有 {len(changes)} 件会变（仅供经办人员查看）。"
    )
    line = "claim {}: {} → {}" if lang == "en" else "申请 {}：{} → {}"
    named = changes[:SHOWN]
    return [
        said,
        *(line.format(x.claim_id, yuan(x.payable_fen), yuan(x.would_be_fen)) for x in named),
    ]
