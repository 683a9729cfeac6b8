"""Find members by the blind index of their ID, and write new ones and what changed about them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.arrays import number_array, value_array
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
from app.secrets import vault

ACCOUNTS: Final = "members' accounts"
"""Who compares many with what is known, and writes, has this turn; a member who gives a card does
so beside others: the number after the last is drawn by one of them at a time."""

_AT_ONCE = 5_000

_BY_INDEX: LiteralString = (
    "SELECT certno_index, id FROM member WHERE certno_index = ANY(%(indexes)s::bytea[])"
)
# And numbers for the others, drawn while we make the next: the last row has their first and last.
_OR_NUMBERS: LiteralString = """
WITH known AS MATERIALIZED (
    SELECT certno_index, id FROM member WHERE certno_index = ANY(%(indexes)s::bytea[]))
SELECT certno_index, id, 0::bigint FROM known
UNION ALL
SELECT NULL, CASE WHEN max(n) - min(n) < count(*) THEN min(n) END, max(n)
FROM (SELECT nextval('member_id_seq') AS n
      FROM generate_series(1, %(asked)s - (SELECT count(*) FROM known))) drawn
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
# Whom a file tells nothing new of are left out here: of a roster, nearly all.
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
_CERTNOS: LiteralString = (
    "SELECT id, certno_cipher FROM member WHERE id = ANY(%(members)s::bigint[])"
)


class Found(NamedTuple):
    """What is known of IDs: the blind index of each, which are members', and numbers to give.

    `numbers` are ascending and nobody else's. They are as many as there are others among the IDs,
    or fewer, where somebody drew between: then more are drawn when they are given (`numbered`).
    """

    indexes: list[bytes]
    ids: dict[bytes, int]
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
    some = (asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE))
    return _by_index(session, some)


def find_members(session: Session, certnos: Sequence[str]) -> Found:
    """Look IDs up that are each told once; some are looked up while the next are made."""
    indexes: list[bytes] = []

    def made() -> Iterator[dict[str, object]]:
        for at in range(0, len(certnos), _AT_ONCE):
            some = certno_indexes(certnos[at : at + _AT_ONCE])
            indexes.extend(some)
            yield {"indexes": _index_array(some), "asked": len(some)}

    ids: dict[bytes, int] = {}
    drawn: list[int] = []
    for index, first, last in fetched_together(session, _OR_NUMBERS, made()):
        if index is not None:
            ids[index] = first
        elif first is not None:
            drawn.extend(range(first, last + 1))
    return Found(indexes, ids, drawn)


def numbered(session: Session, drawn: Sequence[int], count: int) -> Sequence[int]:
    """`count` members' numbers: those that were drawn, if they are enough."""
    return drawn[:count] if len(drawn) >= count else numbers(session, "member_id_seq", count)


def _by_index(session: Session, indexes: Iterable[Sequence[bytes]]) -> dict[bytes, int]:
    arrays = map(_index_array, indexes)
    return dict(fetched_together(session, _BY_INDEX, ({"indexes": each} for each in arrays)))


def known(session: Session, member_ids: Sequence[int]) -> dict[int, Known]:
    """Name and account of each member, as of today."""
    rows = fetched(session, _KNOWN, {"members": array(member_ids)})
    return {row[0]: Known(*row) for row in rows}


def known_otherwise(
    session: Session,
    member_ids: Sequence[int],
    names: Sequence[str],
    accounts: Sequence[str | None],
    *,
    by: int,
) -> dict[int, Known]:
    """What is known of those whose name or account is not the one told of here.

    Also of those whose account is the same, but recorded by another than `by`.
    """

    def asked(some: slice) -> dict[str, object]:
        told = accounts[some]
        indexes = iter(account_indexes(filter(None, told)))
        return {
            "members": number_array(member_ids[some]),
            "names": _name_array(names[some]),
            "accounts": _index_array([next(indexes) if x else None for x in told]),
            "by": by,
        }

    starts = range(0, len(member_ids), _AT_ONCE)
    each = (asked(slice(at, at + _AT_ONCE)) for at in starts)
    return {row[0]: Known(*row) for row in fetched_together(session, _OTHERWISE, each)}


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

    return copy_of(Member, ("id", "certno_cipher", "certno_index"), count, made)


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

    return copy_of(MemberName, ("member_id", "seq", "name", "recorded_by"), count, made)


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
    return copy_of(BankAccount, columns, count, made)


def account_indexes(accounts: Iterable[str]) -> list[bytes]:
    """The blind indexes of bank accounts."""
    return vault().indexes("account", accounts)


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
