"""Find members by the blind index of their ID, and write new ones and what changed about them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.db import any_of, copy_in, numbers
from app.roster.models import BankAccount, Member, MemberName
from app.secrets import vault


class Known(NamedTuple):
    """What is known of a member today. `account_index` is empty where no account is known."""

    member_id: int
    name: str
    name_seq: int
    account_index: bytes
    account_seq: int


def certno_index(certno: str) -> bytes:
    """The blind index of a normalised ID."""
    return vault().index("certno", certno)


def members_by_index(session: Session, indexes: Iterable[bytes]) -> dict[bytes, int]:
    """Which of these IDs are members'."""
    asked = list(indexes)
    found: dict[bytes, int] = {}
    for start in range(0, len(asked), 20_000):
        rows = session.execute(
            select(Member.certno_index, Member.id).where(
                Member.certno_index == any_of(asked[start : start + 20_000])
            )
        )
        found.update((bytes(index), member_id) for index, member_id in rows)
    return found


def known(session: Session, member_ids: Sequence[int]) -> dict[int, Known]:
    """Name and account of each member, as of today."""
    latest_name = (
        select(MemberName.member_id, MemberName.name, MemberName.seq)
        .where(MemberName.member_id == any_of(member_ids))
        .ext(distinct_on(MemberName.member_id))
        .order_by(MemberName.member_id, MemberName.seq.desc())
        .subquery()
    )
    latest_account = (
        select(BankAccount.member_id, BankAccount.account_index, BankAccount.seq)
        .where(BankAccount.member_id == any_of(member_ids))
        .ext(distinct_on(BankAccount.member_id))
        .order_by(BankAccount.member_id, BankAccount.seq.desc())
        .subquery()
    )
    rows = session.execute(
        select(latest_name, latest_account.c.account_index, latest_account.c.seq).outerjoin(
            latest_account, latest_account.c.member_id == latest_name.c.member_id
        )
    )
    return {
        member_id: Known(member_id, name, name_seq, bytes(account or b""), account_seq or 0)
        for member_id, name, name_seq, account, account_seq in rows
    }


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


def sort_key(name: str) -> str:
    """Pinyin to sort a name by."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True))
