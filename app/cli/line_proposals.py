"""`huzhu bank propose|confirm|drop`: what is said of a line where two officers are wanted."""

from datetime import datetime

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.second import second_person, signed
from app.cli.typed import amount_fen_of
from app.errors import Refusal


class LineProposedWrong(Refusal):
    """Not one thing of the line, or a payout without its fee."""


@command("propose", help="Say what a line is, where two officers are wanted.")
@click.argument("line", type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--payout-until",
    "until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The online platform's payout of all payments up to this day; with --fee.",
)
@click.option("--fee", help="The platform's fee, in yuan.")
@click.option("--provider", default="wechat", show_default=True, help="Who paid out.")
@click.option("--recovery", type=click.IntRange(1, 2**63 - 1), help="Money of this recovery.")
@click.option("--claim", type=click.IntRange(1, 2**63 - 1), help="Repaid of this claim.")
@click.option(
    "--returned",
    multiple=True,
    metavar="BATCH[:LINE]",
    help="A benefit that came back; a batch alone: all of it that failed. As often as needed.",
)
@click.option(
    "--refund",
    type=click.IntRange(1, 2**63 - 1),
    help="Money out: this refund, withdrawn and paid all the same.",
)
@click.option("--interest", is_flag=True, help="Money in: the bank's interest.")
@click.option("--bank-fee", is_flag=True, help="Money out: the bank's fee.")
@click.option("--undo", is_flag=True, help="The match is wrong; the money is to wait again.")
@by_option
def propose(
    lang: str,
    line: int,
    until: datetime | None,
    fee: str | None,
    provider: str,
    recovery: int | None,
    claim: int | None,
    returned: tuple[str, ...],
    refund: int | None,
    interest: bool,
    bank_fee: bool,
    undo: bool,
    by: str | None,
) -> Told:
    from app.banking.paid_after_all import propose_paid
    from app.banking.undo import propose_undo
    from app.db import transaction
    from app.payments.bring_back import propose_back
    from app.payments.find_back import payments_named
    from app.recoveries.confirm_line import (
        Fee,
        FromMember,
        FromOthers,
        Interest,
        payout_until,
        propose_line,
    )

    flags = (interest or None, bank_fee or None, undo or None)
    ways = (until, recovery, claim, returned or None, refund, *flags)
    if sum(x is not None for x in ways) != 1 or (fee is None) != (until is None):
        raise LineProposedWrong
    with office() as settings, transaction() as session:
        officer = acting(session, settings, by)
        if until:
            what = payout_until(session, provider, until.date(), amount_fen_of(fee or ""))
            propose_line(session, line, what, by=officer)
        elif recovery:
            propose_line(session, line, FromOthers(recovery), by=officer)
        elif claim:
            propose_line(session, line, FromMember(claim), by=officer)
        elif interest:
            propose_line(session, line, Interest(), by=officer)
        elif bank_fee:
            propose_line(session, line, Fee(), by=officer)
        elif refund:
            propose_paid(session, line, refund, by=officer)
        elif returned:
            propose_back(session, line, payments_named(session, returned), by=officer)
        else:
            propose_undo(session, line, by=officer)
    said = "Noted. Another officer must confirm it." if lang == "en" else "已记下，请另一人确认。"
    return Told({"line": line}, [said])


@command("confirm", help="Confirm what another officer proposed of a line; it is booked.")
@click.argument("line", type=click.IntRange(1, 2**63 - 1))
@second_person
def confirm(lang: str, line: int, approve: str, descriptor: int | None) -> Told:
    from app.db import transaction
    from app.payments.take_off import decide_line

    with office():
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            decide_line(session, line, by=second)
    return Told({"line": line}, ["Booked." if lang == "en" else "已入账。"])


@command("drop", help="Drop what was proposed of a line.")
@click.argument("line", type=click.IntRange(1, 2**63 - 1))
@by_option
def drop(lang: str, line: int, by: str | None) -> Told:
    from app.banking.propose_line import drop_proposal
    from app.db import transaction

    with office() as settings, transaction() as session:
        drop_proposal(session, line, by=acting(session, settings, by))
    return Told({"line": line}, ["Dropped." if lang == "en" else "已取消提议。"])
