"""A supposed scheme and the years it is supposed to have ruled; the rules as if. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from app.benefits.columns import MISSING_DAY, Covers, Flag, date_of
from app.benefits.scheme import Scheme
from app.benefits.tariffs import Schemes, in_force
from app.errors import Refusal
from app.simulation.inputs import Inputs


class YearsReversed(Refusal):
    """The last year asked for lies before the first."""


class NobodyCovered(Refusal):
    """No cover started in the years asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What if `scheme` had ruled the covers that started in these benefit years, both included?"""

    scheme: Scheme
    first_year: int
    last_year: int

    def __post_init__(self) -> None:
        if self.last_year < self.first_year:
            raise YearsReversed(first=self.first_year, last=self.last_year)

    def asks_of(self, inputs: Inputs) -> Flag:
        """Which covers it is about."""
        year = inputs.benefit_year
        found: Flag = (year >= self.first_year) & (year <= self.last_year)
        return found


def rules(question: Question, real: Schemes) -> Schemes:
    """The schemes as they were outside the years asked for, the supposed one inside them."""
    return in_force(_pieces(question, real))


def _pieces(question: Question, real: Schemes) -> Iterator[Scheme]:
    first, last = date(question.first_year, 1, 1), date(question.last_year, 12, 31)
    yield replace(question.scheme, starts_from=first, starts_to=last, enrolment=None)
    for scheme, ends_day in zip(real.schemes, real.ends_day.tolist(), strict=True):
        ends = date_of(ends_day)
        if scheme.starts_from < first:
            yield replace(scheme, starts_to=min(ends, first - timedelta(days=1)))
        if ends > last:
            starts = max(scheme.starts_from, last + timedelta(days=1))
            yield replace(scheme, starts_from=starts, starts_to=ends, enrolment=None)


def covers(question: Question, inputs: Inputs) -> Covers:
    """The covers with the supposed waiting: a first cover waits, a renewal does not."""
    scheme, was = question.scheme, inputs.covers
    first = (inputs.gap_days > scheme.renewal_gap_days) & (scheme.waiting_days > 0)
    until = np.where(first, was.starts_day + scheme.waiting_days, MISSING_DAY)
    waits = np.where(question.asks_of(inputs), until, was.waits_until).astype(np.int32)
    return replace(was, waits_until=waits)
