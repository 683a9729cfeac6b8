"""Which covers the plan should lead to, by the fund's own rules for terms. Pure.

The plan must know on which days somebody is covered to fall ill on them. It asks the same pure
functions that enrolment asks, on the planned days of confirmation and money.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from app.benefits.scheme import Scheme
from app.cover.periods import waits_until
from app.cover.place import Term, in_force, place, same_year_and_scheme
from app.demo.draw import Whole
from app.demo.rosters import PlannedRoster


@dataclass(frozen=True, slots=True)
class PlannedCover:
    """A cover that should begin. `cares` None: all of its scheme."""

    year: int
    scheme: Scheme
    term: Term
    waits_until: date | None
    cares: tuple[str, ...] | None = None

    @property
    def first_paying(self) -> date:
        """The first day that pays."""
        return self.waits_until or self.term.starts_on


class Covered:
    """Looks up the planned covers of one person at a time."""

    def __init__(
        self,
        planned: Sequence[PlannedRoster],
        schemes: Sequence[Scheme],
        given: Mapping[int, PlannedCover],
    ) -> None:
        self._planned = planned
        self._schemes = tuple(schemes)
        self._given = given
        self._known: dict[tuple[int, ...], list[PlannedCover]] = {}

    def of(self, person: int) -> list[PlannedCover]:
        """A person's covers, in order."""
        if person in self._given:
            return [self._given[person]]
        return list(self._on(*self._rosters_of(person)))

    def _on(self, *numbers: int) -> list[PlannedCover]:
        """The covers of whoever is on these rosters: many are on the same ones."""
        if numbers not in self._known:
            terms: list[Term] = []
            covers: list[PlannedCover] = []
            rosters = [self._planned[number] for number in numbers]
            for roster in sorted(rosters, key=lambda x: (x.year, x.starts_on)):
                cover = self._cover(roster, terms)
                if cover:
                    terms.append(cover.term)
                    covers.append(cover)
            self._known[numbers] = covers
        return self._known[numbers]

    def gift_of(self, person: int) -> PlannedCover | None:
        """The gift somebody is covered by, who is on no unit's roster."""
        return self._given.get(person)

    def rosters_of(self, person: int) -> Iterable[PlannedRoster]:
        """The rosters a person is on, not as a guest."""
        return (self._planned[number] for number in self._rosters_of(person))

    def _rosters_of(self, person: int) -> list[int]:
        people, numbers = self._by_person
        first, last = np.searchsorted(people, [person, person + 1])
        found: list[int] = numbers[first:last].tolist()
        return found

    @cached_property
    def _by_person(self) -> tuple[Whole, Whole]:
        people = np.concatenate([x.people for x in self._planned])
        numbers = np.repeat(
            np.array([x.number for x in self._planned]), [len(x.people) for x in self._planned]
        )
        order = np.argsort(people, kind="stable")
        return people[order], numbers[order]

    def _cover(self, roster: PlannedRoster, terms: list[Term]) -> PlannedCover | None:
        scheme = in_force(self._schemes, roster.starts_on)
        if roster.full_on is None or scheme is None:
            return None
        term = place(roster.starts_on, roster.year, scheme, self._schemes, terms)
        if term and roster.full_on > scheme.pay_by_for(term.starts_on):
            after = roster.full_on + timedelta(days=1)
            if not same_year_and_scheme(after, roster.year, scheme, self._schemes):
                return None
            term = place(after, roster.year, scheme, self._schemes, terms)
        if term is None:
            return None
        ended = max((x.ends_on for x in terms if x.ends_on < term.starts_on), default=None)
        waits = waits_until(term.starts_on, ended, roster.confirmed_on, scheme)
        return PlannedCover(roster.year, scheme, term, waits)
