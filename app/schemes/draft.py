"""Write next year's scheme: open it from one that stands, edit it, put it away.

Only officers of the city federation do. Every text that stood is a fact, with its writer; each is
a whole and checked scheme, so that a draft can be published as it stands at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.accounts.models import Account
from app.benefits.scheme import Scheme, Source
from app.benefits.scheme_edit import changed, opened_from
from app.benefits.scheme_file import scheme_of
from app.benefits.scheme_text import toml_of
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.schemes.beside import check_beside, check_covers
from app.schemes.models import SchemeDraft, SchemeVersion
from app.schemes.publish import published_schemes
from app.unions.tree import reach_of_union

OPEN: Final = "open"


class NotTheFederation(Refusal):
    """Only officers of the city federation write and publish schemes."""


class NoSchemeOfYear(Refusal):
    """No scheme is in force in the year to open from."""


class YearDrafted(Refusal):
    """A draft of this year is open already: only one of two could ever be published."""

    def __init__(self, year: int, draft: int) -> None:
        super().__init__(year=year, draft=draft)
        self.draft_id = draft


class YearPublished(Refusal):
    """A published scheme starts on this day already, and is never edited (facts: year, scheme,
    starts_on)."""


class NoSuchDraft(Refusal):
    """No draft has this number."""


class DraftClosed(Refusal):
    """The draft is published or put away: it is not written on."""


class DraftChanged(Refusal):
    """The draft is not what was looked at: somebody has edited it meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands, and all who wrote on it."""

    id: int
    from_scheme_id: str
    state: str
    version: int
    toml: str
    digest: str
    writers: tuple[int, ...]
    written_at: datetime

    @property
    def scheme(self) -> Scheme:
        return scheme_of(self.toml)


def open_next(
    session: Session, year: int, *, from_year: int, starts_on: date | None = None, by: int
) -> Draft:
    """Open a draft for `year` from the scheme in force in another year.

    Raises NotTheFederation, YearPublished, YearDrafted, NoSchemeOfYear and as `check_draft`.
    """
    check_federation(session, by)
    one_at_a_time(session, f"draft of {year}")
    published = published_schemes(session)
    first = starts_on or date(year, 1, 1)
    for each in published:
        if each.starts_from == first:
            raise YearPublished(year=year, scheme=each.id, starts_on=first.isoformat())
    scheme_id = _free_id(year, published)
    for other in drafts(session):
        if other.scheme.id == scheme_id:
            raise YearDrafted(year, other.id)
    source = _ruling(published, from_year)
    if source is None:
        raise NoSchemeOfYear(year=from_year)
    scheme = opened_from(source, scheme_id, first)
    check_draft(session, scheme)
    row = insert(SchemeDraft).values(from_scheme_id=source.id, state=OPEN, drafted_by=by)
    draft_id = session.execute(row.returning(SchemeDraft.id)).scalar_one()
    _write(session, draft_id, 1, scheme, by)
    record(session, "scheme.drafted", by=by, scheme=scheme.id, draft=draft_id, start=source.id)
    return draft(session, draft_id)


def edit(
    session: Session,
    draft_id: int,
    scheme: Scheme,
    *,
    by: int,
    looked_at: str | None = None,
) -> Draft:
    """Put another text in the place of a draft's; the same text changes nothing.

    `looked_at`: the digest of what the writer had before them. Raises NotTheFederation,
    NoSuchDraft, DraftClosed, DraftChanged and as `check_draft`.
    """
    check_federation(session, by)
    standing = held(session, draft_id)
    if looked_at is not None and looked_at != standing.digest:
        raise DraftChanged
    check_draft(session, scheme)
    if scheme.digest() == standing.digest:
        return standing
    version = standing.version + 1
    _write(session, draft_id, version, scheme, by)
    record(
        session,
        "scheme.edited",
        by=by,
        scheme=scheme.id,
        draft=draft_id,
        version=version,
        digest=scheme.digest(),
    )
    return draft(session, draft_id)


def set_figures(
    session: Session,
    draft_id: int,
    changes: Mapping[str, object],
    *,
    by: int,
    sources: Mapping[str, Source] | None = None,
    looked_at: str | None = None,
) -> Draft:
    """Set some figures of a draft by their dotted names, all at once. Raises as `edit`."""
    standing = held(session, draft_id)
    scheme = changed(standing.scheme, changes, sources)
    return edit(session, draft_id, scheme, by=by, looked_at=looked_at)


def discard(session: Session, draft_id: int, *, by: int) -> None:
    """Put a draft away. Raises NotTheFederation, NoSuchDraft, DraftClosed."""
    check_federation(session, by)
    held(session, draft_id)
    close(session, draft_id, "discarded")
    record(session, "scheme.discarded", by=by, draft=draft_id)


def check_draft(session: Session, scheme: Scheme) -> None:
    """Raise what hinders this scheme from being published, as `check_beside` and CoversStand."""
    check_beside(scheme, published_schemes(session))
    check_covers(session, scheme.starts_from)


def check_federation(session: Session, by: int) -> Account:
    """The active officer of the city federation. Raises NotTheFederation, what accounts refuse."""
    found = officer(session, by)
    if reach_of_union(session, found.union_id) is not None:
        raise NotTheFederation
    return found


def draft(session: Session, draft_id: int) -> Draft:
    """A draft as it stands. Raises NoSuchDraft."""
    rows = session.execute(
        select(
            SchemeDraft.from_scheme_id,
            SchemeDraft.state,
            SchemeVersion.version,
            SchemeVersion.toml,
            SchemeVersion.digest,
            SchemeVersion.recorded_by,
            SchemeVersion.recorded_at,
        )
        .join(SchemeVersion, SchemeVersion.draft_id == SchemeDraft.id)
        .where(SchemeDraft.id == draft_id)
        .order_by(SchemeVersion.version)
    ).all()
    if not rows:
        raise NoSuchDraft(draft=draft_id)
    last = rows[-1]
    writers = tuple(dict.fromkeys(row.recorded_by for row in rows))
    return Draft(
        draft_id,
        last.from_scheme_id,
        last.state,
        last.version,
        last.toml,
        last.digest,
        writers,
        last.recorded_at,
    )


def drafts(session: Session, state: str | None = OPEN) -> list[Draft]:
    """The drafts in a state, or all; the newest first."""
    ids = select(SchemeDraft.id).order_by(SchemeDraft.id.desc())
    if state is not None:
        ids = ids.where(SchemeDraft.state == state)
    return [draft(session, draft_id) for draft_id in session.scalars(ids).all()]


def held(session: Session, draft_id: int) -> Draft:
    """The open draft, held until the transaction ends. Raises NoSuchDraft, DraftClosed."""
    state = session.scalar(
        select(SchemeDraft.state).where(SchemeDraft.id == draft_id).with_for_update()
    )
    if state is None:
        raise NoSuchDraft(draft=draft_id)
    if state != OPEN:
        raise DraftClosed(draft=draft_id)
    return draft(session, draft_id)


def close(session: Session, draft_id: int, state: str) -> None:
    """The draft is not written on any more."""
    session.execute(update(SchemeDraft).where(SchemeDraft.id == draft_id).values(state=state))


def _free_id(year: int, published: tuple[Scheme, ...]) -> str:
    """The year's own number, or, where a scheme of that year stands, "2027-2" and so on."""
    taken = {each.id for each in published}
    ids = (f"{year}-{turn}" if turn > 1 else str(year) for turn in count(1))
    return next(each for each in ids if each not in taken)


def _ruling(published: tuple[Scheme, ...], year: int) -> Scheme | None:
    """The last scheme in force for covers that start in a year."""
    begun = [each for each in published if each.starts_from <= date(year, 12, 31)]
    last = begun[-1] if begun else None
    return None if last and last.starts_to and last.starts_to < date(year, 1, 1) else last


def _write(session: Session, draft_id: int, version: int, scheme: Scheme, by: int) -> None:
    session.execute(
        insert(SchemeVersion).values(
            draft_id=draft_id,
            version=version,
            toml=toml_of(scheme),
            digest=scheme.digest(),
            recorded_by=by,
        )
    )
