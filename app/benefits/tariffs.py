"""The schemes in force, compiled to arrays that the kernel looks rules up in.

One entitlement has one cap: schemes whose covers can start in the same calendar year must agree on
it, care by care. Otherwise "room" would depend on which cover a bill falls under.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from app.benefits.benefit import BILL_DAYS, PAYERS, WHOLE, Band, Benefit
from app.benefits.care import CARES
from app.benefits.columns import EPOCH, NO_CAP, Day, Flag, Index, Whole
from app.benefits.fields import SchemeFault
from app.benefits.scheme import Scheme

_USUAL: Final = ("discharged_on", "settled_on")
"""For each care, the day its bills are looked for on where no scheme says."""


class SchemesOverlap(SchemeFault):
    """Two schemes are in force for covers that start on the same day."""


class CapsDisagree(SchemeFault):
    """Two schemes give one entitlement, a care in a benefit year, different caps."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Bands: the share `basis_points[k]` of what lies between `over[k]` and `over[k + 1]`."""

    over: Whole
    basis_points: Whole

    def gross(self, base: Whole) -> Whole:
        """The bands applied to each base exactly, rounded once, half up, to the fen.

        A fen times basis points can leave int64, so whole multiples of 100 % are taken apart.
        """
        wholes, parts = np.zeros_like(base), np.full_like(base, WHOLE // 2)
        for band, (over, points) in enumerate(zip(self.over, self.basis_points, strict=True)):
            inside = base if over == 0 else np.maximum(base - over, 0)
            if band + 1 < len(self.over):
                inside = np.minimum(inside, self.over[band + 1] - over)
            quotient = inside // WHOLE
            wholes += quotient * points
            parts += (inside - quotient * WHOLE) * points
        return wholes + parts // WHOLE


@dataclass(frozen=True, slots=True)
class Schemes:
    """The schemes in the order they start, and arrays over their rules.

    A rule is a scheme's benefit for a care: its place is `len(CARES)` times the scheme's plus the
    care. The arrays end with a row a care that is no rule, where scheme -1 leads: it pays nothing,
    and its bills are looked for on the care's usual day.
    """

    schemes: tuple[Scheme, ...]
    starts_day: Day
    ends_day: Day
    pays: Flag
    tariffs: tuple[Tariff, ...]
    tariff: Index
    deducts: Flag
    excludes_deductible: Flag
    cap: Whole
    per_stay: Flag
    falls_on: Index
    waits_by: Index

    def starting(self, day: Day) -> Index:
        """The place of the scheme in force for covers that start on each day, -1 where none is."""
        place = np.searchsorted(self.starts_day, day, side="right") - 1
        if len(self.schemes):
            place[day > self.ends_day[place]] = -1
        return place


def in_force(schemes: Iterable[Scheme]) -> Schemes:
    """These schemes together. Raises SchemesOverlap and CapsDisagree."""
    ordered = tuple(sorted(schemes, key=lambda scheme: scheme.starts_from))
    ends = last_days(ordered)
    _check_caps(ordered, ends)
    rules = [scheme.benefit(care) for scheme in ordered for care in CARES]
    rules += [None] * len(CARES)
    bands = list(dict.fromkeys(rule.bands for rule in rules if rule))
    falls_on = [
        BILL_DAYS.index(rule.falls_on if rule else _USUAL[x % len(CARES)])
        for x, rule in enumerate(rules)
    ]
    return Schemes(
        schemes=ordered,
        starts_day=np.array([_day(scheme.starts_from) for scheme in ordered], np.int32),
        ends_day=np.array([_day(end) for end in ends], np.int32),
        pays=np.array([rule is not None for rule in rules]),
        tariffs=tuple(_tariff(each) for each in bands),
        tariff=np.array([bands.index(rule.bands) if rule else -1 for rule in rules]),
        deducts=np.array([[_deducts(rule, payer) for payer in PAYERS] for rule in rules]),
        excludes_deductible=np.array([bool(rule and rule.exclude_deductible) for rule in rules]),
        cap=np.array([_cap(rule) for rule in rules], np.int64),
        per_stay=np.array([bool(rule and rule.per_stay) for rule in rules]),
        falls_on=np.array(falls_on),
        waits_by=np.array([BILL_DAYS.index(rule.waits_by) if rule else 0 for rule in rules]),
    )


def last_days(ordered: Sequence[Scheme]) -> list[date]:
    """The last day covers start under each, in the order they start; date.max: none is known yet.

    An open-ended scheme ends the day before the next starts. Raises SchemesOverlap.
    """
    ends = [scheme.starts_to or date.max for scheme in ordered]
    for place, (scheme, following) in enumerate(pairwise(ordered)):
        if scheme.starts_to is None and scheme.starts_from < following.starts_from:
            ends[place] = following.starts_from - timedelta(days=1)
        if ends[place] >= following.starts_from:
            raise SchemesOverlap(scheme=scheme.id, following=following.id)
    return ends


def _check_caps(ordered: tuple[Scheme, ...], ends: list[date]) -> None:
    for scheme, end in zip(ordered, ends, strict=True):
        for following in ordered:
            if (
                not scheme.starts_from < following.starts_from
                or following.starts_from.year > end.year
            ):
                continue
            for care in CARES:
                ours, theirs = scheme.benefit(care), following.benefit(care)
                if ours and theirs and ours.cap_fen != theirs.cap_fen:
                    raise CapsDisagree(scheme=scheme.id, following=following.id, care=care)


def _tariff(bands: Sequence[Band]) -> Tariff:
    return Tariff(
        np.array([band.over_fen for band in bands], np.int64),
        np.array([band.basis_points for band in bands], np.int64),
    )


def _deducts(rule: Benefit | None, payer: str) -> bool:
    return rule is not None and payer in rule.deducts


def _cap(rule: Benefit | None) -> int:
    return NO_CAP if rule is None or rule.cap_fen is None else rule.cap_fen


def _day(day: date) -> int:
    return day.toordinal() - EPOCH
