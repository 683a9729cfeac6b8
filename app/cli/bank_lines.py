"""`huzhu bank resolve|undo`, `huzhu bank refund-…`: what an officer says of money."""

from pathlib import Path

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.second import SecondUnsigned, password_option, second_person, signed
from app.errors import Refusal
from app.money import fen, yuan


class LineSaidWrong(Refusal):
    """One thing is said of a line, and the benefit year of a unit's or a union's money."""


@command("resolve", help="Say what a line is that waits; the first word counts.")
@click.argument("line", type=int)
@click.option("--unit", "uscc", metavar="USCC", help="It is this unit's money; with --year.")
@click.option("--alone", metavar="REFERENCE", help="It is of who enrolled alone: the G… number.")
@click.option("--union", metavar="NAME", help="It is this union's subsidy, by name; with --year.")
@click.option("--year", type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option("--not-ours", is_flag=True, help="The bank will take it back.")
@click.option("--takes-back", type=int, metavar="LINE", help="Money out: it takes that line back.")
@click.option("--batch", metavar="NUMBER", help="Money out: a whole payment batch.")
@click.option("--refund", metavar="NUMBER", help="Money out: this approved refund, TK….")
@click.option("--payee", help="Give it back to this payer; with --payee-account.")
@click.option("--payee-account", help="The account it goes back to.")
@by_option
def resolve(
    lang: str,
    line: int,
    uscc: str | None,
    alone: str | None,
    union: str | None,
    year: int | None,
    not_ours: bool,
    takes_back: int | None,
    batch: str | None,
    refund: str | None,
    payee: str | None,
    payee_account: str | None,
    by: str | None,
) -> Told:
    from app import bell
    from app.banking import resolve as said
    from app.banking.propose_refund import Payee
    from app.banking.refund import refund_numbered
    from app.banking.resolve_alone import resolve_to_alone
    from app.db import transaction
    from app.roster.units import unit_of
    from app.unions.open import district_named

    ways = (uscc, alone, union, not_ours or None, takes_back, batch, refund, payee)
    if sum(x is not None for x in ways) != 1 or (year is None) != (uscc is None and union is None):
        raise LineSaidWrong
    with office() as settings:
        with transaction() as session:
            officer = acting(session, settings, by)
            if uscc and year:
                unit_id = unit_of(session, uscc).id
                said.resolve_to_unit(session, line, unit_id=unit_id, year=year, by=officer)
            elif alone:
                resolve_to_alone(session, line, reference=alone, by=officer)
            elif union and year:
                union_id = district_named(session, union)
                said.resolve_to_union(session, line, union_id=union_id, year=year, by=officer)
            elif takes_back:
                said.resolve_taken_back(session, line, other_line_id=takes_back, by=officer)
            elif batch:
                said.resolve_to_batch(
                    session, line, batch_id=said.batch_id_of(session, batch), by=officer
                )
            elif refund:
                refund_id = refund_numbered(refund)
                said.resolve_paid_refund(session, line, refund_id=refund_id, by=officer)
            elif payee:
                to = Payee(payee, payee_account or "")
                said.resolve_to_refund(session, line, payee=to, by=officer)
            else:
                said.resolve_not_ours(session, line, by=officer)
        bell.ring(settings.broker_url, bell.LOOK_AGAIN)
    return Told({"line": line}, ["Done." if lang == "en" else "已处理。"])


@command("refund", help="Propose to give a unit's money back; another officer approves.")
@click.option("--unit", "uscc", required=True, metavar="USCC", help="The unit.")
@click.option("--year", required=True, type=click.IntRange(1900, 9999), help="Benefit year.")
@click.option(
    "--source",
    type=click.Choice(["over", "credited"]),
    required=True,
    help="Paid too much, or credited back.",
)
@click.option("--amount", required=True, help="Yuan, like 1234.50.")
@click.option("--payee", required=True, help="Its holder, as the bank writes it.")
@click.option("--payee-account", required=True, help="The account it goes back to.")
@by_option
def refund(
    lang: str,
    uscc: str,
    year: int,
    source: str,
    amount: str,
    payee: str,
    payee_account: str,
    by: str | None,
) -> Told:
    from app.banking.propose_refund import Payee, propose_refund
    from app.banking.refund import refund_number
    from app.cli.typed import AmountWrong
    from app.db import transaction
    from app.money import NotAnAmount
    from app.roster.units import unit_of

    try:
        amount_fen = fen(amount)
    except NotAnAmount:
        raise AmountWrong(amount=amount) from None
    with office() as settings, transaction() as session:
        refund_id = propose_refund(
            session,
            "over" if source == "over" else "credited",
            unit_id=unit_of(session, uscc).id,
            year=year,
            amount_fen=amount_fen,
            payee=Payee(payee, payee_account),
            by=acting(session, settings, by),
        )
    number = refund_number(refund_id)
    said = f"Proposed {number}: {yuan(amount_fen)}." if lang == "en" else f"已提出退款 {number}。"
    return Told({"refund": refund_id, "number": number}, [said])


@command("approve-refunds", help="Approve refunds that another proposed; writes the bank's file.")
@click.argument("refunds", type=int, nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write; must not exist.",
)
@second_person
def approve_refunds(
    lang: str, refunds: tuple[int, ...], out: Path, approve: str, descriptor: int | None
) -> Told:
    from app.banking.refund import approve_refunds as approved
    from app.clock import today
    from app.db import transaction

    refuse_existing(out)
    with office():
        for line in (told := _told_elsewhere(refunds, lang)):
            click.echo(line, err=True)  # before the password is asked for
        by = signed(approve, descriptor, lang)
        beside = None
        try:
            with transaction() as session:
                data = approved(session, refunds, by=by, on=today())
                beside = written_beside(out, data)
        except BaseException:
            if beside:
                beside.unlink(missing_ok=True)
            raise
    if not placed(beside, out):
        raise OutFileExists(out=str(out))
    said = f"Wrote {out}." if lang == "en" else f"已写出 {out}。"
    return Told({"refunds": list(refunds), "file": str(out), "elsewhere": told}, [said])


def _told_elsewhere(refunds: tuple[int, ...], lang: str) -> list[str]:
    from app.banking.compare_payee import going_elsewhere, said_of
    from app.banking.refund import refund_number
    from app.db import transaction

    with transaction() as session:
        found = going_elsewhere(session, refunds)
    return [f"{refund_number(x.refund_id)} · {x.payee}: {said_of(x, lang)}" for x in found]


@command("undo", help="Take a wrong match back, with another officer; its money waits again.")
@click.argument("line", type=int)
@second_person
@by_option
def undo(lang: str, line: int, approve: str, descriptor: int | None, by: str | None) -> Told:
    from app.db import transaction
    from app.payments.take_off import undo_line

    with office() as settings:
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            undo_line(session, line, proposed_by=acting(session, settings, by), by=second)
    return Told({"line": line}, ["It waits again." if lang == "en" else "已撤销，重新待处理。"])


@command("withdraw-refund", help="A refund is not to be paid after all.")
@click.argument("refund_id", type=int)
@click.option("--approve", metavar="ACCOUNT", help="The second officer.")
@password_option
@by_option
def withdraw(
    lang: str, refund_id: int, approve: str | None, descriptor: int | None, by: str | None
) -> Told:
    from app.banking.refund import wanted_back, withdraw_refund
    from app.clock import today
    from app.db import transaction

    with office() as settings:
        second = signed(approve, descriptor, lang) if approve else None
        with transaction() as session:
            if second is None and wanted_back(session, refund_id):
                raise SecondUnsigned
            who = second or acting(session, settings, by)
            done = withdraw_refund(session, refund_id, by=who, on=today())
    said = {
        True: ("已撤回。", "Withdrawn."),
        False: (
            "银行已受理，另一人再撤回一次才算。",
            "Noted: another must withdraw it too.",
        ),
    }
    return Told({"refund": refund_id, "withdrawn": done}, [said[done][lang == "en"]])


@command("refund-file", help="Write the bank's file of an approved refund once more.")
@click.argument("refund_id", type=int)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write; must not exist.",
)
def file_again(lang: str, refund_id: int, out: Path) -> Told:
    from app.banking.refund import refund_file
    from app.db import transaction

    refuse_existing(out)
    with office(), transaction() as session:
        data = refund_file(session, refund_id)
    if not placed(written_beside(out, data), out):
        raise OutFileExists(out=str(out))
    said = f"Wrote {out}." if lang == "en" else f"已写出 {out}。"
    return Told({"refund": refund_id, "file": str(out)}, [said])
