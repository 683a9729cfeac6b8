"""Open a benefit year in the database: the partition that its entitlements lie in.

A year opens with the scheme whose covers start in it. A scheme without a last day goes on into
years in which no other begins: such a year opens with its first claim.
"""

from collections.abc import Iterable
from typing import LiteralString

import psycopg

_OPEN: LiteralString = (
    "SELECT open_benefit_year(years.opens) FROM unnest(%s::integer[]) years (opens)"
)


def open_years(cur: psycopg.Cursor[tuple[object, ...]], years: Iterable[int]) -> None:
    """Make sure that benefit years are open; those that are cost a look. In ascending order."""
    cur.execute(_OPEN, [sorted(years)])
