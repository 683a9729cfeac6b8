"""What can be published and is probably not meant: said to who writes a scheme or publishes it.

Nothing is refused by it: a fund may skip a care by a cap of nothing, or name its schemes as it
likes.
"""

import re
from typing import Final, NamedTuple

from app.benefits.benefit import Benefit
from app.benefits.scheme import Scheme

_YEAR: Final = re.compile(r"([0-9]{4})(?![0-9])")


class Doubt(NamedTuple):
    """One of them: a key of the texts, and its facts."""

    key: str
    facts: dict[str, object]


def doubts(scheme: Scheme) -> list[Doubt]:
    """All that a scheme as it stands gives reason to ask about."""
    found = []
    named = _YEAR.match(scheme.id)
    if named and int(named[1]) != scheme.starts_from.year:
        facts: dict[str, object] = {"scheme": scheme.id, "starts_from": f"{scheme.starts_from}"}
        found.append(Doubt("scheme_of_another_year", facts))
    found += [Doubt(key, {"care": x.care}) for x in scheme.benefits if (key := _nothing(x))]
    return found


def _nothing(benefit: Benefit) -> str:
    """Why it never pays anything; "" where it does."""
    if benefit.cap_fen == 0:
        return "scheme_cap_of_nothing"
    return "" if any(band.basis_points for band in benefit.bands) else "scheme_share_of_nothing"
