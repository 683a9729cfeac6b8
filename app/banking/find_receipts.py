"""Which receipts a statement's new lines bring: each is new, or was typed by hand before."""

from collections.abc import Sequence, Set
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.banking.bank_lines import ProvenLines, Said
from app.banking.find_typed import BY_HAND
from app.banking.matching import As, Match, each_once
from app.contributions.receive import receipt_numbers
from app.contributions.reference import Named, numbered
from app.db import array, fetched

# The last: whatever makes it no money that was typed: a line brought it, or it is credit, used; or
# a line of another bank, with the same number, was taken as it.
_BY_HAND: LiteralString = """
SELECT u.stands_id, r.benefit_year, r.reference, r.id, r.amount_fen, r.received_on,
       coalesce(r.line_id, r.from_year,
                (SELECT l.id FROM statement_line l WHERE l.receipt_id = r.id),
                (SELECT x.line_id FROM line_said x WHERE x.receipt_id = r.id)),
       n.receipt_id IS NOT NULL
FROM receipt r JOIN unit_now u ON u.id = r.unit_id
LEFT JOIN receipt_undone n ON n.receipt_id = r.id
WHERE u.stands_id = ANY(%(units)s::bigint[]) AND r.benefit_year = ANY(%(years)s::bigint[])
"""
_TAKEN: Final = (0, 0, None, 0)
"""A reference another line of the statement has brought."""
_Asked = tuple[int, int, str]
"""A unit, a benefit year and a reference."""
_Booked = tuple[int, int, date | None, int | None]


class New(NamedTuple):
    """Receipts to be written, by columns: the places of their lines, whose they are, their numbers.

    `days`: the years and days they are booked under.
    """

    places: Sequence[int]
    units: Sequence[int]
    years: Sequence[int]
    references: Sequence[str]
    ids: Sequence[int]
    days: Set[tuple[int, date]]


class Receipts(NamedTuple):
    """What each line was taken as in the end, the receipt of each, and which are new."""

    taken: list[Match]
    of_lines: list[int | None]
    new: New


def find_receipts(session: Session, lines: ProvenLines, matches: Sequence[Match]) -> Receipts:
    """Receipts of matched lines, by line. What was typed by hand before is the same money."""
    each = each_once(matches)
    whose = [x.named for x in each if x.taken_as is As.RECEIPT and x.named]
    asked_of = {"units": array({x.unit_id for x in whose}), "years": array({x.year for x in whose})}
    known: dict[_Asked, _Booked] = {}
    kept: set[_Asked] = set()
    for unit, year, reference, *booked, undone in fetched(session, _BY_HAND, asked_of):
        if undone:
            kept.add((unit, year, reference))
        else:
            known[unit, year, reference] = tuple(booked)
    if not known and not kept and all(x.why != BY_HAND for x in each):
        found = _all_new(session, lines, matches)
        if found is not None:
            return found
    return _one_by_one(session, lines, matches, known, kept)


def _all_new(session: Session, lines: ProvenLines, matches: Sequence[Match]) -> Receipts | None:
    """The same where nothing of these units' years is known, which is quick to see; None where two
    lines have one reference."""
    receipt, serials, keys = As.RECEIPT, lines.said.serial, lines.keys
    places = [at for at, x in enumerate(matches) if x.taken_as is receipt and x.named]
    whose = [named for at in places if (named := matches[at].named)]
    references = [serials[at] or keys[at] for at in places]
    if len(set(references)) < len(references) and len({*zip(whose, references, strict=True)}) < len(
        references
    ):
        return None
    receipts: list[int | None] = [None] * len(lines)
    return _numbered(session, lines.said, [*matches], receipts, places, whose, references)


def _one_by_one(
    session: Session,
    lines: ProvenLines,
    matches: Sequence[Match],
    known: dict[_Asked, _Booked],
    kept: set[_Asked],
) -> Receipts:
    said = lines.said
    typed = {asked for asked, (*_, brought) in known.items() if brought is None}
    by_hand = {match.about for match in each_once(matches) if match.why == BY_HAND}
    new_names = not (kept or typed)
    taken, places, whose, references = list(matches), [], [], []
    receipts: list[int | None] = [None] * len(lines)
    for at, match in enumerate(matches):
        named = match.named
        if match.taken_as is not As.RECEIPT or named is None:
            continue
        if match.why == BY_HAND:
            receipts[at] = match.about
            continue
        key = lines.keys[at]
        named_so = said.serial[at] or key
        asked = (*named, named_so) if new_names else _asked(named, named_so, key, kept, typed)
        before = known.get(asked)
        if before is None:
            known[asked] = _TAKEN
            places.append(at)
            whose.append(named)
            references.append(asked[2])
        elif before[0] not in by_hand and before[1:] == (
            *(said.amount_fen[at], said.booked_on[at], None),
        ):
            known[asked] = _TAKEN
            receipts[at] = before[0]
            taken[at] = match._replace(why=BY_HAND)
        else:
            taken[at] = Match(As.SUSPENSE, "SuspenseReferenceUsed")
    return _numbered(session, said, taken, receipts, places, whose, references)


def _numbered(
    session: Session,
    said: Said,
    taken: list[Match],
    receipts: list[int | None],
    places: Sequence[int],
    whose: Sequence[Named],
    references: Sequence[str],
) -> Receipts:
    with receipt_numbers(session, len(places)) as drawn:
        units, years = [x.unit_id for x in whose], [x.year for x in whose]
        days = {*zip(years, [said.booked_on[at] for at in places], strict=True)}
        ids = drawn()
    for at, number in zip(places, ids, strict=True):
        receipts[at] = number
    return Receipts(taken, receipts, New(places, units, years, references, ids, days))


def money_of(
    said: Said, ids: Sequence[int], taken: Sequence[Match], new: New
) -> list[Sequence[object]]:
    """The new receipts, a column of each field of Money; `ids`: the lines' numbers."""
    of_lines = (said.amount_fen, said.booked_on)
    amounts, days = ([column[at] for at in new.places] for column in of_lines)
    lines = [ids[at] for at in new.places]
    rosters = [taken[at].about for at in new.places]  # of somebody who enrolled alone
    return [new.units, new.years, amounts, days, new.references, lines, rosters]


def _asked(named: Named, number: str, key: str, kept: set[_Asked], typed: set[_Asked]) -> _Asked:
    """By the bank's number, or by the line's key, where it was typed so."""
    asked = _free((*named, number), kept)
    if not typed or asked in typed:
        return asked
    as_key = _free((*named, key), kept)
    return as_key if as_key in typed else asked


def _free(asked: _Asked, kept: set[_Asked]) -> _Asked:
    """Its reference, or with a number where receipts that were undone keep it."""
    if asked not in kept:
        return asked
    unit, year, reference = asked
    each = ((unit, year, free) for free in numbered(reference))
    return next(one for one in each if one not in kept)
