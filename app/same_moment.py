"""A second connection that sees what a transaction sees, so that two read what one would in turn.

The server gives each connection a process, and what is read wants as much of ours: with two of
each no core waits for the other's answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg.sql import SQL, Literal
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import cursor

_EXPORTED: Final = text(
    "SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_export_snapshot() END"
)
# Each waits for the other; whoever keeps the server may have it end what is idle for a while.
_IDLE: Final = text("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def same_moment(session: Session) -> Iterator[Session | None]:
    """A session of its own connection that sees what this one sees now, and can write nothing.

    None where this one has written: nobody else sees that before it is committed. Nor where it is
    within a savepoint, whose moment the server hands to nobody.
    """
    moment = None if session.connection().in_nested_transaction() else session.scalar(_EXPORTED)
    if moment is None:
        yield None
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        session.get_bind().engine.connect() as connection,
        Session(connection.execution_options(**options)) as beside,
    ):
        with cursor(beside) as cur:
            cur.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(moment)))
        for each in (session, beside):
            each.execute(_IDLE)
        yield beside
