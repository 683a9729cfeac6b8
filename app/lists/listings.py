"""The lists there are. That of claims has an address of its own, a list by itself a state."""

from typing import Final

from app.lists.of_people import CLAIMS, MEMBERS, PAYMENTS, RECOVERIES
from app.lists.of_units import ROSTERS, SUSPENSE, UNITS

LISTINGS: Final = {
    each.name: each for each in (PAYMENTS, ROSTERS, RECOVERIES, MEMBERS, SUSPENSE, UNITS)
}
EVERY: Final = LISTINGS | {CLAIMS.name: CLAIMS}
