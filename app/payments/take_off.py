"""A line did not bring a benefit back after all: two people say so, and its money waits again.

Of each payment that rested on the line what stood before stands again, by a word beside the other.
Where nothing stood, because the bank did not know, it counts as paid: it is not sent again before
two people have found out otherwise. The bank moved nothing by it, and so 1001 stays, but for what
had failed before: that had not left the bank with its batch.
"""

from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.banking.lines import into_suspense, latest, say, state_of
from app.banking.models import StatementLine
from app.banking.paid_after_all import confirm_paid
from app.banking.propose_line import NoLineProposal, proposed, to_confirm
from app.banking.undo import two_undo, undo_day, undo_match
from app.contributions.receive import COVERS
from app.db import fetched, one_at_a_time
from app.payments.bring_back import confirm_back, hold
from app.payments.doubt import Says
from app.payments.take import OnePerson, members_of_officers
from app.payments.write_word import Word, write_word
from app.recoveries.confirm_line import confirm_line

# Payments that rest on a word of a line: their numbers, that word's, and what stood before it.
_RESTING: LiteralString = """
SELECT p.id, r.id, coalesce(w.says, o.outcome, 'paid')
FROM payment_resolution r JOIN payment p USING (member_id, grant_no, attempt)
LEFT JOIN payment_resolution w ON w.member_id = r.member_id AND w.grant_no = r.grant_no
    AND w.attempt = r.attempt AND w.seq = r.seq - 1
LEFT JOIN payment_outcome o ON o.member_id = r.member_id AND o.grant_no = r.grant_no
    AND o.attempt = r.attempt AND o.return_id IS NOT NULL
WHERE r.id = %(first)s OR r.together_id = %(first)s
ORDER BY p.member_id, p.claim_id, p.id
"""


def undo_line(
    session: Session, line_id: int, *, proposed_by: int, by: int, on: date | None = None
) -> None:
    """Put a line's money back into suspense, whatever it was said to be.

    Raises as `app.banking.undo.undo_match`; OnePerson, ClaimAtBank.
    """
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"line {line_id}")
    line, state, said = state_of(session, line_id)
    if state != "returned":
        undo_match(session, line_id, proposed_by=proposed_by, by=by, on=on)
        return
    two_undo(session, proposed_by, by)
    day = undo_day(line, on)
    _take_off(session, line, day, proposed_by=proposed_by, by=by)
    number = say(session, line, said, "undone", on=day, by=by, proposed_by=proposed_by)
    into_suspense(session, line, number, day)


def decide_line(session: Session, line_id: int, *, by: int, looked_at: str | None = None) -> None:
    """Another officer confirms what was proposed of a line, whatever it is.

    Raises as `confirm_line`, `confirm_back`, `confirm_paid` and `undo_line`.
    """
    asked = proposed(session, line_id)
    if asked is None:
        raise NoLineProposal
    if asked.act == "returned":
        confirm_back(session, line_id, by=by, looked_at=looked_at)
    elif asked.act == "refund":
        confirm_paid(session, line_id, by=by, looked_at=looked_at)
    elif asked.act == "undone" and state_of(session, line_id)[1] == "returned":
        one_at_a_time(session, COVERS)
        one_at_a_time(session, f"line {line_id}")
        held = to_confirm(session, line_id, by=by, looked_at=looked_at)
        if held.act != "undone":
            raise NoLineProposal
        undo_line(session, line_id, proposed_by=held.proposed_by, by=by)
    else:
        confirm_line(session, line_id, by=by, looked_at=looked_at)


def _take_off(
    session: Session, line: StatementLine, day: date, *, proposed_by: int, by: int
) -> None:
    last = latest(session, line.id)
    first = last.payment_resolution_id if last else None
    resting = fetched(session, _RESTING, {"first": first})
    some = hold(session, [payment for payment, *_ in resting])
    if {x.sent.member_id for x in some} & members_of_officers(session, proposed_by, by):
        raise OnePerson
    for found, (_, word, before) in zip(some, resting, strict=True):
        says: Says = "paid" if before == "paid" else "failed"
        about = (day, line.bank_key, proposed_by, by)
        write_word(session, found, Word(says, *about, undoes_id=word))
