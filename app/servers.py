"""Database servers apart from this machine: one that goes on only reading, and one that vanishes.

A replica follows by streaming and may lag. What is asked of it is of now all the same: whoever
reads there first waits until it has replayed what the primary had written by then, and is refused
where that takes too long. It must keep long snapshots (`hot_standby_feedback = on`).

Who is cut off in mid-work leaves a transaction behind, with its members' claims locked. Linux by
itself asks after two hours whether anybody is still there, and so long nobody could take up that
work. So both ends of a connection over the network ask after seconds; through a socket the kernel
says at once.
"""

from typing import Any, Final

import psycopg
from sqlalchemy import Engine, Pool, event, text

from app.db import db
from app.errors import Refusal

REPLICA: Final = "replica"
"""The bind of the server that follows."""
CATCH_UP_S: Final = 60
IDLE_S, AGAIN_S, TIMES = 10, 5, 3
"""When a silent end is asked, how often again, and how many times before it counts as gone."""
GONE_S: Final = IDLE_S + AGAIN_S * TIMES

ASKED: Final = {
    "keepalives_idle": IDLE_S,
    "keepalives_interval": AGAIN_S,
    "keepalives_count": TIMES,
    "tcp_user_timeout": GONE_S * 1000,
}
"""Of a connection, for our end."""
_ASK_US: Final = f"""
SET tcp_keepalives_idle = {IDLE_S}; SET tcp_keepalives_interval = {AGAIN_S};
SET tcp_keepalives_count = {TIMES}; SET tcp_user_timeout = {GONE_S * 1000}
"""
_WRITTEN: Final = text("SELECT pg_current_wal_insert_lsn()::text")
_FOLLOWS: Final = text("SELECT pg_is_in_recovery()")
_BEHIND: Final = text("SELECT pg_last_wal_replay_lsn() < CAST(:lsn AS pg_lsn)")
_LOOKS_A_SECOND: Final = 20
_LOOK_AGAIN: Final = text(f"SELECT pg_sleep(1.0 / {_LOOKS_A_SECOND})")


class ReplicaBehind(Refusal):
    """The replica does not follow closely enough to be asked."""


def notice_loss(connection: psycopg.Connection[Any], _record: object) -> None:
    """Have the server ask after us, too, where we come over the network."""
    if not connection.info.host.startswith("/"):
        connection.pgconn.exec_(_ASK_US.encode())  # past psycopg, which would begin something


event.listen(Pool, "connect", notice_loss)


def reads(patience_s: int = CATCH_UP_S) -> Engine:
    """Where long work reads that writes nothing: the replica, once it has caught up, if there is
    one. Raises ReplicaBehind."""
    replica = db.engines.get(REPLICA)
    if replica is None:
        return db.engine
    with db.engine.connect() as primary:
        written = primary.execute(_WRITTEN).scalar_one()
    with replica.connect() as connection:
        if not connection.execute(_FOLLOWS).scalar_one():
            return replica  # it was promoted, and DATABASE_URL will name it next
        for _ in range(1 + patience_s * _LOOKS_A_SECOND):
            if not connection.execute(_BEHIND, {"lsn": written}).scalar_one():
                return replica
            connection.execute(_LOOK_AGAIN)
    raise ReplicaBehind(seconds=patience_s)
