"""Where a notice goes: the phone of its member, of its unit's contact, of its account's person."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import array, copy_in, fetched
from app.secrets import vault

PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
_BETWEEN: Final = re.compile(r"[\s\-()]")
_COUNTRY: Final = re.compile(r"^(\+?86|0086)")

_OF_MEMBERS: LiteralString = """
SELECT asked.id, p.seq, p.phone_cipher FROM unnest(%(members)s::bigint[]) asked (id)
CROSS JOIN LATERAL (SELECT seq, phone_cipher FROM member_phone
                    WHERE member_id = asked.id ORDER BY seq DESC LIMIT 1) p
"""
_OF_UNIT: Final = text(
    """
    SELECT c.unit_id, c.seq, c.phone_cipher FROM unit_now u
    JOIN unit_contact c ON c.unit_id = u.stands_id
    WHERE u.id = :unit ORDER BY c.seq DESC LIMIT 1
    """
)


def mobile(typed: str) -> str | None:
    """A mobile number as it is kept, of what a person or a file wrote; None where it is none."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).removeprefix("'")
    plain = _COUNTRY.sub("", plain)
    return plain if PHONE.fullmatch(plain) else None


def phone_of(
    session: Session, *, unit_id: int | None, member_id: int | None, account_id: int | None
) -> str | None:
    """The phone, or None where none is known."""
    if unit_id is not None:
        return unit_phone(session, unit_id)
    if account_id is not None:
        who = text("SELECT member_id FROM account WHERE id = :id")
        member_id = session.scalar(who, {"id": account_id})
    return None if member_id is None else member_phones(session, [member_id]).get(member_id)


def unit_phone(session: Session, unit_id: int) -> str | None:
    """The phone of a unit's contact. One that has gone into another is told through that one's."""
    found = session.execute(_OF_UNIT, {"unit": unit_id}).one_or_none()
    if found is None:
        return None
    stands_id, seq, sealed = found
    return vault().open(bytes(sealed), "unit_contact", stands_id, seq)


def member_phones(session: Session, member_ids: list[int]) -> dict[int, str]:
    """The phone of each member who has one."""
    rows = fetched(session, _OF_MEMBERS, {"members": array(member_ids)})
    return {who: vault().open(bytes(sealed), "member_phone", who, n) for who, n, sealed in rows}


def set_phones(session: Session, phones: Mapping[int, str], *, by: int | None) -> list[int]:
    """Write the phones that are new or another than was known; whose they are."""
    known = member_phones(session, list(phones))
    new = {who: phone for who, phone in phones.items() if known.get(who) != phone}
    if not new:
        return []
    last = text(
        "SELECT member_id, max(seq) FROM member_phone WHERE member_id = ANY(:ids) GROUP BY 1"
    )
    seqs: dict[int, int] = dict(map(tuple, session.execute(last, {"ids": list(new)})))
    keys, plain = [(who, seqs.get(who, 0) + 1) for who in new], list(new.values())
    sealed = vault().seal_all(plain, "member_phone", keys)
    found_by = vault().indexes("phone", plain)
    rows = [
        (*key, cipher, index, phone[-4:], by)
        for key, cipher, index, phone in zip(keys, sealed, found_by, plain, strict=True)
    ]
    columns = ("member_id", "seq", "phone_cipher", "phone_index", "tail", "recorded_by")
    copy_in(session, "member_phone", columns, rows)
    return list(new)
