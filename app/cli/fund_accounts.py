"""`huzhu bank end|correct`: an account of the fund that is no longer, or was typed wrongly."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from app.cli.frame import Told, acting, by_option, command, office
from app.cli.second import second_person, signed

if TYPE_CHECKING:
    from app.banking.end_account import Wanted

DAY = click.DateTime(["%Y-%m-%d"])


@command("end", help="End an account of the fund after a day. Two officers; not undone.")
@click.argument("code")
@click.option("--on", "on", type=DAY, required=True, help="Its last day.")
@second_person
@by_option
def end(
    lang: str, code: str, on: datetime, approve: str, descriptor: int | None, by: str | None
) -> Told:
    from app.banking.end_account import Wanted

    said = f"Account {code} ends on {on:%Y-%m-%d}."
    said = said if lang == "en" else f"账户 {code} 自 {on:%Y-%m-%d} 后停用。"
    return _changed(lang, code, Wanted(on.date()), approve, descriptor, by, said)


@command("correct", help="Put right an account that was typed wrongly, unused yet. Two officers.")
@click.argument("code")
@click.option("--holder", help="Its holder, as the bank writes it.")
@click.option("--bank", "at_bank", help="The bank and branch.")
@click.option("--number", help="The account's number.")
@click.option("--statement-format", help="Its statements.")
@click.option("--payment-format", help="Its payment files.")
@second_person
@by_option
def correct(
    lang: str,
    code: str,
    holder: str | None,
    at_bank: str | None,
    number: str | None,
    statement_format: str | None,
    payment_format: str | None,
    approve: str,
    descriptor: int | None,
    by: str | None,
) -> Told:
    from app.banking.add_account import Said, fund_account
    from app.banking.end_account import Wanted
    from app.db import transaction

    with office(), transaction() as session:
        is_now = fund_account(session, code)
        meant = Said(
            is_now.holder if holder is None else holder,
            is_now.bank if at_bank is None else at_bank,
            is_now.number if number is None else number,
            is_now.statement_format if statement_format is None else statement_format,
            is_now.payment_format if payment_format is None else payment_format,
        )
    said = f"Account {code} is put right." if lang == "en" else f"账户 {code} 已更正。"
    return _changed(lang, code, Wanted(meant=meant), approve, descriptor, by, said)


def _changed(
    lang: str,
    code: str,
    wanted: Wanted,
    approve: str,
    descriptor: int | None,
    by: str | None,
    said: str,
) -> Told:
    from app.banking.end_account import change_account
    from app.db import transaction

    with office() as settings:
        second = signed(approve, descriptor, lang)
        with transaction() as session:
            one = acting(session, settings, by)
            now = change_account(session, code, wanted, proposed_by=one, by=second)
    return Told({"account": now, "code": code}, [said])
