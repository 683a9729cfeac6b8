"""Lock what members have used, and write what they have used now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.arrays import number_array
from app.benefits.care import CARES
from app.benefits.columns import NO_CAP, Flag, Index, Whole
from app.db import array, cursor
from app.schemes.years import open_years

Key = tuple[int, str, int]
"""Member, care, benefit year."""

_LOCK: LiteralString = """
SELECT e.member_id, asked.care, e.benefit_year, e.used_fen
FROM (SELECT * FROM unnest(%(members)s::bigint[], %(cares)s::bigint[], %(years)s::bigint[])
          asked (member_id, care, benefit_year)
      ORDER BY member_id, (%(names)s::text[])[care + 1], benefit_year) asked
CROSS JOIN LATERAL (
    SELECT e.member_id, e.benefit_year, e.used_fen FROM entitlement e
    WHERE e.member_id = asked.member_id AND e.care = (%(names)s::text[])[asked.care + 1]
          AND e.benefit_year = asked.benefit_year FOR UPDATE
) e
"""

_MAKE: LiteralString = """
INSERT INTO entitlement (member_id, care, benefit_year, cap_fen, used_fen)
SELECT member_id, (%(names)s::text[])[care + 1], benefit_year, nullif(cap_fen, -1), used_fen
FROM unnest(%(members)s::bigint[], %(cares)s::bigint[], %(years)s::bigint[], %(caps)s::bigint[],
            %(used)s::bigint[]) asked (member_id, care, benefit_year, cap_fen, used_fen)
ORDER BY member_id, 2, benefit_year
ON CONFLICT (member_id, care, benefit_year) DO NOTHING
"""

_WRITE: LiteralString = """
UPDATE entitlement e SET used_fen = now.used_fen
FROM unnest(%(members)s::bigint[], %(cares)s::bigint[], %(years)s::bigint[], %(used)s::bigint[])
     now (member_id, care, benefit_year, used_fen)
WHERE e.member_id = now.member_id AND e.care = (%(names)s::text[])[now.care + 1]
      AND e.benefit_year = now.benefit_year
"""
_NAMES = array(CARES)

_STAYS: str = """
SELECT d.member_id, d.care, d.benefit_year, s.mdtrt_id, sum(d.base_fen)
FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.member_id = ANY(CAST(:members AS bigint[])) AND s.mdtrt_id = ANY(CAST(:stays AS text[]))
      AND d.refusal IS NULL
      AND NOT EXISTS (SELECT FROM determination later WHERE later.member_id = d.member_id
                      AND later.claim_id = d.claim_id AND later.seq > d.seq)
GROUP BY 1, 2, 3, 4
"""


class MadeBeside(Exception):
    """Somebody else made an entitlement that was new when it was asked for: ask again."""


@dataclass(frozen=True, slots=True)
class Used:
    """Entitlements, each once, in the order of their keys; `cap_fen` may be NO_CAP.

    `used_fen` is what the database says once they are locked; `is_new`: it says nothing yet.
    """

    member: Whole
    care: Whole
    benefit_year: Whole
    cap_fen: Whole
    used_fen: Whole
    is_new: Flag

    def __len__(self) -> int:
        return len(self.member)

    def places(self, member: Whole, care: NDArray[Any], benefit_year: Whole) -> Index:
        """Where each of these keys stands."""
        return np.searchsorted(
            _packed(self.member, self.care, self.benefit_year), _packed(member, care, benefit_year)
        )

    def of(self, keys: Iterable[Key]) -> dict[Key, int]:
        """What is used of some of them."""
        named = list(keys)
        rows = np.array([(who, CARES.index(care), year) for who, care, year in named], np.int64)
        places = self.places(*rows.reshape(-1, 3).T)
        return dict(zip(named, self.used_fen[places].tolist(), strict=True))


def wanted(
    member: Whole,
    care: NDArray[Any],
    benefit_year: Whole,
    cap_fen: Whole,
    caps: Mapping[Key, int | None],
) -> Used:
    """Every entitlement that rows (which may repeat) and `caps` name."""
    more = np.array(
        [
            (who, CARES.index(care), year, NO_CAP if cap is None else cap)
            for (who, care, year), cap in caps.items()
        ],
        np.int64,
    ).reshape(-1, 4)
    columns = [
        np.concatenate((first.astype(np.int64), second))
        for first, second in zip((member, care, benefit_year, cap_fen), more.T, strict=True)
    ]
    _, rows = np.unique(_packed(*columns[:3]), return_index=True)
    member, care, benefit_year, cap_fen = (column[rows] for column in columns)
    unused, is_new = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
    return Used(member, care, benefit_year, cap_fen, unused, is_new)


def lock(session: Session, wanted: Used) -> Used:
    """Lock entitlements, in key order; with what each has used, and which are not there yet.

    What is not there cannot be locked. It is made by `write`, once: who finds that it was made
    beside looks again. So a row is written once where it is new, and once where it moves.
    """
    if not len(wanted):
        return wanted
    with cursor(session) as cur:
        # A plan made while nothing is in the table reads all that others write, row by row.
        cur.execute("SET LOCAL enable_seqscan = off")
        rows = cur.execute(_LOCK, _arrays(wanted), binary=True).fetchall()
        cur.execute("SET LOCAL enable_seqscan = on")
    found = np.array(rows, np.int64).reshape(-1, 4).T
    used_fen, is_new = wanted.used_fen.copy(), wanted.is_new.copy()
    places = wanted.places(*found[:3])
    used_fen[places], is_new[places] = found[3], False
    return replace(wanted, used_fen=used_fen, is_new=is_new)


def write(session: Session, used: Used, moved_fen: Whole) -> None:
    """Write what is used of entitlements: of those that `lock` holds where it moved, of all new.

    New ones come after all locks, in key order too: nobody waits in a circle. So does the opening
    of a year that no scheme begins in (`app.schemes.years`). Raises MadeBeside.
    """
    rows = np.flatnonzero((moved_fen != 0) & ~used.is_new)
    with cursor(session) as cur:
        if len(rows):
            cur.execute(_WRITE, _moved(used, moved_fen, rows))
        rows = np.flatnonzero(used.is_new)
        if len(rows):
            open_years(cur, np.unique(used.benefit_year[rows]).tolist())
            made = _moved(used, moved_fen, rows) | {"caps": number_array(used.cap_fen[rows])}
            if cur.execute(_MAKE, made).rowcount < len(rows):
                raise MadeBeside


def _moved(used: Used, moved_fen: Whole, rows: Index) -> dict[str, object]:
    some = Used(*(getattr(used, name)[rows] for name in Used.__slots__))
    return _arrays(some) | {"used": number_array(some.used_fen + moved_fen[rows])}


def stays_so_far(
    session: Session, members: Iterable[int], stays: Iterable[str]
) -> list[tuple[int, str, int, str, int]]:
    """The base of the live grants of each stay: (member, care, benefit year, stay, fen)."""
    rows = session.execute(text(_STAYS), {"members": list(members), "stays": list(stays)})
    return [(m, care, year, stay, int(base_fen)) for m, care, year, stay, base_fen in rows]


def _arrays(some: Used) -> dict[str, object]:
    return {
        "members": number_array(some.member),
        "cares": number_array(some.care),
        "years": number_array(some.benefit_year),
        "names": _NAMES,
    }


def _packed(member: Whole, care: NDArray[Any], benefit_year: Whole) -> Whole:
    """A key as one number that orders as the key does. A year has less than 14 bits."""
    return (member << 16) + (care.astype(np.int64) << 14) + benefit_year
