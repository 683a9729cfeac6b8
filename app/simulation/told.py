"""An answer as plain figures, whole fen: what commands print and pages draw. Pure."""

from typing import Any, Final

from app.benefits.care import CARES
from app.simulation.answer import Answer, Side
from app.simulation.asked import Asked
from app.simulation.inputs import BAND_YEARS, UNKNOWN_AGE
from app.simulation.outlook import Balance

UNKNOWN: Final = UNKNOWN_AGE * BAND_YEARS
"""Stands for an age that is not known."""


def facts_of(asked: Asked) -> dict[str, Any]:
    """The answer as plain data; amounts in fen."""
    found = asked.answer
    return {
        "read_at": asked.read_at.isoformat(),
        "years": [
            {
                "year": year,
                "covers": int(found.heads[n].sum()),
                "was": _side(found.was, n),
                "supposed": _side(found.supposed, n),
            }
            for n, year in enumerate(found.years)
        ],
        "unions": [
            {"union": name, "was_fen": was, "supposed_fen": then}
            for name, was, then in by_union(found)
        ],
        "ages": [
            {"from_age": None if age == UNKNOWN else age, "was_fen": was, "supposed_fen": then}
            for age, was, then in by_age(found)
        ],
        "changed": found.changed._asdict(),
        "balance": [
            {"year": then.year, "ahead": then.ahead, "was": _left(was), "supposed": _left(then)}
            for was, then in zip(asked.was, asked.supposed, strict=True)
        ],
        "scheme": asked.scheme.digest(),
    }


def _side(side: Side, n: int) -> dict[str, Any]:
    return {
        "contributions_fen": int(side.owed_fen[n].sum()),
        "paid_fen": int(side.paid_fen[n].sum()),
        "cares": {care: int(side.paid_fen[n, place].sum()) for place, care in enumerate(CARES)},
        "bills": int(side.bills[n].sum()),
        "at_cap": int(side.at_cap[n].sum()),
    }


def _left(balance: Balance) -> dict[str, int]:
    return {
        "contributions_fen": balance.owed_fen,
        "paid_fen": balance.paid_fen,
        "left_fen": balance.left_fen,
        "low_fen": balance.low_fen,
        "high_fen": balance.high_fen,
    }


def by_union(found: Answer) -> list[tuple[str, int, int]]:
    """Each union's name and what was paid and would have been, in fen."""
    was, then = (x.paid_fen.sum(axis=(0, 1, 3)) for x in (found.was, found.supposed))
    return list(zip(found.unions, was.tolist(), then.tolist(), strict=True))


def by_age(found: Answer) -> list[tuple[int, int, int]]:
    """The same by the lowest age of each ten years, where anybody was paid; 90: not known."""
    was, then = (x.paid_fen.sum(axis=(0, 1, 2)) for x in (found.was, found.supposed))
    rows = []
    for low in range(0, len(was), 2):
        before, after = (int(x[low : low + 2].sum()) for x in (was, then))
        if before or after:
            rows.append((low * BAND_YEARS, before, after))
    return rows
