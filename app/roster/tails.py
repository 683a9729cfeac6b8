"""The last six characters of IDs, by a blind index of their own: how a counter tells people apart.

**What it costs in privacy.** A blind index of a whole ID says nothing to who has the database
alone, but six characters are a million at most. Who has the database sees which members share their
last six (few do). Who has the index key besides, without the key that opens IDs, can try them all
in a second, and learns of each member the day of birth within the month and the running number; so
it could try whole IDs before, with more patience. The index is read within an officer's scope only,
and who searched is on record.
"""

from collections.abc import Iterable
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.db import copy_in, fetched
from app.secrets import vault

TAIL: Final = 6
_AT_ONCE: Final = 20_000
_MISSING: LiteralString = """
SELECT m.id, m.certno_cipher FROM member m
WHERE m.id > %(after)s AND NOT EXISTS (SELECT FROM member_tail t WHERE t.member_id = m.id)
ORDER BY m.id LIMIT %(size)s
"""
# All that are missing are of before there were any, and written together.
_FIRST_MISSING: LiteralString = """
SELECT EXISTS (SELECT FROM (SELECT id FROM member ORDER BY id LIMIT 1) m
               WHERE NOT EXISTS (SELECT FROM member_tail t WHERE t.member_id = m.id))
"""


def tail_indexes(certnos: Iterable[str]) -> list[bytes]:
    """The blind index of each one's last six."""
    return vault().indexes("certno tail", (certno[-TAIL:] for certno in certnos))


def fill_tails(session: Session) -> int:
    """Write those that are missing; returns how many."""
    after = done = 0
    while rows := fetched(session, _MISSING, {"after": after, "size": _AT_ONCE}):
        ids = [who for who, _ in rows]
        certnos = [vault().open(bytes(sealed), "member", who) for who, sealed in rows]
        found = zip(ids, tail_indexes(certnos), strict=True)
        copy_in(session, "member_tail", ("member_id", "tail_index"), found)
        after, done = ids[-1], done + len(ids)
    return done


def fill_tails_of_before(session: Session) -> int:
    """The same where the first member there is has none: at the first start after a migration."""
    ((missing,),) = fetched(session, _FIRST_MISSING, {})
    return fill_tails(session) if missing else 0
