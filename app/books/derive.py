"""Read the journal of some months and derive its vouchers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.books.profile import Profile, profile_for
from app.books.summaries import PAPERS, summaries
from app.books.unit_names import unit_names
from app.books.voucher import Booked, Papers, Voucher, vouchers
from app.db import array, fetched
from app.errors import Refusal
from app.ledger.chart import Account

_ENTRIES: LiteralString = """
SELECT e.id, e.benefit_year, e.booked_on, e.document_on, e.memo, e.about, p.account,
       nullif(p.unit_id, 0), sum(p.debit_fen - p.credit_fen)::bigint
FROM entry e JOIN entry_sum p ON p.entry_id = e.id
WHERE e.booked_on BETWEEN %(first)s AND %(last)s
      AND (%(accounts)s::text[] IS NULL OR EXISTS (
          SELECT FROM entry_sum x
          WHERE x.entry_id = e.id AND x.account = ANY(%(accounts)s::text[])))
GROUP BY e.id, p.account, p.unit_id
ORDER BY extract(year FROM e.booked_on), extract(month FROM e.booked_on), e.id,
         p.account, nullif(p.unit_id, 0)
"""
# From the lines themselves: the vouchers are made of what the database adds up of them.
_MONEY: LiteralString = """
SELECT date_trunc('month', e.booked_on)::date, p.account,
       coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen > 0), 0)::bigint,
       coalesce(-sum(p.amount_fen) FILTER (WHERE p.amount_fen < 0), 0)::bigint
FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE e.booked_on BETWEEN %(first)s AND %(last)s AND p.account = ANY(%(accounts)s::text[])
GROUP BY 1, 2
"""
MONEY: Final = (Account.BANK, Account.ONLINE_CLEARING)


class DaysWrongWay(Refusal):
    """The first day lies after the last."""


def derived(
    session: Session, first: date, last: date, profile: str | None = None
) -> tuple[Profile, list[Voucher]]:
    """The vouchers booked from `first` to `last`, numbered in their whole months.

    Raises DaysWrongWay and as `profile_for`.
    """
    if first > last:
        raise DaysWrongWay(first=first.isoformat(), last=last.isoformat())
    chosen = profile_for(profile, first, last)
    entries = _entries(session, chosen, first.replace(day=1), _month_end(last))
    named = unit_names(session, (unit for x in entries for _, unit, _ in x.sums if unit))
    numbered = vouchers(chosen, entries, named, summaries("zh"), _papers(session, entries))
    return chosen, [x for x in numbered if first <= x.booked_on <= last]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where vouchers and the ledger say another sum: there are none."""

    month: date
    account: str
    ledger_fen: int
    vouchers_fen: int


def differences(
    session: Session, first: date, last: date, profile: str | None = None
) -> list[Difference]:
    """What the vouchers of whole months move of money less what the ledger moves, by month.

    Also unbalanced vouchers and gaps in their numbers, as differences of an account of no name.
    """
    first, last = first.replace(day=1), _month_end(last)
    chosen, found = derived(session, first, last, profile)
    numbers = {chosen.accounts[account].number for account in MONEY}
    told: dict[tuple[date, str], int] = defaultdict(int)
    numbered: dict[date, int] = defaultdict(int)
    wrong = []
    for voucher in found:
        numbered[voucher.month] += 1
        credit_fen = sum(line.credit_fen for line in voucher.lines)
        if voucher.total_fen != credit_fen or voucher.no != numbered[voucher.month]:
            wrong.append(Difference(voucher.month, "", voucher.total_fen, credit_fen))
        for line in voucher.lines:
            if line.number in numbers:
                told[voucher.month, line.number] += line.debit_fen - line.credit_fen
    asked = {"first": first, "last": last, "accounts": array(MONEY)}
    for month, account, debit_fen, credit_fen in fetched(session, _MONEY, asked):
        told[month, chosen.accounts[Account(account)].number] -= debit_fen - credit_fen
    return wrong + [
        Difference(month, number, 0, off_fen)
        for (month, number), off_fen in sorted(told.items())
        if off_fen
    ]


def _entries(session: Session, profile: Profile, first: date, last: date) -> list[Booked]:
    asked = {
        "first": first,
        "last": last,
        "accounts": None if profile.vouchers_for is None else array(profile.vouchers_for),
    }
    rows = fetched(session, _ENTRIES, asked)
    return [
        Booked(
            entry_id,
            year,
            booked_on,
            document_on,
            memo,
            about,
            tuple((Account(row[6]), row[7], row[8]) for row in some),
        )
        for (entry_id, year, booked_on, document_on, memo, about), some in groupby(
            rows, key=itemgetter(*range(6))
        )
    ]


def _papers(session: Session, entries: Iterable[Booked]) -> dict[int, Papers]:
    """What each entry stands on."""
    about: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if entry.memo in PAPERS and entry.about is not None:
            about[entry.memo][entry.about].append(entry.id)
    return {
        entry_id: Papers(*facts)
        for memo, ids in about.items()
        for fact, *facts in fetched(session, PAPERS[memo], {"ids": array(ids)})
        for entry_id in ids[fact]
    }


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
