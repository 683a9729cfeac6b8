"""What the database itself takes for the same rows: a bare COPY, the limit for the rest."""

import time
from collections.abc import Callable, Iterable
from statistics import median

import psycopg

ROUNDS = 3


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""))


def copied_out(connection: "psycopg.Connection[tuple[object, ...]]", query: str) -> bytes:
    with connection.cursor() as cur, cur.copy(f"COPY ({query}) TO STDOUT".encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def copied_in(
    connection: "psycopg.Connection[tuple[object, ...]]", tables: Iterable[str], *, like: str
) -> float:
    """Seconds to COPY every row of `tables` into new tables, `like` them with or without keys."""
    rows = {table: copied_out(connection, f"SELECT * FROM {table}") for table in tables}

    def once() -> None:
        for table, data in rows.items():
            with (
                connection.cursor() as cur,
                cur.copy(f"COPY bare_{table} FROM STDIN".encode()) as c,
            ):
                c.write(data)
        connection.commit()

    def emptied() -> None:
        for table in rows:
            connection.execute(f"DROP TABLE IF EXISTS bare_{table}".encode())
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} {like})".encode())
        connection.commit()

    return seconds(once, before=emptied)


def seconds(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        before()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)
