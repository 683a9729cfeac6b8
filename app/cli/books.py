"""`huzhu balance`: a trial balance that closes."""

import click

from app.cli.frame import DONE, LISTED, Told, command, office
from app.money import yuan
from app.texts.amounts import in_yuan

_NOTHING = {"zh": "{year} 年没有任何记账。", "en": "Nothing is booked for {year}."}


@command("balance", help="The trial balance of a benefit year, or of what was booked in a year.")
@click.argument("year", type=click.IntRange(1900, 9999))
@click.option("--booked", is_flag=True, help="By booking day (calendar year).")
def balance(lang: str, year: int, booked: bool) -> Told:
    from app.db import transaction
    from app.ledger.balance import trial_balance
    from app.ledger.chart import NAMES

    with office(), transaction() as session:
        found = trial_balance(session, year, "booked_on" if booked else "benefit_year")
    place = 1 if lang == "en" else 0
    rows = [
        {
            "account": line.account.value,
            "name": NAMES[line.account][place],
            "debit": yuan(line.debit_fen),
            "credit": yuan(line.credit_fen),
            "balance": yuan(line.balance_fen),
        }
        for line in found.lines
    ]
    facts = {
        "year": year,
        "by": found.by,
        "entries": found.entries,
        "lines": rows,
        "debit": yuan(found.debit_fen),
        "credit": yuan(found.credit_fen),
        "closes": found.closes,
    }
    if not found.entries:
        return Told(facts, [_NOTHING[lang].format(year=year)])
    told = [
        f"{x['account']}  {x['debit']:>18}  {x['credit']:>18}  {balance:>18}  {x['name']}"
        for x, balance in zip(rows, (in_yuan(x.balance_fen) for x in found.lines), strict=True)
    ]
    total = "total" if lang == "en" else "合计"
    told.append(f"{'':4}  {facts['debit']:>18}  {facts['credit']:>18}  {'':>18}  {total}")
    closes = {
        ("en", True): "The books close: both sides are equal.",
        ("en", False): "The books do not close.",
        ("zh", True): "借贷相等，试算平衡。",
        ("zh", False): "借贷不等，试算不平衡。",
    }
    told.append(closes[lang, found.closes])
    return Told(facts, told, DONE if found.closes else LISTED)
