"""Where a cover can stand beside the covers a member already has. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.benefits.scheme import Scheme
from app.cover.periods import term_end

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A cover's days, both included. `gift`: the number of the cover where it is a gift's."""

    starts_on: date
    ends_on: date
    gift: int | None = field(default=None, compare=False)


def in_force(schemes: Iterable[Scheme], day: date) -> Scheme | None:
    """The scheme for covers that start on `day`.

    An open-ended scheme is in force until the day before the next one starts.
    """
    begun = [scheme for scheme in schemes if scheme.starts_from <= day]
    if not begun:
        return None
    last = max(begun, key=lambda scheme: scheme.starts_from)
    return None if last.starts_to and last.starts_to < day else last


def place(
    starts_on: date, year: int, scheme: Scheme, schemes: Iterable[Scheme], terms: Iterable[Term]
) -> Term | None:
    """The term of a paid cover asked to start on `starts_on`, or None where it has no place.

    A cover that runs on that day stands to its end and the new one starts the day after (domain:
    the 2022 to 2023 bridge), if that still lies in the same benefit year and scheme. Covers of one
    member never overlap. A gift is not in the way: the paid cover ends it (`gifts_ended`).
    """
    standing = sorted(term for term in terms if term.gift is None)
    for term in standing:
        if term.starts_on <= starts_on <= term.ends_on:
            starts_on = term.ends_on + _DAY
    if not same_year_and_scheme(starts_on, year, scheme, schemes):
        return None
    placed = Term(starts_on, term_end(scheme, starts_on))
    return None if overlapping(placed, standing) else placed


def overlapping(term: Term, terms: Iterable[Term]) -> list[Term]:
    """Those of `terms` that share a day with `term`."""
    return [x for x in terms if x.starts_on <= term.ends_on and term.starts_on <= x.ends_on]


def gifts_ended(paid: Term, terms: Iterable[Term]) -> list[int]:
    """The gifts that a paid cover ends: they run when it starts, or would start while it runs."""
    gifts = [x for x in terms if x.gift is not None]
    return [x.gift for x in overlapping(paid, gifts) if x.gift is not None]


def terms_left(paid: Term, terms: Iterable[Term]) -> list[Term]:
    """The terms a member has beside a paid cover: each gift in its way ends the day before it."""
    known = list(terms)
    ended = {*gifts_ended(paid, known)}
    cut = [replace(x, ends_on=paid.starts_on - _DAY) if x.gift in ended else x for x in known]
    return [x for x in cut if x.starts_on <= x.ends_on]


def same_year_and_scheme(day: date, year: int, scheme: Scheme, schemes: Iterable[Scheme]) -> bool:
    """Whether a cover that starts on `day` still belongs to this benefit year and scheme."""
    ruling = in_force(schemes, day)
    return day.year == year and ruling is not None and ruling.id == scheme.id


def ruling_in(schemes: Iterable[Scheme], year: int) -> list[Scheme]:
    """The schemes for covers that start in a calendar year, in order."""
    known = list(schemes)
    days = {date(year, 1, 1)} | {x.starts_from for x in known if x.starts_from.year == year}
    found = {x.id: x for day in sorted(days) if (x := in_force(known, day))}
    return list(found.values())


def first_day(schemes: Iterable[Scheme], year: int) -> date:
    """The first day of a year on which covers can start; 1 January where no scheme rules it."""
    new_year = date(year, 1, 1)
    known = list(schemes)
    if in_force(known, new_year):
        return new_year
    starts = [x.starts_from for x in known if x.starts_from.year == year]
    return min(starts, default=new_year)
