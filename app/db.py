"""The session, constraint names -> refusals, and `transaction()`: the only commit there is.

Tables are plain SQLAlchemy declarative classes on `Base`; Flask-SQLAlchemy owns engine and
session. Facts are append-only by privilege: the application's role has INSERT and SELECT there and
nothing else, and `recorded_at` is filled by the database, never by us.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final, LiteralString

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CollectionAggregate,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Pool,
    Text,
    any_,
    cast,
    event,
    literal,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import NullType

from app.arrays import take_many
from app.asking import Asking
from app.copies import COPIED_AT_ONCE, Copy, copy_of_columns, write_copies
from app.copybinary import END, HEAD
from app.copytext import ARRAYS
from app.drawn import DRAW, drawn
from app.errors import Refusal

NAMES: Final = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

Id = Annotated[int, mapped_column(BigInteger)]
"""A key or a number of rows; BIGINT."""
Fen = Annotated[int, mapped_column(BigInteger)]
"""Money in whole fen; BIGINT."""
Small = Annotated[int, mapped_column(Integer)]
Recorded = Annotated[
    datetime,
    mapped_column(DateTime(timezone=True), server_default=text("transaction_timestamp()")),
]
"""When the database recorded it. Never written by the application."""
BureauId = Annotated[str, mapped_column(TEXT(collation="C"))]
"""A `setl_id`: ordered by code points, whatever the database's locale."""


class Base(DeclarativeBase):
    """What every table stands on."""

    metadata = MetaData(naming_convention=NAMES)


Base.registry.update_type_annotation_map({str: Text})

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": Asking})

_refusals: dict[str, Callable[[], Refusal]] = {}


def refuses(constraint: str, refusal: Callable[[], Refusal]) -> None:
    """Say which refusal a violated constraint means. A package says so beside its tables."""
    _refusals[constraint] = refusal


@contextmanager
def transaction() -> Iterator[Session]:
    """One business act: commits when the block ends, rolls back when it raises."""
    with _committed(db.session()) as session:
        yield session


@contextmanager
def transaction_beside() -> Iterator[Session]:
    """One act of somebody who only reads, as the application: named functions of the web call it.

    A session of its own, so that what was read before and after it stays the reader's.
    """
    with Session(db.engine) as beside, _committed(beside) as session:
        yield session


@contextmanager
def _committed(session: Session) -> Iterator[Session]:
    try:
        yield session
        session.commit()
    except (IntegrityError, psycopg.IntegrityError) as refused:  # the latter from COPY
        session.rollback()
        raise as_refusal(refused) from refused
    except BaseException:
        session.rollback()
        raise


@contextmanager
def aside() -> Iterator[Session]:
    """A short transaction of its own while another is open: progress that others see at once."""
    with Session(db.engine) as session, session.begin():
        yield session


def as_refusal(refused: IntegrityError | psycopg.IntegrityError) -> Exception:
    """The refusal a violated constraint stands for, or the error itself where none does."""
    diag = getattr(getattr(refused, "orig", refused), "diag", None)
    named = _refusals.get(getattr(diag, "constraint_name", None) or "")
    return named() if named else refused


event.listen(Pool, "connect", take_many)


def act_as(engine: Engine, role: str | None) -> Engine:
    """Make every connection of `engine` give up its own rights for those of `role`."""
    if role:
        statement = psycopg.sql.SQL("SET ROLE {}").format(psycopg.sql.Identifier(role))

        @event.listens_for(engine, "connect")
        def give_up_rights(connection: psycopg.Connection[Any], _record: object) -> None:
            connection.execute(statement)
            connection.commit()

    return engine


def cursor(session: Session) -> psycopg.Cursor[Any]:
    """A psycopg cursor in the session's own transaction, for COPY."""
    session.flush()
    raw: psycopg.Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    return raw.cursor()


def copy_in(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """COPY `rows` into `table`. The table and column names are the code's own, never input."""
    some = iter(rows)
    blocks = iter(lambda: list(islice(some, COPIED_AT_ONCE)), [])
    copy_all(session, [Copy(table, columns, (list(zip(*block, strict=True)) for block in blocks))])


def copy_columns(session: Session, table: str, columns: Mapping[str, Sequence[object]]) -> None:
    """COPY rows that are there as columns of one length: what many rows are written by."""
    copy_all(session, [copy_of_columns(table, columns)])


def copy_all(session: Session, copies: Iterable[Copy]) -> None:
    """Write COPYs in order, making each while the server takes the ones before."""
    with cursor(session) as cur:
        write_copies(cur.connection, copies)


def copy_lines(session: Session, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """COPY rows that are there as COPY's own text, a line each without its end."""
    starts = range(0, len(lines), COPIED_AT_ONCE)
    with cursor(session) as cur, cur.copy(_into(table, columns)) as copy:
        for at in starts:
            copy.write("\n".join(lines[at : at + COPIED_AT_ONCE]) + "\n")


def copy_blocks(
    session: Session, table: str, columns: Sequence[str], blocks: Sequence[bytes]
) -> None:
    """COPY rows that are there as the server's own bytes (`app.copybinary`)."""
    statement = _into(table, columns) + psycopg.sql.SQL(" (FORMAT binary)")
    if any(blocks):
        with cursor(session) as cur, cur.copy(statement) as copy:
            copy.write(b"".join((HEAD, *blocks, END)))


def _into(table: str, columns: Sequence[str]) -> psycopg.sql.Composed:
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    return psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(psycopg.sql.Identifier(table), names)


_ARRAY_OF: Final[dict[type, Any]] = {bytes: LargeBinary(), str: TEXT(collation="C")}


def any_of(values: Iterable[Any]) -> CollectionAggregate[Any]:
    """`column == any_of(values)`: one array parameter, however many values there are."""
    listed = list(values)
    of = type(listed[0]) if listed else int
    kind = ARRAY(_ARRAY_OF.get(of, BigInteger()))
    told = ARRAYS.get(of, array)(listed)
    # Of no type but the cast's: as a text it would be converted a row, and no index be asked.
    return any_(cast(literal(told, NullType()), kind))


def numbers(session: Session, sequence: str, count: int) -> list[int]:
    """The next `count` numbers of a sequence, ascending. Gaps are no loss."""
    with cursor(session) as cur:
        return drawn(cur.execute(DRAW, (sequence, count), binary=True))


def fetched(
    session: Session, query: LiteralString, facts: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """The rows of a query that is asked often: an ORM statement costs several times as much."""
    with cursor(session) as cur:
        return cur.execute(query, facts, binary=True).fetchall()


def fetched_together(
    session: Session, query: LiteralString, asked: Iterable[Mapping[str, object]]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query asked several times: while the server answers, the next is made.

    Nothing else is asked until the last row is taken.
    """
    connection = cursor(session).connection
    with connection.pipeline():
        cursors = [connection.cursor().execute(query, facts, binary=True) for facts in asked]
        for cur in cursors:
            yield from cur.fetchall()


def take_in(session: Session) -> None:
    """Take what the server has answered so far off the line, so that it can go on answering.

    For whoever works while `fetched_together` waits: what is not taken off holds the server up.
    """
    with cursor(session) as cur:
        cur.connection.pgconn.consume_input()


@contextmanager
def without_waiting(session: Session) -> Iterator[None]:
    """Let statements follow each other while a block works; how they went is seen at its end."""
    with cursor(session).connection.pipeline():
        yield


def array(values: Iterable[object]) -> str:
    """Numbers or plain words as an array literal; psycopg's own takes many times as long."""
    return "{" + ",".join(map(str, values)) + "}"


class TurnTaken(Refusal):
    """Somebody else has the turn, for longer than a person at a page should wait."""


def one_at_a_time(session: Session, what: str, *, patience_s: int | None = None) -> None:
    """Wait until nobody else does `what`; held until the transaction ends.

    Who takes several turns takes them in this order, and rows after all of them, in key order:
    units' requests, a statement's account or an online order, COVERS, members' ACCOUNTS, a card, a
    statement's line (the one that left before the one that came), a refund, subsidies, payouts,
    FEEDS, an account that is paid from, a claim, a recovery, a batch's answers, the order of a
    batch; the books, side by side (`app.ledger.post.hold_books`); DRAINS; accounts, the queue of
    claims. Whoever closes the books waits for nobody else.

    With `patience_s`, for that long: then raises TurnTaken. A page that waited for a large file
    would hold its place among the web server's few.
    """
    turn: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
    _take_turn(session, turn, what, patience_s)


def side_by_side(session: Session, what: str, *, patience_s: int | None = None) -> None:
    """Do `what` beside others who do it, but not while somebody has its turn (`one_at_a_time`)."""
    turn: LiteralString = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
    _take_turn(session, turn, what, patience_s)


def _take_turn(session: Session, turn: LiteralString, what: str, patience_s: int | None) -> None:
    with cursor(session) as cur:
        if patience_s is not None:
            cur.execute("SELECT set_config('lock_timeout', %s, true)", (f"{patience_s}s",))
        try:
            cur.execute(turn, (what,))
        except psycopg.errors.LockNotAvailable:
            raise TurnTaken from None
        if patience_s is not None:
            cur.execute("SELECT set_config('lock_timeout', '0', true)")
