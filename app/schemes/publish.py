"""Publish schemes, and read those published."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.benefits.tariffs import in_force
from app.db import cursor, fetched
from app.errors import Refusal
from app.evidence.append import record
from app.schemes.models import PublishedScheme
from app.schemes.years import open_years
from app.together import Question

_PUBLISHED: LiteralString = "SELECT id, digest, canonical FROM scheme ORDER BY starts_on"


class SchemeAltered(Refusal):
    """A stored scheme is not what was published: its digest differs."""


class PublishedOtherwise(Refusal):
    """A scheme of this id stands published with other content; it is never edited."""


def publish(
    session: Session, schemes: Iterable[Scheme], *, by: int | None, draft_id: int | None = None
) -> list[str]:
    """Publish what is not published yet; returns the ids. By a person only from a draft.

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
                draft_id=draft_id,
            )
        )
        with cursor(session) as cur:
            open_years(cur, [scheme.starts_from.year])
        record(session, "scheme.published", by=by, scheme=scheme.id, digest=digest)
        added.append(scheme.id)
    if added:
        in_force(published_schemes(session))
    return added


def published_schemes(session: Session) -> tuple[Scheme, ...]:
    """All published schemes, by the day they start. Raises SchemeAltered."""
    return tuple(PUBLISHED.made(fetched(session, _PUBLISHED, {})))


def _unaltered(scheme_id: str, digest: str, canonical: bytes) -> Scheme:
    scheme, found = _read(canonical)
    if found != digest:
        raise SchemeAltered(scheme=scheme_id)
    return scheme


@lru_cache(maxsize=64)
def _read(canonical: bytes) -> tuple[Scheme, str]:
    """A scheme and its digest; every roster and every drain asks for the same few."""
    scheme = Scheme.from_canonical(canonical)
    return scheme, scheme.digest()


PUBLISHED: Final = Question(_PUBLISHED, _unaltered)
"""The same, for who asks more at once."""
