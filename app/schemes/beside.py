"""Whether a new scheme can stand beside those published, and beside the covers that exist."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.benefits.scheme import Scheme
from app.benefits.tariffs import in_force
from app.db import fetched
from app.errors import Refusal

YEARS: Final = range(2000, 2101)
_STANDS: LiteralString = """
SELECT greatest((SELECT max(starts_on) FROM cover WHERE starts_on >= %(day)s),
                (SELECT max(starts_on) FROM roster WHERE starts_on >= %(day)s),
                (SELECT max(starts_on) FROM roster_line WHERE starts_on >= %(day)s))
"""


class SchemeIdTaken(Refusal):
    """A scheme of this id stands published."""


class SchemesLeaveHole(Refusal):
    """Between two schemes there are days on which no cover could start."""


class CoversStand(Refusal):
    """Covers that start then, or later, exist already: their rules cannot change any more."""


class SchemeYearOdd(Refusal):
    """A scheme starts in a year that cannot be meant."""


def check_beside(scheme: Scheme, published: Sequence[Scheme]) -> None:
    """Raise what hinders the scheme from being one of those published. Pure.

    SchemeYearOdd, SchemeIdTaken, SchemesOverlap, CapsDisagree, SchemesLeaveHole.
    """
    if scheme.starts_from.year not in YEARS:
        raise SchemeYearOdd(first=YEARS[0], last=YEARS[-1])
    if any(each.id == scheme.id for each in published):
        raise SchemeIdTaken(scheme=scheme.id)
    together = in_force([*published, scheme])
    for one, following in zip(together.schemes, together.schemes[1:], strict=False):
        gap = one.starts_to and one.starts_to + timedelta(days=1) < following.starts_from
        if gap and scheme in (one, following):
            raise SchemesLeaveHole(
                scheme=one.id,
                following=following.id,
                ends_on=str(one.starts_to),
                starts_on=str(following.starts_from),
            )


def check_covers(session: Session, starts_on: date) -> None:
    """Raise CoversStand where somebody is enrolled from a day on or after this one."""
    ((last,),) = fetched(session, _STANDS, {"day": starts_on})
    if last:
        raise CoversStand(starts_on=starts_on.isoformat(), last=last.isoformat())
