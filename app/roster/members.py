"""Find members by the blind index of their ID, and write new ones and what changed about them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, LiteralString, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.arrays import numbers_at, numbers_sent, value_set, values_sent
from app.copies import Block, Copy, copy_of
from app.db import (
    array,
    copy_all,
    fetched,
    fetched_together,
    numbers,
)
from app.roster.identity import masked_certno
from app.roster.make_findable import make_findable
from app.roster.models import BankAccount, Member, MemberName
from app.secrets import INDEX_BYTES, vault

ACCOUNTS: Final = "members' accounts"
"""Who compares many with what is known, and writes, has this turn; a member who gives a card does
so beside others: the number after the last is drawn by one of them at a time."""

_AT_ONCE = 5_000
_LOOKED_UP_AT_ONCE = 20_000
"""IDs after the first few: the more of them, the more lie in one page of the index."""

_BY_INDEX: LiteralString = """
SELECT string_agg(certno_index, ''), array_send(array_agg(id))
FROM member WHERE certno_index = ANY(%(indexes)s::bytea[])
"""
# And numbers for the others, drawn while we make the next.
_OR_NUMBERS: LiteralString = """
WITH known AS MATERIALIZED (
    SELECT certno_index, id FROM member WHERE certno_index = ANY(%(indexes)s::bytea[])
), told AS (
    SELECT string_agg(certno_index, '') AS indexes, array_send(array_agg(id)) AS ids FROM known
), drawn AS (
    SELECT min(n) AS first, max(n) AS last, count(*) AS numbers
    FROM (SELECT nextval('member_id_seq') AS n
          FROM generate_series(1, %(asked)s - (SELECT count(*) FROM known))) each
)
SELECT indexes, ids, CASE WHEN last - first < numbers THEN first END, last FROM told, drawn
"""

# Row by row through the keys: no other plan is good for a roster, however large the tables are.
_KNOWN: LiteralString = """
SELECT asked.id, n.name, n.seq, coalesce(a.account_index, ''), coalesce(a.seq, 0),
       a.recorded_by
FROM unnest(%(members)s::bigint[]) asked (id)
CROSS JOIN LATERAL (SELECT name, seq FROM member_name
                    WHERE member_id = asked.id ORDER BY seq DESC LIMIT 1) n
LEFT JOIN LATERAL (SELECT account_index, seq, recorded_by FROM bank_account
                   WHERE member_id = asked.id ORDER BY seq DESC LIMIT 1) a ON true
"""
_CERTNOS: LiteralString = (
    "SELECT id, certno_cipher FROM member WHERE id = ANY(%(members)s::bigint[])"
)


class Found(NamedTuple):
    """What is known of IDs: the blind index of each, the member of each, and numbers to give.

    `numbers` are ascending and nobody else's. They are as many as there are others among the IDs,
    or fewer, where somebody drew between: then more are drawn when they are given (`numbered`).
    """

    indexes: list[bytes]
    members: NDArray[np.int64]
    """0 where nobody is known."""
    numbers: list[int]


class Known(NamedTuple):
    """What is known of a member today. `account_index` is empty where no account is known."""

    member_id: int
    name: str
    name_seq: int
    account_index: bytes
    account_seq: int
    account_by: int | None
    """The account of who recorded it last."""
    confirmed: bool = False
    """The member has said that it is the own card; not asked for where only names are wanted."""


def certno_index(certno: str) -> bytes:
    """The blind index of a normalised ID."""
    return vault().index("certno", certno)


def certno_indexes(certnos: Iterable[str]) -> list[bytes]:
    """The same for many."""
    return vault().indexes("certno", certnos)


def members_by_index(session: Session, indexes: Iterable[bytes]) -> dict[bytes, int]:
    """Which of these IDs are members'."""
    asked = list(indexes)
    each = ({"indexes": value_set(asked[some])} for some in _looked_up(len(asked)))
    ids: dict[bytes, int] = {}
    for row in fetched_together(session, _BY_INDEX, each):
        ids |= _ids(*row)
    return ids


def find_members(
    session: Session,
    certnos: Sequence[str],
    meanwhile: Callable[[Sequence[bytes]], None] = lambda indexes: None,
) -> Found:
    """Look IDs up that are each told once; some are looked up while the next are made.

    `meanwhile` is done with the blind index of each while the server looks the last ones up.
    """
    indexes: list[bytes] = []

    def made() -> Iterator[dict[str, object]]:
        for at in _looked_up(len(certnos)):
            some = certno_indexes(certnos[at])
            indexes.extend(some)
            yield {"indexes": value_set(some), "asked": len(some)}
        meanwhile(indexes)

    members = np.zeros(len(certnos), np.int64)
    drawn: list[int] = []
    told = fetched_together(session, _OR_NUMBERS, made())
    for at, (known, ids, first, last) in zip(_looked_up(len(certnos)), told, strict=True):
        if known:
            members[at] = numbers_at(indexes[at], known, numbers_sent(ids))
        if first is not None:
            drawn.extend(range(first, last + 1))
    return Found(indexes, members, drawn)


def _looked_up(count: int) -> Iterator[slice]:
    """What is looked up at once; little at first, so that the server begins."""
    starts = (0, *range(_AT_ONCE, count, _LOOKED_UP_AT_ONCE))
    return (slice(at, end) for at, end in pairwise((*starts, count)) if at < end)


def _ids(indexes: bytes | None, ids: bytes) -> dict[bytes, int]:
    if not indexes:
        return {}
    return dict(zip(values_sent(indexes, INDEX_BYTES), numbers_sent(ids).tolist(), strict=True))


def numbered(session: Session, drawn: Sequence[int], count: int) -> Sequence[int]:
    """`count` members' numbers: those that were drawn, if they are enough."""
    return drawn[:count] if len(drawn) >= count else numbers(session, "member_id_seq", count)


def known(session: Session, member_ids: Sequence[int]) -> dict[int, Known]:
    """Name and account of each member, as of today."""
    rows = fetched(session, _KNOWN, {"members": array(member_ids)})
    return {row[0]: Known(*row) for row in rows}


def masked(session: Session, member_ids: Sequence[int]) -> dict[int, str]:
    """The ID of each member, as it is shown."""
    rows = fetched(session, _CERTNOS, {"members": array(member_ids)})
    return {who: masked_certno(vault().open(bytes(x), "member", who)) for who, x in rows}


def add_members(session: Session, certnos: Sequence[str]) -> dict[str, int]:
    """Write new members; returns their numbers by ID. Names are written by `set_names`."""
    ids, indexes = numbers(session, "member_id_seq", len(certnos)), certno_indexes(certnos)
    told = copy_of_members(len(ids), lambda some: (ids[some], certnos[some], indexes[some]))
    copy_all(session, [told])
    return dict(zip(certnos, ids, strict=True))


def copy_of_members(
    count: int,
    some: Callable[[slice], tuple[Sequence[int], Sequence[str], Sequence[bytes]]],
) -> Copy:
    """New members: numbers that were drawn for them, their IDs and the blind indexes of those."""

    def made(at: slice) -> Block:
        ids, certnos, indexes = some(at)
        return [ids, vault().seal_all(certnos, "member", [(who,) for who in ids]), indexes]

    return copy_of(Member, ("id", "certno_cipher", "certno_index"), count, made, ordered=True)


def set_names(
    session: Session, names: Mapping[int, str], seqs: Mapping[int, int], *, by: int | None
) -> None:
    """Write what members are called from now on; `seqs` has the number last used, if any."""
    copy_all(session, [copy_of_names(len(names), some_of(names), seqs, by=by)])
    make_findable(session, [*names], lambda: named(names, seqs))


def copy_of_names(
    count: int,
    some: Callable[[slice], tuple[Sequence[int], Sequence[str]]],
    seqs: Mapping[int, int],
    *,
    by: int | None,
) -> Copy:
    """What members are called from now on. To be found by it: `make_findable`, afterwards."""

    def made(at: slice) -> Block:
        members, names = some(at)
        return [members, _numbered(members, seqs), names, [by] * len(members)]

    columns = ("member_id", "seq", "name", "recorded_by")
    return copy_of(MemberName, columns, count, made, ordered=True)


def some_of(told: Mapping[int, str]) -> Callable[[slice], tuple[Sequence[int], Sequence[str]]]:
    """What is told of members, some at a time."""
    members, texts = [*told], [*told.values()]
    return lambda at: (members[at], texts[at])


def named(names: Mapping[int, str], seqs: Mapping[int, int]) -> list[tuple[int, int, str]]:
    """Names with the numbers they are written under: (member, seq, name)."""
    return [(who, seqs.get(who, 0) + 1, name) for who, name in names.items()]


def _numbered(members: Sequence[int], seqs: Mapping[int, int]) -> list[int]:
    """The number after the last of each."""
    return [seqs.get(who, 0) + 1 for who in members] if seqs else [1] * len(members)


def set_accounts(
    session: Session, accounts: Mapping[int, str], seqs: Mapping[int, int], *, by: int | None
) -> None:
    """Write where members are paid from now on."""
    copy_all(session, [copy_of_accounts(len(accounts), some_of(accounts), seqs, by=by)])


def copy_of_accounts(
    count: int,
    some: Callable[[slice], tuple[Sequence[int], Sequence[str]]],
    seqs: Mapping[int, int],
    *,
    by: int | None,
) -> Copy:
    """Where members are paid from now on."""

    def made(at: slice) -> Block:
        members, accounts = some(at)
        numbered = _numbered(members, seqs)
        rows = [*zip(members, numbered, strict=True)]
        sealed = vault().seal_all(accounts, "bank_account", rows)
        tails = [account[-4:] for account in accounts]
        return [members, numbered, sealed, account_indexes(accounts), tails, [by] * len(members)]

    columns = ("member_id", "seq", "account_cipher", "account_index", "tail", "recorded_by")
    return copy_of(BankAccount, columns, count, made, ordered=True)


def account_indexes(accounts: Iterable[str]) -> list[bytes]:
    """The blind indexes of bank accounts."""
    return vault().indexes("account", accounts)


def indexes_of_each(accounts: Sequence[str | None]) -> list[bytes | None]:
    """The same, None where there is no account."""
    if all(accounts):
        return [*account_indexes(accounts)]  # type: ignore[arg-type]
    indexes = iter(account_indexes(filter(None, accounts)))
    return [next(indexes) if account else None for account in accounts]
