"""What the database itself takes for the same rows: a bare COPY, the limit for the rest."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median

import psycopg

from tests.bench.processor import Taken, measured, middle

ROUNDS = 3


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""))


def copied_out(
    connection: "psycopg.Connection[tuple[object, ...]]",
    query: str,
    asked: Mapping[str, object] | None = None,
) -> bytes:
    with connection.cursor() as cur, cur.copy(f"COPY ({query}) TO STDOUT".encode(), asked) as copy:
        return b"".join(bytes(block) for block in copy)


def copied_in(
    connection: "psycopg.Connection[tuple[object, ...]]", tables: Iterable[str], *, like: str
) -> float:
    """Seconds to COPY every row of `tables` into new tables, `like` them with or without keys."""
    return copied_in_measured(connection, tables, like=like).clock_s


def copied_in_measured(
    connection: "psycopg.Connection[tuple[object, ...]]", tables: Iterable[str], *, like: str
) -> Taken:
    """The same, with the processor's seconds: the medians of some rounds."""
    rows = {table: copied_out(connection, f"SELECT * FROM {table}") for table in tables}
    rounds = []
    for _ in range(ROUNDS):
        for table in rows:
            connection.execute(f"DROP TABLE IF EXISTS bare_{table}".encode())
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} {like})".encode())
        connection.commit()
        with measured(connection.info.backend_pid) as taken:
            for table, data in rows.items():
                into = f"COPY bare_{table} FROM STDIN".encode()
                with connection.cursor() as cur, cur.copy(into) as copy:
                    copy.write(data)
            connection.commit()
        rounds.append(taken)
    return middle(rounds)


def limits(
    connection: "psycopg.Connection[tuple[object, ...]]",
    inputs: Iterable[str],
    *,
    results: str = "result",
) -> Iterator[Taken]:
    """L: COPY out of what the kernel reads, and COPY in of the rows of table `results`.

    Measured each time it is asked for, so that it can stand right before and after what is held
    against it.
    """
    queries, data = tuple(inputs), copied_out(connection, f"SELECT * FROM {results}")
    into_bare = f"COPY bare_{results} FROM STDIN".encode()
    while True:
        with measured(connection.info.backend_pid) as out:
            for query in queries:
                copied_out(connection, query)
        connection.execute(f"DROP TABLE IF EXISTS bare_{results}".encode())
        connection.execute(f"CREATE TABLE bare_{results} (LIKE {results})".encode())
        connection.commit()
        with measured(connection.info.backend_pid) as into:
            with connection.cursor() as cur, cur.copy(into_bare) as copy:
                copy.write(data)
            connection.commit()
        yield out + into


def seconds(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        before()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)
