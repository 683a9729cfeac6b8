"""Of whom a file tells something new: on a roster like last year's, of hardly anybody.

The names and accounts that stand come from the server by the thousand in a few long values, and are
compared here all at once: half the work of comparing there, row by row. Whoever is not plainly
known so is then asked for by row, and what that says counts.
"""

from collections.abc import Iterator, Sequence
from typing import Final, LiteralString

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.arrays import Arranged, number_array, numbers_sent, value_array
from app.db import array, fetched_together
from app.roster.members import Known, indexes_of_each
from app.secrets import INDEX_BYTES

_AT_ONCE: Final = 5_000
_BETWEEN: Final = "\n"
"""Names; whose own name has one is asked for by row, with those looked at beside."""
_NOBODY: Final = 0

# Backwards in the order of the keys, so that these are gone through, and nothing is sorted, however
# little the server knows of the tables: right after a large roster it would read the whole of them.
# The numbers stand in a subquery, so that whoever plans does not look at each of them.
_STANDING: LiteralString = """
SELECT n.ids, n.names, a.ids, a.indexes, a.recorders
FROM (
    SELECT array_send(array_agg(member_id)) AS ids, string_agg(name, E'\\n') AS names
    FROM (SELECT DISTINCT ON (member_id) member_id, name FROM member_name
          WHERE member_id = ANY((SELECT %(members)s::bigint[])::bigint[])
          ORDER BY member_id DESC, seq DESC) each
) n, (
    SELECT array_send(array_agg(member_id)) AS ids, string_agg(account_index, '') AS indexes,
           array_send(array_agg(coalesce(recorded_by, 0))) AS recorders
    FROM (SELECT DISTINCT ON (member_id) member_id, account_index, recorded_by FROM bank_account
          WHERE member_id = ANY((SELECT %(members)s::bigint[])::bigint[])
          ORDER BY member_id DESC, seq DESC) each
) a
"""
_OTHERWISE: LiteralString = """
SELECT asked.id, coalesce(n.name, ''), coalesce(n.seq, 0), coalesce(a.account_index, ''),
       coalesce(a.seq, 0), a.recorded_by,
       EXISTS (SELECT FROM card_confirmed k WHERE k.member_id = asked.id AND k.account_seq = a.seq)
FROM unnest(%(members)s::bigint[], %(names)s::text[], %(accounts)s::bytea[])
    asked (id, name, account_index)
LEFT JOIN LATERAL (SELECT name, seq FROM member_name
                   WHERE member_id = asked.id ORDER BY seq DESC LIMIT 1) n ON true
LEFT JOIN LATERAL (SELECT account_index, seq, recorded_by FROM bank_account
                   WHERE member_id = asked.id ORDER BY seq DESC LIMIT 1) a ON true
WHERE n.name IS DISTINCT FROM asked.name
   OR asked.account_index IS NOT NULL
      AND (a.account_index IS DISTINCT FROM asked.account_index
           OR a.recorded_by IS DISTINCT FROM %(by)s)
"""

_Flags = NDArray[np.bool_]
_Numbers = NDArray[np.int64]


def known_otherwise(
    session: Session,
    member_ids: Sequence[int],
    names: Sequence[str],
    accounts: Sequence[str | None],
    *,
    by: int,
    indexes: Sequence[bytes | None] | None = None,
) -> dict[int, Known]:
    """What is known of those whose name or account is not the one told of here.

    Also of those whose account is the same, but recorded by another than `by`. `indexes`: the blind
    indexes of the accounts, where they are there already.
    """
    members = np.array(member_ids, np.int64)
    # In the order of their numbers, some at a time lie near to each other in the server's tables.
    order = np.argsort(members)
    members, called = members[order], Arranged(order, names)
    ready = [] if indexes is None else [indexes[place] for place in order.tolist()]
    told = Arranged(order, [] if ready else [account or "" for account in accounts])
    spans = [slice(at, at + _AT_ONCE) for at in range(0, len(members), _AT_ONCE)]

    def asked() -> Iterator[dict[str, object]]:
        for some in spans:
            yield {"members": number_array(members[some])}
            if indexes is None:
                ready.extend(indexes_of_each(told[some]))  # while the server answers

    doubtful: list[int] = []
    for some, standing in zip(spans, fetched_together(session, _STANDING, asked()), strict=True):
        named, paid = standing[:2], standing[2:]
        same = _same_names(members[some], called[some], *named)
        same &= _same_accounts(members[some], ready[some], by, *paid)
        doubtful.extend((np.flatnonzero(~same) + some.start).tolist())
    if not doubtful:
        return {}
    return by_row(session, doubtful, members, called[:], ready, by)


def by_row(
    session: Session,
    places: Sequence[int],
    members: _Numbers,
    names: Sequence[str],
    indexes: Sequence[bytes | None],
    by: int,
) -> dict[int, Known]:
    """Those among them who are known otherwise indeed."""
    spans = (places[at : at + _AT_ONCE] for at in range(0, len(places), _AT_ONCE))
    asked = (
        {
            "members": number_array(members[some]),
            "names": _name_array([names[place] for place in some]),
            "accounts": _index_array([indexes[place] for place in some]),
            "by": by,
        }
        for some in spans
    )
    return {row[0]: Known(*row) for row in fetched_together(session, _OTHERWISE, asked)}


def _same_names(
    members: _Numbers, names: Sequence[str], sent: bytes | None, joined: str | None
) -> _Flags:
    known = [] if joined is None else joined.split(_BETWEEN)[::-1]
    ids = _numbers(sent)[::-1]
    if len(known) != len(ids):
        return np.zeros(len(members), np.bool_)
    there, at = _found(members, ids)
    same: _Flags = np.array([*known, None], object)[at] == np.array(names, object)
    return there & same


def _same_accounts(
    members: _Numbers,
    indexes: Sequence[bytes | None],
    by: int,
    sent: bytes | None,
    joined: bytes | None,
    recorders: bytes | None,
) -> _Flags:
    """Where no account is told, nothing else is told of it."""
    given = np.array([index is not None for index in indexes], np.bool_)
    ids, known = _numbers(sent)[::-1], joined or b""
    if len(known) != len(ids) * INDEX_BYTES:
        return ~given
    there, at = _found(members, ids)
    missing = bytes(INDEX_BYTES)
    told = _words(b"".join(index or missing for index in indexes))
    same: _Flags = (_words(missing + known)[::-1][at] == told).all(axis=1)
    same &= np.append(_numbers(recorders)[::-1], _NOBODY)[at] == by
    return np.logical_or(~given, there & same)


def _found(members: _Numbers, ids: _Numbers) -> tuple[_Flags, _Numbers]:
    """Whether each member is among ascending `ids`, and where; one place behind them otherwise."""
    at = np.searchsorted(ids, members)
    there = np.append(ids, _NOBODY)[at] == members
    return there, np.where(there, at, len(ids))


def _numbers(sent: bytes | None) -> _Numbers:
    return np.empty(0, np.int64) if sent is None else numbers_sent(sent)


def _words(values: bytes) -> NDArray[np.uint64]:
    """Blind indexes, shape (n, 2)."""
    return np.frombuffer(values, np.uint64).reshape(-1, INDEX_BYTES // 8)


def _name_array(names: Sequence[str]) -> str:
    """Names as an array literal; what must be escaped in one is looked for in all at once."""
    joined = "".join(names)
    if "\\" in joined or '"' in joined:
        names = [name.replace("\\", r"\\").replace('"', r"\"") for name in names]
    return '{"' + '","'.join(names) + '"}' if names else "{}"


def _index_array(indexes: Sequence[bytes | None]) -> str | bytes:
    """Blind indexes as an array."""
    if not indexes or None in indexes:
        return array(f'"\\\\x{x.hex()}"' if x else "NULL" for x in indexes)
    return value_array(indexes)  # type: ignore[arg-type]
