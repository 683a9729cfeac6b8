"""Who a claim is of, for an officer: name, masked ID, where enrolled; and who moved the claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.roster.identity import masked_certno
from app.secrets import vault
from app.together import Question
from app.web.read.scope import MEMBER, Scope

_PERSON: Final = """
    SELECT m.id, m.certno_cipher,
           (SELECT name FROM member_name n WHERE n.member_id = m.id ORDER BY seq DESC LIMIT 1),
           (SELECT coalesce(u.name, g.name) FROM roster_line l
            JOIN roster r ON r.id = l.roster_id
            LEFT JOIN unit_now u ON u.id = unit_of_line(l.member_id, l.roster_id, r.unit_id)
            LEFT JOIN campaign g ON g.id = r.campaign_id
            WHERE l.member_id = m.id ORDER BY r.benefit_year DESC, r.id DESC LIMIT 1)
    FROM member m"""
_NAMES: Final = text(
    f"""
    SELECT c.member_id,
           (SELECT name FROM member_name n
            WHERE n.member_id = c.member_id ORDER BY seq DESC LIMIT 1)
    FROM (SELECT id AS member_id FROM member WHERE id = ANY(CAST(:members AS bigint[]))) c
    WHERE {MEMBER}
    """  # noqa: S608 - put together from constants
)
_COVERS: Final = text(
    """
    SELECT v.id FROM cover v JOIN roster r ON r.id = v.roster_id
    LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE v.member_id = :member
          AND (:whole OR coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[])))
    """
)
_MOVES: Final = """
    SELECT v.state, v.recorded_at, a.name FROM claim_move v
    LEFT JOIN account a ON a.id = v.by
    WHERE v.member_id = :member AND v.claim_id = :claim ORDER BY v.seq DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A member as an officer sees one; the ID is masked before it leaves here."""

    name: str
    masked_id: str
    unit: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of a claim; `by` is empty where a machine moved it by the rules."""

    state: State
    at: datetime
    by: str | None


def person(session: Session, member_id: int) -> Person:
    """The member."""
    return people(session, [member_id])[member_id]


def people(session: Session, member_ids: Iterable[int]) -> dict[int, Person]:
    """These members."""
    return dict(_PEOPLE.all(session, members=list(member_ids)))


def _person(
    member_id: int, cipher: bytes, name: str | None, unit: str | None
) -> tuple[int, Person]:
    certno = vault().open(cipher, "member", member_id)
    return member_id, Person(name or "", masked_certno(certno), unit or "")


_PEOPLE: Final = Question(f"{_PERSON} WHERE m.id = ANY(CAST(:members AS bigint[]))", _person)
PERSON: Final = Question(f"{_PERSON} WHERE m.id = :member", lambda *row: _person(*row)[1])


def names_seen(session: Session, member_ids: Iterable[int], scope: Scope) -> dict[int, str]:
    """Of these members, those in the scope, with their names."""
    asked = {**scope.asked, "members": list(member_ids)}
    return {who: name or "" for who, name in session.execute(_NAMES, asked)}


def covers_seen(session: Session, member_id: int, scope: Scope) -> set[int]:
    """The member's covers from units and campaigns in the scope."""
    return set(session.scalars(_COVERS, {**scope.asked, "member": member_id}))


def moves(session: Session, member_id: int, claim_id: int) -> list[Moved]:
    """The claim's moves, the last one first."""
    return MOVES.all(session, member=member_id, claim=claim_id)


MOVES: Final = Question(_MOVES, lambda state, at, by: Moved(State(state), at, by))
