"""`huzhu payments prepare|approve|withdraw|orders`: a batch step by step, by different people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.banking.formats import PLAIN
from app.cli.frame import DONE, LISTED, Told, acting, by_option, command, office
from app.cli.outfile import placed, refuse_existing, written_beside
from app.cli.payments import DAY, left_out_facts, left_out_lines, payments, told_batch, told_nothing
from app.cli.second import second_person
from app.money import yuan
from app.texts import say
from app.texts.counted import counted

if TYPE_CHECKING:
    from app.payments.doubt import Says
    from app.payments.order import OrderChanged
    from app.payments.send import Batch

__all__ = ["payments"]

_PATH = click.Path(path_type=Path)


@command("prepare", help="Draft a batch of all that is payable; another officer approves it.")
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option(
    "--format",
    "template",
    default=PLAIN,
    show_default=True,
    metavar="FORMAT",
    help="The bank's template; `huzhu payments formats` lists them.",
)
@click.option("--from", "account", metavar="CODE", help="The fund's account that pays.")
@click.option("--on", "on", type=DAY, help="The day the batch is made. Default: today.")
@by_option
def prepare(
    lang: str, year: int, template: str, account: str | None, on: datetime | None, by: str | None
) -> Told:
    from app.clock import today
    from app.db import transaction
    from app.payments.batch import NothingToPay
    from app.payments.order import prepare_order

    try:
        with office() as settings, transaction() as session:
            made = prepare_order(
                session,
                year,
                by=acting(session, settings, by),
                made_on=on.date() if on else today(),
                template=template,
                fund_account=account,
            )
    except NothingToPay as nothing:
        return told_nothing(nothing, lang)
    facts: dict[str, Any] = {
        "order": made.number,
        "lines": made.lines,
        "total": yuan(made.total_fen),
        "sha256": made.sha256,
        "wants_third": made.wants_third,
        "left_out": left_out_facts(made.left_out, lang),
        "owing": [
            {
                "claim": x.claim_id,
                "amount": yuan(x.due_fen),
                "owing_claim": x.owing_claim_id,
                "open": yuan(x.open_fen),
            }
            for x in made.owing
        ],
    }
    said = {
        "en": "Prepared {order}: {lines} {lines|payment|payments}, {total} yuan."
        " Another officer approves it: huzhu payments approve {order} --approve … --out …",
        "zh": "已编制 {order}：{lines} 笔，共 {total} 元。请另一人批准："
        "huzhu payments approve {order} --approve … --out …",
    }
    owes = {
        "en": "Claim {claim} is paid {amount}, while the same member owes {open} of claim"
        " {owing_claim}. It can be set off, and the batch prepared anew:"
        " huzhu recoveries set-off {owing_claim} --using {claim} …",
        "zh": "申请 {claim} 发放 {amount} 元，同一职工申请 {owing_claim} 尚欠 {open} 元，"
        "可先抵扣再重新编制：huzhu recoveries set-off {owing_claim} --using {claim} …",
    }
    lines = [counted(said[lang], **facts), *(owes[lang].format(**x) for x in facts["owing"])]
    code = LISTED if made.left_out else DONE
    return Told(facts, lines, code, left_out_lines(made.left_out, lang))


@command("approve", help="Approve what was prepared, or confirm it as the third person.")
@click.argument("order")
@click.option("--out", required=True, type=_PATH, help="The file for the bank; must not exist.")
@second_person
def approve(lang: str, order: str, out: Path, approve: str, descriptor: int | None) -> Told:
    from app.cli.second import signed
    from app.db import transaction
    from app.payments.order import OrderChanged, approve_order, confirm_order, order_numbered

    refuse_existing(out)
    with office():
        person = signed(approve, descriptor, lang)
        beside = None
        try:
            with transaction() as session:
                waits = order_numbered(session, order)
                step = confirm_order if waits.state == "approved" else approve_order
                batch: Batch | None = step(session, waits.id, by=person, sha256=waits.file_sha256)
                # On the disk before the commit, as where it is done in one go.
                beside = written_beside(out, batch.file) if batch else None
        except OrderChanged as changed:
            return _told_changed(changed, lang)
        except BaseException:
            if beside:
                beside.unlink(missing_ok=True)
            raise
        if batch is None or beside is None:
            return _told_third(order, lang)
        return told_batch(batch, out, lang, placed=placed(beside, out))


@command("withdraw", help="Do not send what was prepared; it can be prepared again.")
@click.argument("order")
@by_option
def withdraw(lang: str, order: str, by: str | None) -> Told:
    from app.db import transaction
    from app.payments.order import order_numbered, withdraw_order

    with office() as settings, transaction() as session:
        waits = order_numbered(session, order)
        withdraw_order(session, waits.id, by=acting(session, settings, by))
    said = f"{order} is withdrawn." if lang == "en" else f"{order} 已撤回。"
    return Told({"order": order, "state": "withdrawn"}, [said])


def _told_third(order: str, lang: str) -> Told:
    said = {
        "en": f"{order} is approved. It is so large that a third officer must confirm it:"
        f" huzhu payments approve {order} --approve … --out …",
        "zh": f"{order} 已批准。金额较大，还须第三人确认："
        f"huzhu payments approve {order} --approve … --out …",
    }
    return Told({"order": order, "state": "approved"}, [said[lang]])


def _told_changed(changed: OrderChanged, lang: str) -> Told:
    facts = {
        "error": "OrderChanged",
        "message": say(changed, lang),
        "changes": left_out_facts(changed.changes, lang),
    }
    return Told(facts, [say(changed, lang), *left_out_lines(changed.changes, lang)], 2)


@command("resolve", help="Say, by two people, what became of a payment in doubt.")
@click.argument("batch")
@click.argument("line", type=click.IntRange(1, 999_999_999))
@click.option("--says", required=True, type=click.Choice(["paid", "failed"]), help="What it was.")
@click.option("--on", "on", required=True, type=DAY, help="The day on the bank's statement.")
@click.option("--evidence", required=True, help="What shows it, such as the bank's reference.")
@click.option(
    "--bank-line",
    "line_id",
    type=click.IntRange(1, 2**63 - 1),
    help="The line of a statement that shows it, of this day.",
)
@by_option
@second_person
def resolve(
    lang: str,
    batch: str,
    line: int,
    says: Says,
    on: datetime,
    evidence: str,
    line_id: int | None,
    by: str | None,
    approve: str,
    descriptor: int | None,
) -> Told:
    from app.cli.second import signed
    from app.db import transaction
    from app.payments.resolve import approve_resolution, propose_resolution

    with office() as settings:
        person = signed(approve, descriptor, lang)
        with transaction() as session:
            proposer = acting(session, settings, by)
            said = (says, on.date(), evidence)
            propose_resolution(session, batch, line, *said, by=proposer, line_id=line_id)
            approve_resolution(session, batch, line, by=person)
    told = f"{batch}, line {line}: {says}." if lang == "en" else f"{batch} 序号 {line} 已核定。"
    return Told({"batch": batch, "line": line, "says": says}, [told])


@command("heir", help="Name, by two people, who is paid in place of a member who died.")
@click.option("--certno", required=True, help="The member's ID number.")
@click.option("--name", required=True, help="The heir's name.")
@click.option("--heir-certno", required=True, help="The heir's ID number.")
@click.option("--relation", required=True, help="The heir's relation to the member.")
@click.option("--account", required=True, help="The heir's bank account.")
@click.option("--papers", required=True, help="Which papers were seen.")
@by_option
@second_person
def heir(
    lang: str,
    certno: str,
    heir_certno: str,
    by: str | None,
    approve: str,
    descriptor: int | None,
    **said: str,
) -> Told:
    from app.cli.second import signed
    from app.db import transaction
    from app.payments.heirs import HeirUnfit, NotDeceased, approve_heir, propose_heir
    from app.roster.members import certno_index, members_by_index
    from app.texts.plainly import plainly

    with office() as settings:
        person = signed(approve, descriptor, lang)
        with transaction() as session:
            index = certno_index(certno)
            member_id = members_by_index(session, [index]).get(index)
            if member_id is None:
                raise NotDeceased
            proposer = acting(session, settings, by)
            try:
                propose_heir(session, member_id, certno=heir_certno, by=proposer, **said)
            except HeirUnfit as unfit:
                why = plainly(str(unfit.facts["why"]), lang)
                raise HeirUnfit(field=unfit.facts["field"], why=why) from unfit
            made = approve_heir(session, member_id, by=person)
            facts = {"heir": made.id, "account": made.tail}
    told = "The next batch pays the heir." if lang == "en" else "下一批将发给继承人。"
    return Told(facts, [told])


for each in (prepare, approve, withdraw, resolve, heir):
    payments.add_command(each)
