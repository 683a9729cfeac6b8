"""What a search finds in the scope: people, claims, units, payments. The ID is masked here.

Each is read by an index of its own, a page at most, so that a search over all members there are
costs what one over a few does. The scope is asked of each person as it comes: few are found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.contributions.reference import references_in
from app.lists.wanted import BETWEEN, Kind, Wanted, initials_of, pattern_of, range_of, signs_of
from app.payments.send import batch_number
from app.roster.identity import masked_certno
from app.roster.members import certno_index
from app.roster.pinyin import readings
from app.roster.tail import tail_indexes
from app.secrets import vault
from app.web.paging import Page
from app.web.read.scope import MEMBER, OF_SEEN, SEEN, UNIT, Scope, among

SHOWN: Final = 50
_FEW: Final = 10
_SHORTEST: Final = 2
_LONGEST: Final = 18
"""Digits of a claim's own number, which pages show."""

_AFTER: Final = """(:after = 0 OR (c.sort_key COLLATE "C", c.member_id, c.seq) > (
    SELECT x.sort_key COLLATE "C", x.member_id, x.seq FROM searchable_name x
    WHERE x.member_id = :after AND x.seq = :seq))"""
_IN_ORDER: Final = 'ORDER BY c.sort_key COLLATE "C", c.member_id, c.seq LIMIT :size'
_BY_INITIALS: Final = 'pinyin_initials(c.sort_key) COLLATE "C"'
_LISTED: Final = f"SELECT c.member_id, c.seq, c.sort_key FROM searchable_name c WHERE {_AFTER}"  # noqa: S608
_PINYIN: Final = f"""
    (SELECT c.member_id, c.seq, c.sort_key FROM searchable_name c
     WHERE c.sort_key COLLATE "C" >= :low AND c.sort_key COLLATE "C" < :high
           AND c.sort_key ~ :pattern AND {_AFTER} AND {{among}} {_IN_ORDER})
    UNION
    (SELECT c.member_id, c.seq, c.sort_key
     FROM unnest(CAST(:lows AS text[]), CAST(:highs AS text[])) i (low, high)
     CROSS JOIN LATERAL (SELECT * FROM searchable_name c
                         WHERE {_BY_INITIALS} >= i.low AND {_BY_INITIALS} < i.high OFFSET 0) c
     WHERE c.sort_key ~ :pattern AND {_AFTER} AND {{among}} {_IN_ORDER})
"""  # noqa: S608 - put together from constants
# A sign alone is a surname: 50,000 people may have it, so they are read in their order.
_SIGN: Final = f"""
    SELECT c.* FROM unnest(CAST(:lows AS text[]), CAST(:highs AS text[])) i (low, high)
    CROSS JOIN LATERAL ({_LISTED} AND starts_with(c.name, :words)
                        AND c.sort_key COLLATE "C" >= i.low AND c.sort_key COLLATE "C" < i.high
                        AND {{among}} {_IN_ORDER}) c
"""  # noqa: S608
_NAMED: Final = f"""
    {_LISTED} AND string_to_array(c.name, NULL) @> string_to_array(:words, NULL)
    AND strpos(translate(c.name, '{BETWEEN}', ''), :words) > 0 AND {{among}} {_IN_ORDER}
"""
_TAIL: Final = f"""
    {_LISTED} AND c.tail_index = :index AND {{among}} {_IN_ORDER}
"""
# One person, who is found so before the other ways to find have been written.
_CERTNO: Final = """
    SELECT c.member_id, c.seq, '' AS sort_key FROM member_name c
    WHERE c.member_id = (SELECT m.id FROM member m WHERE m.certno_index = :index) AND {among}
    ORDER BY c.seq LIMIT :size
"""
_HOW: Final = {
    Kind.PINYIN: _PINYIN,
    Kind.SURNAME: _SIGN,
    Kind.NAME: _NAMED,
    Kind.TAIL: _TAIL,
    Kind.CERTNO: _CERTNO,
}
_PEOPLE: Final = {
    kind: f"""
        WITH {SEEN}, found AS MATERIALIZED ({how})
        SELECT c.member_id, c.seq, n.name, m.certno_cipher, e.name
        FROM (SELECT * FROM found c {_IN_ORDER}) c JOIN member m ON m.id = c.member_id
        CROSS JOIN LATERAL (SELECT x.name FROM member_name x WHERE x.member_id = c.member_id
                            ORDER BY x.seq DESC LIMIT 1) n
        LEFT JOIN LATERAL (
            SELECT coalesce(u.name, g.name) AS name FROM cover v JOIN roster r ON r.id = v.roster_id
            LEFT JOIN unit_now u ON u.id = unit_of_line(v.member_id, v.roster_id, r.unit_id)
            LEFT JOIN campaign g ON g.id = r.campaign_id
            WHERE v.member_id = c.member_id
                  AND (:whole OR coalesce(u.union_id, g.union_id) = ANY(CAST(:unions AS bigint[])))
            ORDER BY v.starts_on DESC LIMIT 1
        ) e ON true
        {_IN_ORDER}
    """  # noqa: S608 - put together from constants
    for kind, how in _HOW.items()
}
_CLAIMS: Final = text(
    f"""
    SELECT c.member_id, c.id, k.number, coalesce(q.state, 'filed'), n.name
    FROM (SELECT setl_id, setl_id AS number, member_id FROM settlement_key WHERE setl_id = :words
          UNION SELECT setl_id, stated_setl_id, member_id FROM filed_claim
          WHERE stated_setl_id = :words
          UNION SELECT own_setl_id, setl_id, member_id FROM joined_settlement
          WHERE setl_id = :words
          UNION SELECT y.setl_id, y.setl_id, y.member_id
          FROM claim_queue x JOIN claim y ON y.member_id = x.member_id AND y.id = x.claim_id
          WHERE x.state = ANY(:states) AND x.claim_id = CAST(:claim AS bigint)) k
    JOIN claim c ON c.member_id = k.member_id AND c.setl_id = k.setl_id
    LEFT JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id
    CROSS JOIN LATERAL (SELECT x.name FROM member_name x WHERE x.member_id = c.member_id
                        ORDER BY x.seq DESC LIMIT 1) n
    WHERE {MEMBER} ORDER BY c.id LIMIT {_FEW}
    """  # noqa: S608 - put together from constants
)
_UNITS: Final = text(
    f"""
    SELECT u.id, u.name, u.uscc FROM unit_now u
    WHERE u.stands_id = u.id AND {UNIT} AND (u.uscc LIKE :coded OR strpos(u.name, :words) > 0)
    ORDER BY u.id LIMIT {_FEW}
    """  # noqa: S608 - put together from constants
)
_NOTICED: Final = text(
    f"SELECT u.id, u.name FROM unit_now u WHERE u.id = :unit AND {UNIT}"  # noqa: S608
)
_BATCHES: Final = text("SELECT id, benefit_year FROM payment_batch WHERE id = :number AND :whole")
_BATCH: Final = re.compile(r"P([0-9]{4})-([0-9]{4,15})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A member; `seq` says by which of the names, `unit` where covered last within the scope."""

    member_id: int
    seq: int
    name: str
    masked_id: str
    unit: str


@dataclass(frozen=True, slots=True)
class ClaimFound:
    """A claim by the number that was looked for."""

    member_id: int
    id: int
    number: str
    state: State
    member_name: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit or a payment: its number, name, and code if it has one."""

    id: int
    name: str
    code: str = ""


class Noticed(NamedTuple):
    """A unit and the benefit year for which it was asked to pay, by its notice's reference."""

    unit_id: int
    unit: str
    year: int


@dataclass(frozen=True, slots=True)
class Found:
    """All of it; `people` is a page, the others are few."""

    people: Page[PersonFound]
    claims: list[ClaimFound]
    units: list[Thing]
    payments: list[Thing]
    notices: list[Noticed]

    @property
    def nothing(self) -> bool:
        return not (self.people.rows or self.claims or self.units or self.payments or self.notices)


def found(session: Session, scope: Scope, wanted: Wanted, after: int, seq: int) -> Found:
    """What the words find; on later pages (`after`) people alone."""
    people = _people(session, scope, wanted, after, seq)
    if after or wanted.kind is Kind.CERTNO or len(wanted.words) < _SHORTEST:
        return Found(people, [], [], [], [])
    words = wanted.words.upper() if wanted.kind is Kind.PINYIN else wanted.words
    coded = words.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    numbered = words if words.isascii() and words.isdigit() and len(words) <= _LONGEST else None
    asked = {**scope.asked, "words": words, "coded": f"{coded}%", "claim": numbered}
    asked["states"] = [each.value for each in State]  # by the index, whose first column it is
    return Found(
        people,
        [
            ClaimFound(who, number, setl_id, State(state), name)
            for who, number, setl_id, state, name in session.execute(_CLAIMS, asked)
        ],
        [Thing(*row) for row in session.execute(_UNITS, asked)],
        _payments(session, scope, wanted.words),
        [
            Noticed(unit_id, name, named.year)
            for named in references_in(wanted.words).right
            for unit_id, name in session.execute(_NOTICED, {**scope.asked, "unit": named.unit_id})
        ],
    )


def people_found(session: Session, scope: Scope, wanted: Wanted) -> tuple[list[int], bool]:
    """The members whom the words find first, by number, as `found` has them; whether of more."""
    people = _people(session, scope, wanted, 0, 0)
    return [each.member_id for each in people.rows], people.following is not None


def _payments(session: Session, scope: Scope, words: str) -> list[Thing]:
    said = _BATCH.match(words)
    if not said:
        return []
    asked = {**scope.asked, "number": int(said[2])}
    made = [
        (number, batch_number(year, number)) for number, year in session.execute(_BATCHES, asked)
    ]
    return [Thing(number, name) for number, name in made if name == words.upper()]


def _people(
    session: Session, scope: Scope, wanted: Wanted, after: int, seq: int
) -> Page[PersonFound]:
    if wanted.kind not in _PEOPLE:
        return Page([], None)
    asked = {**scope.asked, **_asked(wanted), "after": after, "seq": seq, "size": SHOWN + 1}
    # Of a name all are found, and put in order: the scope's members are better gathered.
    one_by_one = wanted.kind is not Kind.NAME or len(wanted.words) > 1
    query = _PEOPLE[wanted.kind].format(
        among=among(session, scope, SHOWN) if one_by_one else OF_SEEN
    )
    rows = session.execute(text(query), asked).all()
    if wanted.kind is Kind.SURNAME and not rows and not after:
        return _people(session, scope, Wanted(Kind.NAME, wanted.words), after, seq)
    people = [_person(row) for row in rows[:SHOWN]]
    return Page(people, people[-1].member_id if len(rows) > SHOWN else None)


def _person(row: Sequence[Any]) -> PersonFound:
    member_id, seq, name, cipher, unit = row
    certno = vault().open(bytes(cipher), "member", member_id)
    return PersonFound(member_id, seq, name, masked_certno(certno), unit or "")


def _asked(wanted: Wanted) -> dict[str, object]:
    match wanted.kind:
        case Kind.CERTNO:
            return {"index": certno_index(wanted.words)}
        case Kind.TAIL:
            [index] = tail_indexes([wanted.words])
            return {"index": index}
        case Kind.SURNAME:
            ways = [range_of(reading) for reading in readings(wanted.words)]
            return {"words": wanted.words, **_ranges(ways)}
        case Kind.PINYIN:
            # One syllable, or its beginning, finds names from there on; more of them, by initials.
            low, high = range_of(wanted.words.split()[0])
            ways = [range_of(way) for way in initials_of(wanted.words)]
            return {
                "low": low,
                "high": high,
                "pattern": pattern_of(wanted.words),
                **_ranges(ways),
            }
        case Kind.NAME:
            return {"words": signs_of(wanted.words)}
    return {"words": wanted.words}


def _ranges(ways: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {"lows": [low for low, _ in ways], "highs": [high for _, high in ways]}
