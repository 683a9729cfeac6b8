"""What a page asks for by several small questions, asked in one statement.

A round trip and a statement of its own cost more than such a question's rows. Each question stays
beside what it is about, as a query with named values and what a row of it is made into; whoever
wants one alone asks it alone. And numbers by the hundred thousand, drawn while something is made.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar, cast

from psycopg.abc import QueryNoTemplate
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import Session

from app.db import cursor
from app.drawn import DRAW, drawn

Made = TypeVar("Made")
_ABOUT: Final = re.compile(r"(?<!:):(member|claim)\b")
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


def together_of_claims(
    session: Session, claims: Collection[tuple[int, int]], **asked: Question[Any]
) -> dict[tuple[int, int], dict[str, list[Any]]]:
    """The same of many claims (member, claim) at once: questions about `:member` and `:claim`."""
    query = _one_of_claims(tuple((name, each.query) for name, each in asked.items()))
    facts = {"members": [x[0] for x in claims], "claims": [x[1] for x in claims]}
    with cursor(session) as cur:
        found = cur.execute(cast(QueryNoTemplate, query), facts, binary=True).fetchall()
    return {
        (member, claim): {
            name: asked[name].made(rows) for name, rows in zip(asked, row, strict=True)
        }
        for member, claim, *row in found
    }


@contextmanager
def numbers_meanwhile(
    session: Session, sequence: str, count: int
) -> Iterator[Callable[[], list[int]]]:
    """What `app.db.numbers` draws, drawn while a block works, which then takes them.

    Nothing else is asked until it ends.
    """
    connection = cursor(session).connection
    with connection.pipeline():
        asked = connection.cursor().execute(DRAW, (sequence, count), binary=True)
        yield lambda: drawn(asked)


@lru_cache(maxsize=16)
def _one_of_claims(asked: tuple[tuple[str, str], ...]) -> bytes:
    parts = [(name, _ABOUT.sub(r"of_.\1", query)) for name, query in asked]
    of = (
        """FROM unnest(CAST(:members AS bigint[]), CAST(:claims AS bigint[])) of_ (member, claim)"""
    )
    return _compiled(f"SELECT of_.member, of_.claim, {_arrays(parts)} {of}")


@lru_cache(maxsize=128)
def _one_statement(of: str, asked: tuple[tuple[str, str], ...]) -> bytes:
    return _compiled(f"{of} SELECT {_arrays(asked)}")


def _arrays(asked: Iterable[tuple[str, str]]) -> str:
    parts = (f"ARRAY(SELECT {name}_ FROM ({query}) {name}_)" for name, query in asked)  # noqa: S608
    return ", ".join(parts)


def _compiled(query: str) -> bytes:
    return str(text(query).compile(dialect=_DIALECT)).encode()
