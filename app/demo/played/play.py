"""The order of the acts, and the whole year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from app.config import Settings
from app.demo.load import refuse_where_real
from app.demo.played import (
    autumn,
    changes,
    closing,
    held,
    illness,
    opening,
    spring,
    telling,
    trouble,
)
from app.demo.played.checks import Check, checks
from app.demo.played.office import Office, Said, Turn
from app.demo.played.plan import CLAIMS, YEAR, Plan
from app.evidence.append import record

Act = Callable[[Office], Said]

_CLOSED: Final = ("2023", *(f"{YEAR}-{month:02d}" for month in range(1, 7)))
_CLOSED_LATER: Final = (*(f"{YEAR}-{month:02d}" for month in range(7, 12)), str(YEAR))

ACTS: Final[tuple[Act, ...]] = (
    opening.open_office,
    opening.publish_year,
    opening.register_units,
    autumn.enrol_everybody,
    telling.print_notices,
    telling.remind_units,
    autumn.units_pay,
    trouble.mend,
    spring.union_pays,
    trouble.refund_units,
    changes.join_and_leave,
    partial(illness.months, first=1, last=4),
    spring.first_batch,
    changes.fill_gift,
    held.decide_injuries,
    held.correct,
    changes.merge_and_split,
    partial(illness.months, first=5, last=6),
    partial(closing.close_periods, day=date(YEAR, 7, 31), periods=_CLOSED),
    partial(illness.months, first=7, last=8),
    held.mourn,
    held.settle_owing,
    spring.second_batch,
    held.file_at_counter,
    partial(illness.months, first=9, last=12),
    spring.last_batch,
    partial(closing.close_periods, day=date(YEAR + 1, 2, 10), periods=_CLOSED_LATER),
    closing.come_late,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One act is done: the `done`th of `all`."""

    said: Said
    done: int
    all: int


def play(
    turn: Turn,
    beside: Turn,
    settings: Settings,
    seed: int,
    say: Callable[[Told], None],
    claims: int = CLAIMS,
) -> tuple[Office, list[Check]]:
    """Play the year of a seed and check it. Raises ServesOthers and FundNotEmpty."""
    with turn() as session:
        refuse_where_real(session, settings)
        record(session, "demo.played", by=None, seed=seed)
    office = Office(Plan(seed, claims), turn, beside)
    for done, act in enumerate(ACTS, 1):
        say(Told(act(office), done, len(ACTS)))
    return office, checks(office)
