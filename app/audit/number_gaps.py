"""What became of the numbers that no row of a bundle has, sequence by sequence.

A number that is missing is of a row that belongs to other years, or of none: numbers are drawn
before an act is carried through, and an act that is not gives none back.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from app.audit import as_of
from app.audit.select import NOT_YET
from app.audit.verify import NUMBERED
from app.db import array, cursor

_OWN: Final = {"cover_change", "held_decision", "determination"}
"""Tables whose numbers stand under their own name; the others' are `id`."""
Runs = Sequence[Sequence[int]]


def number_gaps(
    session: Session, sequence: str, numbers: Mapping[str, list[list[int]]], until: str | None
) -> list[list[str | None]]:
    """Rows of `number_gap` of one sequence; `numbers`: runs of those that rows of the bundle
    have."""
    fields = NUMBERED[sequence]
    shown = sorted(run for table in fields for run in numbers.get(table, ()))
    asks = _asks(fields, sealed=until is not None)
    starts = [number for first, last in shown for number in (first, last + 1)]
    asked = {"starts": array(starts), "until": until, "not_yet": list(NOT_YET)}
    with cursor(session) as cur:
        found = cur.execute(asks, asked).fetchall()
    counts = {int(place): int(count) for place, count, _ in found}
    most = max((int(last) for *_, last in found), default=0)
    rows: list[list[str | None]] = []
    for place, first, last in _between(shown, most):
        elsewhere = counts.get(place, 0)
        cells = (first, last, elsewhere, last - first + 1 - elsewhere)
        rows.append([sequence, *map(str, cells)])
    return rows


def _between(shown: Runs, most: int) -> Iterator[tuple[int, int, int]]:
    """Before, between and behind the runs: the place among their bounds, first and last number."""
    before = 0
    for n, (first, last) in enumerate([*shown, (most + 1, most)]):
        if first > before + 1:
            yield 2 * n, before + 1, first - 1
        before = last


def _asks(fields: Mapping[str, str], *, sealed: bool) -> str:
    rows = " UNION ALL ".join(_numbers(table, field, sealed) for table, field in fields.items())
    asks = (
        "SELECT width_bucket(n, CAST(%(starts)s AS bigint[])), count(*), max(n)"  # noqa: S608
        f" FROM ({rows}) numbered GROUP BY 1"
    )
    return as_of.seen(asks) if sealed else asks


def _numbers(table: str, field: str, sealed: bool) -> str:
    name = field if table in _OWN else "id"
    left_out = table == "event" and not sealed
    where = "act <> ALL(%(not_yet)s)" if left_out else f"{name} IS NOT NULL"
    return f"SELECT {name} AS n FROM {table} WHERE {where}"  # noqa: S608 - all said here
