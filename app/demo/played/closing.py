"""Books are closed month by month, then the year; what comes late goes to the first open day."""

from collections.abc import Sequence
from datetime import date

from app.demo.played.office import Office, Said
from app.ledger.close import close


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
