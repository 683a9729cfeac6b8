"""Where rows are sealed, worked out of the numbers they come with; and moments as text. Pure.

The server counts moments from the first day of 2000, in millionths of a second.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.audit.kept import ALL, KEPT
from app.audit.names import Bytes, Numbers
from app.audit.parts import CODED, WITH_YEARS

_FIRST: Final = np.datetime64("2000-01-01T00:00:00.000000")
Years = Mapping[int, tuple[str, str]]


def moments(at: Numbers) -> tuple[Bytes, NDArray[np.intp]]:
    """The moments among these as they are written in UTC, and which each is."""
    if len(at) and bool((at == at[0]).all()):
        some, which = at[:1], np.zeros(len(at), dtype=np.intp)
    else:
        some, which = np.unique(at, return_inverse=True)
    texts = np.datetime_as_string(_FIRST + some.astype("timedelta64[us]"), unit="us").tolist()
    written = "".join(f"{text}Z" for text in texts).encode("ascii")
    return np.frombuffer(written, dtype=np.uint8).reshape(len(some), -1), which


class Places:
    """The seals, by the moment before which each took everything in; `years` of the claims whose
    code does not say them: these years, and how many seals came before each of them."""

    def __init__(self, untils: Sequence[str], years: Years) -> None:
        ends = np.array([until.removesuffix("Z") for until in untils], dtype="datetime64[us]")
        self._ends: Numbers = (ends - _FIRST).astype(np.int64)
        self.years = dict(years)
        self._told: dict[tuple[str, int, int], bytes] = {}

    def runs(self, table: str, since: Numbers, codes: Numbers) -> list[tuple[bytes, int]]:
        """Where rows on end are sealed, and how many; as `chunks.place_of` reads it."""
        seals: NDArray[Any] = np.searchsorted(self._ends, since, side="right")
        new = np.flatnonzero((np.diff(seals) != 0) | (np.diff(codes) != 0)) + 1
        starts = np.concatenate(([0], new))
        counts = np.diff(np.append(starts, len(codes))).tolist()
        pairs = zip(seals[starts].tolist(), codes[starts].tolist(), strict=True)
        return list(zip((self._place(table, *pair) for pair in pairs), counts, strict=True))

    def _place(self, table: str, seal: int, code: int) -> bytes:
        found = self._told.get((table, seal, code))
        if found is None:
            found = f"{seal},{self._years_of(table, code)}".encode()
            if code >= 0:
                self._told[table, seal, code] = found
        return found

    def _years_of(self, table: str, code: int) -> str:
        """Its own, its claim's, and the seals before these."""
        if table not in WITH_YEARS:
            return f"{ALL if KEPT[table].years == ALL else code or ''},,"
        if code <= 0:
            return ",{},{}".format(*self.years.get(code, ("", "")))
        return f",{code % CODED},{code // CODED:06}"
