"""Who is on record as died or retired, in an officer's scope."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.roster.identity import masked_certno
from app.secrets import vault
from app.web.paging import Asked, Page
from app.web.read.scope import OF_SEEN, SEEN, Scope

_MOST_KEY: Final = 2**62
_STANDING: Final = text(
    f"""
    WITH {SEEN}
    SELECT c.member_id, n.name, m.certno_cipher, c.fate, c.on_day, d.recorded_by
    FROM member_fate c
    JOIN member m ON m.id = c.member_id
    LEFT JOIN fate_doubt d ON d.member_id = c.member_id AND d.seq = c.seq
    LEFT JOIN LATERAL (
        SELECT x.name FROM member_name x WHERE x.member_id = c.member_id
        ORDER BY x.seq DESC LIMIT 1
    ) n ON true
    WHERE c.fate <> 'alive' AND c.member_id < :before AND {OF_SEEN}
          AND NOT EXISTS (SELECT FROM member_fate later
                          WHERE later.member_id = c.member_id AND later.seq > c.seq)
    ORDER BY c.member_id DESC LIMIT :size
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The word that stands of a member; `doubted_by`: the account that said it is wrong."""

    member_id: int
    name: str
    masked_id: str
    fate: str
    on_day: date
    doubted_by: int | None


def on_record(session: Session, scope: Scope, asked: Asked) -> Page[OnRecord]:
    """A page of them, those who became members last first."""
    before = asked.after if asked.after is not None else _MOST_KEY
    wanted = {**scope.asked, "before": before, "size": asked.size + 1}
    rows = []
    for member_id, name, cipher, *rest in session.execute(_STANDING, wanted):
        certno = vault().open(bytes(cipher), "member", member_id)
        rows.append(OnRecord(member_id, name or "", masked_certno(certno), *rest))
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].member_id if more else None)
