"""The order of the acts, and the whole year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from app.config import Settings
from app.demo.load import refuse_where_real
from app.demo.played import autumn, closing, illness, opening, spring
from app.demo.played.checks import Check, checks
from app.demo.played.office import Office, Said, Turn
from app.demo.played.plan import CLAIMS, Plan
from app.evidence.append import record

Act = Callable[[Office], Said]

ACTS: Final[tuple[Act, ...]] = (
    opening.open_office,
    opening.publish_year,
    opening.register_units,
    autumn.enrol_everybody,
    autumn.units_pay,
    spring.union_pays,
    partial(illness.months, first=1, last=4),
    spring.first_batch,
    partial(illness.months, first=5, last=12),
    spring.last_batch,
    partial(
        closing.close_periods,
        day=date(2025, 2, 10),
        periods=("2023", *(f"2024-{month:02d}" for month in range(1, 12)), "2024"),
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One act is done: the `done`th of `all`."""

    said: Said
    done: int
    all: int


def play(
    turn: Turn, settings: Settings, seed: int, say: Callable[[Told], None], claims: int = CLAIMS
) -> tuple[Office, list[Check]]:
    """Play the year of a seed and check it. Raises ServesOthers and FundNotEmpty."""
    with turn() as session:
        refuse_where_real(session, settings)
        record(session, "demo.played", by=None, seed=seed)
    office = Office(Plan(seed, claims), turn)
    for done, act in enumerate(ACTS, 1):
        say(Told(act(office), done, len(ACTS)))
    return office, checks(office)
