"""Write what a search finds people by: names, their pinyin, the last six of the ID.

A table of its own, because its four indexes cost more than all else that a new member's name
brings. What few people are called is written with the names, so that an officer finds at once whom
an officer has entered; of a large roster it is promised by spans of members and follows within
seconds, while nobody waits for the turn of covers. By the whole ID everybody is found at once.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import array, copy_columns, fetched, one_at_a_time
from app.jobs import MAKE_FINDABLE, Job, promise
from app.roster.pinyin import sort_key
from app.roster.tail import tail_indexes
from app.secrets import vault

FEW: Final = 1_000
"""So many are made findable at once, with what brought them."""
AT_ONCE: Final = 20_000

_CIPHERS: LiteralString = (
    "SELECT id, certno_cipher FROM member WHERE id = ANY(%(members)s::bigint[])"
)
_MISSING: LiteralString = """
SELECT n.member_id, n.seq, n.name, m.certno_cipher
FROM member_name n JOIN member m ON m.id = n.member_id
WHERE n.member_id BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (SELECT FROM searchable_name s
                      WHERE s.member_id = n.member_id AND s.seq = n.seq)
"""
_LAST: LiteralString = """
SELECT max(id) FROM (SELECT id FROM member WHERE id >= %(first)s ORDER BY id LIMIT %(size)s) span
"""
# All that are missing after a migration are of before there were any.
_FIRST_MISSING: LiteralString = """
SELECT EXISTS (SELECT FROM (SELECT member_id, seq FROM member_name
                            ORDER BY member_id, seq LIMIT 1) n
               WHERE NOT EXISTS (SELECT FROM searchable_name s
                                 WHERE s.member_id = n.member_id AND s.seq = n.seq))
"""


def make_findable(
    session: Session,
    members: Sequence[int],
    named: Callable[[], Iterable[tuple[int, int, str]]],
) -> None:
    """Let people be found by names just written. Many are only promised.

    `named`: (member, seq, name), asked where they are few.
    """
    if len(members) > FEW:
        ordered = sorted(set(members))
        for at in range(0, len(ordered), AT_ONCE):
            span = ordered[at : at + AT_ONCE]
            promise(session, MAKE_FINDABLE, span[0], [(0, [span[-1]])])
    elif members:
        ciphers = dict(fetched(session, _CIPHERS, {"members": array(members)}))
        _write(session, [(who, seq, name, ciphers[who]) for who, seq, name in named()])


def make_promised_findable(session: Session, first: int) -> None:
    """Do what was promised about the span of members that begins with this one."""
    promised = select(Job.items).where(Job.kind == MAKE_FINDABLE, Job.subject_id == first)
    [lasts] = session.scalars(promised)
    _make_span_findable(session, first, max(lasts))


def give_up_making_findable(session: Session, first: int) -> None:
    """They are found by the whole ID; `huzhu rebuild` tries again."""


def make_all_findable(session: Session) -> int:
    """Write whatever is missing; returns how many."""
    first = done = 0
    while last := fetched(session, _LAST, {"first": first, "size": AT_ONCE})[0][0]:
        done += _make_span_findable(session, first, last)
        first = last + 1
    return done


def make_findable_of_before(session: Session) -> int:
    """The same where the first name there is cannot be found: at the start after a migration."""
    ((missing,),) = fetched(session, _FIRST_MISSING, {})
    return make_all_findable(session) if missing else 0


def _make_span_findable(session: Session, first: int, last: int) -> int:
    # Spans may overlap: who comes second sees what the first has written.
    one_at_a_time(session, "making findable")
    missing = fetched(session, _MISSING, {"first": first, "last": last})
    _write(session, missing)
    return len(missing)


def _write(session: Session, names: Sequence[tuple[Any, ...]]) -> None:
    """Rows of (member, seq, name, sealed ID)."""
    if not names:
        return
    members, seqs, called, ciphers = zip(*names, strict=True)
    certnos = map(vault().open, map(bytes, ciphers), ["member"] * len(names), members)
    columns = {
        "member_id": members,
        "seq": seqs,
        "name": called,
        "sort_key": [*map(sort_key, called)],
        "tail_index": tail_indexes(certnos),
    }
    copy_columns(session, "searchable_name", columns)
