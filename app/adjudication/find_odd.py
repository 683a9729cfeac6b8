"""Which of many bills were undone or decided by people: the few there are read once, in a range.

A look a bill, at what nearly no bill has, took as long as finding the bill. Where the range has
more than a share of the bills, each bill is looked up all the same.
"""

from collections.abc import Mapping
from typing import Any, Final, LiteralString

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.arrays import number_array
from app.benefits.columns import Flag, Whole
from app.copytext import ARRAYS
from app.db import cursor

_SHARE: Final = 4
"""Rows of a range are read in so many times less than bills are looked up."""

_UNDONE: LiteralString = """
SELECT undone_setl_id FROM refund WHERE undone_setl_id BETWEEN %(first)s AND %(last)s
ORDER BY undone_setl_id LIMIT %(most)s
"""
_UNDONE_OF: LiteralString = """
SELECT asked.setl_id FROM unnest(%(setl_ids)s::text[]) asked (setl_id)
WHERE EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = asked.setl_id OFFSET 0)
"""
_DECIDED: LiteralString = """
SELECT claim_id FROM held_decision WHERE member_id BETWEEN %(first)s AND %(last)s
ORDER BY member_id LIMIT %(most)s
"""
_DECIDED_OF: LiteralString = """
SELECT asked.claim_id
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) asked (member_id, claim_id)
WHERE EXISTS (SELECT FROM held_decision h
              WHERE h.member_id = asked.member_id AND h.claim_id = asked.claim_id OFFSET 0)
"""


def undone(session: Session, setl_id: NDArray[np.bytes_]) -> Flag:
    """Of each bill, by its number: whether there is a refund of it."""
    if not len(setl_id):
        return np.zeros(0, np.bool_)
    most, numbers = len(setl_id) // _SHARE + 1, setl_id.tolist()
    asked = {"first": min(numbers).decode(), "last": max(numbers).decode(), "most": most}
    found = _values(session, _UNDONE, asked)
    if len(found) == most:
        told = ARRAYS[str]([number.decode() for number in numbers])
        found = _values(session, _UNDONE_OF, {"setl_ids": told})
    return np.isin(setl_id, np.array([x.encode() for x in found], np.bytes_))


def decided(session: Session, member: Whole, claim: Whole) -> Flag:
    """Of each claim: whether people decided about it."""
    if not len(claim):
        return np.zeros(0, np.bool_)
    most = len(claim) // _SHARE + 1
    asked = {"first": int(member.min()), "last": int(member.max()), "most": most}
    found = _values(session, _DECIDED, asked)
    if len(found) == most:
        asked_of = {"members": number_array(member), "claims": number_array(claim)}
        found = _values(session, _DECIDED_OF, asked_of)
    return np.isin(claim, np.array(found, np.int64))


def _values(session: Session, query: LiteralString, asked: Mapping[str, object]) -> list[Any]:
    with cursor(session) as cur:
        # A plan made while nothing is in the table would go through all that comes into it later.
        cur.execute("SET LOCAL enable_seqscan = off")
        found = [value for (value,) in cur.execute(query, asked, binary=True).fetchall()]
        cur.execute("SET LOCAL enable_seqscan = on")
    return found
