"""Record what gig workers do, where it is not what is known."""

from collections.abc import Mapping
from typing import LiteralString

from sqlalchemy.orm import Session

from app.db import array, copy_in, fetched
from app.roster.gig import Gig
from app.secrets import vault

_KNOWN: LiteralString = """
SELECT DISTINCT ON (member_id) member_id, seq, occupation, platform FROM gig_worker
WHERE member_id = ANY(%(members)s::bigint[]) ORDER BY member_id, seq DESC
"""


def record_gig(
    session: Session,
    said: Mapping[int, Gig],
    *,
    by: int | None,
    phones: Mapping[int, str] | None = None,
) -> int:
    """Write what is said anew, by member; how many that were. `phones` are sealed."""
    if not said:
        return 0
    known = {x[0]: x[1:] for x in fetched(session, _KNOWN, {"members": array(said)})}
    rows = []
    for member_id, gig in said.items():
        seq, *before = known.get(member_id, (0, "", ""))
        if before == list(gig):
            continue
        phone = (phones or {}).get(member_id)
        sealed = vault().seal(phone, "gig_worker", member_id, seq + 1) if phone else None
        rows.append((member_id, seq + 1, gig.occupation, gig.platform, sealed, by))
    columns = ("member_id", "seq", "occupation", "platform", "phone_cipher", "recorded_by")
    copy_in(session, "gig_worker", columns, rows)
    return len(rows)
