"""Lock what members have used, and write what they have used now."""

from collections.abc import Iterable, Mapping
from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import array, cursor

Key = tuple[int, str, int]
"""Member, care, benefit year."""

_LOCK: LiteralString = """
INSERT INTO entitlement AS e (member_id, care, benefit_year, cap_fen, used_fen)
SELECT member_id, care, benefit_year, cap_fen, 0
FROM unnest(%(members)s::bigint[], %(cares)s::text[], %(years)s::int[], %(caps)s::bigint[])
     asked (member_id, care, benefit_year, cap_fen)
ORDER BY member_id, care, benefit_year
ON CONFLICT (member_id, care, benefit_year) DO UPDATE SET used_fen = e.used_fen
RETURNING member_id, care, benefit_year, used_fen
"""

_WRITE: Final = """
UPDATE entitlement e SET used_fen = now.used_fen
FROM unnest(CAST(:members AS bigint[]), CAST(:cares AS text[]), CAST(:years AS int[]),
            CAST(:used AS bigint[])) now (member_id, care, benefit_year, used_fen)
WHERE e.member_id = now.member_id AND e.care = now.care AND e.benefit_year = now.benefit_year
"""

_STAYS: Final = """
SELECT d.member_id, d.care, d.benefit_year, s.mdtrt_id, sum(d.base_fen)
FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.member_id = ANY(CAST(:members AS bigint[])) AND s.mdtrt_id = ANY(CAST(:stays AS text[]))
      AND d.refusal IS NULL
      AND NOT EXISTS (SELECT FROM determination later WHERE later.member_id = d.member_id
                      AND later.claim_id = d.claim_id AND later.seq > d.seq)
GROUP BY 1, 2, 3, 4
"""


def lock(session: Session, caps: Mapping[Key, int | None]) -> dict[Key, int]:
    """Lock the entitlements named, in key order, making those that are new; what each has used.

    `caps`: the cap of each, in fen, None where nothing limits it.
    """
    if not caps:
        return {}
    keys = sorted(caps)
    asked = {
        "members": array(key[0] for key in keys),
        "cares": array(key[1] for key in keys),
        "years": array(key[2] for key in keys),
        "caps": array("NULL" if caps[key] is None else caps[key] for key in keys),
    }
    with cursor(session) as cur:
        rows = cur.execute(_LOCK, asked, binary=True).fetchall()
    return {(member, care, year): used_fen for member, care, year, used_fen in rows}


def write(session: Session, used: Mapping[Key, int]) -> None:
    """Write what is used of entitlements that `lock` holds."""
    if used:
        session.execute(
            text(_WRITE),
            {
                "members": array(key[0] for key in used),
                "cares": array(key[1] for key in used),
                "years": array(key[2] for key in used),
                "used": array(used.values()),
            },
        )


def stays_so_far(
    session: Session, members: Iterable[int], stays: Iterable[str]
) -> list[tuple[int, str, int, str, int]]:
    """The base of the live grants of each stay: (member, care, benefit year, stay, fen)."""
    rows = session.execute(text(_STAYS), {"members": list(members), "stays": list(stays)})
    return [(m, care, year, stay, int(base_fen)) for m, care, year, stay, base_fen in rows]
