"""The provider pays out what was paid online, less its fee: 1002 is cleared by the bank's money.

The bank's line belongs to the calendar year of its day, the payments to their benefit years. Where
the two differ, 1901 stands between them in both years, so that the bank's money moves once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.contributions.receive import check_money
from app.db import copy_in, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting, lines
from app.ledger.post import post
from app.online.models import OnlinePayout

MEMO: Final = "online settled"


class PayoutSumWrong(Refusal):
    """Payments less the fee are not what the bank booked (facts: the three, in fen)."""


class PaymentsNotThere(Refusal):
    """Payments that are not received, or were paid out already (facts: count)."""


class PayoutKnown(Refusal):
    """A payout with this reference was booked already, with another amount or day."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A payment received and not paid out yet."""

    notice_id: int
    transaction_id: str
    benefit_year: int
    amount_fen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it. `again`: the same payout was booked before, nothing changed."""

    payout_id: int
    again: bool


_UNSETTLED: Final = text(
    """
    SELECT n.id, n.transaction_id, r.benefit_year, n.amount_fen, r.received_on
    FROM online_notice n LEFT JOIN online_decision d ON d.notice_id = n.id
    JOIN receipt r ON r.id = coalesce(n.receipt_id, d.receipt_id)
    WHERE n.provider = :provider
          AND NOT EXISTS (SELECT FROM online_payout_line l WHERE l.notice_id = n.id)
    ORDER BY n.success_at, n.id
    """
)


def unsettled(session: Session, provider: str) -> list[Unsettled]:
    """Payments received and not paid out yet, oldest first."""
    return [Unsettled(*row) for row in session.execute(_UNSETTLED, {"provider": provider})]


def settle_online(
    session: Session,
    *,
    provider: str,
    reference: str,
    booked_on: date,
    net_fen: int,
    fee_fen: int,
    transactions: Collection[str],
    by: int,
    account: Account = Account.BANK,
) -> Settled:
    """Book a payout of these transactions. The same again changes nothing.

    `account`: 1001, or 2103 where the statement's line was taken into suspense before. Raises
    PayoutKnown, PaymentsNotThere, PayoutSumWrong, and as `check_money`.
    """
    fund_officer(session, by)
    reference = reference.strip()
    check_money(net_fen, booked_on, reference)
    one_at_a_time(session, "online payouts")
    known = _known(session, provider, reference, (booked_on, net_fen, fee_fen))
    if known is not None:
        return Settled(known, again=True)
    payments = payout_of(session, provider, transactions, net_fen, fee_fen)
    row = {
        "provider": provider,
        "reference": reference,
        "booked_on": booked_on,
        "account": account.value,
        "net_fen": net_fen,
        "fee_fen": fee_fen,
        "recorded_by": by,
    }
    added = insert(OnlinePayout).values(row).returning(OnlinePayout.id)
    payout_id = session.execute(added).scalar_one()
    years = _write(session, payout_id, payments)
    post(session, *_entries(payout_id, booked_on, years, account, net_fen, fee_fen))
    touched = {booked_on.year, *years}
    facts = {"net_fen": net_fen, "fee_fen": fee_fen}
    record(session, "online.settled", by=by, about=payout_id, years=touched, **facts)
    return Settled(payout_id, again=False)


def payout_of(
    session: Session, provider: str, transactions: Collection[str], net_fen: int, fee_fen: int
) -> list[Unsettled]:
    """The payments a payout is of. Raises PaymentsNotThere, PayoutSumWrong."""
    asked = set(transactions)
    payments = [x for x in unsettled(session, provider) if x.transaction_id in asked]
    if len(payments) != len(asked) or not payments:
        raise PaymentsNotThere(count=len(asked) - len(payments))
    total_fen = sum(x.amount_fen for x in payments)
    if fee_fen < 0 or total_fen - fee_fen != net_fen:
        raise PayoutSumWrong(payments_fen=total_fen, fee_fen=fee_fen, net_fen=net_fen)
    return payments


def _known(
    session: Session, provider: str, reference: str, said: tuple[date, int, int]
) -> int | None:
    found = session.scalar(
        select(OnlinePayout).where(
            OnlinePayout.provider == provider, OnlinePayout.reference == reference
        )
    )
    if found is None:
        return None
    if (found.booked_on, found.net_fen, found.fee_fen) != said:
        raise PayoutKnown(reference=reference)
    return found.id


def _write(session: Session, payout_id: int, payments: Collection[Unsettled]) -> dict[int, int]:
    """The payout's payments, and their sum by benefit year."""
    years: dict[int, int] = {}
    for each in payments:
        years[each.benefit_year] = years.get(each.benefit_year, 0) + each.amount_fen
    rows = [(payout_id, year, amount_fen) for year, amount_fen in sorted(years.items())]
    copy_in(session, "online_payout_year", ("payout_id", "benefit_year", "amount_fen"), rows)
    paid = [(each.notice_id, payout_id) for each in payments]
    copy_in(session, "online_payout_line", ("notice_id", "payout_id"), paid)
    return years


def _entries(
    payout_id: int,
    booked_on: date,
    years: dict[int, int],
    account: Account,
    net_fen: int,
    fee_fen: int,
) -> list[Entry]:
    own_fen = years.get(booked_on.year, 0)
    others = {year: fen for year, fen in sorted(years.items()) if year != booked_on.year}
    bank = lines(
        Posting(account, net_fen),
        Posting(Account.BANK_FEES, fee_fen),
        Posting(Account.ONLINE_CLEARING, -own_fen),
        Posting(Account.BETWEEN_YEARS, -sum(others.values())),
    )
    entries = [Entry(booked_on.year, booked_on, MEMO, bank, payout_id)]
    for year, fen in others.items():
        over = (Posting(Account.BETWEEN_YEARS, fen), Posting(Account.ONLINE_CLEARING, -fen))
        entries.append(Entry(year, booked_on, MEMO, over, payout_id))
    return entries
