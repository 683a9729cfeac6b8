"""Take money that came in from the union: its part of contributions, and its gifts.

What is due is booked when covers begin (`app.contributions.begin`). A payment is for a benefit
year, not for a unit or a campaign: more than is due is taken too, and the account then stands the
other way, as money the union paid ahead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.contributions.names import REVERSED, name_of_union
from app.contributions.receive import BANK, OnStatement, OutOf, ReferenceUsed, check_money
from app.contributions.reference import numbered
from app.db import fetched, one_at_a_time, refuses
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.together import Question

SUBSIDIES: Final = "subsidies"
"""In this turn a subsidy is booked, found on a statement, or taken back: one of the last two."""
refuses("subsidy_reference_key", ReferenceUsed)

_KNOWN: Final = f"""
SELECT s.id, s.amount_fen, s.received_on, {REVERSED}, s.line_id IS NOT NULL OR EXISTS (
    SELECT FROM statement_line l WHERE l.subsidy_id = s.id) OR EXISTS (
    SELECT FROM line_resolution l WHERE l.subsidy_id = s.id)
FROM subsidy s
WHERE s.union_id = %(union_id)s AND s.benefit_year = %(year)s AND s.reference = %(reference)s
"""  # noqa: S608 - put together from constants
SHOWN: LiteralString = """
SELECT FROM fund_account a JOIN statement_line l
    ON l.account_id = a.id AND l.bank_key IN (%(on)s || ' ' || %(reference)s, %(reference)s)
WHERE l.amount_fen = %(fen)s
"""
"""Whether a statement's line has brought money of this reference, day and amount."""
_ADD: LiteralString = """
INSERT INTO subsidy
    (union_id, benefit_year, amount_fen, received_on, reference, line_id, recorded_by)
VALUES (%(union_id)s, %(year)s, %(amount_fen)s, %(received_on)s, %(reference)s, %(line_id)s,
        %(by)s)
RETURNING id
"""
_DUE: Final = f"""
SELECT e.benefit_year, sum(p.amount_fen)::bigint
FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE p.account = '{Account.UNION_SUBSIDY_DUE.value}' GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - put together from constants
DUE: Final = Question(_DUE, lambda year, fen: (int(year), int(fen)))
"""`subsidy_due`, for who asks more at once."""


@dataclass(frozen=True, slots=True)
class Subsidised:
    """What came of it. `again`: the same money was received before, nothing changed.

    What was received and taken back is not there: the same money is then booked anew.
    """

    subsidy_id: int
    again: bool


class _Before(NamedTuple):
    """A subsidy that stands; what was said of it: amount and day. `brought`: a line has."""

    subsidy_id: int
    said: tuple[object, ...]
    brought: bool


def receive_subsidy(
    session: Session,
    *,
    union_id: int,
    year: int,
    amount_fen: int,
    received_on: date,
    reference: str,
    by: int,
    line_id: int | None = None,
    out_of: OutOf = BANK,
    key: str = "",
) -> Subsidised:
    """Book what a union paid for a benefit year. `out_of`: where it lay until now.

    One line brings it: another bank's line with the same number is other money. `key`: what the
    line is known by, as which it may have been typed too. Raises ReferenceUsed, OnStatement and as
    `check_money`.
    """
    reference = reference.strip()
    check_money(amount_fen, received_on, reference)
    one_at_a_time(session, SUBSIDIES)
    typed = line_id is None and out_of is BANK
    if typed:
        reference = name_of_union(session, union_id, year, reference)
    named = {"union_id": union_id, "year": year, "reference": reference}
    before, free = _before(session, named)
    if key and (before is None or before.brought):
        as_key, _ = _before(session, {**named, "reference": key})
        before = as_key if as_key and not as_key.brought else before
    if before:
        if before.said != (amount_fen, received_on) or (before.brought and line_id):
            raise ReferenceUsed(reference=reference)
        return Subsidised(before.subsidy_id, again=True)
    shown = {**named, "on": f"{received_on:%Y%m%d}", "fen": amount_fen}
    if typed and fetched(session, SHOWN, shown):
        raise OnStatement(reference=reference)
    row = {**named, "amount_fen": amount_fen, "received_on": received_on, "by": by}
    row |= {"line_id": line_id, "reference": free}
    ((subsidy_id,),) = fetched(session, _ADD, row)
    due = Posting(Account.UNION_SUBSIDY_DUE, -amount_fen)
    money = (Posting(out_of.account, amount_fen), due)
    day = out_of.booked_on or received_on
    post(session, Entry(year, day, "subsidy received", money, subsidy_id))
    record(
        session,
        "subsidy.received",
        by=by,
        about=subsidy_id,
        years=[year],
        union_id=union_id,
        amount_fen=amount_fen,
    )
    return Subsidised(subsidy_id, again=False)


def _before(session: Session, named: Mapping[str, object]) -> tuple[_Before | None, str]:
    """What this name stands for, if not taken back; and a reference that is free for it."""
    for free in numbered(str(named["reference"])):
        known = fetched(session, _KNOWN, {**named, "reference": free})
        for subsidy_id, *said, reversed_, brought in known:
            if not reversed_:
                return _Before(subsidy_id, tuple(said), brought), free
        if not known:
            break
    return None, free


def subsidy_due(session: Session) -> dict[int, int]:
    """What the union still owes by benefit year, in fen, by the books; below 0: it paid ahead."""
    return dict(DUE.all(session))
