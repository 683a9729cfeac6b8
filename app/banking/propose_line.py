"""What is said of a line where one person is not enough: kept until another confirms it."""

from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.drafts import LineProposal
from app.banking.lines import Act
from app.db import refuses
from app.errors import Refusal


class NoLineProposal(Refusal):
    """Nobody has proposed this of the line, or it was decided or dropped meanwhile."""


class LineOnePerson(Refusal):
    """Who proposed what a line is does not confirm it."""


refuses("line_resolution_two_people_check", LineOnePerson)


def keep_proposal(session: Session, line_id: int, act: Act, *, by: int, **about: object) -> None:
    """One officer says what a line is. The last proposal stands."""
    session.execute(delete(LineProposal).where(LineProposal.line_id == line_id))
    session.add(LineProposal(line_id=line_id, act=act, proposed_by=by, **about))
    session.flush()


def proposed(session: Session, line_id: int) -> LineProposal | None:
    """What waits for another officer, if anything."""
    return session.get(LineProposal, line_id, populate_existing=True)


def drop_proposal(session: Session, line_id: int, *, by: int) -> None:
    """Take a proposal away, one's own or another's. Raises NoLineProposal."""
    fund_officer(session, by)
    session.delete(_held(session, line_id))
    session.flush()


def seal_of(asked: LineProposal) -> str:
    """What a proposal says, in short: who confirms, confirms that and no other."""
    said = (
        *(asked.act, asked.provider, asked.fee_fen, asked.transactions),
        *(asked.recovery_id, asked.claim_id, asked.payments, asked.refund_id),
        asked.proposed_by,
    )
    return sha256(repr(said).encode()).hexdigest()


def to_confirm(
    session: Session, line_id: int, *, by: int, looked_at: str | None = None
) -> LineProposal:
    """The proposal, for another person, who has looked at this very one.

    Raises NoLineProposal, LineOnePerson, and as `app.accounts.federation.fund_officer`.
    """
    fund_officer(session, by)
    asked = _held(session, line_id)
    if looked_at is not None and looked_at != seal_of(asked):
        raise NoLineProposal
    two_say(session, asked.proposed_by, by)
    return asked


def two_say(session: Session, proposed_by: int, by: int) -> None:
    """Two officers, two people, say what a line is. Raises LineOnePerson."""
    one, other = fund_officer(session, proposed_by), fund_officer(session, by)
    if one.id == other.id or (one.member_id is not None and one.member_id == other.member_id):
        raise LineOnePerson


def _held(session: Session, line_id: int) -> LineProposal:
    asked = session.scalars(
        select(LineProposal)
        .where(LineProposal.line_id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if asked is None:
        raise NoLineProposal
    return asked
