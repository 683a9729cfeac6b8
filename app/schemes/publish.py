"""Publish schemes, and read those published."""

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.benefits.tariffs import in_force
from app.errors import Refusal
from app.evidence.append import record
from app.schemes.models import PublishedScheme


class SchemeAltered(Refusal):
    """A stored scheme is not what was published: its digest differs."""


class PublishedOtherwise(Refusal):
    """A scheme of this id stands published with other content; it is never edited."""


def publish(session: Session, schemes: Iterable[Scheme], *, by: int | None) -> list[str]:
    """Publish what is not published yet; returns the ids.

    Raises PublishedOtherwise, and what schemes refuse together (SchemesOverlap, CapsDisagree): once
    published they could not be edited, and no claim could be determined any more.
    """
    standing = dict(session.execute(select(PublishedScheme.id, PublishedScheme.digest)).all())
    added = []
    for scheme in schemes:
        digest = scheme.digest()
        if scheme.id in standing:
            if standing[scheme.id] != digest:
                raise PublishedOtherwise(scheme=scheme.id)
            continue
        session.execute(
            insert(PublishedScheme).values(
                id=scheme.id,
                digest=digest,
                starts_on=scheme.starts_from,
                canonical=scheme.canonical(),
                published_by=by,
            )
        )
        record(session, "scheme.published", by=by, scheme=scheme.id, digest=digest)
        added.append(scheme.id)
    if added:
        in_force(published_schemes(session))
    return added


def published_schemes(session: Session) -> tuple[Scheme, ...]:
    """All published schemes, by the day they start. Raises SchemeAltered."""
    rows = session.execute(
        select(PublishedScheme.id, PublishedScheme.digest, PublishedScheme.canonical).order_by(
            PublishedScheme.starts_on
        )
    )
    schemes = []
    for scheme_id, digest, canonical in rows:
        scheme = Scheme.from_canonical(canonical)
        if scheme.digest() != digest:
            raise SchemeAltered(scheme=scheme_id)
        schemes.append(scheme)
    return tuple(schemes)
