"""`huzhu drain|rebuild|replay`: do due work, remake what is mutable, recompute what is recorded."""

import click

from app.cli.frame import DONE, LISTED, SHOWN, Told, command, office
from app.money import yuan


@command("drain", help="Do all due work now, by the code the workers run.")
def drain(lang: str) -> Told:
    from app.dispatch import drain_all

    with office():
        done = drain_all()
    facts = {
        "members": done.members,
        "determined": done.determined,
        "payable": yuan(done.payable_fen),
        "in_trouble": done.in_trouble,
    }
    said = (
        "{determined} claims of {members} members determined, {payable} payable."
        if lang == "en"
        else "已理算 {members} 人的 {determined} 件申请，应付 {payable} 元。"
    )
    trouble = (
        "{in_trouble} members' work failed and was put off; see the log."
        if lang == "en"
        else "{in_trouble} 人的任务出错，已推迟；请查看日志。"
    )
    lines = [said.format(**facts)] + ([trouble.format(**facts)] if done.in_trouble else [])
    return Told(facts, lines, LISTED if done.in_trouble else DONE)


@command("rebuild", help="Remake everything mutable from the facts, and say what differed.")
def rebuild(lang: str) -> Told:
    from app.adjudication.rebuild import rebuild as remake
    from app.db import transaction
    from app.enquiries.requeue import requeue

    with office(), transaction() as session:
        remade, queue = remake(session), requeue(session)
    remade.rows["enquiry_queue"], remade.differed["enquiry_queue"] = queue
    facts = {"rows": remade.rows, "differed": remade.differed, "promised": remade.promised}
    said = (
        f"Rows remade: {sum(remade.rows.values())}; {sum(remade.differed.values())} differed;"
        f" {remade.promised} claims promised anew."
        if lang == "en"
        else f"重建 {sum(remade.rows.values())} 行，其中 {sum(remade.differed.values())} 行不符；"
        f"重新安排 {remade.promised} 件申请。"
    )
    return Told(facts, [said])


@command("replay", help="Recompute every determination of a benefit year from what is stored.")
@click.argument("year", type=click.IntRange(1900, 9999))
@click.option("--in-order", is_flag=True, help="Also list what a full recomputation would change.")
def replay(lang: str, year: int, in_order: bool) -> Told:
    from app.adjudication.replay import recompute
    from app.adjudication.replay import replay as play
    from app.db import transaction

    with office(), transaction() as session:
        played = play(session, year)
        changes = recompute(session, year) if in_order else []
    told = "claim {}, grant {}" if lang == "en" else "申请 {}，理算 {}"
    listed = [
        f"{told.format(x.claim_id, x.grant_no)}: {x.field} {x.stored} ≠ {x.computed}"
        for x in played.differences
    ]
    facts = {
        "year": year,
        "determinations": played.determinations,
        "payable": yuan(played.payable_fen),
        "differences": [x._asdict() for x in played.differences],
    }
    said = (
        f"{played.determinations} determinations recomputed, {yuan(played.payable_fen)} payable:"
        f" {len(played.differences)} differences."
        if lang == "en"
        else f"重算 {played.determinations} 件理算结果，应付 {yuan(played.payable_fen)} 元："
        f"{len(played.differences)} 处不同。"
    )
    lines = [said]
    if in_order:
        facts["would_change"] = [x._asdict() for x in changes]
        lines.append(
            f"A full recomputation in order would change {len(changes)} claims."
            if lang == "en"
            else f"若全部按序重算，有 {len(changes)} 件会变（仅供经办人员查看）。"
        )
        lines += [
            f"{'claim' if lang == 'en' else '申请'} {x.claim_id}{': ' if lang == 'en' else '：'}"
            f"{yuan(x.payable_fen)} → {yuan(x.would_be_fen)}"
            for x in changes[:SHOWN]
        ]
    return Told(facts, lines, LISTED if played.differences else DONE, listed)
