"""Under which name money is known that was taken back and typed again.

Its reference is the name with a number (`app.contributions.reference`). A bank's line has the name
alone, so whoever compares the two asks here. Where nothing of a name was taken back, what looks
like a number is the bank's own.
"""

from collections.abc import Sequence
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.contributions.reference import MARK, NUMBER, without_numbers
from app.db import array, fetched

_REVERSED: LiteralString = """EXISTS (
    SELECT FROM entry_reversal x JOIN entry e ON e.id = x.entry_id
    WHERE e.memo = 'subsidy received' AND e.about = {of}.id)"""
REVERSED: Final = _REVERSED.format(of="s")
"""SQL: subsidy `s` was taken back."""
_TAKEN_BACK: Final = f"""EXISTS (
    SELECT FROM receipt_undone n JOIN receipt b ON b.id = n.receipt_id
    WHERE b.reference = {{name}})
OR EXISTS (SELECT FROM subsidy b WHERE b.reference = {{name}} AND {_REVERSED.format(of="b")})"""  # noqa: S608 - put together from constants
_OF_UNITS: LiteralString = """
SELECT r.reference FROM receipt r JOIN receipt_undone n ON n.receipt_id = r.id
WHERE r.unit_id = ANY(%(units)s::bigint[]) AND r.benefit_year = %(year)s
      AND r.reference = ANY(%(names)s)
"""
_OF_UNION: Final = f"""
SELECT s.reference FROM subsidy s
WHERE s.union_id = %(union)s AND s.benefit_year = %(year)s AND s.reference = ANY(%(names)s)
      AND {REVERSED}
"""  # noqa: S608 - put together from constants


def known_as(reference: str, name: str) -> str:
    """SQL: `reference` is `name`, or that with numbers, since money of the name was taken back."""
    return f"""({reference} = {name} OR starts_with({reference}, {name} || '{MARK}')
        AND substr({reference}, length({name}) + 1) ~ '^({NUMBER})+$'
        AND ({_TAKEN_BACK.format(name=name)}))"""


def name_of_units(session: Session, units: Sequence[int], year: int, reference: str) -> str:
    """The name that a typed reference of these units' money means: a number shown is cut off."""
    names = without_numbers(reference)
    asked = {"units": array(units), "year": year, "names": names}
    return _shortest(reference, fetched(session, _OF_UNITS, asked) if names else ())


def name_of_union(session: Session, union_id: int, year: int, reference: str) -> str:
    """The name that a typed reference of a union's money means."""
    names = without_numbers(reference)
    asked = {"union": union_id, "year": year, "names": names}
    return _shortest(reference, fetched(session, _OF_UNION, asked) if names else ())


def _shortest(reference: str, taken_back: Sequence[Sequence[str]]) -> str:
    return min((name for (name,) in taken_back), key=len, default=reference)
