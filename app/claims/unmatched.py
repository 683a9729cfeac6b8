"""Bills of people who are no members (yet): kept as ciphertext, taken up when they are enrolled."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.bills import NewBill
from app.claims.rows import BillRow, bill_row
from app.claims.settlement import Settlement
from app.db import copy_in, numbers
from app.roster.members import certno_index
from app.secrets import vault

_TABLE: Final = "unmatched_settlement"
_DATES: Final = ("begndate", "enddate")

# The newest state says whose bill it is: the bureau may have corrected the person's number.
_OF_MEMBERS: Final = """
SELECT u.id, m.id, u.row_cipher
FROM unmatched_settlement u
JOIN member m ON m.certno_index = u.certno_index
WHERE NOT EXISTS (SELECT FROM settlement_key k WHERE k.setl_id = u.setl_id)
      AND NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = u.setl_id)
      AND NOT EXISTS (SELECT FROM unmatched_settlement newer
                      WHERE newer.setl_id = u.setl_id AND newer.id > u.id)
ORDER BY u.setl_id
"""

# OFFSET keeps each question a look by an index, however few members the planner thinks there are.
_SOME_ENROLLED: Final = """
SELECT EXISTS (
    SELECT FROM unmatched_settlement u
    WHERE u.setl_id = ANY(CAST(:numbers AS text[]) COLLATE "C")
          AND EXISTS (SELECT FROM member m WHERE m.certno_index = u.certno_index OFFSET 0))
"""


def kept_content(row: BillRow) -> bytes:
    """A digest of a bill and whose it is: another person's number makes it another state."""
    told = row.content + certno_index(row.certno)
    return hashlib.blake2b(told, digest_size=16).digest()


def keep_unmatched(session: Session, run_id: int, rows: Iterable[BillRow]) -> None:
    """Keep bills that found no member, readable only for this fund."""
    kept = list(rows)
    ids = numbers(session, "unmatched_settlement_id_seq", len(kept))
    columns = ("id", "setl_id", "content", "certno_index", "row_cipher", "run_id", "line")
    copy_in(
        session,
        _TABLE,
        columns,
        (
            (
                number,
                row.setl_id,
                kept_content(row),
                certno_index(row.certno),
                vault().seal(_dumped(row), _TABLE, number),
                run_id,
                row.line,
            )
            for number, row in zip(ids, kept, strict=True)
        ),
    )


def some_enrolled(session: Session, setl_ids: Collection[str]) -> bool:
    """Whether any of these bills, which are kept, is a member's by now."""
    asked = {"numbers": sorted(setl_ids)}
    return bool(setl_ids) and bool(session.scalar(text(_SOME_ENROLLED), asked))


def now_matched(session: Session) -> list[NewBill]:
    """The bills kept whose people have become members, each in its newest state."""
    bills = []
    for number, member_id, cipher in session.execute(text(_OF_MEMBERS)):
        row = _loaded(vault().open(bytes(cipher), _TABLE, number))
        bills.append(NewBill(member_id, 1, row.content, row))
    return bills


def _dumped(row: BillRow) -> str:
    return json.dumps(row._asdict() | {"content": row.content.hex()}, ensure_ascii=False)


def _loaded(dumped: str) -> BillRow:
    fields: dict[str, Any] = json.loads(dumped)
    if "told" in fields:
        return BillRow(**fields | {"content": bytes.fromhex(fields["content"])})
    for name in _DATES:  # as bills were kept before: each value by its name
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    fields["setl_time"] = datetime.fromisoformat(fields["setl_time"])
    return bill_row(Settlement(**fields))
