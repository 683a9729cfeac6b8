"""Find members by the blind index of their ID, and write new ones and what changed about them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.db import array, copy_columns, copy_made, fetched, fetched_together, numbers
from app.roster.identity import masked_certno
from app.roster.make_findable import make_findable
from app.secrets import INDEX_BYTES, vault

ACCOUNTS: Final = "members' accounts"
"""Who compares many with what is known, and writes, has this turn; a member who gives a card does
so beside others: the number after the last is drawn by one of them at a time."""

_AT_ONCE = 20_000

_BY_INDEX: LiteralString = (
    "SELECT certno_index, id FROM member WHERE certno_index = ANY(%(indexes)s::bytea[])"
)

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
    arrays = map(_index_array, some)
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
            "members": array(member_ids[some]),
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


def add_members(
    session: Session, certnos: Sequence[str], indexes: Sequence[bytes] | None = None
) -> dict[str, int]:
    """Write new members; returns their numbers by ID. Names are written by `set_names`.

    `indexes`: of their IDs, where the caller has them.
    """
    ids = numbers(session, "member_id_seq", len(certnos))
    found = certno_indexes(certnos) if indexes is None else indexes

    def made(some: slice) -> list[Sequence[object]]:
        sealed = vault().seal_all(certnos[some], "member", [(x,) for x in ids[some]])
        return [ids[some], sealed, found[some]]

    copy_made(session, "member", ("id", "certno_cipher", "certno_index"), len(ids), made)
    return dict(zip(certnos, ids, strict=True))


def set_names(
    session: Session, names: Mapping[int, str], seqs: Mapping[int, int], *, by: int | None
) -> None:
    """Write what members are called from now on; `seqs` has the number last used, if any."""
    numbered = [seqs.get(who, 0) + 1 for who in names]
    columns: dict[str, Sequence[object]] = {
        "member_id": [*names],
        "seq": numbered,
        "name": [*names.values()],
        "recorded_by": [by] * len(names),
    }
    copy_columns(session, "member_name", columns)
    make_findable(session, [*zip(names, numbered, names.values(), strict=True)])


def set_accounts(
    session: Session,
    accounts: Mapping[int, str],
    seqs: Mapping[int, int],
    *,
    by: int | None,
    indexes: Mapping[int, bytes] | None = None,
) -> None:
    """Write where members are paid from now on; `indexes`: of them, where the caller has them."""
    members, written = [*accounts], [*accounts.values()]

    def made(some: slice) -> list[Sequence[object]]:
        whose, theirs = members[some], written[some]
        numbered = [seqs.get(who, 0) + 1 for who in whose]
        rows = [*zip(whose, numbered, strict=True)]
        sealed = vault().seal_all(theirs, "bank_account", rows)
        found = account_indexes(theirs) if indexes is None else [indexes[who] for who in whose]
        tails = [account[-4:] for account in theirs]
        return [whose, numbered, sealed, found, tails, [by] * len(whose)]

    columns = ("member_id", "seq", "account_cipher", "account_index", "tail", "recorded_by")
    copy_made(session, "bank_account", columns, len(members), made)


def account_indexes(accounts: Iterable[str]) -> list[bytes]:
    """The blind indexes of bank accounts."""
    return vault().indexes("account", accounts)


def _name_array(names: Sequence[str]) -> str:
    """Names as an array literal; what must be escaped in one is looked for in all at once."""
    joined = "".join(names)
    if "\\" in joined or '"' in joined:
        names = [name.replace("\\", r"\\").replace('"', r"\"") for name in names]
    return '{"' + '","'.join(names) + '"}' if names else "{}"


def _index_array(indexes: Sequence[bytes | None]) -> str:
    """Blind indexes as an array literal; where none is missing, their digits are made at once."""
    if not indexes or None in indexes:
        return array(f'"\\\\x{x.hex()}"' if x else "NULL" for x in indexes)
    digits = b"".join(indexes).hex(",", INDEX_BYTES)  # type: ignore[arg-type]
    return '{"\\\\x' + digits.replace(",", '","\\\\x') + '"}'
