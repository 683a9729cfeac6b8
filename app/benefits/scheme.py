"""A scheme (年度互助保障方案): the dated rules for covers that start in its interval, checked.

A scheme cannot be constructed broken. Every figure cites a source; what the fund has not published
is a source marked `assumption`, to be changed in the scheme's file.

What is published is the canonical form: JSON with sorted keys, dates as ISO text and shares in
basis points, the sources among it. Its SHA-256 names the scheme in determinations, for ever.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.benefits.benefit import Benefit
from app.benefits.fields import (
    ContributionPartsWrong,
    FigureWithoutSource,
    SchemeDatesReversed,
    SchemeFieldMissing,
    SchemeFieldWrong,
    SourceOfNothing,
    only,
    take,
    take_each,
    take_or,
    under,
    written,
)
from app.benefits.window import Window, WindowAfterStart
from app.money import MOST_FEN

LONGEST_ID: Final = 32
MOST_DAYS: Final = 3_660
MOST_MONTHS: Final = 120
_ID: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
"""It names files in the audit bundle."""
_TERM: Final = f'1–{MOST_MONTHS} / "calendar_year"'
_NUMBERS: Final = ("waiting_days", "renewal_gap_days", "filing_days")
_PARTS: Final = ("total_fen", "unit_and_worker_fen", "union_fen")
_TABLE: Final = (
    *("id", "covers_starting", "contribution", *_NUMBERS, "term_months", "pay_by"),
    *("benefit", "source", "enrolment"),
)
_FIGURES: Final = (
    "covers_starting",
    *(f"contribution.{part}" for part in _PARTS),
    *_NUMBERS,
    "term_months",
    "pay_by",
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is owed a head for a cover: unit and worker share one part as the unit chooses."""

    total_fen: int
    unit_and_worker_fen: int
    union_fen: int

    def __post_init__(self) -> None:
        parts = (self.unit_and_worker_fen, self.union_fen)
        if min(parts) < 0 or sum(parts) != self.total_fen or self.total_fen > MOST_FEN:
            raise ContributionPartsWrong(field="contribution")


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from. `of`: dotted names of figures, or of a group of them."""

    of: tuple[str, ...]
    says: str
    where: str
    assumption: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme, whole and checked.

    `starts_to` is None while the scheme is open-ended: in force until the day before the next one
    starts. `waiting_days` 0: nobody waits. `term_months` is None where a cover runs to 31 December
    of the year it starts in. `pay_by` None: money is due on the day the cover starts.
    `enrolment` None: units enrol on any day.
    """

    id: str
    starts_from: date
    starts_to: date | None
    contribution: Contribution
    waiting_days: int
    renewal_gap_days: int
    filing_days: int
    term_months: int | None
    pay_by: date | None
    benefits: tuple[Benefit, ...]
    sources: tuple[Source, ...]
    enrolment: Window | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or len(self.id) > LONGEST_ID:
            raise SchemeFieldWrong(field="id", expected=f"{_ID.pattern}, ≤ {LONGEST_ID}")
        if self.starts_to is not None and self.starts_to < self.starts_from:
            raise SchemeDatesReversed(field="covers_starting")
        for name in _NUMBERS:
            if not 0 <= getattr(self, name) <= MOST_DAYS:
                raise SchemeFieldWrong(field=name, expected=f"0–{MOST_DAYS}")
        if self.term_months is not None and not 1 <= self.term_months <= MOST_MONTHS:
            raise SchemeFieldWrong(field="term_months", expected=_TERM)
        if self.enrolment and self.enrolment.opens_on >= self.starts_from:
            raise WindowAfterStart(field="enrolment")
        cares = [benefit.care for benefit in self.benefits]
        if not cares or len(set(cares)) < len(cares):
            raise SchemeFieldMissing(field="benefit", expected=written("benefit"))
        _check_sources(self.sources, set(self.figures()))

    def benefit(self, care: str) -> Benefit | None:
        """What this scheme pays for a care; None where it does not have it."""
        return next((benefit for benefit in self.benefits if benefit.care == care), None)

    def pay_by_for(self, starts_on: date) -> date:
        """The last day on which money in full lets a cover keep its start."""
        return self.pay_by or starts_on

    def window_of(self, year: int) -> Window | None:
        """When units enrol for a benefit year that this scheme rules; None: on any day."""
        return self.enrolment.later(year - self.starts_from.year) if self.enrolment else None

    def figures(self) -> Iterator[str]:
        """The dotted name of every figure; each needs a source."""
        yield from _FIGURES
        if self.enrolment:
            yield "enrolment"
        for benefit in self.benefits:
            yield from (f"benefit.{benefit.care}.{name}" for name in benefit.document())

    def canonical(self) -> bytes:
        """The bytes under which the scheme is published: a function of the scheme alone."""
        text = json.dumps(
            self._document(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return text.encode("utf-8")

    def digest(self) -> str:
        """The SHA-256 of the canonical form, in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def from_canonical(cls, canonical: bytes) -> "Scheme":
        """The scheme that was published as these bytes. Raises SchemeFault."""
        return cls.from_document(json.loads(canonical))

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Scheme":
        """From a document as `canonical` writes it; takes it apart. Raises SchemeFault."""
        only(document, "", _TABLE)
        starting = take(document, "covers_starting", dict)
        only(starting, "covers_starting", ("from", "to"))
        contribution = take(document, "contribution", dict)
        only(contribution, "contribution", _PARTS)
        benefits = take(document, "benefit", dict)
        return cls(
            id=take(document, "id", str),
            starts_from=_date(starting, "from", "covers_starting"),
            starts_to=_date(starting, "to", "covers_starting") if "to" in starting else None,
            contribution=Contribution(
                *(take(contribution, part, int, "contribution") for part in _PARTS)
            ),
            **{name: take(document, name, int) for name in _NUMBERS},
            term_months=take_or(document, "term_months", int, "calendar_year"),
            pay_by=None if document.get("pay_by") == "start" else _date(document, "pay_by"),
            # In the order of their names: the order in the file changes nothing.
            benefits=tuple(
                Benefit.from_document(care, take(benefits, care, dict, "benefit"))
                for care in sorted(benefits)
            ),
            sources=tuple(_source(table) for table in take_each(document, "source", dict)),
            enrolment=_window(document),
        )

    def _document(self) -> dict[str, object]:
        starting = {"from": self.starts_from.isoformat()}
        if self.starts_to:
            starting["to"] = self.starts_to.isoformat()
        # What older schemes do not have does not stand in their text: their digests stay.
        window = {"enrolment": self.enrolment.document()} if self.enrolment else {}
        return window | {
            "id": self.id,
            "covers_starting": starting,
            "contribution": {part: getattr(self.contribution, part) for part in _PARTS},
            **{name: getattr(self, name) for name in _NUMBERS},
            "term_months": self.term_months or "calendar_year",
            "pay_by": self.pay_by.isoformat() if self.pay_by else "start",
            "benefit": {benefit.care: benefit.document() for benefit in self.benefits},
            "source": [_source_document(source) for source in self.sources],
        }


def _date(table: dict[str, Any], name: str, at: str = "") -> date:
    try:
        return date.fromisoformat(take(table, name, str, at))
    except ValueError:
        raise SchemeFieldWrong(field=under(at, name), expected=written(name)) from None


def _window(document: dict[str, Any]) -> Window | None:
    return (
        Window.from_document(take(document, "enrolment", dict)) if "enrolment" in document else None
    )


def _source(table: dict[str, Any]) -> Source:
    only(table, "source", ("of", "says", "where", "assumption"))
    return Source(
        of=tuple(take_each(table, "of", str, "source")),
        says=take(table, "says", str, "source"),
        where=take(table, "where", str, "source"),
        assumption="assumption" in table and take(table, "assumption", bool, "source"),
    )


def _source_document(source: Source) -> dict[str, object]:
    document: dict[str, object] = {
        "of": list(source.of),
        "says": source.says,
        "where": source.where,
    }
    return document | ({"assumption": True} if source.assumption else {})


def _check_sources(sources: tuple[Source, ...], figures: set[str]) -> None:
    sourced: set[str] = set()
    for source in sources:
        for name in source.of:
            meant = {x for x in figures if x == name or x.startswith(f"{name}.")}
            if not meant or not source.says or not source.where:
                raise SourceOfNothing(field=name)
            sourced |= meant
    unsourced = figures - sourced
    if unsourced:
        raise FigureWithoutSource(field=min(unsourced))
