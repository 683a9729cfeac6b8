"""Seal what was recorded since the last seal: one leaf of the log a chunk.

A row's `recorded_at` is when its transaction began, by the database's clock. So it is first said,
and committed, that everything before `until` is final: no transaction that is under way began
before that, and from now on the database refuses events of one that did (`after_the_seals`, for a
clock that was set back and for work nobody saw beginning). Then it is read, in a transaction of its
own, and holds nobody up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit.chunks import sealed_lines
from app.audit.kept import KEPT
from app.audit.log import EVER
from app.audit.seal_models import Seal
from app.db import aside, copy_in, fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.tree import Tree
from app.jobs import SEAL, promise

_SEALING: Final = "seal"
_COLUMNS: Final = ("no", "seal_id", "table_name", "years", "rows", "root")
_BEGIN: Final = text(
    """
    INSERT INTO seal_begun (until)
    SELECT greatest(least(transaction_timestamp(), others_work_since(),
                          (SELECT min(a.xact_start) FROM pg_stat_activity a
                           WHERE a.datname = current_database() AND a.pid <> pg_backend_pid())),
                    (SELECT max(until) FROM seal_begun))
    RETURNING until
    """
)
_FINAL: Final = text(
    """
    SELECT coalesce(least(others_work_since(),
        (SELECT min(a.xact_start) FROM pg_stat_activity a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid())) >= :until, true)
    AND NOT EXISTS (
        SELECT FROM others_unseen() AS unseen(x)
        WHERE pg_xact_status(x) = 'in progress' AND NOT EXISTS (
            SELECT FROM pg_stat_activity a
            WHERE a.backend_xid = xid(x) AND a.xact_start IS NOT NULL))
    """
)
"""The owner and the application see different sessions: what neither sees is not known."""
_LAST: Final[LiteralString] = """
SELECT coalesce(max(id), 0)::bigint,
       coalesce(to_char(max(until) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                '-infinity'),
       (SELECT coalesce(max(no) + 1, 0) FROM seal_leaf)::bigint FROM seal
"""


class WorkUnderWay(Refusal):
    """Somebody's work began before the moment to be sealed, and is not finished."""


class ClockBehindSeal(Refusal):
    """Work that began, by the database's clock, before what is sealed already."""


refuses("seal_begun_until_check", ClockBehindSeal)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal that was made; `number` is the last one's where there was nothing new."""

    number: int
    until: str
    leaves: int
    rows: int
    size: int


def begin_seal(session: Session) -> str:
    """Say before which moment everything is final; in a transaction of its own, before `seal`.

    Raises ClockBehindSeal.
    """
    with session.no_autoflush:
        until = session.execute(_BEGIN).scalar_one()
    return str(until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def seal(session: Session, until: str) -> Sealed:
    """Seal everything before `until`. What is sealed already stays; nothing new, no seal.

    Raises WorkUnderWay.
    """
    one_at_a_time(session, _SEALING)
    if not session.execute(_FINAL, {"until": until}).scalar_one():
        raise WorkUnderWay
    ((last, since, size),) = fetched(session, _LAST, {})
    if since != EVER and until <= since:
        return Sealed(last, since, 0, 0, size)
    session.execute(text("SET LOCAL enable_nestloop = off"))  # as in gather.tables
    chunks = [
        (table, years, tree)
        for table in KEPT
        for years, tree in _trees(session, table, since, until)
    ]
    if not chunks:
        return Sealed(last, since, 0, 0, size)
    number = last + 1
    session.add(Seal(id=number, until=datetime.fromisoformat(until)))
    session.flush()
    leaves = [
        (no, number, table, years, tree.size, tree.root())
        for no, (table, years, tree) in enumerate(chunks, size)
    ]
    copy_in(session, "seal_leaf", _COLUMNS, leaves)
    rows = sum(tree.size for *_, tree in chunks)
    return Sealed(number, until, len(chunks), rows, size + len(chunks))


def promise_seal(session: Session) -> None:
    """Have everything sealed soon: somebody waits to sign it."""
    promise(session, SEAL, 0, [(0, [])])


def seal_promised(session: Session, _: int) -> None:
    """Seal what was recorded before this job began. Raises WorkUnderWay, and is tried again."""
    with aside() as beside:
        until = begin_seal(beside)
    seal(session, until)


def give_up_sealing(session: Session, _: int) -> None:
    """Nothing waits for it: the day's seal takes in what this one would have."""


def _trees(session: Session, table: str, since: str, until: str) -> list[tuple[str, Tree]]:
    trees: dict[str, Tree] = {}
    for years, lines in sealed_lines(session, table, since, until):
        trees.setdefault(years, Tree()).add(*lines)
    return sorted(trees.items())
