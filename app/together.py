"""What a page asks for by several small questions, asked in one statement.

A round trip and a statement of its own cost more than such a question's rows. Each question stays
beside what it is about, as a query with named values and what a row of it is made into; whoever
wants one alone asks it alone.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar, cast

from psycopg.abc import QueryNoTemplate
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import Session

from app.db import cursor

Made = TypeVar("Made")
_DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]


class Question(Generic[Made]):
    """A query, its values named `:so`, and what its rows are made into."""

    def __init__(self, query: str, made: Callable[..., Made]) -> None:
        self.query, self._made = query, made

    def all(self, session: Session, **facts: object) -> list[Made]:
        """Ask it alone."""
        return self.made(session.execute(text(self.query), facts))

    def first(self, session: Session, **facts: object) -> Made | None:
        """The only row of it, or the first."""
        return next(iter(self.all(session, **facts)), None)

    def made(self, rows: Any) -> list[Made]:
        return [self._made(*row) for row in rows]


def together(
    session: Session, facts: Mapping[str, object], of: str = "", /, **asked: Question[Any]
) -> dict[str, list[Any]]:
    """The answers to several questions about the same facts, by their names, in one statement.

    `of`: what all of them are about, as a WITH has it.
    """
    query = _one_statement(of, tuple((name, each.query) for name, each in asked.items()))
    with cursor(session) as cur:
        # Binary: of rows in text nothing tells a number from a word.
        [row] = cur.execute(cast(QueryNoTemplate, query), facts, binary=True).fetchall()
    return {name: asked[name].made(rows) for name, rows in zip(asked, row, strict=True)}


@lru_cache(maxsize=128)
def _one_statement(of: str, asked: tuple[tuple[str, str], ...]) -> bytes:
    parts = (f"ARRAY(SELECT {name}_ FROM ({query}) {name}_)" for name, query in asked)  # noqa: S608
    return str(text(f"{of} SELECT {', '.join(parts)}").compile(dialect=_DIALECT)).encode()
