"""One line of a statement brought several payments back: said by two people, of all together.

Banks take a batch whole and return what bounced of it as one sum. Each payment has a word of its
own, "failed", with the line; the first of these words is what the line's word names. They are of
one benefit year and make up the line to the fen. Of a payment that stood as failed nothing turns:
it may have been sent again already. What stood as paid, or was not known, is payable again.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.banking.lines import open_line
from app.banking.models import StatementLine
from app.banking.propose_line import NoLineProposal, keep_proposal, to_confirm
from app.db import one_at_a_time
from app.errors import Refusal
from app.payments.doubt import Doubtful, check_word, payments_numbered
from app.payments.standing import lock
from app.payments.take import OnePerson, members_of_officers
from app.payments.write_word import Word, use_line, write_word


class SumNotTheLines(Refusal):
    """The payments do not make up the line's amount (facts: wanted_fen, found_fen)."""


class BackOfTwoYears(Refusal):
    """The payments are of batches of more than one benefit year."""


class NoPaymentsNamed(Refusal):
    """No payment is named, or one that does not exist."""


def propose_back(session: Session, line_id: int, payments: Sequence[int], *, by: int) -> None:
    """One officer says that a line brought these payments back, by their own numbers.

    Raises as `open_line` and `check_word`; NoPaymentsNamed, SumNotTheLines, BackOfTwoYears,
    OnePerson.
    """
    line, _, _ = open_line(session, line_id, "suspense", by=by)
    _check(session, line, _named(session, payments), by)
    keep_proposal(session, line_id, "returned", by=by, payments=sorted(set(payments)))


def confirm_back(session: Session, line_id: int, *, by: int, looked_at: str | None = None) -> None:
    """Another officer confirms it: the words are written, and all is booked.

    Raises as `propose_back`, and NoLineProposal, LineOnePerson, ClaimAtBank.
    """
    one_at_a_time(session, f"line {line_id}")
    asked = to_confirm(session, line_id, by=by, looked_at=looked_at)
    if asked.act != "returned":
        raise NoLineProposal
    some = hold(session, asked.payments or ())
    line, _, _ = open_line(session, line_id, "suspense", by=by)
    _check(session, line, some, asked.proposed_by, by)
    about = (line.booked_on, line.bank_key, asked.proposed_by, by, line.id)
    first = write_word(session, some[0], Word("failed", *about), came_back=True)
    for found in some[1:]:
        write_word(session, found, Word("failed", *about, first.id), came_back=True)
    use_line(session, line, first)


def hold(session: Session, payments: Sequence[int]) -> list[Doubtful]:
    """Payments as they stand, once nobody else can say anything of them or of their claims."""
    some = _named(session, payments)
    for batch_id in sorted({x.batch_id for x in some}):
        one_at_a_time(session, f"payments.return {batch_id}")
    lock(session, sorted({(x.sent.member_id, x.sent.claim_id) for x in some}))
    return _named(session, payments)


def _named(session: Session, payments: Sequence[int]) -> list[Doubtful]:
    some = payments_numbered(session, payments)
    if not some or len(some) != len(set(payments)):
        raise NoPaymentsNamed
    return some


def _check(session: Session, line: StatementLine, some: Sequence[Doubtful], *people: int) -> None:
    if {x.sent.member_id for x in some} & members_of_officers(session, *people):
        raise OnePerson
    if len({x.benefit_year for x in some}) > 1:
        raise BackOfTwoYears
    total_fen = sum(x.sent.amount_fen for x in some)
    if total_fen != line.amount_fen:
        raise SumNotTheLines(wanted_fen=line.amount_fen, found_fen=total_fen)
    for found in some:
        check_word(session, found, "failed", line.booked_on, line.id, total_fen)
