"""A line that waits is the money of somebody who enrolled alone, as an officer found out."""

from datetime import date

from sqlalchemy.orm import Session

from app.banking.alone import alone_in
from app.banking.gather_open import gather_open
from app.banking.lines import open_line
from app.banking.resolve import resolve_to_unit
from app.banking.tie import typed_as
from app.contributions.receive import COVERS, Received
from app.db import one_at_a_time
from app.errors import Refusal
from app.roster.now import unit_now


class NobodyAlone(Refusal):
    """Nobody who enrolled alone has this reference, or the enrolment was withdrawn."""


class AloneTooMuch(Refusal):
    """The line is more than the enrolment misses (facts: missing_fen, amount_fen)."""


def resolve_to_alone(
    session: Session, line_id: int, *, reference: str, by: int, on: date | None = None
) -> Received:
    """It is the money of somebody who enrolled alone, under this reference.

    What is more than the roster misses goes back to the payer another way: nothing else can use it.
    Raises NobodyAlone, AloneTooMuch and as `resolve_to_unit`; TypedBefore first, since what was
    typed of it is why the roster misses less.
    """
    one_at_a_time(session, COVERS)
    known = gather_open(session).alone
    found = alone_in(reference, known)
    if len(found) != 1:
        raise NobodyAlone
    awaited = known[found[0]]
    line, _, _ = open_line(session, line_id, "suspense", by=by, on=on)
    unit = unit_now(session, awaited.named.unit_id).stands_id
    typed = typed_as(session, line, "receipt", unit, awaited.named.year)
    if not typed and line.amount_fen > awaited.missing_fen:
        raise AloneTooMuch(missing_fen=awaited.missing_fen, amount_fen=line.amount_fen)
    return resolve_to_unit(
        session,
        line_id,
        unit_id=awaited.named.unit_id,
        year=awaited.named.year,
        roster_id=awaited.roster_id,
        by=by,
        on=on,
    )
