"""Publish a draft: by another officer, another person, than all who wrote on it; for ever."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.benefits.scheme import Scheme
from app.db import one_at_a_time
from app.errors import Refusal
from app.schemes.draft import Draft, DraftChanged, check_draft, check_federation, close, held
from app.schemes.publish import publish
from app.schemes.turns import COVERS


class WriterPublishes(Refusal):
    """Who publishes a scheme has not written on it, under this account or another."""


def publish_draft(session: Session, draft_id: int, *, digest: str, by: int) -> Scheme:
    """Make a draft the scheme it says; `digest` is of the text that the publisher looked at.

    Raises NotTheFederation, NoSuchDraft, DraftClosed, DraftChanged, WriterPublishes and as
    `check_draft`.
    """
    # No cover begins between the look at those that stand and the new rules.
    one_at_a_time(session, COVERS)
    publisher = check_federation(session, by)
    standing = held(session, draft_id)
    check_publisher(session, standing, publisher)
    if standing.digest != digest:
        raise DraftChanged
    scheme = standing.scheme
    check_draft(session, scheme)
    publish(session, [scheme], by=by, draft_id=draft_id)
    close(session, draft_id, "published")
    return scheme


def check_publisher(session: Session, standing: Draft, publisher: Account) -> None:
    """Raise WriterPublishes where this account, or this person, has written on the draft."""
    people = session.scalars(
        select(Account.member_id).where(
            Account.id.in_(standing.writers), Account.member_id.is_not(None)
        )
    ).all()
    if publisher.id in standing.writers or publisher.member_id in people:
        raise WriterPublishes
