"""What the running program has written, asked of its database."""

from typing import Any

import psycopg


class Books:
    """Reads only."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg", "postgresql")

    def rows(self, statement: str, *facts: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(statement, facts).fetchall()

    def row(self, statement: str, *facts: object) -> tuple[Any, ...]:
        found = self.rows(statement, *facts)
        assert len(found) == 1, (statement, len(found))
        return found[0]

    def number(self, statement: str, *facts: object) -> int:
        return int(self.row(statement, *facts)[0])
