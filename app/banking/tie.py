"""Money that was typed, and the bank's line of it: one and the same, by number, day and amount.

A line that comes after is taken so by itself (`app.banking.find_typed`). One that waits all the
same is tied to what was typed where an officer says it is for that: what the line had put into
suspense is taken out again, so that the bank counts once, and what was typed stands, with all that
began by it. Two officers undo that: the line waits again, and what was typed stands on no line,
to be tied to another or taken back.
"""

from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.banking.find_typed import RECEIPT_ALONE, SUBSIDY_ALONE
from app.banking.lines import TypedBefore, say
from app.banking.models import LineResolution, StatementLine
from app.contributions.names import known_as
from app.contributions.receive import OnStatement
from app.contributions.reference import BACK, MARK, NUMBER
from app.contributions.subsidise import SHOWN
from app.db import fetched
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post


class Typed(NamedTuple):
    """What was typed: of what kind, its number, and whose or what it is for.

    `whose`: the unit that stands, the union, the recovery, the claim. `year`: the benefit year.
    """

    kind: str
    number: int
    whose: int
    year: int


PAID_BACK: Final = "paid back"
"""In this turn what was typed as paid back is tied to a line, or taken back."""
_COLUMN: Final = {
    "receipt": "receipt_id",
    "subsidy": "subsidy_id",
    "recovery": "recovery_receipt_id",
    "repayment": "repayment_id",
}
_AGAIN: Final = f"""(r.reference = k.name OR starts_with(r.reference, k.name || '{MARK}')
        AND substr(r.reference, length(k.name) + 1) ~ '^({NUMBER})+$')"""
"""SQL: what was paid back has this name, or was typed anew under it with a number."""
_TYPED: Final = f"""
WITH known AS (
    SELECT DISTINCT name FROM unnest(ARRAY[%(serial)s, %(key)s]) k(name)
)
SELECT 'receipt', r.id, u.stands_id, r.benefit_year FROM known k JOIN receipt r
    ON r.amount_fen = %(fen)s AND r.received_on = %(on)s AND {known_as("r.reference", "k.name")}
JOIN unit_now u ON u.id = r.unit_id
WHERE {RECEIPT_ALONE}
UNION
SELECT 'subsidy', s.id, s.union_id, s.benefit_year FROM known k JOIN subsidy s
    ON s.amount_fen = %(fen)s AND s.received_on = %(on)s AND {known_as("s.reference", "k.name")}
WHERE {SUBSIDY_ALONE}
UNION
SELECT 'recovery', r.id, r.recovery_id, o.benefit_year FROM known k JOIN recovery_receipt r
    ON r.amount_fen = %(fen)s AND r.received_on = %(on)s AND {_AGAIN}
JOIN recovery o ON o.id = r.recovery_id
WHERE r.suspense_year IS NULL
      AND NOT EXISTS (SELECT FROM line_said l WHERE l.recovery_receipt_id = r.id)
      AND NOT EXISTS (SELECT FROM recovery_receipt b WHERE b.recovery_id = r.recovery_id
                      AND b.reference = r.reference || '{BACK}' AND b.amount_fen < 0)
UNION
SELECT 'repayment', r.id, r.claim_id, r.benefit_year FROM known k JOIN repayment r
    ON r.amount_fen = %(fen)s AND r.received_on = %(on)s AND {_AGAIN}
WHERE r.suspense_year IS NULL
      AND NOT EXISTS (SELECT FROM line_said l WHERE l.repayment_id = r.id)
      AND NOT EXISTS (SELECT FROM repayment b WHERE b.member_id = r.member_id
                      AND b.claim_id = r.claim_id
                      AND b.reference = r.reference || '{BACK}' AND b.amount_fen < 0)
ORDER BY 1, 2
"""  # noqa: S608 - put together from constants

_YEAR_OF: LiteralString = """
SELECT benefit_year FROM receipt WHERE id = %(receipt_id)s
UNION ALL SELECT benefit_year FROM subsidy WHERE id = %(subsidy_id)s
UNION ALL SELECT o.benefit_year FROM recovery_receipt r JOIN recovery o ON o.id = r.recovery_id
    WHERE r.id = %(recovery_receipt_id)s
UNION ALL SELECT benefit_year FROM repayment WHERE id = %(repayment_id)s
"""


def typed_as(
    session: Session, line: StatementLine, kind: str = "", whose: int = 0, year: int | None = None
) -> Typed | None:
    """What was typed of a line's money, if it is for this; None where nobody typed it.

    Raises TypedBefore where it was typed as something else.
    """
    key = line.bank_key
    serial = key.partition(" ")[2] or key
    asked = {"serial": serial, "key": key, "fen": line.amount_fen, "on": line.booked_on}
    found = [Typed(*row) for row in fetched(session, _TYPED, asked)]
    for each in found:
        if (each.kind, each.whose) == (kind, whose) and year in {None, each.year}:
            return each
    if found:
        raise TypedBefore(reference=serial)
    return None


def tie(
    session: Session,
    line: StatementLine,
    said: int,
    typed: Typed,
    *,
    on: date,
    by: int,
    proposed_by: int | None = None,
) -> None:
    """The line's money is what was typed: it waits no more, and the bank counts it once.

    Booked on the bank's day, on which what was typed counts too.
    """
    about = {_COLUMN[typed.kind]: typed.number}
    if proposed_by:
        about["proposed_by"] = proposed_by
    number = say(session, line, said, "typed", on=on, by=by, year=typed.year, **about)
    fen, day = line.amount_fen, line.booked_on
    once = (Posting(Account.SUSPENSE, fen), Posting(Account.BANK, -fen))
    post(session, Entry(day.year, day, "typed before", once, number))


def untie(
    session: Session,
    line: StatementLine,
    last: LineResolution,
    said: int,
    *,
    on: date,
    by: int,
    proposed_by: int,
) -> None:
    """The line's money is not what was typed: both count again, until a person finds out more.

    Booked on the bank's day as the tie was, so that each day's books show the two as they are.
    """
    about = {name: getattr(last, name) for name in _COLUMN.values()}
    ((year,),) = fetched(session, _YEAR_OF, about)
    number = say(session, line, said, "undone", on=on, by=by, year=year, proposed_by=proposed_by)
    fen, day = line.amount_fen, line.booked_on
    again = (Posting(Account.BANK, fen), Posting(Account.SUSPENSE, -fen))
    post(session, Entry(day.year, day, "typed undone", again, number))


def check_not_shown(session: Session, reference: str, on: date, amount_fen: int) -> None:
    """Raise OnStatement where a statement's line has brought this money: there it is resolved."""
    asked = {"on": f"{on:%Y%m%d}", "reference": reference.strip(), "fen": amount_fen}
    if fetched(session, SHOWN, asked):
        raise OnStatement(reference=reference.strip())
