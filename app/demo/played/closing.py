"""Books are closed month by month, then the year; what comes late goes to the first open day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from app.demo.played.illness import feed
from app.demo.played.office import Office, Said, claim_of, expect
from app.demo.played.paying import answer, send_batch
from app.demo.played.plan import YEAR, Special
from app.ledger.close import close

_BOOKED = text(
    """
    SELECT DISTINCT e.booked_on FROM entry e JOIN posting p ON p.entry_id = e.id
    WHERE p.claim_id = ANY(CAST(:claims AS bigint[]))
    """
)


def come_late(office: Office) -> Said:
    """Bills of the closed year: they are booked on the first open day, and paid with a batch."""
    bills = office.plan.special(Special.LATE)
    feed(office, bills)
    with office.turn() as session:
        claims = [claim_of(session, bill.setl_id) for bill in bills]
        days = list(session.scalars(_BOOKED, {"claims": claims}))
    expect(days == [date(YEAR + 1, 1, 1)], "what comes late is booked on the first open day")
    sent = send_batch(office, YEAR, date(YEAR + 1, 3, 3), "plain")
    answer(office, sent, "plain", lambda line: "paid", date(YEAR + 1, 3, 5))
    return Said(
        date(YEAR + 1, 3, 5),
        f"结账后又来 {len(bills)} 件结算，记入首个未结账日，并已发放",
        f"{len(bills)} bills come after the closing: booked on the first open day, and paid",
    )


def close_periods(office: Office, *, day: date, periods: Sequence[str]) -> Said:
    """Close these, oldest first."""
    for period in periods:
        with office.turn() as session:
            close(session, period, closed_by=office.one, approved_by=office.two)
    first, last = periods[0], periods[-1]
    return Said(
        day,
        f"结账 {len(periods)} 期：{first} 至 {last}",
        f"{len(periods)} periods are closed, from {first} to {last}",
    )
