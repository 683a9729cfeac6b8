"""The bureau's feeds, month by month; every bill of a member becomes a claim."""

import hashlib
from collections.abc import Sequence
from datetime import date

from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.demo.played.files import settlement_file
from app.demo.played.office import Office, Said, do_promised, expect
from app.demo.played.plan import YEAR, Bill


def feed(office: Office, bills: Sequence[Bill]) -> int:
    """Take a file of bills and determine them; how many rows."""
    content = settlement_file(office.plan, bills)
    found = read_settlements(content)
    expect(not found.faults, "every row of a feed is read")
    sha256 = hashlib.sha256(content).hexdigest()
    with office.turn() as session:
        take_feed(session, found, file_sha256=sha256, by=office.one)
    with office.turn() as session:
        do_promised(session)
    return len(bills)


def months(office: Office, first: int, last: int) -> Said:
    """The feeds of some months."""
    rows = sum(feed(office, office.plan.bills_of(month)) for month in range(first, last + 1))
    return Said(
        date(YEAR, last, 28),
        f"医保结算数据 {last - first + 1} 份，{rows} 行，已理算",
        f"{last - first + 1} feeds of the bureau, {rows} bills, are determined",
    )
