"""Find members by the blind index of their ID, and write new ones and what changed about them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import LiteralString, NamedTuple

from pypinyin import Style, lazy_pinyin
from sqlalchemy.orm import Session

from app.db import array, copy_in, fetched, numbers
from app.roster.identity import masked_certno
from app.secrets import vault

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


def certno_index(certno: str) -> bytes:
    """The blind index of a normalised ID."""
    return vault().index("certno", certno)


def members_by_index(session: Session, indexes: Iterable[bytes]) -> dict[bytes, int]:
    """Which of these IDs are members'."""
    asked = list(indexes)
    found: dict[bytes, int] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = array(f'"\\\\x{index.hex()}"' for index in asked[start : start + _AT_ONCE])
        found.update(fetched(session, _BY_INDEX, {"indexes": some}))
    return found


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
    ids = numbers(session, "member_id_seq", len(certnos))
    copy_in(
        session,
        "member",
        ("id", "certno_cipher", "certno_index"),
        (
            (member_id, vault().seal(certno, "member", member_id), certno_index(certno))
            for member_id, certno in zip(ids, certnos, strict=True)
        ),
    )
    return dict(zip(certnos, ids, strict=True))


def set_names(
    session: Session, names: Mapping[int, str], seqs: Mapping[int, int], *, by: int | None
) -> None:
    """Write what members are called from now on; `seqs` has the number last used, if any."""
    copy_in(
        session,
        "member_name",
        ("member_id", "seq", "name", "sort_key", "recorded_by"),
        ((m, seqs.get(m, 0) + 1, name, sort_key(name), by) for m, name in names.items()),
    )


def set_accounts(
    session: Session, accounts: Mapping[int, str], seqs: Mapping[int, int], *, by: int | None
) -> None:
    """Write where members are paid from now on."""
    rows = []
    for member_id, account in accounts.items():
        seq = seqs.get(member_id, 0) + 1
        cipher = vault().seal(account, "bank_account", member_id, seq)
        index = vault().index("account", account)
        rows.append((member_id, seq, cipher, index, account[-4:], by))
    columns = ("member_id", "seq", "account_cipher", "account_index", "tail", "recorded_by")
    copy_in(session, "bank_account", columns, rows)


@lru_cache(maxsize=100_000)
def sort_key(name: str) -> str:
    """Pinyin to sort a name by. Kept, for people of one name are many."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True))
