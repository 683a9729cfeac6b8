"""Enquiries in lists and one with its thread: the texts are opened here, for whom they are for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.enquiries.sealed import open_draft, open_line, open_message
from app.web.paging import Asked, Page
from app.web.read.scope import Scope

FILTERS: Final = ("open", "late", "asked_back", "answered")
_DAYS: Final = 10**9
"""A key of the list by deadline: the day's number times this, and the enquiry's. Not more digits:
18 of them in an address look like an ID number."""

_LISTED: Final = """
    SELECT e.id, e.number, e.category, q.state, q.due_on, n.name, t.name, q.taken_by, u.name,
           m.name, e.recorded_at, q.seq
    FROM enquiry_queue q
    JOIN enquiry e ON e.id = q.enquiry_id
    JOIN union_node n ON n.id = q.union_id
    LEFT JOIN account t ON t.id = q.taken_by
    LEFT JOIN unit_now u ON u.id = e.unit_id
    LEFT JOIN LATERAL (
        SELECT x.name FROM member_name x WHERE x.member_id = e.member_id
        ORDER BY x.seq DESC LIMIT 1
    ) m ON true
"""
_SEEN: Final = "(:whole OR q.union_id = ANY(CAST(:unions AS bigint[])))"
_WHICH: Final = f"""
    {_SEEN} AND (CAST(:category AS text) IS NULL OR q.category = :category)
    AND (CAST(:union AS bigint) IS NULL OR q.union_id = :union)
"""
_BY_DAY: Final = text(
    f"""{_LISTED}
    WHERE q.state = :state AND {_WHICH} AND q.due_on < :before
          AND (q.due_on, q.enquiry_id) > (:day, :id)
    ORDER BY q.due_on, q.enquiry_id LIMIT :size"""
)
_ANSWERED: Final = text(
    f"""{_LISTED}
    WHERE q.state = 'answered' AND {_WHICH} AND q.enquiry_id < :id
    ORDER BY q.enquiry_id DESC LIMIT :size"""
)
_MINE: Final = text(
    f"""{_LISTED}
    WHERE (e.member_id = :member OR (e.asked_by = :account AND e.unit_id IS NOT NULL))
          AND e.id < :id
    ORDER BY e.id DESC LIMIT :size"""
)
_ONE: Final = text(f"{_LISTED} WHERE e.id = :enquiry AND {_SEEN}")
_BESIDE: Final = text(
    """
    SELECT e.member_id, e.claim_id, e.asked_by, q.union_id, a.member_id, r.rating, r.text_cipher,
           d.text_cipher, w.name, d.recorded_at
    FROM enquiry e JOIN enquiry_queue q ON q.enquiry_id = e.id
    JOIN account a ON a.id = e.asked_by
    LEFT JOIN enquiry_rating r ON r.enquiry_id = e.id
    LEFT JOIN enquiry_draft d ON d.enquiry_id = e.id LEFT JOIN account w ON w.id = d.drafted_by
    WHERE e.id = :enquiry
    """
)
_MESSAGES: Final = text(
    """
    SELECT m.seq, m.kind, m.text_cipher, m.due_on, a.name, m.recorded_at
    FROM enquiry_message m JOIN account a ON a.id = m.written_by
    WHERE m.enquiry_id = :enquiry ORDER BY m.seq
    """
)
_WENT: Final = text(
    """
    SELECT f.name, n.name, a.name, d.recorded_at FROM enquiry_dispatch d
    JOIN union_node f ON f.id = d.from_union_id JOIN union_node n ON n.id = d.union_id
    JOIN account a ON a.id = d.dispatched_by
    WHERE d.enquiry_id = :enquiry ORDER BY d.seq
    """
)
_WAITING: Final = text(
    f"""
    SELECT count(*), count(*) FILTER (WHERE q.due_on < :today)
    FROM enquiry_queue q WHERE q.state = 'open' AND {_SEEN}
    """  # noqa: S608 - put together from constants
)
_ON_TOP: Final = 2**62


@dataclass(frozen=True, slots=True)
class Listed:
    """One enquiry in a list; `asker`: the unit or the member."""

    id: int
    number: str
    category: str
    state: str
    due_on: date
    union: str
    taken_by: str | None
    taken_by_id: int | None
    asker: str
    asked_at: datetime
    seq: int

    def late(self, on: date) -> bool:
        """Whether its answer is overdue."""
        return self.state == "open" and self.due_on < on


@dataclass(frozen=True, slots=True)
class Message:
    """One text, opened."""

    seq: int
    kind: str
    said: str
    due_on: date | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """An enquiry with all that was said. `went`: from, to, by whom, when; `draft`: text, by, when.

    `member_id` and `claim_id` where it is a member's, about a claim; `union_id`: whose it is now.
    `of_members`: the people whose it is, who do not answer it.
    """

    listed: Listed
    messages: list[Message]
    went: list[Row[Any]]
    rating: int | None
    rated: str
    draft: tuple[str, str, datetime] | None
    member_id: int | None
    claim_id: int | None
    asked_by: int
    union_id: int
    of_members: frozenset[int]


def by_deadline(
    session: Session,
    scope: Scope,
    which: str,
    asked: Asked,
    today: date,
    *,
    category: str | None = None,
    union_id: int | None = None,
) -> Page[Listed]:
    """What waits, the nearest deadline first; of what is answered the newest first."""
    given = {**scope.asked, "category": category, "union": union_id, "size": asked.size + 1}
    if which == "answered":
        rows = _rows(session.execute(_ANSWERED, {**given, "id": asked.after or _ON_TOP}))
        return _page(rows, asked, lambda last: last.id)
    day, number = divmod(asked.after or 0, _DAYS)
    since = date.fromordinal(day) if 0 < day <= date.max.toordinal() else date.min
    given |= {"state": "asked_back" if which == "asked_back" else "open", "day": since}
    given |= {"before": today if which == "late" else date.max, "id": number}
    rows = _rows(session.execute(_BY_DAY, given))
    return _page(rows, asked, lambda last: last.due_on.toordinal() * _DAYS + last.id)


def of_asker(
    session: Session, account_id: int, member_id: int | None, asked: Asked
) -> Page[Listed]:
    """The asker's own, the newest first."""
    own = {"member": member_id, "account": account_id, "id": asked.after or _ON_TOP}
    rows = _rows(session.execute(_MINE, {**own, "size": asked.size + 1}))
    return _page(rows, asked, lambda last: last.id)


def thread(session: Session, enquiry_id: int, scope: Scope) -> Thread | None:
    """One with its texts, or None where the scope has none; the caller says for whom."""
    wanted = {"enquiry": enquiry_id}
    row = session.execute(_ONE, {**scope.asked, **wanted}).one_or_none()
    if row is None:
        return None
    beside = session.execute(_BESIDE, wanted).one()
    member_id, claim_id, asked_by, union_id, asker_is, rating, line, draft, by, at = beside
    messages = [
        Message(seq, kind, open_message(sealed, enquiry_id, seq), due, by, at)
        for seq, kind, sealed, due, by, at in session.execute(_MESSAGES, wanted)
    ]
    return Thread(
        _listed(row),
        messages,
        list(session.execute(_WENT, wanted)),
        rating,
        open_line(line, enquiry_id) if line else "",
        (open_draft(draft, enquiry_id), by, at) if draft else None,
        member_id,
        claim_id,
        asked_by,
        union_id,
        frozenset({member_id, asker_is} - {None}),
    )


def waiting_enquiries(session: Session, scope: Scope, today: date) -> tuple[int, int]:
    """How many wait for an officer of the scope, and how many of them are late."""
    waits, late = session.execute(_WAITING, {**scope.asked, "today": today}).one()
    return waits, late


def _rows(found: Any) -> list[Listed]:
    return [_listed(row) for row in found]


def _listed(row: Row[Any]) -> Listed:
    told: list[Any] = [*row]
    unit, member = told[-4:-2]
    told[-4:-2] = [unit or member or ""]
    return Listed(*told)


def _page(rows: list[Listed], asked: Asked, key: Any) -> Page[Listed]:
    shown = rows[: asked.size]
    return Page(shown, key(shown[-1]) if len(rows) > asked.size else None)
