"""References of people who enrolled alone, as bank lines quote them. Pure.

"G" and eight signs (`app.enrolment.self_enrol`), without check digits: what nobody was given names
nobody, and the line is looked at as any other.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

from app.contributions.reference import Named

# Looked for at every sign: what stands before may end with the same letters.
_LIKE_ONE: Final = re.compile(r"(?=(G[A-Z0-9]{8}))")
_BLANKS: Final = re.compile(r"[\s\-_.·]+")
_FIRST: Final = frozenset("Gg\uff27\uff47")


class AloneAwaited(NamedTuple):
    """The roster of somebody who enrolled alone, and what it misses."""

    roster_id: int
    named: Named
    missing_fen: int


def alone_in(text: str, known: Mapping[str, AloneAwaited]) -> list[str]:
    """The references in a bank line's texts, each once: in any case, width and spacing."""
    if not known or _FIRST.isdisjoint(text):
        return []
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text).upper())
    return [each for each in dict.fromkeys(_LIKE_ONE.findall(plain)) if each in known]
